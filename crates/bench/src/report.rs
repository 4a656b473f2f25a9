//! `docs/PERFORMANCE.md` and its plots.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use fashion::text::thousands;

use crate::growth::{OURS, Series};
use crate::options::Options;
use crate::outcome::Result;
use crate::pair::Comparison;
use crate::work::{Cost, Kind, Work};

/// One line of the table.
pub struct Row {
    pub name: &'static str,
    pub work: Work,
    /// What the times are divided by.
    pub steps: usize,
    pub comparison: Comparison,
}

/// Everything that was measured, and how.
pub struct Report<'a> {
    pub options: &'a Options,
    pub versions: BTreeMap<String, String>,
    pub rows: Vec<Row>,
    /// Bytes, after the A3 network.
    pub memory: Option<u64>,
    /// Bytes of the images, however they are shown.
    pub images: usize,
}

const HEAD: &str = "# Performance

<!-- Written by `cargo xtask bench`; do not edit. -->

`cargo xtask bench` does the same work with this project and with the libraries that one would else use, on the same
machine: Keras, PyTorch (eager, channels last, compiled), JAX (a whole epoch compiled; of convolutional networks a step, for
convolutions inside of its `scan` take twenty times as long), ONNX Runtime, scikit-learn, oneDAL (scikit-learn-intelex) and
LIBSVM. All take turns, round by round, and of each the fastest round counts; of several variants of a library all are tried
in the first round, and the fastest after that; who takes five times as long as this crate has no second round. What is done
once, as building a network, tracing and compiling it, is not timed. The 128 features are what A3's network computes of an
image before its last layer.

";

impl Report<'_> {
    /// The table of the strongest peers, and that of all.
    pub fn tables(&self) -> Result<String> {
        let mut page = String::from(
            "| work | samples | batch | this crate | fastest of the others | ratio | by processor time |\n\
             |---|--:|--:|--:|---|--:|--:|\n",
        );
        for row in &self.rows {
            let Row { name, work, steps, comparison } = row;
            let Some((other, theirs)) = comparison.strongest() else { continue };
            // The system counts in steps of 10 ms.
            let processor = match comparison.ours.processor {
                counted if counted < 0.05 => String::new(),
                counted => format!("{:.1}", theirs.processor / counted),
            };
            let steps_have_batches =
                !matches!(work.kind, Kind::SvmFit | Kind::SvmPredict | Kind::Load);
            let batch = if steps_have_batches { thousands(work.batch) } else { String::new() };
            writeln!(
                page,
                "| {name} | {} | {batch} | {} | {other}: {} | {:.1} | {processor} |",
                thousands(work.samples),
                duration(comparison.ours.wall / *steps as f64),
                duration(theirs.wall / *steps as f64),
                theirs.wall / comparison.ours.wall
            )?;
        }
        page += "\n## Every side\n\nThe result of an epoch is its mean loss, from other first weights and another order of the \
            images; that of a machine, how many of its decisions are unlike this crate's.\n\n\
            | work | samples | side | time | ratio | result |\n|---|--:|---|--:|--:|--:|\n";
        for Row { name, work, steps, comparison } in &self.rows {
            let mut sides: Vec<(&str, &Cost)> =
                comparison.theirs.iter().map(|(side, cost)| (side.as_str(), cost)).collect();
            sides.push((OURS, &comparison.ours));
            sides.sort_by(|a, b| a.1.wall.total_cmp(&b.1.wall));
            for (side, cost) in sides {
                writeln!(
                    page,
                    "| {name} | {} | {side} | {} | {:.2} | {} |",
                    thousands(work.samples),
                    duration(cost.wall / *steps as f64),
                    cost.wall / comparison.ours.wall,
                    result(cost, &comparison.ours),
                )?;
            }
        }
        Ok(page)
    }

    /// Writes the page and its plots into a folder.
    pub fn write(&self, docs: &Path, growth: &[Series]) -> Result<()> {
        fs::create_dir_all(docs.join("performance"))?;
        let mut page = String::from(HEAD) + &self.tables()? + "\n";
        if let Some(bytes) = self.memory {
            let (megabytes, images) = (bytes / (1 << 20), self.images / (1 << 20));
            writeln!(
                page,
                "Peak memory of this crate's process while it trained the A3 network: {megabytes} MiB, \
                 of which {images} MiB are the images in `f32`: as they are, with noise, and as 128 features.\n"
            )?;
        }
        page += "## How the cost grows\n\n";
        for series in growth {
            let file = format!("performance/{}.svg", series.file);
            fs::write(docs.join(&file), series.draw()?)?;
            writeln!(page, "![{}]({file})\n", series.title)?;
            if !series.slopes().is_empty() {
                writeln!(page, "Power of the {}: {}.\n", series.quantity, series.slopes())?;
            }
        }
        write!(page, "## Measured with\n\n{}", self.machine())?;
        let path = docs.join("PERFORMANCE.md");
        // Benches of their own write the end of the page.
        let old = fs::read_to_string(&path).unwrap_or_default();
        if let Some(at) =
            old.find("## First value").or_else(|| old.find("## Support vector machines"))
        {
            write!(page, "\n{}", &old[at..])?;
        }
        fs::write(path, page)?;
        Ok(())
    }

    fn machine(&self) -> String {
        let processor = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
            let line = text.lines().find(|line| line.starts_with("model name"))?.to_owned();
            Some(line.split_once(':')?.1.trim().to_owned())
        });
        let rustc = Command::new("rustc").arg("--version").output().ok();
        let rustc = rustc.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
        let versions: Vec<String> =
            self.versions.iter().map(|(name, version)| format!("{name} {version}")).collect();
        let part = match self.options.divisor {
            1 => String::new(),
            divisor => format!(", each piece of work at 1/{divisor} of its size"),
        };
        format!(
            "- {}, {} threads, {}\n- {}, release profile\n- {} (CPU)\n- {} rounds{part}\n",
            processor.unwrap_or_else(|| std::env::consts::ARCH.into()),
            fashion::threads::threads(),
            std::env::consts::OS,
            rustc.unwrap_or_else(|| "rustc".into()),
            versions.join(", "),
            self.options.rounds,
        )
    }
}

/// What came out: a loss, or how many decisions are unlike ours.
fn result(cost: &Cost, ours: &Cost) -> String {
    let unlike = cost.classes.iter().zip(&ours.classes).filter(|(a, b)| a != b).count();
    match cost.loss {
        Some(loss) => format!("{loss:.3}"),
        None if cost.classes.is_empty() => String::new(),
        None => format!("{unlike} unlike"),
    }
}

/// Three digits and a unit.
fn duration(seconds: f64) -> String {
    let (value, unit) = match seconds {
        s if s >= 1.0 => (s, "s"),
        s if s >= 1e-3 => (s * 1e3, "ms"),
        s => (s * 1e6, "µs"),
    };
    let decimals = if value >= 100.0 { 0 } else { 2 - usize::from(value >= 10.0) };
    format!("{value:.decimals$} {unit}")
}

/// The most memory that this process has had, where the system says so.
pub fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}
