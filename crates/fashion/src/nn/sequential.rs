//! The architecture of a network, built layer by layer at run time.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use fashion_kernels::activation::Activation;
use fashion_kernels::memory;
use fashion_kernels::window::{Padding, Pool2d};

use super::initializer::Initializer;
use super::layer::{Layer, LayerKind};
use super::layers::conv2d::Conv2dConfig;
use super::layers::dense::DenseConfig;
use super::layers::dropout::DropoutConfig;
use super::layers::settings::{Settings, WeightSettings};
use super::layers::shape::{PermuteConfig, Reshape};
use crate::show::{Bundle, Render, Table};
use crate::{Error, Result};
use fashion_base::text::thousands;

/// A stack of layers without weights, in the manner of Keras' `Sequential`.
///
/// Layers are added one after the other. An activation becomes part of a dense or convolutional layer
/// that it directly follows, and `l2`, `same`, `strides`, `named`, `kernel_initializer` and
/// `bias_initializer` set up the layer that was added last. A mistake is reported by [`Self::build`].
///
/// ```
/// use fashion::nn::Sequential;
///
/// let architecture = Sequential::new([28, 28, 1])
///     .conv2d(32, 3).relu()
///     .conv2d(64, 3).relu()
///     .max_pool2d(2)
///     .dropout(0.25)
///     .flatten()
///     .dense(128).relu()
///     .dropout(0.5)
///     .dense(10).softmax();
/// assert_eq!(architecture.n_parameters()?, 1_199_882);
/// let network = architecture.build(1)?;
/// assert_eq!(network.weights("conv2d")?.shape(), [3, 3, 1, 32]);
/// # Ok::<(), fashion::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sequential {
    input: Vec<usize>,
    layers: Vec<Layer>,
    /// The first setting that had no layer to go to.
    #[serde(skip)]
    misuse: Option<Misuse>,
}

#[derive(Debug, Clone, PartialEq)]
struct Misuse {
    setting: &'static str,
    expected: &'static str,
    got: String,
}

impl Sequential {
    /// A network without layers for samples of this shape: `[28, 28, 1]` for grey images, `[784]` for
    /// rows of features.
    pub fn new(input: impl Into<Vec<usize>>) -> Self {
        Self { input: input.into(), layers: Vec::new(), misuse: None }
    }

    /// A convolution with `filters` kernels of `kernel` x `kernel`, stride 1, without padding.
    #[must_use]
    pub fn conv2d(self, filters: usize, kernel: usize) -> Self {
        self.layer(LayerKind::Conv2d(Conv2dConfig::new(filters, kernel)))
    }

    /// The maximum over windows of `size` x `size`.
    #[must_use]
    pub fn max_pool2d(self, size: usize) -> Self {
        self.layer(LayerKind::MaxPool2d(Pool2d::square(size)))
    }

    /// The mean over windows of `size` x `size`.
    #[must_use]
    pub fn average_pool2d(self, size: usize) -> Self {
        self.layer(LayerKind::AveragePool2d(Pool2d::square(size)))
    }

    /// Drops a share of the values in training.
    #[must_use]
    pub fn dropout(self, rate: f64) -> Self {
        self.layer(LayerKind::Dropout(DropoutConfig { rate }))
    }

    /// All axes as one.
    #[must_use]
    pub fn flatten(self) -> Self {
        self.layer(LayerKind::Flatten)
    }

    /// A fully connected layer.
    #[must_use]
    pub fn dense(self, units: usize) -> Self {
        self.layer(LayerKind::Dense(DenseConfig::new(units)))
    }

    /// Another shape for the same values.
    #[must_use]
    pub fn reshape(self, shape: impl Into<Vec<usize>>) -> Self {
        self.layer(LayerKind::Reshape(Reshape { shape: shape.into() }))
    }

    /// The axes of a sample in another order, counted from 0.
    #[must_use]
    pub fn permute(self, axes: impl Into<Vec<usize>>) -> Self {
        self.layer(LayerKind::Permute(PermuteConfig { axes: axes.into() }))
    }

    /// max(x, 0).
    #[must_use]
    pub fn relu(self) -> Self {
        self.activation(Activation::Relu)
    }

