//! The Jupyter kernel for Rust.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::checkout::Checkout;
use crate::failure::by_hand;
use crate::process;
use crate::python::Environment;
use crate::step::Description;

pub const STEP: Description = Description {
    title: "Jupyter kernel evcxr_jupyter 0.22.0",
    why: "it compiles and runs the cells; built from source, once",
    about: "6 to 7 min",
};

const VERSION: &str = "0.22.0";

/// A program of exactly this version: in the environment, on the search path or in cargo's folder.
pub fn find(environment: &Environment) -> Option<PathBuf> {
    let name = format!("evcxr_jupyter{}", std::env::consts::EXE_SUFFIX);
    let own = environment.prefix.join("bin").join(&name);
    let cargo = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo = cargo.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    [Some(own), process::find("evcxr_jupyter"), cargo.map(|folder| folder.join("bin").join(name))]
        .into_iter()
        .flatten()
        .find(|path| is_version(path))
}

/// Builds it into the environment.
pub fn make(checkout: &Checkout, environment: &Environment) -> Result<PathBuf> {
    // An interrupted build goes on where it stopped.
    let scratch = checkout.target().join("evcxr-install");
    process::show(
        Command::new("cargo")
            .args(["install", "evcxr_jupyter", "--version", VERSION, "--locked", "--force"])
            .arg("--root")
            .arg(&environment.prefix)
            .env("CARGO_TARGET_DIR", &scratch),
    )
    .context(by_hand(format!(
        "run `cargo install evcxr_jupyter --version {VERSION} --locked`, or put a program of \
         that version on the search path; then run the command again"
    )))?;
    // Only to free space; a remainder does no harm.
    let _ = std::fs::remove_dir_all(scratch);
    Ok(environment.prefix.join("bin/evcxr_jupyter"))
}

/// The program cannot be asked for its version, but its greeting contains it.
fn is_version(path: &Path) -> bool {
    let greeting = format!("EvCxR {VERSION} - ");
    std::fs::read(path).is_ok_and(|program| {
        program.windows(greeting.len()).any(|window| window == greeting.as_bytes())
    })
}
