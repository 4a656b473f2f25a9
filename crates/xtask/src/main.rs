//! Project automation: `cargo xtask`.
//!
//! | module | what it does |
//! |---|---|
//! | `cli` | reads the command line |
//! | `setup` | the steps from a bare machine to a ready kernel, each in its own module |
//! | `notebooks` | executes notebooks without a browser and writes the book |
//! | `book` | writes executed notebooks as a web site |
//! | `play` | makes what the site's page to play with loads |
//! | `student` | writes the edition without solutions, and tests it with nbgrader |
//! | `claims` | makes `faults` in a copy and sees which claims notice them |
//! | `browser` | looks at a notebook in JupyterLab in a real browser |
//! | `lab` | opens JupyterLab |
//! | `test` | everything that must pass |

mod apt;
mod bench;
mod book;
mod browser;
mod checkout;
mod claims;
mod cli;
mod data;
mod evcxr;
mod failure;
mod faults;
mod kernel;
mod lab;
mod lock;
mod notebooks;
mod play;
mod process;
mod python;
mod rust_src;
mod setup;
mod sha256sums;
mod side_by_side;
mod step;
mod student;
mod test;
mod toolchain;
mod warm;
mod wasm;

use std::process::ExitCode;

use anyhow::Result;
use checkout::Checkout;
use cli::Task;

fn main() -> ExitCode {
    match cli::parse(lexopt::Parser::from_env()).and_then(perform) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{}", failure::explained(&error));
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<()> {
    let checkout = Checkout::find()?;
    match task {
        Task::Explain => print!("{}", cli::HELP),
        Task::Lab { arguments } => lab::open(&checkout, &arguments)?,
        Task::SetUp => {
            let _lock = lock::acquire(&checkout)?;
            setup::everything(&checkout)?;
        }
        Task::Run { names, profile } => {
            let _lock = lock::acquire(&checkout)?;
            let ready = setup::everything(&checkout)?;
            notebooks::run(&checkout, &ready, &names, profile)?;
        }
        Task::Student { names } => {
            let _lock = lock::acquire(&checkout)?;
            student::write(&checkout, &names)?;
        }
        Task::Book => {
            let _lock = lock::acquire(&checkout)?;
            let environment = python::ready(&checkout)?;
            setup::webassembly(&checkout)?;
            book::write_with_play(
                &checkout,
                &environment,
                &checkout.notebooks(),
                &checkout.target().join("book"),
            )?;
        }
        Task::Browser => {
            let _lock = lock::acquire(&checkout)?;
            let ready = setup::everything(&checkout)?;
            browser::test(&checkout, &ready.environment)?;
        }
        Task::Claims { names } => {
            let _lock = lock::acquire(&checkout)?;
            claims::write(&checkout, &names)?;
        }
        Task::Test => {
            let _lock = lock::acquire(&checkout)?;
            test::everything(&checkout)?;
        }
        Task::Data => {
            let _lock = lock::acquire(&checkout)?;
            setup::data_only(&checkout)?;
        }
        Task::Bench { arguments } => bench::run(&checkout, &arguments)?,
        Task::FirstValue { names } => {
            let _lock = lock::acquire(&checkout)?;
            let ready = setup::everything(&checkout)?;
            bench::first_value(&checkout, &ready.environment, &names)?;
        }
    }
    Ok(())
}
