//! Packages of Debian and Ubuntu, taken apart inside the checkout: nothing is installed.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;

/// Whether this machine has apt.
pub fn exists() -> bool {
    ["apt-get", "apt-cache", "dpkg-deb"].iter().all(|name| process::find(name).is_some())
}

/// The version of each of these packages that apt would take, for those that it knows.
pub fn versions(packages: &[&str]) -> Vec<(String, String)> {
    // apt-cache fails if one of the names is unknown, and still describes the others.
    let Ok(output) =
        Command::new("apt-cache").args(["show", "--no-all-versions"]).args(packages).output()
    else {
        return Vec::new();
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let fields = |name: &'static str| {
        let start = format!("{name}: ");
        text.lines()
            .filter_map(|line| line.strip_prefix(&start).map(str::to_owned))
            .collect::<Vec<_>>()
    };
    fields("Package").into_iter().zip(fields("Version")).collect()
}

/// Fetches the lists of packages if this machine has none (as in a fresh container) and we may.
pub fn refresh_lists(package: &str) {
    if versions(&[package]).is_empty() {
        // If it fails, the package stays unknown, and the caller says so.
        let _ = process::capture(Command::new("apt-get").args(["update", "-qq"]));
    }
}

/// Downloads a package and unpacks what matches `pattern` into `into`, without `strip` folders.
///
/// `scratch` is created, and removed at the end.
pub fn unpack(
    package: &str,
    pattern: &str,
    strip: usize,
    into: &Path,
    scratch: &Path,
) -> Result<()> {
    let _ = std::fs::remove_dir_all(scratch);
    let result = download(package, scratch).and_then(|archive| {
        let tar = scratch.join("content.tar");
        let file =
            std::fs::File::create(&tar).with_context(|| format!("writing {}", tar.display()))?;
        process::show(Command::new("dpkg-deb").arg("--fsys-tarfile").arg(&archive).stdout(file))?;
        std::fs::create_dir_all(into).with_context(|| format!("creating {}", into.display()))?;
        process::capture(
            Command::new("tar")
                .arg("--extract")
                .arg("--file")
                .arg(&tar)
                .arg("--directory")
                .arg(into)
                .arg(format!("--strip-components={strip}"))
                .args(["--no-same-owner", "--wildcards", "--no-wildcards-match-slash", pattern]),
        )
        .map(drop)
    });
    let _ = std::fs::remove_dir_all(scratch);
    result
}

fn download(package: &str, scratch: &Path) -> Result<PathBuf> {
    std::fs::create_dir_all(scratch).with_context(|| format!("creating {}", scratch.display()))?;
    process::capture(
        Command::new("apt-get")
            .args([
                "download",
                "-qq",
                "-o",
                "Acquire::http::Timeout=20",
                "-o",
                "Acquire::Retries=1",
            ])
            .arg(package)
            .current_dir(scratch),
    )?;
    scratch
        .read_dir()
        .with_context(|| format!("reading {}", scratch.display()))?
        .filter_map(|file| file.ok().map(|file| file.path()))
        .find(|path| path.extension().is_some_and(|end| end == "deb"))
        .with_context(|| format!("apt-get downloaded no file for {package}"))
}
