//! The source of Rust's standard library, which the kernel reads to find the types of variables.
//!
//! Without it `let v = vec![1];` fails with "Couldn't automatically determine type of variable",
//! and every such `let` needs a type. The source of a neighbouring release does as well: it is
//! only read for signatures.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::apt;
use crate::checkout::Checkout;
use crate::failure::what;
use crate::process;
use crate::python::Environment;
use crate::step::Description;
use crate::toolchain::{Toolchain, release};

pub const STEP: Description = Description {
    title: "Source of the standard library",
    why: "the kernel reads it to find the types of variables",
    about: "about 10 s, up to 45 MB",
};

/// Debian's packages with the source of a release; the second is the newer one in stable Debian.
const PACKAGES: [&str; 2] = ["rust-src", "rust-web-src"];

/// How many releases the source may be away from the compiler.
const NEIGHBOURHOOD: u32 = 12;

/// The folder of the source, `library`, if it is there and can be read without a network.
pub fn find(toolchain: &Toolchain, environment: &Environment) -> Option<PathBuf> {
    let named = std::env::var_os("RUST_SRC_PATH").map(PathBuf::from);
    let folders = [named, Some(component(toolchain)), Some(own(environment))];
    folders.into_iter().flatten().find(|folder| is_source(folder) && cargo(folder, "metadata"))
}

/// Gets the source from rustup, else from the distribution; `None`, with an explanation on the
/// screen, if neither has it: the notebooks still run where types are written out.
pub fn make(
    checkout: &Checkout,
    toolchain: &Toolchain,
    environment: &Environment,
) -> Option<PathBuf> {
    if process::find("rustup").is_some() {
        let mut add = Command::new("rustup");
        add.args(["component", "add", "rust-src"]).current_dir(checkout.root());
        let folder = component(toolchain);
        let is_there =
            is_source(&folder) || (process::capture(&mut add).is_ok() && is_source(&folder));
        if is_there && cargo(&folder, "fetch") {
            return Some(folder);
        }
        println!("      rustup cannot fetch the component rust-src; trying the distribution");
    }
    if let Some(package) = distribution_package(toolchain) {
        let folder = own(environment);
        let scratch = checkout.target().join("rust-src-download");
        let pattern = "./usr/src/rustc-*/library";
        // Renamed when it is whole: half a source would be found, and miss types without a word.
        let unfinished = folder.with_extension("unfinished");
        let _ = std::fs::remove_dir_all(&unfinished);
        match apt::unpack(&package, pattern, 5, &unfinished, &scratch) {
            Ok(()) if is_source(&unfinished) => {
                // Without it the kernel puts the crates together itself and needs no other ones.
                let _ = std::fs::remove_file(unfinished.join("Cargo.toml"));
                let _ = std::fs::remove_dir_all(&folder);
                match std::fs::rename(&unfinished, &folder) {
                    Ok(()) => return Some(folder),
                    Err(error) => println!("      writing {}: {error}", folder.display()),
                }
            }
            Ok(()) => println!("      the package {package} has no {pattern}"),
            Err(failure) => println!("      {}", what(&failure)),
        }
        let _ = std::fs::remove_dir_all(&unfinished);
    }
    println!(
        "      WARNING: no source of the standard library. Notebooks run, but a variable whose type \
         the kernel cannot find needs it written out: `let v: Vec<i32> = vec![1];`.\n      \
         What to do: `rustup component add rust-src`, or set RUST_SRC_PATH to a folder `library` of \
         Rust's source."
    );
    None
}

/// The distribution's package whose release is nearest to the compiler's.
fn distribution_package(toolchain: &Toolchain) -> Option<String> {
    if !apt::exists() {
        return None;
    }
    apt::refresh_lists(PACKAGES[0]);
    let away = |version: &str| {
        let (major, minor) = release(version)?;
        (major == toolchain.release.0).then(|| minor.abs_diff(toolchain.release.1))
    };
    apt::versions(&PACKAGES)
        .into_iter()
        .filter_map(|(package, version)| Some((away(&version)?, package)))
        .filter(|(away, _)| *away <= NEIGHBOURHOOD)
        .min()
        .map(|(_, package)| package)
}

fn component(toolchain: &Toolchain) -> PathBuf {
    toolchain.sysroot.join("lib/rustlib/src/rust/library")
}

fn own(environment: &Environment) -> PathBuf {
    environment.prefix.join("share/rust-src/library")
}

fn is_source(folder: &Path) -> bool {
    folder.join("core/src/lib.rs").is_file() && folder.join("std/src/lib.rs").is_file()
}

/// Asks cargo to `fetch` the few crates that the standard library is built from, or whether it has
/// them (`metadata`). The kernel's reader of the source asks cargo for them and, where cargo cannot
/// tell, knows no type of the standard library.
fn cargo(folder: &Path, task: &str) -> bool {
    let manifest = folder.join("Cargo.toml");
    if !manifest.is_file() {
        return true;
    }
    let mut command = Command::new("cargo");
    command
        .args([task, "--quiet", "--locked", "--manifest-path"])
        .arg(manifest)
        // The manifest of the standard library may use what other manifests may not; nothing is
        // compiled here.
        .env("RUSTC_BOOTSTRAP", "1")
        .current_dir(std::env::temp_dir());
    if task == "metadata" {
        command.args(["--format-version", "1"]).env("CARGO_NET_OFFLINE", "true");
    }
    process::capture(&mut command).is_ok()
}
