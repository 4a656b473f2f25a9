//! `docs/PERFORMANCE.md` and its plots.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use fashion::text::thousands;

use crate::growth::Series;
use crate::options::Options;
use crate::outcome::Result;
use crate::pair::Pair;
use crate::work::Work;

/// One line of the table.
pub struct Row {
    pub name: &'static str,
    pub other: &'static str,
    pub work: Work,
    /// What the times are divided by.
    pub steps: usize,
    pub pair: Pair,
}

/// Everything that was measured, and how.
pub struct Report {
    pub options: Options,
    pub versions: BTreeMap<String, String>,
    pub rows: Vec<Row>,
    /// Bytes, after the A3 network.
    pub memory: Option<u64>,
}

impl Report {
    /// Writes the page and its plots into a folder.
    pub fn write(&self, docs: &Path, growth: &[Series]) -> Result<()> {
        fs::create_dir_all(docs.join("performance"))?;
        let mut page = String::from(
            "# Performance\n\n<!-- Written by `cargo xtask bench`; do not edit. -->\n\n\
             `cargo xtask bench` does the same work with this project's networks and with Keras or \
             scikit-learn on the same machine. The two take turns, round by round; the table has the \
             fastest round of each. Building the networks, and Keras' tracing of them, are not timed. \
             The last column compares the time that the processors spent, over all threads and rounds: \
             other programs disturb it less than they disturb the clock.\n\n\
             | work | samples | batch | this crate | the other | speed-up | by processor time |\n\
             |---|--:|--:|--:|--:|--:|--:|\n",
        );
        for Row { name, other, work, steps, pair: Pair { ours, theirs } } in &self.rows {
            // The system counts in steps of 10 ms.
            let processor = match ours.processor {
                counted if counted < 0.05 => String::new(),
                counted => format!("{:.1}", theirs.processor / counted),
            };
            let batch = if work.batch > 1 { work.batch.to_string() } else { String::new() };
            writeln!(
                page,
                "| {name} | {} | {batch} | {} | {other}: {} | {:.1} | {processor} |",
                thousands(work.samples),
                duration(ours.wall / *steps as f64),
                duration(theirs.wall / *steps as f64),
                theirs.wall / ours.wall
            )?;
        }
        page += "\n";
        if let Some(bytes) = self.memory {
            let megabytes = bytes / (1 << 20);
            writeln!(
                page,
                "Peak memory of this crate's process while it trained the A3 network: {megabytes} MiB, \
                 of which the 60,000 training images in `f32` are 179 MiB.\n"
            )?;
        }
        page += "## How the cost grows\n\n";
        for series in growth {
            let file = format!("performance/{}.svg", series.file);
            fs::write(docs.join(&file), series.draw()?)?;
            writeln!(page, "![{}]({file})\n", series.title)?;
        }
        write!(page, "## Measured with\n\n{}", self.machine())?;
        let path = docs.join("PERFORMANCE.md");
        // The machines' own bench writes the end of the page.
        let old = fs::read_to_string(&path).unwrap_or_default();
        if let Some(at) = old.find("## Support vector machines") {
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
