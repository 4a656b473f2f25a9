//! What all layers have in common before they have weights.

use fashion_base::random::Stream;
use fashion_kernels::activation::Activation;
use serde::{Deserialize, Serialize};

use crate::nn::initializer::Initializer;
use crate::{Error, Float, Result};

/// What a layer is, without weights. Shapes are those of one sample: (height, width, channels) or
/// (features).
pub trait Settings {
    /// The layer's name in Keras, which is where default names come from.
    fn base_name(&self) -> &'static str;

    /// What the layer table says about the layer.
    fn describe(&self) -> String;

    /// The shape that an input of this shape comes out with.
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) if the layer cannot take the input,
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for settings outside
    /// their range.
    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>>;

    /// Shape of the weights for an input of this shape: (kernel height, kernel width, channels in,
    /// filters) or (inputs, units); `None` for layers without weights.
    fn kernel_shape(&self, _input: &[usize]) -> Option<Vec<usize>> {
        None
    }

    /// Settings of the weights, if the layer has weights.
    fn weights(&self) -> Option<&WeightSettings> {
        None
    }

    /// As [`Self::weights`], to change.
    fn weights_mut(&mut self) -> Option<&mut WeightSettings> {
        None
    }
}

/// What dense and convolutional layers have in common.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WeightSettings {
    /// Applied to the output.
    pub activation: Activation,
    /// Where the weights start.
    pub kernel: Initializer,
    /// Where the biases start.
    pub bias: Initializer,
    /// λ of the penalty λ Σ w² over the weights, without biases, as Keras' `kernel_regularizer`.
    pub l2: f64,
}

impl Default for WeightSettings {
    fn default() -> Self {
        Self {
            activation: Activation::Linear,
            kernel: Initializer::GlorotUniform,
            bias: Initializer::Zeros,
            l2: 0.0,
        }
    }
}

impl WeightSettings {
    pub(super) fn check(&self) -> Result<()> {
        self.activation.check()?;
        self.kernel.check()?;
        self.bias.check()?;
        if !(self.l2 >= 0.0 && self.l2.is_finite()) {
            return Err(Error::parameter("l2", "a number of at least 0", self.l2));
        }
        Ok(())
    }

    /// Weights of this shape, (.., inputs, outputs) with the window of a convolution before them, and
    /// one bias per output.
    pub(super) fn draw<E: Float>(
        &self,
        shape: &[usize],
        stream: &mut Stream,
    ) -> Result<(Vec<E>, Vec<E>)> {
        self.check()?;
        let (window, [inputs, outputs]) = shape.split_at(shape.len() - 2) else {
            return Err(Error::shape("weights", "two axes or more", shape));
        };
        let window: usize = window.iter().product();
        let fans = (window * inputs, window * outputs);
        let kernel = self.kernel.draw(stream, window * inputs * outputs, fans);
        Ok((kernel, self.bias.draw(stream, *outputs, fans)))
    }

    /// ", ReLU" and the like; nothing for a linear layer.
    pub(super) fn describe_activation(&self) -> String {
        match self.activation {
            Activation::Linear => String::new(),
            other => format!(", {}", activation_name(other)),
        }
    }
}

/// An activation's name for readers.
pub(crate) fn activation_name(activation: Activation) -> String {
    match activation {
        Activation::Linear => "linear".into(),
        Activation::Relu => "ReLU".into(),
        Activation::LeakyRelu(slope) => format!("leaky ReLU {slope}"),
        Activation::Sigmoid => "sigmoid".into(),
        Activation::Tanh => "tanh".into(),
        Activation::Softmax => "softmax".into(),
    }
}

/// All of `values` must be at least 1.
pub(super) fn positive(name: &'static str, values: &[usize]) -> Result<()> {
    let valid = values.iter().all(|&value| value > 0);
    if valid { Ok(()) } else { Err(Error::parameter(name, "at least 1", values)) }
}

/// An input that the layer cannot take.
pub(super) fn unfit<T>(layer: &'static str, expected: &str, input: &[usize]) -> Result<T> {
    Err(Error::shape(layer, expected, format_args!("{input:?}")))
}

/// The number of values along these axes.
///
/// # Errors
/// [`Error::Shape`](fashion_kernels::Error::Shape) if it is not a `usize`.
pub(super) fn volume(layer: &'static str, axes: &[usize]) -> Result<usize> {
    let size = axes.iter().try_fold(1_usize, |size, &axis| size.checked_mul(axis));
    size.ok_or_else(|| Error::shape(layer, "axes whose product can be counted", axes))
}
