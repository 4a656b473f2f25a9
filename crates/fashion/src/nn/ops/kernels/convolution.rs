//! A convolution with its activation and pooling: which kernel computes what.

use super::path::Path;
use super::portable;
use super::threads::{for_each_piece, sum_over};
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

/// A convolution to be computed.
#[derive(Clone, Copy)]
pub(crate) struct Convolution {
    pub geometry: Geometry,
    pub path: Path,
    pub activation: Activation,
    /// The pool and the shape of its result.
    pub pool: Option<(Pool2d, (usize, usize, usize, usize))>,
}

/// A result, and what its backward step needs besides it.
pub(crate) struct Forward<E> {
    pub y: Vec<E>,
    pub saved: Saved,
}

/// For a pooled result: where in each window the largest element stands.
pub(crate) struct Saved {
    winners: Vec<u16>,
}

impl Convolution {
    pub(crate) fn forward<E: Float>(&self, x: &[E], filters: &[E], bias: &[E]) -> Forward<E> {
        let g = &self.geometry;
        let mut y = vec![E::zero(); g.n * g.output_pixels() * g.filters];
        portable::forward(g, x, filters, bias, &mut y);
        self.activation.apply(&mut y, g.filters);
        let Some((pool, shape)) = self.pool else {
            return Forward { y, saved: Saved { winners: Vec::new() } };
        };
        let (y, winners) = portable::max_pool(&y, g.output(), shape, pool);
        Forward { y, saved: Saved { winners } }
    }

    /// The gradient at X * F + b, from the result and the gradient that arrived at it.
    pub(crate) fn delta<E: Float>(&self, y: &[E], arrived: &[E], saved: &Saved) -> Vec<E> {
        let g = &self.geometry;
        let mut delta = arrived.to_vec();
        let piece = g.filters << 8;
        for_each_piece((&mut delta, piece), arrived.len(), |index, delta| {
            self.activation.reverse(&y[index * piece..][..delta.len()], delta, g.filters);
        });
        let Some((pool, shape)) = self.pool else {
            return delta;
        };
        let mut full = vec![E::zero(); g.n * g.output_pixels() * g.filters];
        portable::unpool_max(&delta, &saved.winners, g.output(), shape, pool, &mut full);
        full
    }

    pub(crate) fn add_bias_gradient<E: Float>(&self, delta: &[E], sum: &mut [E]) {
        let (filters, size) = (sum.len(), self.geometry.output_pixels() * sum.len());
        sum_over(self.geometry.n, delta.len(), sum, |samples, sum| {
            let delta = &delta[samples.start * size..samples.end * size];
            for pixel in delta.chunks_exact(filters) {
                sum.iter_mut().zip(pixel).for_each(|(sum, &d)| *sum += d);
            }
        });
    }

    pub(crate) fn add_filter_gradient<E: Float>(&self, x: &[E], delta: &[E], sum: &mut [E]) {
        portable::filter_gradient(&self.geometry, x, delta, sum);
    }

    pub(crate) fn add_input_gradient<E: Float>(&self, filters: &[E], delta: &[E], sum: &mut [E]) {
        portable::input_gradient(&self.geometry, filters, delta, sum);
    }
}
