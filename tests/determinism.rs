//! `RAYON_NUM_THREADS` and repetition change no bit.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// One after another, and the last one twice.
const THREADS: [&str; 4] = ["1", "2", "7", "7"];

fn assert_all_same(results: &[Vec<u8>]) {
    for (threads, result) in THREADS.iter().zip(results) {
        // Not `assert_eq`: it would print whole files.
        assert!(!result.is_empty() && *result == results[0], "with {threads} threads");
    }
}

#[test]
fn a_trained_network_is_the_same_file() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("determinism");
    let trained = THREADS.map(|threads| {
        let _ = std::fs::remove_dir_all(&folder);
        let program = env!("CARGO_BIN_EXE_fit_with_checkpoint");
        let status = Command::new(program)
            .args([folder.join("checkpoint"), folder.join("trained")])
            .env("RAYON_NUM_THREADS", threads)
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(status.success());
        std::fs::read(folder.join("trained")).unwrap()
    });
    std::fs::remove_dir_all(&folder).unwrap();
    assert_all_same(&trained);
}

/// `cargo xtask test` executes A0 with seven threads, more than there are cores, and with the machine's number
/// (`before`), and names the folder of both.
#[test]
#[ignore = "`cargo xtask test` executes the notebook for it"]
fn a_notebook_shows_the_same_with_any_number_of_threads_and_once_more() {
    let folder = std::env::var_os("NOTEBOOKS_WITH_THREADS").map(PathBuf::from);
    let folder = folder.expect("the folder in the variable NOTEBOOKS_WITH_THREADS");
    let shown = ["7", "before"].map(|run| {
        let text = std::fs::read(folder.join(run).join("A0.ipynb")).unwrap();
        let notebook: Value = serde_json::from_slice(&text).unwrap();
        let cells = notebook["cells"].as_array().unwrap().clone();
        cells.iter().map(|cell| without_costs(&cell["outputs"].to_string())).collect::<Vec<_>>()
    });
    assert!(shown[0].iter().filter(|outputs| outputs.contains("data")).count() > 10);
    for run in &shown[1..] {
        assert_eq!(run.len(), shown[0].len());
        for (cell, (ours, first)) in run.iter().zip(&shown[0]).enumerate() {
            assert!(ours == first, "cell {cell}:\n{first}\n{ours}");
        }
    }
}

/// Durations and memory, which grows with the threads, are all that may differ: numbers before `s`, `ms`, `MB`
/// or `times as long`, the interval `(6.5 to 12.6)` of a ratio of times, and the width of their column.
fn without_costs(text: &str) -> String {
    let mut rest = text;
    let mut kept = String::new();
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, number) = rest.split_at(start);
        let end = number.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(number.len());
        let (number, after) = number.split_at(end);
        let is_cost = [" s", " ms", " MB", " times as long"].iter().any(|unit| {
            after.strip_prefix(unit).is_some_and(|next| !next.starts_with(char::is_alphanumeric))
        });
        kept.push_str(before);
        kept.push_str(if is_cost { "COST" } else { number });
        let interval = after.strip_prefix(" times as long (").and_then(|rest| rest.split_once(')'));
        rest = interval.map_or(after, |(_, after)| after);
    }
    kept.push_str(rest);
    kept.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
