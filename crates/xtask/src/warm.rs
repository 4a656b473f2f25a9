//! Compiles, ahead of time, what the first cell of every notebook would compile.
//!
//! evcxr writes a package `ctx` into its temporary folder and lets cargo build it. The same
//! package, built here with the same settings, leaves the kernel nothing to compile but the cell:
//! `crates/starter` gives each kernel the build folder of this package. `cargo check` is needed too: evcxr runs it
//! when it cannot tell the type of a variable.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::checkout::{Checkout, write_atomically};
use crate::failure::by_hand;
use crate::process;
use crate::step::Description;
use crate::toolchain::Toolchain;

pub const STEP: Description = Description {
    title: "Helper crate compiled for the kernel",
    why: "so that a first cell takes seconds",
    about: "about 3 min the first time, 1 s when nothing has changed",
};

/// As evcxr 0.22.0 writes it: with other settings cargo would compile everything again.
const PACKAGE: &str = r#"
[package]
name = "ctx"
version = "1.0.0"
edition = "2024"

[lib]
crate-type = ["cdylib"]
path = "src/lib.rs"

[profile.dev]
opt-level = 2
debug = false
strip = "debuginfo"
rpath = true
lto = false
debug-assertions = true
codegen-units = 16
panic = 'unwind'
incremental = true
overflow-checks = true

[dependencies]
fashion = { path = FASHION }
"#;

/// The lines `:build_env NAME=value` of this file hold for the warm-up as for the kernel.
const KERNEL_SETTINGS: &str = include_str!("../../../notebooks/evcxr.toml");

/// Whether it has been built before, perhaps from other sources.
pub fn exists(checkout: &Checkout) -> bool {
    checkout.evcxr().join("warm/build").is_dir()
}

/// Builds and checks; cargo knows what is fresh.
pub fn build(checkout: &Checkout, toolchain: &Toolchain) -> Result<()> {
    let folder = checkout.evcxr().join("warm");
    let fashion = toml_text(&checkout.root().join("crates/fashion").display().to_string());
    write_atomically(&folder.join("Cargo.toml"), PACKAGE.replace("FASHION", &fashion).as_bytes())?;
    write_atomically(&folder.join("src/lib.rs"), b"")?;
    let versions = checkout.root().join("Cargo.lock");
    std::fs::copy(&versions, folder.join("Cargo.lock"))
        .with_context(|| format!("copying {}", versions.display()))?;
    // evcxr asks cargo about the packages of all platforms, so that all must be here: it may have no
    // network.
    let target = ["--target", &toolchain.host];
    for (task, options) in [("fetch", &[][..]), ("build", &target[..]), ("check", &target[..])] {
        let mut command = Command::new(tool("cargo"));
        command
            .args([task, "--quiet"])
            .args(options)
            .current_dir(&folder)
            .env("CARGO_TARGET_DIR", "target")
            .env("RUSTC", tool("rustc"))
            .env("RUSTFLAGS", rustflags())
            .envs(kernel_environment());
        process::show(&mut command).context(by_hand(
            "if cargo could not download, connect this machine to the network and run the command \
             again; else `cargo build -p fashion` shows whether the crate compiles, and \
             `rm -r target/evcxr` starts the kernel's own build afresh",
        ))?;
    }
    Ok(())
}

/// A text as TOML writes it, whatever a path has in it.
fn toml_text(text: &str) -> String {
    let escaped = text.chars().map(|character| match character {
        '"' | '\\' => format!("\\{character}"),
        other if other.is_control() => format!("\\U{:08X}", u32::from(other)),
        other => other.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

/// evcxr calls the tools behind rustup's proxies, and cargo keeps builds by either apart.
fn tool(name: &str) -> PathBuf {
    process::capture(Command::new("rustup").args(["which", name]))
        .ok()
        .map(|path| PathBuf::from(path.trim()))
        .or_else(|| process::find(name))
        .unwrap_or_else(|| name.into())
}

/// evcxr links with lld if it is there, unless mold is.
fn rustflags() -> &'static str {
    let lld = !cfg!(target_os = "macos")
        && process::find("mold").is_none()
        && process::find("lld").is_some();
    if lld { "-Cprefer-dynamic -Clink-arg=-fuse-ld=lld" } else { "-Cprefer-dynamic" }
}

fn kernel_environment() -> impl Iterator<Item = (&'static str, &'static str)> {
    KERNEL_SETTINGS
        .lines()
        .filter_map(|line| line.strip_prefix(":build_env "))
        .filter_map(|setting| setting.split_once('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_a_quote_stays_one_text() {
        assert_eq!(toml_text("/a\"b\\c\u{7}é"), r#""/a\"b\\c\U00000007é""#);
    }

    #[test]
    fn the_kernels_build_folder_is_the_one_that_is_warmed() {
        let environment: Vec<_> = kernel_environment().collect();
        assert!(environment.contains(&("CARGO_BUILD_BUILD_DIR", "build")));
        let (from, to) = (
            include_str!("../../starter/src/settings.rs"),
            include_str!("../../starter/src/kernel.rs"),
        );
        assert!(from.contains("target/evcxr/warm/build") && to.contains("folder.join(\"build\")"));
    }
}
