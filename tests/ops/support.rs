//! What the tests of the operations share.

use fashion::Float;
use fashion::dfdx::prelude::*;
use fashion::nn::ops::{Filters, ImageBatch, Matrix, Vector};

pub type Traced<S, E = f64> = Tensor<S, E, Cpu, OwnedTape<E, Cpu>>;

/// Numbers between -1 and 1 that look random and never change (SplitMix64).
pub fn noise<E: Float>(seed: u64, count: usize) -> Vec<E> {
    let mut state = seed.wrapping_mul(0x2545_f491_4f6c_dd1d);
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    (0..count).map(|_| <E as fashion::linfa::Float>::cast(next())).collect()
}

pub fn images<E: Float>(
    values: &[E],
    n: usize,
    height: usize,
    width: usize,
    channels: usize,
) -> ImageBatch<E> {
    Cpu::default().tensor_from_vec(values.to_vec(), (n, height, width, channels))
}

pub fn filters<E: Float>(values: &[E], shape: (usize, usize, usize, usize)) -> Filters<E> {
    Cpu::default().tensor_from_vec(values.to_vec(), shape)
}

pub fn matrix<E: Float>(values: &[E], rows: usize, columns: usize) -> Matrix<E> {
    Cpu::default().tensor_from_vec(values.to_vec(), (rows, columns))
}

pub fn vector<E: Float>(values: &[E]) -> Vector<E> {
    Cpu::default().tensor_from_vec(values.to_vec(), (values.len(),))
}

/// The elements of a tensor.
pub fn values<S: Shape, E: Float, T>(tensor: &Tensor<S, E, Cpu, T>) -> Vec<E> {
    let mut values = vec![E::zero(); tensor.shape().num_elements()];
    tensor.copy_into(&mut values);
    values
}

/// Runs the tape backward from `y` with the gradient `arriving` at it, by way of the loss
/// sum(y * arriving) in dfdx's own operations.
pub fn backward<S: Shape, E: Float>(y: Traced<S, E>, arriving: &[E]) -> Gradients<E, Cpu>
where
    Cpu: Device<E>,
{
    let shape = *y.shape();
    let count = shape.num_elements();
    let arriving: Tensor<(usize,), E, Cpu> =
        Cpu::default().tensor_from_vec(arriving.to_vec(), (count,));
    (y.reshape_like(&(count,)) * arriving).sum::<Rank0, _>().backward()
}
