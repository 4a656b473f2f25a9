//! `cargo xtask bench` and `cargo xtask first-value`.

use std::process::Command;

use anyhow::Result;

use crate::checkout::Checkout;
use crate::kernel;
use crate::notebooks;
use crate::process;
use crate::python::Environment;

/// Builds the benchmark in release and runs it; its arguments are handed on.
pub fn run(checkout: &Checkout, arguments: &[String]) -> Result<()> {
    println!(
        "Measuring against the other libraries: about 40 min, and 8 min more the first time for a \
         release build and a Python environment of its own (8 GB in target/bench)"
    );
    process::show(
        Command::new("cargo")
            .current_dir(checkout.root())
            .args(["run", "--quiet", "--release", "--package", "bench", "--"])
            .args(arguments),
    )
}

/// Measures how soon a kernel answers, in these notebooks.
pub fn first_value(checkout: &Checkout, environment: &Environment, names: &[String]) -> Result<()> {
    let mut command = environment.command(checkout);
    command
        .arg("-u")
        .arg(checkout.script("first_value.py"))
        .arg(kernel::NAME)
        .arg(checkout.root().join("docs/PERFORMANCE.md"))
        .args(notebooks::select(checkout, names)?);
    process::show(command.env("CARGO_NET_OFFLINE", "true"))
}
