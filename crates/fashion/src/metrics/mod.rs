//! Measures of how well a classifier does.
//!
//! Truth stands in the rows of every table and comes first in every call, as in scikit-learn
//! (linfa's own confusion matrix has the predictions in the rows).
//!
//! ```
//! use fashion::metrics::{ClassificationReport, ConfusionMatrix, error_rate};
//!
//! # fn main() -> fashion::Result<()> {
//! let (truth, predicted) = ([0, 1, 1, 2], [0, 1, 2, 2]);
//! assert_eq!(error_rate(&truth, &predicted)?, 0.25);
//! let matrix = ConfusionMatrix::with_classes(&truth, &predicted, &["cat", "dog", "fox"])?;
//! assert_eq!(matrix.counts()[[1, 2]], 1);
//! println!("{}", ClassificationReport::from_matrix(&matrix));
//! # Ok(())
//! # }
//! ```

mod calibration;
mod confusion;
mod mcnemar;
mod power_law;
mod probability;
mod report;
mod risk_coverage;
mod spread;

pub use calibration::{Calibration, ReliabilityBin};
pub use confusion::{Confusion, ConfusionMatrix};
pub use mcnemar::{McNemar, SignificanceTest};
pub use power_law::PowerLaw;
pub use probability::log_loss;
pub use report::{ClassScores, ClassificationReport};
pub use risk_coverage::{ConfidenceGroup, RiskCoverage};
pub use spread::{mean, std_dev};

use std::borrow::Cow;

use crate::data::AsLabels;
use crate::{Error, Result};

/// The share of predictions that are right: 0 to 1.
///
/// # Errors
/// [`Error::Shape`](fashion_kernels::Error::Shape) if there are not as many predictions as labels, or none.
pub fn accuracy<T, P>(truth: &T, predicted: &P) -> Result<f64>
where
    T: AsLabels + ?Sized,
    P: AsLabels + ?Sized,
{
    let right = correct(truth, predicted)?;
    Ok(right.iter().filter(|&&right| right).count() as f64 / right.len() as f64)
}

/// The share of predictions that are wrong: 1 - [`accuracy`].
///
/// # Errors
/// As [`accuracy`].
pub fn error_rate<T, P>(truth: &T, predicted: &P) -> Result<f64>
where
    T: AsLabels + ?Sized,
    P: AsLabels + ?Sized,
{
    Ok(1.0 - accuracy(truth, predicted)?)
}

/// For each sample, whether its prediction is right.
///
/// # Errors
/// As [`accuracy`].
pub fn correct<T, P>(truth: &T, predicted: &P) -> Result<Vec<bool>>
where
    T: AsLabels + ?Sized,
    P: AsLabels + ?Sized,
{
    let (truth, predicted) = paired(truth, predicted)?;
    Ok(truth.iter().zip(predicted.iter()).map(|(t, p)| t == p).collect())
}

type Labels<'a> = Cow<'a, [usize]>;

/// Truth and prediction as slices of the same length, at least 1.
fn paired<'a, T, P>(truth: &'a T, predicted: &'a P) -> Result<(Labels<'a>, Labels<'a>)>
where
    T: AsLabels + ?Sized,
    P: AsLabels + ?Sized,
{
    let (truth, predicted) = (truth.as_labels(), predicted.as_labels());
    if truth.is_empty() || truth.len() != predicted.len() {
        let expected = format!("one prediction for each of {} labels, at least 1", truth.len());
        return Err(Error::shape("comparing predictions", expected, predicted.len()));
    }
    Ok((truth, predicted))
}
