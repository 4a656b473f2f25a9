//! The same experiment again and again, with another seed each time.

use fashion_base::{interrupt, threads};
use fashion_kernels::threads::alone;
use rayon::prelude::*;

use crate::Result;

const WHAT: &str = "repeat";

/// What `work` gives for each of these seeds (or draws of training images), in their order.
///
/// The repetitions run side by side, each on one thread, so what they give does not depend on how
/// many threads there are.
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
    let seeds: Vec<S> = seeds.into_iter().collect();
    let _listening = interrupt::listen();
    let each = |seed| {
        interrupt::check(WHAT)?;
        alone(|| work(seed))
    };
    let done: Vec<Result<T>> =
        threads::run(|| seeds.into_par_iter().with_max_len(1).map(each).collect())?;
    let done = done.into_iter().collect::<Result<Vec<T>>>()?;
    // A fit that was interrupted is no error of `work`.
    interrupt::check(WHAT)?;
    Ok(done)
}
