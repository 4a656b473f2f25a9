//! Which labels may be wrong.

use ndarray::{Array2, ArrayBase, Data, Ix2};

use super::probability::checked;
use crate::data::AsLabels;
use crate::{Float, Result};
use fashion_base::numbers::argmax;

/// What keeps rounding from deciding (cleanlab's value).
const TOLERANCE: f64 = 1e-6;

/// A label that a classifier doubts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LabelIssue {
    /// The place of the sample.
    pub index: usize,
    /// Its label.
    pub label: usize,
    /// The class that the classifier is confident of.
    pub suggested: usize,
    /// The probability of the label as it is.
    pub probability: f64,
}

/// Confident learning (Northcutt, Jiang and Chuang, *Journal of Artificial Intelligence Research* 70, 2021): the samples whose
/// label a classifier doubts, the most doubtful first.
///
/// A classifier is *confident* of a class where its probability is at least what it gives that class on average where the label
/// says so. The label of a sample is doubtful if the classifier is confident of another class, and that is also its
/// most probable one. The probabilities must come from a classifier that has not learned from the sample itself (from folds, or
/// from other images): a sample that was learned by heart is doubted by nobody. This is cleanlab's
/// `find_label_issues(filter_by="confident_learning")`.
///
/// ```
/// use fashion::evaluate::label_issues;
/// use fashion::ndarray::array;
///
/// let labels = [0, 0, 0, 1, 1, 1];
/// let probabilities =
///     array![[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.2, 0.8], [0.1, 0.9], [0.4, 0.6]];
/// let issues = label_issues(&labels, &probabilities)?;
/// assert_eq!((issues.len(), issues[0].index, issues[0].suggested), (1, 2, 1));
/// # Ok::<(), fashion::Error>(())
/// ```
///
/// # Errors
/// [`Error::Shape`](fashion_kernels::Error::Shape) unless there is a row of probabilities for each label, and at least one;
/// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for a label without a column or a row that is no distribution.
pub fn label_issues<T, E, D>(
    labels: &T,
    probabilities: &ArrayBase<D, Ix2>,
) -> Result<Vec<LabelIssue>>
where
    T: AsLabels + ?Sized,
    E: Float,
    D: Data<Elem = E>,
{
    let labels = labels.as_labels();
    let probabilities = checked(&labels, probabilities)?;
    let thresholds = thresholds(&labels, &probabilities);
    let mut issues = Vec::new();
    for (index, (row, &label)) in probabilities.rows().into_iter().zip(labels.iter()).enumerate() {
        let most_probable = argmax(row.iter().copied());
        let confident: Vec<usize> =
            (0..row.len()).filter(|&class| row[class] >= thresholds[class] - TOLERANCE).collect();
        let suggested = match confident[..] {
            [] => continue,
            [class] => class,
            _ => most_probable,
        };
        if suggested != label && most_probable != label {
            issues.push(LabelIssue { index, label, suggested, probability: row[label] });
        }
    }
    issues.sort_by(|a, b| a.probability.total_cmp(&b.probability));
    Ok(issues)
}

/// The mean probability of each class over the samples that have it as label; a class without any is never reached.
fn thresholds(labels: &[usize], probabilities: &Array2<f64>) -> Vec<f64> {
    let mut sums = vec![(0.0, 0_usize); probabilities.ncols()];
    for (row, &label) in probabilities.rows().into_iter().zip(labels) {
        sums[label].0 += row[label];
        sums[label].1 += 1;
    }
    sums.into_iter().map(|(sum, n)| if n == 0 { f64::INFINITY } else { sum / n as f64 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_errors_and_a_class_without_labels_is_suggested_to_nobody() {
        let p = Array2::<f32>::from_elem((2, 2), 0.5);
        assert!(label_issues(&[0], &p).is_err());
        assert!(label_issues(&[0, 2], &p).is_err());
        let sure = ndarray::array![[0.1, 0.9], [0.2, 0.8]];
        assert_eq!(label_issues(&[0, 0], &sure).unwrap(), []);
    }
}
