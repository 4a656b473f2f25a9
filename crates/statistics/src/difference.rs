//! An estimate and how sure it is.

use crate::distribution::{t_quantile, t_two_sided};
use crate::interval::Interval;
use crate::moments::outside;
use crate::verdict::Verdict;
use crate::{Error, Result};

/// A difference, first minus second, with its standard error and the degrees of freedom of Student's t.
///
/// Means over runs and images and slopes come in the same form: then the difference is that from 0. The
/// units are those of what was measured; fractions become percentage points in
/// [`in_points`](Self::in_points).
///
/// ```
/// use fashion_statistics::{Runs, Verdict, margin};
///
/// let first = Runs::new([0.903, 0.902, 0.904, 0.903, 0.904])?;
/// let second = Runs::new([0.894, 0.895, 0.893, 0.896, 0.894])?;
/// let difference = first.minus(&second)?;
/// assert_eq!(difference.in_points().to_string(), "0.9 points (0.7 to 1.0)");
/// assert_eq!(difference.verdict(margin::ACCURACY), Verdict::Higher);
/// assert!(difference.p_value() < 0.001);
/// # Ok::<(), fashion_statistics::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// The difference itself.
    pub estimate: f64,
    /// Its standard error; 0 where nothing varies.
    pub standard_error: f64,
    /// How many values, less what was estimated from them, the standard error rests on.
    pub degrees_of_freedom: f64,
}

impl Difference {
    /// An estimate whose variance is a sum of independent variances, each with its degrees of freedom:
    /// `SE² = Σ V`, with Satterthwaite's `(Σ V)² / Σ (V² / df)` (*Biometrics Bulletin* 2, 1946).
    ///
    /// Where nothing varies, all degrees of freedom together.
    pub(crate) fn from_parts(estimate: f64, parts: &[(f64, f64)]) -> Self {
        let total: f64 = parts.iter().map(|(variance, _)| variance).sum();
        let degrees_of_freedom = if total > 0.0 {
            // Shares of the total, because the square of a small variance may not be held.
            let weights = parts.iter().map(|(variance, df)| (variance / total).powi(2) / df);
            1.0 / weights.sum::<f64>()
        } else {
            parts.iter().map(|(_, df)| df).sum()
        };
        Self { estimate, standard_error: total.sqrt(), degrees_of_freedom }
    }

    /// `estimate ± t · SE`, which leaves out `alpha` on both sides together.
    fn interval_without(&self, alpha: f64) -> Interval {
        let quantile = t_quantile(alpha / 2.0, self.degrees_of_freedom);
        Interval::around(self.estimate, quantile * self.standard_error)
    }

    /// The 95 % confidence interval, `estimate ± t · SE`.
    pub fn interval_95(&self) -> Interval {
        self.interval_without(0.05)
    }

    /// The confidence interval at a level such as 0.99.
    ///
    /// # Errors
    /// If the level does not lie between 0 and 1.
    pub fn interval(&self, level: f64) -> Result<Interval> {
        Ok(self.interval_without(outside(level)?))
    }

    /// The interval as one of `comparisons` in the same answer, at 1 - 0.05 / comparisons: that all of
    /// them are right has at least 95 % (Bonferroni).
    ///
    /// # Errors
    /// If there are no comparisons.
    pub fn interval_of(&self, comparisons: usize) -> Result<Interval> {
        if comparisons == 0 {
            return Err(Error::parameter("comparisons", "at least 1, this one", comparisons));
        }
        Ok(self.interval_without(0.05 / comparisons as f64))
    }

    /// The two-sided p-value of Student's t-test against 0. Where nothing varies, 1 for no difference
    /// and 0 for any.
    pub fn p_value(&self) -> f64 {
        if self.standard_error == 0.0 {
            return if self.estimate == 0.0 { 1.0 } else { 0.0 };
        }
        t_two_sided(self.estimate / self.standard_error, self.degrees_of_freedom)
    }

    /// What the 95 % interval says beside the smallest difference that matters, such as
    /// [`margin::ACCURACY`](crate::margin::ACCURACY). See [`Verdict`] for what each one means.
    pub fn verdict(&self, margin: f64) -> Verdict {
        Verdict::of(self.interval_95(), margin)
    }

    /// [`verdict`](Self::verdict) as one of `comparisons` in the same answer.
    ///
    /// # Errors
    /// If there are no comparisons.
    pub fn verdict_of(&self, margin: f64, comparisons: usize) -> Result<Verdict> {
        Ok(Verdict::of(self.interval_of(comparisons)?, margin))
    }

    /// This estimate minus another from data of its own, such as one slope minus another:
    /// `SE² = SE₁² + SE₂²`, with Satterthwaite's degrees of freedom.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        let part = |of: &Self| (of.standard_error.powi(2), of.degrees_of_freedom);
        Self::from_parts(self.estimate - other.estimate, &[part(self), part(other)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_vary_is_known_exactly() {
        let same = Difference::from_parts(0.0, &[(0.0, 4.0), (0.0, 4.0)]);
        assert_eq!((same.p_value(), same.degrees_of_freedom), (1.0, 8.0));
        assert_eq!(same.verdict(0.005), Verdict::Equal);
        let other = Difference { estimate: 0.01, ..same };
        assert_eq!(other.p_value(), 0.0);
        assert_eq!(other.interval_95(), Interval { low: 0.01, high: 0.01 });
        assert_eq!(other.verdict(0.005), Verdict::Higher);
    }

    #[test]
    fn a_family_of_one_is_no_family_and_of_none_an_error() {
        let difference = Difference { estimate: 1.0, standard_error: 0.4, degrees_of_freedom: 8.0 };
        assert_eq!(difference.interval_of(1).unwrap(), difference.interval_95());
        assert!(difference.interval_95().excludes_zero());
        assert!(!difference.interval_of(4).unwrap().excludes_zero());
        assert_eq!(difference.verdict_of(0.5, 4).unwrap(), Verdict::CannotTell);
        assert!(difference.interval_of(0).is_err());
        for level in [0.0, 1.0, 95.0, f64::NAN] {
            assert!(difference.interval(level).is_err());
        }
    }
}
