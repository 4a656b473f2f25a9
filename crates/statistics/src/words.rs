//! A difference as a sentence says it.

use std::borrow::Cow;
use std::fmt;

use crate::difference::Difference;
use crate::interval::{Interval, fixed};
use crate::verdict::Verdict;
use crate::{Result, margin};

/// Which values of a measure are the better ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Accuracies.
    HigherIsBetter,
    /// Errors, losses, times.
    LowerIsBetter,
}

/// A difference in a unit, with its interval: displayed `0.9 points (0.4 to 1.4)`, first minus second.
///
/// ```
/// use fashion_statistics::{Difference, Direction};
///
/// let error = Difference { estimate: -0.009, standard_error: 0.002, degrees_of_freedom: 8.0 };
/// assert_eq!(error.in_points().to_string(), "-0.9 points (-1.4 to -0.4)");
/// assert_eq!(
///     error.describe(Direction::LowerIsBetter, 5),
///     "better by 0.9 points (0.4 to 1.4)"
/// );
/// let loss = error.in_units("nats", 0.02).decimals(3);
/// assert_eq!(
///     loss.describe(Direction::LowerIsBetter, 5),
///     "better, by less than matters: 0.009 nats (0.004 to 0.014)"
/// );
/// # Ok::<(), fashion_statistics::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Words {
    /// In the unit.
    estimate: f64,
    /// In the unit.
    interval: Interval,
    difference: Difference,
    scale: f64,
    unit: Cow<'static, str>,
    margin: f64,
    decimals: Option<usize>,
    /// What varies, in the singular.
    repeat: Cow<'static, str>,
}

impl Difference {
    /// A difference of fractions in percentage points, beside the margin
    /// [`ACCURACY`](margin::ACCURACY).
    pub fn in_points(&self) -> Words {
        Words::new(*self, 100.0, "points".into(), margin::ACCURACY)
    }

    /// A difference in a unit of its own, such as a loss in nats, beside a margin in the same unit.
    pub fn in_units(&self, unit: impl Into<String>, margin: f64) -> Words {
        Words::new(*self, 1.0, unit.into().into(), margin)
    }

    /// The difference in words and percentage points; see [`Words::describe`].
    pub fn describe(&self, better: Direction, runs: usize) -> String {
        self.in_points().describe(better, runs)
    }

    /// The same to stand after "is"; see [`Words::predicate`].
    pub fn predicate(&self, better: Direction, runs: usize) -> String {
        self.in_points().predicate(better, runs)
    }
}

impl Words {
    fn new(difference: Difference, scale: f64, unit: Cow<'static, str>, margin: f64) -> Self {
        let interval = difference.interval_95().scaled(scale);
        let estimate = difference.estimate * scale;
        Self {
            estimate,
            interval,
            difference,
            scale,
            unit,
            margin,
            decimals: None,
            repeat: "seed".into(),
        }
    }

    /// With so many decimals, instead of as many as the interval is worth ([`Interval::decimals`]).
    #[must_use]
    pub fn decimals(mut self, decimals: usize) -> Self {
        self.decimals = Some(decimals.min(fashion_base::text::MOST_DECIMALS));
        self
    }

    /// Beside another margin, in the measure's own units: a fraction, not points.
    #[must_use]
    pub fn margin(mut self, margin: f64) -> Self {
        self.margin = margin;
        self
    }

    /// What was repeated, where it is not the seed: `fold`, `draw`.
    #[must_use]
    pub fn repeated(mut self, singular: impl Into<String>) -> Self {
        self.repeat = singular.into().into();
        self
    }

    /// As one of `comparisons` in the same answer ([`Difference::interval_of`]).
    ///
    /// # Errors
    /// If there are no comparisons.
    pub fn of(mut self, comparisons: usize) -> Result<Self> {
        self.interval = self.difference.interval_of(comparisons)?.scaled(self.scale);
        Ok(self)
    }

    /// What the interval says ([`Verdict`]), with the first as the subject:
    ///
    /// - `better by 0.9 points (0.4 to 1.4)`, or `worse by ..`;
    /// - `better, by less than matters: 0.2 points (0.1 to 0.3)`, or `worse, ..`;
    /// - `equal within 0.5 points (-0.2 to 0.3)`;
    /// - `five seeds cannot tell (-0.4 to 1.1 points)`.
    ///
    /// Where a word has said the direction, sizes stand without sign; in the last two the interval is
    /// that of first minus second. `runs` is the number of seeds of each, or of what else was
    /// [`repeated`](Self::repeated).
    pub fn describe(&self, better: Direction, runs: usize) -> String {
        let margin = self.margin * self.scale;
        let (unit, decimals) = (&self.unit, self.places());
        match Verdict::of(self.interval, margin) {
            Verdict::Higher => format!("{} by {}", word(better, true), self.text(1.0)),
            Verdict::Lower => format!("{} by {}", word(better, false), self.text(-1.0)),
            Verdict::HigherByLessThanMatters => {
                format!("{}, by less than matters: {}", word(better, true), self.text(1.0))
            }
            Verdict::LowerByLessThanMatters => {
                format!("{}, by less than matters: {}", word(better, false), self.text(-1.0))
            }
            Verdict::Equal => {
                // As a person writes it: 0.5, not 0.50; rounded, because 0.005 x 100 need not be 0.5.
                let margin = (margin * 1e9).round() / 1e9;
                format!("equal within {margin} {unit} ({:.decimals$})", self.interval)
            }
            Verdict::CannotTell => {
                let runs = self.repeated_so_often(runs);
                format!("{runs} cannot tell ({:.decimals$} {unit})", self.interval)
            }
        }
    }

