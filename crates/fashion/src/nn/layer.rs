//! All kinds of layers: without weights, as an architecture lists them, and with weights.

use dfdx::nn::Module;
use dfdx::tensor::{Cpu, Tape};
use fashion_base::random::{Purpose, Stream};
use fashion_kernels::activation::Activation;
use fashion_kernels::window::Pool2d;
use serde::{Deserialize, Serialize};

use super::batch::Batch;
use super::layers::activation::Activate;
use super::layers::conv2d::{Conv2d, Conv2dConfig};
use super::layers::dense::{Dense, DenseConfig};
use super::layers::dropout::{DropoutConfig, dropout};
use super::layers::pool::{AveragePool2d, MaxPool2d};
use super::layers::settings::{Settings, WeightSettings};
use super::layers::shape::{Flatten, Permute, PermuteConfig, Reshape};
use super::parameters::{Parameter, ParameterMut, Parameters};
use crate::{Float, Result};

/// One layer of a [`Sequential`](super::Sequential) network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    /// Unique within the network: "dense", "dense_1", or the name that was given.
    pub name: String,
    /// What the layer does.
    pub kind: LayerKind,
}

/// What a layer does. Its [`Settings`] say the rest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum LayerKind {
    /// Cross-correlation with kernels, a bias, an activation.
    Conv2d(Conv2dConfig),
    /// y = f(x W + b).
    Dense(DenseConfig),
    /// The largest value of each window.
    MaxPool2d(Pool2d),
    /// The mean of each window.
    AveragePool2d(Pool2d),
    /// In training, sets a random share of the values to 0 and scales the rest by 1 / (1 - rate).
    Dropout(DropoutConfig),
    /// All axes as one, in their order.
    Flatten,
    /// The same values, in the same order, under another shape.
    Reshape(Reshape),
    /// The axes of a sample in another order.
    Permute(PermuteConfig),
    /// An activation that does not directly follow a dense or convolutional layer.
    Activation(Activation),
}

impl LayerKind {
    /// Calls `ask` with the layer's settings.
    fn with<R>(&self, ask: impl FnOnce(&dyn Settings) -> R) -> R {
        match self {
            Self::Conv2d(settings) => ask(settings),
            Self::Dense(settings) => ask(settings),
            Self::MaxPool2d(pool) => ask(&MaxPool2d(*pool)),
            Self::AveragePool2d(pool) => ask(&AveragePool2d(*pool)),
            Self::Dropout(settings) => ask(settings),
            Self::Flatten => ask(&Flatten),
            Self::Reshape(settings) => ask(settings),
            Self::Permute(settings) => ask(settings),
            Self::Activation(activation) => ask(activation),
        }
    }

    /// Settings of the weights, if the layer has weights.
    pub fn weight_settings(&self) -> Option<&WeightSettings> {
        match self {
            Self::Conv2d(settings) => settings.weights(),
            Self::Dense(settings) => settings.weights(),
            _ => None,
        }
    }

    pub(super) fn weight_settings_mut(&mut self) -> Option<&mut WeightSettings> {
        match self {
            Self::Conv2d(settings) => settings.weights_mut(),
            Self::Dense(settings) => settings.weights_mut(),
            _ => None,
        }
    }

    /// The number of weights and biases for an input of this shape; of a layer that no memory holds, the
    /// largest `usize`.
    pub fn n_parameters(&self, input: &[usize]) -> usize {
        let product =
            |shape: &[usize]| shape.iter().fold(1_usize, |n, &axis| n.saturating_mul(axis));
        self.kernel_shape(input)
            .map_or(0, |shape| product(&shape).saturating_add(shape.last().copied().unwrap_or(0)))
    }

    /// The layer with weights drawn from `stream`, for inputs of this shape.
    pub(super) fn build<E: Float>(&self, input: &[usize], stream: &mut Stream) -> Result<Built<E>> {
        let last = input.last().copied().unwrap_or(1);
        Ok(match self {
            Self::Conv2d(settings) => Built::Conv2d(settings.draw(last, stream)?),
            Self::Dense(settings) => Built::Dense(settings.draw(last, stream)?),
            Self::MaxPool2d(pool) => Built::MaxPool2d(MaxPool2d(*pool)),
            Self::AveragePool2d(pool) => Built::AveragePool2d(AveragePool2d(*pool)),
            Self::Dropout(settings) => Built::Dropout(*settings),
            Self::Flatten => Built::Rows,
            // Rows stay rows; the next layer knows the shape that it reads them in.
            Self::Reshape(_) => Built::Rows,
            Self::Permute(PermuteConfig { axes }) => {
                Built::Permute(Permute { axes: axes.clone(), sample: input.to_vec() })
            }
            Self::Activation(activation) => {
                Built::Activation(Activate { activation: *activation, width: last })
            }
        })
    }
}

