//! Folds, cross-validation, grid search and learning curves.

mod folds;
mod grid;
mod learning_curve;

pub use folds::{Fold, Folds};
pub use grid::{Candidate, GridSearch, GridSearchResults};
pub use learning_curve::{Fitted, LearningCurve, Measurement};
