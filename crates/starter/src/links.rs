//! What set-up has compiled, for one kernel, as links that take no space.
//!
//! A build folder for all kernels would not do: cargo cannot tell the cells of two kernels apart, and one would
//! run the other's code.

use std::fs::{self, File, FileTimes};
use std::io;
use std::os::unix::fs::symlink;
use std::path::Path;

/// Fills the new folder `build` with what is in `warm`, if there is such a folder.
pub fn give(warm: &Path, build: &Path) -> io::Result<()> {
    if !warm.is_dir() {
        return Ok(());
    }
    let given = tree(warm, build, false);
    if given.is_err() {
        // Half of it would be worse than nothing: without it the first cell compiles everything.
        let _ = fs::remove_dir_all(build);
    }
    given
}

fn tree(from: &Path, to: &Path, notes: bool) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in from.read_dir()? {
        let entry = entry?;
        let name = entry.file_name();
        let text = name.to_string_lossy();
        if is_of_one_kernel(&text) {
            continue;
        }
        let (from, to) = (entry.path(), to.join(&name));
        if entry.file_type()?.is_dir() {
            tree(&from, &to, notes || text == ".fingerprint")?;
        } else if notes {
            // cargo writes its notes in place, and compares their times.
            copy(&from, &to)?;
        } else {
            link(&from, &to)?;
        }
    }
    Ok(())
}

/// What belongs to one cell, and locks.
fn is_of_one_kernel(name: &str) -> bool {
    name.starts_with("ctx")
        || name.starts_with("libctx")
        || name == "incremental"
        || (name.starts_with(".cargo-") && name.ends_with("lock"))
}

/// A second name for the file; where the system refuses that, as for files of another user, a symbolic link.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    fs::hard_link(from, to).or_else(|_| symlink(from, to)).or_else(|_| copy(from, to))
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to)?;
    let times = FileTimes::new().set_modified(from.metadata()?.modified()?);
    File::options().append(true).open(to)?.set_times(times)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, SystemTime};

    #[test]
    fn files_are_shared_notes_are_copied_with_their_times_and_cells_stay_behind() {
        let folder =
            std::env::temp_dir().join(format!("fashion-starter-links-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let (warm, build) = (folder.join("warm"), folder.join("build"));
        let notes = "debug/.fingerprint/fashion-1/invoked.timestamp";
        let kept = ["debug/deps/libfashion-1.rlib", notes];
        let left =
            ["debug/deps/libctx.so", "debug/.cargo-lock", "debug/incremental/a", "debug/ctx/a"];
        for name in kept.iter().chain(&left) {
            fs::create_dir_all(warm.join(name).parent().unwrap()).unwrap();
            fs::write(warm.join(name), name).unwrap();
        }
        let past = SystemTime::now() - Duration::from_secs(1000);
        let file = File::options().append(true).open(warm.join(notes)).unwrap();
        file.set_modified(past).unwrap();

        give(&warm, &build).unwrap();
        assert_eq!(build.join(notes).metadata().unwrap().modified().unwrap(), past);
        for name in kept {
            assert_eq!(fs::read_to_string(build.join(name)).unwrap(), name);
        }
        for name in left {
            assert!(!build.join(name).exists(), "{name}");
        }
        fs::write(build.join(notes), "new").unwrap();
        assert_eq!(
            fs::read_to_string(warm.join(notes)).unwrap(),
            notes,
            "cargo's notes are not shared"
        );
        give(&folder.join("none"), &folder.join("nothing")).unwrap();
        assert!(!folder.join("nothing").exists());
        fs::remove_dir_all(folder).unwrap();
    }
}
