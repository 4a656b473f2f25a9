//! Means, variances, and values that can be worked with.

use crate::{Error, Result};

/// The arithmetic mean.
pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The variance of a sample, `Σ (x - mean)² / (n - 1)`; not a number for fewer than two values.
///
/// Exactly 0 where all values are equal, though their mean may not be equal to them in the last bit.
pub(crate) fn variance(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return f64::NAN;
    }
    if values.iter().all(|value| *value == values[0]) {
        return 0.0;
    }
    let centre = mean(values);
    let squares: f64 = values.iter().map(|value| (value - centre).powi(2)).sum();
    squares / (values.len() - 1) as f64
}

/// `first - second`, place by place.
pub(crate) fn differences(first: &[f64], second: &[f64]) -> Vec<f64> {
    first.iter().zip(second).map(|(first, second)| first - second).collect()
}

/// Every value must be a number.
pub(crate) fn finite(name: &'static str, values: &[f64]) -> Result<()> {
    match values.iter().find(|value| !value.is_finite()) {
        Some(value) => Err(Error::parameter(name, "finite numbers", value)),
        None => Ok(()),
    }
}

/// A spread needs two values.
pub(crate) fn at_least_2(operation: &'static str, what: &str, n: usize) -> Result<()> {
    if n < 2 {
        return Err(Error::shape(operation, format!("at least 2 {what}"), n));
    }
    Ok(())
}

/// What is paired must be as long.
pub(crate) fn as_many(
    operation: &'static str,
    what: &str,
    first: usize,
    second: usize,
) -> Result<()> {
    if first != second {
        return Err(Error::shape(operation, format!("{first} {what}, as in the first"), second));
    }
    Ok(())
}

/// A confidence level must lie between 0 and 1; gives what is left on both sides together.
pub(crate) fn outside(level: f64) -> Result<f64> {
    if level > 0.0 && level < 1.0 {
        Ok(1.0 - level)
    } else {
        Err(Error::parameter("level", "a number between 0 and 1, such as 0.95", level))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_have_no_spread_at_all() {
        assert_eq!(variance(&[0.1, 0.1, 0.1]), 0.0);
        assert_eq!(variance(&[1.0, 3.0]), 2.0);
        assert!(variance(&[1.0]).is_nan());
    }
}
