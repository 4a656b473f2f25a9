//! Writes a small file with each writer, then a large one over it; `tests/faults` leaves no room for
//! the large ones.
//!
//! Argument: the folder. Prints one line per writer: its error, and what happened to the old file.
//! The last line lists the folder.

use std::error::Error;
use std::path::Path;

use fashion::nn::{Network, Sequential, Training};
use fashion::plot::LineChart;
use tests::networks::learnable;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("a folder is needed")?;
    let folder = Path::new(&folder);

    over(&folder.join("model"), |path, large| network(large)?.save(path))?;
    over(&folder.join("figure.svg"), |path, large| {
        let values: Vec<f64> = (0..20).map(f64::from).collect();
        let lines = if large { 400 } else { 1 };
        let chart = LineChart::new("A figure", "x", "y");
        (0..lines).fold(chart, |chart, _| chart.series("line", &values)).draw()?.save(path)
    })?;
    // A checkpoint of a small fit would be refused by the large one, so there is none before.
    let checkpoint = folder.join("checkpoint");
    let training = Training::new().epochs(2).quiet().checkpoint(&checkpoint);
    let ended = network(true)?.fit(&learnable(60), &training);
    println!("checkpoint: {}", ended.err().map_or("no error".into(), |error| error.to_string()));

    let mut names: Vec<_> = folder.read_dir()?.flatten().map(|entry| entry.file_name()).collect();
    names.sort();
    println!("{names:?}");
    Ok(())
}

fn over(
    path: &Path,
    write: impl Fn(&Path, bool) -> fashion::Result<()>,
) -> Result<(), Box<dyn Error>> {
    write(path, false)?;
    let old = std::fs::read(path)?;
    let error = write(path, true).err().map_or("no error".into(), |error| error.to_string());
    let fate = if std::fs::read(path)? == old { "intact" } else { "lost" };
    println!("{error}; the old file is {fate}");
    Ok(())
}

fn network(large: bool) -> fashion::Result<Network<f32>> {
    Sequential::new([64]).dense(if large { 500 } else { 3 }).relu().dense(3).softmax().build(1)
}
