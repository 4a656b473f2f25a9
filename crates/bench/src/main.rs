//! Measures this project against the libraries that one would else use, and writes `docs/PERFORMANCE.md`.
//!
//! `cargo xtask bench` runs it in release. All sides take turns, round by round, on the same work, so
//! that a busy machine slows them all.

mod growth;
mod options;
mod outcome;
mod pair;
mod peer;
mod report;
mod work;

use std::path::{Path, PathBuf};

use options::Options;
use outcome::Result;
use pair::compare;
use peer::Peers;
use work::{Data, Kind, MLP_EPOCHS, Rows, Work};

/// A line of the table: its name and the work.
type Line = (&'static str, Work);

/// Images that a machine or a network tells the classes of: the test images.
const UNSEEN: usize = 10_000;

/// The work of the table, at a share 1 / `divisor` of its size.
fn lines(divisor: usize) -> Vec<Line> {
    let work = |kind, samples: usize, batch: usize, width| {
        let samples = (samples / divisor).max(batch.min(1_000));
        Work { kind, samples, batch: batch.min(samples), width, rows: Rows::Pixels }
    };
    let machine = |kind, samples: usize, rows| Work {
        kind,
        samples: samples / divisor,
        batch: UNSEEN / divisor,
        width: 0,
        rows,
    };
    let mut lines = vec![
        ("A3 convolutional network, one epoch", work(Kind::A3Cnn, 48_000, 64, 128)),
        ("A2 convolutional network, one epoch", work(Kind::A2Cnn, 55_000, 32, 84)),
        ("A2 dense network (700), one epoch", work(Kind::Dense, 55_000, 32, 700)),
        ("A4 dense network (64), one epoch", work(Kind::Sigmoid, 60_000, 32, 64)),
        ("A3 network, classes of images", work(Kind::Predict, UNSEEN, 250, 128)),
        ("Dense network (700), classes of images", work(Kind::PredictDense, UNSEEN, UNSEEN, 700)),
        ("Dense network (64), classes of images", work(Kind::PredictDense, UNSEEN, UNSEEN, 64)),
        // Never smaller: a step is a batch.
        (
            "A1 perceptron (100), one step, f64",
            Work { kind: Kind::Mlp, samples: 600, batch: 200, width: 100, rows: Rows::Pixels },
        ),
    ];
    for (rows, fit, predict) in [
        (Rows::Pixels, "SVC fit", "SVC, classes of 10,000 images"),
        (Rows::Noisy, "SVC fit, pixels with noise", "SVC, classes of 10,000 images with noise"),
        (Rows::Features, "SVC fit, 128 features", "SVC, classes of 10,000 images by 128 features"),
    ] {
        for samples in [5_000, 20_000, 60_000] {
            lines.push((fit, machine(Kind::SvmFit, samples, rows)));
            lines.push((predict, machine(Kind::SvmPredict, samples, rows)));
        }
    }
    lines.push((
        "Loading all files, with checksums",
        Work { kind: Kind::Load, samples: 70_000, batch: 1, width: 0, rows: Rows::Pixels },
    ));
    lines
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn run() -> Result<()> {
    let options = Options::parse(std::env::args().skip(1))?;
    let data = Data::load()?;
    let mut peers = Peers::start(&root(), &options, &data)?;

    let mut rows = Vec::new();
    let mut memory = None;
    for (name, work) in lines(options.divisor) {
        if !options.only.as_ref().is_none_or(|part| name.contains(part)) {
            continue;
        }
        // Beyond that, one round of some peers takes minutes.
        let rounds = if work.samples < 20_000 || work.width > 0 { options.rounds } else { 1 };
        println!("{name}, {} samples, {rounds} rounds of all sides", work.samples);
        let comparison = compare(work, rounds, &data, &mut peers)?;
        // Measured first, so the peak is its own.
        memory = memory.or_else(report::peak_memory);
        let steps = match work.kind {
            Kind::Mlp => MLP_EPOCHS * work.samples / work.batch,
            _ => 1,
        };
        if let Some((other, cost)) = comparison.strongest() {
            println!("  {:.1} times as fast as {other}", cost.wall / comparison.ours.wall);
        }
        rows.push(report::Row { name, work, steps, comparison });
    }
    let (versions, images) = (peers.versions(), data.bytes());
    let report = report::Report { versions, rows, memory, images, options: &options };
    if options.only.is_some() {
        print!("{}", report.tables()?);
        return Ok(());
    }
    let growth = growth::measure(&options, &data, &mut peers)?;
    report.write(&root().join("docs"), &growth)?;
    println!("wrote docs/PERFORMANCE.md");
    Ok(())
}

fn main() {
    fashion::keep_freed_memory();
    if let Err(error) = run() {
        eprintln!("bench: {error}");
        std::process::exit(1);
    }
}
