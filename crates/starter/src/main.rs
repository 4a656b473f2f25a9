//! Starts the notebooks' kernel: Jupyter runs this program, and this program runs evcxr.
//!
//!     start-kernel CONNECTION_FILE
//!
//! It stays the parent of evcxr, which gets a process group of its own: Jupyter sends an interrupt to the whole
//! group of what it started, and evcxr and a compiler in that group would die of it.
//!
//! | module | what it does |
//! |---|---|
//! | `settings` | reads what set-up has written beside this program |
//! | `place` | where a kernel writes: in the checkout, or in the cache folder of a user who may only read that |
//! | `folder` | the temporary folder of one kernel, and the end of those whose kernel is dead |
//! | `compiler` | how cells are compiled |
//! | `cell` | what of a cell's source need not be |
//! | `links` | gives a kernel what set-up has compiled |
//! | `kernel` | evcxr, its environment, and the guard that ends it with this program |
//! | `processes` | which processes there are, and what they do |
//! | `interrupt` | what an interrupt reaches |

#[cfg(unix)]
mod cell;
#[cfg(unix)]
mod compiler;
#[cfg(unix)]
mod folder;
#[cfg(unix)]
mod interrupt;
#[cfg(unix)]
mod kernel;
#[cfg(unix)]
mod links;
#[cfg(unix)]
mod place;
#[cfg(unix)]
mod processes;
#[cfg(unix)]
mod settings;

use std::process::ExitCode;

fn main() -> ExitCode {
    #[cfg(unix)]
    let ended = kernel::run(std::env::args_os().skip(1).collect());
    #[cfg(not(unix))]
    let ended: Result<ExitCode, String> = Err("this system has no signals; use WSL".into());
    ended.unwrap_or_else(|message| {
        eprintln!("The kernel could not be started: {message}");
        ExitCode::FAILURE
    })
}
