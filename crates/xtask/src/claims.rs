//! `cargo xtask claims`: which claims of the notebooks notice which faults.
//!
//! Each fault is made in a copy of the checkout, where the notebooks are then executed in full. There are two
//! copies, for two executions at a time; they stay, so that only what changed is compiled again. Fits of
//! perceptrons that a fault does not touch are kept, and so are executed notebooks: a run that was interrupted
//! goes on with the next one. Networks are those that the checkout has trained (`data/models`): where they take long,
//! the faults are in what is made of them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::checkout::{Checkout, write_atomically};
use crate::faults::{FAULTS, Fault, keep_fits};
use crate::setup::seconds;
use crate::side_by_side::work_off;
use crate::{notebooks, process, python};

/// Executes the notebooks without a fault and with each, and writes `docs/CLAIMS.md`.
pub fn write(checkout: &Checkout, names: &[String]) -> Result<()> {
    let sources = notebooks::select(checkout, names)?;
    let results = checkout.target().join("claims").join(state(checkout)?);
    let runs = |fault: Option<&'static Fault>| {
        let must_notice = move |source: &&PathBuf| {
            let name = source.file_stem().unwrap_or_default();
            fault.is_none_or(|fault| fault.notebooks.iter().any(|&notebook| name == notebook))
        };
        sources.iter().filter(must_notice).map(move |source| Run { source, fault })
    };
    // First those without a fault, alone: they tell times, and keep the fits for the others.
    let execute = |worker: usize, run: Run| {
        let copy = checkout.target().join(format!("claims/checkout-{worker}"));
        run.execute(checkout, &copy, &results)
    };
    work_off(1, runs(None).collect(), execute)?;
    let faulty = FAULTS.iter().flat_map(|fault| runs(Some(fault)));
    work_off(2, faulty.collect(), execute)?;
    let mut faults = String::new();
    for fault in FAULTS {
        faults += &format!("{}\t{}\t{}\n", fault.name, fault.what, fault.notebooks.join(" "));
    }
    write_atomically(&results.join("faults.tsv"), faults.as_bytes())?;
    let page = checkout.root().join("docs/CLAIMS.md");
    let reasons = checkout.root().join("crates/xtask/faults/claims-that-stay.tsv");
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

/// One notebook with one fault, or without.
struct Run<'a> {
    source: &'a Path,
    fault: Option<&'a Fault>,
}

impl Run<'_> {
    /// Executes the notebook in the copy. One that the fault stops is kept up to where it stopped.
    fn execute(&self, checkout: &Checkout, copy: &Path, results: &Path) -> Result<()> {
        let name = self.source.file_name().unwrap_or_default();
        let short = name.to_string_lossy();
        let (fault, what) = self.fault.map_or(("none", "no fault"), |it| (it.name, it.what));
        let kept = results.join(fault).join(name);
        if kept.is_file() {
            println!("{short}, {fault}: done before");
            return Ok(());
        }
        println!("{short}, {fault}: {what}");
        mirror(checkout, copy)?;
        link_models(checkout, copy)?;
        if self.fault.is_none_or(Fault::leaves_fits) {
            let folder = results.join("fits");
            std::fs::create_dir_all(&folder)
                .with_context(|| format!("making {}", folder.display()))?;
            keep_fits(copy, &folder)?;
        }
        if let Some(fault) = self.fault {
            fault.commit(copy)?;
        }
        let since = Instant::now();
        let failed = copy.join("target/notebooks").join(name).with_extension("failed.ipynb");
        let _ = std::fs::remove_file(&failed);
        let mut run = Command::new("cargo");
        run.args(["xtask", "run", short.trim_end_matches(".ipynb")]);
        run.current_dir(copy).env_remove("CARGO_MANIFEST_DIR");
        // What it prints is of interest only where it does not end as it should.
        let ended = process::capture(&mut run);
        let executed = if failed.is_file() { failed } else { copy.join("notebooks").join(name) };
        if let (Err(error), false) = (&ended, executed.starts_with(copy.join("target"))) {
            anyhow::bail!("{short}, {fault}: {error:#}");
        }
        let text =
            std::fs::read(&executed).with_context(|| format!("reading {}", executed.display()))?;
        write_atomically(&kept, &text)?;
        let end = if ended.is_ok() { "executed" } else { "stopped" };
        println!("{short}, {fault}: {end} after {}", seconds(since.elapsed()));
        Ok(())
    }
}

/// Gives the copy the checkout's trained networks.
fn link_models(checkout: &Checkout, copy: &Path) -> Result<()> {
    let (from, to) = (checkout.root().join("data/models"), copy.join("data/models"));
    if to.is_dir() {
        return Ok(());
    }
    std::fs::create_dir_all(&from).with_context(|| format!("making {}", from.display()))?;
    #[cfg(unix)]
    std::os::unix::fs::symlink(&from, &to).with_context(|| format!("linking {}", to.display()))?;
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
