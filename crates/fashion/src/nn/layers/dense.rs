//! The fully connected layer: Y = f(X W + b).

use dfdx::nn::{Module, NonMutableModule};
use dfdx::tensor::{Cpu, SplitTape, Tape, TensorFromVec};
use fashion_base::random::{Purpose, Stream};
use fashion_kernels::activation::{self, Activation};
use fashion_kernels::matmul::{Layout, matmul};
use fashion_kernels::memory;
use fashion_kernels::path::Kernels;
use serde::{Deserialize, Serialize};

use super::settings::{Settings, WeightSettings, positive, unfit};
use crate::nn::parameters::{Parameter, ParameterMut, Parameters};
use crate::nn::shapes::{Matrix, Source, Vector};
use crate::nn::tape::{gradient, read, record, reread, shape_of};
use crate::{Error, Float, Result};

/// A fully connected layer without weights: Keras' `Dense(units)`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DenseConfig {
    /// The number of outputs.
    pub units: usize,
    /// Activation, initialisers, penalty.
    pub weights: WeightSettings,
}

impl DenseConfig {
    /// A linear layer with Keras' initialisers and no penalty.
    pub fn new(units: usize) -> Self {
        Self { units, weights: WeightSettings::default() }
    }

    /// The layer with weights, drawn from `seed`, for rows of `inputs` numbers.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for settings outside
    /// their range.
    pub fn build<E: Float>(&self, inputs: usize, seed: u64) -> Result<Dense<E>> {
        self.draw(inputs, &mut Stream::new(seed, Purpose::Weights, &[]))
    }

    /// [`Self::build`] with weights from a stream.
    pub(in crate::nn) fn draw<E: Float>(
        &self,
        inputs: usize,
        stream: &mut Stream,
    ) -> Result<Dense<E>> {
        let (weights, bias) = self.weights.draw(&[inputs, self.units], stream)?;
        let cpu = Cpu::default();
        Ok(Dense {
            weights: cpu.try_tensor_from_vec(weights, (inputs, self.units))?,
            bias: cpu.try_tensor_from_vec(bias, (self.units,))?,
            activation: self.weights.activation,
            l2: self.weights.l2,
            source: Source::Layer,
        })
    }
}

impl Settings for DenseConfig {
    fn base_name(&self) -> &'static str {
        "dense"
    }

    fn describe(&self) -> String {
        format!("Dense {}{}", self.units, self.weights.describe_activation())
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>> {
        positive("dense: units", &[self.units])?;
        self.weights.check()?;
        match input {
            [_] => Ok(vec![self.units]),
            _ => unfit("dense", "an input of (features); add `.flatten()` before it", input),
        }
    }

    fn kernel_shape(&self, input: &[usize]) -> Option<Vec<usize>> {
        input.last().map(|&inputs| vec![inputs, self.units])
    }

    fn weights(&self) -> Option<&WeightSettings> {
        Some(&self.weights)
    }

    fn weights_mut(&mut self) -> Option<&mut WeightSettings> {
        Some(&mut self.weights)
    }
}

/// A fully connected layer: a dfdx [`Module`] from (n, inputs) to (n, units).
#[derive(Debug, Clone)]
pub struct Dense<E: Float> {
    /// W (inputs, units).
    pub weights: Matrix<E>,
    /// b (units).
    pub bias: Vector<E>,
    /// f.
    pub activation: Activation,
    /// λ of the penalty λ Σ W², which the optimizer's step adds to the gradient.
    pub l2: f64,
    /// Whether the gradient of X is computed.
    pub source: Source,
}

impl<E: Float, T: Tape<E, Cpu>> Module<Matrix<E, T>> for Dense<E> {
    type Output = Matrix<E, T>;
    type Error = Error;

    fn try_forward(&self, x: Matrix<E, T>) -> Result<Matrix<E, T>> {
        dense(x, &self.weights, &self.bias, self.activation, self.source)
    }
}

impl<E: Float> NonMutableModule for Dense<E> {}

impl<E: Float> Parameters<E> for Dense<E> {
    fn parameters(&self) -> Vec<Parameter<'_, E>> {
        vec![
            Parameter { name: "weights", l2: self.l2, tensor: &self.weights },
            Parameter { name: "biases", l2: 0.0, tensor: &self.bias },
        ]
    }

    fn parameters_mut(&mut self) -> Vec<ParameterMut<'_, E>> {
        vec![
            ParameterMut { l2: self.l2, tensor: &mut self.weights },
            ParameterMut { l2: 0.0, tensor: &mut self.bias },
        ]
    }
}

/// Y = f(X W + b): X (n, inputs), W (inputs, units), b (units) give Y (n, units).
///
/// Keras: `Dense(units, activation)`, with the same layout of W; PyTorch's `Linear` keeps W
/// transposed. The gradient of X is not computed for [`Source::Data`].
///
/// # Errors
/// [`Error::Shape`](fashion_kernels::Error::Shape) if the shapes of X, W and b do not fit, or for a broadcast tensor.
pub fn dense<E: Float, T: Tape<E, Cpu>>(
    x: Matrix<E, T>,
    weights: &Matrix<E>,
    bias: &Vector<E>,
    activation: Activation,
    source: Source,
) -> Result<Matrix<E, T>> {
    activation.check()?;
    let path = Kernels::Auto.path()?;
    let (x, tape) = x.split_tape();
    let ((n, inputs), (rows, units), (biases,)) = (shape_of(&x), shape_of(weights), shape_of(bias));
    if inputs != rows || units != biases {
        return Err(Error::shape(
            "dense",
            format!("weights ({inputs}, units) and bias (units) for input ({n}, {inputs})"),
            format_args!("weights ({rows}, {units}) and bias ({biases})"),
        ));
    }
    memory::check("result of a dense layer", memory::bytes_of::<E>(&[n, units]))?;
    let mut y = Vec::with_capacity(n * units);
    for _ in 0..n {
        y.extend_from_slice(read("dense", bias)?);
    }
    matmul(
        (n, inputs, units),
        (read("dense", &x)?, Layout::Rows),
        (read("dense", weights)?, Layout::Rows),
        &mut y,
    );
    activation::activate(path, activation, &mut y, units);

    let (weights, bias) = (weights.clone(), bias.clone());
    record(y, (n, units), tape, move |y, arrived, gradients| {
        let mut delta = arrived.to_vec();
        activation::reverse_activation(path, activation, y, &mut delta, units);
        let mut sums = vec![E::zero(); units];
        for row in delta.chunks_exact(units.max(1)) {
            sums.iter_mut().zip(row).for_each(|(sum, &delta)| *sum += delta);
        }
        gradient(gradients, &bias)?.iter_mut().zip(sums).for_each(|(all, sum)| *all += sum);
        matmul(
            (inputs, n, units),
            (reread(&x)?, Layout::Columns),
            (&delta, Layout::Rows),
            gradient(gradients, &weights)?,
        );
        if source == Source::Layer {
            matmul(
                (n, units, inputs),
                (&delta, Layout::Rows),
                (reread(&weights)?, Layout::Columns),
                gradient(gradients, &x)?,
            );
        }
        Ok(())
    })
}
