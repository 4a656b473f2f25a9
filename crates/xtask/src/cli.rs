//! The command line.

use std::str::FromStr;

use anyhow::{Context, Result, bail};
use lexopt::prelude::*;

use crate::failure::by_hand;

/// What `cargo xtask` says about itself.
pub const HELP: &str = "\
Fashion-MNIST notebooks in Rust. Two commands do everything:

  cargo xtask lab             set up what is missing, then open JupyterLab on the notebooks
  cargo xtask run [ID ...]    the same without a browser: execute notebooks (all, or A1 A2 ...),
                              save their outputs and write the book
      --profile full|quick    full: what the saved outputs show (default)
                              quick: fewer epochs and samples; written to target/notebooks only

for those who teach:

  cargo xtask student [ID..]  the notebooks without solutions and answers, into target/student;
                              docs/TEACHING.md has the rest
  cargo xtask book            all executed notebooks as a web site, with a page to play with, into
                              target/book

  cargo xtask setup           only set up what is missing, as for a class without a network

and for those who change something:

  cargo xtask test            format, lints, documentation, all tests, all notebooks in quick,
                              the student edition in nbgrader, JupyterLab if there is a Chromium
  cargo xtask browser         only the last: open A1 in JupyterLab in Chromium and look at it
  cargo xtask claims [ID ..]  make deliberate faults in a copy, execute the notebooks there and write
                              docs/CLAIMS.md: which claims notice which fault (hours)
  cargo xtask data            only fetch and check the data
  cargo xtask bench           measure against PyTorch, JAX, scikit-learn and others, write
                              docs/PERFORMANCE.md
  cargo xtask first-value [ID ..]
                              measure how soon a kernel answers, write it into docs/PERFORMANCE.md

Needed: Rust from rustup, a C linker, Python 3.10 or newer. Everything is installed inside the
checkout (.venv, target, data) and every command can be repeated: what is there is skipped. The
first set-up takes about 12 minutes on two cores, most of it for building the Jupyter kernel.
When something fails: docs/TROUBLESHOOTING.md.
";

/// How much the notebooks compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Everything, as in the saved outputs.
    Full,
    /// Enough to see that it works.
    Quick,
}

impl Profile {
    /// The value of `FASHION_PROFILE`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Quick => "quick",
        }
    }
}

impl FromStr for Profile {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "full" => Ok(Self::Full),
            "quick" => Ok(Self::Quick),
            _ => Err("expected full or quick"),
        }
    }
}

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Task {
    /// Print [`HELP`].
    Explain,
    /// Set up what is missing, and nothing else.
    SetUp,
    /// Open JupyterLab; the arguments are its own.
    Lab {
        /// Passed on to JupyterLab.
        arguments: Vec<String>,
    },
    /// Execute notebooks.
    Run {
        /// As typed, `A1`; empty for all.
        names: Vec<String>,
        /// How much to compute.
        profile: Profile,
    },
    /// Write the student edition.
    Student {
        /// As typed, `A1`; empty for all.
        names: Vec<String>,
    },
    /// Write the web site.
    Book,
    /// Look at a notebook in JupyterLab in a real browser.
    Browser,
    /// See which claims notice which faults.
    Claims {
        /// As typed, `A1`; empty for all.
        names: Vec<String>,
    },
    /// Everything that must pass.
    Test,
    /// Fetch and check the data.
    Data,
    /// Measure.
    Bench {
        /// Arguments for the benchmark.
        arguments: Vec<String>,
    },
    /// Measure how soon a kernel answers.
    FirstValue {
        /// As typed, `A1`; empty for all.
        names: Vec<String>,
    },
}

/// Reads the arguments after `cargo xtask`.
pub fn parse(arguments: lexopt::Parser) -> Result<Task> {
    read(arguments).context(by_hand("`cargo xtask` alone explains all commands"))
}

