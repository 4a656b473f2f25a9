//! A straight line through points, and how sure its slope is.

use std::fmt;

use crate::difference::Difference;
use crate::interval::Interval;
use crate::moments::{as_many, finite, mean};
use crate::{Error, Result};

/// The line `y = intercept + slope x` of least squares.
///
/// The slope's standard error is `√(Σ residuals² / (n - 2) / Σ (x - mean)²)`, with n - 2 degrees of
/// freedom: for points that scatter around a line independently and equally far. For a power law, give
/// the logarithms of both; the slope is then the exponent.
///
/// ```
/// use fashion_statistics::Slope;
///
/// let line = Slope::new(&[1.0, 2.0, 3.0, 4.0], &[2.1, 3.9, 6.2, 7.8])?;
/// assert_eq!(line.to_string(), "slope 1.9 (1.6 to 2.3)");
/// assert!(line.interval_95().contains(2.0));
/// # Ok::<(), fashion_statistics::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slope {
    slope: Difference,
    intercept: f64,
}

impl Slope {
    /// The line through the points.
    ///
    /// # Errors
    /// Unless there are as many y as x, at least 3, all finite, and two x that differ.
    pub fn new(x: &[f64], y: &[f64]) -> Result<Self> {
        as_many("Slope", "y, one for each x", x.len(), y.len())?;
        if x.len() < 3 {
            return Err(Error::shape("Slope", "at least 3 points", x.len()));
        }
        finite("x", x)?;
        finite("y", y)?;
        if x.iter().all(|value| *value == x[0]) {
            return Err(Error::parameter("x", "at least two different values", x[0]));
        }
        let (x_mean, y_mean) = (mean(x), mean(y));
        let squares: f64 = x.iter().map(|x| (x - x_mean).powi(2)).sum();
        let products: f64 = x.iter().zip(y).map(|(x, y)| (x - x_mean) * (y - y_mean)).sum();
        let estimate = products / squares;
        // From the residuals themselves: the total less what the line explains would cancel.
        let residual = |(x, y): (&f64, &f64)| (y - y_mean) - estimate * (x - x_mean);
        let residuals: f64 = x.iter().zip(y).map(residual).map(|r| r * r).sum();
        let df = (x.len() - 2) as f64;
        let slope = Difference::from_parts(estimate, &[(residuals / df / squares, df)]);
        Ok(Self { slope, intercept: y_mean - estimate * x_mean })
    }

    /// The slope: how much y grows with 1 of x.
    pub fn slope(&self) -> f64 {
        self.slope.estimate
    }

    /// The value at x = 0.
    pub fn intercept(&self) -> f64 {
        self.intercept
    }

    /// The value of the line at x.
    pub fn at(&self, x: f64) -> f64 {
        self.intercept + self.slope() * x
    }

    /// The slope with its standard error and degrees of freedom, as a difference from 0.
    pub fn estimate(&self) -> Difference {
        self.slope
    }

    /// The slope's 95 % confidence interval.
    pub fn interval_95(&self) -> Interval {
        self.slope.interval_95()
    }

    /// The two-sided p-value against a slope of 0.
    pub fn p_value(&self) -> f64 {
        self.slope.p_value()
    }

    /// This slope minus that of other points ([`Difference::minus`]): two slopes are compared by the
    /// interval of their difference, not by whether their intervals overlap.
    pub fn minus(&self, other: &Self) -> Difference {
        self.slope.minus(&other.slope)
    }
}

/// `slope 1.9 (1.6 to 2.3)`.
impl fmt::Display for Slope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let interval = self.interval_95();
        let decimals = f.precision().unwrap_or_else(|| interval.decimals());
        write!(f, "slope {:.decimals$} ({interval:.decimals$})", self.slope())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_on_a_line_leave_nothing_to_doubt() {
        let line = Slope::new(&[0.0, 1.0, 2.0], &[1.0, 3.0, 5.0]).unwrap();
        assert_eq!((line.slope(), line.intercept(), line.at(10.0)), (2.0, 1.0, 21.0));
        assert_eq!((line.interval_95().width(), line.p_value()), (0.0, 0.0));
    }

    #[test]
    fn mistakes_are_errors() {
        assert!(Slope::new(&[1.0, 2.0, 3.0], &[1.0, 2.0]).is_err());
        assert!(Slope::new(&[1.0, 2.0], &[1.0, 2.0]).is_err());
        assert!(Slope::new(&[0.1, 0.1, 0.1], &[1.0, 2.0, 3.0]).is_err());
        assert!(Slope::new(&[1.0, 2.0, f64::NAN], &[1.0, 2.0, 3.0]).is_err());
    }
}
