//! The temporary folder of one kernel: two kernels in one folder run each other's code.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A folder of its own, and the lock that says that somebody uses it.
///
/// A lock and not the number of a process: in containers that share a checkout every kernel may be process 1.
#[derive(Debug)]
pub struct Folder {
    /// The folder.
    pub path: PathBuf,
    /// Locked as long as the file is open, here or in a process that has inherited it.
    pub lock: File,
}

impl Folder {
    /// Makes one in `home`, and removes those there that nobody uses any more.
    pub fn new(home: &Path) -> io::Result<Self> {
        fs::create_dir_all(home)?;
        remove_unused(home);
        for attempt in 0..100 {
            let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
            let moment = since.unwrap_or_default().as_nanos();
            let path = home.join(format!("k{}-{moment:x}-{attempt}", std::process::id()));
            let lock = match File::create_new(lock_of(&path)) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
                file => file?,
            };
            // Some network file systems have no locks; then nobody can take this one either.
            let _ = lock.lock();
            // Another kernel may have found it before it was locked.
            if lock_of(&path).exists() {
                fs::create_dir(&path)?;
                return Ok(Self { path, lock });
            }
        }
        Err(io::Error::new(ErrorKind::AlreadyExists, "every name is taken"))
    }
}

/// Removes a folder whose kernel has ended. The lock file goes last: while it is there, the next kernel tries again.
pub fn remove(path: &Path) {
    let gone = |result: &io::Result<()>| match result {
        Ok(()) => true,
        Err(error) => error.kind() == ErrorKind::NotFound,
    };
    if gone(&fs::remove_dir_all(path)) {
        let _ = fs::remove_file(lock_of(path));
    }
}

fn lock_of(path: &Path) -> PathBuf {
    path.with_extension("lock")
}

fn remove_unused(home: &Path) {
    for entry in home.read_dir().into_iter().flatten().flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|end| end == "lock")
            && File::open(&path).is_ok_and(|file| file.try_lock().is_ok())
        {
            remove(&path.with_extension(""));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home(name: &str) -> PathBuf {
        let home =
            std::env::temp_dir().join(format!("fashion-starter-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&home);
        home
    }

    /// The processes of two containers may have the same number: here both folders are of this process.
    #[test]
    fn a_folder_in_use_stays_and_one_whose_kernel_is_dead_goes() {
        let home = home("folders");
        let (first, second) = (Folder::new(&home).unwrap(), Folder::new(&home).unwrap());
        assert_ne!(first.path, second.path);
        fs::write(first.path.join("file"), "x").unwrap();
        let dead = first.path.clone();
        drop(first);
        let third = Folder::new(&home).unwrap();
        assert!(!dead.exists() && !lock_of(&dead).exists());
        assert!(second.path.is_dir() && third.path.is_dir());
        fs::remove_dir_all(home).unwrap();
    }

    #[test]
    fn what_is_no_kernels_folder_stays() {
        let home = home("others");
        fs::create_dir_all(home.join("warm/build")).unwrap();
        let folder = Folder::new(&home).unwrap();
        remove(&folder.path);
        assert!(home.join("warm/build").is_dir() && !folder.path.exists());
        fs::remove_dir_all(home).unwrap();
    }
}
