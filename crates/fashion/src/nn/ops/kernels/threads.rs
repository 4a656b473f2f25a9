//! Shards of work on the threads of the caller's pool.

use rayon::prelude::*;

use super::scratch::Scratch;
use crate::parallel;

/// Below this many operations a second thread costs more than it saves.
const WORTH_A_THREAD: usize = 1 << 18;

/// Whether `shards` of work with `cost` operations in all are worth the threads of this pool.
fn pooled(shards: usize, cost: usize) -> bool {
    parallel::available() > 1 && shards > 1 && cost >= WORTH_A_THREAD
}

/// Calls `work` for every shard, on the threads of the pool that this runs in. Outside of a pool,
/// with one thread, or if `cost` is small: one after the other.
pub(crate) fn for_each_shard(shards: usize, cost: usize, work: impl Fn(usize) + Sync + Send) {
    if pooled(shards, cost) {
        (0..shards).into_par_iter().with_max_len(1).for_each(work);
    } else {
        (0..shards).for_each(work);
    }
}

/// [`for_each_shard`] over pieces of `data` of `size` elements; `work` gets the piece's number.
pub(crate) fn for_each_piece<A: Send>(
    (data, size): (&mut [A], usize),
    cost: usize,
    work: impl Fn(usize, &mut [A]) + Sync + Send,
) {
    let size = size.max(1);
    if pooled(data.len().div_ceil(size), cost) {
        data.par_chunks_mut(size).enumerate().for_each(|(index, piece)| work(index, piece));
    } else {
        data.chunks_mut(size).enumerate().for_each(|(index, piece)| work(index, piece));
    }
}

/// [`for_each_piece`] over the pieces of two results at once.
pub(crate) fn for_each_pair<A: Send, B: Send>(
    (a, a_size): (&mut [A], usize),
    (b, b_size): (&mut [B], usize),
    cost: usize,
    work: impl Fn(usize, &mut [A], &mut [B]) + Sync + Send,
) {
    let (a_size, b_size) = (a_size.max(1), b_size.max(1));
    if pooled(a.len().div_ceil(a_size), cost) {
        let pairs = a.par_chunks_mut(a_size).zip(b.par_chunks_mut(b_size));
        pairs.enumerate().for_each(|(index, (a, b))| work(index, a, b));
    } else {
        let pairs = a.chunks_mut(a_size).zip(b.chunks_mut(b_size));
        pairs.enumerate().for_each(|(index, (a, b))| work(index, a, b));
    }
}

/// Adds to `sum` what `work` computes for `items` (samples), a fixed number of them per partial sum.
///
/// `work` gets a range of items and zeros of the length of `sum`. The partial sums are added in
/// order, so the result does not depend on the threads.
pub(crate) fn sum_over<E: crate::Float>(
    items: usize,
    cost: usize,
    sum: &mut [E],
    work: impl Fn(std::ops::Range<usize>, &mut [E]) + Sync + Send,
) {
    let shard = items.div_ceil(PARTIAL_SUMS).max(1);
    let shards = items.div_ceil(shard);
    let mut partial = Scratch::<E>::zeros(shards * sum.len());
    for_each_piece((&mut partial, sum.len()), cost, |index, partial| {
        work(index * shard..items.min((index + 1) * shard), partial);
    });
    for partial in partial.chunks_exact(sum.len().max(1)) {
        sum.iter_mut().zip(partial).for_each(|(sum, &p)| *sum += p);
    }
}

/// Partial sums of a batch: enough for 8 threads, few enough that adding them costs little.
const PARTIAL_SUMS: usize = 8;

/// A pointer into a result that several shards write, each its own part.
#[derive(Clone, Copy)]
pub(crate) struct Shared<E>(pub(crate) *mut E);

// SAFETY: whoever writes through the pointer says why the shards' parts do not overlap.
unsafe impl<E: Send> Send for Shared<E> {}
// SAFETY: as above.
unsafe impl<E: Send> Sync for Shared<E> {}

impl<E> Shared<E> {
    /// The pointer (a method, so that closures capture the whole `Shared`).
    pub(crate) fn get(self) -> *mut E {
        self.0
    }
}