    /// x above 0, slope x below.
    #[must_use]
    pub fn leaky_relu(self, slope: f64) -> Self {
        self.activation(Activation::LeakyRelu(slope))
    }

    /// 1 / (1 + exp(-x)).
    #[must_use]
    pub fn sigmoid(self) -> Self {
        self.activation(Activation::Sigmoid)
    }

    /// tanh(x).
    #[must_use]
    pub fn tanh(self) -> Self {
        self.activation(Activation::Tanh)
    }

    /// exp(x), scaled to a sum of 1.
    #[must_use]
    pub fn softmax(self) -> Self {
        self.activation(Activation::Softmax)
    }

    /// Any activation; part of the last layer if that has weights and no activation yet.
    #[must_use]
    pub fn activation(mut self, activation: Activation) -> Self {
        let last = self.layers.last_mut().and_then(|layer| layer.kind.weight_settings_mut());
        match last {
            Some(settings) if settings.activation == Activation::Linear => {
                settings.activation = activation;
                self
            }
            _ => self.layer(LayerKind::Activation(activation)),
        }
    }

    /// Adds any layer, under the next free default name.
    #[must_use]
    pub fn layer(mut self, kind: LayerKind) -> Self {
        let base = kind.base_name();
        // A set: thousands of layers would compare all names with all, for each number that is tried.
        let taken: HashSet<&str> = self.layers.iter().map(|layer| layer.name.as_str()).collect();
        let numbered = (1..).map(|number| format!("{base}_{number}"));
        let name = std::iter::once(base.to_owned())
            .chain(numbered)
            .find(|name| !taken.contains(name.as_str()));
        self.layers.push(Layer { name: name.unwrap_or_default(), kind });
        self
    }

