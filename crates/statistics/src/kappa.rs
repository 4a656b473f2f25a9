//! Whether two classifiers err on the same images.

use crate::moments::as_many;
use crate::{Error, Result};

/// Cohen's kappa of right and wrong (*Educational and Psychological Measurement* 20, 1960); of two classifiers it is
/// called *error consistency* (Geirhos, Meding and Wichmann, NeurIPS 2020, arXiv 2006.16736).
///
/// ```text
/// kappa = (observed - expected) / (1 - expected)
/// ```
///
/// `observed` is the share of images on which both are right or both are wrong, and `expected` what this share would be
/// if the one's errors knew nothing of the other's: p q + (1 - p)(1 - q) for two that are right on the shares p and q.
/// So 0 is chance and 1 the same errors. Two that are not right equally often cannot reach 1.
///
/// ```
/// use fashion_statistics::Kappa;
///
/// let kappa = Kappa::new(&[true, true, true, false], &[true, true, false, false])?;
/// assert_eq!((kappa.observed, kappa.expected), (0.75, 0.5));
/// assert_eq!((kappa.value(), kappa.largest()), (0.5, 0.5));
/// # Ok::<(), fashion_statistics::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kappa {
    /// The share of images on which both are right or both wrong.
    pub observed: f64,
    /// That share for errors that have nothing to do with each other.
    pub expected: f64,
    /// The largest that it could be for two that are right so often.
    pub possible: f64,
}

impl Kappa {
    /// Of two lists that say which images are right.
    ///
    /// # Errors
    /// If they differ in length, are empty, or both are always right or always wrong: then nothing can be said of errors.
    pub fn new(first: &[bool], second: &[bool]) -> Result<Self> {
        as_many("kappa", "images of the second classifier", first.len(), second.len())?;
        let n = first.len() as f64;
        let share = |right: &[bool]| right.iter().filter(|&&right| right).count() as f64 / n;
        let (p, q) = (share(first), share(second));
        let same = first.iter().zip(second).filter(|(first, second)| first == second).count();
        let expected = p * q + (1.0 - p) * (1.0 - q);
        // Without images the shares are no numbers.
        if expected.is_nan() || expected >= 1.0 {
            let got = format!("both right on {p} of {n} images");
            return Err(Error::parameter(
                "kappa",
                "images that one of the two gets wrong, and one right",
                got,
            ));
        }
        Ok(Self { observed: same as f64 / n, expected, possible: 1.0 - (p - q).abs() })
    }

    /// Kappa.
    pub fn value(&self) -> f64 {
        self.of(self.observed)
    }

    /// The largest kappa of two that are right as often as these two are.
    pub fn largest(&self) -> f64 {
        self.of(self.possible)
    }

    fn of(&self, agreement: f64) -> f64 {
        (agreement - self.expected) / (1.0 - self.expected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_errors_give_one_and_opposite_ones_less_than_chance() {
        let errs = [true, false, true, true];
        assert_eq!(Kappa::new(&errs, &errs).unwrap().value(), 1.0);
        assert_eq!(Kappa::new(&errs, &errs).unwrap().largest(), 1.0);
        let others = [false, true, true, true];
        assert!(Kappa::new(&errs, &others).unwrap().value() < 0.0);
    }

    #[test]
    fn without_errors_or_images_there_is_no_kappa() {
        assert!(Kappa::new(&[true, true], &[true, true]).is_err());
        assert!(Kappa::new(&[false, false], &[false, false]).is_err());
        assert!(Kappa::new(&[], &[]).is_err());
        assert!(Kappa::new(&[true, false], &[true]).is_err());
        assert_eq!(Kappa::new(&[true, true], &[true, false]).unwrap().value(), 0.0);
    }
}
