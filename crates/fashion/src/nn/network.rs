//! A network with weights.

use std::time::Duration;

use dfdx::nn::{Module, ModuleMut};
use dfdx::tensor::{Cpu, Tape};
use fashion_base::interrupt::Unfinished;
use fashion_base::random::{Purpose, Stream};
use fashion_kernels::activation::Activation;
use fashion_kernels::memory;
use ndarray::{Array1, Array4, ArrayD, Ix4, IxDyn};

use super::batch::Batch;
use super::element::Element;
use super::layer::{Built, LayerKind, Pass};
use super::loss::Loss;
use super::parameters::{Parameter, ParameterMut, Parameters};
use super::sequential::Sequential;
use super::shapes::{Matrix, Source};
use super::sums::sum_of_squares;
use super::tape::shape_of;
use crate::show::{Bundle, Render, Table};
use crate::{Error, Float, Result};

/// A [`Sequential`] architecture with weights and biases, made by [`Sequential::build`].
///
/// Samples are rows of an array with as many columns as the input shape has values: images stay the
/// rows of 784 pixels that the SVMs take too.
///
/// It is a dfdx model: [`Module`] predicts, and [`ModuleMut`] trains, with dropout at work. A max pool
/// behind a convolution is computed with it, and a softmax at the end with the loss. The gradient of
/// the input is not computed.
#[derive(Debug, Clone)]
pub struct Network<E: Float> {
    architecture: Sequential,
    /// The shape of a sample before each layer and after the last one.
    shapes: Vec<Vec<usize>>,
    /// One for each of the architecture's.
    layers: Vec<Built<E>>,
    pub(super) loss: Loss,
    /// Seed of the dropout masks, and number of the next training step.
    pub(super) dropout: (u64, u64),
    pub(super) fit_time: Option<Duration>,
    /// Of the last fit.
    pub(super) unfinished: Option<Unfinished>,
}

impl Sequential {
    /// The network in `f32` with weights drawn from `seed`.
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) if a layer cannot take what the layer before it gives,
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for a setting outside its range or without a layer to go to.
    pub fn build(&self, seed: u64) -> Result<Network<f32>> {
        self.build_as(seed)
    }

    /// [`Self::build`] in `f32` or `f64`.
    ///
    /// # Errors
    /// As [`Self::build`].
    pub fn build_as<E: Element>(&self, seed: u64) -> Result<Network<E>> {
        Network::new(self.clone(), seed)
    }
}

impl<E: Float> Network<E> {
    /// Draws the weights of `architecture` from `seed`.
    fn new(architecture: Sequential, seed: u64) -> Result<Self> {
        let shapes = architecture.shapes()?;
        if shapes.last().is_none_or(|shape| shape.len() != 1) {
            return Err(Error::shape(
                "network",
                "an output of (classes); end with `.flatten()` or `.dense(10)`",
                shapes.last(),
            ));
        }
        let mut layers = Vec::new();
        for (index, (layer, input)) in architecture.layers().iter().zip(&shapes).enumerate() {
            let mut stream = Stream::new(seed, Purpose::Weights, &[index]);
            layers.push(layer.kind.build(input, &mut stream)?);
        }
        fuse_pools(&mut layers);
        skip_gradient_of_data(&mut layers);
        let loss = Loss::default_for(architecture.last_activation());
        let dropout = (seed, 0);
        let (fit_time, unfinished) = (None, None);
        Ok(Self { architecture, shapes, layers, loss, dropout, fit_time, unfinished })
    }

    /// The outputs (samples, classes) of a batch of samples, one per row.
    pub(super) fn forward_pass<T: Tape<E, Cpu>>(
        &self,
        rows: Matrix<E, T>,
        pass: Pass,
    ) -> Result<Matrix<E, T>> {
        // Every layer's result, which a tape keeps.
        let sample = self.shapes.iter().map(|shape| memory::bytes_of::<E>(shape));
        let bytes = sample.fold(0, u64::saturating_add).saturating_mul(shape_of(&rows).0 as u64);
        memory::check("a batch in a network", bytes)?;
        let mut batch = Batch::Rows(rows);
        let last = self.layers.len().saturating_sub(1);
        for (index, (layer, input)) in self.layers.iter().zip(&self.shapes).enumerate() {
            batch = if pass.logits && index == last {
                logits_of(layer).forward(batch, input, index, pass)?
            } else {
                layer.forward(batch, input, index, pass)?
            };
        }
        batch.rows()
    }
}

/// A max pool directly behind a convolution becomes part of it, unless that ends in softmax.
fn fuse_pools<E: Float>(layers: &mut [Built<E>]) {
    for index in 1..layers.len() {
        let (before, here) = layers.split_at_mut(index);
        if let (Some(Built::Conv2d(convolution)), Built::MaxPool2d(pool)) =
            (before.last_mut(), &here[0])
        {
            convolution.options.max_pool = Some(pool.0);
            here[0] = Built::Fused;
        }
    }
}

