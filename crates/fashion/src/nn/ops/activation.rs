//! Activation functions.

use dfdx::shapes::Shape;
use dfdx::tensor::{Cpu, SplitTape, Tape, Tensor};
use fashion_kernels::activation::{self, Activation};
use fashion_kernels::path::Kernels;

use super::tape::{gradient, read, record, shape_of};
use crate::{Float, Result};

/// y = f(x) for a tensor of any shape. Keras: `keras.activations`; PyTorch: `torch.nn.functional`.
///
/// # Errors
/// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for a slope below 0;
/// [`Error::Shape`](fashion_kernels::Error::Shape) for a broadcast tensor.
pub fn activate<S: Shape, E: Float, T: Tape<E, Cpu>>(
    x: Tensor<S, E, Cpu, T>,
    activation: Activation,
) -> Result<Tensor<S, E, Cpu, T>> {
    activation.check()?;
    let path = Kernels::Auto.path()?;
    let (x, tape) = x.split_tape();
    let shape = shape_of(&x);
    let width = shape.concrete().into_iter().last().unwrap_or(1);
    let mut y = read("activate", &x)?.to_vec();
    activation::activate(path, activation, &mut y, width);
    record(y, shape, tape, move |y, arrived, gradients| {
        let mut delta = arrived.to_vec();
        activation::reverse_activation(path, activation, y, &mut delta, width);
        gradient(gradients, &x)?.iter_mut().zip(&delta).for_each(|(sum, &d)| *sum += d);
        Ok(())
    })
}
