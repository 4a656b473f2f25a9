//! Measures this project against Keras, scikit-learn and NumPy, and writes `docs/PERFORMANCE.md`.
//!
//! `cargo xtask bench` runs it in release. The two sides take turns, round by round, on the same work,
//! so that a busy machine slows both.

mod growth;
mod options;
mod outcome;
mod pair;
mod peer;
mod report;
mod work;

use std::path::{Path, PathBuf};

use fashion::data::FashionMnist;

use options::Options;
use outcome::Result;
use pair::compare;
use peer::Peer;
use work::{Data, Kind, MLP_EPOCHS, Work};

/// A line of the table: its name, the other side, the work.
type Line = (&'static str, &'static str, Work);

/// The work of the table, at a share 1 / `divisor` of its size.
fn lines(divisor: usize) -> Vec<Line> {
    let work = |kind, samples: usize, batch, width| Work {
        kind,
        samples: (samples / divisor).max(batch),
        batch,
        width,
    };
    vec![
        ("A3 convolutional network, one epoch", "Keras", work(Kind::A3Cnn, 48_000, 64, 128)),
        ("A2 convolutional network, one epoch", "Keras", work(Kind::A2Cnn, 55_000, 32, 84)),
        ("A2 dense network (700), one epoch", "Keras", work(Kind::Dense, 55_000, 32, 700)),
        ("A4 dense network (64), one epoch", "Keras", work(Kind::Sigmoid, 60_000, 32, 64)),
        ("A3 network, classes of images", "Keras", work(Kind::Predict, 10_000, 250, 128)),
        // Never smaller: a step is a batch.
        (
            "A1 perceptron (100), one step, f64",
            "scikit-learn",
            Work { kind: Kind::Mlp, samples: 600, batch: 200, width: 100 },
        ),
        ("A1 support vector machine, fit", "scikit-learn", work(Kind::SvmFit, 5_000, 1, 0)),
        ("A1 support vector machine, predict", "scikit-learn", work(Kind::SvmPredict, 5_000, 1, 0)),
        (
            "Loading all files, with checksums",
            "gzip and NumPy, without",
            Work { kind: Kind::Load, samples: 70_000, batch: 1, width: 0 },
        ),
    ]
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn run() -> Result<()> {
    let options = Options::parse(std::env::args().skip(1))?;
    let images = FashionMnist::load()?;
    if images.is_excerpt() {
        return Err("the benchmark needs all of Fashion-MNIST: run `cargo xtask data`".into());
    }
    let data = Data { train: images.train.dataset(), folder: images.dir().to_owned() };
    let mut peer = Peer::start(&root(), &options, &images.train, &data)?;

    let mut rows = Vec::new();
    let mut memory = None;
    for (name, other, work) in lines(options.divisor) {
        println!("{name}, {} samples, {} rounds of both sides", work.samples, options.rounds);
        let pair = compare(work, options.rounds, &data, &mut peer)?;
        // Measured first, so the peak is its own.
        memory = memory.or_else(report::peak_memory);
        let steps = match work.kind {
            Kind::Mlp => MLP_EPOCHS * work.samples / work.batch,
            _ => 1,
        };
        println!("  {:.1} times as fast as {other}", pair.theirs.wall / pair.ours.wall);
        rows.push(report::Row { name, other, work, steps, pair });
    }
    let growth = growth::measure(&options, &data, &mut peer)?;
    let report = report::Report { options, versions: peer.versions(), rows, memory };
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
