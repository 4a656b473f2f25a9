//! The compiler of cells.
//!
//! cargo calls this program in rustc's place for the package that holds a cell (`RUSTC_WORKSPACE_WRAPPER`), and for no
//! other, so that what is compiled already stays as it is.

use std::ffi::{OsStr, OsString};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::cell;

/// rustc divides a crate into units and optimises across them afterwards. For a cell that takes as long as all the
/// rest together, and gains nothing that one would notice: its loops are in one unit.
const ALONE: &str = "-Clto=off";

/// A cell that names many variables has all of them at hand at once. There LLVM's register coalescer takes as long as
/// all the rest: it is to give up on such a value early (a value with 30 definitions, after 2 joins). Loops have few;
/// theirs stay as they are.
const FEW_JOINS: &str =
    "-Cllvm-args=-large-interval-size-threshold=30 -large-interval-freq-threshold=2";

/// The variable that tells the compiler of cells whether its LLVM knows [`FEW_JOINS`].
const KNOWN: &str = "FASHION_FEW_JOINS";

/// A cell makes variables for cells to come. rustc would call each of them unused beside a name that it cannot find,
/// and evcxr would show every one of these remarks as an error.
const FOR_LATER: &str = "-Aunused_variables";

/// Whether cargo names a compiler here.
pub fn is_compiler(program: &OsStr) -> bool {
    Path::new(program).file_stem().is_some_and(|name| name == "rustc")
}

/// Tells `evcxr` what the rustc that it will find knows. One whose LLVM has other options would refuse to compile every
/// cell, and its user could do nothing about it.
pub fn probe(evcxr: &mut Command) {
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    if let Some((_, Some(path))) = evcxr.get_envs().find(|(name, _)| *name == "PATH") {
        rustc.env("PATH", path);
    }
    if knows(rustc, FEW_JOINS) {
        evcxr.env(KNOWN, "1");
    } else {
        evcxr.env_remove(KNOWN);
    }
}

/// Whether a rustc takes an option. It answers within a moment.
fn knows(mut rustc: Command, option: &str) -> bool {
    rustc.arg(option).args(["--print", "cfg"]).stdin(Stdio::null());
    rustc.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Becomes the compiler. Returns only if it cannot be started, with the reason.
pub fn run(rustc: &OsStr, arguments: &[OsString]) -> String {
    let source =
        arguments.iter().map(Path::new).find(|path| path.extension().is_some_and(|it| it == "rs"));
    if let Some(source) = source {
        cell::lighten(source);
    }
    let mut compiler = Command::new(rustc);
    compiler.args(arguments).args([ALONE, FOR_LATER]);
    if std::env::var_os(KNOWN).is_some() {
        compiler.arg(FEW_JOINS);
    }
    let error = compiler.exec();
    format!("{}: {error}", Path::new(rustc).display())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::{FEW_JOINS, knows};

    #[test]
    fn a_compiler_is_asked_before_it_gets_an_option_of_its_llvm() {
        let rustc = || Command::new("rustc");
        assert!(knows(rustc(), FEW_JOINS), "late cells compile in twice the time");
        assert!(!knows(rustc(), "-Cllvm-args=-an-option-of-another-llvm=1"));
        assert!(!knows(Command::new("no-such-compiler"), FEW_JOINS));
    }
}
