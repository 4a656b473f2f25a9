//! Shards of work on the threads of the caller's pool.

use std::cell::Cell;
use std::mem::MaybeUninit;

#[cfg(not(target_family = "wasm"))]
use rayon::prelude::*;

use crate::Float;
use crate::scratch::Scratch;

thread_local! {
    /// Whether this thread is inside [`alone`].
    static ALONE: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work` on this thread only, even inside a pool: one of many fits that run side by side, or
/// one whose steps are too small to share.
pub fn alone<R>(work: impl FnOnce() -> R) -> R {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            ALONE.set(self.0);
        }
    }
    let _restore = Restore(ALONE.replace(true));
    work()
}

/// How many threads an operation may use here and now: those of the rayon pool that it runs in, or 1
/// outside of any pool, inside [`alone`], and where there are no threads.
pub fn available() -> usize {
    #[cfg(not(target_family = "wasm"))]
    if rayon::current_thread_index().is_some() && !ALONE.get() {
        return rayon::current_num_threads();
    }
    1
}

/// Below this many operations a second thread costs more than it saves.
#[cfg(not(target_family = "wasm"))]
const WORTH_A_THREAD: usize = 1 << 18;

/// Whether `shards` of work with `cost` operations in all are worth the threads of this pool.
#[cfg(not(target_family = "wasm"))]
fn pooled(shards: usize, cost: usize) -> bool {
    available() > 1 && shards > 1 && cost >= WORTH_A_THREAD
}

/// Calls `work` for every shard, on the threads of the pool that this runs in. Outside of a pool,
/// with one thread, or if `cost` is small: one after the other.
pub fn for_each_shard(shards: usize, cost: usize, work: impl Fn(usize) + Sync + Send) {
    #[cfg(not(target_family = "wasm"))]
    if pooled(shards, cost) {
        (0..shards).into_par_iter().with_max_len(1).for_each(work);
        return;
    }
    let _ = cost;
    (0..shards).for_each(work);
}

/// [`for_each_shard`] over pieces of `data` of `size` elements; `work` gets the piece's number.
pub fn for_each_piece<A: Send>(
    (data, size): (&mut [A], usize),
    cost: usize,
    work: impl Fn(usize, &mut [A]) + Sync + Send,
) {
    for_each_piece_with((data, size), cost, || (), |(), index, piece| work(index, piece));
}

/// [`for_each_piece`] with something that `start` makes once for several pieces: buffers, mostly.
pub fn for_each_piece_with<A: Send, S>(
    (data, size): (&mut [A], usize),
    cost: usize,
    start: impl Fn() -> S + Sync + Send,
    work: impl Fn(&mut S, usize, &mut [A]) + Sync + Send,
) {
    let size = size.max(1);
    #[cfg(not(target_family = "wasm"))]
    if pooled(data.len().div_ceil(size), cost) {
        let pieces = data.par_chunks_mut(size).enumerate();
        pieces.for_each_init(start, |state, (index, piece)| work(state, index, piece));
        return;
    }
    let _ = cost;
    let mut state = start();
    data.chunks_mut(size).enumerate().for_each(|(index, piece)| work(&mut state, index, piece));
}

/// What `work` makes of every item, in their order; each item is a task of its own.
pub fn map<T: Send, R: Send>(
    items: Vec<T>,
    cost: usize,
    work: impl Fn(T) -> R + Sync + Send,
) -> Vec<R> {
    #[cfg(not(target_family = "wasm"))]
    if pooled(items.len(), cost) {
        return items.into_par_iter().with_max_len(1).map(work).collect();
    }
    let _ = cost;
    items.into_iter().map(work).collect()
}

/// A result of `length` elements that `work` makes out of zeros, piece by piece of `size`.
///
/// Zeros are written piece by piece as well, by the thread that works on them next.
pub fn make<A: Number>(
    (length, size): (usize, usize),
    cost: usize,
    work: impl Fn(usize, &mut [A]) + Sync + Send,
) -> Vec<A> {
    make_pair::<A, u16>((length, size), (length.div_ceil(size.max(1)), 1), cost, |index, a, _| {
        work(index, a)
    })
    .0
}

/// [`make`] for two results at once.
pub fn make_pair<A: Number, B: Number>(
    (a_length, a_size): (usize, usize),
    (b_length, b_size): (usize, usize),
    cost: usize,
    work: impl Fn(usize, &mut [A], &mut [B]) + Sync + Send,
) -> (Vec<A>, Vec<B>) {
    let (a_size, b_size) = (a_size.max(1), b_size.max(1));
    let shards = a_length.div_ceil(a_size);
    assert_eq!(shards, b_length.div_ceil(b_size));
    let (mut a, mut b) = (Vec::with_capacity(a_length), Vec::with_capacity(b_length));
    let a_pieces = &mut a.spare_capacity_mut()[..a_length];
    let b_pieces = &mut b.spare_capacity_mut()[..b_length];
    let make = |(index, (a, b)): (usize, (&mut [_], &mut [_]))| work(index, zeros(a), zeros(b));
    #[cfg(not(target_family = "wasm"))]
    let shared = pooled(shards, cost);
    #[cfg(target_family = "wasm")]
    let (shared, _) = (false, cost);
    if shared {
        #[cfg(not(target_family = "wasm"))]
        {
            let pairs = a_pieces.par_chunks_mut(a_size).zip(b_pieces.par_chunks_mut(b_size));
            pairs.enumerate().for_each(make);
        }
    } else {
        let pairs = a_pieces.chunks_mut(a_size).zip(b_pieces.chunks_mut(b_size));
        pairs.enumerate().for_each(make);
    }
    // SAFETY: the pieces cover both vectors, and `zeros` has written every element of a piece.
    unsafe {
        a.set_len(a_length);
        b.set_len(b_length);
    }
    (a, b)
}

/// What results are made of; its default is 0.
pub trait Number: Copy + Default + Send {}
impl<A: Copy + Default + Send> Number for A {}

/// The piece with zeros in it.
fn zeros<A: Number>(piece: &mut [MaybeUninit<A>]) -> &mut [A] {
    piece.fill(MaybeUninit::new(A::default()));
    // SAFETY: every element has just been written.
    unsafe { &mut *(std::ptr::from_mut(piece) as *mut [A]) }
}

/// Adds to `sum` what `work` computes for `items` (samples), a fixed number of them per partial sum.
///
/// `work` gets a range of items and zeros of the length of `sum`. The partial sums are added in
/// order, so the result does not depend on the threads.
pub fn sum_over<E: Float>(
    items: usize,
    cost: usize,
    sum: &mut [E],
    work: impl Fn(std::ops::Range<usize>, &mut [E]) + Sync + Send,
) {
    let shard = items.div_ceil(PARTIAL_SUMS).max(1);
    let shards = items.div_ceil(shard);
    let length = sum.len();
    let numbers = shards.checked_mul(length).expect("a few sums of a size that there is");
    let mut partial = Scratch::<E>::new(numbers);
    for_each_piece((&mut partial, length), cost, |index, partial| {
        partial.fill(E::zero());
        work(index * shard..items.min((index + 1) * shard), partial);
    });
    const PIECE: usize = 1 << 12;
    for_each_piece((sum, PIECE), shards * length, |index, sum| {
        for shard in 0..shards {
            let partial = &partial[shard * length + index * PIECE..][..sum.len()];
            sum.iter_mut().zip(partial).for_each(|(sum, &p)| *sum += p);
        }
    });
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

#[cfg(all(test, not(target_family = "wasm")))]
mod tests {
    use super::*;

    #[test]
    fn work_alone_in_a_pool_sees_one_thread_and_leaves_the_pool_as_it_was() {
        assert_eq!(available(), 1, "outside of any pool");
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        pool.install(|| {
            assert_eq!(available(), 2);
            assert_eq!(alone(|| alone(available) + available()), 2);
            assert_eq!(available(), 2);
        });
    }
}