/// Nobody needs the gradient of the data, so the first layer with weights computes none.
fn skip_gradient_of_data<E: Float>(layers: &mut [Built<E>]) {
    for layer in layers {
        match layer {
            Built::Conv2d(layer) => return layer.options.source = Source::Data,
            Built::Dense(layer) => return layer.source = Source::Data,
            _ => {}
        }
    }
}

/// The layer without a softmax or sigmoid of its own.
fn logits_of<E: Float>(layer: &Built<E>) -> Built<E> {
    // Tensors are shared by clones.
    let mut layer = layer.clone();
    if let Some(activation @ (Activation::Softmax | Activation::Sigmoid)) = layer.activation_mut() {
        *activation = Activation::Linear;
    }
    layer
}

impl<E: Float, T: Tape<E, Cpu>> Module<Matrix<E, T>> for Network<E> {
    type Output = Matrix<E, T>;
    type Error = Error;

    fn try_forward(&self, x: Matrix<E, T>) -> Result<Matrix<E, T>> {
        self.forward_pass(x, Pass::default())
    }
}

impl<E: Float, T: Tape<E, Cpu>> ModuleMut<Matrix<E, T>> for Network<E> {
    type Output = Matrix<E, T>;
    type Error = Error;

    /// A pass with dropout, each time with the masks of the next step.
    fn try_forward_mut(&mut self, x: Matrix<E, T>) -> Result<Matrix<E, T>> {
        let pass = Pass { dropout: Some(self.dropout), logits: false };
        self.dropout.1 += 1;
        self.forward_pass(x, pass)
    }
}

impl<E: Float> Parameters<E> for Network<E> {
    fn parameters(&self) -> Vec<Parameter<'_, E>> {
        self.layers.iter().flat_map(Built::parameters).collect()
    }

    fn parameters_mut(&mut self) -> Vec<ParameterMut<'_, E>> {
        self.layers.iter_mut().flat_map(Built::parameters_mut).collect()
    }
}

impl<E: Float> Network<E> {
    /// The architecture.
    pub fn architecture(&self) -> &Sequential {
        &self.architecture
    }

    /// The shape of one sample.
    pub fn input_shape(&self) -> &[usize] {
        self.architecture.input_shape()
    }

    /// The loss that [`Self::evaluate`] computes: that of the last fit, or before any fit the one that
    /// goes with the last layer.
    pub fn loss(&self) -> Loss {
        self.loss
    }

    /// The number of values in a sample.
    pub fn n_features(&self) -> usize {
        self.input_shape().iter().product()
    }

    /// The number of outputs.
    pub fn n_classes(&self) -> usize {
        self.shapes.last().map_or(0, |shape| shape.iter().product())
    }

    /// The number of weights and biases.
    pub fn n_parameters(&self) -> usize {
        Parameters::n_parameters(self)
    }

    /// How long the last fit took; `None` for a network that was read from a file or never fitted.
    pub fn fit_time(&self) -> Option<Duration> {
        self.fit_time
    }

    /// Whether the last fit was interrupted, also of a network that was saved after it.
    pub fn interrupted(&self) -> bool {
        self.unfinished.is_some()
    }

    /// The layer table: names, output shapes, parameter counts.
    ///
    /// # Errors
    /// None in practice: the architecture was checked when the network was built.
    pub fn summary(&self) -> Result<Table> {
        self.architecture.summary()
    }

