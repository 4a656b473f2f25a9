//! Where a kernel writes.
//!
//! A checkout of one's own holds everything that its kernels write. One that an administrator has set up for many
//! may only be read: then a user's kernels write below the user's cache folder. There stands a small image of the
//! checkout, made of links, in which the relative paths of notebooks lead to the shared crate and data, and to kept
//! trainings of the user's own.

use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::folder::Folder;
use crate::settings::Settings;

/// A kernel's own folder, and where it works.
#[derive(Debug)]
pub struct Place {
    /// The kernel's temporary folder.
    pub folder: Folder,
    /// The folder that relative paths start from, if it is not that of the notebook.
    pub working: Option<PathBuf>,
    shared: bool,
}

impl Place {
    /// In the checkout if it can be written, else in the cache folder.
    pub fn find(settings: &Settings) -> Result<Self, String> {
        let own = settings.root.join("target/evcxr");
        match Folder::new(&own) {
            Ok(folder) => {
                // A notebook that was copied elsewhere runs as if it stood beside the others: its first cell
                // names the helper crate by a relative path.
                let beside = Path::new("../crates/fashion").is_dir();
                let working = (!beside).then(|| settings.root.join("notebooks"));
                Ok(Self { folder, working, shared: false })
            }
            Err(error) if is_refused(&error) => {
                let cache = cache_folder().ok_or_else(|| {
                    format!("{} cannot be written, and there is no home folder", own.display())
                })?;
                Self::beside(&cache, settings)
            }
            Err(error) => Err(format!("{}: {error}", own.display())),
        }
    }

    fn beside(cache: &Path, settings: &Settings) -> Result<Self, String> {
        let home = cache.join("fashion-notebooks").join(one_name(&settings.root));
        let problem = |error: io::Error| format!("{}: {error}", home.display());
        let desk = home.join("checkout");
        furnish(&settings.root, &desk).map_err(problem)?;
        let folder = Folder::new(&home.join("evcxr")).map_err(problem)?;
        Ok(Self { folder, working: Some(desk.join("notebooks")), shared: true })
    }

    /// Whose toolchain and downloaded sources to use, and not to ask the network: what is shared is complete.
    pub fn environment(&self, settings: &Settings) -> Vec<(&'static str, OsString)> {
        if !self.shared {
            return Vec::new();
        }
        let homes = [("CARGO_HOME", &settings.cargo_home), ("RUSTUP_HOME", &settings.rustup_home)];
        let homes = homes.into_iter().filter_map(|(name, home)| Some((name, home.clone()?.into())));
        homes.chain([("CARGO_NET_OFFLINE", "true".into())]).collect()
    }
}

fn is_refused(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem)
}

fn cache_folder() -> Option<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    cache.filter(|cache| cache.is_absolute()).or_else(|| Some(std::env::home_dir()?.join(".cache")))
}

/// A name for a path: the end of it, and a number that tells it from other paths (FNV-1a of 64 bits).
///
/// Only signs that every tool leaves alone: the linker lld takes a `%` for a place to put random letters in, and then
/// finds no such folder.
fn one_name(path: &Path) -> String {
    let text = path.display().to_string();
    let number = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |number, byte| {
        (number ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let end = text.rsplit('/').next().unwrap_or_default();
    let plain = |sign: char| if sign.is_ascii_alphanumeric() { sign } else { '-' };
    format!("{}-{number:016x}", end.chars().map(plain).collect::<String>())
}

/// Makes `desk` look like the checkout to a notebook in its folder `notebooks`.
fn furnish(root: &Path, desk: &Path) -> io::Result<()> {
    let models = desk.join("data/models");
    for folder in [&desk.join("notebooks"), &models] {
        fs::create_dir_all(folder)?;
    }
    for name in
        ["crates", "Cargo.lock", "notebooks/evcxr.toml", "data/fashion-mnist", "data/excerpt"]
    {
        put(&root.join(name), &desk.join(name))?;
    }
    // Trainings that the administrator's run has kept; a user's own replace them here.
    for kept in root.join("data/models").read_dir().into_iter().flatten().flatten() {
        put(&kept.path(), &models.join(kept.file_name()))?;
    }
    Ok(())
}

/// A link, unless something of that name is there; one that leads nowhere is made anew.
fn put(from: &Path, to: &Path) -> io::Result<()> {
    let leads_nowhere = to.is_symlink() && !to.exists();
    if leads_nowhere {
        fs::remove_file(to)?;
    }
    match symlink(from, to) {
        // Another kernel of the same user may be making the same.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_users_own_place_leads_to_what_is_shared_and_keeps_what_is_the_users() {
        let folder =
            std::env::temp_dir().join(format!("fashion-starter-place-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let (root, cache) = (folder.join("a root"), folder.join("cache"));
        for name in
            ["crates/fashion/Cargo.toml", "notebooks/evcxr.toml", "data/models/kept", "Cargo.lock"]
        {
            fs::create_dir_all(root.join(name).parent().unwrap()).unwrap();
            fs::write(root.join(name), name).unwrap();
        }
        let settings = Settings {
            root: root.clone(),
            cargo_home: Some("/shared/cargo".into()),
            ..Settings::default()
        };
        for _ in 0..2 {
            let place = Place::beside(&cache, &settings).unwrap();
            let working = place.working.clone().unwrap();
            assert!(place.folder.path.starts_with(&cache));
            let crate_folder = working.join("../crates/fashion").canonicalize().unwrap();
            assert_eq!(crate_folder, root.join("crates/fashion").canonicalize().unwrap());
            assert_eq!(fs::read_to_string(working.join("../Cargo.lock")).unwrap(), "Cargo.lock");
            assert_eq!(
                fs::read_to_string(working.join("../data/models/kept")).unwrap(),
                "data/models/kept"
            );
            fs::write(working.join("../data/models/own"), "own").unwrap();
            let names: Vec<_> =
                place.environment(&settings).into_iter().map(|(name, _)| name).collect();
            assert_eq!(names, ["CARGO_HOME", "CARGO_NET_OFFLINE"]);
        }
        assert!(!root.join("data/models/own").exists());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn two_checkouts_have_two_names_that_every_tool_leaves_alone() {
        let name = one_name(Path::new("/srv/100 % Rust"));
        assert!(name.starts_with("100---Rust-"), "{name}");
        assert!(name.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '-'), "{name}");
        assert_ne!(one_name(Path::new("/a/b")), one_name(Path::new("/b/b")));
        assert_ne!(one_name(Path::new("/a b")), one_name(Path::new("/a-b")));
    }
}
