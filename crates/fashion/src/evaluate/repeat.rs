//! The same experiment again and again, with another seed each time.

use std::sync::{Mutex, PoisonError};

use fashion_base::{interrupt, threads};
use fashion_kernels::threads::alone;
use rayon::prelude::*;

use crate::{Error, Result};

const WHAT: &str = "repeat";

/// What `work` gives for each of these seeds (or draws of training images), in their order.
///
/// The repetitions run side by side, each on one thread; one that would be left by itself at the end has all
/// threads. What they give does not depend on how many threads there are.
///
/// ```
/// use fashion::evaluate::repeat;
/// use fashion::statistics::Runs;
///
/// let scores = repeat(1..=5, |seed| Ok(0.8 + 0.01 * f64::from(seed)))?;
/// assert_eq!(Runs::new(scores)?.n(), 5);
/// # Ok::<(), fashion::Error>(())
/// ```
///
/// # Errors
/// The first that `work` gives, in the order of the seeds;
/// [`Error::Interrupted`](fashion_base::Error::Interrupted) if the reader interrupts it.
pub fn repeat<S: Send, T: Send>(
    seeds: impl IntoIterator<Item = S>,
    work: impl Fn(S) -> Result<T> + Sync + Send,
) -> Result<Vec<T>> {
    let seeds: Vec<Mutex<Option<S>>> =
        seeds.into_iter().map(|seed| Mutex::new(Some(seed))).collect();
    let done: Vec<Mutex<Option<Result<T>>>> = seeds.iter().map(|_| Mutex::new(None)).collect();
    let _listening = interrupt::listen();
    side_by_side(seeds.len(), &|index| {
        let seed = seeds[index].lock().unwrap_or_else(PoisonError::into_inner).take();
        let result = interrupt::check(WHAT).map_err(Error::from);
        let result = result.and_then(|()| seed.map(&work).transpose());
        *done[index].lock().unwrap_or_else(PoisonError::into_inner) = result.transpose();
    })?;
    let done =
        done.into_iter().map(|slot| slot.into_inner().unwrap_or_else(PoisonError::into_inner));
    let done = done.flatten().collect::<Result<Vec<T>>>()?;
    // A fit that was interrupted is no error of `work`.
    interrupt::check(WHAT)?;
    Ok(done)
}

/// Each index once, on as many threads as there are. Nothing here depends on the types of the work, so that a cell
/// which repeats something need not compile the handling of threads.
fn side_by_side(n: usize, work: &(dyn Fn(usize) + Sync)) -> Result<()> {
    Ok(threads::run(|| {
        let one_is_left = n % rayon::current_num_threads() == 1;
        let together = if one_is_left { n - 1 } else { n };
        (0..together).into_par_iter().with_max_len(1).for_each(|index| alone(|| work(index)));
        (together..n).for_each(work);
    })?)
}

#[cfg(test)]
mod tests {
    use fashion_kernels::threads::available;

    use super::*;

    #[test]
    fn one_that_is_left_by_itself_has_all_threads() {
        let threads_of = |n: usize, pool: usize| {
            threads::run_with(pool, || repeat(0..n, |_| Ok(available()))).unwrap().unwrap()
        };
        assert_eq!(threads_of(3, 2), [1, 1, 2]);
        assert_eq!(threads_of(4, 2), [1; 4]);
        assert_eq!(threads_of(3, 4), [1; 3], "two of them would wait");
        assert_eq!(threads_of(1, 4), [4]);
        assert_eq!(threads_of(3, 1), [1; 3]);
    }

    #[test]
    fn results_stand_in_the_order_of_the_seeds_and_the_first_error_counts() {
        let squares = repeat(0..20, |seed| Ok(seed * seed)).unwrap();
        assert_eq!(squares, (0..20).map(|seed| seed * seed).collect::<Vec<_>>());
        assert!(repeat([(); 0], |()| Ok(1)).unwrap().is_empty());
        let fails = |seed: usize| seed % 3 == 2;
        let error = repeat(0..20, |seed| {
            if fails(seed) { Err(Error::parameter("seed", "another", seed)) } else { Ok(seed) }
        });
        assert!(error.unwrap_err().to_string().ends_with("got 2"));
    }
}
