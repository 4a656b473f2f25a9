//! Standard output and standard error, which may be closed or full.

use std::fmt::Display;
use std::io::{self, Write as _};
use std::sync::OnceLock;

use fashion::text::printable;

/// Why standard output took no more.
static FAILURE: OnceLock<io::Error> = OnceLock::new();

/// Prints a line, or several. Names of files come from anywhere: what would command the terminal is not
/// passed on. A reader who has gone (`| head -1`), or a full disk, ends neither a training nor the
/// files that a command writes; [`outcome`] tells in the end.
pub fn say(line: impl Display) {
    if FAILURE.get().is_none()
        && let Err(failure) = writeln!(io::stdout().lock(), "{}", printable(&line.to_string()))
    {
        // Another thread's failure is as good.
        let _ = FAILURE.set(failure);
    }
}

/// Prints a line about a failure; if nobody can read it, the exit code has to do.
pub fn complain(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "fashion: {}", printable(&line.to_string()));
}

/// Whether everything was printed, or nobody wanted the rest.
pub fn outcome() -> Result<(), String> {
    match FAILURE.get() {
        Some(failure) if failure.kind() != io::ErrorKind::BrokenPipe => {
            Err(format!("writing to the standard output: {failure}"))
        }
        _ => Ok(()),
    }
}