fn read(mut arguments: lexopt::Parser) -> Result<Task> {
    let command = match arguments.next()? {
        None | Some(Short('h') | Long("help")) => return Ok(Task::Explain),
        Some(Value(command)) => command.string()?,
        Some(option) => return Err(option.unexpected().into()),
    };
    let task = match command.as_str() {
        "help" => Task::Explain,
        "setup" => Task::SetUp,
        "lab" => handed_on(&mut arguments, |arguments| Task::Lab { arguments })?,
        "run" => Task::Run { names: Vec::new(), profile: Profile::Full },
        "student" => Task::Student { names: Vec::new() },
        "book" => Task::Book,
        "browser" => Task::Browser,
        "claims" => Task::Claims { names: Vec::new() },
        "test" => Task::Test,
        "data" => Task::Data,
        "first-value" => Task::FirstValue { names: Vec::new() },
        "bench" => handed_on(&mut arguments, |arguments| Task::Bench { arguments })?,
        other => bail!("unknown command `{other}`"),
    };
    with_options(task, arguments).with_context(|| format!("`cargo xtask {command}`"))
}

/// A task whose arguments another program reads.
fn handed_on(
    arguments: &mut lexopt::Parser,
    task: impl FnOnce(Vec<String>) -> Task,
) -> Result<Task> {
    let words: Result<Vec<_>, _> = arguments.raw_args()?.map(|word| word.string()).collect();
    let words = words?;
    let asks = words.iter().any(|word| word == "--help" || word == "-h");
    Ok(if asks { Task::Explain } else { task(words) })
}

fn with_options(mut task: Task, mut arguments: lexopt::Parser) -> Result<Task> {
    while let Some(argument) = arguments.next()? {
        match (argument, &mut task) {
            (Short('h') | Long("help"), _) => return Ok(Task::Explain),
            (Long("profile"), Task::Run { profile, .. }) => {
                *profile = arguments.value()?.parse()?
            }
            (
                Value(name),
                Task::Run { names, .. }
                | Task::Student { names }
                | Task::Claims { names }
                | Task::FirstValue { names },
            ) => names.push(name.string()?),
            (other, _) => return Err(other.unexpected().into()),
        }
    }
    Ok(task)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Task> {
        parse(lexopt::Parser::from_args(line.split_whitespace()))
    }

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(String::from).collect()
    }

    #[test]
    fn reads_notebooks_and_profile_in_any_order() {
        let expected = Task::Run { names: words("A1 A2"), profile: Profile::Quick };
        assert_eq!(parsed("run A1 --profile quick A2").unwrap(), expected);
        assert_eq!(parsed("run --profile=quick A1 A2").unwrap(), expected);
        let all = Task::Run { names: vec![], profile: Profile::Full };
        assert_eq!(parsed("run").unwrap(), all);
    }

    #[test]
    fn what_jupyterlab_and_the_benchmark_read_is_passed_on() {
        let arguments = words("--no-browser --port=8000 x");
        assert_eq!(parsed("lab --no-browser --port=8000 x").unwrap(), Task::Lab { arguments });
        assert_eq!(parsed("bench 3").unwrap(), Task::Bench { arguments: words("3") });
    }

    #[test]
    fn help_is_given_wherever_it_is_asked_for() {
        for line in ["", "help", "--help", "run --help", "lab --help", "test -h"] {
            assert_eq!(parsed(line).unwrap(), Task::Explain, "{line}");
        }
    }

    #[test]
    fn a_typing_error_is_named_with_what_explains_the_commands() {
        for (line, word) in [
            ("tset", "unknown command `tset`"),
            ("test A1", "`cargo xtask test`: unexpected argument \"A1\""),
            ("run --profil quick", "`cargo xtask run`: invalid option '--profil'"),
            ("run --profile quik", "\"quik\": expected full or quick"),
            ("run --profile", "missing argument for option '--profile'"),
        ] {
            let message = crate::failure::explained(&parsed(line).unwrap_err());
            assert!(message.contains(word), "{line}: {message}");
            assert!(message.contains("What to do: `cargo xtask` alone"), "{line}: {message}");
        }
    }
}
