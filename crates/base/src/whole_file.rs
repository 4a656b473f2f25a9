//! Files that are written whole or not at all.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use crate::{Error, Result};

/// Writes to a temporary file beside `path` and renames it, so that a reader finds the old file or the
/// new one, whenever the process or the machine stops. Makes the folder if it is missing.
///
/// # Errors
/// [`Error::Io`]; the old file is then untouched, and no temporary one is left.
pub fn write(path: &Path, content: &[u8]) -> Result<()> {
    let failed = |action| move |source| Error::Io { action, path: path.into(), source };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        match fs::create_dir_all(folder) {
            // Something else is in the folder's place; the attempt to write says so better.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => made.map_err(failed("making the folder of"))?,
        }
    }
    remove_leftovers(path);
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(format!(".{}.tmp", std::process::id()));
    let written = File::create(&temporary)
        .and_then(|file| fill(file, content))
        .and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // What is left of a full disk helps nobody; the first error is the one to report.
        let _ = fs::remove_file(&temporary);
    }
    written.map_err(failed("writing"))
}

fn fill(mut file: File, content: &[u8]) -> io::Result<()> {
    // The lock says that the writer lives; where there are no locks, leftovers stay.
    let _ = file.try_lock();
    file.write_all(content)?;
    file.sync_all()
}

/// Removes the temporary files of writers that were killed.
fn remove_leftovers(path: &Path) {
    let Some(name) = path.file_name() else { return };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let Ok(entries) = folder.unwrap_or(Path::new(".")).read_dir() else { return };
    for entry in entries.flatten().filter(|entry| is_temporary(&entry.file_name(), name)) {
        let path = entry.path();
        if File::open(&path).is_ok_and(|file| file.try_lock().is_ok()) {
            // If another process was faster, it is gone.
            let _ = fs::remove_file(path);
        }
    }
}

/// Whether `file` is `name`, a process number and `.tmp`, separated by dots.
fn is_temporary(file: &OsStr, name: &OsStr) -> bool {
    let (file, name) = (file.to_string_lossy(), name.to_string_lossy());
    file.strip_prefix(&*name)
        .and_then(|rest| rest.strip_prefix('.')?.strip_suffix(".tmp"))
        .is_some_and(|number| number.parse::<u32>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leftovers_of_the_dead_go_and_files_of_the_living_and_of_others_stay() {
        let folder = std::env::temp_dir().join(format!("fashion-whole-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = |name: &str| File::create(folder.join(name)).unwrap();
        drop(file("model.4000000001.tmp"));
        let living = file("model.4000000002.tmp");
        living.lock().unwrap();
        drop(file("model.my.tmp"));
        drop(file("other.4000000003.tmp"));
        write(&folder.join("model"), b"new").unwrap();
        let mut names: Vec<_> =
            folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        fs::remove_dir_all(&folder).unwrap();
        let expected = ["model", "model.4000000002.tmp", "model.my.tmp", "other.4000000003.tmp"];
        assert_eq!(names, expected);
    }
}
