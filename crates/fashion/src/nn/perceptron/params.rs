//! Hyper-parameters, with scikit-learn's names and defaults.

use linfa::ParamGuard;

use fashion_kernels::activation::Activation;

use crate::{Error, Result};

/// Checked hyper-parameters of an [`MlpClassifier`](super::MlpClassifier).
#[derive(Debug, Clone, PartialEq)]
pub struct MlpValidParams {
    pub(super) hidden_layer_sizes: Vec<usize>,
    pub(super) activation: Activation,
    pub(super) alpha: f64,
    pub(super) batch_size: Option<usize>,
    pub(super) learning_rate_init: f64,
    pub(super) max_iter: usize,
    pub(super) tol: f64,
    pub(super) momentum: f64,
    pub(super) nesterovs_momentum: bool,
    pub(super) n_iter_no_change: usize,
    pub(super) shuffle: bool,
    pub(super) seed: u32,
    pub(super) verbose: bool,
}

/// Hyper-parameters of an [`MlpClassifier`](super::MlpClassifier), made by
/// [`MlpClassifier::params`](super::MlpClassifier::params).
#[derive(Debug, Clone, PartialEq)]
pub struct MlpParams(MlpValidParams);

impl Default for MlpParams {
    fn default() -> Self {
        Self(MlpValidParams {
            hidden_layer_sizes: vec![100],
            activation: Activation::Relu,
            alpha: 1e-4,
            batch_size: None,
            learning_rate_init: 1e-3,
            max_iter: 200,
            tol: 1e-4,
            momentum: 0.9,
            nesterovs_momentum: true,
            n_iter_no_change: 10,
            shuffle: true,
            seed: 0,
            verbose: false,
        })
    }
}

impl MlpParams {
    /// Units of each hidden layer, from the input on; none makes softmax regression.
    /// Default: one layer of 100.
    #[must_use]
    pub fn hidden_layer_sizes(mut self, sizes: impl AsRef<[usize]>) -> Self {
        self.0.hidden_layer_sizes = sizes.as_ref().to_vec();
        self
    }

    /// Activation of the hidden layers: linear, sigmoid (scikit-learn: logistic), tanh or ReLU.
    /// Default: ReLU.
    #[must_use]
    pub fn activation(mut self, activation: Activation) -> Self {
        self.0.activation = activation;
        self
    }

    /// Strength of the L2 penalty on the weights. Default: 1e-4.
    #[must_use]
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.0.alpha = alpha;
        self
    }

    /// Samples per step, clipped to the number of samples.
    /// Default: 200, or all samples if there are fewer.
    #[must_use]
    pub fn batch_size(mut self, samples: usize) -> Self {
        self.0.batch_size = Some(samples);
        self
    }

    /// Learning rate `η`, constant over the fit. Default: 1e-3.
    #[must_use]
    pub fn learning_rate_init(mut self, rate: f64) -> Self {
        self.0.learning_rate_init = rate;
        self
    }

    /// The most epochs that a fit may take. Default: 200.
    #[must_use]
    pub fn max_iter(mut self, epochs: usize) -> Self {
        self.0.max_iter = epochs;
        self
    }

    /// An epoch counts as progress if it lowers the best loss by at least this. Default: 1e-4.
    #[must_use]
    pub fn tol(mut self, tol: f64) -> Self {
        self.0.tol = tol;
        self
    }

    /// Momentum `μ`. Default: 0.9.
    #[must_use]
    pub fn momentum(mut self, momentum: f64) -> Self {
        self.0.momentum = momentum;
        self
    }

    /// Nesterov's momentum instead of the classical one. Default: true.
    #[must_use]
    pub fn nesterovs_momentum(mut self, nesterov: bool) -> Self {
        self.0.nesterovs_momentum = nesterov;
        self
    }

    /// The fit has converged after more than this many epochs in a row without progress.
    /// Default: 10.
    #[must_use]
    pub fn n_iter_no_change(mut self, epochs: usize) -> Self {
        self.0.n_iter_no_change = epochs;
        self
    }

    /// Draw new batches in every epoch. Default: true.
    #[must_use]
    pub fn shuffle(mut self, shuffle: bool) -> Self {
        self.0.shuffle = shuffle;
        self
    }

    /// Seed of the initial weights and of the batches, as NumPy's `RandomState(seed)`.
    /// Default: 0.
    #[must_use]
    pub fn seed(mut self, seed: u32) -> Self {
        self.0.seed = seed;
        self
    }

    /// Print the loss of every epoch. Default: false.
    #[must_use]
    pub fn verbose(mut self, verbose: bool) -> Self {
        self.0.verbose = verbose;
        self
    }
}

impl ParamGuard for MlpParams {
    type Checked = MlpValidParams;
    type Error = Error;

    fn check_ref(&self) -> Result<&MlpValidParams> {
        let p = &self.0;
        if p.hidden_layer_sizes.contains(&0) {
            return Err(Error::parameter(
                "hidden_layer_sizes",
                "at least one unit in every layer",
                &p.hidden_layer_sizes,
            ));
        }
        if let Activation::Softmax | Activation::LeakyRelu(_) = p.activation {
            let expected = "Linear, Sigmoid, Tanh or Relu, as scikit-learn has them";
            return Err(Error::parameter("activation", expected, p.activation));
        }
        at_least_one("batch_size", p.batch_size.unwrap_or(1))?;
        at_least_one("max_iter", p.max_iter)?;
        at_least_one("n_iter_no_change", p.n_iter_no_change)?;
        within("alpha", "a number of at least 0", p.alpha, p.alpha >= 0.0)?;
        within("tol", "a number of at least 0", p.tol, p.tol >= 0.0)?;
        within("momentum", "a number from 0 to 1", p.momentum, (0.0..=1.0).contains(&p.momentum))?;
        let rate = p.learning_rate_init;
        within("learning_rate_init", "a number above 0", rate, rate > 0.0)?;
        Ok(p)
    }

    fn check(self) -> Result<MlpValidParams> {
        self.check_ref()?;
        Ok(self.0)
    }
}

fn at_least_one(name: &'static str, value: usize) -> Result<()> {
    if value == 0 { Err(Error::parameter(name, "at least 1", value)) } else { Ok(()) }
}

fn within(name: &'static str, expected: &str, value: f64, holds: bool) -> Result<()> {
    if holds && value.is_finite() { Ok(()) } else { Err(Error::parameter(name, expected, value)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_out_of_range_is_named() {
        let wrong: [(&str, MlpParams); 9] = [
            ("activation", MlpParams::default().activation(Activation::Softmax)),
            ("hidden_layer_sizes", MlpParams::default().hidden_layer_sizes([10, 0])),
            ("batch_size", MlpParams::default().batch_size(0)),
            ("max_iter", MlpParams::default().max_iter(0)),
            ("n_iter_no_change", MlpParams::default().n_iter_no_change(0)),
            ("alpha", MlpParams::default().alpha(-1.0)),
            ("tol", MlpParams::default().tol(f64::NAN)),
            ("momentum", MlpParams::default().momentum(1.5)),
            ("learning_rate_init", MlpParams::default().learning_rate_init(f64::INFINITY)),
        ];
        for (name, params) in wrong {
            let message = params.check().unwrap_err().to_string();
            assert!(message.starts_with(name), "{message}");
        }
    }
}