    /// Names the last layer.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        let taken = self.layers.iter().rev().skip(1).any(|layer| layer.name == name);
        match self.layers.last_mut() {
            Some(layer) if !taken && !name.contains('/') => layer.name = name,
            _ => self.misused("named", NAMES, name),
        }
        self
    }

    /// Adds λ Σ w² over the last layer's weights to the loss.
    #[must_use]
    pub fn l2(self, lambda: f64) -> Self {
        self.set("l2", |settings| settings.l2 = lambda)
    }

    /// Where the last layer's weights start; [`Initializer::GlorotUniform`] if it is not said.
    #[must_use]
    pub fn kernel_initializer(self, initializer: Initializer) -> Self {
        self.set("kernel_initializer", |settings| settings.kernel = initializer)
    }

    /// Where the last layer's biases start; [`Initializer::Zeros`] if it is not said.
    #[must_use]
    pub fn bias_initializer(self, initializer: Initializer) -> Self {
        self.set("bias_initializer", |settings| settings.bias = initializer)
    }

    /// Pads the last convolution so that stride 1 keeps the size of the image.
    #[must_use]
    pub fn same(mut self) -> Self {
        match self.layers.last_mut().map(|layer| &mut layer.kind) {
            Some(LayerKind::Conv2d(settings)) => settings.padding = Padding::Same,
            _ => self.misused("same", "a convolution before it", self.last_name()),
        }
        self
    }

    /// The step of the last convolution, in both directions.
    #[must_use]
    pub fn strides(mut self, step: usize) -> Self {
        match self.layers.last_mut().map(|layer| &mut layer.kind) {
            Some(LayerKind::Conv2d(settings)) => settings.stride = step,
            _ => self.misused("strides", "a convolution before it", self.last_name()),
        }
        self
    }

    fn set(mut self, setting: &'static str, set: impl FnOnce(&mut WeightSettings)) -> Self {
        match self.layers.last_mut().and_then(|layer| layer.kind.weight_settings_mut()) {
            Some(settings) => set(settings),
            None => self.misused(setting, "a dense or conv2d layer before it", self.last_name()),
        }
        self
    }

    fn last_name(&self) -> String {
        self.layers.last().map_or("the input", |layer| &layer.name).to_owned()
    }

    fn misused(&mut self, setting: &'static str, expected: &'static str, got: String) {
        self.misuse.get_or_insert(Misuse { setting, expected, got });
    }

    /// The shape of one sample.
    pub fn input_shape(&self) -> &[usize] {
        &self.input
    }

    /// The layers, from input to output.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The first layers, up to the one with this name, flattened to rows.
    pub(super) fn up_to(&self, name: &str) -> Result<Self> {
        let Some(last) = self.layers.iter().position(|layer| layer.name == name) else {
            let names: Vec<_> = self.layers.iter().map(|layer| layer.name.as_str()).collect();
            return Err(Error::parameter("layer", format!("one of {names:?}"), name));
        };
        let head = Self { layers: self.layers[..=last].to_vec(), ..self.clone() };
        let flat = head.shapes()?[last + 1].len() == 1;
        Ok(if flat { head } else { head.flatten() })
    }

    /// The shape of one sample before the first layer and after each layer.
    ///
    /// # Errors
    /// As [`Self::build`].
    pub fn shapes(&self) -> Result<Vec<Vec<usize>>> {
        if let Some(Misuse { setting, expected, got }) = &self.misuse {
            return Err(fashion_kernels::Error::InvalidParameter {
                name: setting,
                expected: (*expected).into(),
                got: got.clone(),
            }
            .into());
        }
        if self.input.is_empty() || self.input.contains(&0) {
            return Err(Error::parameter("input shape", "axes of at least 1", &self.input));
        }
        self.check_names()?;
        let mut shapes = vec![limited("sample", self.input.clone(), LARGEST_SAMPLE)?];
        let mut weights = 0_u64;
        for layer in &self.layers {
            let input = &shapes[shapes.len() - 1];
            let output = layer.kind.output_shape(input)?;
            let kernel = layer.kind.kernel_shape(input).unwrap_or_default();
            weights = weights.saturating_add(memory::bytes_of::<f32>(&kernel));
            limited("weights", kernel, LARGEST_WEIGHTS)?;
            shapes.push(limited("sample", output, LARGEST_SAMPLE)?);
        }
        memory::check("weights of a network", weights)?;
        Ok(shapes)
    }

    /// Files keep tensors under `name/weights` and, for a fit that goes on, `best/name/weights`: two layers
    /// must not come to the same name.
    fn check_names(&self) -> Result<()> {
        let mut seen = HashSet::new();
        match self.layers.iter().find(|layer| layer.name.contains('/') || !seen.insert(&layer.name))
        {
            Some(layer) => Err(Error::parameter("named", NAMES, &layer.name)),
            None => Ok(()),
        }
    }

    /// The number of weights and biases.
    ///
    /// # Errors
    /// As [`Self::build`].
    pub fn n_parameters(&self) -> Result<usize> {
        let shapes = self.shapes()?;
        let pairs = self.layers.iter().zip(&shapes);
        Ok(pairs.map(|(layer, input)| layer.kind.n_parameters(input)).sum())
    }

    /// The layer table: names, output shapes, parameter counts.
    ///
    /// # Errors
    /// As [`Self::build`].
    pub fn summary(&self) -> Result<Table> {
        let shapes = self.shapes()?;
        let mut table = Table::new("", ["layer", "type", "output shape", "parameters"]);
        table.push(["input", "", &shape_text(&self.input), "0"]);
        for (index, layer) in self.layers.iter().enumerate() {
            table.push([
                layer.name.clone(),
                layer.kind.describe(),
                shape_text(&shapes[index + 1]),
                thousands(layer.kind.n_parameters(&shapes[index])),
            ]);
        }
        Ok(table.caption(format!("{} parameters", thousands(self.n_parameters()?))))
    }

    /// The activation that the output comes from.
    pub(super) fn last_activation(&self) -> Activation {
        match self.layers.last().map(|layer| &layer.kind) {
            Some(LayerKind::Activation(activation)) => *activation,
            Some(kind) => kind.weight_settings().map_or(Activation::Linear, |s| s.activation),
            None => Activation::Linear,
        }
    }
}

const NAMES: &str = "a layer before it, and a name without `/` that no other layer has";

/// Far more than images and their layers have; their products and sums stay numbers.
const LARGEST_SAMPLE: usize = 1 << 24;
const LARGEST_WEIGHTS: usize = 1 << 28;

