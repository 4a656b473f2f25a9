//! What set-up has found out about this machine.

use std::path::{Path, PathBuf};

/// The file `settings` beside this program: lines `name=path`.
#[derive(Debug, Default, PartialEq)]
pub struct Settings {
    /// The checkout.
    pub root: PathBuf,
    /// The program evcxr_jupyter.
    pub program: PathBuf,
    /// The folder with the standard library, which cells load when they run.
    pub libraries: PathBuf,
    /// The folder with cargo and rustc.
    pub tools: Option<PathBuf>,
    /// The sources of the standard library, from which evcxr learns the types of variables.
    pub sources: Option<PathBuf>,
    /// cargo's home of whoever did the set-up.
    pub cargo_home: Option<PathBuf>,
    /// rustup's home of whoever did the set-up.
    pub rustup_home: Option<PathBuf>,
}

impl Settings {
    /// Reads the file beside this program.
    pub fn load() -> Result<Self, String> {
        let program = std::env::current_exe().map_err(|error| format!("its own place: {error}"))?;
        let path = program.with_file_name("settings");
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("reading {}: {error}", path.display()))?;
        Self::parse(&text).map_err(|problem| format!("{}: {problem}", path.display()))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let value = |name: &str| {
            text.lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        let needed = |name: &str| {
            let missing = format!("expected a line `{name}=..`, got none; run `cargo xtask setup`");
            value(name).ok_or(missing)
        };
        Ok(Self {
            root: needed("root")?,
            program: needed("program")?,
            libraries: needed("libraries")?,
            tools: value("tools"),
            sources: value("sources"),
            cargo_home: value("cargo_home"),
            rustup_home: value("rustup_home"),
        })
    }

    /// What set-up has compiled for kernels.
    pub fn warm(&self) -> PathBuf {
        self.root.join("target/evcxr/warm/build")
    }
}

/// The search path with `folder` before everything else.
pub fn search_path(folder: &Path) -> Option<std::ffi::OsString> {
    let old = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths([folder.to_owned()].into_iter().chain(std::env::split_paths(&old))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_quotes_and_signs_of_the_shell_are_part_of_a_path() {
        let text = "root=/a b/it's $HOME\nprogram=/p=q\nlibraries=/l\nsources=\n";
        let settings = Settings::parse(text).unwrap();
        assert_eq!(settings.root, Path::new("/a b/it's $HOME"));
        assert_eq!(settings.program, Path::new("/p=q"));
        assert_eq!(settings.sources, None);
        assert!(Settings::parse("root=/r\n").unwrap_err().contains("`program=..`"));
    }
}
