//! From a bare machine to a ready kernel, in steps that are skipped when they are done.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::checkout::Checkout;
use crate::python::{self, Environment};
use crate::step::Description;
use crate::toolchain::{self, Toolchain};
use crate::{data, evcxr, kernel, rust_src, warm, wasm};

/// What the other tasks need of the set-up.
pub struct Ready {
    /// The Python environment with Jupyter and the kernel.
    pub environment: Environment,
}

/// Sets up everything that notebooks need.
pub fn everything(checkout: &Checkout) -> Result<Ready> {
    let mut steps = Steps::new(7);
    let toolchain = steps.check("Rust toolchain", toolchain::find)?;
    announce(checkout, &toolchain)?;
    let environment =
        steps.step(&python::STEP, || python::find(checkout), || python::make(checkout))?;
    let sources = steps.step(
        &rust_src::STEP,
        || Ok(rust_src::find(&toolchain, &environment).map(Some)),
        || Ok(rust_src::make(checkout, &toolchain, &environment)),
    )?;
    let program = steps.step(
        &evcxr::STEP,
        || Ok(evcxr::find(&environment)),
        || evcxr::make(checkout, &environment),
    )?;
    steps.check("Kernel registered in this environment", || {
        kernel::register(checkout, &toolchain, &environment, &program, sources.as_deref())
    })?;
    steps.step(&data::STEP, || Ok(data::find(checkout)), || data::fetch(checkout))?;
    steps.step(&warm::STEP, || Ok(None), || warm::build(checkout, &toolchain))?;
    steps.finish();
    Ok(Ready { environment })
}

/// Sets up what tests and the book's page to play with need besides.
pub fn webassembly(checkout: &Checkout) -> Result<()> {
    let toolchain = toolchain::find()?;
    let mut steps = Steps::new(1);
    let make = || {
        wasm::make(checkout);
        Ok(())
    };
    steps.step(&wasm::STEP, || Ok(wasm::find(&toolchain)), make)?;
    steps.finish();
    Ok(())
}

/// Before a first set-up: what is missing, so that nobody learns it from one failure after the other.
fn announce(checkout: &Checkout, toolchain: &Toolchain) -> Result<()> {
    if python::find(checkout)?.is_some() {
        return Ok(());
    }
    let environment = python::place(checkout);
    let others = [
        (rust_src::find(toolchain, &environment).is_none(), rust_src::STEP.title),
        (evcxr::find(&environment).is_none(), evcxr::STEP.title),
        (data::find(checkout).is_none(), data::STEP.title),
        (!warm::exists(checkout), warm::STEP.title),
    ];
    let missing = others.iter().filter(|(missing, _)| *missing).map(|(_, title)| *title);
    let missing: Vec<&str> = std::iter::once(python::STEP.title).chain(missing).collect();
    println!("Missing: {}. This takes the network, once.", missing.join("; "));
    Ok(())
}

/// Fetches and checks the data only.
pub fn data_only(checkout: &Checkout) -> Result<()> {
    let mut steps = Steps::new(1);
    let place = steps.step(&data::STEP, || Ok(data::find(checkout)), || data::fetch(checkout))?;
    println!("{place}");
    Ok(())
}

struct Steps {
    total: usize,
    started: usize,
    since: Instant,
}

impl Steps {
    fn new(total: usize) -> Self {
        Self { total, started: 0, since: Instant::now() }
    }

    /// A step that only looks, or is over at once.
    fn check<T>(&mut self, title: &str, check: impl FnOnce() -> Result<T>) -> Result<T> {
        self.started += 1;
        let found = check().with_context(|| self.name(title))?;
        println!("[{}/{}] {title}: ready", self.started, self.total);
        Ok(found)
    }

    /// A step that is skipped if `find` finds its result.
    fn step<T>(
        &mut self,
        step: &Description,
        find: impl FnOnce() -> Result<Option<T>>,
        make: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        self.started += 1;
        let place = format!("[{}/{}] {}", self.started, self.total, step.title);
        if let Some(found) = find().with_context(|| self.name(step.title))? {
            println!("{place}: ready");
            return Ok(found);
        }
        println!("{place}: {} ({})", step.why, step.about);
        let since = Instant::now();
        let made = make().with_context(|| self.name(step.title))?;
        println!("{place}: done in {}", seconds(since.elapsed()));
        Ok(made)
    }

    fn finish(self) {
        println!("Set-up complete after {}.\n", seconds(self.since.elapsed()));
    }

    fn name(&self, title: &str) -> String {
        format!("set-up step {} ({title})", self.started)
    }
}

/// A duration as people say it.
pub fn seconds(duration: Duration) -> String {
    match duration.as_secs() {
        long @ 100.. => format!("{} min {} s", long / 60, long % 60),
        short @ 10.. => format!("{short} s"),
        _ => format!("{:.1} s", duration.as_secs_f64()),
    }
}
