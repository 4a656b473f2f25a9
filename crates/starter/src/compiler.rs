//! The compiler of cells.
//!
//! cargo calls this program in rustc's place for the package that holds a cell (`RUSTC_WORKSPACE_WRAPPER`), and for no
//! other, so that what is compiled already stays as it is.

use std::ffi::{OsStr, OsString};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// rustc divides a crate into units and optimises across them afterwards. For a cell that takes as long as all the
/// rest together, and gains nothing that one would notice: its loops are in one unit.
const ALONE: &str = "-Clto=off";

/// evcxr makes one function of a cell, and in it takes every variable of the kernel and gives it back. Where so many
/// values live at once, LLVM's register coalescer takes as long as all the rest: it is to give up on such a value early
/// (a value with 30 definitions, after 2 joins). Loops have few; theirs stay as they are.
const FEW_JOINS: &str =
    "-Cllvm-args=-large-interval-size-threshold=30 -large-interval-freq-threshold=2";

/// A cell makes variables for cells to come. rustc would call each of them unused beside a name that it cannot find,
/// and evcxr would show every one of these remarks as an error.
const FOR_LATER: &str = "-Aunused_variables";

/// Whether cargo names a compiler here.
pub fn is_compiler(program: &OsStr) -> bool {
    Path::new(program).file_stem().is_some_and(|name| name == "rustc")
}

/// Becomes the compiler. Returns only if it cannot be started, with the reason.
pub fn run(rustc: &OsStr, arguments: &[OsString]) -> String {
    let error = Command::new(rustc).args(arguments).args([ALONE, FEW_JOINS, FOR_LATER]).exec();
    format!("{}: {error}", Path::new(rustc).display())
}
