//! One `cargo xtask` at a time in a checkout.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};

use crate::checkout::Checkout;
use crate::failure::{Context, Failure, Result};

/// Held until dropped; the operating system releases it if the process dies.
#[must_use]
pub struct Lock(#[expect(dead_code, reason = "the open file is the lock")] File);

/// Waits until no other `cargo xtask` works in this checkout.
pub fn acquire(checkout: &Checkout) -> Result<Lock> {
    let path = checkout.target().join("xtask.lock");
    std::fs::create_dir_all(checkout.target()).context(|| "creating target".into())?;
    let mut file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .context(|| format!("opening {}", path.display()))?;
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
            file.lock().context(|| format!("waiting for {}", path.display()))?;
        }
        Err(TryLockError::Error(error)) => {
            return Err(Failure::new(format!("locking {}: {error}", path.display())).by_hand(
                "the file system may not support locks; move the checkout to a local disk",
            ));
        }
    }
    let name: Vec<String> = std::env::args().skip(1).collect();
    file.rewind()
        .and_then(|()| file.set_len(0))
        .and_then(|()| write!(file, "process {}: {}", std::process::id(), name.join(" ")))
        .context(|| format!("writing {}", path.display()))?;
    Ok(Lock(file))
}
