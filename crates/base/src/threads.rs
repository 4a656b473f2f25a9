//! Threads for one computation.
//!
//! Every notebook cell links its own copy of this crate's statics, so rayon's global pool would be
//! created once per cell and never end. A computation therefore brings its own pool, and the pool
//! ends with it.

pub use fashion_kernels::threads::{alone, available};

use crate::Result;

/// How many threads a computation uses: `RAYON_NUM_THREADS` if it is set to a positive number,
/// else one per processor.
pub fn threads() -> usize {
    std::env::var("RAYON_NUM_THREADS")
        .ok()
        .and_then(|value| value.parse().ok())
        .filter(|&count| count > 0)
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
}

/// Runs `work` with [`threads`] threads for rayon's parallel iterators, which end with it.
///
/// Inside another computation's pool, `work` runs in that pool: a fit that is one of many in a
/// grid search starts no threads of its own.
///
/// # Errors
/// [`Error::Threads`](crate::Error::Threads) if the operating system gives no threads.
pub fn run<R: Send>(work: impl FnOnce() -> R + Send) -> Result<R> {
    run_with(threads(), work)
}

/// More threads than any machine has processors for; the system's limits lie above.
#[cfg(not(target_family = "wasm"))]
const MOST: usize = 1024;

/// [`run`] with a number of threads of the caller's choice. Where there are no threads
/// (WebAssembly), `work` is simply called.
///
/// # Errors
/// As [`run`].
pub fn run_with<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> Result<R> {
    #[cfg(not(target_family = "wasm"))]
    {
        if rayon::current_thread_index().is_some() {
            return Ok(work());
        }
        if threads > MOST {
            let reason = format!("expected at most {MOST}");
            return Err(crate::Error::Threads { threads, reason });
        }
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(
            |error: rayon::ThreadPoolBuildError| crate::Error::Threads {
                threads,
                reason: error.to_string(),
            },
        )?;
        Ok(pool.install(work))
    }
    #[cfg(target_family = "wasm")]
    {
        let _ = threads;
        Ok(work())
    }
}