impl Settings for LayerKind {
    fn base_name(&self) -> &'static str {
        self.with(|settings| settings.base_name())
    }

    fn describe(&self) -> String {
        self.with(|settings| settings.describe())
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>> {
        self.with(|settings| settings.output_shape(input))
    }

    fn kernel_shape(&self, input: &[usize]) -> Option<Vec<usize>> {
        self.with(|settings| settings.kernel_shape(input))
    }
}

/// A layer with its weights.
#[derive(Debug, Clone)]
pub(super) enum Built<E: Float> {
    Conv2d(Conv2d<E>),
    Dense(Dense<E>),
    MaxPool2d(MaxPool2d),
    AveragePool2d(AveragePool2d),
    Dropout(DropoutConfig),
    /// The batch as rows.
    Rows,
    Permute(Permute),
    Activation(Activate),
    /// Nothing: the layer before does this one's work too.
    Fused,
}

/// How a pass through a network differs between training and prediction.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pass {
    /// Seed and number of the training step; without them nothing is dropped.
    pub(super) dropout: Option<(u64, u64)>,
    /// Leave out a final softmax or sigmoid.
    pub(super) logits: bool,
}

impl<E: Float> Built<E> {
    /// What the layer makes of a batch of samples of the shape `input`; `place` is its number in the
    /// network.
    pub(super) fn forward<T: Tape<E, Cpu>>(
        &self,
        x: Batch<E, T>,
        input: &[usize],
        place: usize,
        pass: Pass,
    ) -> Result<Batch<E, T>> {
        Ok(match self {
            Self::Conv2d(layer) => Batch::Images(layer.try_forward(x.images(input)?)?),
            Self::Dense(layer) => Batch::Rows(layer.try_forward(x.rows()?)?),
            Self::MaxPool2d(layer) => Batch::Images(layer.try_forward(x.images(input)?)?),
            Self::AveragePool2d(layer) => Batch::Images(layer.try_forward(x.images(input)?)?),
            Self::Permute(layer) => Batch::Rows(layer.try_forward(x.rows()?)?),
            Self::Rows => Batch::Rows(x.rows()?),
            Self::Fused => x,
            Self::Activation(layer) => match x {
                Batch::Rows(x) => Batch::Rows(layer.try_forward(x)?),
                Batch::Images(x) => Batch::Images(layer.try_forward(x)?),
            },
            Self::Dropout(DropoutConfig { rate }) => {
                let Some((seed, step)) = pass.dropout else { return Ok(x) };
                let seed = Stream::new(seed, Purpose::Dropout, &[place]).next_u64();
                match x {
                    Batch::Rows(x) => Batch::Rows(dropout(x, *rate, seed, step)?),
                    Batch::Images(x) => Batch::Images(dropout(x, *rate, seed, step)?),
                }
            }
        })
    }

    /// The layer's own activation, if it has one.
    pub(super) fn activation_mut(&mut self) -> Option<&mut Activation> {
        match self {
            Self::Conv2d(layer) => Some(&mut layer.options.activation),
            Self::Dense(layer) => Some(&mut layer.activation),
            Self::Activation(layer) => Some(&mut layer.activation),
            _ => None,
        }
    }
}

impl<E: Float> Parameters<E> for Built<E> {
    fn parameters(&self) -> Vec<Parameter<'_, E>> {
        match self {
            Self::Conv2d(layer) => layer.parameters(),
            Self::Dense(layer) => layer.parameters(),
            _ => Vec::new(),
        }
    }

    fn parameters_mut(&mut self) -> Vec<ParameterMut<'_, E>> {
        match self {
            Self::Conv2d(layer) => layer.parameters_mut(),
            Self::Dense(layer) => layer.parameters_mut(),
            _ => Vec::new(),
        }
    }
}
