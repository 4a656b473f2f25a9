//! Predicted probabilities: their form, and their cross-entropy.

use ndarray::{Array2, ArrayBase, Data, Ix2};

use crate::data::AsLabels;
use crate::{Error, Float, Result};

/// Mean over the samples of `-ln p`, where `p` is the probability that was predicted for the true
/// class (n x classes), clipped to `[eps, 1 - eps]` with the machine precision `eps` of its type:
/// scikit-learn's `log_loss`.
///
/// # Errors
/// [`Error::Shape`](fashion_kernels::Error::Shape) unless there is one row for each label, and at least one;
/// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for a label without a column or a row that is no distribution.
pub fn log_loss<T, F, S>(truth: &T, probabilities: &ArrayBase<S, Ix2>) -> Result<f64>
where
    T: AsLabels + ?Sized,
    F: Float,
    S: Data<Elem = F>,
{
    let truth = truth.as_labels();
    let probabilities = checked(&truth, probabilities)?;
    let eps = epsilon::<F>();
    let losses = truth.iter().zip(probabilities.outer_iter());
    let sum: f64 = losses.map(|(&label, row)| -row[label].clamp(eps, 1.0 - eps).ln()).sum();
    Ok(sum / truth.len() as f64)
}

fn epsilon<F: Float>() -> f64 {
    F::epsilon().to_f64().unwrap_or(f64::EPSILON)
}

/// The probabilities in `f64`, one distribution over the classes for each label.
///
/// Rows must sum to 1 within the root of the machine precision, as scikit-learn demands.
pub(super) fn checked<F, S>(
    truth: &[usize],
    probabilities: &ArrayBase<S, Ix2>,
) -> Result<Array2<f64>>
where
    F: Float,
    S: Data<Elem = F>,
{
    let (rows, classes) = probabilities.dim();
    if rows == 0 || rows != truth.len() {
        let expected = format!("one row for each of {} labels, at least 1", truth.len());
        return Err(Error::shape("probabilities", expected, probabilities.dim()));
    }
    if let Some(&label) = truth.iter().find(|&&label| label >= classes) {
        let expected = format!("below {classes}, the number of columns");
        return Err(Error::parameter("label", expected, label));
    }
    let tolerance = epsilon::<F>().sqrt();
    let probabilities = probabilities.mapv(|p| p.to_f64().unwrap_or(f64::NAN));
    for (i, row) in probabilities.outer_iter().enumerate() {
        let within = row.iter().all(|p| (0.0..=1.0).contains(p));
        if !within || (row.sum() - 1.0).abs() > tolerance {
            let expected =
                format!("row {i} of numbers from 0 to 1 with sum 1 (softmax, not logits)");
            return Err(Error::parameter("probabilities", expected, row.to_vec()));
        }
    }
    Ok(probabilities)
}
