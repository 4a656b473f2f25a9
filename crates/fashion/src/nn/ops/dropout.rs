//! Dropout whose mask is a function of seed, step and position.

use dfdx::shapes::Shape;
use dfdx::tensor::{Cpu, SplitTape, Tape, Tensor};
use fashion_kernels::dropout::{Mask, add_masked, masked};
use fashion_kernels::path::Kernels;

use super::tape::{gradient, read, record, shape_of};
use crate::{Error, Float, Result};

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
