//! Crates, their files as modules, and where a path leads.

use std::collections::BTreeMap;

use super::Files;
use super::source::{is_name, modules_of_tests, plain, tokens, without_tests};

/// A crate of the workspace.
pub struct Package {
    /// Its name in source.
    pub name: String,
    pub folder: String,
    /// By their path below the root, which is empty: `nn::ops`.
    pub modules: BTreeMap<String, Module>,
}

/// What one file says.
#[derive(Default)]
pub struct Module {
    pub file: String,
    /// Names that `use` brings in, and their paths; `*` for all names of a module.
    pub imports: Vec<(String, Vec<String>)>,
    /// Every path that may lead elsewhere, and its line.
    pub paths: Vec<(Vec<String>, usize)>,
}

impl Package {
    pub fn all(files: &Files) -> Vec<Self> {
        let manifests =
            files.iter().filter_map(|(path, text)| Some((path.strip_suffix("/Cargo.toml")?, text)));
        let named = manifests.filter_map(|(folder, text)| {
            let name = text.lines().find_map(|line| line.strip_prefix("name = "))?;
            Some((folder.to_owned(), name.trim_matches('"').replace('-', "_")))
        });
        named.map(|(folder, name)| Self::read(folder, name, files)).collect()
    }

    fn read(folder: String, name: String, files: &Files) -> Self {
        let source = format!("{folder}/src/");
        let mut modules = BTreeMap::new();
        let mut tests = Vec::new();
        for (file, text) in files.iter().filter(|(file, _)| file.starts_with(&source)) {
            let Some(path) = file.strip_prefix(&source).and_then(|path| path.strip_suffix(".rs"))
            else {
                continue;
            };
            let path = path.strip_suffix("/mod").unwrap_or(path);
            let path = if ["lib", "main"].contains(&path) { "" } else { path };
            let path = path.replace('/', "::");
            let tokens = tokens(&plain(text));
            tests.extend(modules_of_tests(&tokens).into_iter().map(|name| join(&path, &name)));
            modules.insert(path, Module::read(file.clone(), &without_tests(tokens)));
        }
        let is_test = |path: &str| {
            tests.iter().any(|test| {
                path.strip_prefix(test.as_str())
                    .is_some_and(|p| p.is_empty() || p.starts_with("::"))
            })
        };
        modules.retain(|path, _| !is_test(path));
        Self { name, folder, modules }
    }
}

fn join(module: &str, name: &str) -> String {
    if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") }
}

/// The file that a path leads to from a module, if it leads into the workspace.
pub fn resolve(
    packages: &[Package],
    package: &Package,
    module: &str,
    path: &[String],
    depth: usize,
) -> Option<String> {
    let mut at = module.to_owned();
    let mut rest = path;
    if let Some(other) = packages.iter().find(|other| path.first() == Some(&other.name)) {
        if other.name != package.name {
            return resolve(packages, other, "", &path[1..], depth + 1)
                .or_else(|| other.modules.get("").map(|module| module.file.clone()));
        }
        (at, rest) = (String::new(), &path[1..]);
    }
    if depth > 12 || rest.is_empty() {
        return package.modules.get(&at).map(|module| module.file.clone());
    }
    match rest[0].as_str() {
        "crate" => (at, rest) = (String::new(), &rest[1..]),
        "self" => rest = &rest[1..],
        "super" => {
            while rest.first().is_some_and(|part| part == "super") {
                at = at.rsplit_once("::").map_or(String::new(), |(parent, _)| parent.to_owned());
                rest = &rest[1..];
            }
        }
        _ if depth == 0 && !package.modules.contains_key(&join(&at, &rest[0])) => return None,
        _ => {}
    }
    for (place, name) in rest.iter().enumerate() {
        let here = package.modules.get(&at)?;
        let child = join(&at, name);
        let last = place + 1 == rest.len();
        let import = here.imports.iter().find(|(bound, _)| bound == name);
        match import {
            // A module and what it passes on under the same name: the last part is the latter.
            Some((_, target)) if last || !package.modules.contains_key(&child) => {
                let elsewhere = resolve(packages, package, &at, target, depth + 1);
                return elsewhere.or_else(|| Some(here.file.clone()));
            }
            _ if package.modules.contains_key(&child) => at = child,
            _ => {
                let globs = here.imports.iter().filter(|(bound, _)| bound == "*");
                let through = globs.filter_map(|(_, target)| {
                    let file = resolve(packages, package, &at, target, depth + 1)?;
                    let source = package.modules.values().find(|module| module.file == file)?;
                    let defines = source.imports.iter().any(|(bound, _)| bound == name);
                    defines.then_some(file)
                });
                let mut through: Vec<String> = through.collect();
                return through.pop().or_else(|| Some(here.file.clone()));
            }
        }
    }
    package.modules.get(&at).map(|module| module.file.clone())
}

