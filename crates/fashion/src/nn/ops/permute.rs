//! The axes of every sample in another order.

use dfdx::tensor::{Cpu, SplitTape, Tape};
use rayon::prelude::*;

use super::Matrix;
use super::tape::{gradient, read, record, shape_of};
use crate::{Error, Float, Result};

/// Samples of shape `sample`, one per row, with output axis i taken from input axis `axes[i]`.
///
/// Keras: `Permute` (which counts axes from 1); PyTorch: `x.permute(0, axes + 1).contiguous()`.
///
/// # Errors
/// [`Error::Shape`] if a row does not hold a sample of this shape, or `axes` is no order of its axes.
pub fn permute<E: Float, T: Tape<E, Cpu>>(
    x: Matrix<E, T>,
    sample: &[usize],
    axes: &[usize],
) -> Result<Matrix<E, T>> {
    let (x, tape) = x.split_tape();
    let (n, features) = shape_of(&x);
    let mut sorted = axes.to_vec();
    sorted.sort_unstable();
    if !sorted.into_iter().eq(0..sample.len()) || sample.iter().product::<usize>() != features {
        return Err(Error::shape(
            "permute",
            format!("rows of a sample {sample:?} with axes {axes:?}"),
            format_args!("({n}, {features})"),
        ));
    }
    let from = sources(sample, axes);
    let width = features.max(1);
    let mut y = vec![E::zero(); n * features];
    each_row(&mut y, read("permute", &x)?, width, |y, x| {
        y.iter_mut().zip(&from).for_each(|(y, &place)| *y = x[place]);
    });
    record(y, (n, features), tape, move |_, arrived, gradients| {
        each_row(gradient(gradients, &x)?, arrived, width, |x, y| {
            y.iter().zip(&from).for_each(|(&y, &place)| x[place] += y);
        });
        Ok(())
    })
}

/// Calls `work` with the rows of both, on the threads of the caller's pool if there is one.
fn each_row<E: Float>(
    target: &mut [E],
    source: &[E],
    width: usize,
    work: impl Fn(&mut [E], &[E]) + Sync,
) {
    if rayon::current_thread_index().is_some() {
        let rows = target.par_chunks_mut(width).zip(source.par_chunks(width));
        rows.for_each(|(target, source)| work(target, source));
    } else {
        let rows = target.chunks_mut(width).zip(source.chunks(width));
        rows.for_each(|(target, source)| work(target, source));
    }
}

/// For every element of the result, the place in the input that it comes from.
fn sources(sample: &[usize], axes: &[usize]) -> Vec<usize> {
    let mut strides = vec![1; sample.len()];
    for axis in (1..sample.len()).rev() {
        strides[axis - 1] = strides[axis] * sample[axis];
    }
    let mut from = vec![0];
    for &axis in axes {
        let places = (0..sample[axis]).map(|i| i * strides[axis]);
        from = from.iter().flat_map(|&base| places.clone().map(move |p| base + p)).collect();
    }
    from
}
