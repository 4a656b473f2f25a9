//! A network with weights.

use dfdx::tensor::{Cpu, TensorFromVec};
use ndarray::{Array1, Array4, ArrayD, Ix4, IxDyn};

use super::ops::{Activation, Filters, Matrix, Vector};
use super::{Element, Layer, LayerKind, Loss, Sequential};
use crate::show::{Bundle, Render, Table};
use crate::{Error, Float, Result};
use fashion_base::random::{Purpose, Stream};

/// A [`Sequential`] architecture with weights and biases, made by [`Sequential::build`].
///
/// Samples are rows of an array with as many columns as the input shape has values: images stay the
/// rows of 784 pixels that the SVMs take too.
#[derive(Debug, Clone)]
pub struct Network<E: Float> {
    pub(super) architecture: Sequential,
    /// The shape of a sample before each layer and after the last one.
    pub(super) shapes: Vec<Vec<usize>>,
    /// Per layer.
    pub(super) weights: Vec<Option<Weights<E>>>,
    pub(super) loss: Loss,
}

/// The weights and biases of one layer.
#[derive(Debug, Clone)]
pub(super) struct Weights<E: Float> {
    pub(super) kernel: Kernel<E>,
    pub(super) bias: Vector<E>,
}

/// The weights of one layer in the tensor that its operation takes.
#[derive(Debug, Clone)]
pub(super) enum Kernel<E: Float> {
    /// (inputs, units)
    Dense(Matrix<E>),
    /// (kernel height, kernel width, channels in, filters)
    Conv2d(Filters<E>),
}

impl<E: Float> Kernel<E> {
    fn new(shape: &[usize], values: Vec<E>) -> Result<Self> {
        let cpu = Cpu::default();
        match *shape {
            [inputs, units] => cpu.try_tensor_from_vec(values, (inputs, units)).map(Self::Dense),
            [h, w, c, k] => cpu.try_tensor_from_vec(values, (h, w, c, k)).map(Self::Conv2d),
            _ => return Err(Error::shape("weights", "two or four axes", shape)),
        }
        .map_err(Error::Device)
    }

    fn copy_into(&self, target: &mut [E]) {
        match self {
            Self::Dense(tensor) => tensor.copy_into(target),
            Self::Conv2d(tensor) => tensor.copy_into(target),
        }
    }

    pub(super) fn copy_from(&mut self, source: &[E]) {
        match self {
            Self::Dense(tensor) => tensor.copy_from(source),
            Self::Conv2d(tensor) => tensor.copy_from(source),
        }
    }
}

impl<E: Element> Network<E> {
    /// Draws the weights of `architecture` from `seed`.
    pub(super) fn new(architecture: Sequential, seed: u64) -> Result<Self> {
        let shapes = architecture.shapes()?;
        if shapes.last().is_none_or(|shape| shape.len() != 1) {
            return Err(Error::shape(
                "network",
                "an output of (classes); end with `.flatten()` or `.dense(10)`",
                shapes.last(),
            ));
        }
        let mut weights = Vec::new();
        for (index, (layer, input)) in architecture.layers().iter().zip(&shapes).enumerate() {
            weights.push(draw(layer, input, &mut Stream::new(seed, Purpose::Weights, &[index]))?);
        }
        let loss = Loss::default_for(&architecture);
        Ok(Self { architecture, shapes, weights, loss })
    }

    /// The architecture.
    pub fn architecture(&self) -> &Sequential {
        &self.architecture
    }

    /// The loss that [`Self::evaluate`] computes: that of the last fit, or before any fit the one that
    /// goes with the last layer.
    pub fn loss(&self) -> Loss {
        self.loss
    }

    /// The number of values in a sample.
    pub fn features(&self) -> usize {
        self.shapes[0].iter().product()
    }

    /// The number of outputs.
    pub fn classes(&self) -> usize {
        self.shapes.last().map_or(0, |shape| shape.iter().product())
    }

    /// The number of weights and biases.
    pub fn parameters(&self) -> usize {
        self.parameter_shapes().iter().map(|(_, shape)| shape.iter().product::<usize>()).sum()
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
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) if no layer of that name has weights.
    pub fn weights(&self, layer: &str) -> Result<ArrayD<E>> {
        let index = self.position(layer)?;
        let shape = &self.parameter_shapes()[2 * self.rank(index)].1;
        let values = self.values(2 * self.rank(index));
        ArrayD::from_shape_vec(IxDyn(shape), values)
            .map_err(|error| Error::shape("weights", format!("{shape:?}"), error))
    }

