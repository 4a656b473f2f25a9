//! The test tells right from wrong, on trees that are made up for it.

use super::Files;
use super::house::House;

const PICTURE: &str = "```house\ncrates/low  numbers\n      and more\ncrates/high\n  a.rs, b.rs\n  c  on both\n  lib.rs\n```";

fn problems(sources: &[(&str, &str)]) -> Vec<String> {
    let mut files: Files = [
        ("crates/low/Cargo.toml", "[package]\nname = \"the-low\"\n"),
        ("crates/low/src/lib.rs", "pub struct Low;"),
        (
            "crates/high/Cargo.toml",
            "[package]\nname = \"high\"\n[dependencies]\nthe-low.workspace = true\n",
        ),
        ("crates/high/src/lib.rs", "mod a;\nmod b;\npub mod c;\npub use a::A;\npub use c::C;\n"),
        ("crates/high/src/a.rs", "use the_low::Low;\npub struct A;"),
        ("crates/high/src/b.rs", "pub struct B;"),
        ("crates/high/src/c/mod.rs", "mod one;\nmod two;\npub use one::C;\npub use two::Two;\n"),
        ("crates/high/src/c/one.rs", "use crate::A;\nuse super::Two;\npub struct C(crate::b::B);"),
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
    let found =
        problems(&[("crates/high/src/lib.rs", root), ("crates/high/src/b.rs", "use crate::Root;")]);
    assert_eq!(
        found,
        ["crates/high/src/b.rs:1: crates/high/src/b.rs -> crates/high/src/lib.rs (crate::Root)"]
    );
}

#[test]
fn a_circle_is_found_through_names_that_are_passed_on() {
    let found = problems(&[("crates/high/src/c/two.rs", "use crate::high::X;\nuse crate::c::C;")]);
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
