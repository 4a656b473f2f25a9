//! Rust's standard library for WebAssembly, which tests need, and the book's page to play with.

use std::process::Command;

use crate::checkout::Checkout;
use crate::process;
use crate::step::Description;
use crate::toolchain::Toolchain;

pub const STEP: Description = Description {
    title: "Target wasm32-unknown-unknown",
    why: "the book's page to play with computes in a browser, and tests do without threads",
    about: "about 10 s, 20 MB",
};

pub const TARGET: &str = "wasm32-unknown-unknown";

/// Whether it is there, from rustup or from the distribution.
pub fn find(toolchain: &Toolchain) -> Option<()> {
    let folder = toolchain.sysroot.join("lib/rustlib").join(TARGET).join("lib");
    let mut files = folder.read_dir().ok()?.flatten();
    files.any(|file| file.file_name().to_string_lossy().starts_with("libcore-")).then_some(())
}

/// Asks rustup for it; what needs it can do without, and says so.
pub fn make(checkout: &Checkout) {
    let mut add = Command::new("rustup");
    add.args(["target", "add", TARGET]).current_dir(checkout.root());
    if let Err(error) = process::capture(&mut add) {
        println!(
            "      {error:#}\n      WARNING: the book gets no page to play with, and the tests without \
             threads are skipped.\n      \
             What to do: `rustup target add {TARGET}`, or install Rust with rustup (https://rustup.rs)"
        );
    }
}
