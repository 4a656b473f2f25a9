//! How well classifiers do: folds, grid search, learning curves, repeated trainings, and the measures.
//!
//! Truth stands in the rows of every table and comes first in every call, as in scikit-learn
//! (linfa's own confusion matrix has the predictions in the rows).
//!
//! ```
//! use fashion::evaluate::{ClassificationReport, ConfusionMatrix, error_rate};
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
mod counts;
mod experiments;
mod folds;
mod grid;
mod label_issues;
mod learning_curve;
mod mcnemar;
mod power_law;
mod probability;
mod repeat;
mod report;
mod risk_coverage;
mod spread;
mod uncertainty;

pub use crate::data::{accuracy, correct, error_rate};
pub use calibration::{Calibration, ReliabilityBin};
pub use confusion::{Confusion, ConfusionMatrix};
pub use experiments::{Experiments, Run};
pub use folds::{Fold, Folds};
pub use grid::{Candidate, GridSearch, GridSearchResults};
pub use label_issues::{LabelIssue, label_issues};
pub use learning_curve::{LearningCurve, LearningCurveResults, Measurement};
pub use mcnemar::{McNemar, SignificanceTest};
pub use power_law::PowerLaw;
pub use probability::log_loss;
pub use repeat::repeat;
pub use report::{ClassScores, ClassificationReport};
pub use risk_coverage::{ConfidenceGroup, RiskCoverage};
pub use spread::{mean, std_dev};
