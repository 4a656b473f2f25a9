//! `cargo xtask test`: everything that must pass.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::checkout::Checkout;
use crate::failure::by_hand;
use crate::python::Environment;
use crate::setup::seconds;
use crate::side_by_side::{both, work_off};
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
    let with_threads = timed("notebooks, quick", || notebooks::for_tests(checkout, &ready, "A0"))?;
    executed(checkout, &checkout.target().join("notebooks"), &with_threads)?;
    println!();
    the_rest(checkout, &ready.environment)?;
    println!("\nEverything passed after {}.", seconds(since.elapsed()));
    Ok(())
}

/// What is slow and has one thing to do at a time, two side by side.
fn the_rest(checkout: &Checkout, environment: &Environment) -> Result<()> {
    type Job<'a> = (&'a str, Box<dyn FnOnce() -> Result<()> + Send + 'a>);
    let jobs: Vec<Job> = vec![
        ("the book, and JupyterLab in a browser", Box::new(|| readers(checkout, environment))),
        ("student edition", Box::new(|| student::test(checkout, environment, "A0"))),
        ("the packaged crates", Box::new(|| slow(checkout, "main"))),
        ("set-up that is killed", Box::new(|| slow(checkout, "faults"))),
        ("interrupts", Box::new(|| notebooks::interrupt(checkout, environment))),
        ("two kernels at once", Box::new(|| notebooks::pair(checkout, environment))),
    ];
    work_off(2, jobs, |_, (title, job)| timed(title, job))
}

/// Says what begins, and how long it took.
fn timed<T>(title: &str, job: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("== {title}");
    let since = Instant::now();
    let result = job()?;
    println!("== {title}: passed in {}\n", seconds(since.elapsed()));
    Ok(result)
}

/// What readers see. Without a browser, that the book can be written.
fn readers(checkout: &Checkout, environment: &Environment) -> Result<()> {
    if browser::find().is_some() || std::env::var_os("CI").is_some() {
        return browser::test(checkout, environment);
    }
    println!("nothing is looked at: {}", browser::missing());
    let (folder, site) = (checkout.notebooks(), checkout.target().join("book"));
    book::write_with_play(checkout, environment, &folder, &site)
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
    let mut command = cargo_in(checkout);
    // Not `--package tests`: with the features of that package alone, cargo would compile most crates again.
    command.args(["test", "--workspace", "--test", name, "--", "--ignored"]);
    process::show_as(name, &mut command).context(by_hand(
        "they take the network; `CONTRIBUTING.md` names them, and `cargo test` repeats the others",
    ))
}

/// The tests of what this program has executed: the quick run, and one notebook with several numbers of
/// threads.
fn executed(checkout: &Checkout, quick: &Path, with_threads: &Path) -> Result<()> {
    println!("== executed notebooks, numbers of threads");
    let mut command = cargo_in(checkout);
    command
        .args(["test", "--workspace", "--test", "executed", "--", "--include-ignored"])
        .env("NOTEBOOKS", quick)
        .env("NOTEBOOKS_WITH_THREADS", with_threads);
    process::show(&mut command)
}

fn cargo(checkout: &Checkout, title: &str, arguments: &[&str], hint: &str) -> Result<()> {
    timed(title, || {
        let mut command = cargo_in(checkout);
        process::show(command.args(arguments).env("RUSTDOCFLAGS", "-D warnings"))
            .context(by_hand(hint))
    })
}

/// All of these with the same environment, or cargo would compile again.
fn cargo_in(checkout: &Checkout) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(checkout.root());
    if std::env::var_os("CI").is_some() {
        // What makes the next compilation short is in vain where there is none. And to optimise once more across the
        // units of each crate takes a quarter of the time to compile, which a program that runs for long gives back
        // and tests do not.
        command.env("CARGO_INCREMENTAL", "0").env("CARGO_PROFILE_DEV_LTO", "off");
    }
    command
}
