//! The picture, and what stands against it.

use std::collections::{BTreeMap, BTreeSet};

use super::Files;
use super::circles::circles;
use super::package::{Package, resolve};

/// Crates and folders from bottom to top.
pub struct House {
    /// Path of the crate or of the entry in it, and its place from the bottom.
    ranks: Vec<(String, usize)>,
}

impl House {
    /// Reads the block that starts with three backticks and `house`. A crate is a line of its own; the
    /// entries of its `src` stand indented below it, several of one place separated by commas. What
    /// follows after two spaces is a description.
    pub fn read(markdown: &str) -> Option<Self> {
        let block = markdown.split_once("```house\n")?.1.split_once("```")?.0;
        let (mut ranks, mut parent) = (Vec::new(), String::new());
        for (rank, line) in block.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let names = line.trim_start().split("  ").next().unwrap_or_default();
            if line.starts_with("      ") {
                continue; // A description goes on.
            } else if line.starts_with(' ') {
                let entry = |name: &str| (format!("{parent}/src/{}", name.trim()), rank);
                ranks.extend(names.split(',').map(entry));
            } else {
                parent = names.trim().to_owned();
                ranks.push((parent.clone(), rank));
            }
        }
        Some(Self { ranks })
    }

    /// The entry that a file belongs to, and its place.
    fn entry(&self, file: &str) -> Option<&(String, usize)> {
        let within = |entry: &str| {
            file.strip_prefix(entry).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.ranks.iter().filter(|(entry, _)| within(entry)).max_by_key(|(entry, _)| entry.len())
    }

    /// Whether the entries of this crate's `src` stand in the list.
    fn is_divided(&self, package: &str) -> bool {
        let inside = format!("{package}/src/");
        self.ranks.iter().any(|(entry, _)| entry.starts_with(&inside))
    }

    /// Everything that is not as the picture says.
    pub fn problems(&self, files: &Files) -> Vec<String> {
        let packages = Package::all(files);
        let mut problems = self.manifests(files, &packages);
        let mut inside: BTreeMap<&str, BTreeSet<(String, String)>> = BTreeMap::new();
        for package in &packages {
            if self.entry(&package.folder).is_none() {
                problems.push(format!("{}: not in the picture", package.folder));
                continue;
            }
            for (file, module) in &package.modules {
                let Some((entry, rank)) = self.entry(&module.file) else { continue };
                if *entry == package.folder && self.is_divided(&package.folder) {
                    problems.push(format!("{}: not in the picture", module.file));
                    continue;
                }
                for (path, line) in &module.paths {
                    let Some(target) = resolve(&packages, package, file, path, 0) else { continue };
                    if target == module.file {
                        continue;
                    }
                    let Some((to, to_rank)) = self.entry(&target) else { continue };
                    if to == entry {
                        inside.entry(entry).or_default().insert((module.file.clone(), target));
                    } else if to_rank >= rank {
                        problems.push(format!(
                            "{}:{line}: {entry} -> {to} ({})",
                            module.file,
                            path.join("::")
                        ));
                    }
                }
            }
        }
        for (entry, arrows) in &inside {
            problems
                .extend(circles(arrows).iter().map(|circle| format!("{entry}: circle {circle}")));
        }
        problems
    }

    /// Dependencies of manifests that point the wrong way.
    fn manifests(&self, files: &Files, packages: &[Package]) -> Vec<String> {
        let mut problems = Vec::new();
        for package in packages {
            let manifest = format!("{}/Cargo.toml", package.folder);
            let mut dependencies = false;
            for (number, line) in files[&manifest].lines().enumerate() {
                if line.starts_with('[') {
                    dependencies = line.contains("dependencies");
                }
                let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
                let found = packages.iter().find(|other| other.name == name.replace('-', "_"));
                let Some(other) = found.filter(|_| dependencies) else { continue };
                let rank = |folder: &str| self.entry(folder).map(|(_, rank)| *rank);
                if rank(&other.folder) >= rank(&package.folder) {
                    let arrow = format!("{} -> {}", package.folder, other.folder);
                    problems.push(format!("{manifest}:{}: {arrow}", number + 1));
                }
            }
        }
        problems
    }
}
