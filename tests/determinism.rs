//! `RAYON_NUM_THREADS` and repetition change no bit.

use std::path::Path;
use std::process::{Command, Stdio};

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

#[test]
#[ignore = "runs a notebook four times: `cargo test -p tests --test determinism -- --ignored`"]
fn the_notebook_a1_is_the_same_file_with_all_its_outputs() {
    let executed = THREADS.map(|threads| {
        let status = Command::new(env!("CARGO"))
            .args(["xtask", "run", "A1", "--profile", "quick"])
            .current_dir(tests::root())
            .env("RAYON_NUM_THREADS", threads)
            .status()
            .unwrap();
        assert!(status.success());
        std::fs::read(tests::root().join("target/notebooks/A1.ipynb")).unwrap()
    });
    assert_all_same(&executed);
}
