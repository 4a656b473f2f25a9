//! Programs killed at random moments while they train, save and fetch.

use std::collections::BTreeMap;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Folder, Moments, checkout, kill_after, kills, said, xtask};

fn fit(folder: &Folder) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_fit_with_checkpoint"));
    program.args([folder.join("checkpoint"), folder.join("trained")]);
    program.stdout(Stdio::null());
    program
}

/// Each fit is killed and started again until it ends; then the next one begins.
#[test]
fn fits_that_are_killed_at_any_moment_end_with_the_same_bits() {
    let whole = Folder::new("whole");
    let begin = Instant::now();
    assert!(fit(&whole).status().unwrap().success());
    let mut moments = Moments::until(begin.elapsed().mul_f64(0.7));
    let expected = std::fs::read(whole.join("trained")).unwrap();
    let folder = Folder::new("killed");
    let (mut killed, mut ended) = (0, 0);
    while killed < kills(6) || ended == 0 {
        let mut program = fit(&folder).stderr(Stdio::piped()).spawn().unwrap();
        if kill_after(&mut program, moments.next()) {
            killed += 1;
        } else {
            let output = program.wait_with_output().unwrap();
            assert!(output.status.success(), "after {killed} kills: {}", said(&output));
            ended += 1;
        }
        // A network that is there is the whole one. Not `assert_eq`: it would print both files.
        if let Ok(bits) = std::fs::read(folder.join("trained")) {
            assert!(bits == expected, "after {killed} kills");
            std::fs::remove_file(folder.join("trained")).unwrap();
            std::fs::remove_file(folder.join("checkpoint")).unwrap();
        }
    }
    println!("{killed} kills, {ended} fits that ended");
    assert!(fit(&folder).status().unwrap().success());
    assert_eq!(folder.names("."), ["checkpoint", "trained"], "what the dead left is gone");
}

/// `cargo xtask data` from a mirror that is a folder of this machine.
#[test]
fn data_that_is_killed_at_any_moment_is_fetched_by_the_next_run() {
    let Some(source) = complete_data() else {
        tests::skipped("no complete Fashion-MNIST to serve; `cargo xtask data` fetches it");
        return;
    };
    let folder = checkout("data");
    let own = folder.join("data/fashion-mnist");
    let fetch = || {
        let mut command = xtask(&folder.join("."));
        command.arg("data").stdout(Stdio::piped()).stderr(Stdio::piped());
        command
            .env("FASHION_MNIST_DIR", &own)
            .env("FASHION_MNIST_MIRROR", format!("file://{}/", source.display()));
        command
    };
    let mut first = fetch();
    let begin = Instant::now();
    let output = first.output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let mut moments = Moments::until(begin.elapsed() + Duration::from_millis(50));
    for killed in 0..kills(3) {
        let _ = std::fs::remove_dir_all(&own);
        kill_after(&mut fetch().spawn().unwrap(), moments.next());
        for name in folder.names("data/fashion-mnist") {
            let same = std::fs::read(own.join(&name)).unwrap()
                == std::fs::read(source.join(&name)).unwrap();
            assert!(same, "{name} after {killed} kills");
        }
    }
    let output = fetch().output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(folder.names("data/fashion-mnist").len(), 4);
    assert_eq!(folder.names("data"), ["fashion-mnist"], "what the dead left is gone");
}

/// Half of the times only `cargo xtask` is killed and pip goes on; the next command then waits for it.
#[test]
#[ignore = "takes the network and half a minute for each kill: \
            `cargo test -p tests --test faults -- --ignored`"]
fn a_python_environment_that_is_killed_at_any_moment_is_completed_by_the_next_run() {
    let folder = checkout("python");
    let scripts = folder.join("crates/xtask/python");
    std::fs::create_dir_all(&scripts).unwrap();
    for script in tests::root().join("crates/xtask/python").read_dir().unwrap() {
        let script = script.unwrap();
        std::fs::copy(script.path(), scripts.join(script.file_name())).unwrap();
    }
    std::fs::create_dir_all(folder.join("notebooks")).unwrap();
    let notebook = "notebooks/A0.ipynb";
    std::fs::copy(tests::root().join(notebook), folder.join(notebook)).unwrap();
    let make = || {
        let mut command = xtask(&folder.join("."));
        command.args(["student", "A0"]).env_remove("CONDA_PREFIX").process_group(0);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    let begin = Instant::now();
    let output = make().output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let mut moments = Moments::until(begin.elapsed());
    let whole = files(&folder.join(".venv"));
    for killed in 0..kills(2) {
        std::fs::remove_dir_all(folder.join(".venv")).unwrap();
        let mut program = make().spawn().unwrap();
        kill_after(&mut program, moments.next());
        if killed % 2 == 0 {
            let group = format!("-{}", program.id());
            // It fails if all have ended already.
            Command::new("kill").args(["-9", "--", &group]).output().unwrap();
        }
        if folder.join(".venv/installed.lock").is_file() {
            assert!(files(&folder.join(".venv")) == whole, "after {killed} kills");
        }
        let output = make().output().unwrap();
        assert!(output.status.success(), "after {killed} kills: {}", said(&output));
        assert!(files(&folder.join(".venv")) == whole, "after {killed} kills");
    }
}

/// All files below a folder, with their sizes.
fn files(folder: &Path) -> BTreeMap<PathBuf, u64> {
    let mut found = BTreeMap::new();
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        let (path, data) = (entry.path(), entry.metadata().unwrap());
        if data.is_dir() {
            found.append(&mut files(&path));
        } else {
            found.insert(path, data.len());
        }
    }
    found
}

/// A folder with the four compressed files.
fn complete_data() -> Option<PathBuf> {
    let folders =
        [tests::root().join("data/fashion-mnist"), "/usr/share/datasets/fashion-mnist".into()];
    let gzip = |folder: &Path| folder.join("train-images-idx3-ubyte.gz").is_file();
    folders.into_iter().find(|folder| gzip(folder))?.canonicalize().ok()
}
