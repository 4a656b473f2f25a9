//! What the project takes from others: known, pinned, and under licences that allow it.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;
use tests::root;

/// Licences under which everything may be passed on with this project.
const LICENCES: [&str; 8] =
    ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "Unicode-3.0", "Zlib"];

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// The names in the first column of the tables below a heading of docs/DEPENDENCIES.md.
fn listed(heading: &str) -> BTreeSet<String> {
    let document = read("docs/DEPENDENCIES.md");
    let part = document.split("\n## ").find(|part| part.starts_with(heading)).unwrap_or_default();
    let rows = part.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    rows.flat_map(|cell| cell.split(", ")).map(|name| name.trim_matches('`').to_owned()).collect()
}

#[test]
fn every_direct_dependency_is_listed_with_its_reason() {
    let manifest = read("Cargo.toml");
    let table = manifest.split("[workspace.dependencies]").nth(1).unwrap_or_default();
    let table = table.split("\n[").next().unwrap_or_default();
    let direct: BTreeSet<String> = table
        .lines()
        .filter(|line| !line.contains("path = "))
        .filter_map(|line| Some(line.split_once(" = ")?.0.to_owned()))
        .collect();
    assert_eq!(listed("Rust"), direct);
}

#[test]
fn every_python_package_is_listed_and_pinned_with_hashes() {
    let environment = read("environment.yml");
    let pins: BTreeSet<&str> = environment
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- "))
        .filter(|entry| entry.contains("=="))
        .collect();
    let names: BTreeSet<String> =
        pins.iter().filter_map(|pin| Some(pin.split_once("==")?.0.to_owned())).collect();
    assert_eq!(listed("Python"), names);

    let (nbgrader, browser) = (read_python("nbgrader.txt"), read_python("browser.txt"));
    for (list, pins) in
        [("requirements", pins), ("nbgrader", pins_of(&nbgrader)), ("browser", pins_of(&browser))]
    {
        let lock = read_python(&format!("{list}.lock"));
        for pin in &pins {
            let found = lock.lines().any(|line| line.starts_with(&format!("{pin} ")));
            assert!(found, "{pin} is not in {list}.lock");
        }
        let entries = lock.lines().filter(|line| line.contains("==") && !line.starts_with('#'));
        assert!(entries.clone().count() > pins.len(), "{list}");
        for entry in entries {
            assert!(entry.ends_with('\\'), "{list}: {entry} has no hash");
        }
    }
}

fn read_python(name: &str) -> String {
    read(&format!("crates/xtask/python/{name}"))
}

/// The versions in a list for pip, without the conditions behind them.
fn pins_of(list: &str) -> BTreeSet<&str> {
    let entries = list.lines().filter(|line| line.contains("==") && !line.starts_with('#'));
    entries.map(|line| line.split(';').next().unwrap_or_default().trim()).collect()
}

#[test]
fn every_licence_is_known() {
    let version = Command::new("rustc").arg("-vV").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--filter-platform", host])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 50);
    for package in packages {
        let licence = package["license"].as_str().unwrap_or_default().replace('/', " OR ");
        let allowed = |name: &str| LICENCES.contains(&name.trim_matches(['(', ')', ' ']));
        // All parts of an "and", one part of each "or".
        let fine = licence.split(" AND ").all(|part| part.split(" OR ").any(allowed));
        assert!(fine, "{} has the licence {licence:?}", package["name"]);
    }
}
