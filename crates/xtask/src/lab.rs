//! `cargo xtask lab`.

use std::process::Command;

use anyhow::{Context, Result};

use crate::checkout::Checkout;
use crate::failure::by_hand;
use crate::{lock, process, setup};

/// Sets everything up and runs JupyterLab until it is stopped.
pub fn open(checkout: &Checkout, arguments: &[String]) -> Result<()> {
    let environment = {
        // Only the set-up is locked: tests may run while somebody reads.
        let _lock = lock::acquire(checkout)?;
        setup::everything(checkout)?.environment
    };
    println!("JupyterLab opens in the browser; stop it here with Ctrl-C.");
    let mut command = environment.command(checkout);
    command
        .args([
            "-m",
            "jupyterlab",
            "--ip=127.0.0.1",
            "--LabApp.default_url=/lab/tree/notebooks/A0.ipynb",
        ])
        .arg(format!("--ServerApp.root_dir={}", checkout.root().display()))
        .current_dir(checkout.root());
    if is_administrator() {
        command.arg("--allow-root");
    }
    become_it(command.args(arguments))
        .context(by_hand("`cargo xtask lab --no-browser` prints the address instead of opening it"))
}

/// Puts the command in this program's place, so that Ctrl-C reaches it alone: it asks back.
#[cfg(unix)]
fn become_it(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    anyhow::bail!("JupyterLab could not be started: {}", command.exec())
}

#[cfg(not(unix))]
fn become_it(command: &mut Command) -> Result<()> {
    process::show(command)
}

/// In a container people are often root, and JupyterLab then asks for an option.
fn is_administrator() -> bool {
    process::capture(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
