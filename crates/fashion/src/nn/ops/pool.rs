//! Maximum and average pooling.

use dfdx::tensor::{Cpu, SplitTape, Tape};
use fashion_kernels::path::Kernels;
use fashion_kernels::pool as kernels;
use fashion_kernels::window::{Pool2d, Pooling};

use super::Images;
use super::tape::{gradient, read, record, shape_of};
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
    let pooling = Pooling::new(shape_of(&x), pool)?;
    let output = pooling.output();
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
    let pooling = Pooling::new(shape_of(&x), pool)?;
    let output = pooling.output();
    let y = kernels::average_pool(path, read("average_pool2d", &x)?, pooling);
    record(y, output, tape, move |_, arrived, gradients| {
        kernels::unpool_average(path, arrived, pooling, gradient(gradients, &x)?);
        Ok(())
    })
}
