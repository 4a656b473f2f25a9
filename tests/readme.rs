//! The README says what the saved notebooks say.

use serde_json::Value;

fn read(path: &str) -> String {
    let path = tests::root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn notebook(name: &str) -> Value {
    serde_json::from_str(&read(&format!("notebooks/{name}.ipynb"))).expect("a notebook")
}

fn outputs(cell: &Value) -> impl Iterator<Item = &Value> {
    cell["outputs"].as_array().into_iter().flatten().map(|output| &output["data"])
}

/// The numbers of a text, `1,058` as `1058`.
fn numbers(text: &str) -> Vec<String> {
    let text = text.replace(',', "");
    let words = text.split(|sign: char| !sign.is_ascii_digit() && sign != '.');
    let words = words.map(|word| word.trim_matches('.')).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// All that the answers to a question state.
fn stated(question: &str) -> Vec<String> {
    let notebook = notebook(question.split('-').next().unwrap_or_default());
    let cells = notebook["cells"].as_array().expect("cells").iter();
    let records = cells.flat_map(outputs).map(|data| &data[fashion::answer::MIME]);
    let records: Vec<&Value> = records.filter(|record| record["id"] == question).collect();
    assert!(!records.is_empty(), "no answer to {question}");
    records.into_iter().flat_map(|record| numbers(&record.to_string())).collect()
}

#[test]
fn every_number_of_a_finding_stands_in_the_answer_that_it_links_to() {
    let page = read("README.md");
    let section = page.split("\n## ").find(|part| part.starts_with("What was found")).unwrap();
    let findings: Vec<&str> = section.split("\n* ").skip(1).collect();
    assert!(findings.len() >= 3, "a few findings");
    for finding in findings {
        let (text, link) = finding.split_once("([").expect("a link to the answer");
        let known = stated(link.split(']').next().unwrap_or_default());
        let unknown: Vec<String> =
            numbers(text).into_iter().filter(|number| !known.contains(number)).collect();
        assert!(unknown.is_empty(), "{unknown:?} not in the answer of: {text}");
    }
}

#[test]
fn its_pictures_are_the_notebooks_figures() {
    let page = read("README.md");
    let names: Vec<&str> = page
        .split("docs/images/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next()?.strip_suffix(".svg"))
        .collect();
    assert!(!names.is_empty());
    for name in names {
        let notebook = notebook(&name.split('-').next().unwrap_or_default().to_uppercase());
        let cells = notebook["cells"].as_array().expect("cells");
        let cell = cells.iter().find(|cell| cell["id"] == name).expect("a cell of this name");
        assert!(cell["metadata"]["tags"].to_string().contains("\"readme\""), "{name}: no tag");
        let html: String = outputs(cell).map(|data| joined(&data["text/html"])).collect();
        let picture = read(&format!("docs/images/{name}.svg"));
        let encoded =
            html.split("data:image/svg+xml,").nth(1).and_then(|rest| rest.split('"').next());
        let same = decoded(encoded.expect("a figure")).trim_end() == picture.trim_end();
        assert!(same, "{name}: `cargo xtask run` writes the picture again");
    }
}

/// nbformat writes text as one string or as a list of lines.
fn joined(text: &Value) -> String {
    match text {
        Value::String(text) => text.clone(),
        lines => lines.as_array().into_iter().flatten().filter_map(Value::as_str).collect(),
    }
}

/// A text without its percent signs.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, others)) = rest.split_first() {
        rest = others;
        let code = others.get(..2).and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) if first == b'%' => {
                bytes.push(byte);
                rest = &others[2..];
            }
            _ => bytes.push(first),
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn an_error_that_an_answer_takes_from_another_notebook_is_what_that_one_states() {
    let text = read("notebooks/A6.ipynb");
    let (_, after) = text.split_once("A4-Q6 has ").expect("A6 compares its network with A4's");
    let error: f64 = numbers(after)[0].parse().expect("per cent");
    let accuracy = format!("{:.2}", 100.0 - error);
    assert!(stated("A4-Q6").contains(&accuracy), "A6 says {error} %, A4-Q6 not {accuracy} %");
}
