//! `cargo xtask browser`: the notebooks as a reader sees them, in JupyterLab and in the book, in a real browser.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::book;
use crate::checkout::Checkout;
use crate::failure::by_hand;
use crate::play;
use crate::process;
use crate::python::Environment;

/// What a Chromium calls itself.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// A Chromium on the search path.
pub fn find() -> Option<PathBuf> {
    NAMES.iter().find_map(|name| process::find(name))
}

/// What to say where there is none.
pub fn missing() -> String {
    format!("no browser on the search path ({})", NAMES.join(", "))
}

/// Opens A1 in JupyterLab, runs its first cells, and looks at the page; then reads the book.
pub fn test(checkout: &Checkout, environment: &Environment) -> Result<()> {
    let install = "install Chromium (Debian and Ubuntu: `apt-get install chromium`)";
    let chromium = find().with_context(missing).context(by_hand(install))?;
    let folder = checkout.target().join("browser");
    let driver = environment.beside(
        checkout,
        &folder.join("env"),
        "crates/xtask/python/browser.lock",
        "import playwright",
        "playwright, which drives the browser (about 1 min, 200 MB)",
    )?;
    let work: &Path = &folder.join("work");
    // Left from the run before.
    let _ = std::fs::remove_dir_all(work);
    let mut command = driver.command(checkout);
    command
        .arg("-u")
        .arg(checkout.script("browser.py"))
        .arg(checkout.notebooks().join("A1.ipynb"))
        .arg(work)
        .arg(&chromium)
        .arg(&environment.python)
        // JupyterLab runs in our environment, with its kernel.
        .env("JUPYTER_DATA_DIR", environment.prefix.join("share/jupyter"))
        .env("JUPYTER_CONFIG_DIR", work.join("config"))
        .env("CARGO_NET_OFFLINE", "true")
        .env("FASHION_PROFILE", "quick");
    let seen = format!("screenshots and messages are in {}", checkout.short(work));
    process::show(&mut command).context(by_hand(&seen))?;
    let site = work.join("book");
    book::write_with_play(checkout, environment, &checkout.notebooks(), &site)?;
    let mut command = driver.command(checkout);
    command.arg("-u").arg(checkout.script("book_browser.py")).arg(&site).arg(work).arg(&chromium);
    process::show(command.arg(play::kept(checkout))).context(by_hand(seen))
}
