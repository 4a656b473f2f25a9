//! How the cost grows: an epoch with samples, batch size, width and threads, a machine with samples.

use std::collections::BTreeMap;

use fashion::show::LineChart;

use crate::options::Options;
use crate::outcome::Result;
use crate::pair::compare;
use crate::peer::Peers;
use crate::work::{self, Data, Kind, Rows, Work};

/// What each library needs at each value of one quantity.
pub struct Series {
    /// The file of its plot.
    pub file: &'static str,
    /// What the plot shows.
    pub title: String,
    /// The quantity on the x axis.
    pub quantity: &'static str,
    /// What takes the time.
    effort: &'static str,
    /// By library, this crate first: the quantity's values and the seconds.
    lines: Vec<(String, Vec<usize>, Vec<f64>)>,
}

/// This crate in plots and tables.
pub const OURS: &str = "this crate";

impl Series {
    /// Draws the plot as SVG.
    pub fn draw(&self) -> Result<String> {
        let mut chart = LineChart::new(&self.title, self.quantity, self.effort).size(460, 280);
        for (name, values, seconds) in &self.lines {
            chart = chart.series_xy(name, values, seconds);
        }
        let chart = if self.quantity == "threads" { chart } else { chart.log_x() };
        Ok(chart.log_y().draw()?.svg().to_owned())
    }

    /// In words, by which power of the quantity each library's time grows: the slope between the ends of its line.
    pub fn slopes(&self) -> String {
        let slope = |(name, values, seconds): &(String, Vec<usize>, Vec<f64>)| {
            let (first, last) = (values.first()?, values.last()?);
            let times = seconds.last()? / seconds.first()?;
            let power = times.ln() / (*last as f64 / *first as f64).ln();
            power.is_finite().then(|| format!("{name} {power:.2}"))
        };
        self.lines.iter().filter_map(slope).collect::<Vec<_>>().join(", ")
    }
}

/// Does the works in turns, one for each value; of several variants of a library, the fastest counts.
fn together(
    file: &'static str,
    title: String,
    axes: (&'static str, &'static str),
    works: Vec<(usize, Work)>,
    rounds: usize,
    (data, peers): (&Data, &mut Peers),
) -> Result<Series> {
    println!("{title}");
    let mut ours = (OURS.to_owned(), Vec::new(), Vec::new());
    let mut theirs = BTreeMap::<String, (Vec<usize>, Vec<f64>)>::new();
    for (value, work) in works {
        let comparison = compare(work, rounds, data, peers)?;
        ours.1.push(value);
        ours.2.push(comparison.ours.wall);
        let mut fastest = BTreeMap::<&str, f64>::new();
        for (name, cost) in &comparison.theirs {
            let library = name.split_once(',').map_or(name.as_str(), |(library, _)| library);
            let best = fastest.entry(library).or_insert(f64::INFINITY);
            *best = best.min(cost.wall);
        }
        for (library, seconds) in fastest {
            let line = theirs.entry(library.to_owned()).or_default();
            line.0.push(value);
            line.1.push(seconds);
        }
    }
    let theirs = theirs.into_iter().map(|(name, (values, seconds))| (name, values, seconds));
    let lines = std::iter::once(ours).chain(theirs.filter(|line| line.1.len() > 1)).collect();
    Ok(Series { file, title, quantity: axes.0, effort: axes.1, lines })
}

/// Measures all of them.
pub fn measure(options: &Options, data: &Data, peers: &mut Peers) -> Result<Vec<Series>> {
    let base = Work {
        kind: Kind::Sigmoid,
        samples: 12_000 / options.divisor,
        batch: 32,
        width: 64,
        rows: Rows::Pixels,
    };
    let samples = [3_000, 6_000, 12_000, 24_000, 48_000].map(|n| n / options.divisor);
    let samples = samples.map(|samples| (samples, Work { samples, ..base })).to_vec();
    let batches = [8, 32, 128, 512].map(|batch| (batch, Work { batch, ..base })).to_vec();
    let widths = [16, 64, 256, 1024].map(|width| (width, Work { width, ..base })).to_vec();
    let (count, rounds) = (base.samples, options.rounds.min(2));
    let epoch = "time per epoch (s)";
    let by_samples = "A4 network (64 units), batches of 32".into();
    let by_batch = format!("A4 network (64 units), {count} samples");
    let by_width = format!("One hidden layer, {count} samples, batches of 32");
    let mut all = vec![
        together("samples", by_samples, ("samples", epoch), samples, rounds, (data, peers))?,
        together("batch", by_batch, ("batch size", epoch), batches, rounds, (data, peers))?,
        together("width", by_width, ("units", epoch), widths, rounds, (data, peers))?,
    ];

    let machines = |kind| {
        [7_500, 15_000, 30_000, 60_000]
            .map(|samples| {
                let (samples, batch) = (samples / options.divisor, 10_000 / options.divisor);
                (samples, Work { kind, samples, batch, width: 0, rows: Rows::Pixels })
            })
            .to_vec()
    };
    let (fit, predict) = ("SVC fit, C 10, gamma 0.02", "SVC, classes of 10,000 images");
    let axes = ("training images", "time (s)");
    all.push(together("svc-fit", fit.into(), axes, machines(Kind::SvmFit), 1, (data, peers))?);
    let works = machines(Kind::SvmPredict);
    all.push(together("svc-predict", predict.into(), axes, works, 1, (data, peers))?);

    let samples = 12_800 / options.divisor;
    let work = Work { kind: Kind::A3Cnn, samples, batch: 64, width: 128, rows: Rows::Pixels };
    let title = format!("A3 network, {samples} samples");
    println!("{title}");
    let mut line = (OURS.to_owned(), Vec::new(), Vec::new());
    for threads in 1..=fashion::threads::threads().max(2) {
        let mut fastest = f64::INFINITY;
        for _ in 0..rounds {
            fastest = fastest.min(work::measure(work, data, Some(threads))?.wall);
        }
        line.1.push(threads);
        line.2.push(fastest);
    }
    let lines = vec![line];
    all.push(Series { file: "threads", title, quantity: "threads", effort: epoch, lines });
    Ok(all)
}