    /// As [`describe`](Self::describe), to stand after "is" or "are": where that has a subject of its own, here is
    /// `not to be told apart by five seeds (-0.4 to 1.1 points)`.
    ///
    /// ```
    /// use fashion_statistics::{Difference, Direction};
    ///
    /// let vague = Difference { estimate: 0.003, standard_error: 0.003, degrees_of_freedom: 8.0 };
    /// let words = vague.predicate(Direction::HigherIsBetter, 5);
    /// assert_eq!(words, "not to be told apart by five seeds (-0.4 to 1.0 points)");
    /// ```
    pub fn predicate(&self, better: Direction, runs: usize) -> String {
        if Verdict::of(self.interval, self.margin * self.scale) != Verdict::CannotTell {
            return self.describe(better, runs);
        }
        let (unit, decimals, runs) = (&self.unit, self.places(), self.repeated_so_often(runs));
        format!("not to be told apart by {runs} ({:.decimals$} {unit})", self.interval)
    }

    /// `five seeds`, `one draw`.
    fn repeated_so_often(&self, runs: usize) -> String {
        let plural = if runs == 1 { "" } else { "s" };
        format!("{} {}{plural}", number(runs), self.repeat)
    }

    fn places(&self) -> usize {
        self.decimals.unwrap_or_else(|| self.interval.decimals())
    }

    /// Estimate, unit and interval, all times `sign`.
    fn text(&self, sign: f64) -> String {
        let (decimals, interval) = (self.places(), self.interval.scaled(sign));
        let estimate = fixed(self.estimate * sign, decimals);
        // A measure may have no unit.
        let space = if self.unit.is_empty() { "" } else { " " };
        format!("{estimate}{space}{} ({interval:.decimals$})", self.unit)
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(1.0))
    }
}

fn word(better: Direction, higher: bool) -> &'static str {
    if higher == (better == Direction::HigherIsBetter) { "better" } else { "worse" }
}

/// A number as a text writes it: in words up to twelve.
pub(crate) fn number(n: usize) -> Cow<'static, str> {
    const WORDS: [&str; 13] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve",
    ];
    WORDS.get(n).map_or_else(|| n.to_string().into(), |&word| word.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A difference whose 95 % interval is this one, in points.
    fn between(low: f64, high: f64) -> Difference {
        let unit = Difference { estimate: 0.0, standard_error: 1.0, degrees_of_freedom: 8.0 };
        let standard_error = (high - low) / unit.interval_95().width() / 100.0;
        Difference { estimate: (low + high) / 200.0, standard_error, ..unit }
    }

    #[test]
    fn the_words_follow_the_interval() {
        use Direction::{HigherIsBetter, LowerIsBetter};
        let says = |low, high| between(low, high).describe(HigherIsBetter, 5);
        assert_eq!(says(0.4, 1.4), "better by 0.9 points (0.4 to 1.4)");
        assert_eq!(says(-1.4, -0.4), "worse by 0.9 points (0.4 to 1.4)");
        assert_eq!(says(0.1, 0.3), "better, by less than matters: 0.2 points (0.1 to 0.3)");
        assert_eq!(says(-0.3, -0.1), "worse, by less than matters: 0.2 points (0.1 to 0.3)");
        assert_eq!(says(-0.2, 0.3), "equal within 0.5 points (-0.2 to 0.3)");
        assert_eq!(says(-0.4, 1.1), "five seeds cannot tell (-0.4 to 1.1 points)");
        assert_eq!(
            between(0.4, 1.4).describe(LowerIsBetter, 5),
            "worse by 0.9 points (0.4 to 1.4)"
        );
        assert_eq!(
            between(-0.3, -0.1).describe(LowerIsBetter, 5),
            "better, by less than matters: 0.2 points (0.1 to 0.3)"
        );
    }

    #[test]
    fn decimals_margin_and_family_can_be_chosen() {
        let difference = between(0.1, 0.9);
        assert_eq!(difference.in_points().decimals(2).to_string(), "0.50 points (0.10 to 0.90)");
        let words = difference.in_points().margin(0.01);
        let direction = Direction::HigherIsBetter;
        assert!(words.describe(direction, 5).starts_with("better, by less than matters"));
        assert!(words.of(20).unwrap().describe(direction, 13).starts_with("13 seeds cannot tell"));
        assert!(difference.in_points().of(0).is_err());
        let folds = between(-1.0, 1.0).in_points().repeated("fold").describe(direction, 10);
        assert_eq!(folds, "ten folds cannot tell (-1.0 to 1.0 points)");
        assert!(between(-1.0, 1.0).describe(direction, 1).starts_with("one seed cannot tell"));
    }
}
