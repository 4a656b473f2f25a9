//! Documents and lists say what the programs do.

use std::path::PathBuf;

fn read(path: &str) -> String {
    let path = tests::root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn sources(folder: &str, ending: &str) -> Vec<PathBuf> {
    let folder = std::fs::read_dir(tests::root().join(folder)).expect("a folder of sources");
    let paths = folder.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    paths.filter(|path| path.extension().is_some_and(|end| end == ending)).collect()
}

/// The longest part of a message that is the same every time.
fn fixed_words(literal: &str) -> &str {
    let parts = literal.split(['{', '}']).step_by(2).flat_map(|part| part.split("\\n"));
    parts
        .map(|part| part.trim().trim_matches(['`', ':', ';', ',']))
        .max_by_key(|part| part.len())
        .unwrap_or("")
}

#[test]
fn troubleshooting_knows_every_message_of_the_set_up() {
    let page = read("docs/TROUBLESHOOTING.md");
    let mut unknown = Vec::new();
    let mut messages = 0;
    for path in sources("crates/xtask/src", "rs") {
        let source = std::fs::read_to_string(&path).expect("a source");
        let source = source.split("#[cfg(test)]").next().unwrap_or_default();
        let calls = ["anyhow!(", "bail!(", "context(|| format!("];
        for call in calls.iter().flat_map(|call| source.split(call).skip(1)) {
            let call = call.trim_start();
            // What is no literal is passed on from somewhere else.
            let Some(literal) = call.strip_prefix('"').and_then(|rest| rest.split('"').next())
            else {
                continue;
            };
            let words = fixed_words(literal);
            if words.len() >= 8 {
                messages += 1;
                if !page.contains(words) {
                    unknown.push(format!("{}: {words}", path.display()));
                }
            }
        }
    }
    assert!(messages > 10, "only {messages} messages found: has the way to write them changed?");
    assert!(unknown.is_empty(), "not in docs/TROUBLESHOOTING.md:\n{}", unknown.join("\n"));
}

#[test]
fn binder_has_the_same_environment_and_the_same_set_up() {
    let list = read("environment.yml");
    assert_eq!(list, read(".binder/environment.yml"));
    let pins: Vec<&str> = list.lines().filter(|line| line.contains("==")).map(str::trim).collect();
    assert!(pins.iter().any(|pin| pin.starts_with("- jupyterlab==")), "{pins:?}");
    assert!(read(".binder/postBuild").contains("cargo xtask setup"));
    assert!(read("crates/xtask/src/cli.rs").contains("\"setup\""));
    // The linker that the README asks for.
    assert!(read(".binder/apt.txt").lines().any(|line| line == "gcc"));
}

#[test]
fn python_is_as_old_everywhere_as_the_set_up_allows() {
    let set_up = read("crates/xtask/src/python.rs");
    assert!(set_up.contains("const OLDEST: (u32, u32) = (3, 10);"));
    assert!(read("environment.yml").contains("python>=3.10"));
    assert!(read("README.md").contains("3.10 or newer"));
}

#[test]
fn every_python_package_has_an_exact_version() {
    for path in sources("crates/xtask/python", "txt") {
        let text = std::fs::read_to_string(&path).expect("a list of packages");
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
            assert!(line.contains("=="), "{}: {line}", path.display());
        }
    }
}

#[test]
fn relative_links_in_documents_lead_somewhere() {
    let mut broken = Vec::new();
    let pages = ["README.md", "CONTRIBUTING.md"].map(String::from);
    let docs = sources("docs", "md").into_iter();
    let docs = docs.filter_map(|path| Some(format!("docs/{}", path.file_name()?.to_str()?)));
    for page in pages.into_iter().chain(docs) {
        let folder = tests::root().join(&page).parent().expect("a folder").to_owned();
        for link in read(&page).split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next())
        {
            if !link.is_empty() && !link.contains("://") && !folder.join(link).exists() {
                broken.push(format!("{page}: {link}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn a_notebook_has_a_text_that_can_be_compared() {
    let program = tests::root().join("crates/xtask/python/notebook_text.py");
    let run = |notebook: &str| {
        let path = tests::root().join("notebooks").join(notebook);
        let output = std::process::Command::new("python3").arg(&program).arg(path).output();
        String::from_utf8(output.expect("Python runs").stdout).expect("UTF-8")
    };
    let text = run("A0.ipynb");
    assert!(text.contains("\n%% markdown") && text.contains("\n| Answer A0-S1"), "{text}");
    let longest = text.lines().map(|line| line.chars().count()).max();
    assert!(longest < Some(2000), "a line of {longest:?} characters");
}
