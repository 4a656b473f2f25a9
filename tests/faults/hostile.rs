//! A notebook from anywhere: as a page of the book it shows what it shows, and runs nothing; as a submission
//! it does not grade itself.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::notebooks::python;
use crate::support::{Folder, said};

/// Each of these once reached a page.
const ATTACKS: [&str; 16] = [
    "<script>alert(1)</script>",
    "<script src=\"https://evil.example/x.js\"></script>",
    "<img src=x onerror=alert(1)>",
    "<img src=\"https://evil.example/seen.png\">",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<meta http-equiv=\"refresh\" content=\"0;url=https://evil.example\">",
    "<base href=\"https://evil.example/\">",
    "<a href=\"javascript:alert(1)\">a</a>",
    "<a href=\" java&#10;script&colon;alert(1)\">a</a>",
    "<a href=\"data:text/html,<script>alert(1)</script>\">a</a>",
    "<svg onload=\"alert(1)\"><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<form action=\"https://evil.example\"><input name=q><button>a</button></form>",
    "<style>@import url(https://evil.example/x.css);</style>",
    "<p style=\"position:fixed;inset:0;background:url(https://evil.example/x.png)\">a</p>",
    "<object data=\"https://evil.example\"></object><embed src=\"https://evil.example\">",
];

const KEPT: &str = "<table style=\"border-collapse:collapse\"><tr><td style=\"text-align:right\">0.86</td></tr></table>\
     <img alt=\"kept\" src=\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E\">\
     <details><summary>more</summary>of it</details>";

fn notebook() -> Value {
    let attacks = ATTACKS.join("\n\n");
    let markdown = |id: &str, source: String, question: Option<&str>| {
        let metadata = question.map_or(json!({}), |name| json!({"fashion": {"question": name}}));
        json!({"id": id, "cell_type": "markdown", "source": source, "metadata": metadata})
    };
    let output = |data: Value| json!({"output_type": "display_data", "metadata": {}, "data": data});
    let outputs = [
        output(json!({"text/html": format!("{attacks}{KEPT}"), "text/plain": "a"})),
        output(json!({"image/png": "AAAA\"><script>alert(1)</script>"})),
        output(json!({"image/svg+xml": "<svg onload='alert(1)'/>"})),
        output(
            json!({"application/javascript": "alert(1)", "text/plain": "<script>alert(1)</script>"}),
        ),
        json!({"output_type": "stream", "name": "stdout", "text": "<script>alert(1)</script>\n"}),
    ];
    let code = json!({
        "id": "code", "cell_type": "code", "source": "let a = \"</pre><script>alert(1)</script>\";",
        "metadata": {"fashion": {"question": "A1-T1"}}, "outputs": outputs, "execution_count": 1,
    });
    let title = "# Title <script>alert(1)</script>\n\nA summary <img src=x onerror=alert(1)>.";
    let linked = format!(
        "## A1-T1 · Question\n\n[a](javascript:alert(1)) ![b](https://evil.example/p.png)\n\n{attacks}"
    );
    json!({
        "cells": [
            markdown("title", title.into(), None),
            markdown("question", linked, Some("A1-T1")),
            code,
        ],
        "nbformat": 4, "nbformat_minor": 5,
        "metadata": {
            "kernelspec": {"name": "fashion-rust", "display_name": "", "language": "rust"},
            "fashion": {"engine": "<script>alert(1)</script>", "profile": "<img src=x onerror=alert(1)>",
                        "data": "<script>alert(1)</script>"},
        },
    })
}

/// The tags of a page, without what is text.
fn tags(page: &str) -> Vec<String> {
    page.split('<')
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('>')?.0.to_lowercase()))
        .collect()
}

