//! `cargo xtask student`: the edition without solutions and answers, and its test with nbgrader.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};

use crate::checkout::Checkout;
use crate::failure::by_hand;
use crate::python::Environment;
use crate::{notebooks, process, python};

/// Writes the student edition of the notebooks that `names` select into `target/student`.
pub fn write(checkout: &Checkout, names: &[String]) -> Result<()> {
    let environment = python::ready(checkout)?;
    let folder = checkout.target().join("student");
    let sources = notebooks::select(checkout, names)?;
    edition(checkout, &environment, &folder, &sources)?;
    println!(
        "For students: {0}/*.ipynb. For nbgrader: {0}/nbgrader. docs/TEACHING.md has the rest",
        checkout.short(&folder)
    );
    Ok(())
}

fn edition(
    checkout: &Checkout,
    environment: &Environment,
    folder: &Path,
    sources: &[PathBuf],
) -> Result<()> {
    let mut command = environment.command(checkout);
    process::show(command.arg(checkout.script("student.py")).arg(folder).args(sources))
        .context(by_hand("the message above names the cell; docs/TEACHING.md has the rules"))
}

/// Lets nbgrader grade the model answers and the untouched student edition of a notebook that the
/// quick profile has executed.
pub fn test(checkout: &Checkout, environment: &Environment, name: &str) -> Result<()> {
    let executed = checkout.target().join(format!("notebooks/{name}.ipynb"));
    let folder = checkout.target().join("nbgrader");
    // nbgrader adds itself to JupyterLab, so it stays out of our environment.
    let grader = environment.beside(
        checkout,
        &folder.join("env"),
        "crates/xtask/python/nbgrader.lock",
        "import nbgrader",
        "nbgrader, for the test of the student edition (about 1 min, 120 MB)",
    )?;
    let course = folder.join("edition");
    edition(checkout, environment, &course, &[executed])?;
    let mut command = grader.command(checkout);
    command
        .arg(checkout.script("grade.py"))
        .arg(&course)
        .arg(name)
        .arg(environment.prefix.join("share/jupyter"))
        .env("CARGO_NET_OFFLINE", "true")
        .env("FASHION_PROFILE", "quick");
    process::show(&mut command).map_err(|_| {
        anyhow!("the student edition does not earn the marks that it should")
            .context(by_hand(format!("the checks stand above; see {}", checkout.short(&course))))
    })
}
