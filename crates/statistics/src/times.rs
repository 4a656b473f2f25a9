//! How many times as long one takes as the other.

use std::fmt;

use crate::difference::Difference;
use crate::interval::Interval;
use crate::moments::{as_many, at_least_2, differences, mean, variance};
use crate::verdict::Verdict;
use crate::words::number;
use crate::{Error, Result, margin};

/// The ratio of two times that were measured in turns: first, second, first, second.
///
/// A ratio of 2 and one of 1/2 are the same distance from 1, so means and intervals are those of the
/// logarithms. Displayed `1.62 times as long (1.41 to 1.86)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeRatio {
    /// Of the logarithms.
    logarithms: Difference,
    turns: usize,
}

/// `first / second`, turn by turn: the geometric mean, with Student's t on the n paired logarithms. What
/// slows a whole turn down, both of it, does not count.
///
/// ```
/// let ratio = fashion_statistics::ratio_of_times(&[2.0, 2.1, 3.9], &[1.0, 1.0, 2.0])?;
/// assert_eq!(ratio.to_string(), "2.0 times as long (1.8 to 2.2)");
/// assert_eq!(ratio.describe(), ratio.to_string());
/// # Ok::<(), fashion_statistics::Error>(())
/// ```
///
/// # Errors
/// Unless there are as many of both, at least 2, all positive and finite.
pub fn ratio_of_times(first: &[f64], second: &[f64]) -> Result<TimeRatio> {
    as_many("ratio_of_times", "times", first.len(), second.len())?;
    at_least_2("ratio_of_times", "turns", first.len())?;
    let ratios = differences(&logarithms(first)?, &logarithms(second)?);
    let n = ratios.len() as f64;
    let part = (variance(&ratios) / n, n - 1.0);
    Ok(TimeRatio {
        logarithms: Difference::from_parts(mean(&ratios), &[part]),
        turns: ratios.len(),
    })
}

fn logarithms(times: &[f64]) -> Result<Vec<f64>> {
    let logarithm = |time: &f64| {
        if *time > 0.0 && time.is_finite() {
            Ok(time.ln())
        } else {
            Err(Error::parameter("times", "positive finite numbers", time))
        }
    };
    times.iter().map(logarithm).collect()
}

impl TimeRatio {
    /// The geometric mean of the ratios.
    pub fn ratio(&self) -> f64 {
        self.logarithms.estimate.exp()
    }

    /// The difference of the logarithms, from which everything follows.
    pub fn logarithms(&self) -> Difference {
        self.logarithms
    }

    /// The 95 % confidence interval of the ratio.
    pub fn interval_95(&self) -> Interval {
        powers(self.logarithms.interval_95())
    }

    /// The interval as one of `comparisons` in the same answer ([`Difference::interval_of`]).
    ///
    /// # Errors
    /// If there are no comparisons.
    pub fn interval_of(&self, comparisons: usize) -> Result<Interval> {
        Ok(powers(self.logarithms.interval_of(comparisons)?))
    }

    /// The two-sided p-value against equal times.
    pub fn p_value(&self) -> f64 {
        self.logarithms.p_value()
    }

    /// What the interval says beside a margin such as [`margin::TIME`]: inside it means from
    /// 1 / (1 + margin) to 1 + margin. [`Verdict::Higher`] is that the first takes longer.
    pub fn verdict(&self, margin: f64) -> Verdict {
        self.logarithms.verdict(margin.ln_1p())
    }

    /// The ratio in words, beside [`margin::TIME`]: `1.62 times as long (1.41 to 1.86)`,
    /// `equal within 10 % (0.97 to 1.05 times as long)`, `five turns cannot tell (0.9 to 1.4 times as
    /// long)`.
    pub fn describe(&self) -> String {
        let interval = self.interval_95();
        match self.verdict(margin::TIME) {
            Verdict::Equal => {
                let margin = margin::TIME * 100.0;
                format!("equal within {margin:.0} % ({interval} times as long)")
            }
            Verdict::CannotTell => {
                format!("{} turns cannot tell ({interval} times as long)", number(self.turns))
            }
            Verdict::HigherByLessThanMatters | Verdict::LowerByLessThanMatters => {
                format!("{self}, which is less than matters")
            }
            Verdict::Higher | Verdict::Lower => self.to_string(),
        }
    }
}

fn powers(interval: Interval) -> Interval {
    Interval { low: interval.low.exp(), high: interval.high.exp() }
}

impl fmt::Display for TimeRatio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let interval = self.interval_95();
        let decimals = f.precision().unwrap_or_else(|| interval.decimals());
        write!(f, "{:.decimals$} times as long ({interval:.decimals$})", self.ratio())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(first: &[f64]) -> String {
        ratio_of_times(first, &vec![1.0; first.len()]).unwrap().describe()
    }

    #[test]
    fn the_words_follow_the_interval() {
        assert_eq!(says(&[0.5, 0.52, 0.48]), "0.50 times as long (0.45 to 0.55)");
        assert_eq!(says(&[0.99, 1.01, 1.0]), "equal within 10 % (0.975 to 1.025 times as long)");
        assert_eq!(says(&[0.7, 1.3, 1.0]), "three turns cannot tell (0.4 to 2.1 times as long)");
        assert!(says(&[1.04, 1.05, 1.045]).ends_with("which is less than matters"));
    }

    #[test]
    fn mistakes_are_errors() {
        assert!(ratio_of_times(&[1.0, 2.0], &[1.0]).is_err());
        assert!(ratio_of_times(&[1.0], &[1.0]).is_err());
        for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(ratio_of_times(&[1.0, wrong], &[1.0, 1.0]).is_err());
        }
    }
}
