//! The arrows of the source against the house in `docs/ARCHITECTURE.md`: an entry uses only entries
//! above it, and the files of an entry use each other in no circle.
//!
//! Read from the `use` lines and the qualified paths, without a compiler: comments, strings and
//! `#[cfg(test)]` items do not count, and a name that a `mod.rs` passes on counts as the file that
//! defines it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

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

/// Crates and folders from bottom to top.
struct House {
    /// Path of the crate or of the entry in it, and its place from the bottom.
    ranks: Vec<(String, usize)>,
}

impl House {
    /// Reads the block that starts with three backticks and `house`. A crate is a line of its own; the
    /// entries of its `src` stand indented below it, several of one place separated by commas. What
    /// follows after two spaces is a description.
    fn read(markdown: &str) -> Option<Self> {
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
    fn problems(&self, files: &Files) -> Vec<String> {
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

/// The circles among arrows between files, each as its files in order.
fn circles(arrows: &BTreeSet<(String, String)>) -> Vec<String> {
    let mut arrows: BTreeMap<&str, BTreeSet<&str>> =
        arrows.iter().fold(BTreeMap::new(), |mut all: BTreeMap<_, BTreeSet<_>>, (from, to)| {
            all.entry(from.as_str()).or_default().insert(to.as_str());
            all
        });
    let mut circles = Vec::new();
    // One circle is named and cut at a time, until there is none.
    while let Some(circle) = arrows.keys().find_map(|start| back_to(&arrows, start)) {
        let (from, to) = (circle[circle.len() - 1], circle[0]);
        arrows.get_mut(from).expect("an arrow of the circle").remove(to);
        circles.push(format!("{} -> {to}", circle.join(" -> ")));
    }
    circles
}

/// The shortest way from a file back to itself.
fn back_to<'a>(
    arrows: &BTreeMap<&'a str, BTreeSet<&'a str>>,
    start: &'a str,
) -> Option<Vec<&'a str>> {
    let mut ways = std::collections::VecDeque::from([vec![start]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        for &next in arrows.get(way[way.len() - 1]).into_iter().flatten() {
            if next == start {
                return Some(way);
            }
            if seen.insert(next) {
                ways.push_back([way.as_slice(), &[next]].concat());
            }
        }
    }
    None
}

/// A crate of the workspace.
struct Package {
    /// Its name in source.
    name: String,
    folder: String,
    /// By their path below the root, which is empty: `nn::ops`.
    modules: BTreeMap<String, Module>,
}

/// What one file says.
#[derive(Default)]
struct Module {
    file: String,
    /// Names that `use` brings in, and their paths; `*` for all names of a module.
    imports: Vec<(String, Vec<String>)>,
    /// Every path that may lead elsewhere, and its line.
    paths: Vec<(Vec<String>, usize)>,
}

impl Package {
    fn all(files: &Files) -> Vec<Self> {
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
fn resolve(
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

fn is_name(token: &str) -> bool {
    token.starts_with(|sign: char| sign.is_alphabetic() || sign == '_')
}

/// Names, `::` and single signs, each with its line.
fn tokens(text: &str) -> Vec<(String, usize)> {
    let mut tokens: Vec<(String, usize)> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let length = if first.is_alphanumeric() || first == '_' {
                rest.find(|sign: char| !sign.is_alphanumeric() && sign != '_').unwrap_or(rest.len())
            } else if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            tokens.push((rest[..length].to_owned(), number + 1));
            rest = rest[length..].trim_start();
        }
    }
    tokens
}

/// Where each item under `#[cfg(test)]` starts and ends.
fn test_items(tokens: &[(String, usize)]) -> Vec<std::ops::Range<usize>> {
    let text = |place: usize| tokens.get(place).map_or("", |(text, _)| text.as_str());
    let mut items = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let starts = ["#", "[", "cfg", "(", "test", ")", "]"];
        if !starts.iter().enumerate().all(|(place, part)| text(at + place) == *part) {
            at += 1;
            continue;
        }
        let start = at;
        let mut open = 0_usize;
        at += starts.len();
        while at < tokens.len() {
            match text(at) {
                "{" => open += 1,
                "}" => open = open.saturating_sub(1),
                _ => {}
            }
            at += 1;
            if open == 0 && [";", "}"].contains(&text(at - 1)) {
                break;
            }
        }
        items.push(start..at);
    }
    items
}

fn without_tests(mut tokens: Vec<(String, usize)>) -> Vec<(String, usize)> {
    for item in test_items(&tokens).into_iter().rev() {
        tokens.drain(item);
    }
    tokens
}

/// The modules in files of their own that are compiled for tests only.
fn modules_of_tests(tokens: &[(String, usize)]) -> Vec<String> {
    let name = |item: std::ops::Range<usize>| match &tokens[item] {
        [.., (word, _), (name, _), (end, _)] if word == "mod" && end == ";" => Some(name.clone()),
        _ => None,
    };
    test_items(tokens).into_iter().filter_map(name).collect()
}

/// The source with comments, strings and characters left out, line by line as before.
fn plain(source: &str) -> String {
    let signs: Vec<char> = source.chars().collect();
    let at = |place: usize| signs.get(place).copied().unwrap_or(' ');
    let mut text = String::with_capacity(source.len());
    let mut place = 0;
    while place < signs.len() {
        let word_before = place > 0 && (at(place - 1).is_alphanumeric() || at(place - 1) == '_');
        let end = match (at(place), at(place + 1)) {
            ('/', '/') => (place..signs.len()).find(|&i| at(i) == '\n').unwrap_or(signs.len()),
            ('/', '*') => {
                let (mut i, mut open) = (place + 2, 1);
                while i < signs.len() && open > 0 {
                    match (at(i), at(i + 1)) {
                        ('/', '*') => (open, i) = (open + 1, i + 2),
                        ('*', '/') => (open, i) = (open - 1, i + 2),
                        _ => i += 1,
                    }
                }
                i
            }
            ('r', '"' | '#') if !word_before || at(place - 1) == 'b' => {
                let hashes = (place + 1..signs.len()).take_while(|&i| at(i) == '#').count();
                if at(place + 1 + hashes) == '"' {
                    let closes = |i: usize| at(i) == '"' && (1..=hashes).all(|k| at(i + k) == '#');
                    let start = place + 2 + hashes;
                    (start..signs.len()).find(|&i| closes(i)).unwrap_or(signs.len()) + 1 + hashes
                } else {
                    place
                }
            }
            ('"', _) => {
                let mut i = place + 1;
                while i < signs.len() && at(i) != '"' {
                    i += if at(i) == '\\' { 2 } else { 1 };
                }
                i + 1
            }
            ('\'', '\\') => (place + 3..signs.len()).find(|&i| at(i) == '\'').unwrap_or(place) + 1,
            ('\'', _) if at(place + 2) == '\'' => place + 3,
            _ => place,
        };
        if end > place {
            let end = end.min(signs.len());
            text.push(' ');
            text.extend(signs[place..end].iter().filter(|sign| **sign == '\n'));
            place = end;
        } else {
            text.push(at(place));
            place += 1;
        }
    }
    text
}

#[cfg(test)]
mod made_up {
    use super::*;

    const PICTURE: &str = "```house\ncrates/low  numbers\n      and more\ncrates/high\n  a.rs, b.rs\n  c  on both\n  lib.rs\n```";

    fn problems(sources: &[(&str, &str)]) -> Vec<String> {
        let mut files: Files = [
            ("crates/low/Cargo.toml", "[package]\nname = \"the-low\"\n"),
            ("crates/low/src/lib.rs", "pub struct Low;"),
            (
                "crates/high/Cargo.toml",
                "[package]\nname = \"high\"\n[dependencies]\nthe-low.workspace = true\n",
            ),
            (
                "crates/high/src/lib.rs",
                "mod a;\nmod b;\npub mod c;\npub use a::A;\npub use c::C;\n",
            ),
            ("crates/high/src/a.rs", "use the_low::Low;\npub struct A;"),
            ("crates/high/src/b.rs", "pub struct B;"),
            (
                "crates/high/src/c/mod.rs",
                "mod one;\nmod two;\npub use one::C;\npub use two::Two;\n",
            ),
            (
                "crates/high/src/c/one.rs",
                "use crate::A;\nuse super::Two;\npub struct C(crate::b::B);",
            ),
            ("crates/high/src/c/two.rs", "pub struct Two;"),
        ]
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .into();
        files.extend(sources.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
        House::read(PICTURE).unwrap().problems(&files)
    }

    #[test]
    fn a_tree_as_the_picture_has_it_is_no_problem() {
        assert_eq!(problems(&[]), [""; 0]);
        let words = "/* use crate::c::C; */\nconst A: &str = \"crate::C\"; // crate::c\nconst B: &str = r#\"\"crate::C\"#;\n\
            const Q: char = '\"';\nfn f<'a>(_: &'a u8) {}\n#[cfg(test)]\nmod tests {\n    use crate::C;\n}\n";
        assert_eq!(problems(&[("crates/high/src/b.rs", words)]), [""; 0]);
    }

    #[test]
    fn an_arrow_upwards_is_named_with_its_line() {
        let found = problems(&[("crates/high/src/b.rs", "\nuse crate::{\n    C,\n};\n")]);
        assert_eq!(
            found,
            ["crates/high/src/b.rs:3: crates/high/src/b.rs -> crates/high/src/c (crate::C)"]
        );
        let found = problems(&[("crates/high/src/a.rs", "fn f() -> super::c::Two { todo!() }")]);
        assert_eq!(found.len(), 1, "{found:?}");
        let beside =
            problems(&[("crates/high/src/a.rs", "mod inner {\n    use super::super::b::B;\n}")]);
        assert_eq!(beside.len(), 1, "{beside:?}");
    }

    #[test]
    fn what_only_the_root_defines_is_on_top() {
        let root = "mod a;\nmod b;\npub mod c;\npub use a::A;\npub struct Root;";
        let found = problems(&[
            ("crates/high/src/lib.rs", root),
            ("crates/high/src/b.rs", "use crate::Root;"),
        ]);
        assert_eq!(
            found,
            [
                "crates/high/src/b.rs:1: crates/high/src/b.rs -> crates/high/src/lib.rs (crate::Root)"
            ]
        );
    }

    #[test]
    fn a_circle_is_found_through_names_that_are_passed_on() {
        let found =
            problems(&[("crates/high/src/c/two.rs", "use crate::high::X;\nuse crate::c::C;")]);
        assert!(
            found.iter().any(|problem| problem.contains("circle") && problem.contains("two.rs")),
            "{found:?}"
        );
        // A name that mod.rs defines itself, while it uses the file that uses it.
        let folder = "mod one;\nmod two;\npub use one::C;\npub struct Here;";
        let two = "use super::Here;\nuse crate::c::one::C;";
        let one = "use super::Here;";
        let found = problems(&[
            ("crates/high/src/c/mod.rs", folder),
            ("crates/high/src/c/two.rs", two),
            ("crates/high/src/c/one.rs", one),
        ]);
        assert_eq!(
            found,
            [
                "crates/high/src/c: circle crates/high/src/c/mod.rs -> crates/high/src/c/one.rs -> crates/high/src/c/mod.rs"
            ]
        );
    }

    #[test]
    fn crates_and_manifests_have_arrows_too() {
        let found = problems(&[
            ("crates/low/src/lib.rs", "pub use high::A;"),
            (
                "crates/low/Cargo.toml",
                "[package]\nname = \"the-low\"\n[dev-dependencies]\nhigh = \"1\"\n",
            ),
        ]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[0], "crates/low/Cargo.toml:4: crates/low -> crates/high");
        assert!(found[1].starts_with("crates/low/src/lib.rs:1: crates/low -> "), "{found:?}");
    }

    #[test]
    fn what_is_not_in_the_picture_is_a_problem() {
        let found = problems(&[("crates/high/src/d.rs", "")]);
        assert_eq!(found, ["crates/high/src/d.rs: not in the picture"]);
    }
}
