//! Images to rows.

use dfdx::tensor::{Cpu, Tape};
use dfdx::tensor_ops::ReshapeTo;

use super::tape::{read, shape_of};
use super::{Images, Matrix};
use crate::{Error, Float, Result};

/// (n, h, w, c) to (n, h w c), element for element. Keras: `Flatten`. Nothing is copied.
///
/// # Errors
/// [`Error::Shape`](fashion_kernels::Error::Shape) for a broadcast tensor.
pub fn flatten<E: Float, T: Tape<E, Cpu>>(x: Images<E, T>) -> Result<Matrix<E, T>> {
    read("flatten", &x)?;
    let (n, height, width, channels) = shape_of(&x);
    x.try_reshape_like(&(n, height * width * channels)).map_err(Error::Device)
}

/// (n, h w c) to (n, h, w, c), element for element. Keras: `Reshape`. Nothing is copied.
///
/// # Errors
/// [`Error::Shape`](fashion_kernels::Error::Shape) if the numbers of features differ, or for a broadcast tensor.
pub fn unflatten<E: Float, T: Tape<E, Cpu>>(
    x: Matrix<E, T>,
    (height, width, channels): (usize, usize, usize),
) -> Result<Images<E, T>> {
    read("unflatten", &x)?;
    let (n, features) = shape_of(&x);
    if features != height * width * channels {
        return Err(Error::shape(
            "unflatten",
            format!("{height} x {width} x {channels} features per row"),
            (n, features),
        ));
    }
    x.try_reshape_like(&(n, height, width, channels)).map_err(Error::Device)
}
