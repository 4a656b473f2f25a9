//! The convolutional layer, with its activation and a following max pool in one operation.

use dfdx::tensor::{Cpu, SplitTape, Tape};

use super::kernels::{Arrived, Convolution, Geometry, Kernels};
use super::pool::{max_pool2d, output_shape};
use super::tape::{gradient, read, record, reread, shape_of};
use super::window::slide;
use super::{Activation, Filters, Images, Padding, Pool2d, Source, Vector};
use crate::{Error, Float, Result};

/// The options of [`conv2d`]; `Conv2d::default()` is Keras' default: stride 1, no padding, linear.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conv2d {
    /// Steps between filter positions, down and across.
    pub stride: usize,
    /// Zeros around the image.
    pub padding: Padding,
    /// Applied to every element of the result.
    pub activation: Activation,
    /// Max pooling after the activation. Fused, the unpooled result is not kept in memory.
    pub max_pool: Option<Pool2d>,
    /// Whether the gradient of the images is needed.
    pub source: Source,
    /// Which kernels compute; leave at [`Kernels::Auto`] outside of tests.
    pub kernels: Kernels,
}

impl Default for Conv2d {
    fn default() -> Self {
        Self {
            stride: 1,
            padding: Padding::Valid,
            activation: Activation::Linear,
            max_pool: None,
            source: Source::Layer,
            kernels: Kernels::Auto,
        }
    }
}

/// Y = pool(f(X * F + b)): images X (n, h, w, c), filters F (kh, kw, c, k), bias b (k) give
/// (n, h', w', k) with
///
/// y\[n, i, j, o\] = f(b\[o\] + sum_{u, v, c} x\[n, i s + u - top, j s + v - left, c\] F\[u, v, c, o\])
///
/// where s is the stride and pixels outside of the image are 0 (cross-correlation, as in Keras'
/// `Conv2D(k, (kh, kw), strides, padding, activation)` and, with other layouts, PyTorch's `conv2d`).
///
/// # Errors
/// [`Error::Shape`] if the shapes of X, F and b do not fit, the filter is larger than the padded image,
/// or for a broadcast tensor; [`Error::InvalidParameter`] for kernels that this processor cannot run.
pub fn conv2d<E: Float, T: Tape<E, Cpu>>(
    x: Images<E, T>,
    filters: &Filters<E>,
    bias: &Vector<E>,
    options: Conv2d,
) -> Result<Images<E, T>> {
    options.activation.check()?;
    if let (Activation::Softmax, Some(pool)) = (options.activation, options.max_pool) {
        // Softmax cannot be differentiated from a part of its result.
        let y = conv2d(x, filters, bias, Conv2d { max_pool: None, ..options })?;
        return max_pool2d(y, pool);
    }
    let path = options.kernels.path()?;
    let (x, tape) = x.split_tape();
    let geometry = geometry(shape_of(&x), shape_of(filters), shape_of(bias), options)?;
    let pooled = options.max_pool.map(|pool| output_shape(geometry.output(), pool)).transpose()?;
    let job = Convolution {
        geometry,
        path,
        activation: options.activation,
        pool: options.max_pool.zip(pooled),
    };
    let (y, winners) =
        job.forward(read("conv2d", &x)?, read("conv2d", filters)?, read("conv2d", bias)?);

    let (filters, bias) = (filters.clone(), bias.clone());
    let shape = pooled.unwrap_or(geometry.output());
    record(y, shape, tape, move |y, arrived, gradients| {
        let arrived = Arrived { y, winners: &winners, gradient: arrived };
        let mut bias_gradient = std::mem::take(&mut **gradients.get_or_alloc_mut(&bias)?);
        let sum = gradient(gradients, &filters)?;
        job.add_filter_gradient(reread(&x)?, &arrived, sum, &mut bias_gradient);
        **gradients.get_or_alloc_mut(&bias)? = bias_gradient;
        if options.source == Source::Layer {
            job.add_input_gradient(reread(&filters)?, &arrived, gradient(gradients, &x)?);
        }
        Ok(())
    })
}

fn geometry(
    (n, height, width, channels): (usize, usize, usize, usize),
    (kernel_height, kernel_width, filter_channels, filters): (usize, usize, usize, usize),
    (biases,): (usize,),
    options: Conv2d,
) -> Result<Geometry> {
    if channels != filter_channels || filters != biases {
        return Err(Error::shape(
            "conv2d",
            format!(
                "filters (height, width, {channels}, k) and bias (k) for images \
                 ({n}, {height}, {width}, {channels})"
            ),
            format_args!(
                "filters ({kernel_height}, {kernel_width}, {filter_channels}, {filters}) and bias \
                 ({biases})"
            ),
        ));
    }
    let stride = options.stride;
    let same = options.padding == Padding::Same;
    let (rows, columns) = match options.padding {
        Padding::Explicit { top, bottom, left, right } => ((top, bottom), (left, right)),
        Padding::Valid | Padding::Same => ((0, 0), (0, 0)),
    };
    let (top, out_height) = slide("conv2d", height, kernel_height, stride, same, rows)?;
    let (left, out_width) = slide("conv2d", width, kernel_width, stride, same, columns)?;
    Ok(Geometry {
        n,
        height,
        width,
        channels,
        kernel_height,
        kernel_width,
        filters,
        stride,
        top,
        left,
        out_height,
        out_width,
    })
}
