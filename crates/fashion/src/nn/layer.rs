//! What a layer is, before it has weights: its settings, its output shape, its parameter count.

use serde::{Deserialize, Serialize};

use super::Initializer;
use super::ops::{Activation, Padding, Pool2d};
use crate::{Error, Result};

/// One layer of a [`Sequential`](super::Sequential) network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    /// Unique within the network: "dense", "dense_1", or the name that was given.
    pub name: String,
    /// What the layer does.
    pub kind: LayerKind,
}

/// What a layer does. Shapes are those of one sample: (height, width, channels) or (features).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum LayerKind {
    /// Cross-correlation with `filters` kernels, a bias, an activation.
    Conv2d {
        /// The number of channels of the output.
        filters: usize,
        /// Height and width of the kernel.
        kernel: [usize; 2],
        /// Step in both directions.
        stride: usize,
        /// What happens at the border.
        padding: Padding,
        /// Settings shared with dense layers.
        weights: WeightSettings,
    },
    /// y = f(x W + b).
    Dense {
        /// The number of outputs.
        units: usize,
        /// Settings shared with convolutions.
        weights: WeightSettings,
    },
    /// The largest value of each window.
    MaxPool2d(Pool2d),
    /// The mean of each window.
    AveragePool2d(Pool2d),
    /// In training, sets a random share of the values to 0 and scales the rest by 1 / (1 - rate).
    Dropout {
        /// The share, in [0, 1).
        rate: f64,
    },
    /// All axes as one, in their order.
    Flatten,
    /// The same values, in the same order, under another shape.
    Reshape {
        /// The shape of one sample.
        shape: Vec<usize>,
    },
    /// The axes of a sample in another order: output axis i is input axis `axes[i]`.
    Permute {
        /// Input axes, counted from 0 (Keras' `Permute` counts from 1).
        axes: Vec<usize>,
    },
    /// An activation that does not directly follow a dense or convolutional layer.
    Activation(Activation),
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

