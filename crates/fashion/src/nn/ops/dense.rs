//! The fully connected layer.

use dfdx::tensor::{Cpu, SplitTape, Tape};
use fashion_kernels::activation::{self, Activation};
use fashion_kernels::matmul::{Layout, matmul};
use fashion_kernels::path::Kernels;

use super::tape::{gradient, read, record, reread, shape_of};
use super::{Matrix, Source, Vector};
use crate::{Error, Float, Result};

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
        for (index, sum) in gradient(gradients, &bias)?.iter_mut().enumerate() {
            *sum += delta.iter().skip(index).step_by(units).copied().sum::<E>();
        }
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
