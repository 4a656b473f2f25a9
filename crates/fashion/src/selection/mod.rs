//! Folds, cross-validation and grid search.

mod folds;

pub use folds::{Fold, Folds};
