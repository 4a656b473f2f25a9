//! The `fashion` program: train the two networks of assignment A5 and a support vector machine, test the
//! networks, and classify one's own pictures. What it does stands in `fashion::program`.

mod cli;
mod out;
mod picture;
mod run;

use std::process::ExitCode;

use cli::Command;

/// The command line cannot be understood.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    fashion::keep_freed_memory();
    let command = match cli::parse(lexopt::Parser::from_env()) {
        Ok(command) => command,
        Err(problem) => {
            out::complain(format_args!("{problem}\nTry `fashion --help`."));
            return ExitCode::from(USAGE);
        }
    };
    let done = match command {
        Command::Explain => {
            out::say(cli::HELP.trim_end());
            Ok(())
        }
        Command::Train { what, options } => run::train(&what, &options),
        Command::Test { options } => run::test(&options),
        Command::Predict { pictures, options } => run::predict(&pictures, &options),
    };
    match done.and_then(|()| out::outcome()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            out::complain(problem);
            ExitCode::FAILURE
        }
    }
}
