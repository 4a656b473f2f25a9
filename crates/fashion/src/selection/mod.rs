//! Folds, cross-validation and grid search.

mod folds;
mod grid;

pub use folds::{Fold, Folds};
pub use grid::{Candidate, GridSearch, GridSearchResults};
