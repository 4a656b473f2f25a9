//! Folds, cross-validation and grid search.
