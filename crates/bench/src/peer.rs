//! The other sides: processes that do the same work.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::options::Options;
use crate::outcome::Result;
use crate::work::{Cost, Data, Work};

/// The scripts in `peers/`, each a process of its own, because their libraries' threads disturb one another.
const SCRIPTS: [&str; 7] = [
    "with_keras",
    "with_pytorch",
    "with_jax",
    "with_onnx_runtime",
    "with_scikit_learn",
    "with_onedal",
    "with_libsvm",
];

/// The programs in `rust_peers/`, for those who choose a library in Rust.
const PROGRAMS: [&str; 2] = ["with_candle", "with_burn"];

/// All of them.
pub struct Peers(Vec<Peer>);

/// What each variant of the peers needs for a piece of work, by its name.
pub type Costs = BTreeMap<String, Cost>;

impl Peers {
    /// Writes the data where the peers read it, and starts them.
    pub fn start(root: &Path, options: &Options, data: &Data) -> Result<Self> {
        let folder = root.join("target/bench");
        fs::create_dir_all(&folder)?;
        let python = match &options.python {
            Some(python) => python.clone(),
            None => environment(root, &folder)?,
        };
        // Number by number: second copies of the data would count as memory of the training.
        let write = |name: &str, values: &mut dyn Iterator<Item = f32>| -> Result<()> {
            let mut file = BufWriter::new(fs::File::create(folder.join(name))?);
            for value in values {
                file.write_all(&value.to_le_bytes())?;
            }
            Ok(file.flush()?)
        };
        write("images.f32", &mut data.train.records.iter().copied())?;
        write("tests.f32", &mut data.test.iter().copied())?;
        for (name, shown) in [("noisy", &data.noisy), ("features", &data.features)] {
            write(&format!("{name}.f32"), &mut shown.train.iter().copied())?;
            write(&format!("{name}-tests.f32"), &mut shown.test.iter().copied())?;
        }
        let labels: Vec<u8> = data.train.targets.iter().map(|&label| label as u8).collect();
        fs::write(folder.join("labels.u8"), labels)?;
        let mut peers = Vec::new();
        for script in SCRIPTS {
            let mut command = Command::new(&python);
            command.arg(root.join(format!("crates/bench/peers/{script}.py")));
            peers.push(Peer::start(script, command, &folder, data)?);
        }
        let programs = compiled(root, &folder)?;
        for program in PROGRAMS {
            let command = Command::new(programs.join(program));
            peers.push(Peer::start(program, command, &folder, data)?);
        }
        Ok(Self(peers))
    }

    /// Each process, to be asked in turn.
    pub fn each(&mut self) -> impl Iterator<Item = &mut Peer> {
        self.0.iter_mut()
    }

    /// What they compute with.
    pub fn versions(&self) -> BTreeMap<String, String> {
        self.0.iter().flat_map(|peer| peer.versions.clone()).collect()
    }
}

/// A running process.
pub struct Peer {
    name: &'static str,
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
    versions: BTreeMap<String, String>,
}

impl Peer {
    fn start(name: &'static str, mut command: Command, folder: &Path, data: &Data) -> Result<Self> {
        let mut process = command
            .args([folder, &data.folder])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(folder.join(format!("{name}.log")))?)
            .spawn()
            .map_err(|error| format!("starting {name}: {error}"))?;
        let requests = process.stdin.take().ok_or("a peer has no stdin")?;
        let answers = BufReader::new(process.stdout.take().ok_or("a peer has no stdout")?);
        let mut peer = Self { name, process, requests, answers, versions: BTreeMap::new() };
        peer.versions = peer.answer()?;
        Ok(peer)
    }

    /// What it needs; nothing if that is not its kind of work.
    pub fn measure(&mut self, work: Work) -> Result<Costs> {
        writeln!(self.requests, "{}", serde_json::to_string(&work)?)?;
        self.answer()
    }

    fn answer<T: serde::de::DeserializeOwned>(&mut self) -> Result<T> {
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            let name = self.name;
            return Err(format!("{name} ended; target/bench/{name}.log has its last words").into());
        }
        Ok(serde_json::from_str(&line)?)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It has nothing to lose; if it is gone already, there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Where the programs are, compiled if they were not.
fn compiled(root: &Path, folder: &Path) -> Result<PathBuf> {
    let target = folder.join("rust");
    println!("compiling candle and burn (some minutes, once)");
    let status = Command::new("cargo")
        .args(["build", "--quiet", "--release", "--locked", "--manifest-path"])
        .arg(root.join("crates/bench/rust_peers/Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .status()?;
    if !status.success() {
        return Err(format!("compiling crates/bench/rust_peers: {status}").into());
    }
    Ok(target.join("release"))
}

/// The interpreter of an environment with the packages of `requirements.txt`, made if it is not there.
fn environment(root: &Path, folder: &Path) -> Result<PathBuf> {
    let list = root.join("crates/bench/peers/requirements.txt");
    let wanted = fs::read_to_string(&list)?;
    let (home, stamp) = (folder.join("env"), folder.join("env/requirements.txt"));
    let python = home.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    if fs::read_to_string(&stamp).is_ok_and(|made| made == wanted) {
        return Ok(python);
    }
    println!("making target/bench/env with the peers (about 8 GB, once)");
    let run = |command: &mut Command| -> Result<()> {
        let status = command.status().map_err(|error| format!("{command:?}: {error}"))?;
        if status.success() { Ok(()) } else { Err(format!("{command:?}: {status}").into()) }
    };
    let system = if cfg!(windows) { "python" } else { "python3" };
    run(Command::new(system).args(["-m", "venv", "--clear"]).arg(&home))?;
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
    run(Command::new(&python).args(install).arg(&list))?;
    // Last, so that an interrupted installation is done again.
    fs::write(stamp, wanted)?;
    Ok(python)
}
