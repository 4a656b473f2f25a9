#![doc = include_str!("../README.md")]
#![deny(unsafe_code)]

mod blocks;
mod classes;
mod cost;
mod coupling;
mod error;
mod estimator;
mod feature;
mod file;
mod fit;
mod floats;
mod kernel;
mod levels;
mod likely;
mod model;
mod pair;
mod params;
mod plan;
mod platt;
mod predict;
mod probability;
mod recent;
mod report;
mod samples;
mod smo;
mod space;
mod vectors;

pub use error::{Error, Result};
pub use feature::Feature;
pub use kernel::{Gamma, Kernel};
pub use model::{PairReport, Svc};
pub use pair::{Pair, PairSolution, PairSolver};
pub use params::{SvcParams, SvcValidParams};
