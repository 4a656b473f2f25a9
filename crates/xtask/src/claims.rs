//! `cargo xtask claims`: which claims of the notebooks notice which faults.
//!
//! Each fault is made in a copy of the checkout, where the notebooks are then executed in full. The copy
//! stays, so that only what changed is compiled again; the executed notebooks stay too, and a run that was
//! interrupted goes on with the next one.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::checkout::{Checkout, write_atomically};
use crate::faults::{FAULTS, Fault};
use crate::setup::seconds;
use crate::{notebooks, process, python};

/// Executes the notebooks without a fault and with each, and writes `docs/CLAIMS.md`.
pub fn write(checkout: &Checkout, names: &[String]) -> Result<()> {
    let sources = notebooks::select(checkout, names)?;
    let copy = checkout.target().join("claims/checkout");
    let results = checkout.target().join("claims").join(state(checkout)?);
    let without = std::iter::once(None);
    for fault in without.chain(FAULTS.iter().map(Some)) {
        for source in &sources {
            execute(checkout, &copy, source, fault, &results)?;
        }
    }
    let mut faults = String::new();
    for fault in FAULTS {
        faults += &format!("{}\t{}\n", fault.name, fault.what);
    }
    write_atomically(&results.join("faults.tsv"), faults.as_bytes())?;
    let page = checkout.root().join("docs/CLAIMS.md");
    let reasons = checkout.root().join("crates/xtask/claims-that-stay.tsv");
    let mut command = python::ready(checkout)?.command(checkout);
    command.arg(checkout.script("claims.py")).args([&results, &reasons, &page]);
    process::show(&mut command)
}

/// What the checkout contains: results of another state are not used again.
fn state(checkout: &Checkout) -> Result<String> {
    let mut describe = Command::new("git");
    describe.args(["describe", "--always", "--dirty", "--exclude=*"]).current_dir(checkout.root());
    let state = process::capture(&mut describe)?.trim().to_owned();
    let folder = checkout.target().join("claims").join(&state);
    if state.ends_with("dirty") && folder.exists() {
        std::fs::remove_dir_all(&folder)
            .with_context(|| format!("removing {}", folder.display()))?;
    }
    Ok(state)
}

/// One notebook with one fault. A notebook that the fault stops is kept up to where it stopped.
fn execute(
    checkout: &Checkout,
    copy: &Path,
    source: &Path,
    fault: Option<&Fault>,
    results: &Path,
) -> Result<()> {
    let name = source.file_name().unwrap_or_default();
    let short = name.to_string_lossy();
    let (fault_name, what) = fault.map_or(("none", "no fault"), |fault| (fault.name, fault.what));
    let kept = results.join(fault_name).join(name);
    if kept.is_file() {
        println!("{short}, {fault_name}: done before");
        return Ok(());
    }
    println!("{short}, {fault_name}: {what}");
    mirror(checkout, copy)?;
    if let Some(fault) = fault {
        fault.commit(copy)?;
    }
    let since = Instant::now();
    let id = short.trim_end_matches(".ipynb");
    let failed = copy.join("target/notebooks").join(name).with_extension("failed.ipynb");
    let _ = std::fs::remove_file(&failed);
    let mut run = Command::new("cargo");
    run.args(["xtask", "run", id]).current_dir(copy).env_remove("CARGO_MANIFEST_DIR");
    // What it prints is of interest only where it does not end as it should.
    let ended = process::capture(&mut run);
    let executed = if failed.is_file() { failed } else { copy.join("notebooks").join(name) };
    if let (Err(error), false) = (&ended, executed.starts_with(copy.join("target"))) {
        anyhow::bail!("{error:#}");
    }
    let text =
        std::fs::read(&executed).with_context(|| format!("reading {}", executed.display()))?;
    write_atomically(&kept, &text)?;
    println!(
        "  {} after {}",
        if ended.is_ok() { "executed" } else { "stopped" },
        seconds(since.elapsed())
    );
    Ok(())
}

/// Makes the copy equal to the checkout. Files that are equal keep their time, so that cargo does not
/// compile them again.
fn mirror(checkout: &Checkout, copy: &Path) -> Result<()> {
    let mut list = Command::new("git");
    list.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let files = process::capture(list.current_dir(checkout.root()))?;
    for file in files.split('\0').filter(|file| !file.is_empty()).map(PathBuf::from) {
        let from = checkout.root().join(&file);
        // A file that was deleted and not yet committed is listed too.
        let Ok(text) = std::fs::read(&from) else { continue };
        let to = copy.join(&file);
        if std::fs::read(&to).is_ok_and(|there| there == text) {
            continue;
        }
        write_atomically(&to, &text)?;
    }
    Ok(())
}
