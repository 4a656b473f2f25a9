//! Files that are written whole or not at all, and read only if they are files.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// Writes to a temporary file beside `path` and renames it, so that a reader finds the old file or the
/// new one, whenever the process or the machine stops, and however many write at once: the last one
/// stays. Makes the folder if it is missing.
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
    let (temporary, file) = create_beside(path).map_err(failed("writing"))?;
    // Its lock is held until it has its name.
    let written = fill(&file, content).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // What is left of a full disk helps nobody; the first error is the one to report.
        let _ = fs::remove_file(&temporary);
    }
    written.map_err(failed("writing"))
}

/// A new file beside `path`, under a name of its own, and locked.
///
/// The lock says that its writer lives. Between a file's making and its lock another process may take it
/// for a leftover: that one holds the lock while it removes the file, so whoever gets the lock looks
/// whether the file is still there, and else makes another.
fn create_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    loop {
        let mut name = path.as_os_str().to_owned();
        // The standard library's only source of numbers that no other thread or process has.
        let random = RandomState::new().hash_one(path);
        name.push(format!(".{}-{random:016x}.tmp", std::process::id()));
        let temporary = PathBuf::from(name);
        let file = match File::create_new(&temporary) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            created => created?,
        };
        // Where there are no locks, leftovers stay.
        let _ = file.lock();
        if temporary.try_exists().unwrap_or(true) {
            return Ok((temporary, file));
        }
    }
}

fn fill(mut file: &File, content: &[u8]) -> io::Result<()> {
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
        if !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            continue;
        }
        if let Ok(file) = File::open(&path)
            && file.try_lock().is_ok()
        {
            // If another process was faster, it is gone. The lock is held until it is.
            let _ = fs::remove_file(path);
        }
    }
}

/// Whether `file` is `name`, a process number (with a random one) and `.tmp`, separated by dots.
fn is_temporary(file: &OsStr, name: &OsStr) -> bool {
    let (file, name) = (file.to_string_lossy(), name.to_string_lossy());
    let rest =
        file.strip_prefix(&*name).and_then(|rest| rest.strip_prefix('.')?.strip_suffix(".tmp"));
    rest.is_some_and(|rest| {
        let (process, random) = rest.split_once('-').unwrap_or((rest, "0"));
        process.parse::<u32>().is_ok() && u64::from_str_radix(random, 16).is_ok()
    })
}

/// The content of a file of at most `most` bytes.
///
/// # Errors
/// [`Error::Io`] if it cannot be read, is no file (a folder, or a pipe, which would be waited for), or is
/// larger.
pub fn read(path: &Path, most: u64) -> Result<Vec<u8>> {
    let failed = |source| Error::Io { action: "reading", path: path.into(), source };
    let mut content = Vec::new();
    let file = open(path)?;
    let length = file.metadata().map_err(failed)?.len();
    if length > most {
        let problem = format!("expected at most {most} bytes, got {length}; is it another file?");
        return Err(failed(io::Error::new(io::ErrorKind::FileTooLarge, problem)));
    }
    // A file that grows meanwhile is not followed.
    file.take(most).read_to_end(&mut content).map_err(failed)?;
    Ok(content)
}

/// A file, to read.
///
/// # Errors
/// [`Error::Io`] if it cannot be opened, or is none: to open a pipe waits for its other end.
pub fn open(path: &Path) -> Result<File> {
    let failed = |source| Error::Io { action: "reading", path: path.into(), source };
    let kind = fs::metadata(path).map_err(failed)?.file_type();
    if kind.is_file() {
        return File::open(path).map_err(failed);
    }
    let what = if kind.is_dir() { "a folder" } else { "a pipe or device" };
    let problem = format!("expected a file, got {what}");
    Err(failed(io::Error::new(io::ErrorKind::InvalidInput, problem)))
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
        drop(file("model.4000000001-00ff00ff00ff00ff.tmp"));
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

    /// Each of these once failed or was read half: two processes' clean-up, two threads' names.
    #[test]
    fn many_writers_of_one_path_all_succeed_and_a_reader_always_finds_a_whole_file() {
        let folder = std::env::temp_dir().join(format!("fashion-many-{}", std::process::id()));
        let path = folder.join("model");
        write(&path, &[0; 5_000]).unwrap();
        std::thread::scope(|scope| {
            for writer in 1..=4_u8 {
                let path = &path;
                scope.spawn(move || {
                    (0..60).for_each(|_| write(path, &[writer; 5_000]).unwrap());
                });
            }
            for _ in 0..300 {
                let content = read(&path, 10_000).unwrap();
                assert!(content.len() == 5_000 && content.iter().all(|&byte| byte == content[0]));
            }
        });
        assert_eq!(folder.read_dir().unwrap().count(), 1, "no temporary file is left");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_is_no_file_or_too_large_is_refused_by_its_name() {
        let folder = std::env::temp_dir().join(format!("fashion-kinds-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let message = read(&folder, 10).unwrap_err().to_string();
        assert!(message.contains("got a folder"), "{message}");
        let large = folder.join("large");
        fs::write(&large, [0; 11]).unwrap();
        let message = read(&large, 10).unwrap_err().to_string();
        assert!(message.contains("large") && message.contains("at most 10 bytes"), "{message}");
        assert_eq!(read(&large, 11).unwrap().len(), 11);
        fs::remove_dir_all(&folder).unwrap();
    }
}