impl LayerKind {
    /// The layer's name in Keras, which is where default names come from.
    pub(super) fn base_name(&self) -> &'static str {
        match self {
            Self::Conv2d { .. } => "conv2d",
            Self::Dense { .. } => "dense",
            Self::MaxPool2d(_) => "max_pooling2d",
            Self::AveragePool2d(_) => "average_pooling2d",
            Self::Dropout { .. } => "dropout",
            Self::Flatten => "flatten",
            Self::Reshape { .. } => "reshape",
            Self::Permute { .. } => "permute",
            Self::Activation(_) => "activation",
        }
    }

    /// What the layer table says about the layer.
    pub(super) fn describe(&self) -> String {
        let activation = |settings: &WeightSettings| match settings.activation {
            Activation::Linear => String::new(),
            other => format!(", {}", activation_name(other)),
        };
        match self {
            Self::Conv2d { filters, kernel: [h, w], stride, padding, weights } => {
                let padding = match padding {
                    Padding::Valid => "",
                    Padding::Same => ", same",
                    Padding::Explicit { .. } => ", padded",
                };
                let stride =
                    if *stride == 1 { String::new() } else { format!(", stride {stride}") };
                format!("Conv2d {filters}, {h} x {w}{stride}{padding}{}", activation(weights))
            }
            Self::Dense { units, weights } => format!("Dense {units}{}", activation(weights)),
            Self::MaxPool2d(Pool2d { size: (h, w), .. }) => format!("MaxPool2d {h} x {w}"),
            Self::AveragePool2d(Pool2d { size: (h, w), .. }) => format!("AveragePool2d {h} x {w}"),
            Self::Dropout { rate } => format!("Dropout {rate}"),
            Self::Flatten => "Flatten".into(),
            Self::Reshape { .. } => "Reshape".into(),
            Self::Permute { axes } => format!("Permute {axes:?}"),
            Self::Activation(activation) => activation_name(*activation),
        }
    }

    /// Settings of the weights, if the layer has weights.
    pub fn weight_settings(&self) -> Option<&WeightSettings> {
        match self {
            Self::Conv2d { weights, .. } | Self::Dense { weights, .. } => Some(weights),
            _ => None,
        }
    }

    pub(super) fn weight_settings_mut(&mut self) -> Option<&mut WeightSettings> {
        match self {
            Self::Conv2d { weights, .. } | Self::Dense { weights, .. } => Some(weights),
            _ => None,
        }
    }

    /// Shape of the weights for an input of this shape: (kernel height, kernel width, channels in,
    /// filters) or (inputs, units); `None` for layers without weights.
    pub fn kernel_shape(&self, input: &[usize]) -> Option<Vec<usize>> {
        match (self, input) {
            (Self::Conv2d { filters, kernel: [h, w], .. }, &[.., channels]) => {
                Some(vec![*h, *w, channels, *filters])
            }
            (Self::Dense { units, .. }, &[.., inputs]) => Some(vec![inputs, *units]),
            _ => None,
        }
    }

    /// The number of weights and biases for an input of this shape.
    pub fn parameters(&self, input: &[usize]) -> usize {
        self.kernel_shape(input)
            .map_or(0, |shape| shape.iter().product::<usize>() + shape.last().copied().unwrap_or(0))
    }

    /// The shape that an input of this shape comes out with.
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) if the layer cannot take the input, [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for settings
    /// outside their range.
    pub fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>> {
        self.check()?;
        let wrong = |operation, expected: String| {
            Err(Error::shape(operation, expected, format_args!("{input:?}")))
        };
        match (self, input) {
            (Self::Conv2d { filters, kernel, stride, padding, .. }, &[h, w, _]) => {
                let (h, w) = convolved((h, w), *kernel, *stride, *padding)?;
                Ok(vec![h, w, *filters])
            }
            (Self::Conv2d { .. }, _) => {
                wrong("conv2d", "an input of (height, width, channels)".into())
            }
            (Self::MaxPool2d(pool) | Self::AveragePool2d(pool), &[h, w, channels]) => {
                let (h, w) = pool.output(h, w)?;
                Ok(vec![h, w, channels])
            }
            (Self::MaxPool2d(_) | Self::AveragePool2d(_), _) => {
                wrong("pooling", "an input of (height, width, channels)".into())
            }
            (Self::Dense { units, .. }, &[_]) => Ok(vec![*units]),
            (Self::Dense { .. }, _) => {
                wrong("dense", "an input of (features); add `.flatten()` before it".into())
            }
            (Self::Flatten, _) => Ok(vec![input.iter().product()]),
            (Self::Reshape { shape }, _) => {
                if shape.iter().product::<usize>() != input.iter().product::<usize>() {
                    return wrong("reshape", format!("as many values as {shape:?} has"));
                }
                Ok(shape.clone())
            }
            (Self::Permute { axes }, _) => {
                let mut sorted = axes.clone();
                sorted.sort_unstable();
                if !sorted.iter().copied().eq(0..input.len()) {
                    return wrong("permute", format!("an input whose axes are those of {axes:?}"));
                }
                Ok(axes.iter().map(|&axis| input[axis]).collect())
            }
            (Self::Activation(Activation::Softmax), &[_, _]) => {
                wrong("softmax", "an input of (classes) or (height, width, channels)".into())
            }
            (Self::Dropout { .. } | Self::Activation(_), _) => Ok(input.to_vec()),
        }
    }

    fn check(&self) -> Result<()> {
        let positive = |name, values: &[usize]| {
            let valid = values.iter().all(|&v| v > 0);
            if valid { Ok(()) } else { Err(Error::parameter(name, "at least 1", values)) }
        };
        match self {
            Self::Conv2d { filters, kernel, stride, .. } => {
                positive(
                    "conv2d: filters, kernel, stride",
                    &[*filters, kernel[0], kernel[1], *stride],
                )?;
            }
            Self::Dense { units, .. } => positive("dense: units", &[*units])?,
            Self::Dropout { rate } if !(0.0..1.0).contains(rate) => {
                return Err(Error::parameter("dropout: rate", "a number in [0, 1)", rate));
            }
            Self::Reshape { shape } => positive("reshape: shape", shape)?,
            _ => {}
        }
        if let Some(settings) = self.weight_settings() {
            settings.kernel.check()?;
            settings.bias.check()?;
            if !(settings.l2 >= 0.0 && settings.l2.is_finite()) {
                return Err(Error::parameter("l2", "a number of at least 0", settings.l2));
            }
        }
        Ok(())
    }
}

/// Height and width of a convolution's output.
fn convolved(
    (height, width): (usize, usize),
    kernel: [usize; 2],
    stride: usize,
    padding: Padding,
) -> Result<(usize, usize)> {
    let (rows, columns) = match padding {
        Padding::Same => return Ok((height.div_ceil(stride), width.div_ceil(stride))),
        Padding::Valid => (0, 0),
        Padding::Explicit { top, bottom, left, right } => (top + bottom, left + right),
    };
    let padded = (height + rows, width + columns);
    if padded.0 < kernel[0] || padded.1 < kernel[1] {
        let expected = format!("an image of at least {kernel:?} with its padding");
        return Err(Error::shape("conv2d", expected, padded));
    }
    Ok(((padded.0 - kernel[0]) / stride + 1, (padded.1 - kernel[1]) / stride + 1))
}

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
