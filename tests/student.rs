//! The student edition asks for what later cells use, and for all that its checks look at.

use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

/// The Python that set-up has made; without it another one with nbformat.
fn python() -> Option<PathBuf> {
    let own = tests::root().join(".venv/bin/python");
    [own, "python3".into()].into_iter().find(|python| {
        let found = Command::new(python).args(["-c", "import nbformat"]).output();
        found.is_ok_and(|output| output.status.success())
    })
}

fn cell(id: &str, question: &str, source: &str) -> Value {
    json!({
        "cell_type": "code", "id": id, "source": source, "outputs": [], "execution_count": null,
        "metadata": {"fashion": {"question": question}},
    })
}

/// The student's sources of these cells, by ID.
fn student_edition(name: &str, cells: &[Value]) -> Option<Value> {
    let Some(python) = python() else {
        tests::skipped("a Python with nbformat");
        return None;
    };
    let folder =
        std::env::temp_dir().join(format!("fashion-student-{name}-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("nbgrader")).expect("a folder");
    let notebook = json!({
        "nbformat": 4, "nbformat_minor": 5, "metadata": {"fashion": {"profile": "full"}},
        "cells": cells,
    });
    let path = folder.join("X.ipynb");
    std::fs::write(&path, notebook.to_string()).expect("a file");
    let program = tests::root().join("crates/xtask/python/student.py");
    let target = folder.join("target");
    let output = Command::new(python).arg(program).arg(&target).arg(&path).output();
    let output = output.expect("Python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = std::fs::read_to_string(target.join("X.ipynb")).expect("the edition");
    let edition: Value = serde_json::from_str(&text).expect("JSON");
    let mut sources = json!({});
    for cell in edition["cells"].as_array().expect("cells") {
        let lines = cell["source"].as_array().expect("lines").iter().filter_map(Value::as_str);
        sources[cell["id"].as_str().expect("an ID")] = lines.collect::<String>().into();
    }
    std::fs::remove_dir_all(folder).expect("its removal");
    Some(sources)
}

#[test]
fn a_variable_is_asked_for_if_a_later_cell_uses_it_before_it_is_defined_anew() {
    let first = "let table: Table = one();\nlet half: usize = 5;\nlet share: f64 = two(half);\nlet map = three();";
    let later = [
        "fn four(share: f64) -> f64 {\n    share\n}\nlet words = format!(\"half of {:.1}\", 1.0);",
        "let list: Vec<f64> = words.iter().map(|word| word.len()).collect();",
        "for word in words {\n    let map = five();\n    six(map);\n}",
        "let table = seven();\nlet here = table.len();",
        "let total = eight(|share| share + 1.0, Nine { map: 1.0 });",
    ];
    let cell_of = |(i, source): (usize, &&str)| cell(&format!("later-{i}"), "X-T1", source);
    let mut cells = vec![cell("first", "X-T1", first)];
    cells.extend(later.iter().enumerate().map(cell_of));
    let Some(sources) = student_edition("later", &cells) else { return };
    let asked = sources["first"].as_str().expect("a source");
    assert!(!asked.contains("Later cells need"), "nothing of it is used: {asked}");

    cells.push(cell("used", "X-T1", "let table = table.row(format!(\"{share:.2}\"));"));
    cells.remove(4);
    let sources = student_edition("used", &cells).expect("as before");
    let asked = sources["first"].as_str().expect("a source");
    assert!(asked.contains("// Later cells need: table: Table, share: f64\n"), "{asked}");
}

#[test]
fn what_a_check_looks_at_is_asked_for_and_looked_at_in_the_order_of_the_code() {
    let source = "let second_best = one();\nlet best = two(second_best);\nlet [low, high]: [f64; 2] = ends();";
    let mut first = cell("first", "X-T1", source);
    first["metadata"]["fashion"]["needs"] = json!({"best": "the best score", "second_best": "the next one",
        "low": "the lowest score", "high": "the highest"});
    let imprint = json!({"form": "number", "seal": "12345678"});
    let imprints =
        json!({"best": imprint, "second_best": imprint, "low": imprint, "high": imprint});
    first["metadata"]["fashion"]["imprints"] = imprints;
    let Some(sources) = student_edition("checked", &[first]) else { return };
    let asked = sources["first"].as_str().expect("a source");
    assert!(asked.contains("//     best: the best score\n"), "{asked}");
    assert!(
        asked.contains("//     low (f64): the lowest score\n//     high (f64): the highest\n"),
        "{asked}"
    );
    let check = sources["first-variables"].as_str().expect("a check");
    assert!(check.find("\"second_best\"") < check.find("\"best\""), "{check}");
}

#[test]
fn functions_from_above_and_the_columns_of_a_table_are_named() {
    let cells = [
        cell(
            "first",
            "X-T1",
            "/// Half of it.\nfn half(of: f64) -> f64 {\n    of / 2.0\n}\nlet share: f64 = half(1.0);",
        ),
        cell(
            "second",
            "X-T1",
            "let mut table = Table::new(\"Halves\",\n    [\"of\", \"half\"]);\ntable.push([share, half(share)]);\n&table",
        ),
    ];
    let Some(sources) = student_edition("above", &cells) else { return };
    let asked = ["first", "second"].map(|id| sources[id].as_str().expect("a source"));
    assert!(!asked[0].contains("From above"), "it defines the function: {}", asked[0]);
    let expected = "// From above: half\n// Show at the end: &table, a table: \"Halves\", [\"of\", \"half\"]\n";
    assert!(asked[1].contains(expected), "{}", asked[1]);
}

#[test]
fn closures_and_functions_further_down_are_no_hints() {
    let sources = [
        "let half = |of: f64| of / 2.0;\nlet share: f64 = half(1.0) + third(1.0) + quarter(1.0);",
        "fn half(of: f64) -> f64 {\n    of / 2.0\n}",
    ];
    let given = "fn third(of: f64) -> f64 {\n    of / 3.0\n}";
    let mut cells = vec![cell("given", "X-S1", given)];
    cells.extend(
        ["first", "second"].iter().zip(sources).map(|(id, source)| cell(id, "X-T1", source)),
    );
    let Some(sources) = student_edition("closures", &cells) else { return };
    let asked = sources["first"].as_str().expect("a source");
    assert!(asked.contains("// From above: third\n"), "{asked}");
}

/// An answer that was executed, with code above it, so that the model answer is a hidden test.
fn answered(claims: Value, comparisons: Value) -> [Value; 2] {
    let mut answer = cell("answer", "X-T1", "answer(\"X-T1\").say(\"It is so.\")");
    let record = json!({"id": "X-T1", "profile": "full", "claims": claims, "comparisons": comparisons, "tables": []});
    answer["outputs"] = json!([{
        "output_type": "execute_result", "execution_count": 1, "metadata": {},
        "data": {"application/vnd.fashion.answer+json": record},
    }]);
    [cell("code", "X-T1", "let share: f64 = 0.5;\nlet twice = share * two();"), answer]
}

fn claim(evidence: &str, holds: bool) -> Value {
    json!({"text": "It is so.", "evidence": evidence, "holds": holds})
}

#[test]
fn only_what_the_model_answer_earns_is_a_point() {
    let comparison = |outcome: &str, reason: Value| json!({"ours": "0.5", "outcome": outcome, "comparable": true, "reason": reason});
    let claims = json!([claim("0.5", true), claim("0.5", false)]);
    let comparisons = json!([
        comparison("consistent", Value::Null),
        comparison("differs", Value::Null),
        comparison("differs", "other data".into())
    ]);
    let Some(sources) = student_edition("points", &answered(claims, comparisons)) else { return };
    let check = sources["answer-check"].as_str().expect("a check");
    // The student's own claims, one claim and two comparisons.
    assert!(check.ends_with(".points(4)"), "{check}");
}

#[test]
fn figures_are_asked_for_where_the_model_answer_has_enough_of_them() {
    let sealed = |name: &str, evidence: &str| {
        let sources = student_edition(name, &answered(json!([claim(evidence, true)]), json!([])))?;
        Some(!sources["answer-check"].as_str().expect("a check").contains("&[]"))
    };
    let Some(three) = sealed("three", "0.8033, 91.4 % and 1,234") else { return };
    assert!(three);
    assert_eq!(sealed("two", "0.8033 and 91.4 % of 100"), Some(false));
}
