//! `cargo xtask test`: everything that must pass.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::checkout::Checkout;
use crate::failure::by_hand;
use crate::setup::seconds;
use crate::side_by_side::both;
use crate::{book, browser, notebooks, process, setup, student};

/// Cheap checks first, then the tests, then the notebooks in a real kernel.
pub fn everything(checkout: &Checkout) -> Result<()> {
    let since = Instant::now();
    cargo(
        checkout,
        "format",
        &["fmt", "--all", "--check"],
        "run `cargo fmt --all` (`rustup component add rustfmt` if it is missing)",
    )?;
    // Compiling the kernel and compiling the tests each leave a core idle now and then.
    println!("== set-up; lints, documentation, compiled tests");
    let mut ready = None;
    let prepare = || {
        ready = Some(setup::everything(checkout)?);
        setup::webassembly(checkout)
    };
    both(prepare, || compiled(checkout))?;
    let ready = ready.context("set-up gave nothing")?;
    cargo(checkout, "tests", &["test", "--workspace"], "`cargo test` repeats them")?;
    println!("== notebooks, quick");
    let since_notebooks = Instant::now();
    let with_threads = notebooks::for_tests(checkout, &ready, "A0")?;
    println!("== notebooks, quick: executed in {}\n", seconds(since_notebooks.elapsed()));
    executed(checkout, &checkout.target().join("notebooks"), &with_threads)?;
    println!("\n== book, and slow tests");
    let (folder, site) = (checkout.notebooks(), checkout.target().join("book"));
    let slow = || slow(checkout, "main").and_then(|()| slow(checkout, "faults"));
    both(|| book::write_with_play(checkout, &ready.environment, &folder, &site), slow)?;
    println!("\n== student edition and two kernels at once, and interrupts");
    let student = || student::test(checkout, &ready.environment, "A0");
    both(
        || student().and_then(|()| notebooks::pair(checkout, &ready.environment)),
        || notebooks::interrupt(checkout, &ready.environment),
    )?;
    println!("\n== JupyterLab and the book in a browser");
    if browser::find().is_some() || std::env::var_os("CI").is_some() {
        browser::test(checkout, &ready.environment)?;
    } else {
        println!("skipped: {}", browser::missing());
    }
    println!("\nEverything passed after {}.", seconds(since.elapsed()));
    Ok(())
}

/// What the compiler says, and the tests as programs.
fn compiled(checkout: &Checkout) -> Result<()> {
    cargo(
        checkout,
        "lints",
        &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"],
        "mend what clippy names (`rustup component add clippy` if it is missing)",
    )?;
    let doc = ["doc", "--workspace", "--no-deps"];
    cargo(checkout, "documentation", &doc, "mend what rustdoc names")?;
    let tests = ["test", "--workspace", "--no-run", "--quiet"];
    cargo(checkout, "tests, compiled", &tests, "mend what the compiler names")
}

/// The tests of one program that `cargo test` leaves out: they take the network, or compile.
fn slow(checkout: &Checkout, name: &str) -> Result<()> {
    let mut command = Command::new("cargo");
    // Not `--package tests`: with the features of that package alone, cargo would compile most crates again.
    command.args(["test", "--workspace", "--test", name, "--", "--ignored"]);
    process::show_as(name, command.current_dir(checkout.root())).context(by_hand(
        "they take the network; `CONTRIBUTING.md` names them, and `cargo test` repeats the others",
    ))
}

/// The tests of what this program has executed: the quick run, and one notebook with several numbers of
/// threads.
fn executed(checkout: &Checkout, quick: &Path, with_threads: &Path) -> Result<()> {
    println!("== executed notebooks, numbers of threads");
    let mut command = Command::new("cargo");
    command
        .args(["test", "--workspace", "--test", "executed", "--", "--include-ignored"])
        .current_dir(checkout.root())
        .env("NOTEBOOKS", quick)
        .env("NOTEBOOKS_WITH_THREADS", with_threads);
    process::show(&mut command)
}

fn cargo(checkout: &Checkout, title: &str, arguments: &[&str], hint: &str) -> Result<()> {
    println!("== {title}");
    let since = Instant::now();
    process::show(
        Command::new("cargo")
            .args(arguments)
            .current_dir(checkout.root())
            .env("RUSTDOCFLAGS", "-D warnings"),
    )
    .context(by_hand(hint))?;
    println!("== {title}: passed in {}\n", seconds(since.elapsed()));
    Ok(())
}
