//! The saved notebooks are whole, fresh and right.
//!
//! `NOTEBOOKS` names another folder to check: `cargo xtask test` sets it to the quick run's.

use std::path::PathBuf;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tests::notebook::{problems, problems_in};

/// The questions of each notebook, in the order of the assignment.
const QUESTIONS: &[(&str, &[&str])] = &[
    ("A0", &["A0-S1", "A0-S2", "A0-P1", "A0-P2", "A0-P3"]),
    (
        "A1",
        &[
            "A1-S1", "A1-S2", "A1-S3", "A1-T1", "A1-T2", "A1-Q1", "A1-T3", "A1-Q2", "A1-T4",
            "A1-T5", "A1-Q3", "A1-T7", "A1-T8", "A1-Q4", "A1-T9", "A1-Q5",
        ],
    ),
    ("A2", &["A2-S1", "A2-S2", "A2-P1", "A2-P1a", "A2-P1b", "A2-P2", "A2-Q1", "A2-Q2"]),
    ("A3", &["A3-S1", "A3-M1", "A3-W1", "A3-M2", "A3-Q1", "A3-Q2", "A3-W2", "A3-E1", "A3-E2"]),
    ("A4", &["A4-S1", "A4-Q1", "A4-Q2", "A4-Q3", "A4-Q4", "A4-Q5", "A4-Q6"]),
    ("A5", &["A5-P1", "A5-M1", "A5-M2", "A5-E1", "A5-Q1", "A5-Q2", "A5-Q3"]),
    ("A6", &["A6-1", "A6-2", "A6-3", "A6-4", "A6-5"]),
    ("A7", &["A7-1", "A7-2", "A7-3", "A7-4", "A7-5", "A7-6"]),
];

#[test]
fn every_notebook_is_whole_fresh_and_right() {
    let (folder, profile) = match std::env::var_os("NOTEBOOKS") {
        Some(folder) => (PathBuf::from(folder), "quick"),
        None => (tests::root().join("notebooks"), "full"),
    };
    let mut found = Vec::new();
    for (id, _) in QUESTIONS {
        if !folder.join(format!("{id}.ipynb")).is_file() {
            found.push(format!("{id}.ipynb is missing"));
        }
    }
    for entry in std::fs::read_dir(&folder).expect("the folder of the notebooks") {
        let path = entry.expect("a readable folder").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !name.ends_with(".ipynb") || name.ends_with(".failed.ipynb") {
            continue;
        }
        let questions = QUESTIONS.iter().find(|(id, _)| name.starts_with(id));
        let questions = questions.map_or(&[][..], |(_, questions)| questions);
        let problems = problems(&path, questions, profile).expect("a notebook");
        found.extend(problems.into_iter().map(|problem| format!("{name}: {problem}")));
    }
    assert!(found.is_empty(), "{}:\n{}", folder.display(), found.join("\n"));
}

#[test]
fn a_good_notebook_has_no_problems() {
    assert_eq!(problems_in(&good(), &["X-Q1"], "full"), Vec::<String>::new());
}

#[test]
fn each_defect_is_reported() {
    /// Makes one defect, which must be reported in these words.
    type Defect = (&'static str, fn(&mut Value));
    let defects: [Defect; 15] = [
        ("nbformat 4.5", |n| n["nbformat_minor"] = 4.into()),
        ("kernelspec", |n| n["metadata"]["kernelspec"]["name"] = "rust".into()),
        ("profile", |n| n["metadata"]["fashion"]["profile"] = "quick".into()),
        ("two cells have the id", |n| n["cells"][1]["id"] = "a".into()),
        ("execution count", |n| n["cells"][1]["execution_count"] = 7.into()),
        ("older than its source", |n| n["cells"][1]["source"] = "let x = 2;".into()),
        ("ends with an error", |n| n["cells"][1]["outputs"][0]["output_type"] = "error".into()),
        ("compiles, and should not", |n| {
            n["cells"][1]["metadata"]["tags"] = json!(["raises-exception"]);
        }),
        ("in HTML only", |n| {
            n["cells"][1]["outputs"][0]["data"]["text/html"] =
                "<div><img src='data:,'></div>".into();
        }),
        ("error stream: panicked", |n| {
            n["cells"][1]["outputs"][0] =
                json!({"output_type": "stream", "name": "stderr", "text": ["panicked\n"]});
        }),
        ("moves a variable", |n| {
            n["cells"][1]["outputs"][0]["data"] = json!({"text/plain": "Figure { title: \"t\" }"});
        }),
        ("no heading", |n| n["cells"][0]["source"] = json!(["## X-Q11 A question"])),
        ("no code cell", |n| n["cells"][1]["metadata"]["fashion"]["question"] = Value::Null),
        ("no answer", |n| n["cells"][1]["outputs"] = json!([])),
        ("does not hold", |n| claims(n)[0]["holds"] = false.into()),
    ];
    for (words, spoil) in defects {
        let mut notebook = good();
        spoil(&mut notebook);
        let found = problems_in(&notebook, &["X-Q1"], "full").join("\n");
        assert!(found.contains(words), "expected a problem with `{words}`, got: {found}");
    }
}

#[test]
fn a_cell_that_is_meant_not_to_compile_is_none() {
    let mut notebook = good();
    notebook["cells"][1]["metadata"]["tags"] = json!(["raises-exception"]);
    let error = json!({"output_type": "error", "ename": "E", "evalue": "no", "traceback": []});
    notebook["cells"][1]["outputs"].as_array_mut().expect("outputs").push(error);
    assert_eq!(problems_in(&notebook, &["X-Q1"], "full"), Vec::<String>::new());
}

fn claims(notebook: &mut Value) -> &mut Value {
    &mut notebook["cells"][1]["outputs"][0]["data"][fashion::answer::MIME]["claims"]
}

fn good() -> Value {
    let record = json!({
        "id": "X-Q1", "profile": "full", "prose": [], "comparisons": [], "tables": [],
        "claims": [{"text": "One is one.", "holds": true, "evidence": "1 = 1"}],
    });
    let hash = Sha256::digest(format!("engine {}\nlet x = 1;\n%%\n", tests::engine()));
    let hash: String = hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    json!({
        "nbformat": 4, "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": "fashion-rust"}, "fashion": {"profile": "full"}},
        "cells": [
            {
                "cell_type": "markdown", "id": "a", "source": ["## X-Q1 A question\n"],
                "metadata": {"fashion": {"question": "X-Q1"}},
            },
            {
                "cell_type": "code", "id": "b", "source": ["let x = ", "1;"], "execution_count": 1,
                "metadata": {"fashion": {"question": "X-Q1", "source_hash": hash}},
                "outputs": [{
                    "output_type": "execute_result", "execution_count": 1, "metadata": {},
                    "data": {(fashion::answer::MIME): record},
                }],
            },
        ],
    })
}
