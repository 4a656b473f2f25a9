//! `cargo xtask run`: executes notebooks without a browser and writes the book.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, anyhow, bail};

use crate::checkout::{Checkout, write_atomically};
use crate::cli::Profile;
use crate::failure::by_hand;
use crate::python::Environment;
use crate::setup::{Ready, seconds};
use crate::side_by_side::work_off;
use crate::{book, kernel, process};

/// Executes the notebooks that `names` select, all if there are none.
///
/// The full profile updates the saved outputs in `notebooks`, one notebook after the other, because they tell
/// times; the quick one writes its copies into `target/notebooks`, two at a time.
pub fn run(checkout: &Checkout, ready: &Ready, names: &[String], profile: Profile) -> Result<()> {
    let (folder, book) = match profile {
        Profile::Full => (checkout.notebooks(), checkout.target().join("book")),
        Profile::Quick => (quick_folder(checkout), checkout.target().join("book/quick")),
    };
    let sources = select(checkout, names)?;
    match profile {
        Profile::Full => {
            for source in &sources {
                execute(checkout, ready, &Job::full(source, &folder), process::show)?;
            }
        }
        Profile::Quick => {
            if names.is_empty() {
                forget(&folder);
            }
            let jobs = sources.iter().map(|source| Job::quick(source, &folder)).collect();
            execute_all(checkout, ready, jobs)?;
        }
    }
    println!("Executed: {}", checkout.short(&folder));
    book::write(checkout, &ready.environment, &folder, &book)
}

/// Executes all notebooks quickly, and the one called `name` with seven threads besides; gives the folder of these
/// two, in which `before` has the machine's number of threads.
pub fn for_tests(checkout: &Checkout, ready: &Ready, name: &str) -> Result<PathBuf> {
    let (folder, all) = (quick_folder(checkout), checkout.target().join("notebooks-threads"));
    forget(&folder);
    forget(&all);
    let (sources, chosen) = (select(checkout, &[])?, select(checkout, &[name.to_owned()])?);
    let seven = all.join("7");
    let with_seven = |source| Job { threads: Some("7"), ..Job::quick(source, &seven) };
    let mut jobs: Vec<Job> = chosen.iter().map(|source| with_seven(source.as_path())).collect();
    // The test of the student edition is made from the chosen one.
    jobs.extend(
        sources
            .iter()
            .map(|source| Job { records: chosen.contains(source), ..Job::quick(source, &folder) }),
    );
    execute_all(checkout, ready, jobs)?;
    for source in &chosen {
        let name = source.file_name().unwrap_or_default();
        let before = folder.join(name);
        let text =
            std::fs::read(&before).with_context(|| format!("reading {}", before.display()))?;
        write_atomically(&all.join("before").join(name), &text)?;
    }
    Ok(all)
}

/// Where quick copies of notebooks go.
fn quick_folder(checkout: &Checkout) -> PathBuf {
    checkout.target().join("notebooks")
}

/// Copies of notebooks that have gone or failed would be checked as if they were new.
fn forget(folder: &Path) {
    let _ = std::fs::remove_dir_all(folder);
}

/// One execution of one notebook.
struct Job<'a> {
    source: &'a Path,
    folder: &'a Path,
    profile: Profile,
    /// Whether it notes what variables hold, for the student edition to compare with: code that each cell compiles.
    records: bool,
    /// Not those that the machine has.
    threads: Option<&'a str>,
}

impl<'a> Job<'a> {
    fn full(source: &'a Path, folder: &'a Path) -> Self {
        Self { source, folder, profile: Profile::Full, records: true, threads: None }
    }

    fn quick(source: &'a Path, folder: &'a Path) -> Self {
        Self { profile: Profile::Quick, records: false, ..Self::full(source, folder) }
    }

    /// What stands before its lines where several run.
    fn name(&self) -> String {
        match self.threads {
            Some(threads) => format!("{}, threads: {threads}", id(self.source)),
            None => id(self.source),
        }
    }
}

/// Executes notebooks, two at a time: a cell compiles on one core. Those with most cells come first, so that none is
/// left to run alone. After a failure no other is begun.
fn execute_all(checkout: &Checkout, ready: &Ready, mut jobs: Vec<Job>) -> Result<()> {
    jobs.sort_by_cached_key(|job| std::cmp::Reverse(code_cells(job.source)));
    work_off(2, jobs, |_, job| {
        execute(checkout, ready, &job, |it| process::show_as(&job.name(), it))
    })
}

/// How many cells there are to compile; none where the file cannot be read, which is told when it is executed.
fn code_cells(notebook: &Path) -> usize {
    let text = std::fs::read_to_string(notebook).unwrap_or_default();
    text.matches(r#""cell_type": "code""#).count()
}

/// Executes one notebook; `show` runs the command that does it.
fn execute(
    checkout: &Checkout,
    ready: &Ready,
    job: &Job,
    show: impl Fn(&mut Command) -> Result<()>,
) -> Result<()> {
    let Job { source, folder, profile, records, threads } = *job;
    let short = checkout.short(source);
    println!("{short} ({})", profile.name());
    let since = Instant::now();
    let name = source.file_name().unwrap_or_default();
    let unfinished = if threads.is_some() { folder } else { &quick_folder(checkout) };
    let failed = unfinished.join(name).with_extension("failed.ipynb");
    let mut command = ready.environment.command(checkout);
    command
        .arg("-u")
        .arg(checkout.script("execute.py"))
        .arg(source)
        .arg(folder.join(name))
        .arg(failed)
        .args([kernel::NAME, profile.name(), &engine(checkout)?])
        .args(records.then_some("record"))
        .current_dir(checkout.notebooks())
        // What a saved output shows must not depend on the network.
        .env("CARGO_NET_OFFLINE", "true")
        .env("FASHION_PROFILE", profile.name())
        .envs(threads.map(|threads| ("RAYON_NUM_THREADS", threads)));
    show(&mut command).map_err(|_| {
        anyhow!("{short} was not executed to its end").context(by_hand(
            "the cell and its message stand above; `cargo xtask lab` opens the notebook. If the \
             kernel itself died, see docs/TROUBLESHOOTING.md",
        ))
    })?;
    println!("{} ({}) executed in {}\n", job.name(), profile.name(), seconds(since.elapsed()));
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
        .context(by_hand("crates/starter keeps them apart"))
}

/// Interrupts a kernel in everything that it may be doing, and looks at the variables.
pub fn interrupt(checkout: &Checkout, environment: &Environment) -> Result<()> {
    let mut command = environment.command(checkout);
    command
        .arg("-u")
        .arg(checkout.script("interrupt.py"))
        .arg(kernel::NAME)
        .arg(checkout.notebooks());
    process::show(command.env("CARGO_NET_OFFLINE", "true"))
        .context(by_hand("crates/starter/src/interrupt.rs decides what an interrupt reaches"))
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
