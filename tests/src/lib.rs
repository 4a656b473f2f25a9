//! Fixtures and helpers that the integration tests share.

/// The blocks of the translation page, which run as documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/TRANSLATION.md")]
pub mod translation {}

pub mod networks;
pub mod notebook;
pub mod seal;

use std::io::Write;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

/// The root of the checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The version of the crate's results, read as `cargo xtask` reads it.
///
/// # Panics
/// If its file or its line is missing.
pub fn engine() -> u32 {
    let path = root().join("crates/fashion/src/engine.rs");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let line = text.lines().find_map(|line| line.strip_prefix("pub const ENGINE: u32 = "));
    line.and_then(|line| line.strip_suffix(';')?.parse().ok()).expect("the number of the engine")
}

/// Says that a test cannot run here, even where the output of tests is captured.
///
/// # Panics
/// If the environment variable `CI` is set: a machine that tests for others has all that tests need.
#[track_caller]
pub fn skipped(missing: &str) {
    assert!(std::env::var_os("CI").is_none(), "CI is set, but: {missing}");
    // The macros write into the capture. Whoever closed the stream does not want to know.
    let _ = writeln!(std::io::stderr(), "skipped: {missing}");
}

/// Reads a JSON fixture from `tests/fixtures`.
///
/// # Panics
/// If the file is missing or has another form: the test cannot go on.
pub fn fixture<T: DeserializeOwned>(name: &str) -> T {
    let path = root().join("tests/fixtures").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
