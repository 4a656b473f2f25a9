//! A share of images.

use crate::distribution::normal_quantile;
use crate::interval::Interval;
use crate::moments::outside;
use crate::{Error, Result};

/// Wilson's 95 % interval of a share (*Journal of the American Statistical Association* 22, 1927):
///
/// ```text
/// (p + z²/2n ± z √(p (1 - p)/n + z²/4n²)) / (1 + z²/n)
/// ```
///
/// It stays within 0 to 1 and is right near both ends, where `p ± 1.96 SE` is not.
///
/// ```
/// let interval = fashion_statistics::proportion::wilson_95(10, 10)?;
/// assert_eq!(interval.to_string(), "0.7 to 1.0");
/// # Ok::<(), fashion_statistics::Error>(())
/// ```
///
/// # Errors
/// If there are no trials, or more successes than trials.
pub fn wilson_95(successes: usize, n: usize) -> Result<Interval> {
    wilson(successes, n, 0.95)
}

/// [`wilson_95`] at another level.
///
/// # Errors
/// As there, and if the level does not lie between 0 and 1.
pub fn wilson(successes: usize, n: usize, level: f64) -> Result<Interval> {
    if n == 0 || successes > n {
        let expected = "successes out of at least as many trials, at least 1";
        return Err(Error::parameter("wilson (successes, n)", expected, (successes, n)));
    }
    let z = normal_quantile(outside(level)? / 2.0);
    let count = n as f64;
    // Without cancellation near 0, and the same from the other side near 1.
    let low = lower(successes as f64, count, z);
    let high = 1.0 - lower((n - successes) as f64, count, z);
    Ok(Interval { low, high })
}

/// The lower end, as the smaller root of a quadratic: its constant term over the larger root.
fn lower(successes: f64, n: f64, z: f64) -> f64 {
    let p = successes / n;
    let square = z * z / n;
    let larger = p + square / 2.0 + (square * (p * (1.0 - p) + square / 4.0)).sqrt();
    p * p / larger
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_and_all_touch_the_ends() {
        assert_eq!(wilson_95(0, 12).unwrap().low, 0.0);
        assert_eq!(wilson_95(12, 12).unwrap().high, 1.0);
        assert!(wilson_95(0, 0).is_err() && wilson_95(3, 2).is_err());
        assert!(wilson(1, 2, 1.0).is_err());
    }
}
