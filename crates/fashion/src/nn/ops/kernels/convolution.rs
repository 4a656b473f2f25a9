//! A convolution with its activation and pooling: which kernel computes what.

#[cfg(target_arch = "x86_64")]
use std::any::Any;

use super::loops;
use super::path::Path;
use super::portable;
use super::scratch::Scratch;
use super::threads::{for_each_piece, make, make_pair, sum_over};
use crate::Float;
use crate::nn::ops::{Activation, Pool2d};

/// The sizes of a convolution.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Geometry {
    pub n: usize,
    pub height: usize,
    pub width: usize,
    pub channels: usize,
    pub kernel_height: usize,
    pub kernel_width: usize,
    pub filters: usize,
    pub stride: usize,
    /// Rows of zeros above the image.
    pub top: usize,
    /// Columns of zeros before the image.
    pub left: usize,
    pub out_height: usize,
    pub out_width: usize,
}

impl Geometry {
    pub(crate) fn output(&self) -> (usize, usize, usize, usize) {
        (self.n, self.out_height, self.out_width, self.filters)
    }

    pub(crate) fn pixels(&self) -> usize {
        self.height * self.width
    }

    pub(crate) fn output_pixels(&self) -> usize {
        self.out_height * self.out_width
    }

    /// The convolution that takes the gradient at the result back to the images, for stride 1.
    fn reversed(&self) -> Option<Self> {
        let (top, left) = (
            (self.kernel_height - 1).checked_sub(self.top)?,
            (self.kernel_width - 1).checked_sub(self.left)?,
        );
        (self.stride == 1).then_some(Self {
            height: self.out_height,
            width: self.out_width,
            channels: self.filters,
            filters: self.channels,
            top,
            left,
            out_height: self.height,
            out_width: self.width,
            ..*self
        })
    }

    /// Multiplications.
    pub(crate) fn cost(&self) -> usize {
        let taps = self.kernel_height * self.kernel_width;
        self.n * self.output_pixels() * taps * self.channels * self.filters
    }

    /// Calls `each` with output pixel, input pixel and tap (a filter's pixel) wherever the filter
    /// lies on the image.
    pub(crate) fn for_each_tap(&self, mut each: impl FnMut(usize, usize, usize)) {
        for pixel in 0..self.output_pixels() {
            let (row, column) = (pixel / self.out_width, pixel % self.out_width);
            for down in 0..self.kernel_height {
                let y = (row * self.stride + down).wrapping_sub(self.top);
                if y >= self.height {
                    continue;
                }
                for across in 0..self.kernel_width {
                    let x = (column * self.stride + across).wrapping_sub(self.left);
                    if x < self.width {
                        each(pixel, y * self.width + x, down * self.kernel_width + across);
                    }
                }
            }
        }
    }
}

/// The kernel of a convolution, for one image.
pub(crate) trait Correlate<E>: Send + Sync {
    /// y = x * F + b, or y += x * F without a bias.
    fn apply(&self, x: &[E], bias: Option<&[E]>, y: &mut [E]);
}

/// The kernel of the filters' gradient. Sums have a layout of the kernel's own.
pub(crate) trait FilterGradient<E>: Send + Sync {
    /// Numbers in a sum.
    fn len(&self) -> usize;
    /// sum += one image's gradient; `delta` is followed by 16 readable numbers.
    fn add(&self, x: &[E], delta: &[E], sum: &mut [E]);
    /// filters += the gradient that the sum stands for.
    fn finish(&self, sum: &[E], filters: &mut [E]);
}

/// A convolution to be computed.
#[derive(Clone, Copy)]
pub(crate) struct Convolution {
    pub geometry: Geometry,
    pub path: Path,
    pub activation: Activation,
    /// The pool and the shape of its result.
    pub pool: Option<(Pool2d, (usize, usize, usize, usize))>,
}

/// What arrived at a convolution's result in the backward step.
pub(crate) struct Arrived<'a, E> {
    pub y: &'a [E],
    /// For a pooled result: where in each window the largest element stands.
    pub winners: &'a [u16],
    pub gradient: &'a [E],
}

impl Convolution {
    /// The result, and the winners of its pool.
    pub(crate) fn forward<E: Float>(
        &self,
        x: &[E],
        filters: &[E],
        bias: &[E],
    ) -> (Vec<E>, Vec<u16>) {
        let g = &self.geometry;
        let (from_size, to_size) = (g.pixels() * g.channels, g.output_pixels() * g.filters);
        let kernel = correlate(g, self.path, filters);
        let apply = |sample: usize, y: &mut [E]| {
            kernel.apply(&x[sample * from_size..][..from_size], Some(bias), y);
            loops::activate(self.path, self.activation, y, g.filters);
        };
        let Some((pool, shape)) = self.pool else {
            return (make((g.n * to_size, to_size), g.cost(), apply), Vec::new());
        };
        let size = (g.n * self.result_size(), self.result_size());
        make_pair(size, size, g.cost(), |sample, y, winners| {
            let mut full = Scratch::new(to_size);
            apply(sample, &mut full);
            loops::max_pool(self.path, &full, y, winners, (g.output(), shape, pool));
        })
    }

