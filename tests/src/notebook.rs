//! What must be true of an executed notebook.

use std::collections::HashSet;
use std::path::Path;

use fashion::answer::Record;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Larger files are slow to open and to compare.
const LARGEST: u64 = 2_000_000;

/// Everything that is wrong with the notebook in this file, one sentence each.
///
/// `questions` are the IDs that it answers, `profile` is the one that it was executed in.
///
/// # Errors
/// If the file cannot be read or is not JSON.
pub fn problems(path: &Path, questions: &[&str], profile: &str) -> std::io::Result<Vec<String>> {
    let text = std::fs::read(path)?;
    let mut found = problems_in(&serde_json::from_slice(&text)?, questions, profile);
    if text.len() as u64 > LARGEST {
        found.push(format!("{} bytes, more than {LARGEST}", text.len()));
    }
    Ok(found)
}

/// As [`problems`], of a notebook that has been read.
pub fn problems_in(notebook: &Value, questions: &[&str], profile: &str) -> Vec<String> {
    let none = Vec::new();
    let cells = notebook["cells"].as_array().unwrap_or(&none);
    let mut found = form(notebook, cells, profile);
    found.extend(freshness(cells));
    found.extend(outputs(cells));
    found.extend(answers(cells, questions));
    found
}

/// The fields of nbformat 4.5 and of this project.
fn form(notebook: &Value, cells: &[Value], profile: &str) -> Vec<String> {
    let mut found = Vec::new();
    if (&notebook["nbformat"], &notebook["nbformat_minor"]) != (&4.into(), &5.into()) {
        found.push("expected nbformat 4.5".into());
    }
    let metadata = &notebook["metadata"];
    if metadata["kernelspec"]["name"] != "fashion-rust" {
        found.push("metadata.kernelspec.name: expected \"fashion-rust\"".into());
    }
    let executed = &metadata["fashion"]["profile"];
    if executed != profile {
        found.push(format!("metadata.fashion.profile: expected \"{profile}\", got {executed}"));
    }
    let mut ids = HashSet::new();
    for (index, cell) in cells.iter().enumerate() {
        match cell["id"].as_str() {
            Some(id) if !ids.insert(id) => found.push(format!("two cells have the id {id}")),
            Some(_) => {}
            None => found.push(format!("cell {index} has no id")),
        }
        if !cell["metadata"].is_object() {
            found.push(format!("cell {index} has no metadata"));
        }
    }
    if cells.is_empty() {
        found.push("no cells".into());
    }
    found
}

/// Outputs belong to the sources beside them: counts from 1, hashes of the engine and all code so far.
fn freshness(cells: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    let mut hash = Sha256::new_with_prefix(format!("engine {}\n", crate::engine()));
    for (count, cell) in code(cells).enumerate().map(|(index, cell)| (index + 1, cell)) {
        if cell["execution_count"] != count {
            found.push(format!(
                "code cell {count} has the execution count {}",
                cell["execution_count"]
            ));
        }
        hash.update(source(cell));
        hash.update("\n%%\n");
        let digest = hash.clone().finalize();
        let expected: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        if cell["metadata"]["fashion"]["source_hash"] != expected {
            found.push(format!(
                "code cell {count}: its output is older than its source, than the source of a cell \
                 above, or than the crate's engine; run `cargo xtask run`"
            ));
        }
    }
    found
}

/// Jupyter's tag for a cell that is meant to fail.
const FAILS: &str = "raises-exception";

/// No cell failed, but for those that are meant not to compile. evcxr reports a panic and a failed `?` on the error
/// stream only, so nothing may stand there. A picture that stands in HTML is a part of its own, too, for hosts that
/// take it out.
fn outputs(cells: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    for (index, cell) in code(cells).enumerate() {
        let is_error = |output: &Value| output["output_type"] == "error";
        let fails = list(&cell["outputs"]).iter().any(is_error);
        let is_meant = list(&cell["metadata"]["tags"]).iter().any(|tag| tag == FAILS);
        match (fails, is_meant) {
            (true, false) => found.push(format!("code cell {} ends with an error", index + 1)),
            (false, true) => {
                found.push(format!("code cell {} compiles, and should not by its tag", index + 1));
            }
            _ => {}
        }
        for output in list(&cell["outputs"]) {
            let data = &output["data"];
            if joined(&data["text/html"]).contains("<img ") && data["image/svg+xml"].is_null() {
                found.push(format!("code cell {} has its figure in HTML only", index + 1));
            }
            if shows_fields(&output["data"]) {
                found.push(format!(
                    "code cell {} shows the fields of its value: its last line moves a variable",
                    index + 1
                ));
            }
            if output["name"] == "stderr" {
                found.push(format!(
                    "code cell {} writes to the error stream: {}",
                    index + 1,
                    joined(&output["text"])
                ));
            }
        }
    }
    found
}

/// Whether the kernel fell back to `Name { field: .. }` for a value that has a display of its own.
fn shows_fields(data: &Value) -> bool {
    let text = joined(&data["text/plain"]);
    let name = text.split_once(" {").map_or("", |(name, _)| name);
    let only_text = data.as_object().is_some_and(|kinds| kinds.len() == 1);
    only_text && name.starts_with(char::is_uppercase) && name.chars().all(char::is_alphanumeric)
}

/// Each question has a heading and code; a question that asks for an answer (`A1-Q1`) has one, and
/// whatever an answer claims holds.
fn answers(cells: &[Value], questions: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut answered = HashSet::new();
    for output in code(cells).flat_map(|cell| list(&cell["outputs"])) {
        match Record::from_output(&output["data"]) {
            None => {}
            Some(Err(error)) => found.push(format!("an answer's record cannot be read: {error}")),
            Some(Ok(record)) => {
                found.extend(record.failures());
                answered.insert(record.id);
            }
        }
    }
    for question in questions {
        let is_its = |cell: &&Value| cell["metadata"]["fashion"]["question"] == **question;
        if !cells.iter().filter(is_its).any(|cell| headings(cell).any(|line| names(line, question)))
        {
            found.push(format!("{question}: no heading with this ID in a cell of this question"));
        }
        if !code(cells).any(|cell| is_its(&cell)) {
            found.push(format!("{question}: no code cell of this question"));
        }
        if question.contains("-Q") && !answered.contains(*question) {
            found.push(format!("{question}: no answer with its record"));
        }
    }
    found
}

fn code(cells: &[Value]) -> impl Iterator<Item = &Value> {
    cells.iter().filter(|cell| cell["cell_type"] == "code")
}

fn headings(cell: &Value) -> impl Iterator<Item = &str> {
    let lines = list(&cell["source"]).iter().filter_map(Value::as_str);
    let lines = lines.chain(cell["source"].as_str()).flat_map(str::lines);
    let is_markdown = cell["cell_type"] == "markdown";
    lines.filter(move |line| is_markdown && line.starts_with('#'))
}

/// Whether `line` has this ID and not only one that begins with it.
fn names(line: &str, question: &str) -> bool {
    line.split(|sign: char| !sign.is_alphanumeric() && sign != '-').any(|word| word == question)
}

fn source(cell: &Value) -> String {
    joined(&cell["source"])
}

/// nbformat writes text as one string or as a list of lines.
fn joined(text: &Value) -> String {
    match text {
        Value::String(text) => text.clone(),
        lines => list(lines).iter().filter_map(Value::as_str).collect(),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
