//! Threads for one computation.
//!
//! Every notebook cell links its own copy of this crate's statics, so rayon's global pool would be
//! created once per cell and never end. A computation therefore brings its own pool, and the pool
//! ends with it.

use std::cell::Cell;

use rayon::{ThreadPoolBuildError, ThreadPoolBuilder};

use crate::{Error, Result};

/// How many threads a computation uses: `RAYON_NUM_THREADS` if it is set to a positive number,
/// else one per processor.
pub fn threads() -> usize {
    std::env::var("RAYON_NUM_THREADS")
        .ok()
        .and_then(|value| value.parse().ok())
        .filter(|&count| count > 0)
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
}

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

/// How many threads an operation may use here and now: those of the pool that it runs in, or 1
/// outside of any pool and inside [`alone`].
pub(crate) fn available() -> usize {
    let pooled = rayon::current_thread_index().is_some() && !ALONE.get();
    if pooled { rayon::current_num_threads() } else { 1 }
}

/// Runs `work` with [`threads`] threads for rayon's parallel iterators, which end with it.
///
/// Inside another computation's pool, `work` runs in that pool: a fit that is one of many in a
/// grid search starts no threads of its own.
///
/// # Errors
/// [`Error::Threads`] if the operating system gives no threads.
pub fn run<R: Send>(work: impl FnOnce() -> R + Send) -> Result<R> {
    run_with(threads(), work)
}

/// [`run`] with a number of threads of the caller's choice.
///
/// # Errors
/// As [`run`].
pub fn run_with<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> Result<R> {
    if rayon::current_thread_index().is_some() {
        return Ok(work());
    }
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|source: ThreadPoolBuildError| Error::Threads { threads, source })?;
    Ok(pool.install(work))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_alone_in_a_pool_sees_one_thread_and_leaves_the_pool_as_it_was() {
        assert_eq!(available(), 1, "outside of any pool");
        run_with(2, || {
            assert_eq!(available(), 2);
            assert_eq!(alone(|| alone(available) + available()), 2);
            assert_eq!(available(), 2);
        })
        .unwrap();
    }
}
