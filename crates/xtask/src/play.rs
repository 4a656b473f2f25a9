//! The page of the book to play with: its WebAssembly, its models, its data.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, anyhow};

use crate::checkout::Checkout;
use crate::failure::{by_hand, explained};
use crate::{process, toolchain, wasm};

/// What the page loads; without it, the book is written without the page.
const DATA: &str = "play-data.js";
/// The vector instructions of WebAssembly, which every browser has had since 2023.
const VECTORS: &str = "-C target-feature=+simd128";

/// Where the trained models are kept, and the answers that a browser's are compared with.
pub fn kept(checkout: &Checkout) -> PathBuf {
    checkout.target().join("play")
}

/// Puts the page's data into `site`; if that fails, says why and leaves none there.
pub fn write(checkout: &Checkout, site: &Path) {
    if let Err(error) = make(checkout, site) {
        let _ = std::fs::remove_file(site.join(DATA));
        println!("WARNING: the book has no page to play with. {}", explained(&error));
    }
}

fn make(checkout: &Checkout, site: &Path) -> Result<()> {
    if wasm::find(&toolchain::find()?).is_none() {
        let add = format!("`rustup target add {}`, then `cargo xtask book` again", wasm::TARGET);
        return Err(anyhow!("Rust's standard library for {} is not there", wasm::TARGET)
            .context(by_hand(add)));
    }
    let module = checkout.target().join(wasm::TARGET).join("play").join("fashion_play.wasm");
    if !module.is_file() {
        println!("Compiling the page to play with (about 3 min on two cores, once) ..");
    }
    let mut build = Command::new("cargo");
    build
        .args(["build", "--quiet", "--package", "fashion-play", "--lib", "--profile", "play"])
        .args(["--target", wasm::TARGET])
        .arg("--target-dir")
        .arg(checkout.target())
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", VECTORS)
        .current_dir(checkout.root());
    process::show(&mut build)?;
    let mut write = Command::new("cargo");
    write
        .args(["run", "--quiet", "--package", "fashion-play", "--bin", "play-data", "--"])
        .args([site, &kept(checkout), &module])
        .current_dir(checkout.root());
    process::show(&mut write)
}
