//! Two procedures over repeated runs or folds.

use crate::difference::Difference;
use crate::moments::{as_many, at_least_2, differences, mean, variance};
use crate::runs::Runs;
use crate::{Error, Result};

/// Comparisons, which are about these test images: new ones would move both means.
/// [`two_part_difference`](crate::two_part_difference) is about new images too.
impl Runs {
    /// The difference of the means where the two share nothing that varies: `SE² = s₁²/n₁ + s₂²/n₂`, with
    /// Satterthwaite's degrees of freedom (Welch, *Biometrika* 34, 1947).
    ///
    /// # Errors
    /// If one has fewer than 2 runs.
    pub fn minus(&self, other: &Self) -> Result<Difference> {
        let part = |runs: &Self| -> Result<_> {
            at_least_2("minus", "runs of each", runs.n())?;
            let n = runs.n() as f64;
            Ok((runs.variance() / n, n - 1.0))
        };
        let parts = [part(self)?, part(other)?];
        Ok(Difference::from_parts(self.mean() - other.mean(), &parts))
    }

    /// The difference of the means where run i of both shares what varies, such as the draw of its
    /// training images: `SE² = s²/n` with s² of the paired differences, n - 1 degrees of freedom
    /// (Student).
    ///
    /// # Errors
    /// Unless both have the same number of runs, at least 2.
    pub fn paired_minus(&self, other: &Self) -> Result<Difference> {
        self.paired("paired_minus", other, |n| 1.0 / n)
    }

    /// The difference of the means over folds of a cross-validation, fold i of both the same:
    /// `SE² = (1/k + test/train) s²` with s² of the paired differences over k folds, k - 1 degrees of
    /// freedom. Folds share training images, so that s²/k would be too small (Nadeau and Bengio, *Machine
    /// Learning* 52, 2003).
    ///
    /// `test` and `train` are the numbers of images that one fold tests and trains on.
    ///
    /// # Errors
    /// Unless both have the same number of folds, at least 2, and both numbers of images are positive.
    pub fn folds_minus(&self, other: &Self, test: usize, train: usize) -> Result<Difference> {
        if test == 0 || train == 0 {
            return Err(Error::parameter(
                "images of a fold (test, train)",
                "positive numbers",
                (test, train),
            ));
        }
        self.paired("folds_minus", other, |k| 1.0 / k + test as f64 / train as f64)
    }

    fn paired(
        &self,
        operation: &'static str,
        other: &Self,
        factor: impl Fn(f64) -> f64,
    ) -> Result<Difference> {
        as_many(operation, "runs", self.n(), other.n())?;
        at_least_2(operation, "runs of each", self.n())?;
        let paired = differences(self.values(), other.values());
        let n = self.n() as f64;
        Ok(Difference::from_parts(mean(&paired), &[(variance(&paired) * factor(n), n - 1.0)]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unequal_lengths_and_single_runs_are_errors() {
        let (two, three) = (Runs::new([0.1, 0.2]).unwrap(), Runs::new([0.1, 0.2, 0.4]).unwrap());
        let one = Runs::new([0.5]).unwrap();
        let error = two.paired_minus(&three).unwrap_err().to_string();
        assert_eq!(error, "paired_minus: expected 2 runs, as in the first, got 3");
        let error = two.minus(&one).unwrap_err().to_string();
        assert_eq!(error, "minus: expected at least 2 runs of each, got 1");
        assert!(one.paired_minus(&one).is_err());
        assert!(two.folds_minus(&three, 1, 2).is_err() && two.folds_minus(&two, 1, 0).is_err());
        assert!(two.minus(&three).is_ok());
    }

    #[test]
    fn runs_without_spread_differ_or_do_not() {
        let same = Runs::new([0.3; 4]).unwrap();
        assert_eq!(same.minus(&same).unwrap().p_value(), 1.0);
        let half = same.minus(&Runs::new([0.1, 0.2, 0.1]).unwrap()).unwrap();
        assert_eq!(half.degrees_of_freedom, 2.0, "all that varies are three runs");
        assert_eq!(same.paired_minus(&same).unwrap().interval_95().width(), 0.0);
    }
}
