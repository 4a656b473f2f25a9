//! Where things are in the checkout.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};

use crate::failure::by_hand;

/// The checkout that this program was compiled in.
pub struct Checkout {
    root: PathBuf,
}

impl Checkout {
    /// Finds the checkout: cargo names it at run time, so that a moved checkout is found too.
    pub fn find() -> Result<Self> {
        let package = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = package
            .join("../..")
            .canonicalize()
            .with_context(|| format!("looking for the checkout above {}", package.display()))?;
        if root.join("environment.yml").is_file() {
            return Ok(Self { root });
        }
        Err(anyhow!("{} is not a checkout of this project", root.display())
            .context(by_hand("run `cargo xtask` inside the checkout")))
    }

    /// The checkout itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A Python script of this program.
    pub fn script(&self, name: &str) -> PathBuf {
        self.root.join("crates/xtask/python").join(name)
    }

    /// The notebooks with their saved outputs.
    pub fn notebooks(&self) -> PathBuf {
        self.root.join("notebooks")
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    /// Everything that may be deleted.
    pub fn target(&self) -> PathBuf {
        self.root.join("target")
    }

    /// The project's own Python environment.
    pub fn venv(&self) -> PathBuf {
        self.root.join(".venv")
    }

    /// The temporary folders of running kernels and the build folder that they share.
    pub fn evcxr(&self) -> PathBuf {
        self.target().join("evcxr")
    }

    /// `path` as a reader in the checkout would write it.
    pub fn short(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }
}

/// Writes `text` so that a reader sees the old file or the new one, never half of it.
pub fn write_atomically(path: &Path, text: &[u8]) -> Result<()> {
    let unfinished = path.with_extension(format!("unfinished-{}", std::process::id()));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("creating {}", folder.display()))?;
    }
    std::fs::write(&unfinished, text)
        .with_context(|| format!("writing {}", unfinished.display()))?;
    std::fs::rename(&unfinished, path).with_context(|| format!("writing {}", path.display()))
}
