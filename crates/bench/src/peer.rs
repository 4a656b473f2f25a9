//! The other side: a Python process that does the same work.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use fashion::data::Images;

use crate::options::Options;
use crate::outcome::Result;
use crate::work::{Cost, Data, Work};

/// A running peer.
pub struct Peer {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
    versions: BTreeMap<String, String>,
}

impl Peer {
    /// Writes the data where the peer reads it, and starts it.
    pub fn start(root: &Path, options: &Options, images: &Images, data: &Data) -> Result<Self> {
        let folder = root.join("target/bench");
        fs::create_dir_all(&folder)?;
        let python = match &options.python {
            Some(python) => python.clone(),
            None => environment(root, &folder)?,
        };
        let (pixels, labels) = (folder.join("images.f32"), folder.join("labels.u8"));
        // Pixel by pixel: a second copy of the data would count as memory of the training.
        let mut file = BufWriter::new(fs::File::create(&pixels)?);
        for pixel in &data.train.records {
            file.write_all(&pixel.to_le_bytes())?;
        }
        file.flush()?;
        fs::write(&labels, images.labels().iter().map(|&label| label as u8).collect::<Vec<_>>())?;

        let mut process = Command::new(&python)
            .arg(root.join("crates/bench/peer.py"))
            .args([&pixels, &labels, &data.folder])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(folder.join("peer.log"))?)
            .spawn()
            .map_err(|error| format!("starting {}: {error}", python.display()))?;
        let requests = process.stdin.take().ok_or("the peer has no stdin")?;
        let answers = BufReader::new(process.stdout.take().ok_or("the peer has no stdout")?);
        let mut peer = Self { process, requests, answers, versions: BTreeMap::new() };
        peer.versions = peer.answer()?;
        Ok(peer)
    }

    /// What the peer needs.
    pub fn measure(&mut self, work: Work) -> Result<Cost> {
        writeln!(self.requests, "{}", serde_json::to_string(&work)?)?;
        self.answer()
    }

    /// What the peer computes with.
    pub fn versions(&self) -> BTreeMap<String, String> {
        self.versions.clone()
    }

    fn answer<T: serde::de::DeserializeOwned>(&mut self) -> Result<T> {
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            return Err("the Python side ended; target/bench/peer.log has its last words".into());
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

/// The interpreter of an environment with the packages of `requirements.txt`, made if it is not there.
fn environment(root: &Path, folder: &Path) -> Result<PathBuf> {
    let list = root.join("crates/bench/requirements.txt");
    let wanted = fs::read_to_string(&list)?;
    let (home, stamp) = (folder.join("env"), folder.join("env/requirements.txt"));
    let python = home.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    if fs::read_to_string(&stamp).is_ok_and(|made| made == wanted) {
        return Ok(python);
    }
    println!("making target/bench/env with Keras and scikit-learn (about 1 GB, once)");
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
