//! The command line.

use std::path::PathBuf;

use crate::outcome::Result;

/// What the caller asks for.
#[derive(Debug, Clone)]
pub struct Options {
    /// How often each side does each piece of work.
    pub rounds: usize,
    /// Every piece of work is done at this part of its size.
    pub divisor: usize,
    /// Measures only lines whose name has this in it, and prints them instead of writing the page.
    pub only: Option<String>,
    /// A Python that has the packages of `requirements.txt`, instead of an environment made for it.
    pub python: Option<PathBuf>,
}

const USAGE: &str =
    "expected [--quick] [--rounds N] [--only PART_OF_A_NAME] [--python INTERPRETER]";

impl Options {
    /// Reads the arguments after the program's name.
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut options = Self { rounds: 3, divisor: 1, only: None, python: None };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--quick" => options.divisor = 10,
                "--rounds" => {
                    let number = arguments.next().and_then(|n| n.parse().ok()).filter(|&n| n > 0);
                    options.rounds = number.ok_or(USAGE)?;
                }
                "--only" => options.only = Some(arguments.next().ok_or(USAGE)?),
                "--python" => {
                    options.python = Some(arguments.next().ok_or(USAGE)?.into());
                }
                other => return Err(format!("{USAGE}, got {other}").into()),
            }
        }
        Ok(options)
    }
}
