//! Whether one group of runs stands above another, whatever their scale.

use std::fmt;

use crate::runs::Runs;
use crate::{Error, Result};

/// The most values of both groups together: their arrangements are counted in 128 bits.
const MOST: usize = 100;

/// The exact test of Mann and Whitney (*Annals of Mathematical Statistics* 18, 1947).
///
/// If both groups came from the same distribution, every way of dealing their values out would be as
/// likely. The p-value is the share of those that are at least as far to one side as the observed one,
/// twice. It says nothing of the size of a difference, and stands where runs fail or skew: a failed run
/// enters with what it reached, such as the accuracy of guessing, and equal values are counted exactly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankTest {
    /// In how many pairs the first is higher, equal ones counted half: Mann and Whitney's U.
    pub u: f64,
    /// The two-sided p-value.
    pub p_value: f64,
    /// How many pairs there are: U if all of the first stand above all of the second.
    pub pairs: usize,
}

impl Runs {
    /// The exact two-sided rank test; see [`RankTest`].
    ///
    /// ```
    /// use fashion_statistics::Runs;
    ///
    /// let first = Runs::new([0.95, 0.94, 0.97, 0.93, 0.96])?;
    /// let second = Runs::new([0.90, 0.10, 0.91, 0.92, 0.89])?;
    /// let test = first.rank_test(&second)?;
    /// assert_eq!(test.to_string(), "higher in 25 of 25 pairs, p = 0.0079");
    /// # Ok::<(), fashion_statistics::Error>(())
    /// ```
    ///
    /// # Errors
    /// If both have more than 100 values together.
    pub fn rank_test(&self, other: &Self) -> Result<RankTest> {
        let (n, all) = (self.n(), self.n() + other.n());
        if all > MOST {
            let expected = format!("at most {MOST} values of both together");
            return Err(Error::shape("rank_test", expected, all));
        }
        let values: Vec<f64> = self.values().iter().chain(other.values()).copied().collect();
        let ranks = doubled_ranks(&values);
        let observed: usize = ranks[..n].iter().sum();
        let counts = ways(&ranks, n);
        let total: u128 = counts.iter().sum();
        let below: u128 = counts[..=observed].iter().sum();
        let above: u128 = counts[observed..].iter().sum();
        let tail = below.min(above) as f64 / total as f64;
        let u = observed as f64 / 2.0 - (n * (n + 1)) as f64 / 2.0;
        Ok(RankTest { u, p_value: (2.0 * tail).min(1.0), pairs: n * other.n() })
    }
}

/// Twice the rank of each value, from 1; equal values share the mean of theirs, which is a whole number
/// when doubled.
fn doubled_ranks(values: &[f64]) -> Vec<usize> {
    let rank = |value: &f64| {
        let below = values.iter().filter(|other| *other < value).count();
        let equal = values.iter().filter(|other| *other == value).count();
        2 * below + equal + 1
    };
    values.iter().map(rank).collect()
}

/// For each sum, in how many ways `n` of the ranks have it.
fn ways(ranks: &[usize], n: usize) -> Vec<u128> {
    let sums = ranks.iter().sum::<usize>() + 1;
    let mut ways = vec![vec![0_u128; sums]; n + 1];
    ways[0][0] = 1;
    for &rank in ranks {
        // From many to few, so that each rank is taken once.
        for taken in (1..=n).rev() {
            for sum in rank..sums {
                ways[taken][sum] += ways[taken - 1][sum - rank];
            }
        }
    }
    ways.swap_remove(n)
}

/// `higher in 25 of 25 pairs, p = 0.0079`.
impl fmt::Display for RankTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "higher in {} of {} pairs, p = {:.4}", self.u, self.pairs, self.p_value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_above_five_is_two_of_252_ways() {
        let runs = |values: [f64; 5]| Runs::new(values).unwrap();
        let (low, high) = (runs([1.0, 2.0, 3.0, 4.0, 5.0]), runs([6.0, 7.0, 8.0, 9.0, 10.0]));
        let test = high.rank_test(&low).unwrap();
        assert_eq!((test.u, test.p_value, test.pairs), (25.0, 2.0 / 252.0, 25));
        assert_eq!(low.rank_test(&high).unwrap(), RankTest { u: 0.0, ..test });
        let equal = runs([1.0; 5]).rank_test(&runs([1.0; 5])).unwrap();
        assert_eq!((equal.u, equal.p_value), (12.5, 1.0));
    }

    #[test]
    fn a_hundred_values_are_counted_and_more_are_an_error() {
        let runs = |n: usize, from: f64| {
            Runs::new((0..n).map(|i| from + i as f64).collect::<Vec<_>>()).unwrap()
        };
        let test = runs(50, 50.0).rank_test(&runs(50, 0.0)).unwrap();
        assert!(test.p_value > 0.0 && test.p_value < 1e-28);
        assert!(runs(51, 0.0).rank_test(&runs(50, 0.0)).is_err());
    }
}
