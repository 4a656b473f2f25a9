//! `cargo xtask book`: executed notebooks as a web site that needs no network.

use std::path::Path;

use anyhow::{Context, Result};

use crate::checkout::Checkout;
use crate::failure::by_hand;
use crate::play;
use crate::process;
use crate::python::Environment;

/// Writes the notebooks in a folder into `site` as [`write()`], after the page to play with, which takes minutes
/// the first time.
pub fn write_with_play(
    checkout: &Checkout,
    environment: &Environment,
    notebooks: &Path,
    site: &Path,
) -> Result<()> {
    std::fs::create_dir_all(site).with_context(|| format!("creating {}", site.display()))?;
    play::write(checkout, site);
    write(checkout, environment, notebooks, site)
}

/// Writes the notebooks in a folder, as they are, into `site`; a page to play with that is there stays.
pub fn write(
    checkout: &Checkout,
    environment: &Environment,
    notebooks: &Path,
    site: &Path,
) -> Result<()> {
    let mut command = environment.command(checkout);
    process::show(command.arg(checkout.script("book.py")).arg(notebooks).arg(site))
        .context(by_hand("`cargo xtask run` executes the notebooks again"))?;
    println!("Readable: {}", checkout.short(&site.join("index.html")));
    Ok(())
}
