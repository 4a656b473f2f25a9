//! What both peers share: the data, the clock, and the conversation with the benchmark (as in `peers/peer.py`).

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::time::Instant;

use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The training images, pixel by pixel, and their classes.
pub struct Images {
    pub pixels: Vec<f32>,
    pub classes: Vec<u8>,
}

/// One epoch of assignment A3's convolutional network: the only kind of work that these libraries are asked for. They
/// have no Adadelta; Adam with a rate of 0.001 takes its place.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Work {
    pub samples: usize,
    pub batch: usize,
}

#[derive(Serialize)]
struct Cost {
    wall: f64,
    processor: f64,
    loss: f64,
}

/// The images of a step, in a new order in each epoch.
pub fn batches(work: Work) -> Vec<Vec<u32>> {
    let mut order: Vec<u32> = (0..work.samples as u32).collect();
    order.shuffle(&mut rand::rng());
    order.chunks(work.batch).map(<[u32]>::to_vec).collect()
}

/// Answers the benchmark until it has no more work. `epoch` trains for one epoch and returns the mean loss.
pub fn serve(
    name: &str,
    version: &str,
    make: impl FnOnce(Images) -> Result<Box<dyn FnMut(Work) -> Result<f64>>>,
) -> Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("expected the folder with the data")?);
    let pixels = fs::read(folder.join("images.f32"))?;
    let pixels = pixels.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    let images = Images { pixels: pixels.collect(), classes: fs::read(folder.join("labels.u8"))? };
    let mut epoch = make(images)?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", serde_json::to_string(&BTreeMap::from([(name, version)]))?)?;
    for line in std::io::stdin().lock().lines() {
        let request: serde_json::Value = serde_json::from_str(&line?)?;
        let mut costs = BTreeMap::new();
        if request["kind"] == "a3_cnn" {
            let work: Work = serde_json::from_value(request)?;
            let (start, processor) = (Instant::now(), processor_time());
            let loss = epoch(work)?;
            let (wall, processor) = (start.elapsed().as_secs_f64(), processor_time() - processor);
            costs.insert(name, Cost { wall, processor, loss });
        }
        writeln!(out, "{}", serde_json::to_string(&costs)?)?;
    }
    Ok(())
}

/// Seconds of this process on all processors (Linux).
fn processor_time() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks = fields.split_whitespace().skip(11).take(2).filter_map(|t| t.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}
