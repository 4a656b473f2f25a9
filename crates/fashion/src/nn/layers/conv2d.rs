//! The convolutional layer, with its activation and a following max pool in one operation.

use dfdx::nn::{Module, NonMutableModule};
use dfdx::tensor::{Cpu, SplitTape, Tape, TensorFromVec};
use fashion_base::random::{Purpose, Stream};
use fashion_kernels::activation::Activation;
use fashion_kernels::convolution::{Arrived, Convolution};
use fashion_kernels::geometry::Geometry;
use fashion_kernels::path::Kernels;
use fashion_kernels::window::{Padding, Pool2d};
use serde::{Deserialize, Serialize};

use super::pool::max_pool2d;
use super::settings::{Settings, WeightSettings, positive, unfit};
use crate::nn::parameters::{Parameter, ParameterMut, Parameters};
use crate::nn::shapes::{Filters, ImageBatch, Source, Vector};
use crate::nn::tape::{gradient, read, record, reread, shape_of};
use crate::{Error, Float, Result};

/// A convolutional layer without weights: Keras' `Conv2D(filters, kernel)`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conv2dConfig {
    /// The number of channels of the output.
    pub filters: usize,
    /// Height and width of the kernel.
    pub kernel: [usize; 2],
    /// Step in both directions.
    pub stride: usize,
    /// What happens at the border.
    pub padding: Padding,
    /// Activation, initialisers, penalty.
    pub weights: WeightSettings,
}

impl Conv2dConfig {
    /// A linear layer of `filters` kernels of `kernel` x `kernel`, stride 1, without padding, with
    /// Keras' initialisers and no penalty.
    pub fn new(filters: usize, kernel: usize) -> Self {
        Self {
            filters,
            kernel: [kernel, kernel],
            stride: 1,
            padding: Padding::Valid,
            weights: WeightSettings::default(),
        }
    }

    /// The layer with weights, drawn from `seed`, for images of `channels` channels.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for settings outside
    /// their range.
    pub fn build<E: Float>(&self, channels: usize, seed: u64) -> Result<Conv2d<E>> {
        self.draw(channels, &mut Stream::new(seed, Purpose::Weights, &[]))
    }

    /// [`Self::build`] with weights from a stream.
    pub(in crate::nn) fn draw<E: Float>(
        &self,
        channels: usize,
        stream: &mut Stream,
    ) -> Result<Conv2d<E>> {
        let ([height, width], filters) = (self.kernel, self.filters);
        let shape = (height, width, channels, filters);
        let (weights, bias) = self.weights.draw(&[height, width, channels, filters], stream)?;
        let cpu = Cpu::default();
        Ok(Conv2d {
            filters: cpu.try_tensor_from_vec(weights, shape)?,
            bias: cpu.try_tensor_from_vec(bias, (filters,))?,
            options: Conv2dOptions {
                stride: self.stride,
                padding: self.padding,
                activation: self.weights.activation,
                ..Conv2dOptions::default()
            },
            l2: self.weights.l2,
        })
    }
}

impl Settings for Conv2dConfig {
    fn base_name(&self) -> &'static str {
        "conv2d"
    }

    fn describe(&self) -> String {
        let Self { filters, kernel: [h, w], stride, padding, weights } = self;
        let padding = match padding {
            Padding::Valid => "",
            Padding::Same => ", same",
            Padding::Explicit { .. } => ", padded",
        };
        let stride = if *stride == 1 { String::new() } else { format!(", stride {stride}") };
        format!("Conv2d {filters}, {h} x {w}{stride}{padding}{}", weights.describe_activation())
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>> {
        let Self { filters, kernel: [height, width], stride, padding, weights } = self;
        positive("conv2d: filters, kernel, stride", &[*filters, *height, *width, *stride])?;
        weights.check()?;
        let &[h, w, channels] = input else {
            return unfit("conv2d", "an input of (height, width, channels)", input);
        };
        let sizes = (*height, *width, channels, *filters);
        let (_, h, w, _) = Geometry::new((1, h, w, channels), sizes, *stride, *padding)?.output();
        Ok(vec![h, w, *filters])
    }

    fn kernel_shape(&self, input: &[usize]) -> Option<Vec<usize>> {
        let [height, width] = self.kernel;
        input.last().map(|&channels| vec![height, width, channels, self.filters])
    }

    fn weights(&self) -> Option<&WeightSettings> {
        Some(&self.weights)
    }

    fn weights_mut(&mut self) -> Option<&mut WeightSettings> {
        Some(&mut self.weights)
    }
}

/// A convolutional layer: a dfdx [`Module`] from images to images.
#[derive(Debug, Clone)]
pub struct Conv2d<E: Float> {
    /// F (kernel height, kernel width, channels in, filters).
    pub filters: Filters<E>,
    /// b (filters).
    pub bias: Vector<E>,
    /// Stride, padding, activation, and what else belongs to the operation.
    pub options: Conv2dOptions,
    /// λ of the penalty λ Σ F², which the optimizer's step adds to the gradient.
    pub l2: f64,
}

impl<E: Float, T: Tape<E, Cpu>> Module<ImageBatch<E, T>> for Conv2d<E> {
    type Output = ImageBatch<E, T>;
    type Error = Error;

    fn try_forward(&self, x: ImageBatch<E, T>) -> Result<ImageBatch<E, T>> {
        conv2d(x, &self.filters, &self.bias, self.options)
    }
}

impl<E: Float> NonMutableModule for Conv2d<E> {}

impl<E: Float> Parameters<E> for Conv2d<E> {
    fn parameters(&self) -> Vec<Parameter<'_, E>> {
        vec![
            Parameter { name: "weights", l2: self.l2, tensor: &self.filters },
            Parameter { name: "biases", l2: 0.0, tensor: &self.bias },
        ]
    }

    fn parameters_mut(&mut self) -> Vec<ParameterMut<'_, E>> {
        vec![
            ParameterMut { l2: self.l2, tensor: &mut self.filters },
            ParameterMut { l2: 0.0, tensor: &mut self.bias },
        ]
    }
}

/// The options of [`conv2d`]; `Conv2dOptions::default()` is Keras' default: stride 1, no padding, linear.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conv2dOptions {
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

impl Default for Conv2dOptions {
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
    x: ImageBatch<E, T>,
    filters: &Filters<E>,
    bias: &Vector<E>,
    options: Conv2dOptions,
) -> Result<ImageBatch<E, T>> {
    options.activation.check()?;
    if let (Activation::Softmax, Some(pool)) = (options.activation, options.max_pool) {
        // Softmax cannot be differentiated from a part of its result.
        let y = conv2d(x, filters, bias, Conv2dOptions { max_pool: None, ..options })?;
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
