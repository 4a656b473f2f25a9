//! The project's kernel: registered in its own environment, never in the home folder.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::checkout::{Checkout, write_atomically};
use crate::failure::by_hand;
use crate::process;
use crate::python::Environment;
use crate::toolchain::Toolchain;

/// What notebooks name in their metadata.
pub const NAME: &str = "fashion-rust";

/// Writes the kernel's description, the program that starts it (`crates/starter`) and that program's settings.
pub fn register(
    checkout: &Checkout,
    toolchain: &Toolchain,
    environment: &Environment,
    program: &Path,
    sources: Option<&Path>,
) -> Result<()> {
    let folder = environment.prefix.join("share/jupyter/kernels").join(NAME);
    let starter = build_starter(checkout)?;
    let cargo = process::find("cargo");
    let settings = settings(&[
        ("root", Some(checkout.root())),
        ("program", Some(program)),
        ("libraries", Some(&toolchain.libraries)),
        ("tools", cargo.as_deref().and_then(Path::parent)),
        ("sources", sources),
        ("cargo_home", home("CARGO_HOME", ".cargo").as_deref()),
        ("rustup_home", home("RUSTUP_HOME", ".rustup").as_deref()),
    ]);
    let program = folder.join("start-kernel");
    // The description last: it names the program.
    write_atomically(&folder.join("settings"), settings.as_bytes())?;
    install(&starter, &program)?;
    write_atomically(&folder.join("kernel.json"), description(&program).as_bytes())?;
    remove_old_script(&folder)
}

/// The kernel's description. It names the program by its whole path: Visual Studio Code does not list a kernel whose
/// program it does not find, and has learnt only lately what `{resource_dir}` means.
fn description(program: &Path) -> String {
    include_str!("kernel.json").replace("\"PROGRAM\"", &json_text(&program.display().to_string()))
}

/// A text as JSON writes it, whatever a path has in it.
fn json_text(text: &str) -> String {
    let escaped = text.chars().map(|character| match character {
        '"' | '\\' => format!("\\{character}"),
        other if other.is_control() => format!("\\u{:04x}", u32::from(other)),
        other => other.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

/// Older set-ups started the kernel by a shell script, which nothing names any more.
fn remove_old_script(folder: &Path) -> Result<()> {
    let script = folder.join("start.sh");
    match std::fs::remove_file(&script) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", script.display()))
        }
        _ => Ok(()),
    }
}

/// The starter, built in a folder of its own: where cargo puts others depends on the reader's settings.
fn build_starter(checkout: &Checkout) -> Result<PathBuf> {
    let target = checkout.target().join("starter");
    let mut command = Command::new("cargo");
    command
        .args(["build", "--quiet", "--package", "fashion-starter", "--target-dir"])
        .arg(&target)
        .current_dir(checkout.root())
        .env_remove("CARGO_BUILD_TARGET");
    process::show(&mut command)
        .context(by_hand("`cargo build -p fashion-starter` shows why it does not compile"))?;
    Ok(target.join("debug").join(format!("start-kernel{}", std::env::consts::EXE_SUFFIX)))
}

/// Copies a program so that a kernel starts the old one or the new one; the old one may be running.
fn install(program: &Path, place: &Path) -> Result<()> {
    let unfinished = place.with_extension(format!("unfinished-{}", std::process::id()));
    std::fs::copy(program, &unfinished)
        .with_context(|| format!("copying {}", program.display()))?;
    std::fs::rename(&unfinished, place).with_context(|| format!("writing {}", place.display()))
}

/// One line for each path that is there.
fn settings(paths: &[(&str, Option<&Path>)]) -> String {
    let line = |&(name, path): &(&str, Option<&Path>)| {
        path.map(|path| format!("{name}={}\n", path.display()))
    };
    paths.iter().filter_map(line).collect()
}

/// The home of cargo or rustup, if there is one.
fn home(variable: &str, name: &str) -> Option<PathBuf> {
    let named = std::env::var_os(variable).filter(|home| !home.is_empty()).map(PathBuf::from);
    named.or_else(|| Some(std::env::home_dir()?.join(name))).filter(|home| home.is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_written_as_it_is_and_what_is_missing_is_left_out() {
        let paths = [("root", Some(Path::new("/a b/it's"))), ("sources", None)];
        assert_eq!(settings(&paths), "root=/a b/it's\n");
    }

    #[test]
    fn the_description_names_the_program_by_its_whole_path() {
        let description = description(Path::new("/a \"b\"\\c/start-kernel"));
        let line = r#""argv": ["/a \"b\"\\c/start-kernel", "{connection_file}"],"#;
        assert!(description.contains(line), "{description}");
    }

    #[test]
    fn the_script_of_an_older_set_up_goes_and_nothing_else() {
        let folder =
            std::env::temp_dir().join(format!("fashion-kernel-folder-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for name in ["start.sh", "kernel.json"] {
            std::fs::write(folder.join(name), "").unwrap();
        }
        for _ in 0..2 {
            remove_old_script(&folder).unwrap();
            assert!(!folder.join("start.sh").exists() && folder.join("kernel.json").exists());
        }
        std::fs::remove_dir_all(folder).unwrap();
    }
}
