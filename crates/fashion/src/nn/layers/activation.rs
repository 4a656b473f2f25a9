//! Activation functions as layers of their own.

use dfdx::nn::{Module, NonMutableModule};
use dfdx::shapes::Shape;
use dfdx::tensor::{Cpu, SplitTape, Tape, Tensor};
use fashion_kernels::activation::{self, Activation};
use fashion_kernels::path::Kernels;

use super::settings::{Settings, activation_name, unfit};
use crate::nn::tape::{gradient, read, record, shape_of};
use crate::{Error, Float, Result};

impl Settings for Activation {
    fn base_name(&self) -> &'static str {
        "activation"
    }

    fn describe(&self) -> String {
        activation_name(*self)
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>> {
        self.check()?;
        match (self, input) {
            (Self::Softmax, &[_, _]) => {
                unfit("softmax", "an input of (classes) or (height, width, channels)", input)
            }
            _ => Ok(input.to_vec()),
        }
    }
}

/// An activation that does not directly follow a dense or convolutional layer: a dfdx [`Module`] for
/// tensors of any shape.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Activate {
    /// The function.
    pub activation: Activation,
    /// The length of the last axis of a sample, along which softmax runs.
    pub width: usize,
}

impl<S: Shape, E: Float, T: Tape<E, Cpu>> Module<Tensor<S, E, Cpu, T>> for Activate {
    type Output = Tensor<S, E, Cpu, T>;
    type Error = Error;

    fn try_forward(&self, x: Tensor<S, E, Cpu, T>) -> Result<Self::Output> {
        activate_along(x, self.activation, self.width)
    }
}

impl NonMutableModule for Activate {}

/// y = f(x) for a tensor of any shape. Keras: `keras.activations`; PyTorch: `torch.nn.functional`.
///
/// # Errors
/// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for a slope below 0;
/// [`Error::Shape`](fashion_kernels::Error::Shape) for a broadcast tensor.
pub fn activate<S: Shape, E: Float, T: Tape<E, Cpu>>(
    x: Tensor<S, E, Cpu, T>,
    activation: Activation,
) -> Result<Tensor<S, E, Cpu, T>> {
    let width = shape_of(&x).concrete().into_iter().last().unwrap_or(1);
    activate_along(x, activation, width)
}

fn activate_along<S: Shape, E: Float, T: Tape<E, Cpu>>(
    x: Tensor<S, E, Cpu, T>,
    activation: Activation,
    width: usize,
) -> Result<Tensor<S, E, Cpu, T>> {
    activation.check()?;
    let path = Kernels::Auto.path()?;
    let (x, tape) = x.split_tape();
    let mut y = read("activate", &x)?.to_vec();
    activation::activate(path, activation, &mut y, width);
    record(y, shape_of(&x), tape, move |y, arrived, gradients| {
        let mut delta = arrived.to_vec();
        activation::reverse_activation(path, activation, y, &mut delta, width);
        gradient(gradients, &x)?.iter_mut().zip(&delta).for_each(|(sum, &d)| *sum += d);
        Ok(())
    })
}
