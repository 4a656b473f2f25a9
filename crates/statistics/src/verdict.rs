//! What an interval of a difference says.

use crate::interval::Interval;

/// What the interval of a difference says beside a margin: how large a difference must be to matter.
///
/// The interval is *inside* the margin where all of it lies within ±margin, ends included.
///
/// | | inside the margin | not inside |
/// |---|---|---|
/// | all above 0 | `HigherByLessThanMatters` | `Higher` |
/// | with 0 | `Equal` | `CannotTell` |
/// | all below 0 | `LowerByLessThanMatters` | `Lower` |
///
/// So `Higher` says that there is a difference and that it may be one that matters, not that it is at
/// least the margin; how large it may be, the interval says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The first is higher.
    Higher,
    /// The first is higher, by less than the margin.
    HigherByLessThanMatters,
    /// They differ by less than the margin, if at all.
    Equal,
    /// A difference larger than the margin is possible, and so is none.
    CannotTell,
    /// The first is lower, by less than the margin.
    LowerByLessThanMatters,
    /// The first is lower.
    Lower,
}

impl Verdict {
    /// The verdict of an interval. One that has no numbers cannot tell.
    ///
    /// ```
    /// use fashion_statistics::{Interval, Verdict, margin::ACCURACY};
    ///
    /// assert_eq!(Verdict::of(Interval { low: 0.004, high: 0.014 }, ACCURACY), Verdict::Higher);
    /// assert_eq!(Verdict::of(Interval { low: -0.002, high: 0.003 }, ACCURACY), Verdict::Equal);
    /// ```
    pub fn of(interval: Interval, margin: f64) -> Self {
        match (interval.low > 0.0, interval.high < 0.0, interval.is_within(margin)) {
            (true, _, true) => Self::HigherByLessThanMatters,
            (true, _, false) => Self::Higher,
            (_, true, true) => Self::LowerByLessThanMatters,
            (_, true, false) => Self::Lower,
            (_, _, true) => Self::Equal,
            (_, _, false) => Self::CannotTell,
        }
    }

    /// Whether there is a difference, in either direction and of whatever size.
    pub fn is_difference(self) -> bool {
        !matches!(self, Self::Equal | Self::CannotTell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_of_an_interval_has_its_verdict() {
        let of = |low, high| Verdict::of(Interval { low, high }, 0.5);
        assert_eq!(of(0.4, 1.4), Verdict::Higher);
        assert_eq!(of(0.6, 1.4), Verdict::Higher);
        assert_eq!(of(0.1, 0.5), Verdict::HigherByLessThanMatters);
        assert_eq!(of(-0.2, 0.3), Verdict::Equal);
        assert_eq!(of(0.0, 0.3), Verdict::Equal);
        assert_eq!(of(0.0, 0.6), Verdict::CannotTell);
        assert_eq!(of(-0.4, 1.1), Verdict::CannotTell);
        assert_eq!(of(-0.5, -0.1), Verdict::LowerByLessThanMatters);
        assert_eq!(of(-0.51, -0.1), Verdict::Lower);
        assert_eq!(of(f64::NAN, f64::NAN), Verdict::CannotTell);
        assert!(!Verdict::Equal.is_difference() && Verdict::Lower.is_difference());
    }
}
