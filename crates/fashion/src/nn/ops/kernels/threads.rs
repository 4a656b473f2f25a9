//! Shards of work on the threads of the caller's pool.

use rayon::prelude::*;

/// Below this many multiplications a second thread costs more than it saves.
const WORTH_A_THREAD: usize = 1 << 20;

/// Calls `work` for every shard, on the threads of the pool that this runs in. Outside of a pool,
/// with one thread, or if `cost` (multiplications in all) is small: one after the other.
pub(crate) fn for_each_shard(shards: usize, cost: usize, work: impl Fn(usize) + Sync) {
    let pooled = rayon::current_thread_index().is_some() && rayon::current_num_threads() > 1;
    if pooled && shards > 1 && cost >= WORTH_A_THREAD {
        (0..shards).into_par_iter().with_max_len(1).for_each(&work);
    } else {
        (0..shards).for_each(work);
    }
}

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
