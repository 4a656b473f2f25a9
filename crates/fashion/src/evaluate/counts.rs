//! Counts of samples that can be added up.

use crate::{Error, Result};

/// Above it, a count is no longer a whole `f64`; no data set comes near.
const MOST: usize = if usize::BITS > 53 { 1 << 53 } else { usize::MAX };

/// The sum of `counts`.
///
/// # Errors
/// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) if it is above 2^53.
pub(super) fn total<'a>(
    what: &'static str,
    counts: impl IntoIterator<Item = &'a usize>,
) -> Result<usize> {
    let sum = counts.into_iter().try_fold(0_usize, |sum, &count| sum.checked_add(count));
    sum.filter(|&sum| sum <= MOST)
        .ok_or_else(|| Error::parameter(what, format!("at most {MOST} samples in all"), "more"))
}
