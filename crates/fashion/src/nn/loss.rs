//! Which cross-entropy a network is trained on.

use serde::{Deserialize, Serialize};

use super::Sequential;
use super::network::last_activation;
use super::ops::Activation;
use crate::{Error, Result};

/// Cross-entropy between the labels and the outputs, averaged over the samples.
///
/// | last layer | [`Self::CrossEntropy`] | [`Self::CrossEntropyFromLogits`] |
/// |---|---|---|
/// | softmax | of its probabilities, computed from its input as Keras does | the same |
/// | sigmoid | of its values scaled to a sum of 1: the sigmoid is applied | softmax of its input: the sigmoid is left out |
/// | linear | an error: outputs are no probabilities | softmax of the outputs |
///
/// Keras leaves a final sigmoid out of this loss whatever `from_logits` says, because the activation
/// hands its input on to the loss; so does the Keras of assignment A4. What it would do if it were
/// applied is [`Self::CrossEntropy`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Loss {
    /// Keras' `SparseCategoricalCrossentropy()` of probabilities.
    CrossEntropy,
    /// Keras' `SparseCategoricalCrossentropy(from_logits=True)`.
    CrossEntropyFromLogits,
}

impl Loss {
    /// The loss that goes with the last layer.
    pub(super) fn default_for(architecture: &Sequential) -> Self {
        match last_activation(architecture) {
            Activation::Softmax | Activation::Sigmoid => Self::CrossEntropy,
            _ => Self::CrossEntropyFromLogits,
        }
    }

    /// Whether the loss is computed from what goes into the last activation.
    pub(super) fn takes_logits(self, last: Activation) -> bool {
        self == Self::CrossEntropyFromLogits || last == Activation::Softmax
    }

    /// Whether the outputs of the last layer can be what the loss needs.
    pub(super) fn check(self, last: Activation) -> Result<()> {
        if self.takes_logits(last) || last == Activation::Sigmoid {
            return Ok(());
        }
        let expected = "a last layer with softmax or sigmoid, or Loss::CrossEntropyFromLogits";
        Err(Error::parameter("loss", expected, (self, last)))
    }
}
