//! `cargo xtask book`: executed notebooks as a web site that needs no network.

use std::path::Path;

use anyhow::{Context, Result};

use crate::checkout::{Checkout, write_atomically};
use crate::failure::by_hand;
use crate::process;
use crate::python::Environment;

/// Writes the notebooks in a folder, as they are, into `site`.
pub fn write(
    checkout: &Checkout,
    environment: &Environment,
    notebooks: &Path,
    site: &Path,
) -> Result<()> {
    let script = checkout.target().join("xtask/book.py");
    write_atomically(&script, include_bytes!("../python/book.py"))?;
    process::show(environment.command(checkout).arg(&script).arg(notebooks).arg(site))
        .context(by_hand("`cargo xtask run` executes the notebooks again"))?;
    println!("Readable: {}", checkout.short(&site.join("index.html")));
    Ok(())
}
