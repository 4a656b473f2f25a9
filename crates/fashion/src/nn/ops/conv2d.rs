//! The convolutional layer, with its activation and a following max pool in one operation.

use dfdx::tensor::{Cpu, SplitTape, Tape};
use fashion_kernels::activation::Activation;
use fashion_kernels::convolution::{Arrived, Convolution};
use fashion_kernels::geometry::Geometry;
use fashion_kernels::path::Kernels;
use fashion_kernels::window::{Padding, Pool2d};

use super::pool::max_pool2d;
use super::tape::{gradient, read, record, reread, shape_of};
use super::{Filters, Images, Source, Vector};
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
/// [`Error::Shape`](fashion_kernels::Error::Shape) if the shapes of X, F and b do not fit, the filter is larger than the padded image,
/// or for a broadcast tensor; [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for kernels that this processor cannot run.
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
    let (images, sizes, (biases,)) = (shape_of(&x), shape_of(filters), shape_of(bias));
    if sizes.3 != biases {
        let expected = format!("one bias for each of {} filters", sizes.3);
        return Err(Error::shape("conv2d", expected, biases));
    }
    let geometry = Geometry::new(images, sizes, options.stride, options.padding)?;
    let job = Convolution::new(geometry, path, options.activation, options.max_pool)?;
    let (y, winners) =
        job.forward(read("conv2d", &x)?, read("conv2d", filters)?, read("conv2d", bias)?);

    let (filters, bias) = (filters.clone(), bias.clone());
    record(y, job.output(), tape, move |y, arrived, gradients| {
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
