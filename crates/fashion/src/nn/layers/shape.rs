//! Layers that move values without changing them: flatten, reshape, permute.

use dfdx::nn::{Module, NonMutableModule};
use dfdx::tensor::{Cpu, SplitTape, Tape};
use dfdx::tensor_ops::ReshapeTo;
use fashion_kernels::threads::{for_each_piece, make};
use serde::{Deserialize, Serialize};

use super::settings::{Settings, positive, unfit, volume};
use crate::nn::shapes::{ImageBatch, Matrix};
use crate::nn::tape::{gradient, read, record, shape_of};
use crate::{Error, Float, Result};

/// All axes as one, in their order: a dfdx [`Module`] from images to rows. Keras: `Flatten`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flatten;

impl<E: Float, T: Tape<E, Cpu>> Module<ImageBatch<E, T>> for Flatten {
    type Output = Matrix<E, T>;
    type Error = Error;

    fn try_forward(&self, x: ImageBatch<E, T>) -> Result<Matrix<E, T>> {
        flatten(x)
    }
}

impl NonMutableModule for Flatten {}

impl Settings for Flatten {
    fn base_name(&self) -> &'static str {
        "flatten"
    }

    fn describe(&self) -> String {
        "Flatten".into()
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>> {
        Ok(vec![volume("flatten", input)?])
    }
}

/// The same values, in the same order, under another shape. Rows stay rows: what changes is how the
/// next layer reads them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reshape {
    /// The shape of one sample.
    pub shape: Vec<usize>,
}

impl<E: Float, T: Tape<E, Cpu>> Module<Matrix<E, T>> for Reshape {
    type Output = Matrix<E, T>;
    type Error = Error;

    fn try_forward(&self, x: Matrix<E, T>) -> Result<Matrix<E, T>> {
        Ok(x)
    }
}

impl NonMutableModule for Reshape {}

impl Settings for Reshape {
    fn base_name(&self) -> &'static str {
        "reshape"
    }

    fn describe(&self) -> String {
        "Reshape".into()
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>> {
        let Self { shape } = self;
        positive("reshape: shape", shape)?;
        if volume("reshape", shape)? != volume("reshape", input)? {
            return unfit("reshape", &format!("as many values as {shape:?} has"), input);
        }
        Ok(shape.clone())
    }
}

/// The axes of a sample in another order: output axis i is input axis `axes[i]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PermuteConfig {
    /// Input axes, counted from 0 (Keras' `Permute` counts from 1).
    pub axes: Vec<usize>,
}

impl Settings for PermuteConfig {
    fn base_name(&self) -> &'static str {
        "permute"
    }

    fn describe(&self) -> String {
        format!("Permute {:?}", self.axes)
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>> {
        let Self { axes } = self;
        let mut sorted = axes.clone();
        sorted.sort_unstable();
        if !sorted.iter().copied().eq(0..input.len()) {
            let expected = format!("an input whose axes are those of {axes:?}");
            return unfit("permute", &expected, input);
        }
        Ok(axes.iter().map(|&axis| input[axis]).collect())
    }
}

/// The axes of samples of one shape in another order: a dfdx [`Module`] from rows to rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Permute {
    /// Input axes, counted from 0.
    pub axes: Vec<usize>,
    /// The shape of a sample before.
    pub sample: Vec<usize>,
}

impl<E: Float, T: Tape<E, Cpu>> Module<Matrix<E, T>> for Permute {
    type Output = Matrix<E, T>;
    type Error = Error;

    fn try_forward(&self, x: Matrix<E, T>) -> Result<Matrix<E, T>> {
        permute(x, &self.sample, &self.axes)
    }
}

impl NonMutableModule for Permute {}

/// (n, h, w, c) to (n, h w c), element for element. Keras: `Flatten`. Nothing is copied.
///
/// # Errors
/// [`Error::Shape`](fashion_kernels::Error::Shape) for a broadcast tensor.
pub fn flatten<E: Float, T: Tape<E, Cpu>>(x: ImageBatch<E, T>) -> Result<Matrix<E, T>> {
    read("flatten", &x)?;
    let (n, height, width, channels) = shape_of(&x);
    let features = volume("flatten", &[height, width, channels])?;
    x.try_reshape_like(&(n, features)).map_err(Error::Device)
}

/// (n, h w c) to (n, h, w, c), element for element. Keras: `Reshape`. Nothing is copied.
///
/// # Errors
/// [`Error::Shape`](fashion_kernels::Error::Shape) if the numbers of features differ, or for a broadcast tensor.
pub fn unflatten<E: Float, T: Tape<E, Cpu>>(
    x: Matrix<E, T>,
    (height, width, channels): (usize, usize, usize),
) -> Result<ImageBatch<E, T>> {
    read("unflatten", &x)?;
    let (n, features) = shape_of(&x);
    if features != volume("unflatten", &[height, width, channels])? {
        return Err(Error::shape(
            "unflatten",
            format!("{height} x {width} x {channels} features per row"),
            (n, features),
        ));
    }
    x.try_reshape_like(&(n, height, width, channels)).map_err(Error::Device)
}

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
    if !sorted.into_iter().eq(0..sample.len()) || volume("permute", sample)? != features {
        return Err(Error::shape(
            "permute",
            format!("rows of a sample {sample:?} with axes {axes:?}"),
            format_args!("({n}, {features})"),
        ));
    }
    let from = if features == 0 { Vec::new() } else { sources(sample, axes) };
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
