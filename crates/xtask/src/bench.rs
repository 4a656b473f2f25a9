//! `cargo xtask bench`.

use std::process::Command;

use anyhow::Result;

use crate::checkout::Checkout;
use crate::process;

/// Builds the benchmark in release and runs it; its arguments are handed on.
pub fn run(checkout: &Checkout, arguments: &[String]) -> Result<()> {
    println!(
        "Measuring against Keras and scikit-learn: about 10 min, and 5 min more the first time for a \
         release build and a Python environment of its own (1 GB in target/bench)"
    );
    process::show(
        Command::new("cargo")
            .current_dir(checkout.root())
            .args(["run", "--quiet", "--release", "--package", "bench", "--"])
            .args(arguments),
    )
}
