//! Dropout whose mask is a function of seed, step and position.

use dfdx::nn::{Module, ModuleMut};
use dfdx::shapes::Shape;
use dfdx::tensor::{Cpu, SplitTape, Tape, Tensor};
use fashion_kernels::dropout::{Mask, add_masked, masked};
use fashion_kernels::path::Kernels;
use serde::{Deserialize, Serialize};

use super::settings::Settings;
use crate::nn::tape::{gradient, read, record, shape_of};
use crate::{Error, Float, Result};

/// A dropout layer's setting: Keras' `Dropout(rate)`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DropoutConfig {
    /// The share of the values that is set to 0, in [0, 1).
    pub rate: f64,
}

impl Settings for DropoutConfig {
    fn base_name(&self) -> &'static str {
        "dropout"
    }

    fn describe(&self) -> String {
        format!("Dropout {}", self.rate)
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>> {
        if !(0.0..1.0).contains(&self.rate) {
            return Err(Error::parameter("dropout: rate", "a number in [0, 1)", self.rate));
        }
        Ok(input.to_vec())
    }
}

/// A dropout layer: as a dfdx [`Module`] it does nothing, as a [`ModuleMut`] it drops, each time with
/// the mask of the next step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dropout {
    /// The share of the values that is set to 0, in [0, 1).
    pub rate: f64,
    /// Different for every dropout layer of a network.
    pub seed: u64,
    /// The number of the next step.
    pub step: u64,
}

impl<S: Shape, E: Float, T: Tape<E, Cpu>> Module<Tensor<S, E, Cpu, T>> for Dropout {
    type Output = Tensor<S, E, Cpu, T>;
    type Error = Error;

    fn try_forward(&self, x: Tensor<S, E, Cpu, T>) -> Result<Self::Output> {
        Ok(x)
    }
}

impl<S: Shape, E: Float, T: Tape<E, Cpu>> ModuleMut<Tensor<S, E, Cpu, T>> for Dropout {
    type Output = Tensor<S, E, Cpu, T>;
    type Error = Error;

    fn try_forward_mut(&mut self, x: Tensor<S, E, Cpu, T>) -> Result<Self::Output> {
        let y = dropout(x, self.rate, self.seed, self.step)?;
        self.step += 1;
        Ok(y)
    }
}

/// y = x / (1 - rate) where a random bit keeps the element, else 0. Keras: `Dropout(rate)` in
/// training; leave the operation out for prediction.
///
/// Whether element i is kept follows from `seed`, `step` and i alone (a hash, no state): the same for
/// any number of threads, and a training run that resumes at a step draws what it would have drawn.
/// Give every dropout layer its own seed, and every batch its own step. The mask is computed again in
/// the backward step, not kept.
///
/// # Errors
/// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for a rate outside 0 <= rate < 1.
pub fn dropout<S: Shape, E: Float, T: Tape<E, Cpu>>(
    x: Tensor<S, E, Cpu, T>,
    rate: f64,
    seed: u64,
    step: u64,
) -> Result<Tensor<S, E, Cpu, T>> {
    if !(0.0..1.0).contains(&rate) {
        return Err(Error::parameter("rate of dropout", "0 <= rate < 1", rate));
    }
    let path = Kernels::Auto.path()?;
    let (x, tape) = x.split_tape();
    let mask = Mask::new(rate, seed, step);
    let y = masked(path, &mask, read("dropout", &x)?);
    record(y, shape_of(&x), tape, move |_, arrived, gradients| {
        add_masked(path, &mask, arrived, gradient(gradients, &x)?);
        Ok(())
    })
}
