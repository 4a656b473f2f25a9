//! Does a classifier know which of its predictions are wrong?

use crate::show::LineChart;
use crate::{Error, Result};

/// Predictions from the most to the least confident, and which of them are wrong.
///
/// A confidence may be on any scale, such as a probability or a distance to a margin: only its order
/// counts, so that different classifiers compare. The error rate among the most confident share is the
/// risk-coverage curve of El-Yaniv and Wiener, *On the Foundations of Noise-free Selective
/// Classification* (2010).
///
/// ```
/// use fashion::evaluate::RiskCoverage;
///
/// let ranked = RiskCoverage::new(&[true, false, true, true], &[2.5, 0.1, 0.9, 1.4])?;
/// assert_eq!(ranked.error_at(1.0), 0.25);
/// assert_eq!(ranked.error_at(0.75), 0.0);
/// assert_eq!(ranked.separation(), 1.0);
/// # Ok::<(), fashion::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RiskCoverage {
    /// Descending, with whether the prediction is wrong.
    ranked: Vec<(f64, bool)>,
}

/// Predictions of similar confidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConfidenceGroup {
    /// The lowest confidence among them.
    pub low: f64,
    /// Their mean confidence.
    pub mean: f64,
    /// The highest confidence among them.
    pub high: f64,
    /// How many they are.
    pub count: usize,
    /// The share of them that is wrong.
    pub error: f64,
}

impl RiskCoverage {
    /// Ranks predictions by their confidence; equal ones keep their order.
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) unless both have the same length, at least 1;
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for a confidence that is not a number.
    pub fn new(correct: &[bool], confidence: &[f64]) -> Result<Self> {
        if correct.is_empty() || correct.len() != confidence.len() {
            let expected = format!("one confidence for each of {} predictions", correct.len());
            return Err(Error::shape("RiskCoverage", expected, confidence.len()));
        }
        if confidence.iter().any(|value| value.is_nan()) {
            return Err(Error::parameter("confidence", "numbers", f64::NAN));
        }
        let wrong = correct.iter().map(|right| !right);
        let mut ranked: Vec<(f64, bool)> = confidence.iter().copied().zip(wrong).collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        Ok(Self { ranked })
    }

    /// The error rate among the most confident `coverage` (0 to 1) of the predictions, rounded to
    /// whole predictions, at least one.
    pub fn error_at(&self, coverage: f64) -> f64 {
        let count = (coverage * self.ranked.len() as f64).round() as usize;
        error(&self.ranked[..count.clamp(1, self.ranked.len())])
    }

    /// The risk-coverage curve with this name, in steps of a twentieth. [`LineChart::and`] puts several
    /// classifiers into one chart.
    pub fn plot(&self, name: impl Into<String>) -> LineChart {
        let coverage: Vec<f64> = (1..=20).map(|i| f64::from(i) / 20.0).collect();
        let errors: Vec<f64> = coverage.iter().map(|&share| self.error_at(share)).collect();
        let shares = "share of the images answered, the most confident first";
        LineChart::new("Error on the images that are answered", shares, "error")
            .series_xy(name, &coverage, &errors)
    }

    /// Groups of equal size, the least confident first; sizes differ by one where they must.
    pub fn groups(&self, count: usize) -> Vec<ConfidenceGroup> {
        let n = self.ranked.len();
        let count = count.clamp(1, n);
        let group = |i: usize| {
            let part = &self.ranked[n * i / count..n * (i + 1) / count];
            ConfidenceGroup {
                low: part[part.len() - 1].0,
                mean: part.iter().map(|(confidence, _)| confidence).sum::<f64>()
                    / part.len() as f64,
                high: part[0].0,
                count: part.len(),
                error: error(part),
            }
        };
        (0..count).rev().map(group).collect()
    }

    /// How likely a right prediction has a higher confidence than a wrong one; equal ones count half.
    /// 0.5 for a confidence that tells nothing, 1 for one that tells all: the area under the ROC curve
    /// (scikit-learn's `roc_auc_score`). Not a number if all predictions are right, or all wrong.
    pub fn separation(&self) -> f64 {
        let (mut wrong_before, mut inverted) = (0.0, 0.0);
        for equal in self.ranked.chunk_by(|a, b| a.0 == b.0) {
            let wrong = equal.iter().filter(|(_, wrong)| *wrong).count() as f64;
            let right = equal.len() as f64 - wrong;
            inverted += right * (wrong_before + wrong / 2.0);
            wrong_before += wrong;
        }
        let right = self.ranked.len() as f64 - wrong_before;
        1.0 - inverted / (right * wrong_before)
    }
}

fn error(part: &[(f64, bool)]) -> f64 {
    part.iter().filter(|(_, wrong)| *wrong).count() as f64 / part.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separation_is_the_area_under_the_roc_curve() {
        // The example of scikit-learn's roc_auc_score.
        let ranked =
            RiskCoverage::new(&[false, false, true, true], &[0.1, 0.4, 0.35, 0.8]).unwrap();
        assert_eq!(ranked.separation(), 0.75);
        let equal = RiskCoverage::new(&[false, true, true], &[0.5; 3]).unwrap();
        assert_eq!(equal.separation(), 0.5);
    }

    #[test]
    fn groups_hold_every_prediction_once() {
        let confidence: Vec<f64> = (0..103).map(|i| f64::from(i * 37 % 103)).collect();
        let correct: Vec<bool> = (0..103).map(|i| i % 4 != 0).collect();
        let groups = RiskCoverage::new(&correct, &confidence).unwrap().groups(10);
        assert_eq!(groups.iter().map(|group| group.count).sum::<usize>(), 103);
        assert!(groups.windows(2).all(|pair| pair[0].high < pair[1].low));
        let wrong: f64 = groups.iter().map(|group| group.error * group.count as f64).sum();
        assert!((wrong - 26.0).abs() < 1e-9);
    }

    #[test]
    fn mistakes_are_errors() {
        assert!(RiskCoverage::new(&[], &[]).is_err());
        assert!(RiskCoverage::new(&[true], &[]).is_err());
        assert!(RiskCoverage::new(&[true], &[f64::NAN]).is_err());
    }
}
