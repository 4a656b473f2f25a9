//! Maximum and average pooling.

use dfdx::tensor::{Cpu, SplitTape, Tape};

use super::kernels::{self, Kernels};
use super::tape::{gradient, read, record, shape_of};
use super::{Images, Pool2d};
use crate::{Float, Result};

/// y = the largest element of each window, per channel: (n, h, w, c) gives (n, h', w', c).
///
/// Keras: `MaxPooling2D(size, stride)`; PyTorch: `max_pool2d`. Of equal elements the first one, row by
/// row, gets the gradient.
///
/// # Errors
/// As [`Pool2d::output`].
pub fn max_pool2d<E: Float, T: Tape<E, Cpu>>(
    x: Images<E, T>,
    pool: Pool2d,
) -> Result<Images<E, T>> {
    let path = Kernels::Auto.path()?;
    let (x, tape) = x.split_tape();
    let shape = shape_of(&x);
    let output = output_shape(shape, pool)?;
    let pooling = (shape, output, pool);
    let (y, winners) = kernels::max_pool(path, read("max_pool2d", &x)?, pooling);
    record(y, output, tape, move |_, arrived, gradients| {
        kernels::unpool_max(path, arrived, &winners, pooling, gradient(gradients, &x)?);
        Ok(())
    })
}

/// y = the mean of each window, per channel: (n, h, w, c) gives (n, h', w', c).
///
/// Keras: `AveragePooling2D(size, stride)`; PyTorch: `avg_pool2d`.
///
/// # Errors
/// As [`Pool2d::output`].
pub fn average_pool2d<E: Float, T: Tape<E, Cpu>>(
    x: Images<E, T>,
    pool: Pool2d,
) -> Result<Images<E, T>> {
    let path = Kernels::Auto.path()?;
    let (x, tape) = x.split_tape();
    let shape = shape_of(&x);
    let output = output_shape(shape, pool)?;
    let pooling = (shape, output, pool);
    let y = kernels::average_pool(path, read("average_pool2d", &x)?, pooling);
    record(y, output, tape, move |_, arrived, gradients| {
        kernels::unpool_average(path, arrived, pooling, gradient(gradients, &x)?);
        Ok(())
    })
}

/// The shape of the pooled images.
pub(super) fn output_shape(
    (n, height, width, channels): (usize, usize, usize, usize),
    pool: Pool2d,
) -> Result<(usize, usize, usize, usize)> {
    let (rows, columns) = pool.output(height, width)?;
    Ok((n, rows, columns, channels))
}
