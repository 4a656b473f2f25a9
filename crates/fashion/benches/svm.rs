//! `Svc` beside scikit-learn's SVC (and linfa-svm at 5,000), in alternation on the same samples.
//!
//! ```text
//! cargo bench -p fashion --bench svm -- --python PYTHON [--sizes 600,5000] [--rounds 3] [--linfa] [--write]
//! ```
//! PYTHON is an interpreter with the packages of `tests/fixtures/requirements.txt`. The table has
//! the least time of the rounds for each side; from 20,000 samples on there is one round. `--write`
//! puts it into `docs/PERFORMANCE.md`.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use fashion::data::{FashionMnist, RandomState};
use fashion::linfa::Dataset;
use fashion::ndarray::{Array2, Axis, concatenate, s};
use fashion::svm::{self, Kernel, LinfaSvm, Svc, SvcParams};

type Failure = Box<dyn std::error::Error>;

/// The assignments' seed: A1-T9 trains on the first 5,000 and tests on the next.
const SEED: u32 = 1_234_429;

/// Where this bench's part of the page begins.
const HEADING: &str = "## Support vector machines";

struct Options {
    python: String,
    sizes: Vec<usize>,
    rounds: usize,
    linfa: bool,
    write: bool,
}

impl Options {
    fn read() -> Result<Self, Failure> {
        let mut options = Self {
            python: "python3".into(),
            sizes: vec![600, 2_000, 5_000],
            rounds: 3,
            linfa: false,
            write: false,
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--python" => options.python = value()?,
                "--sizes" => {
                    options.sizes =
                        value()?.split(',').map(str::parse).collect::<Result<_, _>>()?;
                }
                "--rounds" => options.rounds = value()?.parse()?,
                "--linfa" => options.linfa = true,
                "--write" => options.write = true,
                // What cargo itself adds.
                "--bench" => {}
                other => return Err(format!("unknown argument {other}").into()),
            }
        }
        Ok(options)
    }
}

/// A size with what belongs to it.
struct Case {
    train: usize,
    test: std::ops::Range<usize>,
    c: f64,
    gamma: f64,
}

impl Case {
    fn new(train: usize) -> Self {
        let test = if train >= 60_000 { 60_000..70_000 } else { train..train + train.min(5_000) };
        // A1's best machine, and for the large sets one that was tuned for all data.
        let (c, gamma) = if train <= 5_000 { (50.0, 0.005) } else { (10.0, 0.02) };
        Self { train, test, c, gamma }
    }

    fn params(&self) -> SvcParams {
        Svc::params().c(self.c).kernel(Kernel::rbf(self.gamma))
    }
}

#[derive(Clone, serde::Deserialize)]
struct Outcome {
    fit: f64,
    predict: f64,
    support_vectors: usize,
    predicted: Vec<usize>,
}

impl Outcome {
    fn of(
        fit: impl FnOnce() -> Result<Svc, svm::Error>,
        test: &Array2<f32>,
    ) -> Result<Self, Failure> {
        let start = Instant::now();
        let model = fit()?;
        let fit = start.elapsed().as_secs_f64();
        let start = Instant::now();
        let predicted = model.predict(test)?.to_vec();
        let predict = start.elapsed().as_secs_f64();
        Ok(Self { fit, predict, support_vectors: model.support_vectors(), predicted })
    }

    /// The result with the least times of both.
    fn or_faster(self, other: Option<Self>) -> Self {
        match other {
            None => self,
            Some(other) => {
                let (fit, predict) = (self.fit.min(other.fit), self.predict.min(other.predict));
                Self { fit, predict, ..self }
            }
        }
    }
}

/// scikit-learn in its own process, which keeps the data between requests.
struct Reference {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Reference {
    fn start(python: &str, folder: &std::path::Path) -> Result<Self, Failure> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/svm_reference.py");
        let mut process = Command::new(python)
            .arg(script)
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{python}: {error}; name another with --python"))?;
        let requests = process.stdin.take().ok_or("no pipe to Python")?;
        let answers = BufReader::new(process.stdout.take().ok_or("no pipe from Python")?);
        let mut reference = Self { process, requests, answers };
        println!("scikit-learn {}", reference.answer()?["version"]);
        Ok(reference)
    }

