//! What all fitted models have in common.

use std::time::Duration;

use ndarray::{Array1, Array2, ArrayBase, Data, Ix2};

use crate::data::accuracy;
use crate::{Dataset, Error, Float, Result};

/// A fitted model that tells the class of a sample: a network, a perceptron or a support vector
/// machine. Grid search, learning curve, metrics and the comparison of models take any of them.
///
/// Every model implements linfa's `Predict` too, for code that is generic over linfa's models.
/// linfa's trait has no way to report samples of the wrong width but to panic; this one has.
pub trait Classifier<F: Float> {
    /// The label of every sample (row).
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) if the samples have another number of features than
    /// the training data.
    fn predict<D: Data<Elem = F>>(&self, samples: &ArrayBase<D, Ix2>) -> Result<Array1<usize>>;

    /// The probability of every class (column) for every sample (row).
    ///
    /// # Errors
    /// As [`predict`](Self::predict);
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for a model without
    /// probabilities.
    fn predict_proba<D: Data<Elem = F>>(&self, samples: &ArrayBase<D, Ix2>) -> Result<Array2<F>> {
        let _ = samples;
        Err(Error::parameter(
            "predict_proba",
            "a model with probabilities: a network, a perceptron, or a support vector classifier \
             fitted with `.probability(true)`",
            "a model without",
        ))
    }

    /// The share of samples whose label is predicted right.
    ///
    /// # Errors
    /// As [`predict`](Self::predict), and for a dataset without samples.
    fn score(&self, dataset: &Dataset<F>) -> Result<f64> {
        accuracy(dataset.targets(), &self.predict(dataset.records())?)
    }

    /// The share of samples whose label is predicted wrong: 1 - [`score`](Self::score).
    ///
    /// # Errors
    /// As [`score`](Self::score).
    fn error_rate(&self, dataset: &Dataset<F>) -> Result<f64> {
        Ok(1.0 - self.score(dataset)?)
    }

    /// How many numbers the model consists of: weights and biases, or the features of the support
    /// vectors and their coefficients against each of the other classes.
    fn n_parameters(&self) -> usize;

    /// How long the fit took; `None` for a model that does not know, as one whose weights were set or read.
    fn fit_time(&self) -> Option<Duration>;
}
