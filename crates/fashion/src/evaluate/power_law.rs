//! How fast one quantity grows or falls with another.

use std::fmt;

use crate::show::html::escape;
use crate::show::{Bundle, Formula, LineChart, Render};
use crate::{Error, Result};
use fashion_base::text::Number;

/// A power law `y = factor * x^exponent`, fitted by least squares on the logarithms: a straight line
/// with slope `exponent` where both axes are logarithmic.
///
/// ```
/// use fashion::evaluate::PowerLaw;
///
/// let law = PowerLaw::fit(&[1, 2, 4], &[3.0, 12.0, 48.0])?;
/// assert!((law.exponent - 2.0).abs() < 1e-12);
/// assert!((law.at(10) - 300.0).abs() < 1e-9);
/// # Ok::<(), fashion::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PowerLaw {
    /// The value at x = 1.
    pub factor: f64,
    /// The slope between the logarithms: -0.5 halves y when x grows fourfold.
    pub exponent: f64,
}

impl PowerLaw {
    /// The law closest to the points.
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) unless there are as many y as x; [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for a value that
    /// is not positive and finite, or fewer than two different x.
    pub fn fit<X: Number, Y: Number>(x: &[X], y: &[Y]) -> Result<Self> {
        if x.len() != y.len() {
            return Err(Error::shape(
                "PowerLaw",
                format!("one y for each of {} x", x.len()),
                y.len(),
            ));
        }
        let (x, y) = (logarithms(x)?, logarithms(y)?);
        let centre = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let (x_mean, y_mean) = (centre(&x), centre(&y));
        let squares: f64 = x.iter().map(|x| (x - x_mean).powi(2)).sum();
        if squares.is_nan() || squares <= 0.0 {
            return Err(Error::parameter("x", "at least two different values", x.len()));
        }
        let products: f64 = x.iter().zip(&y).map(|(x, y)| (x - x_mean) * (y - y_mean)).sum();
        let exponent = products / squares;
        Ok(Self { factor: (y_mean - exponent * x_mean).exp(), exponent })
    }

    /// The points and the law through them, with both axes logarithmic: a straight line.
    pub fn plot<X: Number, Y: Number>(
        &self,
        title: impl Into<String>,
        x: &[X],
        y: &[Y],
    ) -> LineChart {
        LineChart::new(title, "x", "y").series_xy("points", x, y).formula(self, 0).log_x().log_y()
    }

    /// The value of the law at x.
    pub fn at(&self, x: impl Number) -> f64 {
        self.factor * x.as_f64().powf(self.exponent)
    }

    /// The values of the law at several x, to draw its line.
    pub fn at_all<X: Number>(&self, x: &[X]) -> Vec<f64> {
        x.iter().map(|&x| self.at(x)).collect()
    }
}

impl Formula for PowerLaw {
    fn name(&self) -> String {
        format!("slope {:+.2}", self.exponent).replace('-', "−")
    }

    fn value(&self, x: f64) -> f64 {
        self.at(x)
    }
}

fn logarithms<T: Number>(values: &[T]) -> Result<Vec<f64>> {
    let logarithm = |value: &T| match value.as_f64() {
        value if value > 0.0 && value.is_finite() => Ok(value.ln()),
        value => Err(Error::parameter("power law", "positive finite numbers", value)),
    };
    values.iter().map(logarithm).collect()
}

impl fmt::Display for PowerLaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3e} n^{:.2}", self.factor, self.exponent)
    }
}

impl Render for PowerLaw {
    fn render(&self) -> Bundle {
        let text = self.to_string();
        Bundle::text(&text).html(format!("<p>{}</p>", escape(&text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fitted_line_leaves_residuals_that_lean_neither_way() {
        let (x, y) = ([600, 2_000, 5_000, 60_000], [0.22, 0.16, 0.15, 0.09]);
        let law = PowerLaw::fit(&x, &y).unwrap();
        let residuals: Vec<f64> = x.iter().zip(y).map(|(&x, y)| (y / law.at(x)).ln()).collect();
        let leaning: f64 = x.iter().zip(&residuals).map(|(&x, r)| f64::from(x).ln() * r).sum();
        assert!(residuals.iter().sum::<f64>().abs() < 1e-12 && leaning.abs() < 1e-12);
        assert!(residuals.iter().any(|residual| residual.abs() > 0.01), "the points are no law");
    }

    #[test]
    fn what_has_no_slope_is_an_error() {
        assert!(PowerLaw::fit(&[1, 2], &[1.0]).is_err());
        assert!(PowerLaw::fit(&[1, 2], &[0.0, 1.0]).is_err());
        assert!(PowerLaw::fit(&[1.0, 2.0], &[f64::NAN, 1.0]).is_err());
        assert!(PowerLaw::fit(&[3, 3], &[1.0, 2.0]).is_err());
        assert!(PowerLaw::fit::<u8, u8>(&[], &[]).is_err());
    }
}