    fn answer(&mut self) -> Result<serde_json::Value, Failure> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        Ok(serde_json::from_str(&line).map_err(|_| "scikit-learn's side ended early")?)
    }

    fn outcome(&mut self, case: &Case) -> Result<Outcome, Failure> {
        let request = serde_json::json!({
            "train": case.train,
            "test": [case.test.start, case.test.end],
            "c": case.c,
            "gamma": case.gamma,
        });
        writeln!(self.requests, "{request}")?;
        Ok(serde_json::from_value(self.answer()?)?)
    }
}

impl Drop for Reference {
    fn drop(&mut self) {
        // It waits for a request that will not come.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The most memory that this process ever had, where the system tells.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.map_or_else(|| "?".into(), |kilobytes| format!("{:.2} GB", kilobytes * 1024.0 / 1e9))
}

fn row(case: &Case, who: &str, ours: &Outcome, theirs: &Outcome) -> String {
    let differing = ours.predicted.iter().zip(&theirs.predicted).filter(|(a, b)| a != b).count();
    format!(
        "| {} + {} | {who} | {:.3} | {:.3} | {:.1} | {:.3} | {:.3} | {:.1} | {} / {} | {differing} | {} |\n",
        case.train,
        case.test.len(),
        ours.fit,
        theirs.fit,
        theirs.fit / ours.fit,
        ours.predict,
        theirs.predict,
        theirs.predict / ours.predict,
        ours.support_vectors,
        theirs.support_vectors,
        peak_memory(),
    )
}

/// Puts the table at the end of the page on performance; `cargo xtask bench` writes the rest.
fn write(table: &str) -> Result<(), Failure> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/PERFORMANCE.md");
    let page = std::fs::read_to_string(path)?;
    let others = page.split(HEADING).next().unwrap_or_default().trim_end();
    let text = "Written by `cargo bench -p fashion --bench svm -- --linfa --write`. C 50 and gamma \
                0.005 up to 5,000 samples, beyond C 10 and gamma 0.02. Seconds by the clock, both \
                sides in turns; the support vectors of either side; how many test images get \
                another label than from scikit-learn; the peak memory of this process with all \
                images in it.";
    std::fs::write(path, format!("{others}\n\n{HEADING}\n\n{text}\n\n{table}"))?;
    Ok(())
}

fn main() -> Result<(), Failure> {
    let options = Options::read()?;
    let data = FashionMnist::load()?;
    if data.is_excerpt() {
        return Err("the bench needs the full data".into());
    }
    let order = RandomState::new(SEED).permutation(data.train.len());
    let train = data.train.permuted(&order)?;
    let labels = train.labels().to_vec();
    let x = concatenate(Axis(0), &[train.scaled::<f32>().view(), data.test.scaled().view()])?;
    let mut reference = Reference::start(&options.python, data.dir())?;

    let mut table = String::from(
        "| samples | solver | fit s | scikit-learn s | ratio | predict s | scikit-learn s | ratio \
         | support vectors | differing decisions | peak memory |\n\
         |---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    print!("{table}");
    let mut add = |row: String| {
        print!("{row}");
        table += &row;
    };
    for case in options.sizes.iter().map(|&size| Case::new(size)) {
        let records = x.slice(s![..case.train, ..]).to_owned();
        let train = Dataset::new(records, labels[..case.train].to_vec().into());
        let test = x.slice(s![case.test.clone(), ..]).to_owned();
        let (mut ours, mut theirs) = (None, None);
        let rounds = if case.train < 20_000 { options.rounds } else { 1 };
        for _ in 0..rounds {
            ours = Some(Outcome::of(|| case.params().fit(&train), &test)?.or_faster(ours));
            theirs = Some(reference.outcome(&case)?.or_faster(theirs));
        }
        let (Some(ours), Some(theirs)) = (ours, theirs) else { continue };
        add(row(&case, "SMO", &ours, &theirs));
        if options.linfa && case.train == 5_000 {
            let linfa = Outcome::of(|| case.params().fit_with(&LinfaSvm, &train), &test)?;
            add(row(&case, "linfa-svm", &linfa, &theirs));
        }
    }
    if options.write {
        write(&table)?;
    }
    Ok(())
}
