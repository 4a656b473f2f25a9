//! The Python environment with Jupyter: the project's own, or the active conda environment.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};

use crate::checkout::{Checkout, write_atomically};
use crate::failure::by_hand;
use crate::step::Description;
use crate::{lock, process};

pub const STEP: Description = Description {
    title: "Python environment",
    why: "JupyterLab and what executes notebooks, from the list in environment.yml",
    about: "about 1 min",
};

const OLDEST: (u32, u32) = (3, 10);
/// What the list in environment.yml brings with it, pinned with hashes.
const LOCK: &str = "crates/xtask/python/requirements.lock";
/// The copy of it, in the own environment, that pip has installed to its end.
const INSTALLED: &str = "installed.lock";

/// A Python environment.
pub struct Environment {
    /// Its folder.
    pub prefix: PathBuf,
    /// Its interpreter.
    pub python: PathBuf,
}

impl Environment {
    /// The environment in this folder, which need not exist yet.
    pub fn in_folder(folder: &Path) -> Self {
        let python = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
        Self { python: folder.join(python), prefix: folder.into() }
    }

    /// Another environment, in `folder`, that has the packages of a list and sees those of this one:
    /// for what a test needs and a reader does not. `has` is Python that fails without them.
    pub fn beside(
        &self,
        checkout: &Checkout,
        folder: &Path,
        list: &str,
        has: &str,
        what: &str,
    ) -> Result<Self> {
        let other = Self::in_folder(folder);
        let mut check = other.command(checkout);
        if other.python.is_file()
            && process::capture(check.args(["-c", &format!("import nbformat\n{has}")])).is_ok()
        {
            return Ok(other);
        }
        println!("Python packages: {what}");
        let network =
            by_hand(format!("check the network; {} may be deleted", checkout.short(&other.prefix)));
        process::capture(
            Command::new(&self.python).args(["-m", "venv", "--clear"]).arg(&other.prefix),
        )
        .context(network.clone())?;
        let place = |environment: &Self| -> Result<PathBuf> {
            let ask = "import sysconfig; print(sysconfig.get_path('purelib'))";
            let answer = process::capture(environment.command(checkout).args(["-c", ask]))?;
            Ok(answer.trim().into())
        };
        let link = place(&other)?.join("notebooks.pth");
        std::fs::write(&link, place(self)?.display().to_string())
            .with_context(|| format!("writing {}", link.display()))?;
        process::show(
            other
                .command(checkout)
                .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
                .args(["--require-hashes", "-r"])
                .arg(checkout.root().join(list)),
        )
        .context(network)?;
        Ok(other)
    }

    /// A call of the interpreter in which Jupyter reads and writes nothing in the home folder.
    pub fn command(&self, checkout: &Checkout) -> Command {
        let mut command = Command::new(&self.python);
        command
            .env("JUPYTER_CONFIG_DIR", self.prefix.join("etc/jupyter-own"))
            .env("JUPYTER_DATA_DIR", self.prefix.join("share/jupyter"))
            .env("JUPYTER_RUNTIME_DIR", checkout.target().join("jupyter"))
            .env("IPYTHONDIR", self.prefix.join("etc/ipython"))
            .env("JUPYTER_PLATFORM_DIRS", "1")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env_remove("PYTHONPATH")
            .env_remove("PYTHONHOME")
            .env_remove("JUPYTER_PATH");
        command
    }
}

/// The environment, if it has every package of the list in the right version.
pub fn find(checkout: &Checkout) -> Result<Option<Environment>> {
    let environment = place(checkout);
    let packages = packages(checkout)?;
    let check = "import sys\nfrom importlib.metadata import version\n\
                 sys.exit(any(version(name) != pin for name, pin in (p.split('==') for p in sys.argv[1:])))";
    let mut command = environment.command(checkout);
    let complete = environment.python.is_file()
        && (is_conda(checkout, &environment) || installed(&environment) == Some(locked(checkout)?))
        && process::capture(command.args(["-c", check]).args(&packages)).is_ok();
    Ok(complete.then_some(environment))
}

/// What the own environment was completed from; without it, it is half made, or not made at all.
fn installed(environment: &Environment) -> Option<String> {
    std::fs::read_to_string(environment.prefix.join(INSTALLED)).ok()
}

fn locked(checkout: &Checkout) -> Result<String> {
    let path = checkout.root().join(LOCK);
    std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
}

fn is_conda(checkout: &Checkout, environment: &Environment) -> bool {
    environment.prefix != checkout.venv()
}

/// The environment, made if it is missing: for tasks that need Python and no kernel.
pub fn ready(checkout: &Checkout) -> Result<Environment> {
    match find(checkout)? {
        Some(environment) => Ok(environment),
        None => {
            println!("{}: {} ({})", STEP.title, STEP.why, STEP.about);
            make(checkout)
        }
    }
}

