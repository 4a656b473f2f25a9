//! Pooling of a batch, image by image.

use super::portable;
use super::threads::{for_each_pair, for_each_piece};
use crate::Float;
use crate::nn::ops::Pool2d;

type Shape = (usize, usize, usize, usize);

/// The largest elements, and where in their windows (row by row) they stand.
pub(crate) fn max_pool<E: Float>(
    x: &[E],
    from: Shape,
    to: Shape,
    pool: Pool2d,
) -> (Vec<E>, Vec<u16>) {
    let (from_size, to_size) = (size(from), size(to));
    let mut y = vec![E::zero(); to.0 * to_size];
    let mut winners = vec![0; y.len()];
    for_each_pair((&mut y, to_size), (&mut winners, to_size), x.len(), |sample, y, winners| {
        let x = &x[sample * from_size..][..from_size];
        portable::max_pool(x, y, winners, (from, to), pool);
    });
    (y, winners)
}

/// sum += the gradient of what was pooled.
pub(crate) fn unpool_max<E: Float>(
    arrived: &[E],
    winners: &[u16],
    from: Shape,
    to: Shape,
    pool: Pool2d,
    sum: &mut [E],
) {
    let (from_size, to_size, cost) = (size(from), size(to), sum.len());
    for_each_piece((sum, from_size), cost, |sample, sum| {
        let arrived = &arrived[sample * to_size..][..to_size];
        let winners = &winners[sample * to_size..][..to_size];
        portable::unpool_max(arrived, winners, (from, to), pool, sum);
    });
}

/// The mean of each window.
pub(crate) fn average_pool<E: Float>(x: &[E], from: Shape, to: Shape, pool: Pool2d) -> Vec<E> {
    let (from_size, to_size) = (size(from), size(to));
    let mut y = vec![E::zero(); to.0 * to_size];
    for_each_piece((&mut y, to_size), x.len(), |sample, y| {
        portable::average_pool(&x[sample * from_size..][..from_size], y, (from, to), pool);
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
    let (from_size, to_size, cost) = (size(from), size(to), sum.len());
    for_each_piece((sum, from_size), cost, |sample, sum| {
        let arrived = &arrived[sample * to_size..][..to_size];
        portable::unpool_average(arrived, (from, to), pool, sum);
    });
}

/// Elements of one image.
fn size(shape: Shape) -> usize {
    shape.1 * shape.2 * shape.3
}
