//! The Fashion-MNIST files: found, or fetched and checked.
//!
//! What counts is the SHA-256 of the uncompressed content: mirrors compress differently, and some
//! have served the MNIST digits under these names.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};

use crate::apt;
use crate::checkout::Checkout;
use crate::failure::{by_hand, what};
use crate::step::Description;
use crate::{process, python, sha256sums};

pub const STEP: Description = Description {
    title: "Fashion-MNIST data",
    why: "70,000 images from a mirror or from the distribution's package, checked by content",
    about: "under 1 min, 30 MB",
};

const PACKAGE: &str = "dataset-fashion-mnist";

/// How the name of a folder for files that are not checked yet begins.
const UNFINISHED: &str = "fashion-mnist.unfinished-";

/// Where the complete and checked data is, as a sentence. The order is that of `fashion::data`.
pub fn find(checkout: &Checkout) -> Option<String> {
    let named = std::env::var_os("FASHION_MNIST_DIR").filter(|folder| !folder.is_empty());
    let folders = match named {
        Some(folder) => vec![PathBuf::from(folder)],
        None => vec![own(checkout), "/usr/share/datasets/fashion-mnist".into()],
    };
    folders.into_iter().find(|folder| wrong_files(folder).is_empty()).map(|folder| {
        format!("The data is complete and has the right content: {}", folder.display())
    })
}

/// Fetches the data into `data/fashion-mnist`; without any source the notebooks use the excerpt.
pub fn fetch(checkout: &Checkout) -> Result<String> {
    let named = std::env::var_os("FASHION_MNIST_DIR").filter(|folder| !folder.is_empty());
    if let Some(folder) =
        named.map(PathBuf::from).filter(|folder| checkout.root().join(folder) != own(checkout))
    {
        return Err(anyhow!(
            "FASHION_MNIST_DIR is {}, but: {}",
            folder.display(),
            wrong_files(&folder).join("; ")
        )
        .context(by_hand(
            "unset FASHION_MNIST_DIR to have the data fetched, or put the files there",
        )));
    }
    remove_leftovers(checkout);
    let scratch = checkout.data().join(format!("{UNFINISHED}{}", std::process::id()));
    let fetched = from_mirrors(&scratch).or_else(|mirrors| {
        from_package(&scratch).map_err(|package| anyhow!("{}\n{}", what(&mirrors), what(&package)))
    });
    let result = match fetched {
        Ok(source) => adopt(&scratch, &own(checkout)).map(|()| {
            format!("The data came from {source} and is in {}", checkout.short(&own(checkout)))
        }),
        Err(failure) => {
            println!(
                "{}\n      WARNING: no source of the data was reached. The notebooks run on the \
                 excerpt in data/excerpt and say so; their figures then differ from the text.\n      \
                 What to do: put the four files into data/fashion-mnist (see data/README.md).",
                what(&failure)
            );
            Ok("Only the excerpt is there: data/excerpt".into())
        }
    };
    let _ = std::fs::remove_dir_all(&scratch);
    result
}

/// Removes what commands that were killed have left. Whoever is here holds the lock of the checkout,
/// so nobody works in these folders.
fn remove_leftovers(checkout: &Checkout) {
    for entry in checkout.data().read_dir().into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

fn from_mirrors(scratch: &Path) -> Result<String> {
    let mut failures = Vec::new();
    let named = std::env::var("FASHION_MNIST_MIRROR").ok().filter(|mirror| !mirror.is_empty());
    let mirrors = named.as_deref().map_or(MIRRORS.to_vec(), |mirror| vec![mirror]);
    for mirror in mirrors {
        clear(scratch)?;
        let names = sha256sums::entries().map(|(name, _)| format!("{name}.gz"));
        let mut command = Command::new(python::interpreter()?);
        let own = std::process::id().to_string();
        command.args(["-c", include_str!("../python/fetch.py"), &own, mirror]);
        command.arg(scratch).args(names);
        let outcome = process::capture(&mut command).map_err(|failure| last_line(&what(&failure)));
        let wrong = match outcome {
            Ok(_) => wrong_files(scratch),
            Err(reason) => vec![reason],
        };
        if wrong.is_empty() {
            return Ok(mirror.to_owned());
        }
        failures.push(format!("      {mirror}: {}", wrong.join("; ")));
    }
    bail!(failures.join("\n"))
}

/// Official places of the files: the authors' repository, their storage, Keras' copy. The variable
/// `FASHION_MNIST_MIRROR` names another one instead, such as a class's own server.
const MIRRORS: &[&str] = &[
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    "https://fashion-mnist.s3.eu-central-1.amazonaws.com/",
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
];

fn from_package(scratch: &Path) -> Result<String> {
    if !apt::exists() {
        bail!("      this machine has no apt, so no package either");
    }
    clear(scratch)?;
    apt::refresh_lists(PACKAGE);
    let pattern = "./usr/share/datasets/fashion-mnist/*";
    let inner = scratch.join("package");
    apt::unpack(PACKAGE, pattern, 5, scratch, &inner)
        .with_context(|| format!("      package {PACKAGE}"))?;
    match wrong_files(scratch) {
        wrong if wrong.is_empty() => Ok(format!("the distribution's package {PACKAGE}")),
        wrong => bail!("      package {PACKAGE}: {}", wrong.join("; ")),
    }
}

fn clear(scratch: &Path) -> Result<()> {
    let _ = std::fs::remove_dir_all(scratch);
    std::fs::create_dir_all(scratch).with_context(|| format!("creating {}", scratch.display()))
}

/// Moves checked files to where they are looked for, one rename each.
fn adopt(scratch: &Path, folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
    for (name, _) in sha256sums::entries() {
        let from = file(scratch, name)
            .with_context(|| format!("{name} is missing in {}", scratch.display()))?;
        let to = folder.join(from.file_name().unwrap_or_default());
        std::fs::rename(&from, &to).with_context(|| format!("writing {}", to.display()))?;
    }
    Ok(())
}

/// What is missing or has another content, one phrase each.
fn wrong_files(folder: &Path) -> Vec<String> {
    let complaint = |(name, sum): (&'static str, &'static str)| {
        let Some(path) = file(folder, name) else { return Some(format!("{name} is missing")) };
        match sha256sums::matches(&path, sum) {
            Ok(true) => None,
            Ok(false) => Some(format!("{} is not Fashion-MNIST's", path.display())),
            Err(error) => Some(format!("{}: {error}", path.display())),
        }
    };
    sha256sums::entries().filter_map(complaint).collect()
}

fn file(folder: &Path, name: &str) -> Option<PathBuf> {
    [folder.join(format!("{name}.gz")), folder.join(name)].into_iter().find(|path| path.is_file())
}

fn own(checkout: &Checkout) -> PathBuf {
    checkout.data().join("fashion-mnist")
}

fn last_line(text: &str) -> String {
    text.trim().lines().last().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_and_foreign_files_are_named() {
        let folder = std::env::temp_dir().join(format!("xtask-data-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("t10k-labels-idx1-ubyte"), b"digits").unwrap();
        std::fs::write(folder.join("t10k-images-idx3-ubyte.gz"), b"\x1f\x8b no gzip").unwrap();
        let wrong = wrong_files(&folder).join("\n");
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(wrong.contains("train-images-idx3-ubyte is missing"), "{wrong}");
        assert!(wrong.contains("t10k-labels-idx1-ubyte is not Fashion-MNIST's"), "{wrong}");
        assert!(wrong.contains("t10k-images-idx3-ubyte.gz: "), "{wrong}");
    }
}
