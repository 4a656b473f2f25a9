//! One `cargo xtask` at a time in a checkout.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::process::Stdio;
use std::sync::OnceLock;

use anyhow::{Context, Result, anyhow};

use crate::checkout::Checkout;
use crate::failure::by_hand;

/// Held until dropped; the operating system releases it if the process dies.
#[must_use]
pub struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // The process may live on, with the file open for [`shared`]. If it fails, the end releases it.
        let _ = self.0.unlock();
    }
}

static FILE: OnceLock<File> = OnceLock::new();

/// The lock as the standard input of a program, which finds nothing to read there: if this process is
/// killed, the lock stays until that program has ended too.
pub fn shared() -> Stdio {
    FILE.get().and_then(|file| file.try_clone().ok()).map_or_else(Stdio::null, Stdio::from)
}

/// Waits until no other `cargo xtask` works in this checkout.
pub fn acquire(checkout: &Checkout) -> Result<Lock> {
    let path = checkout.target().join("xtask.lock");
    std::fs::create_dir_all(checkout.target()).context("creating target")?;
    let mut file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .with_context(|| format!("opening {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // The holder may be writing its name just now; then the message is only less precise.
            let _ = file.read_to_string(&mut holder);
            println!(
                "Another `cargo xtask` works in this checkout ({}); waiting for it to finish.",
                holder.trim()
            );
            file.lock().with_context(|| format!("waiting for {}", path.display()))?;
        }
        Err(TryLockError::Error(error)) => {
            return Err(anyhow!("locking {}: {error}", path.display()).context(by_hand(
                "the file system may not support locks; move the checkout to a local disk",
            )));
        }
    }
    let name: Vec<String> = std::env::args().skip(1).collect();
    file.rewind()
        .and_then(|()| file.set_len(0))
        .and_then(|()| write!(file, "process {}: {}", std::process::id(), name.join(" ")))
        .with_context(|| format!("writing {}", path.display()))?;
    if let Ok(shared) = file.try_clone() {
        let _ = FILE.set(shared);
    }
    Ok(Lock(file))
}
