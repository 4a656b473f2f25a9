//! The helper crate behind the Fashion-MNIST notebooks.
//!
//! A notebook imports this crate and nothing else; the packages beneath it are re-exported.
//!
//! | module | what it holds |
//! |---|---|
//! | [`show`] | tables and figures, and how values show themselves at the end of a cell |
//! | [`data`] | Fashion-MNIST files, splits, NumPy-compatible random state, augmentation |
//! | [`photo`] | a reader's own picture as an image of the data set |
//! | [`features`] | what can be computed of an image besides its pixels |
//! | [`nn`] | networks built at run time: layers, optimisers, training; `MlpClassifier` in scikit-learn's manner |
//! | [`svm`] | support vector machines: the linfa-svm baseline and the fast solver |
//! | [`statistics`] | how sure a result is: runs over seeds, differences with intervals, tests |
//! | [`evaluate`] | folds, grid search, learning curves; confusion matrix, report, calibration, McNemar's test |
//! | [`answer`] | answers in prose whose figures and claims are computed |
//! | [`program`] | what the `fashion` program does: train, test, predict |
//!
//! A module uses only modules above it in this list ([`Classifier`] stands between [`features`] and [`nn`]).

pub mod answer;
mod classifier;
pub mod data;
mod engine;
mod error;
pub mod evaluate;
pub mod features;
mod float;
pub mod nn;
pub mod photo;
pub mod prelude;
pub mod program;
pub mod show;
pub mod svm;

pub use classifier::Classifier;
pub use data::Dataset;
pub use engine::ENGINE;
pub use error::{Error, Result};
pub use fashion_base::interrupt::interrupted;
pub use fashion_base::{text, threads, whole_file};
pub use fashion_kernels::memory::keep_freed_memory;
pub use fashion_statistics as statistics;
pub use float::Float;
pub use {dfdx, flate2, linfa, linfa_svm, ndarray, plotters};
