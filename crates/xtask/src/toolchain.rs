//! The Rust toolchain that kernels use.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, anyhow};

use crate::failure::by_hand;
use crate::process;

/// The first release whose cargo can share a build folder between kernels (`build.build-dir`).
const OLDEST: (u32, u32) = (1, 91);

/// What is known of the toolchain that `rustc` and `cargo` on the search path belong to.
pub struct Toolchain {
    /// `1.95.0` as (1, 95).
    pub release: (u32, u32),
    /// The target triple of this machine.
    pub host: String,
    /// The folder with `lib/rustlib`.
    pub sysroot: PathBuf,
    /// The folder with the standard library, which kernels load at run time.
    pub libraries: PathBuf,
}

/// Looks for the toolchain and checks that evcxr can use it.
///
/// A linker needs no check: this program has just been linked.
pub fn find() -> Result<Toolchain> {
    let install = "install Rust with rustup (https://rustup.rs), then run the command again";
    let ask = |arguments: &[&str]| {
        process::capture(Command::new("rustc").args(arguments)).context(by_hand(install))
    };
    let version = ask(&["-vV"])?;
    let field = |name: &str| {
        version
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    let release = release(&field("release:"))
        .with_context(|| format!("`rustc -vV` has no release:\n{version}"))?;
    if release < OLDEST {
        return Err(anyhow!(
            "the notebooks need Rust {}.{} or newer, found {}.{}",
            OLDEST.0,
            OLDEST.1,
            release.0,
            release.1
        )
        .context(by_hand("`rustup update stable`")));
    }
    let toolchain = Toolchain {
        release,
        host: field("host:"),
        sysroot: ask(&["--print", "sysroot"])?.trim().into(),
        libraries: ask(&["--print", "target-libdir"])?.trim().into(),
    };
    let folder = &toolchain.libraries;
    let mut files = folder.read_dir().with_context(|| format!("reading {}", folder.display()))?;
    let is_shared = |name: &str| name.starts_with("libstd-") && !name.ends_with(".rlib");
    if !files.any(|file| file.is_ok_and(|file| is_shared(&file.file_name().to_string_lossy()))) {
        return Err(anyhow!(
            "{} has no shared standard library, which the kernel loads",
            folder.display()
        )
        .context(by_hand(format!("distributions leave it out; {install}"))));
    }
    Ok(toolchain)
}

/// Major and minor number of a release.
pub fn release(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}