#[test]
fn a_page_of_the_book_shows_what_a_notebook_shows_and_runs_nothing_of_it() {
    let Some(python) = python() else { return };
    let folder = Folder::new("hostile");
    std::fs::create_dir_all(folder.join("notebooks")).unwrap();
    std::fs::write(folder.join("notebooks/A1.ipynb"), notebook().to_string()).unwrap();
    let script = tests::root().join("crates/xtask/python/book.py");
    let mut command = Command::new(python);
    command.env("PYTHONDONTWRITEBYTECODE", "1").arg(script);
    let output = command.args([folder.join("notebooks"), folder.join("site")]).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));

    for name in ["A1.html", "index.html", "glossary.html", "search.html"] {
        let page = std::fs::read_to_string(folder.join("site").join(name)).unwrap();
        assert!(page.contains("http-equiv=\"Content-Security-Policy\""), "{name}");
        for tag in tags(&page) {
            let first = tag.split([' ', '\n', '/']).next().unwrap_or_default();
            let never =
                ["iframe", "base", "object", "embed", "svg", "form", "style", "button", "input"];
            // The page's own: its search, and the switch of its code.
            let own = tag.contains("search") || tag.contains("code-switch");
            assert!(own || !never.contains(&first), "{name}: <{tag}>");
            assert!(first != "script" || tag.contains("src=\""), "{name}: <{tag}>");
            assert!(first != "meta" || !tag.contains("refresh"), "{name}: <{tag}>");
            let runs = tag
                .split([' ', '\n', '"', '\''])
                .any(|word| word.starts_with("on") && word.contains('='));
            assert!(
                !runs && !tag.contains("javascript:") && !tag.contains("script&colon;"),
                "{name}: <{tag}>"
            );
            let remote =
                tag.contains("evil.example") || tag.contains("url(") || tag.contains("position");
            assert!(!remote, "{name}: <{tag}>");
        }
    }
    let page = std::fs::read_to_string(folder.join("site/A1.html")).unwrap();
    for kept in [
        "text-align:",
        "0.86",
        "alt=\"kept\"",
        "data:image/svg+xml,%3Csvg",
        "<summary>more</summary>",
    ] {
        assert!(page.contains(kept), "{kept} is gone");
    }
}

/// What `grade_guard.py` finds in each of these cells.
fn forgeries(python: &std::path::Path, cells: &[String]) -> Vec<Vec<String>> {
    let guard = tests::root().join("crates/xtask/python/grade_guard.py");
    let script = std::fs::read_to_string(guard).unwrap()
        + "\nimport json, sys\nprint(json.dumps([forgeries(cell) for cell in json.load(sys.stdin)]))";
    let mut program = Command::new(python)
        .args(["-c", &script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let cells = serde_json::to_vec(cells).unwrap();
    program.stdin.take().unwrap().write_all(&cells).unwrap();
    let output = program.wait_with_output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_cell_that_would_grade_itself_is_named_and_no_cell_of_the_notebooks_is() {
    let Some(python) = python() else { return };
    let forged = [
        "fn check(_: &Answer) -> Points { Points }",
        "pub fn r#check<T>(_: &T) -> Points { Points }",
        "let check = |_: &Answer| 9;",
        "mod fashion { pub mod answer {} }",
        "use std::cmp::min as check;",
        "struct Answer;",
        "type Profile = u8;",
        "macro_rules! format { ($($t:tt)*) => { \"1\".to_owned() } }",
        "extern crate std as fashion;",
        ":dep fashion = { path = \"../mine\" }",
        "let x = 1;\n  :dep rand = \"1\"",
        "println!(\"EVCXR_BEGIN_CONTENT text/plain\\n9\\nEVCXR_END_CONTENT\");",
        "trait Mine { fn evcxr_display(self); }",
        "let mine: Check = unsafe { std::mem::zeroed() };",
    ];
    let found = forgeries(&python, &forged.map(String::from));
    for (cell, found) in forged.iter().zip(found) {
        assert!(!found.is_empty(), "{cell}");
    }
    let mut innocent = vec![
        "// fn check is not mine\nlet text = \"let answer = 1; :dep x\";".to_owned(),
        "let answers = 3;\nlet checked: bool = check(&a1_q1).earned() > 0;".to_owned(),
        ":dep fashion = { path = \"../crates/fashion\" }\nuse fashion::prelude::*;".to_owned(),
    ];
    for entry in tests::root().join("notebooks").read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "ipynb") {
            let notebook: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
            let cells = notebook["cells"].as_array().unwrap().iter();
            let code = cells.filter(|cell| cell["cell_type"] == "code").map(|cell| &cell["source"]);
            innocent.extend(code.map(|source| match source {
                Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
                text => text.as_str().unwrap_or_default().to_owned(),
            }));
        }
    }
    let found = forgeries(&python, &innocent);
    for (cell, found) in innocent.iter().zip(found) {
        assert!(found.is_empty(), "{found:?}: {cell}");
    }
}
