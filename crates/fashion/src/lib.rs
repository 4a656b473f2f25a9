//! The helper crate behind the Fashion-MNIST notebooks.
//!
//! A notebook imports this crate and nothing else; the packages beneath it are re-exported.
//!
//! | module | what it holds |
//! |---|---|
//! | [`data`] | Fashion-MNIST files, splits, NumPy-compatible random state, augmentation |
//! | [`nn`] | networks built at run time: layers, optimisers, training; `MlpClassifier` in scikit-learn's manner |
//! | [`svm`] | support vector machines: the linfa-svm baseline and the fast solver |
//! | [`selection`] | folds, cross-validation, grid search |
//! | [`metrics`] | confusion matrix, classification report, calibration, McNemar's test |
//! | [`plot`] | figures and image galleries as SVG |
//! | [`answer`] | answers in prose whose figures and claims are computed |
//! | [`photo`] | a reader's own picture as an image of the data set |
//! | [`program`] | what the `fashion` program does: train, test, predict |
//! | [`display`] | how values show themselves at the end of a cell |

pub mod answer;
mod classifier;
pub mod data;
pub mod display;
mod engine;
mod error;
mod float;
pub mod metrics;

pub mod nn;
pub mod photo;
pub mod plot;
pub mod prelude;
pub mod program;
pub mod selection;
pub mod svm;

pub use classifier::Classifier;
pub use engine::ENGINE;
pub use error::{Error, Result};
pub use fashion_base::{text, threads};
pub use fashion_kernels::memory::keep_freed_memory;
pub use float::Float;
pub use {dfdx, linfa, linfa_svm, ndarray, plotters};

/// Samples in rows with one class label each: linfa's dataset as this crate uses it.
pub type Dataset<F> = linfa::Dataset<F, usize, ndarray::Ix1>;
