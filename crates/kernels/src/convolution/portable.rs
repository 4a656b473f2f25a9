//! Convolution in plain loops: for every element type and processor, and the reference
//! that the fast kernels are tested against.

use super::kernel::{Correlate, FilterGradient};
use crate::Float;
use crate::geometry::Geometry;

/// x * F for one image.
pub(crate) struct Portable<E> {
    pub g: Geometry,
    pub filters: Vec<E>,
}

impl<E: Float> Correlate<E> for Portable<E> {
    fn apply(&self, x: &[E], bias: Option<&[E]>, y: &mut [E]) {
        let g = &self.g;
        if let Some(bias) = bias {
            y.chunks_exact_mut(g.filters).for_each(|y| y.copy_from_slice(bias));
        }
        g.for_each_tap(|pixel, input, tap| {
            let x = &x[input * g.channels..][..g.channels];
            let y = &mut y[pixel * g.filters..][..g.filters];
            let filters = &self.filters[tap * g.channels * g.filters..];
            for (&x, filter) in x.iter().zip(filters.chunks_exact(g.filters)) {
                y.iter_mut().zip(filter).for_each(|(y, &f)| *y += x * f);
            }
        });
    }
}

/// The gradient of x from the gradient at x * F, for one image and any stride.
pub(crate) struct PortableTransposed<E> {
    pub g: Geometry,
    /// (kh, kw, filters, channels), so that the inner loop runs over neighbours.
    pub turned: Vec<E>,
}

impl<E: Float> Correlate<E> for PortableTransposed<E> {
    fn apply(&self, delta: &[E], _: Option<&[E]>, x: &mut [E]) {
        let g = &self.g;
        g.for_each_tap(|pixel, input, tap| {
            let delta = &delta[pixel * g.filters..][..g.filters];
            let x = &mut x[input * g.channels..][..g.channels];
            let turned = &self.turned[tap * g.filters * g.channels..];
            for (&d, filter) in delta.iter().zip(turned.chunks_exact(g.channels)) {
                x.iter_mut().zip(filter).for_each(|(x, &f)| *x += d * f);
            }
        });
    }
}

/// The gradient of the filters.
pub(crate) struct PortableGradient {
    pub g: Geometry,
}

impl<E: Float> FilterGradient<E> for PortableGradient {
    fn len(&self) -> usize {
        self.g.kernel_height * self.g.kernel_width * self.g.channels * self.g.filters
    }

    fn add(&self, x: &[E], delta: &[E], sum: &mut [E]) {
        let g = &self.g;
        g.for_each_tap(|pixel, input, tap| {
            let x = &x[input * g.channels..][..g.channels];
            let delta = &delta[pixel * g.filters..][..g.filters];
            let sum = &mut sum[tap * g.channels * g.filters..];
            for (&x, sum) in x.iter().zip(sum.chunks_exact_mut(g.filters)) {
                sum.iter_mut().zip(delta).for_each(|(sum, &d)| *sum += x * d);
            }
        });
    }

    fn finish(&self, sum: &[E], filters: &mut [E]) {
        filters.iter_mut().zip(sum).for_each(|(f, &s)| *f += s);
    }
}
