//! Which predictions are right.

use std::borrow::Cow;

use super::labels::AsLabels;
use crate::{Error, Result};

/// The share of predictions that are right: 0 to 1.
///
/// # Errors
/// [`Error::Shape`](fashion_kernels::Error::Shape) if there are not as many predictions as labels, or none.
pub fn accuracy<T, P>(truth: &T, predicted: &P) -> Result<f64>
where
    T: AsLabels + ?Sized,
    P: AsLabels + ?Sized,
{
    let right = correct(truth, predicted)?;
    Ok(right.iter().filter(|&&right| right).count() as f64 / right.len() as f64)
}

/// The share of predictions that are wrong: 1 - [`accuracy`].
///
/// # Errors
/// As [`accuracy`].
pub fn error_rate<T, P>(truth: &T, predicted: &P) -> Result<f64>
where
    T: AsLabels + ?Sized,
    P: AsLabels + ?Sized,
{
    Ok(1.0 - accuracy(truth, predicted)?)
}

/// For each sample, whether its prediction is right.
///
/// # Errors
/// As [`accuracy`].
pub fn correct<T, P>(truth: &T, predicted: &P) -> Result<Vec<bool>>
where
    T: AsLabels + ?Sized,
    P: AsLabels + ?Sized,
{
    let (truth, predicted) = paired(truth, predicted)?;
    Ok(truth.iter().zip(predicted.iter()).map(|(t, p)| t == p).collect())
}

type Labels<'a> = Cow<'a, [usize]>;

/// Truth and prediction as slices of the same length, at least 1.
pub(crate) fn paired<'a, T, P>(truth: &'a T, predicted: &'a P) -> Result<(Labels<'a>, Labels<'a>)>
where
    T: AsLabels + ?Sized,
    P: AsLabels + ?Sized,
{
    let (truth, predicted) = (truth.as_labels(), predicted.as_labels());
    if truth.is_empty() || truth.len() != predicted.len() {
        let expected = format!("one prediction for each of {} labels, at least 1", truth.len());
        return Err(Error::shape("comparing predictions", expected, predicted.len()));
    }
    Ok((truth, predicted))
}