    /// The weights of the layer with this name: (inputs, units) or (kernel height, kernel width,
    /// channels in, filters).
    ///
    /// # Errors
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) if no layer of that name
    /// has weights.
    pub fn weights(&self, layer: &str) -> Result<ArrayD<E>> {
        let [weights, _] = self.parameters_of(layer)?;
        let (shape, values) = (weights.tensor.sizes(), weights.tensor.values()?.to_vec());
        ArrayD::from_shape_vec(IxDyn(&shape), values)
            .map_err(|error| Error::shape("weights", format!("{shape:?}"), error))
    }

    /// The weights of the convolution with this name as images: (filters, channels in, kernel height,
    /// kernel width), what [`WeightImages::filters`](crate::show::WeightImages::filters) draws.
    ///
    /// # Errors
    /// As [`Self::weights`]; [`Error::Shape`](fashion_kernels::Error::Shape) if the layer is not a
    /// convolution.
    pub fn filters(&self, layer: &str) -> Result<Array4<E>> {
        let weights = self.weights(layer)?;
        let expected = "a convolution's (height, width, channels, filters)";
        let got = format!("{:?}", weights.shape());
        let weights = weights.into_dimensionality::<Ix4>();
        let weights = weights.map_err(|_| Error::shape("filters", expected, got))?;
        Ok(weights.permuted_axes([3, 2, 0, 1]))
    }

    /// The biases of the layer with this name.
    ///
    /// # Errors
    /// As [`Self::weights`].
    pub fn biases(&self, layer: &str) -> Result<Array1<E>> {
        let [_, biases] = self.parameters_of(layer)?;
        Ok(Array1::from(biases.tensor.values()?.to_vec()))
    }

    /// The first layers, up to the one with this name, with their weights: the [`outputs`](Self::outputs) of that network
    /// are what the layer gives, one row per sample. For a classifier that is to work on what this network has learned to see.
    ///
    /// ```
    /// use fashion::nn::Sequential;
    ///
    /// let network = Sequential::new([784]).dense(128).relu().dense(10).softmax().build(1)?;
    /// assert_eq!(network.up_to("dense")?.n_classes(), 128);
    /// # Ok::<(), fashion::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) if no layer has that name.
    pub fn up_to(&self, layer: &str) -> Result<Self>
    where
        E: Element,
    {
        let mut head = self.architecture.up_to(layer)?.build_as(0)?;
        head.assign_all(&self.all_values()?)?;
        Ok(head)
    }

    /// Replaces the weights of a layer.
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) if the shape is not that of [`Self::weights`];
    /// else as there.
    pub fn set_weights(&mut self, layer: &str, weights: &ArrayD<E>) -> Result<()> {
        let [parameter, _] = self.parameters_of_mut(layer)?;
        let expected = parameter.tensor.sizes();
        if weights.shape() != expected {
            return Err(Error::shape("set_weights", format!("{expected:?}"), weights.shape()));
        }
        let values = parameter.tensor.values_mut()?;
        values.iter_mut().zip(weights).for_each(|(value, &weight)| *value = weight);
        Ok(())
    }

    /// Replaces the biases of a layer.
    ///
    /// # Errors
    /// As [`Self::set_weights`].
    pub fn set_biases(&mut self, layer: &str, biases: &Array1<E>) -> Result<()> {
        let [_, parameter] = self.parameters_of_mut(layer)?;
        let expected = parameter.tensor.sizes();
        if biases.shape() != expected {
            return Err(Error::shape("set_biases", format!("{expected:?}"), biases.shape()));
        }
        let values = parameter.tensor.values_mut()?;
        values.iter_mut().zip(biases).for_each(|(value, &bias)| *value = bias);
        Ok(())
    }

    fn parameters_of(&self, name: &str) -> Result<[Parameter<'_, E>; 2]> {
        let found = self.layers[self.position(name)?].parameters();
        found.try_into().map_err(|_| Error::parameter("layer", "one with weights", name))
    }

    fn parameters_of_mut(&mut self, name: &str) -> Result<[ParameterMut<'_, E>; 2]> {
        let position = self.position(name)?;
        let found = self.layers[position].parameters_mut();
        found.try_into().map_err(|_| Error::parameter("layer", "one with weights", name))
    }

    fn position(&self, name: &str) -> Result<usize> {
        let layers = self.architecture.layers();
        let has_weights = |kind: &LayerKind| kind.weight_settings().is_some();
        let found = layers.iter().position(|layer| layer.name == name && has_weights(&layer.kind));
        found.ok_or_else(|| {
            let with_weights = layers.iter().filter(|layer| has_weights(&layer.kind));
            let names: Vec<_> = with_weights.map(|layer| layer.name.as_str()).collect();
            Error::parameter("layer", format!("one of {names:?}"), name)
        })
    }

    /// The parameters with the names that files give them: "dense/weights", "dense/biases", ...
    pub(super) fn named_parameters(&self) -> Vec<(String, Parameter<'_, E>)> {
        let layers = self.architecture.layers().iter().zip(&self.layers);
        let named = layers.flat_map(|(layer, built)| {
            built.parameters().into_iter().map(|p| (format!("{}/{}", layer.name, p.name), p))
        });
        named.collect()
    }

    /// A copy of the values of all parameters.
    pub(super) fn all_values(&self) -> Result<Vec<Vec<E>>> {
        self.parameters().iter().map(|p| Ok(p.tensor.values()?.to_vec())).collect()
    }

    /// Replaces the values of all parameters.
    pub(super) fn assign_all(&mut self, values: &[Vec<E>]) -> Result<()> {
        for (parameter, values) in self.parameters_mut().into_iter().zip(values) {
            parameter.tensor.values_mut()?.copy_from_slice(values);
        }
        Ok(())
    }

    /// Sets λ of all dense layers' weights.
    pub(super) fn set_l2(&mut self, lambda: f64) {
        for layer in &mut self.layers {
            if let Built::Dense(layer) = layer {
                layer.l2 = lambda;
            }
        }
    }

    /// Whether every weight and bias is a finite number.
    pub(super) fn is_finite(&self) -> Result<bool> {
        for parameter in self.parameters() {
            if parameter.tensor.values()?.iter().any(|value| !value.is_finite()) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Σ λ w² over all layers.
    pub(super) fn penalty(&self) -> Result<f64> {
        let mut sum = 0.0;
        for parameter in self.parameters().iter().filter(|parameter| parameter.l2 > 0.0) {
            sum += parameter.l2 * sum_of_squares(parameter.tensor.values()?);
        }
        Ok(sum)
    }

    /// The activation of the last layer.
    pub(super) fn last_activation(&self) -> Activation {
        self.architecture.last_activation()
    }
}

impl<E: Element> std::fmt::Display for Network<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.architecture.fmt(f)
    }
}

impl<E: Element> Render for Network<E> {
    fn render(&self) -> Bundle {
        self.architecture.render()
    }
}
