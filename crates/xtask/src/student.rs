//! `cargo xtask student`: the edition without solutions and answers, and its test with nbgrader.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::checkout::{Checkout, write_atomically};
use crate::failure::{Context, Failure, Result};
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
    let script = checkout.target().join("xtask/student.py");
    write_atomically(&script, include_bytes!("../python/student.py"))?;
    let mut command = environment.command(checkout);
    process::show(command.arg(&script).arg(folder).args(sources)).map_err(|failure| {
        failure.by_hand("the message above names the cell; docs/TEACHING.md has the rules")
    })
}

/// Lets nbgrader grade the model answers and the untouched student edition of a notebook that the
/// quick profile has executed.
pub fn test(checkout: &Checkout, environment: &Environment, name: &str) -> Result<()> {
    let executed = checkout.target().join(format!("notebooks/{name}.ipynb"));
    let folder = checkout.target().join("nbgrader");
    let grader = grader(checkout, environment, &folder.join("env"))?;
    let course = folder.join("edition");
    edition(checkout, environment, &course, &[executed])?;
    let script = checkout.target().join("xtask/grade.py");
    write_atomically(&script, include_bytes!("../python/grade.py"))?;
    let mut command = grader.command(checkout);
    command
        .arg(&script)
        .arg(&course)
        .arg(name)
        .arg(environment.prefix.join("share/jupyter"))
        .env("CARGO_NET_OFFLINE", "true")
        .env("FASHION_PROFILE", "quick");
    process::show(&mut command).map_err(|_| {
        Failure::new("the student edition does not earn the marks that it should")
            .by_hand(format!("the checks stand above; see {}", checkout.short(&course)))
    })
}

/// An environment with nbgrader that also sees the packages of ours: nbgrader adds itself to
/// JupyterLab, so it stays out of ours.
fn grader(checkout: &Checkout, environment: &Environment, prefix: &Path) -> Result<Environment> {
    let grader = python::Environment::in_folder(prefix);
    let mut check = grader.command(checkout);
    let has = grader.python.is_file()
        && process::capture(check.args(["-c", "import nbgrader, jupyterlab"])).is_ok();
    if has {
        return Ok(grader);
    }
    println!("nbgrader: for the test of the student edition (about 1 min, 120 MB)");
    let by_hand = "check the network; target/nbgrader may be deleted";
    process::capture(Command::new(&environment.python).args(["-m", "venv", "--clear"]).arg(prefix))
        .map_err(|failure| failure.by_hand(by_hand))?;
    let folder = "import sysconfig; print(sysconfig.get_path('purelib'))";
    let ask = |environment: &Environment| -> Result<PathBuf> {
        let answer = process::capture(environment.command(checkout).args(["-c", folder]))?;
        Ok(answer.trim().into())
    };
    let link = ask(&grader)?.join("notebooks.pth");
    let ours = ask(environment)?;
    std::fs::write(&link, ours.display().to_string())
        .context(|| format!("writing {}", link.display()))?;
    let list = checkout.root().join("crates/xtask/python/nbgrader.txt");
    process::show(
        grader
            .command(checkout)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
            .arg(list),
    )
    .map_err(|failure| failure.by_hand(by_hand))?;
    Ok(grader)
}