/// Creates the environment, or completes it. One that was left half made is made anew: pip takes half a
/// package for a whole one.
pub fn make(checkout: &Checkout) -> Result<Environment> {
    let environment = place(checkout);
    let installed_list = environment.prefix.join(INSTALLED);
    if !is_conda(checkout, &environment) {
        match installed(&environment) {
            None => create(&environment)?,
            Some(_) => std::fs::remove_file(&installed_list)
                .with_context(|| format!("removing {}", installed_list.display()))?,
        }
    }
    process::show(
        environment
            .command(checkout)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            // Without a network the default keeps people waiting; the command can be repeated.
            .args(["--retries", "1", "--require-hashes", "-r"])
            .arg(checkout.root().join(LOCK))
            .stdin(lock::shared()),
    )
    .context(by_hand("connect this machine to the network and run the command again"))?;
    if !is_conda(checkout, &environment) {
        write_atomically(&installed_list, locked(checkout)?.as_bytes())?;
    }
    Ok(environment)
}

fn create(environment: &Environment) -> Result<()> {
    let mut venv = Command::new(interpreter()?);
    venv.args(["-m", "venv", "--clear"]).arg(&environment.prefix).stdin(lock::shared());
    process::show(&mut venv).context(by_hand(
        "install Python's module venv (Debian and Ubuntu: `apt-get install python3-venv`), or \
         activate a conda environment; then run the command again",
    ))
}

/// A Python interpreter that is new enough.
pub fn interpreter() -> Result<PathBuf> {
    let mut seen = Vec::new();
    for name in ["python3", "python"] {
        let Some(path) = process::find(name) else { continue };
        let print = "import sys; print(*sys.version_info[:2])";
        let Ok(text) = process::capture(Command::new(&path).args(["-c", print])) else { continue };
        let mut numbers = text.split_whitespace().filter_map(|number| number.parse().ok());
        if let (Some(major), Some(minor)) = (numbers.next(), numbers.next()) {
            if (major, minor) >= OLDEST {
                return Ok(path);
            }
            seen.push(format!("{} is {major}.{minor}", path.display()));
        }
    }
    let found = if seen.is_empty() { "found none".into() } else { seen.join(", ") };
    Err(anyhow!("Python {}.{} or newer is needed; {found}", OLDEST.0, OLDEST.1)
        .context(by_hand("install Python 3 (https://www.python.org or your distribution)")))
}

/// The active conda environment, or `.venv`. Conda's base environment is left alone.
pub fn place(checkout: &Checkout) -> Environment {
    let is_base = std::env::var("CONDA_DEFAULT_ENV").is_ok_and(|name| name == "base");
    match std::env::var_os("CONDA_PREFIX").filter(|prefix| !prefix.is_empty() && !is_base) {
        Some(prefix) => {
            let prefix = PathBuf::from(prefix);
            let python = prefix.join(if cfg!(windows) { "python.exe" } else { "bin/python" });
            Environment { prefix, python }
        }
        None => Environment::in_folder(&checkout.venv()),
    }
}

fn packages(checkout: &Checkout) -> Result<Vec<String>> {
    let path = checkout.root().join("environment.yml");
    let text =
        std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    pip_list(&text, &path)
}

/// The entries below `- pip:`.
fn pip_list(text: &str, path: &Path) -> Result<Vec<String>> {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let mut lines = text.lines().skip_while(|line| line.trim() != "- pip:");
    let above = lines.next().map_or(0, depth);
    let list: Vec<String> = lines
        .filter(|line| !line.trim().is_empty() && !line.trim().starts_with('#'))
        .take_while(|line| depth(line) > above)
        .filter_map(|line| line.trim().strip_prefix("- ").map(|entry| entry.trim().to_owned()))
        .collect();
    if list.is_empty() || list.iter().any(|entry| entry.split("==").count() != 2) {
        bail!(
            "{}: expected a list of `name==version` below `- pip:`, got {list:?}",
            path.display()
        );
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_list_is_read_and_pinned() {
        let list = pip_list(include_str!("../../../environment.yml"), Path::new("environment.yml"));
        assert!(list.unwrap().iter().any(|entry| entry.starts_with("jupyterlab==")));
    }

    #[test]
    fn the_list_ends_where_the_indentation_ends_and_pins_are_demanded() {
        let text = "dependencies:\n  - pip\n  - pip:\n    # why\n    - a==1\n\n    - b==2\n  - c\n";
        assert_eq!(pip_list(text, Path::new("x")).unwrap(), ["a==1", "b==2"]);
        assert!(pip_list("  - pip:\n    - a>=1\n", Path::new("x")).is_err());
        assert!(pip_list("dependencies:\n", Path::new("x")).is_err());
    }
}
