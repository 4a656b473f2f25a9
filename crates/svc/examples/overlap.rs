//! Two classes that overlap, in 20 dimensions: how long a fit takes.
//!
//! ```text
//! cargo run --release --example overlap -- [ROWS [SEED [MEMORY [FILE]]]]
//! ```
//! MEMORY is what fitting may hold, in bytes. With FILE, writes the data as text (label, then features) for other programs.

use std::io::Write;

use fashion_base::random::{Purpose, Stream};
use fashion_svc::{Kernel, Svc};
use linfa::Dataset;
use ndarray::{Array1, Array2};

const FEATURES: usize = 20;

fn data(rows: usize, seed: u64) -> Dataset<f32, usize, ndarray::Ix1> {
    let mut stream = Stream::new(seed, Purpose::Shuffle, &[]);
    let labels = Array1::from_shape_fn(rows, |row| row % 2);
    // Means one standard deviation apart, along the diagonal: a fifth to a third is on the wrong side.
    let shift = 1.0 / (FEATURES as f64).sqrt();
    let records = Array2::from_shape_fn((rows, FEATURES), |(row, _)| {
        (stream.normal() + shift * labels[row] as f64) as f32
    });
    Dataset::new(records, labels)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let rows = arguments.next().map_or(Ok(10_214), |rows| rows.parse())?;
    let seed = arguments.next().map_or(Ok(1), |seed| seed.parse())?;
    let memory = arguments.next().map_or(Ok(3_500_000_000), |bytes| bytes.parse())?;
    let train = data(rows, seed);
    if let Some(file) = arguments.next() {
        let mut file = std::io::BufWriter::new(std::fs::File::create(file)?);
        for (record, label) in train.records().outer_iter().zip(train.targets()) {
            let record: Vec<String> = record.iter().map(f32::to_string).collect();
            writeln!(file, "{label} {}", record.join(" "))?;
        }
    }
    let model = Svc::params().c(1.0).kernel(Kernel::rbf(0.05)).memory_limit(memory).fit(&train)?;
    print!("{model}");
    println!("accuracy          {:.4}", model.score(&train)?);
    Ok(())
}