    /// The weights of the convolution with this name as images: (filters, channels in, kernel height,
    /// kernel width), what [`WeightImages::filters`](crate::show::WeightImages::filters) draws.
    ///
    /// # Errors
    /// As [`Self::weights`]; [`Error::Shape`](fashion_kernels::Error::Shape) if the layer is not a convolution.
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
        Ok(Array1::from(self.values(2 * self.rank(self.position(layer)?) + 1)))
    }

    /// Replaces the weights of a layer.
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) if the shape is not that of [`Self::weights`]; else as there.
    pub fn set_weights(&mut self, layer: &str, weights: &ArrayD<E>) -> Result<()> {
        let index = 2 * self.rank(self.position(layer)?);
        let expected = &self.parameter_shapes()[index].1;
        if weights.shape() != expected {
            return Err(Error::shape("set_weights", format!("{expected:?}"), weights.shape()));
        }
        self.assign(index, &weights.iter().copied().collect::<Vec<_>>());
        Ok(())
    }

    /// Replaces the biases of a layer.
    ///
    /// # Errors
    /// As [`Self::set_weights`].
    pub fn set_biases(&mut self, layer: &str, biases: &Array1<E>) -> Result<()> {
        let index = 2 * self.rank(self.position(layer)?) + 1;
        let expected = &self.parameter_shapes()[index].1;
        if biases.shape() != expected {
            return Err(Error::shape("set_biases", format!("{expected:?}"), biases.shape()));
        }
        self.assign(index, &biases.to_vec());
        Ok(())
    }

    fn position(&self, name: &str) -> Result<usize> {
        let layers = self.architecture.layers();
        let found =
            (0..layers.len()).find(|&i| layers[i].name == name && self.weights[i].is_some());
        found.ok_or_else(|| {
            let with_weights = layers.iter().zip(&self.weights).filter(|(_, w)| w.is_some());
            let names: Vec<_> = with_weights.map(|(layer, _)| layer.name.as_str()).collect();
            Error::parameter("layer", format!("one of {names:?}"), name)
        })
    }

    /// How many layers with weights come before this one.
    fn rank(&self, index: usize) -> usize {
        self.weights[..index].iter().flatten().count()
    }

    /// Names and shapes of all parameters, in order: weights then biases, layer by layer.
    pub(super) fn parameter_shapes(&self) -> Vec<(String, Vec<usize>)> {
        let layers = self.architecture.layers().iter().zip(&self.shapes);
        layers
            .filter_map(|(layer, input)| Some((layer, layer.kind.kernel_shape(input)?)))
            .flat_map(|(layer, shape)| {
                let biases = shape[shape.len() - 1..].to_vec();
                [
                    (format!("{}/weights", layer.name), shape),
                    (format!("{}/biases", layer.name), biases),
                ]
            })
            .collect()
    }

    /// The values of one parameter, in the order of [`Self::parameter_shapes`].
    pub(super) fn values(&self, index: usize) -> Vec<E> {
        let length = self.parameter_shapes()[index].1.iter().product();
        let mut values = vec![E::zero(); length];
        let weights = self.weights.iter().flatten().nth(index / 2);
        match weights {
            Some(weights) if index.is_multiple_of(2) => weights.kernel.copy_into(&mut values),
            Some(weights) => weights.bias.copy_into(&mut values),
            None => {}
        }
        values
    }

    /// All parameters, in the order of [`Self::parameter_shapes`].
    pub(super) fn all_values(&self) -> Vec<Vec<E>> {
        (0..self.parameter_shapes().len()).map(|index| self.values(index)).collect()
    }

    /// Replaces one parameter by values of its length.
    pub(super) fn assign(&mut self, index: usize, values: &[E]) {
        match self.weights.iter_mut().flatten().nth(index / 2) {
            Some(weights) if index.is_multiple_of(2) => weights.kernel.copy_from(values),
            Some(weights) => weights.bias.copy_from(values),
            None => {}
        }
    }

    /// Replaces all parameters.
    pub(super) fn assign_all(&mut self, values: &[Vec<E>]) {
        values.iter().enumerate().for_each(|(index, values)| self.assign(index, values));
    }

    /// λ of each parameter, in the order of [`Self::parameter_shapes`].
    pub(super) fn penalties(&self) -> Vec<f64> {
        let layers = self.architecture.layers().iter();
        layers.filter_map(|layer| layer.kind.weight_settings()).flat_map(|s| [s.l2, 0.0]).collect()
    }

    /// Σ λ w² over all layers.
    pub(super) fn penalty(&self) -> f64 {
        let penalised =
            self.penalties().into_iter().enumerate().filter(|&(_, lambda)| lambda > 0.0);
        penalised.map(|(index, lambda)| lambda * super::sum_of_squares(&self.values(index))).sum()
    }

    /// The activation of the last layer.
    pub(super) fn last_activation(&self) -> Activation {
        last_activation(&self.architecture)
    }
}

/// The activation that the output comes from.
pub(super) fn last_activation(architecture: &Sequential) -> Activation {
    match architecture.layers().last().map(|layer| &layer.kind) {
        Some(LayerKind::Activation(activation)) => *activation,
        Some(kind) => kind.weight_settings().map_or(Activation::Linear, |s| s.activation),
        None => Activation::Linear,
    }
}

fn draw<E: Float>(
    layer: &Layer,
    input: &[usize],
    stream: &mut Stream,
) -> Result<Option<Weights<E>>> {
    let kind = &layer.kind;
    let (Some(shape), Some(settings)) = (kind.kernel_shape(input), kind.weight_settings()) else {
        return Ok(None);
    };
    // (.., inputs, outputs); the axes before are the window of a convolution.
    let window: usize = shape[..shape.len() - 2].iter().product();
    let (inputs, outputs) = (shape[shape.len() - 2], shape[shape.len() - 1]);
    let fans = (window * inputs, window * outputs);
    let kernel = settings.kernel.draw(stream, window * inputs * outputs, fans);
    let bias = settings.bias.draw(stream, outputs, fans);
    Ok(Some(Weights {
        kernel: Kernel::new(&shape, kernel)?,
        bias: Cpu::default().try_tensor_from_vec(bias, (outputs,)).map_err(Error::Device)?,
    }))
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
