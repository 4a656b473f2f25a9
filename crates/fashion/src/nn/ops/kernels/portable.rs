//! Convolution and pooling in plain loops: for every element type and processor, and the reference
//! that the fast kernels are tested against.

use super::convolution::{Correlate, FilterGradient, Geometry};
use crate::Float;
use crate::nn::ops::Pool2d;

type Shape = (usize, usize, usize, usize);

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

/// The largest elements of an image, and where in their windows (row by row) they stand.
pub(crate) fn max_pool<E: Float>(
    x: &[E],
    y: &mut [E],
    winners: &mut [u16],
    (from, to): (Shape, Shape),
    pool: Pool2d,
) {
    let channels = to.3;
    for_each_window(from, to, pool, |output, input, place| {
        let x = &x[input * channels..][..channels];
        let y = &mut y[output * channels..][..channels];
        let winners = &mut winners[output * channels..][..channels];
        for ((&x, y), winner) in x.iter().zip(y).zip(winners) {
            let better = place == 0 || x > *y;
            *y = if better { x } else { *y };
            *winner = if better { place } else { *winner };
        }
    });
}

/// sum += the gradient of a pooled image: each window's goes to its largest element.
pub(crate) fn unpool_max<E: Float>(
    arrived: &[E],
    winners: &[u16],
    (from, to): (Shape, Shape),
    pool: Pool2d,
    sum: &mut [E],
) {
    let channels = to.3;
    for_each_window(from, to, pool, |output, input, place| {
        let sum = &mut sum[input * channels..][..channels];
        let range = output * channels..(output + 1) * channels;
        let arrived = arrived[range.clone()].iter().zip(&winners[range]);
        for (sum, (&a, &winner)) in sum.iter_mut().zip(arrived) {
            *sum += if winner == place { a } else { E::zero() };
        }
    });
}

/// The mean of each window of an image, added to zeros in y.
pub(crate) fn average_pool<E: Float>(
    x: &[E],
    y: &mut [E],
    (from, to): (Shape, Shape),
    pool: Pool2d,
) {
    let channels = to.3;
    let share = E::one() / E::cast(pool.size.0 * pool.size.1);
    for_each_window(from, to, pool, |output, input, _| {
        let x = &x[input * channels..][..channels];
        let y = &mut y[output * channels..][..channels];
        y.iter_mut().zip(x).for_each(|(y, &x)| *y += x * share);
    });
}

/// sum += the gradient of an averaged image.
pub(crate) fn unpool_average<E: Float>(
    arrived: &[E],
    (from, to): (Shape, Shape),
    pool: Pool2d,
    sum: &mut [E],
) {
    let channels = to.3;
    let share = E::one() / E::cast(pool.size.0 * pool.size.1);
    for_each_window(from, to, pool, |output, input, _| {
        let arrived = &arrived[output * channels..][..channels];
        let sum = &mut sum[input * channels..][..channels];
        sum.iter_mut().zip(arrived).for_each(|(sum, &a)| *sum += a * share);
    });
}

/// Calls `each` with output pixel, input pixel and place in the window, for every window.
fn for_each_window(from: Shape, to: Shape, pool: Pool2d, mut each: impl FnMut(usize, usize, u16)) {
    for output in 0..to.1 * to.2 {
        let (row, column) = (output / to.2 * pool.stride.0, output % to.2 * pool.stride.1);
        for place in 0..pool.size.0 * pool.size.1 {
            let (down, across) = (place / pool.size.1, place % pool.size.1);
            each(output, (row + down) * from.2 + column + across, place as u16);
        }
    }
}
