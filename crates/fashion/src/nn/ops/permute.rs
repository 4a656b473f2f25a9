//! The axes of every sample in another order.

use dfdx::tensor::{Cpu, SplitTape, Tape};
use fashion_kernels::threads::{for_each_piece, make};

use super::Matrix;
use super::tape::{gradient, read, record, shape_of};
use crate::{Error, Float, Result};

/// Samples of shape `sample`, one per row, with output axis i taken from input axis `axes[i]`.
///
/// Keras: `Permute` (which counts axes from 1); PyTorch: `x.permute(0, axes + 1).contiguous()`.
///
/// # Errors
/// [`Error::Shape`](fashion_kernels::Error::Shape) if a row does not hold a sample of this shape, or `axes` is no order of its axes.
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
    let values = read("permute", &x)?;
    let y = make((n * features, width), n * features, |row, y| {
        let x = &values[row * width..][..width];
        y.iter_mut().zip(&from).for_each(|(y, &place)| *y = x[place]);
    });
    record(y, (n, features), tape, move |_, arrived, gradients| {
        for_each_piece((gradient(gradients, &x)?, width), n * features, |row, x| {
            let y = &arrived[row * width..][..width];
            y.iter().zip(&from).for_each(|(&y, &place)| x[place] += y);
        });
        Ok(())
    })
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
