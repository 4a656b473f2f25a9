//! The arrows of the source against the house in `docs/ARCHITECTURE.md`: an entry uses only entries
//! above it, and the files of an entry use each other in no circle.
//!
//! Read from the `use` lines and the qualified paths, without a compiler: comments, strings and
//! `#[cfg(test)]` items do not count, and a name that a `mod.rs` passes on counts as the file that
//! defines it.

mod circles;
mod house;
mod made_up;
mod package;
mod source;

use std::collections::BTreeMap;
use std::path::Path;

use house::House;

/// Files by their path below the root, with `/`.
type Files = BTreeMap<String, String>;

#[test]
fn the_arrows_of_the_source_point_upwards_in_the_picture() {
    let mut files = Files::new();
    read(&tests::root(), "crates", &mut files);
    let text = std::fs::read_to_string(tests::root().join("docs/ARCHITECTURE.md"));
    let house = House::read(&text.expect("docs/ARCHITECTURE.md")).expect("a block `house`");
    let problems = house.problems(&files);
    assert!(problems.is_empty(), "{} arrows:\n{}", problems.len(), problems.join("\n"));
}

/// All sources and manifests below a folder.
fn read(root: &Path, folder: &str, files: &mut Files) {
    for entry in std::fs::read_dir(root.join(folder)).expect("a folder").flatten() {
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            read(root, &path, files);
        } else if path.ends_with(".rs") || path.ends_with("/Cargo.toml") {
            files.insert(path, std::fs::read_to_string(entry.path()).expect("a source"));
        }
    }
}
