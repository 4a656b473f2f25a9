//! What a fit cost, in a file beside the model: equal fits give equal models, and costs differ from run to
//! run.

use std::path::{Path, PathBuf};
use std::time::Duration;

use fashion_base::whole_file;
use serde::{Deserialize, Serialize};

/// No such file is longer.
const LONGEST: u64 = 4096;

/// What a fit cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cost {
    /// Wall-clock time.
    pub fit_time: Duration,
    /// The bytes that were planned for.
    pub bytes: usize,
}

/// What the file holds.
#[derive(Serialize, Deserialize)]
struct Record {
    /// The checksum of the model that the cost belongs to.
    model: String,
    cost: Cost,
}

fn beside(model: &Path) -> PathBuf {
    let mut path = model.as_os_str().to_owned();
    path.push(".cost.json");
    path.into()
}

impl Cost {
    /// Writes the file for the model at `path`, which has this checksum.
    pub fn save(self, path: &Path, checksum: String) {
        let record = serde_json::to_vec(&Record { model: checksum, cost: self });
        // The model is whole without it.
        let _ = record.map(|record| whole_file::write(&beside(path), &record));
    }

    /// Reads it, if it is there and belongs to the model with this checksum.
    pub fn load(path: &Path, checksum: &str) -> Option<Self> {
        let record = whole_file::read(&beside(path), LONGEST).ok()?;
        let record: Record = serde_json::from_slice(&record).ok()?;
        (record.model == checksum).then_some(record.cost)
    }
}
