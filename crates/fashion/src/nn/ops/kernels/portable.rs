//! Convolution and pooling in plain loops: for every element type and processor, and the reference
//! that the fast kernels are tested against.

use super::Geometry;
use super::threads::{for_each_pair, for_each_piece, sum_over};
use crate::Float;
use crate::nn::ops::Pool2d;

type Shape = (usize, usize, usize, usize);

/// Y = X * F + b
pub(crate) fn forward<E: Float>(g: &Geometry, x: &[E], filters: &[E], bias: &[E], y: &mut [E]) {
    for_each_piece((y, g.output_pixels() * g.filters), g.cost(), |sample, y| {
        y.chunks_exact_mut(g.filters).for_each(|y| y.copy_from_slice(bias));
        g.for_each_tap(|pixel, input, tap| {
            let x = &x[(sample * g.pixels() + input) * g.channels..][..g.channels];
            let y = &mut y[pixel * g.filters..][..g.filters];
            let filters = &filters[tap * g.channels * g.filters..];
            for (&x, filter) in x.iter().zip(filters.chunks_exact(g.filters)) {
                y.iter_mut().zip(filter).for_each(|(y, &f)| *y += x * f);
            }
        });
    });
}

/// sum += the gradient of the filters, from the gradient `delta` at X * F + b.
pub(crate) fn filter_gradient<E: Float>(g: &Geometry, x: &[E], delta: &[E], sum: &mut [E]) {
    sum_over(g.n, g.cost(), sum, |samples, sum| {
        for sample in samples {
            g.for_each_tap(|pixel, input, tap| {
                let x = &x[(sample * g.pixels() + input) * g.channels..][..g.channels];
                let delta = &delta[(sample * g.output_pixels() + pixel) * g.filters..][..g.filters];
                let sum = &mut sum[tap * g.channels * g.filters..];
                for (&x, sum) in x.iter().zip(sum.chunks_exact_mut(g.filters)) {
                    sum.iter_mut().zip(delta).for_each(|(sum, &d)| *sum += x * d);
                }
            });
        }
    });
}

/// sum += the gradient of X.
pub(crate) fn input_gradient<E: Float>(g: &Geometry, filters: &[E], delta: &[E], sum: &mut [E]) {
    // (kh kw, filters, channels), so that the inner loop runs over neighbours.
    let mut turned = vec![E::zero(); filters.len()];
    for (index, &f) in filters.iter().enumerate() {
        let (tap, channel, filter) =
            (index / (g.channels * g.filters), index / g.filters % g.channels, index % g.filters);
        turned[(tap * g.filters + filter) * g.channels + channel] = f;
    }
    for_each_piece((sum, g.pixels() * g.channels), g.cost(), |sample, sum| {
        g.for_each_tap(|pixel, input, tap| {
            let delta = &delta[(sample * g.output_pixels() + pixel) * g.filters..][..g.filters];
            let sum = &mut sum[input * g.channels..][..g.channels];
            let turned = &turned[tap * g.filters * g.channels..];
            for (&d, filter) in delta.iter().zip(turned.chunks_exact(g.channels)) {
                sum.iter_mut().zip(filter).for_each(|(sum, &f)| *sum += d * f);
            }
        });
    });
}

/// The largest elements, and where in their windows (row by row) they stand.
pub(crate) fn max_pool<E: Float>(
    x: &[E],
    from: Shape,
    to: Shape,
    pool: Pool2d,
) -> (Vec<E>, Vec<u16>) {
    let channels = to.3;
    let (from_size, to_size) = (from.1 * from.2 * channels, to.1 * to.2 * channels);
    let mut y = vec![E::zero(); to.0 * to_size];
    let mut winners = vec![0; y.len()];
    for_each_pair((&mut y, to_size), (&mut winners, to_size), x.len(), |sample, y, winners| {
        let x = &x[sample * from_size..][..from_size];
        for_each_window(from, to, pool, |output, input, place| {
            let x = &x[input * channels..][..channels];
            let y = &mut y[output * channels..][..channels];
            let winners = &mut winners[output * channels..][..channels];
            for ((&x, y), winner) in x.iter().zip(y).zip(winners) {
                if place == 0 || x > *y {
                    (*y, *winner) = (x, place);
                }
            }
        });
    });
    (y, winners)
}

/// sum += the gradient of what was pooled: each window's goes to its largest element.
pub(crate) fn unpool_max<E: Float>(
    arrived: &[E],
    winners: &[u16],
    from: Shape,
    to: Shape,
    pool: Pool2d,
    sum: &mut [E],
) {
    let channels = to.3;
    let (from_size, to_size) = (from.1 * from.2 * channels, to.1 * to.2 * channels);
    let cost = sum.len();
    for_each_piece((sum, from_size), cost, |sample, sum| {
        let arrived = &arrived[sample * to_size..][..to_size];
        let winners = &winners[sample * to_size..][..to_size];
        for_each_window(from, to, pool, |output, input, place| {
            let sum = &mut sum[input * channels..][..channels];
            let range = output * channels..(output + 1) * channels;
            for ((sum, &a), &winner) in
                sum.iter_mut().zip(&arrived[range.clone()]).zip(&winners[range])
            {
                *sum += if winner == place { a } else { E::zero() };
            }
        });
    });
}

/// The mean of each window.
pub(crate) fn average_pool<E: Float>(x: &[E], from: Shape, to: Shape, pool: Pool2d) -> Vec<E> {
    let channels = to.3;
    let (from_size, to_size) = (from.1 * from.2 * channels, to.1 * to.2 * channels);
    let share = E::one() / E::cast(pool.size.0 * pool.size.1);
    let mut y = vec![E::zero(); to.0 * to_size];
    for_each_piece((&mut y, to_size), x.len(), |sample, y| {
        let x = &x[sample * from_size..][..from_size];
        for_each_window(from, to, pool, |output, input, _| {
            let x = &x[input * channels..][..channels];
            let y = &mut y[output * channels..][..channels];
            y.iter_mut().zip(x).for_each(|(y, &x)| *y += x);
        });
        y.iter_mut().for_each(|y| *y *= share);
    });
    y
}

/// sum += the gradient of what was averaged.
pub(crate) fn unpool_average<E: Float>(
    arrived: &[E],
    from: Shape,
    to: Shape,
    pool: Pool2d,
    sum: &mut [E],
) {
    let channels = to.3;
    let (from_size, to_size) = (from.1 * from.2 * channels, to.1 * to.2 * channels);
    let share = E::one() / E::cast(pool.size.0 * pool.size.1);
    let cost = sum.len();
    for_each_piece((sum, from_size), cost, |sample, sum| {
        let arrived = &arrived[sample * to_size..][..to_size];
        for_each_window(from, to, pool, |output, input, _| {
            let arrived = &arrived[output * channels..][..channels];
            let sum = &mut sum[input * channels..][..channels];
            sum.iter_mut().zip(arrived).for_each(|(sum, &a)| *sum += a * share);
        });
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
