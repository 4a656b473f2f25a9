//! Weights and biases, and what they make of samples.

use dfdx::tensor::{Cpu, Tape, TensorFromVec};
use ndarray::{Array1, Array2, ArrayView2, Axis, concatenate};
use rayon::prelude::*;

use super::Activation;
use crate::data::RandomState;
use crate::nn::ops::{self, Matrix, Source, Vector};
use crate::nn::sum_of_squares;
use crate::{Error, Float, Result};

/// Samples per piece of a prediction; fixed, so that results do not depend on the threads.
const PIECE: usize = 1000;

/// One fully connected layer.
#[derive(Debug, Clone)]
pub(super) struct Layer<F> {
    /// Inputs in rows, units in columns.
    pub(super) weights: Array2<F>,
    pub(super) bias: Array1<F>,
}

impl<F> Layer<F> {
    /// The weights row by row; they are made in this order and never moved.
    pub(super) fn weights(&self) -> &[F] {
        self.weights.as_slice().unwrap_or_default()
    }
}

/// Hidden layers and the output layer behind them.
#[derive(Debug, Clone)]
pub(super) struct Network<F> {
    pub(super) layers: Vec<Layer<F>>,
    pub(super) activation: Activation,
}

/// The parameters of a layer as dfdx tensors.
pub(super) struct LayerTensors<F: Float> {
    pub(super) weights: Matrix<F>,
    pub(super) bias: Vector<F>,
}

impl<F: Float> Network<F> {
    /// Weights and biases drawn as scikit-learn draws them: layer by layer, weights first, uniform
    /// within `± sqrt(6 / (inputs + units))` (2 instead of 6 for the logistic activation).
    pub(super) fn draw(units: &[usize], activation: Activation, random: &mut RandomState) -> Self {
        let factor = if activation == Activation::Logistic { 2.0 } else { 6.0 };
        let layers = units
            .windows(2)
            .map(|pair| {
                let bound = (factor / (pair[0] + pair[1]) as f64).sqrt();
                let weights: Array2<f64> = random.uniform(-bound, bound, (pair[0], pair[1]));
                let bias: Array1<f64> = random.uniform(-bound, bound, pair[1]);
                Layer { weights: weights.mapv(F::cast), bias: bias.mapv(F::cast) }
            })
            .collect();
        Self { layers, activation }
    }

    /// How many features a sample has.
    pub(super) fn features(&self) -> usize {
        self.layers.first().map_or(0, |layer| layer.weights.nrows())
    }

    /// How many classes the output layer tells apart.
    pub(super) fn classes(&self) -> usize {
        self.layers.last().map_or(0, |layer| layer.bias.len())
    }

    /// The sum of all squared weights, without biases.
    pub(super) fn squared_weights(&self) -> f64 {
        self.layers.iter().map(|layer| sum_of_squares(layer.weights())).sum()
    }

    /// Whether every weight and bias is a finite number.
    pub(super) fn is_finite(&self) -> bool {
        self.layers.iter().all(|layer| {
            layer.weights.iter().chain(&layer.bias).all(|parameter| parameter.is_finite())
        })
    }

    /// The parameters as tensors, for one step or one prediction.
    pub(super) fn tensors(&self, device: &Cpu) -> Result<Vec<LayerTensors<F>>> {
        self.layers
            .iter()
            .map(|layer| {
                let weights = layer.weights().to_vec();
                Ok(LayerTensors {
                    weights: device.try_tensor_from_vec(weights, layer.weights.dim())?,
                    bias: device.try_tensor_from_vec(layer.bias.to_vec(), (layer.bias.len(),))?,
                })
            })
            .collect::<Result<_>>()
    }

    /// The sums that the output layer turns into probabilities.
    pub(super) fn logits<T: Tape<F, Cpu>>(
        &self,
        x: Matrix<F, T>,
        tensors: &[LayerTensors<F>],
    ) -> Result<Matrix<F, T>> {
        let last = tensors.len().saturating_sub(1);
        let mut activations = x;
        for (index, layer) in tensors.iter().enumerate() {
            let source = if index == 0 { Source::Data } else { Source::Layer };
            let activation =
                if index == last { ops::Activation::Linear } else { self.activation.into() };
            activations = ops::dense(activations, &layer.weights, &layer.bias, activation, source)?;
        }
        Ok(activations)
    }

    /// The probability of each class (column) for each sample (row).
    pub(super) fn probabilities(&self, x: ArrayView2<'_, F>) -> Result<Array2<F>> {
        let device = Cpu::default();
        let tensors = self.tensors(&device)?;
        let classes = self.classes();
        let pieces: Vec<_> = x.axis_chunks_iter(Axis(0), PIECE).collect();
        let parts = pieces
            .into_par_iter()
            .map(|piece| {
                let samples = piece.iter().copied().collect();
                let x = device.try_tensor_from_vec(samples, piece.dim())?;
                let logits = self.logits(x, &tensors)?;
                let probabilities = ops::activate(logits, ops::Activation::Softmax)?.as_vec();
                Array2::from_shape_vec((piece.nrows(), classes), probabilities)
                    .map_err(|error| Error::shape("MlpClassifier", "one row per sample", error))
            })
            .collect::<Result<Vec<_>>>()?;
        if parts.is_empty() {
            return Ok(Array2::zeros((0, classes)));
        }
        let views: Vec<_> = parts.iter().map(Array2::view).collect();
        concatenate(Axis(0), &views)
            .map_err(|error| Error::shape("MlpClassifier", "pieces of one width", error))
    }
}

impl From<Activation> for ops::Activation {
    fn from(activation: Activation) -> Self {
        match activation {
            Activation::Identity => Self::Linear,
            Activation::Logistic => Self::Sigmoid,
            Activation::Tanh => Self::Tanh,
            Activation::Relu => Self::Relu,
        }
    }
}
