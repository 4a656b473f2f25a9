//! Cross-correlation of images with filters, with its activation and pooling: which kernel computes what.
//!
//! y\[n, i, j, o\] = b\[o\] + sum_{u, v, c} x\[n, i s + u - top, j s + v - left, c\] F\[u, v, c, o\]

#[cfg(target_arch = "x86_64")]
mod fast;
mod kernel;
mod portable;

#[cfg(target_arch = "x86_64")]
use std::any::Any;

use kernel::{Correlate, FilterGradient};

use crate::activation::{Activation, activate, reverse_activation};
use crate::geometry::Geometry;
use crate::path::InstructionSet;
use crate::scratch::Scratch;
use crate::threads::{for_each_piece, make, make_pair, sum_over};
use crate::window::{Pool2d, Pooling};
use crate::{Float, Result, loops};

/// A convolution to be computed.
#[derive(Debug, Clone, Copy)]
pub struct Convolution {
    geometry: Geometry,
    path: InstructionSet,
    activation: Activation,
    pool: Option<Pooling>,
}

/// What arrived at a convolution's result in the backward step.
#[derive(Debug)]
pub struct Arrived<'a, E> {
    /// The result.
    pub y: &'a [E],
    /// For a pooled result: where in each window the largest element stands.
    pub winners: &'a [u16],
    /// The gradient at the result.
    pub gradient: &'a [E],
}

impl Convolution {
    /// A convolution of these sizes, an activation, and a max pool behind it.
    ///
    /// # Errors
    /// As [`Pooling::new`]. Softmax cannot be pooled: it cannot be differentiated from a part of its
    /// result.
    pub fn new(
        geometry: Geometry,
        path: InstructionSet,
        activation: Activation,
        pool: Option<Pool2d>,
    ) -> Result<Self> {
        activation.check()?;
        if let (Activation::Softmax, Some(pool)) = (activation, pool) {
            let expected = "no max pool on a softmax";
            return Err(crate::Error::parameter("convolution", expected, pool));
        }
        let pool = pool.map(|pool| Pooling::new(geometry.output(), pool)).transpose()?;
        Ok(Self { geometry, path, activation, pool })
    }

    /// The shape of the result.
    pub fn output(&self) -> crate::window::ImageShape {
        self.pool.map_or(self.geometry.output(), |pool| pool.output())
    }

    /// The result, and the winners of its pool.
    ///
    /// # Panics
    /// If a slice is not as long as its images, filters or biases.
    pub fn forward<E: Float>(&self, x: &[E], filters: &[E], bias: &[E]) -> (Vec<E>, Vec<u16>) {
        let g = &self.geometry;
        self.assert_lengths(Some(x), Some(filters), Some(bias));
        let (from_size, to_size) = (g.pixels() * g.channels, g.output_pixels() * g.filters);
        let kernel = correlate(g, self.path, filters);
        let apply = |sample: usize, y: &mut [E]| {
            kernel.apply(&x[sample * from_size..][..from_size], Some(bias), y);
            activate(self.path, self.activation, y, g.filters);
        };
        let Some(pooling) = self.pool else {
            return (make((g.n * to_size, to_size), g.cost(), apply), Vec::new());
        };
        let size = (g.n * self.result_size(), self.result_size());
        make_pair(size, size, g.cost(), |sample, y, winners| {
            let mut full = Scratch::new(to_size);
            apply(sample, &mut full);
            loops::max_pool(self.path, &full, y, winners, pooling);
        })
    }

    /// Adds the gradients of filters and bias.
    ///
    /// # Panics
    /// If a slice is not as long as its images, filters, biases or results.
    pub fn add_filter_gradient<E: Float>(
        &self,
        x: &[E],
        arrived: &Arrived<E>,
        filters: &mut [E],
        bias: &mut [E],
    ) {
        let g = &self.geometry;
        self.assert_lengths(Some(x), Some(filters), Some(bias));
        self.assert_arrived(arrived);
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
    ///
    /// # Panics
    /// If a slice is not as long as its images, filters or results.
    pub fn add_input_gradient<E: Float>(&self, filters: &[E], arrived: &Arrived<E>, sum: &mut [E]) {
        let g = &self.geometry;
        self.assert_lengths(Some(sum), Some(filters), None);
        self.assert_arrived(arrived);
        let kernel = transposed(g, self.path, filters);
        for_each_piece((sum, g.pixels() * g.channels), g.cost(), |sample, sum| {
            let delta = self.delta(sample, arrived);
            kernel.apply(&delta[..g.output_pixels() * g.filters], None, sum);
        });
    }

    /// The kernels behind rely on these lengths.
    fn assert_lengths<E>(&self, x: Option<&[E]>, filters: Option<&[E]>, bias: Option<&[E]>) {
        let g = &self.geometry;
        let taps = g.kernel_height * g.kernel_width * g.channels * g.filters;
        assert!(x.is_none_or(|x| x.len() == g.n * g.pixels() * g.channels), "whole images");
        assert!(filters.is_none_or(|filters| filters.len() == taps), "whole filters");
        assert!(bias.is_none_or(|bias| bias.len() == g.filters), "one bias per filter");
    }

    fn assert_arrived<E>(&self, arrived: &Arrived<E>) {
        let length = self.geometry.n * self.result_size();
        assert!(arrived.y.len() == length && arrived.gradient.len() == length, "whole results");
        assert!(self.pool.is_none() || arrived.winners.len() == length, "whole winners");
    }

    /// Elements of one image of the result.
    fn result_size(&self) -> usize {
        let (_, height, width, filters) = self.output();
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
        reverse_activation(self.path, self.activation, y, &mut delta[..size], g.filters);
        let Some(pooling) = self.pool else {
            return delta;
        };
        let mut unpooled = Scratch::zeros(full + SLACK);
        let winners = &arrived.winners[range];
        loops::unpool_max(self.path, &delta[..size], winners, &mut unpooled[..full], pooling);
        unpooled
    }
}

/// The kernel of x * F for this element type and path.
fn correlate<E: Float>(g: &Geometry, path: InstructionSet, filters: &[E]) -> Box<dyn Correlate<E>> {
    #[cfg(target_arch = "x86_64")]
    if let Some(filters) = (&filters.to_vec() as &dyn Any).downcast_ref::<Vec<f32>>()
        && path != InstructionSet::Portable
        && let Some(kernel) = same_element(fast::correlate(*g, path, filters))
    {
        return kernel;
    }
    let _ = path;
    Box::new(portable::Portable { g: *g, filters: filters.to_vec() })
}

/// The kernel of the gradient of x. For stride 1 that is a convolution with turned filters.
fn transposed<E: Float>(
    g: &Geometry,
    path: InstructionSet,
    filters: &[E],
) -> Box<dyn Correlate<E>> {
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
fn filter_gradient<E: Float>(g: &Geometry, path: InstructionSet) -> Box<dyn FilterGradient<E>> {
    #[cfg(target_arch = "x86_64")]
    if path != InstructionSet::Portable
        && let Some(kernel) = same_element(fast::filter_gradient(*g, path))
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