    /// Adds the gradients of filters and bias.
    pub(crate) fn add_filter_gradient<E: Float>(
        &self,
        x: &[E],
        arrived: &Arrived<E>,
        filters: &mut [E],
        bias: &mut [E],
    ) {
        let g = &self.geometry;
        let size = g.pixels() * g.channels;
        let kernel = filter_gradient::<E>(g, self.path);
        let mut sum = Scratch::zeros(kernel.len() + g.filters);
        sum_over(g.n, g.cost(), &mut sum, |samples, sum| {
            let (filters, bias) = sum.split_at_mut(kernel.len());
            for sample in samples {
                let delta = self.delta(sample, arrived);
                kernel.add(&x[sample * size..][..size], &delta, filters);
                let delta = &delta[..g.output_pixels() * g.filters];
                loops::add_rows(self.path, delta, bias);
            }
        });
        let (filter_sum, bias_sum) = sum.split_at(kernel.len());
        kernel.finish(filter_sum, filters);
        bias.iter_mut().zip(bias_sum).for_each(|(bias, &sum)| *bias += sum);
    }

    /// Adds the gradient of the images.
    pub(crate) fn add_input_gradient<E: Float>(
        &self,
        filters: &[E],
        arrived: &Arrived<E>,
        sum: &mut [E],
    ) {
        let g = &self.geometry;
        let kernel = transposed(g, self.path, filters);
        for_each_piece((sum, g.pixels() * g.channels), g.cost(), |sample, sum| {
            let delta = self.delta(sample, arrived);
            kernel.apply(&delta[..g.output_pixels() * g.filters], None, sum);
        });
    }

    /// Elements of one image of the result.
    fn result_size(&self) -> usize {
        let (_, height, width, filters) = self.pool.map_or(self.geometry.output(), |pool| pool.1);
        height * width * filters
    }

    /// The gradient at x * F + b for one image, and 16 zeros.
    fn delta<E: Float>(&self, sample: usize, arrived: &Arrived<E>) -> Scratch<E> {
        const SLACK: usize = 16;
        let g = &self.geometry;
        let size = self.result_size();
        let range = sample * size..(sample + 1) * size;
        let full = g.output_pixels() * g.filters;
        let mut delta = Scratch::new(size + SLACK);
        delta[..size].copy_from_slice(&arrived.gradient[range.clone()]);
        delta[size..].fill(E::zero());
        let y = &arrived.y[range.clone()];
        loops::reverse_activation(self.path, self.activation, y, &mut delta[..size], g.filters);
        let Some((pool, shape)) = self.pool else {
            return delta;
        };
        let mut unpooled = Scratch::zeros(full + SLACK);
        let (winners, pooling) = (&arrived.winners[range], (g.output(), shape, pool));
        loops::unpool_max(self.path, &delta[..size], winners, &mut unpooled[..full], pooling);
        unpooled
    }
}

/// The kernel of x * F for this element type and path.
fn correlate<E: Float>(g: &Geometry, path: Path, filters: &[E]) -> Box<dyn Correlate<E>> {
    #[cfg(target_arch = "x86_64")]
    if let Some(filters) = (&filters.to_vec() as &dyn Any).downcast_ref::<Vec<f32>>()
        && path != Path::Portable
        && let Some(kernel) = same_element(super::fast::correlate(*g, path, filters))
    {
        return kernel;
    }
    let _ = path;
    Box::new(portable::Portable { g: *g, filters: filters.to_vec() })
}

/// The kernel of the gradient of x. For stride 1 that is a convolution with turned filters.
fn transposed<E: Float>(g: &Geometry, path: Path, filters: &[E]) -> Box<dyn Correlate<E>> {
    let (taps, size) = (g.kernel_height * g.kernel_width, g.channels * g.filters);
    // Channels and filters change places; for a convolution, taps also run backward.
    let reversed = g.reversed();
    let mut turned = vec![E::zero(); filters.len()];
    for (index, &f) in filters.iter().enumerate() {
        let (tap, channel, filter) = (index / size, index % size / g.filters, index % g.filters);
        let tap = if reversed.is_some() { taps - 1 - tap } else { tap };
        turned[tap * size + filter * g.channels + channel] = f;
    }
    match reversed {
        Some(reversed) => correlate(&reversed, path, &turned),
        None => Box::new(portable::PortableTransposed { g: *g, turned }),
    }
}

/// The kernel of the filters' gradient.
fn filter_gradient<E: Float>(g: &Geometry, path: Path) -> Box<dyn FilterGradient<E>> {
    #[cfg(target_arch = "x86_64")]
    if path != Path::Portable
        && let Some(kernel) = same_element(super::fast::filter_gradient(*g, path))
    {
        return kernel;
    }
    let _ = path;
    Box::new(portable::PortableGradient { g: *g })
}

/// A kernel for `f32` as one for the generic element, if that is `f32`.
#[cfg(target_arch = "x86_64")]
fn same_element<A: 'static, B: 'static>(kernel: A) -> Option<B> {
    (Box::new(kernel) as Box<dyn Any>).downcast().ok().map(|kernel| *kernel)
}
