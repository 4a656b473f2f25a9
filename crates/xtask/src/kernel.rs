//! The project's kernel: registered in its own environment, never in the home folder.

use std::path::Path;

use anyhow::Result;

use crate::checkout::{Checkout, write_atomically};
use crate::python::Environment;
use crate::toolchain::Toolchain;

/// What notebooks name in their metadata.
pub const NAME: &str = "fashion-rust";

/// Writes the kernel's description and the script that starts it.
pub fn register(
    checkout: &Checkout,
    toolchain: &Toolchain,
    environment: &Environment,
    program: &Path,
    sources: Option<&Path>,
) -> Result<()> {
    let folder = environment.prefix.join("share/jupyter/kernels").join(NAME);
    write_atomically(&folder.join("kernel.json"), include_bytes!("kernel.json"))?;
    let mut settings = format!(
        "root={}\nlibraries={}\nprogram={}\n",
        quoted(checkout.root()),
        quoted(&toolchain.libraries),
        quoted(program)
    );
    if let Some(sources) = sources {
        settings.push_str(&format!("export RUST_SRC_PATH={}\n", quoted(sources)));
    }
    if let Some(cargo) = crate::process::find("cargo").as_deref().and_then(Path::parent) {
        settings.push_str(&format!("PATH={}:$PATH\n", quoted(cargo)));
    }
    let script = include_str!("kernel.sh").replace("# settings\n", &settings);
    write_atomically(&folder.join("start.sh"), script.as_bytes())
}

/// A path as one word of the shell.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_blanks_and_quotes_stays_one_word() {
        assert_eq!(quoted(Path::new("/a b/it's")), r"'/a b/it'\''s'");
    }
}
