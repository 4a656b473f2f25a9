//! A multi-layer perceptron with scikit-learn's semantics.
//!
//! [`MlpClassifier`] computes what `sklearn.neural_network.MLPClassifier(solver="sgd")` computes:
//! the same random numbers in the same order, the same batches, the same updates, the same stopping
//! rule. In `f64` its loss curve follows scikit-learn's to about 1e-12.
//!
//! For a batch of `n` samples with features `x` and one-hot labels `t`, hidden layers
//! `h = f(h W + b)` and class probabilities `p = softmax(h W + b)`, the loss is
//!
//! ```text
//! L = -1/n Σ t · ln p + α / (2n) Σ W²        (all weights, no biases)
//! ```
//!
//! and each step changes every parameter `θ` by Nesterov's rule
//!
//! ```text
//! v ← μ v - η ∂L/∂θ,   θ ← θ + μ v - η ∂L/∂θ
//! ```

//!
//! It is a recipe on the same layers, tape and updates as every other [`Network`](super::Network):
//! initial weights, order of the samples, loss per epoch and stopping rule are scikit-learn's.

mod classifier;
mod descent;
mod params;

pub use classifier::MlpClassifier;
pub use params::{MlpParams, MlpValidParams};
