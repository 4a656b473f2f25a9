//! One measure over repeated runs.

use std::fmt;

use crate::difference::Difference;
use crate::distribution::{chi_squared_quantile, t_quantile};
use crate::interval::{Interval, two_digits};
use crate::moments::{at_least_2, finite, mean, variance};
use crate::{Error, Result};

/// The values of one measure over several runs that differ in their seed: test accuracies, losses.
///
/// What is said of them is about further runs of the same procedure, on the same test images.
///
/// ```
/// use fashion_statistics::Runs;
///
/// let runs = Runs::new([0.894, 0.895, 0.893, 0.896, 0.894])?;
/// assert_eq!(runs.to_string(), "0.8944, standard deviation 0.0011, n = 5");
/// assert_eq!(runs.interval_95()?.to_string(), "0.8930 to 0.8958");
/// assert!(runs.prediction_interval_95()?.contains(0.897));
/// # Ok::<(), fashion_statistics::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Runs {
    values: Vec<f64>,
}

impl Runs {
    /// One value for each run.
    ///
    /// # Errors
    /// If there is none, or one is not a finite number.
    pub fn new(values: impl Into<Vec<f64>>) -> Result<Self> {
        let values = values.into();
        if values.is_empty() {
            return Err(Error::shape("Runs", "at least 1 run", values.len()));
        }
        finite("runs", &values)?;
        Ok(Self { values })
    }

    /// Every run.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// How many runs.
    pub fn n(&self) -> usize {
        self.values.len()
    }

    /// The arithmetic mean.
    pub fn mean(&self) -> f64 {
        mean(&self.values)
    }

    /// The standard deviation `s`, with n - 1; not a number for one run.
    pub fn std_dev(&self) -> f64 {
        variance(&self.values).sqrt()
    }

    /// The standard error of the mean, `s / √n`; not a number for one run.
    pub fn standard_error(&self) -> f64 {
        self.std_dev() / (self.n() as f64).sqrt()
    }

    /// The mean as an estimate, with n - 1 degrees of freedom.
    fn estimate(&self) -> Result<Difference> {
        at_least_2("Runs", "runs", self.n())?;
        let part = (self.variance() / self.n() as f64, self.n() as f64 - 1.0);
        Ok(Difference::from_parts(self.mean(), &[part]))
    }

    /// The variance, s².
    pub(crate) fn variance(&self) -> f64 {
        variance(&self.values)
    }

    /// Where the mean of very many runs lies, at 95 %: `mean ± t s / √n` (Student).
    ///
    /// # Errors
    /// If there are fewer than 2 runs.
    pub fn interval_95(&self) -> Result<Interval> {
        Ok(self.estimate()?.interval_95())
    }

    /// [`interval_95`](Self::interval_95) at another level.
    ///
    /// # Errors
    /// If there are fewer than 2 runs, or the level does not lie between 0 and 1.
    pub fn interval(&self, level: f64) -> Result<Interval> {
        self.estimate()?.interval(level)
    }

    /// Where the standard deviation of very many runs lies, at 95 %: `s √((n - 1) / χ²)` with the
    /// quantiles 0.975 and 0.025 of chi-squared, for runs that scatter as a normal variable.
    ///
    /// # Errors
    /// If there are fewer than 2 runs.
    pub fn std_dev_interval_95(&self) -> Result<Interval> {
        at_least_2("Runs", "runs", self.n())?;
        let df = self.n() as f64 - 1.0;
        let end = |p| self.std_dev() * (df / chi_squared_quantile(p, df)).sqrt();
        Ok(Interval { low: end(0.975), high: end(0.025) })
    }

    /// Where one further run on the same images lies, at 95 %: `mean ± t s √(1 + 1/n)`, with n - 1
    /// degrees of freedom.
    ///
    /// # Errors
    /// If there are fewer than 2 runs.
    pub fn prediction_interval_95(&self) -> Result<Interval> {
        self.prediction(0.0)
    }

    /// Where one further run on *other* images of the same kind lies, at 95 %, for a share p of right
    /// (or wrong) images: the variance is `s² (1 + 1/n) + p (1 - p) (1/ours + 1/theirs)`, with p the
    /// mean, and t has n - 1 degrees of freedom.
    ///
    /// # Errors
    /// If there are fewer than 2 runs, the mean is no fraction, or one test set has no images.
    pub fn prediction_interval_95_other_images(
        &self,
        ours: usize,
        theirs: usize,
    ) -> Result<Interval> {
        let p = self.mean();
        if !(0.0..=1.0).contains(&p) {
            return Err(Error::parameter("runs", "shares of images, between 0 and 1", p));
        }
        if ours == 0 || theirs == 0 {
            return Err(Error::parameter("images", "at least 1 in each set", (ours, theirs)));
        }
        self.prediction(p * (1.0 - p) * (1.0 / ours as f64 + 1.0 / theirs as f64))
    }

    fn prediction(&self, images: f64) -> Result<Interval> {
        at_least_2("Runs", "runs", self.n())?;
        let n = self.n() as f64;
        let deviation = (self.variance() * (1.0 + 1.0 / n) + images).sqrt();
        Ok(Interval::around(self.mean(), t_quantile(0.025, n - 1.0) * deviation))
    }
}

/// `0.8944, standard deviation 0.0011, n = 5`; the decimals are those of two digits of the deviation, or
/// as the format says (`{:.2}`). One run is called one run.
impl fmt::Display for Runs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mean, deviation) = (self.mean(), self.std_dev());
        let enough = if deviation > 0.0 { two_digits(deviation) } else { 4 };
        let decimals = f.precision().unwrap_or(enough);
        if self.n() == 1 {
            return write!(f, "{mean:.decimals$}, one run");
        }
        let n = self.n();
        write!(f, "{mean:.decimals$}, standard deviation {deviation:.decimals$}, n = {n}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_run_has_a_mean_and_nothing_else() {
        let one = Runs::new([0.9]).unwrap();
        assert_eq!((one.mean(), one.n(), one.to_string().as_str()), (0.9, 1, "0.9000, one run"));
        assert!(one.std_dev().is_nan() && one.standard_error().is_nan());
        let error = one.interval_95().unwrap_err().to_string();
        assert_eq!(error, "Runs: expected at least 2 runs, got 1");
        assert!(one.interval(0.9).is_err() && one.std_dev_interval_95().is_err());
        assert!(one.prediction_interval_95().is_err());
        assert!(one.prediction_interval_95_other_images(10, 10).is_err());
    }

    #[test]
    fn mistakes_are_errors() {
        assert!(Runs::new([]).is_err());
        let error = Runs::new([0.9, f64::NAN]).unwrap_err().to_string();
        assert_eq!(error, "runs: expected finite numbers, got NaN");
        let losses = Runs::new(vec![1.5, 1.6]).unwrap();
        assert!(losses.prediction_interval_95_other_images(10, 10).is_err());
        let shares = Runs::new(&[0.5, 0.6][..]).unwrap();
        assert!(shares.prediction_interval_95_other_images(0, 10).is_err());
        assert!(shares.interval(1.5).is_err());
    }

    #[test]
    fn runs_that_all_agree_have_an_interval_without_width() {
        let runs = Runs::new([0.1; 3]).unwrap();
        assert_eq!(runs.interval_95().unwrap().width(), 0.0);
        assert_eq!(runs.std_dev_interval_95().unwrap(), Interval { low: 0.0, high: 0.0 });
    }
}
