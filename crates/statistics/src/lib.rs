#![doc = include_str!("../README.md")]
#![deny(unsafe_code)]

mod bootstrap;
mod compare;
mod difference;
mod distribution;
mod holm;
mod interval;
mod kappa;
pub mod margin;
mod mcnemar;
mod moments;
mod per_class;
pub mod proportion;
mod rank;
mod runs;
mod slope;
mod times;
mod two_part;
mod verdict;
mod words;

pub use bootstrap::bootstrap_95;
pub use difference::Difference;
pub use fashion_base::{Error, Result};
pub use holm::holm;
pub use interval::Interval;
pub use kappa::Kappa;
pub use mcnemar::mcnemar_exact;
pub use per_class::{ClassTest, per_class};
pub use rank::RankTest;
pub use runs::Runs;
pub use slope::Slope;
pub use times::{TimeRatio, ratio_of_times};
pub use two_part::{Measured, two_part_difference, two_part_paired_difference, two_part_runs};
pub use verdict::Verdict;
pub use words::{Direction, Words};
