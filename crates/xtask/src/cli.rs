//! The command line.

use crate::failure::{Failure, Result};

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
  cargo xtask book            all executed notebooks as a web site, into target/book

  cargo xtask setup           only set up what is missing, as for a class without a network

and for those who change something:

  cargo xtask test            format, lints, documentation, all tests, all notebooks in quick,
                              the student edition in nbgrader, JupyterLab if there is a Chromium
  cargo xtask browser         only the last: open A1 in JupyterLab in Chromium and look at it
  cargo xtask data            only fetch and check the data
  cargo xtask bench           measure against Keras and scikit-learn, write docs/PERFORMANCE.md

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
    /// Everything that must pass.
    Test,
    /// Fetch and check the data.
    Data,
    /// Measure.
    Bench {
        /// Arguments for the benchmark.
        arguments: Vec<String>,
    },
}

const COMMANDS: [&str; 9] =
    ["lab", "run", "student", "book", "setup", "test", "browser", "data", "bench"];

/// Reads the arguments after `cargo xtask`.
pub fn parse(arguments: &[String]) -> Result<Task> {
    let Some((command, rest)) = arguments.split_first() else { return Ok(Task::Explain) };
    if rest.iter().any(|word| word == "--help" || word == "-h") {
        return Ok(Task::Explain);
    }
    match command.as_str() {
        "help" | "--help" | "-h" => Ok(Task::Explain),
        "setup" => alone(command, rest, Task::SetUp),
        "lab" => Ok(Task::Lab { arguments: rest.to_vec() }),
        "run" => parse_run(rest),
        "student" => Ok(Task::Student { names: rest.to_vec() }),
        "book" => alone(command, rest, Task::Book),
        "browser" => alone(command, rest, Task::Browser),
        "test" => alone(command, rest, Task::Test),
        "data" => alone(command, rest, Task::Data),
        "bench" => Ok(Task::Bench { arguments: rest.to_vec() }),
        other => Err(unknown("command", other, &COMMANDS)),
    }
}

fn parse_run(words: &[String]) -> Result<Task> {
    let (mut names, mut profile) = (Vec::new(), Profile::Full);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if let Some(value) = word.strip_prefix("--profile=") {
            profile = parse_profile(value)?;
        } else if word == "--profile" {
            profile = parse_profile(words.next().map_or("", String::as_str))?;
        } else if word.starts_with('-') {
            return Err(unknown("option of `run`", word, &["--profile"]));
        } else {
            names.push(word.clone());
        }
    }
    Ok(Task::Run { names, profile })
}

fn parse_profile(value: &str) -> Result<Profile> {
    match value {
        "full" => Ok(Profile::Full),
        "quick" => Ok(Profile::Quick),
        other => Err(unknown("profile", other, &["full", "quick"])),
    }
}

fn alone(command: &str, rest: &[String], task: Task) -> Result<Task> {
    match rest.first() {
        None => Ok(task),
        Some(word) => {
            Err(Failure::new(format!("`cargo xtask {command}` takes no argument, got `{word}`")))
        }
    }
}

fn unknown(kind: &str, word: &str, known: &[&str]) -> Failure {
    let near = known.iter().copied().min_by_key(|name| distance(word, name));
    let hint = near
        .filter(|name| distance(word, name) <= 2)
        .map(|name| format!("; did you mean `{name}`?"))
        .unwrap_or_default();
    Failure::new(format!("unknown {kind} `{word}`{hint}"))
        .by_hand(format!("use one of: {}. `cargo xtask` alone explains them", known.join(", ")))
}

/// Levenshtein's distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(String::from).collect()
    }

    #[test]
    fn reads_notebooks_and_profile_in_any_order() {
        let expected = Task::Run { names: words("A1 A2"), profile: Profile::Quick };
        assert_eq!(parse(&words("run A1 --profile quick A2")).unwrap(), expected);
        assert_eq!(parse(&words("run --profile=quick A1 A2")).unwrap(), expected);
        let all = Task::Run { names: vec![], profile: Profile::Full };
        assert_eq!(parse(&words("run")).unwrap(), all);
    }

    #[test]
    fn a_typing_error_names_the_nearest_command() {
        for (line, hint) in [
            ("tset", "`test`"),
            ("rum", "`run`"),
            ("run --profil quick", "`--profile`"),
            ("run --profile quik", "`quick`"),
        ] {
            let message = parse(&words(line)).unwrap_err().to_string();
            assert!(message.contains(&format!("did you mean {hint}")), "{line}: {message}");
        }
        let message = parse(&words("frobnicate")).unwrap_err().to_string();
        assert!(!message.contains("did you mean"), "{message}");
    }

    #[test]
    fn an_argument_too_many_or_too_few_is_an_error() {
        assert!(parse(&words("test A1")).is_err());
        assert!(parse(&words("run --profile")).is_err());
        assert_eq!(parse(&[]).unwrap(), Task::Explain);
    }
}
