//! The program that executes notebooks: killed at random moments, and without room for its output.
//!
//! The kernel here is Python's, which starts in a second; what happens to files is the same.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Folder, Moments, kill_after, kills, said};

/// A notebook with one code cell for each text.
pub fn notebook(kernel: &str, sources: &[&str]) -> String {
    let cell = |(index, source): (usize, &&str)| {
        json!({
            "id": format!("cell-{index}"), "cell_type": "code", "source": source, "metadata": {},
            "outputs": [], "execution_count": null,
        })
    };
    let cells: Vec<_> = sources.iter().enumerate().map(cell).collect();
    json!({
        "cells": cells, "nbformat": 4, "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": kernel, "display_name": kernel, "language": ""}},
    })
    .to_string()
}

/// The Python with Jupyter that `cargo xtask` has made.
pub fn python() -> Option<PathBuf> {
    let python = tests::root().join(".venv/bin/python");
    let kernel = tests::root().join(".venv/share/jupyter/kernels/fashion-rust/start-kernel");
    if !python.is_file() || !kernel.is_file() {
        tests::skipped("no kernel; `cargo xtask test` sets it up");
        return None;
    }
    Some(python)
}

/// Executes `in/x.ipynb` of the folder to `out/x.ipynb`; shell before it in `limits`.
pub fn executor(python: &PathBuf, folder: &Folder, kernel: &str, limits: &str) -> Command {
    let script = tests::root().join("crates/xtask/python/execute.py");
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("{limits}\nexec \"$@\""), "sh"])
        .arg(python)
        .args(["-u".into(), script, folder.join("in/x.ipynb"), folder.join("out/x.ipynb")])
        .arg(folder.join("notebooks/x.failed.ipynb"))
        .args([kernel, "quick", "1"])
        .env("IPYTHONDIR", folder.join("ipython"))
        .env("JUPYTER_RUNTIME_DIR", folder.join("jupyter"))
        .env("CARGO_NET_OFFLINE", "true")
        .env("FASHION_PROFILE", "quick")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn prepared(name: &str, source: &str) -> Folder {
    let folder = Folder::new(name);
    for inner in ["in", "out", "ipython"] {
        std::fs::create_dir_all(folder.join(inner)).unwrap();
    }
    std::fs::write(folder.join("in/x.ipynb"), notebook("python3", &[source])).unwrap();
    std::fs::write(folder.join("out/x.ipynb"), "old").unwrap();
    folder
}

#[test]
fn an_executor_that_is_killed_leaves_the_old_notebook_or_the_new_one() {
    let Some(python) = python() else { return };
    let folder = prepared("executor", "print('a line\\n' * 1_000)");
    let begin = Instant::now();
    let output = executor(&python, &folder, "python3", "").output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let new = std::fs::read(folder.join("out/x.ipynb")).unwrap();
    let mut moments = Moments::until(begin.elapsed() + Duration::from_millis(50));
    let mut olds = 0;
    for killed in 0..kills(2) {
        std::fs::write(folder.join("out/x.ipynb"), "old").unwrap();
        let mut program = executor(&python, &folder, "python3", "").spawn().unwrap();
        kill_after(&mut program, moments.next());
        let found = std::fs::read(folder.join("out/x.ipynb")).unwrap();
        assert!(found == b"old" || found == new, "after {killed} kills: {} bytes", found.len());
        olds += u32::from(found == b"old");
    }
    println!("{} kills, {olds} of them before the end", kills(2));
    assert!(executor(&python, &folder, "python3", "").status().unwrap().success());
    assert_eq!(folder.names("out"), ["x.ipynb"], "what the dead left is gone");
}

#[test]
fn a_notebook_without_room_is_named_and_the_old_one_stays() {
    let Some(python) = python() else { return };
    let folder = prepared("no-room", "print('a line of many\\n' * 40_000)");
    // Python ignores the signal by itself; 256 or 512 kB, depending on the shell's blocks.
    let output = executor(&python, &folder, "python3", "ulimit -f 512").output().unwrap();
    let message = said(&output);
    assert!(!output.status.success(), "{message}");
    let reason = format!("writing {}: File too large", folder.join("out/x.ipynb").display());
    assert!(message.contains(&reason) && !message.contains("Traceback"), "{message}");
    assert_eq!(std::fs::read(folder.join("out/x.ipynb")).unwrap(), b"old");
    assert_eq!(folder.names("out"), ["x.ipynb"]);

    std::fs::remove_dir_all(folder.join("out")).unwrap();
    std::fs::write(folder.join("out"), "a file where a folder should be").unwrap();
    let message = said(&executor(&python, &folder, "python3", "").output().unwrap());
    assert!(message.contains("out/x.ipynb: ") && !message.contains("Traceback"), "{message}");
}
