//! Procedures on new images: seeds vary, and so would the test images.

use crate::difference::Difference;
use crate::moments::{as_many, at_least_2, differences, finite, mean, variance};
use crate::{Error, Result};

/// What is measured of one image: right or wrong, or a number such as its loss.
pub trait Measured: Copy {
    /// The measure as a number; right is 1.
    fn value(self) -> f64;
}

impl Measured for bool {
    fn value(self) -> f64 {
        f64::from(u8::from(self))
    }
}

impl Measured for f64 {
    fn value(self) -> f64 {
        self
    }
}

impl Measured for f32 {
    fn value(self) -> f64 {
        self.into()
    }
}

/// One procedure's values on the same images for each seed, condensed.
struct Table {
    /// The mean over the images, for each seed.
    seeds: Vec<f64>,
    /// The mean over the seeds, for each image.
    images: Vec<f64>,
}

impl Table {
    fn new<T: Measured>(rows: &[impl AsRef<[T]>]) -> Result<Self> {
        at_least_2("two parts", "seeds", rows.len())?;
        let m = rows[0].as_ref().len();
        at_least_2("two parts", "images", m)?;
        let mut images = vec![0.0; m];
        let mut seeds = Vec::with_capacity(rows.len());
        for row in rows {
            let row = row.as_ref();
            if row.len() != m {
                let expected = format!("{m} images for every seed, as for the first");
                return Err(Error::shape("two parts", expected, row.len()));
            }
            let row: Vec<f64> = row.iter().map(|value| value.value()).collect();
            finite("images", &row)?;
            images.iter_mut().zip(&row).for_each(|(sum, value)| *sum += value);
            seeds.push(mean(&row));
        }
        images.iter_mut().for_each(|sum| *sum /= rows.len() as f64);
        Ok(Self { seeds, images })
    }
}

/// The part of a mean's variance, with its degrees of freedom.
fn part(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    (variance(values) / n, n - 1.0)
}

/// The difference of two procedures, each with any number of seeds, on the same m test images: one row of
/// values per seed.
///
/// ```text
/// SE² = s²(first's seeds)/n₁ + s²(second's seeds)/n₂ + s²(per-image differences)/m
/// ```
///
/// where the per-image differences are those of the means over the seeds, and Satterthwaite's degrees of
/// freedom. This is about the *procedures on new images of this kind*;
/// [`Runs::minus`](crate::Runs::minus) is about these test images only, and McNemar's test about two
/// fitted models. A mean over few seeds still scatters from image to image with the seeds, so that the
/// last part counts a little of the first two again: the interval is rather too wide than too narrow.
///
/// ```
/// use fashion_statistics::two_part_difference;
///
/// let first = [vec![true, true, false, true], vec![true, true, true, true]];
/// let second = [vec![true, false, false, true], vec![false, true, false, true]];
/// let difference = two_part_difference(&first, &second)?;
/// assert_eq!(difference.estimate, 0.375);
/// # Ok::<(), fashion_statistics::Error>(())
/// ```
///
/// # Errors
/// If one has fewer than 2 seeds or images, the images are not as many everywhere, or a value is not a
/// finite number.
pub fn two_part_difference<T: Measured>(
    first: &[impl AsRef<[T]>],
    second: &[impl AsRef<[T]>],
) -> Result<Difference> {
    let (first, second) = (Table::new(first)?, Table::new(second)?);
    let images = per_image(&first, &second)?;
    let estimate = mean(&first.seeds) - mean(&second.seeds);
    let parts = [part(&first.seeds), part(&second.seeds), part(&images)];
    Ok(Difference::from_parts(estimate, &parts))
}

/// [`two_part_difference`] where seed i of both shares what varies, such as the draw of its training
/// images: `SE² = s²(differences of the seeds)/n + s²(per-image differences)/m`.
///
/// # Errors
/// As there, and if the numbers of seeds differ.
pub fn two_part_paired_difference<T: Measured>(
    first: &[impl AsRef<[T]>],
    second: &[impl AsRef<[T]>],
) -> Result<Difference> {
    as_many("two parts", "seeds", first.len(), second.len())?;
    let (first, second) = (Table::new(first)?, Table::new(second)?);
    let images = per_image(&first, &second)?;
    let seeds = differences(&first.seeds, &second.seeds);
    Ok(Difference::from_parts(mean(&seeds), &[part(&seeds), part(&images)]))
}

/// One procedure's mean on new images: `SE² = s²(seeds)/n + s²(per-image means over the seeds)/m`. The
/// estimate is the mean, and its [`interval_95`](Difference::interval_95) is what one asks for.
///
/// # Errors
/// As [`two_part_difference`].
pub fn two_part_runs<T: Measured>(runs: &[impl AsRef<[T]>]) -> Result<Difference> {
    let table = Table::new(runs)?;
    let parts = [part(&table.seeds), part(&table.images)];
    Ok(Difference::from_parts(mean(&table.seeds), &parts))
}

fn per_image(first: &Table, second: &Table) -> Result<Vec<f64>> {
    as_many("two parts", "images", first.images.len(), second.images.len())?;
    Ok(differences(&first.images, &second.images))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_and_wrong_are_one_and_zero() {
        let right = vec![vec![true, false, true], vec![true, true, true]];
        let ones = [[1.0, 0.0, 1.0], [1.0, 1.0, 1.0]];
        assert_eq!(two_part_runs(&right).unwrap(), two_part_runs(&ones).unwrap());
        let floats = ones.map(|row| row.map(|value| value as f32));
        assert_eq!(two_part_runs(&ones).unwrap(), two_part_runs(&floats).unwrap());
    }

    #[test]
    fn mistakes_are_errors() {
        let good = vec![vec![true, false, true], vec![true, true, true]];
        let short = vec![vec![true, false], vec![true, true]];
        let ragged = vec![vec![true, false, true], vec![true, true]];
        let three = vec![vec![true, false, true]; 3];
        let error = two_part_difference(&good, &short).unwrap_err().to_string();
        assert_eq!(error, "two parts: expected 3 images, as in the first, got 2");
        assert!(two_part_runs(&ragged).is_err() && two_part_runs(&good[..1]).is_err());
        assert!(two_part_difference(&good, &three).is_ok());
        assert!(two_part_paired_difference(&good, &three).is_err());
        assert!(two_part_runs(&[[0.5, f64::NAN], [0.5, 0.5]]).is_err());
        assert!(two_part_runs::<bool>(&[] as &[Vec<bool>]).is_err());
    }

    #[test]
    fn procedures_that_always_agree_do_not_differ() {
        let same = vec![vec![true, false, true]; 2];
        let difference = two_part_paired_difference(&same, &same).unwrap();
        assert_eq!((difference.estimate, difference.p_value()), (0.0, 1.0));
    }
}
