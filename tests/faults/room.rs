//! No room on the disk, and folders that cannot be written.

use std::path::Path;
use std::process::Command;

use fashion::nn::{Network, Sequential, Training};
use fashion::show::LineChart;
use fashion::svm::Svc;
use tests::networks::learnable;

use crate::support::{Folder, said};

const WRITER: &str = env!("CARGO_BIN_EXE_write_files");

/// Writes the old files, then the new ones after some lines of shell.
fn write_after(lines: &str, folder: &Path) -> Command {
    let mut command = Command::new("sh");
    command.args(["-ec", &old_then_new(lines), WRITER]).arg(folder);
    command
}

fn old_then_new(lines: &str) -> String {
    format!("\"$0\" \"$1\" old\n{lines}\nexec \"$0\" \"$1\" new")
}

/// [`write_after`] in a mount namespace where the folder is a disk of 64 kB; `None`, with an explanation,
/// where the system lets no user have one.
fn write_on_a_small_disk(lines: &str, folder: &Path) -> Option<Command> {
    let mount = "mount -t tmpfs -o size=64k none \"$1\"";
    let isolated = |script: &str, folder: &Path| {
        let mut command = Command::new("unshare");
        command.args(["-rm", "sh", "-ec", script, WRITER]).arg(folder);
        command
    };
    if !isolated(mount, folder).status().is_ok_and(|status| status.success()) {
        tests::skipped("this system lets no user mount a tmpfs in a namespace");
        return None;
    }
    Some(isolated(&format!("{mount}\n{}", old_then_new(lines)), folder))
}

fn assert_old_files_are_as_they_were(command: &mut Command, reason: &str) {
    let said = said(&command.output().unwrap());
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 6, "{said}");
    for (line, file) in
        lines.iter().zip(["model", "machine", "figure.svg", "results.txt", "checkpoint"])
    {
        assert!(line.contains(&format!("/{file}: ")) && line.contains(reason), "{said}");
        assert!(line.ends_with("the file is as it was"), "{said}");
    }
    let names = r#"["figure.svg", "machine", "machine.cost.json", "model", "results.txt"]"#;
    assert_eq!(lines[5], names, "nothing else is left");
}

#[test]
fn a_file_that_may_not_grow_leaves_the_old_one() {
    let folder = Folder::new("limit");
    // At most 64 or 128 blocks of 512 bytes, depending on the shell.
    let mut command = write_after("trap '' XFSZ; ulimit -f 64", &folder.join("."));
    assert_old_files_are_as_they_were(&mut command, "File too large");
}

#[test]
fn a_full_disk_leaves_the_old_files() {
    let folder = Folder::new("full");
    if let Some(mut command) = write_on_a_small_disk("", &folder.join(".")) {
        assert_old_files_are_as_they_were(&mut command, "No space left on device");
    }
}

#[test]
fn a_disk_that_may_only_be_read_leaves_the_old_files() {
    let folder = Folder::new("read-only");
    let lock = "mount -o remount,ro \"$1\"";
    if let Some(mut command) = write_on_a_small_disk(lock, &folder.join(".")) {
        assert_old_files_are_as_they_were(&mut command, "Read-only file system");
    }
}

/// Permissions do not bind an administrator, so the folder is one that cannot be: below a file.
#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = Folder::new("refused");
    std::fs::write(folder.join("file"), "").unwrap();
    let path = folder.join("file/below");
    let mut network: Network<f32> = Sequential::new([64]).dense(3).softmax().build(1).unwrap();
    let figure = LineChart::new("t", "x", "y").series("a", &[1.0]).draw().unwrap();
    let training = Training::new().epochs(1).verbose(false).checkpoint(&path);
    let errors = [
        network.save(&path).unwrap_err(),
        Svc::params().fit(&learnable(6)).unwrap().save(&path).unwrap_err().into(),
        figure.save(&path).unwrap_err(),
        network.fit(&learnable(30), &training).unwrap_err(),
    ];
    for error in errors.map(|error| error.to_string()) {
        assert!(error.contains("file/below") && error.contains("Not a directory"), "{error}");
    }
    assert_eq!(folder.names("."), ["file"]);
}
