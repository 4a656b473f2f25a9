//! Maximum and average pooling: settings and layer are the same, as there are no weights.

use dfdx::nn::{Module, NonMutableModule};
use dfdx::tensor::{Cpu, SplitTape, Tape};
use fashion_kernels::path::Kernels;
use fashion_kernels::pool as kernels;
use fashion_kernels::window::{Pool2d, Pooling};

use super::settings::{Settings, unfit};
use crate::nn::shapes::ImageBatch;
use crate::nn::tape::{gradient, read, record, shape_of};
use crate::{Error, Float, Result};

macro_rules! layer {
    ($(#[$doc:meta])* $name:ident, $base:literal, $operation:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub struct $name(pub Pool2d);

        impl<E: Float, T: Tape<E, Cpu>> Module<ImageBatch<E, T>> for $name {
            type Output = ImageBatch<E, T>;
            type Error = Error;

            fn try_forward(&self, x: ImageBatch<E, T>) -> Result<ImageBatch<E, T>> {
                $operation(x, self.0)
            }
        }

        impl NonMutableModule for $name {}

        impl Settings for $name {
            fn base_name(&self) -> &'static str {
                $base
            }

            fn describe(&self) -> String {
                let (height, width) = self.0.size;
                format!("{} {height} x {width}", stringify!($name))
            }

            fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>> {
                pooled(self.0, input)
            }
        }
    };
}
layer! {
    /// The largest value of each window: a dfdx [`Module`] from images to images. Keras:
    /// `MaxPooling2D`.
    MaxPool2d, "max_pooling2d", max_pool2d
}
layer! {
    /// The mean of each window: a dfdx [`Module`] from images to images. Keras: `AveragePooling2D`.
    AveragePool2d, "average_pooling2d", average_pool2d
}

fn pooled(pool: Pool2d, input: &[usize]) -> Result<Vec<usize>> {
    let &[height, width, channels] = input else {
        return unfit("pooling", "an input of (height, width, channels)", input);
    };
    let (height, width) = pool.output(height, width)?;
    Ok(vec![height, width, channels])
}

/// y = the largest element of each window, per channel: (n, h, w, c) gives (n, h', w', c).
///
/// Keras: `MaxPooling2D(size, stride)`; PyTorch: `max_pool2d`. Of equal elements the first one, row by
/// row, gets the gradient.
///
/// # Errors
/// As [`Pool2d::output`].
pub fn max_pool2d<E: Float, T: Tape<E, Cpu>>(
    x: ImageBatch<E, T>,
    pool: Pool2d,
) -> Result<ImageBatch<E, T>> {
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
    x: ImageBatch<E, T>,
    pool: Pool2d,
) -> Result<ImageBatch<E, T>> {
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