impl Module {
    fn read(file: String, tokens: &[(String, usize)]) -> Self {
        let mut module = Self { file, ..Self::default() };
        // How many braces were open when each module within this file was opened.
        let (mut inner, mut braces) = (Vec::new(), 0_usize);
        let mut at = 0;
        while let Some((token, line)) = tokens.get(at) {
            let text = |place: usize| tokens.get(place).map_or("", |(text, _)| text.as_str());
            match token.as_str() {
                "{" => braces += 1,
                "}" => {
                    braces = braces.saturating_sub(1);
                    if inner.last() == Some(&braces) {
                        inner.pop();
                    }
                }
                "mod" if text(at + 2) == "{" => inner.push(braces),
                // Who may see an item is no use of anything: `pub(in crate::nn)`.
                "in" if at > 1 && text(at - 2) == "pub" && text(at - 1) == "(" => {
                    while !["", ")"].contains(&text(at)) {
                        at += 1;
                    }
                }
                "use" if text(at + 1) != "<" => {
                    at += 1;
                    let mut paths = Vec::new();
                    use_tree(tokens, &mut at, &mut Vec::new(), &mut paths);
                    for (path, name, line) in paths {
                        let Some(path) = outside(path, inner.len()) else { continue };
                        if inner.is_empty() {
                            module.imports.push((name, path.clone()));
                        }
                        module.paths.push((path, line));
                    }
                    continue;
                }
                // The first part of a path, and not of one that was already read.
                first if is_name(first) && text(at + 1) == "::" => {
                    let mut path = vec![token.clone()];
                    while text(at + 1) == "::" && is_name(text(at + 2)) {
                        path.push(text(at + 2).to_owned());
                        at += 2;
                    }
                    module.paths.extend(outside(path, inner.len()).map(|path| (path, *line)));
                }
                _ => {}
            }
            at += 1;
        }
        module
    }
}

/// A path as it reads outside of so many modules within the file; `None` if it stays in them.
fn outside(mut path: Vec<String>, depth: usize) -> Option<Vec<String>> {
    if depth > 0 && path[0] == "self" {
        return None;
    }
    let supers = path.iter().take_while(|part| *part == "super").count();
    if depth > 0 && supers > 0 {
        path.drain(..supers.min(depth));
        if supers <= depth {
            path.insert(0, "self".into());
        }
    }
    Some(path)
}

/// The paths of a `use` declaration, each with the name that it binds and its line, up to its end.
fn use_tree(
    tokens: &[(String, usize)],
    at: &mut usize,
    before: &mut Vec<String>,
    paths: &mut Vec<(Vec<String>, String, usize)>,
) {
    let start = before.len();
    let mut name = None;
    let (mut nested, mut last) = (false, 0);
    while let Some((token, line)) = tokens.get(*at) {
        *at += 1;
        match token.as_str() {
            "::" => {}
            "{" => {
                nested = true;
                while tokens.get(*at).is_some_and(|(token, _)| token != "}") {
                    use_tree(tokens, at, before, paths);
                }
                *at += 1;
            }
            "as" => {
                name = tokens.get(*at).map(|(token, _)| token.clone());
                *at += 1;
            }
            "," | ";" | "}" => {
                if token == "}" {
                    *at -= 1;
                }
                if !nested && before.len() > start {
                    let mut path = before.clone();
                    if path[path.len() - 1] == "self" && path.len() > 1 {
                        path.pop();
                    }
                    let bound = name.unwrap_or_else(|| path[path.len() - 1].clone());
                    if bound == "*" {
                        path.pop();
                    }
                    if !path.is_empty() {
                        paths.push((path, bound, last));
                    }
                }
                before.truncate(start);
                return;
            }
            part => {
                before.push(part.to_owned());
                last = *line;
            }
        }
    }
}
