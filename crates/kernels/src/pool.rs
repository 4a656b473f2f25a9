//! Pooling of a batch, image by image.

use crate::path::InstructionSet;
use crate::threads::{for_each_piece, make, make_pair};
use crate::window::Pooling;
use crate::{Float, loops};

/// The largest elements, and where in their windows (row by row) they stand.
///
/// # Panics
/// If a slice is not as long as its images.
pub fn max_pool<E: Float>(path: InstructionSet, x: &[E], pooling: Pooling) -> (Vec<E>, Vec<u16>) {
    let (from, to) = sizes(pooling);
    assert_eq!(x.len(), pooling.from.0 * from);
    let size = (pooling.to.0 * to, to);
    make_pair(size, size, x.len(), |sample, y, winners| {
        loops::max_pool(path, &x[sample * from..][..from], y, winners, pooling);
    })
}

/// sum += the gradient of what was pooled.
///
/// # Panics
/// If a slice is not as long as its images.
pub fn unpool_max<E: Float>(
    path: InstructionSet,
    arrived: &[E],
    winners: &[u16],
    pooling: Pooling,
    sum: &mut [E],
) {
    let ((from, to), cost) = (sizes(pooling), sum.len());
    assert!(sum.len() == pooling.from.0 * from && arrived.len() == pooling.to.0 * to);
    for_each_piece((sum, from), cost, |sample, sum| {
        let (arrived, winners) = (&arrived[sample * to..][..to], &winners[sample * to..][..to]);
        loops::unpool_max(path, arrived, winners, sum, pooling);
    });
}

/// The mean of each window.
///
/// # Panics
/// If a slice is not as long as its images.
pub fn average_pool<E: Float>(path: InstructionSet, x: &[E], pooling: Pooling) -> Vec<E> {
    let (from, to) = sizes(pooling);
    assert_eq!(x.len(), pooling.from.0 * from);
    make((pooling.to.0 * to, to), x.len(), |sample, y| {
        loops::average_pool(path, &x[sample * from..][..from], y, pooling);
    })
}

/// sum += the gradient of what was averaged.
///
/// # Panics
/// If a slice is not as long as its images.
pub fn unpool_average<E: Float>(
    path: InstructionSet,
    arrived: &[E],
    pooling: Pooling,
    sum: &mut [E],
) {
    let ((from, to), cost) = (sizes(pooling), sum.len());
    assert!(sum.len() == pooling.from.0 * from && arrived.len() == pooling.to.0 * to);
    for_each_piece((sum, from), cost, |sample, sum| {
        let arrived = &arrived[sample * to..][..to];
        loops::unpool_average(path, arrived, sum, pooling);
    });
}

/// Elements of one image before and after.
fn sizes(Pooling { from, to, .. }: Pooling) -> (usize, usize) {
    (from.1 * from.2 * from.3, to.1 * to.2 * to.3)
}
