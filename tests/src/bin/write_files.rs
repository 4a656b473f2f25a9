//! Writes a file with each writer: `write_files FOLDER old` small ones, `write_files FOLDER new` large
//! ones over them; between the two `tests/faults` takes away the room or the permission.
//!
//! `new` prints one line per writer, its error and what happened to the old file, then the files in the
//! folder.

use std::error::Error;
use std::path::Path;

use fashion::nn::{Evaluation, Network, Sequential, Training};
use fashion::program::TestReport;
use fashion::show::LineChart;
use fashion::svm::Svc;
use tests::networks::learnable;

/// Writes to a path, something large if the flag is set.
type Writer = fn(&Path, bool) -> fashion::Result<()>;

const WRITERS: [(&str, Writer); 5] = [
    ("model", |path, large| network(large)?.save(path)),
    ("machine", |path, large| Ok(Svc::params().fit(&learnable(samples(large)))?.save(path)?)),
    ("figure.svg", |path, large| {
        let values: Vec<f64> = (0..20).map(f64::from).collect();
        let lines = if large { 400 } else { 1 };
        let chart = LineChart::new("A figure", "x", "y");
        (0..lines).fold(chart, |chart, _| chart.series("line", &values)).draw()?.save(path)
    }),
    ("results.txt", |path, large| {
        let labels = vec![3; 100 * samples(large)];
        let evaluation = Evaluation { loss: 0.5, accuracy: 1.0 };
        TestReport { evaluation, truth: labels.clone(), predicted: labels }.write(path)
    }),
    ("checkpoint", |path, large| {
        let training = Training::new().epochs(2).verbose(false).checkpoint(path);
        if large { network(true)?.fit(&learnable(60), &training).map(drop) } else { Ok(()) }
    }),
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, which] = &arguments[..] else {
        return Err("expected a folder and `old` or `new`".into());
    };
    let folder = Path::new(folder);
    if which == "old" {
        for (name, write) in WRITERS {
            write(&folder.join(name), false)?;
        }
        return Ok(());
    }
    for (name, write) in WRITERS {
        let path = folder.join(name);
        // A checkpoint of another fit would be refused, so there is none.
        let old = std::fs::read(&path).ok();
        let error = write(&path, true).err().map_or("no error".into(), |error| error.to_string());
        let fate = if std::fs::read(&path).ok() == old { "as it was" } else { "lost" };
        println!("{error}; the file is {fate}");
    }
    let mut names: Vec<_> = folder.read_dir()?.flatten().map(|entry| entry.file_name()).collect();
    names.sort();
    println!("{names:?}");
    Ok(())
}

fn samples(large: bool) -> usize {
    if large { 900 } else { 6 }
}

fn network(large: bool) -> fashion::Result<Network<f32>> {
    Sequential::new([64]).dense(if large { 500 } else { 3 }).relu().dense(3).softmax().build(1)
}
