//! `cargo xtask run`: executes notebooks without a browser and writes the book.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, anyhow, bail};

use crate::checkout::{Checkout, write_atomically};
use crate::cli::Profile;
use crate::failure::by_hand;
use crate::python::Environment;
use crate::setup::{Ready, seconds};
use crate::{book, kernel, process};

/// Executes the notebooks that `names` select, all if there are none.
///
/// The full profile updates the saved outputs in `notebooks`; the quick one writes its copies
/// into `target/notebooks`.
pub fn run(checkout: &Checkout, ready: &Ready, names: &[String], profile: Profile) -> Result<()> {
    let (folder, book) = match profile {
        Profile::Full => (checkout.notebooks(), checkout.target().join("book")),
        Profile::Quick => {
            (checkout.target().join("notebooks"), checkout.target().join("book/quick"))
        }
    };
    if profile == Profile::Quick && names.is_empty() {
        // Copies of notebooks that have gone or failed would be checked as if they were new.
        let _ = std::fs::remove_dir_all(&folder);
    }
    for source in select(checkout, names)? {
        execute(checkout, ready, &source, &folder, profile, None)?;
    }
    println!("Executed: {}", checkout.short(&folder));
    book::write(checkout, &ready.environment, &folder, &book)
}

/// Executes a notebook quickly with one thread and with seven, side by side, each into its own folder beside that
/// of the last quick run, which had the machine's number; gives the folder of them all.
pub fn with_threads(checkout: &Checkout, ready: &Ready, name: &str) -> Result<PathBuf> {
    let all = checkout.target().join("notebooks-threads");
    for source in select(checkout, &[name.to_owned()])? {
        let run = |threads| {
            let folder = all.join(threads);
            execute(checkout, ready, &source, &folder, Profile::Quick, Some(threads))
        };
        let (one, seven) = std::thread::scope(|scope| {
            let seven = scope.spawn(|| run("7"));
            (run("1"), seven.join())
        });
        one?;
        seven.map_err(|_| anyhow!("executing {name} with seven threads panicked"))??;
        let name = source.file_name().unwrap_or_default();
        let before = checkout.target().join("notebooks").join(name);
        let text =
            std::fs::read(&before).with_context(|| format!("reading {}", before.display()))?;
        write_atomically(&all.join("before").join(name), &text)?;
    }
    Ok(all)
}

/// Executes one notebook, with the threads that the machine has or with so many.
fn execute(
    checkout: &Checkout,
    ready: &Ready,
    source: &Path,
    folder: &Path,
    profile: Profile,
    threads: Option<&str>,
) -> Result<()> {
    let short = checkout.short(source);
    println!("{short} ({})", profile.name());
    let since = Instant::now();
    let name = source.file_name().unwrap_or_default();
    let unfinished = if threads.is_some() { folder } else { &checkout.target().join("notebooks") };
    let failed = unfinished.join(name).with_extension("failed.ipynb");
    let mut command = ready.environment.command(checkout);
    command
        .arg("-u")
        .arg(checkout.script("execute.py"))
        .arg(source)
        .arg(folder.join(name))
        .arg(failed)
        .args([kernel::NAME, profile.name(), &engine(checkout)?])
        .current_dir(checkout.notebooks())
        // What a saved output shows must not depend on the network.
        .env("CARGO_NET_OFFLINE", "true")
        .env("FASHION_PROFILE", profile.name())
        .envs(threads.map(|threads| ("RAYON_NUM_THREADS", threads)));
    process::show(&mut command).map_err(|_| {
        anyhow!("{short} was not executed to its end").context(by_hand(
            "the cell and its message stand above; `cargo xtask lab` opens the notebook. If the \
             kernel itself died, see docs/TROUBLESHOOTING.md",
        ))
    })?;
    println!("executed in {}\n", seconds(since.elapsed()));
    Ok(())
}

/// The version of the crate's results: a saved output is stale when it is raised. It is read, not compiled in:
/// this program does not depend on the crate.
fn engine(checkout: &Checkout) -> Result<String> {
    let path = checkout.root().join("crates/fashion/src/engine.rs");
    let text =
        std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let number = text.lines().find_map(|line| {
        line.strip_prefix("pub const ENGINE: u32 = ")?.strip_suffix(';').map(str::to_owned)
    });
    number.with_context(|| format!("{} has no line `pub const ENGINE`", path.display()))
}

/// Runs two kernels at once, to see that neither runs the other's code.
pub fn pair(checkout: &Checkout, environment: &Environment) -> Result<()> {
    let mut command = environment.command(checkout);
    command.arg(checkout.script("pair.py")).arg(kernel::NAME).arg(checkout.notebooks());
    process::show(command.env("CARGO_NET_OFFLINE", "true"))
        .context(by_hand("crates/xtask/src/kernel.sh keeps them apart"))
}

/// The notebooks whose names begin with one of `names`, in alphabetical order.
pub fn select(checkout: &Checkout, names: &[String]) -> Result<Vec<PathBuf>> {
    let folder = checkout.notebooks();
    let mut all: Vec<PathBuf> = folder
        .read_dir()
        .with_context(|| format!("reading {}", folder.display()))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "ipynb"))
        .collect();
    all.sort();
    let ids: Vec<String> = all.iter().map(|path| id(path)).collect();
    for name in names {
        if !ids.iter().any(|id| id.eq_ignore_ascii_case(name)) {
            return Err(anyhow!("there is no notebook `{name}`")
                .context(by_hand(format!("use one of: {}", ids.join(", ")))));
        }
    }
    if all.is_empty() {
        bail!("{} has no notebooks", folder.display());
    }
    all.retain(|path| {
        names.is_empty() || names.iter().any(|name| name.eq_ignore_ascii_case(&id(path)))
    });
    Ok(all)
}

/// `A1` of `A1-title.ipynb`.
fn id(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    stem.split(['-', '_', ' ']).next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notebook_is_named_by_the_start_of_its_file_name() {
        assert_eq!(id(Path::new("notebooks/A1-first-steps.ipynb")), "A1");
        assert_eq!(id(Path::new("A6.ipynb")), "A6");
    }
}
