//! Plain loops over elements, compiled for every path.

use crate::Float;
use crate::path::{InstructionSet, for_every_path};
use crate::window::Pooling;

for_every_path! {
    /// sum += every row.
    pub(crate) fn add_rows<E: Float>(rows: &[E], sum: &mut [E]) {
        for row in rows.chunks_exact(sum.len().max(1)) {
            sum.iter_mut().zip(row).for_each(|(sum, &x)| *sum += x);
        }
    }

    /// y = the largest elements of x, and where in their windows (row by row) they stand.
    pub(crate) fn max_pool<E: Float>(x: &[E], y: &mut [E], winners: &mut [u16], pooling: Pooling) {
        let channels = pooling.to.3;
        for (output, input, place) in windows(pooling) {
            let x = &x[input * channels..][..channels];
            let y = &mut y[output * channels..][..channels];
            let winners = &mut winners[output * channels..][..channels];
            if place == 0 {
                y.copy_from_slice(x);
                winners.fill(0);
            } else {
                for ((&x, y), winner) in x.iter().zip(y).zip(winners) {
                    let better = x > *y;
                    *y = if better { x } else { *y };
                    *winner = if better { place } else { *winner };
                }
            }
        }
    }

    /// sum += the gradient of a pooled image: each window's goes to its largest element.
    pub(crate) fn unpool_max<E: Float>(
        arrived: &[E],
        winners: &[u16],
        sum: &mut [E],
        pooling: Pooling,
    ) {
        let channels = pooling.to.3;
        for (output, input, place) in windows(pooling) {
            let sum = &mut sum[input * channels..][..channels];
            let range = output * channels..(output + 1) * channels;
            let arrived = arrived[range.clone()].iter().zip(&winners[range]);
            for (sum, (&a, &winner)) in sum.iter_mut().zip(arrived) {
                *sum += if winner == place { a } else { E::zero() };
            }
        }
    }

    /// y += the mean of each window.
    pub(crate) fn average_pool<E: Float>(x: &[E], y: &mut [E], pooling: Pooling) {
        let channels = pooling.to.3;
        let share = E::one() / E::of((pooling.pool.size.0 * pooling.pool.size.1) as f64);
        for (output, input, _) in windows(pooling) {
            let x = &x[input * channels..][..channels];
            let y = &mut y[output * channels..][..channels];
            y.iter_mut().zip(x).for_each(|(y, &x)| *y += x * share);
        }
    }

    /// sum += the gradient of an averaged image.
    pub(crate) fn unpool_average<E: Float>(arrived: &[E], sum: &mut [E], pooling: Pooling) {
        let channels = pooling.to.3;
        let share = E::one() / E::of((pooling.pool.size.0 * pooling.pool.size.1) as f64);
        for (output, input, _) in windows(pooling) {
            let arrived = &arrived[output * channels..][..channels];
            let sum = &mut sum[input * channels..][..channels];
            sum.iter_mut().zip(arrived).for_each(|(sum, &a)| *sum += a * share);
        }
    }
}

/// Output pixel, input pixel and place in the window, for every pixel of every window.
#[inline(always)]
fn windows(Pooling { from, to, pool }: Pooling) -> impl Iterator<Item = (usize, usize, u16)> {
    let places = pool.size.0 * pool.size.1;
    (0..to.1 * to.2 * places).map(move |index| {
        let (output, place) = (index / places, index % places);
        let (row, column) = (output / to.2 * pool.stride.0, output % to.2 * pool.stride.1);
        let (down, across) = (place / pool.size.1, place % pool.size.1);
        (output, (row + down) * from.2 + column + across, place as u16)
    })
}
