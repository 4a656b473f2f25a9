//! No room on the disk, and folders that cannot be written.

use std::path::Path;
use std::process::{Command, Output};

use fashion::nn::{Network, Sequential, Training};
use fashion::plot::LineChart;
use tests::networks::learnable;

use crate::support::{Folder, said};

const WRITER: &str = env!("CARGO_BIN_EXE_write_files");

/// Runs the writer after some lines of shell.
fn write_after(lines: &str, folder: &Path) -> Output {
    let script = format!("{lines}\nexec \"$0\" \"$1\"");
    Command::new("sh").args(["-ec", &script, WRITER]).arg(folder).output().unwrap()
}

fn assert_old_files_are_intact(output: &Output, reason: &str) {
    let said = said(output);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 4, "{said}");
    for (line, file) in lines.iter().zip(["model", "figure.svg", "checkpoint"]) {
        assert!(line.contains(&format!("/{file}: ")) && line.contains(reason), "{said}");
    }
    assert!(lines[..2].iter().all(|line| line.ends_with("the old file is intact")), "{said}");
    assert_eq!(lines[3], r#"["figure.svg", "model"]"#, "nothing else is left");
}

#[test]
fn a_file_that_may_not_grow_leaves_the_old_one() {
    let folder = Folder::new("limit");
    // At most 64 or 128 blocks of 512 bytes, depending on the shell.
    let output = write_after("trap '' XFSZ; ulimit -f 64", &folder.join("."));
    assert_old_files_are_intact(&output, "File too large");
}

#[test]
fn a_full_disk_leaves_the_old_files() {
    let folder = Folder::new("full");
    let mount = "mount -t tmpfs -o size=64k none \"$1\"";
    let in_namespace =
        format!("exec unshare -rm sh -ec '{mount}; exec \"$0\" \"$1\"' \"$0\" \"$1\"");
    let mut try_it = Command::new("sh");
    try_it.args(["-ec", &in_namespace, "true"]).arg(folder.join("."));
    if !try_it.status().is_ok_and(|status| status.success()) {
        println!("skipped: this system lets no user mount a tmpfs in a namespace");
        return;
    }
    let output = Command::new("sh")
        .args(["-ec", &in_namespace, WRITER])
        .arg(folder.join("."))
        .output()
        .unwrap();
    assert_old_files_are_intact(&output, "No space left on device");
}

/// Permissions do not bind an administrator, so the folder is one that cannot be: below a file.
#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = Folder::new("refused");
    std::fs::write(folder.join("file"), "").unwrap();
    let path = folder.join("file/below");
    let mut network: Network<f32> = Sequential::new([64]).dense(3).softmax().build(1).unwrap();
    let figure = LineChart::new("t", "x", "y").series("a", &[1.0]).draw().unwrap();
    let training = Training::new().epochs(1).quiet().checkpoint(&path);
    let errors = [
        network.save(&path).unwrap_err(),
        figure.save(&path).unwrap_err(),
        network.fit(&learnable(30), &training).unwrap_err(),
    ];
    for error in errors.map(|error| error.to_string()) {
        assert!(error.contains("file/below") && error.contains("Not a directory"), "{error}");
    }
    assert_eq!(folder.names("."), ["file"]);
}
