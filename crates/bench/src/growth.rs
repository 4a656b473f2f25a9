//! How the cost of an epoch grows with samples, batch size, width and threads.

use fashion::show::LineChart;

use crate::options::Options;
use crate::outcome::Result;
use crate::pair::{Pair, compare};
use crate::peer::Peer;
use crate::work::{self, Data, Kind, Work};

/// One quantity and what an epoch costs at each of its values.
pub struct Series {
    /// The file of its plot.
    pub file: &'static str,
    /// What the plot shows.
    pub title: String,
    /// The quantity on the x axis.
    quantity: &'static str,
    /// Its values and the seconds of both sides; the other side may have none.
    points: Vec<(usize, f64, Option<f64>)>,
}

impl Series {
    /// Draws the plot as SVG.
    pub fn draw(&self) -> Result<String> {
        let x: Vec<usize> = self.points.iter().map(|point| point.0).collect();
        let ours: Vec<f64> = self.points.iter().map(|point| point.1).collect();
        let theirs: Vec<f64> = self.points.iter().filter_map(|point| point.2).collect();
        let mut chart = LineChart::new(&self.title, self.quantity, "time per epoch (s)")
            .series_xy("this crate", &x, &ours)
            .size(460, 280);
        if theirs.len() == x.len() {
            chart = chart.series_xy("Keras", &x, &theirs).log_x();
        }
        Ok(chart.log_y().draw()?.svg().to_owned())
    }
}

/// Measures all four.
pub fn measure(options: &Options, data: &Data, peer: &mut Peer) -> Result<Vec<Series>> {
    let base =
        Work { kind: Kind::Sigmoid, samples: 12_000 / options.divisor, batch: 32, width: 64 };
    let mut both = |file, title: String, quantity, works: Vec<(usize, Work)>| -> Result<Series> {
        println!("{title}");
        let mut points = Vec::new();
        for (value, work) in works {
            let Pair { ours, theirs } = compare(work, options.rounds.min(2), data, peer)?;
            points.push((value, ours.wall, Some(theirs.wall)));
        }
        Ok(Series { file, title, quantity, points })
    };
    let samples = [3_000, 6_000, 12_000, 24_000, 48_000].map(|n| n / options.divisor);
    let samples = samples.map(|samples| (samples, Work { samples, ..base })).to_vec();
    let batches = [8, 32, 128, 512].map(|batch| (batch, Work { batch, ..base })).to_vec();
    let widths = [16, 64, 256, 1024].map(|width| (width, Work { width, ..base })).to_vec();
    let count = base.samples;
    let mut all = vec![
        both("samples", "A4 network (64 units), batches of 32".into(), "samples", samples)?,
        both("batch", format!("A4 network (64 units), {count} samples"), "batch size", batches)?,
        both(
            "width",
            format!("One hidden layer, {count} samples, batches of 32"),
            "units",
            widths,
        )?,
    ];
    let work = Work { kind: Kind::A3Cnn, samples: 12_800 / options.divisor, batch: 64, width: 128 };
    let title = format!("A3 network, {} samples", work.samples);
    println!("{title}");
    let mut points = Vec::new();
    for threads in 1..=fashion::threads::threads().max(2) {
        let mut fastest = f64::INFINITY;
        for _ in 0..options.rounds.min(2) {
            fastest = fastest.min(work::measure(work, data, Some(threads))?.wall);
        }
        points.push((threads, fastest, None));
    }
    all.push(Series { file: "threads", title, quantity: "threads", points });
    Ok(all)
}