/// The shape, if it has at most so many values.
fn limited(what: &'static str, shape: Vec<usize>, most: usize) -> Result<Vec<usize>> {
    let size = shape.iter().try_fold(1_usize, |size, &axis| size.checked_mul(axis));
    if size.is_some_and(|size| size <= most) {
        Ok(shape)
    } else {
        Err(Error::shape(what, format!("at most {} values", thousands(most)), shape))
    }
}

/// "28 x 28 x 1"
fn shape_text(shape: &[usize]) -> String {
    shape.iter().map(usize::to_string).collect::<Vec<_>>().join(" x ")
}

impl std::fmt::Display for Sequential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.summary() {
            Ok(table) => table.fmt(f),
            Err(error) => error.fmt(f),
        }
    }
}

impl Render for Sequential {
    fn render(&self) -> Bundle {
        match self.summary() {
            Ok(table) => table.render(),
            Err(error) => Bundle::text(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(architecture: &Sequential) -> Vec<usize> {
        let shapes = architecture.shapes().unwrap();
        let layers = architecture.layers().iter().zip(&shapes);
        layers.map(|(layer, input)| layer.kind.n_parameters(input)).filter(|&n| n > 0).collect()
    }

    /// A3's network; `channels_as_rows` reads the first convolution's (channels, height, width) as
    /// (height, width, channels), which is what the original's parameter counts say.
    fn a3(channels_as_rows: bool) -> Sequential {
        let mut network = Sequential::new([28, 28, 1]).conv2d(32, 3).relu();
        if channels_as_rows {
            network = network.permute([2, 0, 1]);
        }
        let network = network.conv2d(64, 3).relu().max_pool2d(2).dropout(0.25).flatten();
        network.dense(128).relu().dropout(0.5).dense(10).softmax()
    }

    #[test]
    fn a3_has_the_printed_counts_with_channels_as_rows_and_the_intended_ones_without() {
        assert_eq!(counts(&a3(true)), [320, 15_040, 1_474_688, 1_290]);
        assert_eq!(a3(true).n_parameters().unwrap(), 1_491_338);
        assert_eq!(a3(false).n_parameters().unwrap(), 1_199_882);
    }

    #[test]
    fn a2_has_the_printed_count() {
        let mut network = Sequential::new([28, 28, 1]);
        for _ in 0..3 {
            network = network.conv2d(5, 10).same().relu();
        }
        let network = network.average_pool2d(2).conv2d(16, 5).relu().average_pool2d(2).flatten();
        let network = network.dense(84).relu().l2(1e-4).dense(10).softmax().l2(1e-4);
        assert_eq!(network.n_parameters().unwrap(), 42_065);
    }

    #[test]
    fn names_are_unique_and_settings_reach_the_last_layer() {
        let network = Sequential::new([4]).dense(3).l2(0.5).named("hidden").dense(2).dense(2);
        let names: Vec<_> = network.layers().iter().map(|layer| layer.name.as_str()).collect();
        assert_eq!(names, ["hidden", "dense", "dense_1"]);
        assert_eq!(network.layers()[0].kind.weight_settings().unwrap().l2, 0.5);
    }

    #[track_caller]
    fn assert_fails(network: &Sequential, message: &str) {
        let error = network.shapes().unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }

    #[test]
    fn mistakes_are_named() {
        let images = || Sequential::new([28, 28, 1]);
        assert_fails(&images().dense(10), "add `.flatten()`");
        assert_fails(&images().flatten().l2(0.1), "l2: expected a dense or conv2d layer");
        assert_fails(&images().conv2d(3, 30), "the kernel's size, 30");
        assert_fails(&images().dropout(1.0), "[0, 1)");
        assert_fails(&images().reshape([3, 3]), "reshape");
        assert_fails(&images().permute([0, 1, 1]), "permute");
        assert_fails(&Sequential::new([0, 2]), "input shape");
        assert_fails(&images().conv2d(0, 3), "at least 1");
    }

    #[test]
    fn the_table_lists_every_layer_with_its_shape_and_count() {
        let text = a3(false).to_string();
        for part in ["conv2d_1", "24 x 24 x 64", "18,496", "1,179,776", "1,199,882 parameters"] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
    }
}
