//! From where to where a figure may lie.

use std::fmt;

/// An interval, both ends included.
///
/// ```
/// use fashion_statistics::Interval;
///
/// let interval = Interval { low: 0.004, high: 0.014 };
/// assert!(interval.excludes_zero() && interval.contains(0.01));
/// assert_eq!(interval.in_points().to_string(), "0.4 to 1.4");
/// assert_eq!(format!("{interval:.2}"), "0.00 to 0.01");
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Interval {
    /// `centre` plus and minus `half`.
    pub(crate) fn around(centre: f64, half: f64) -> Self {
        Self { low: centre - half, high: centre + half }
    }

    /// Whether the value lies in the interval or on one of its ends.
    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// Whether all of it lies above 0 or all below.
    pub fn excludes_zero(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }

    /// Whether all of it lies within `-margin` to `margin`.
    pub fn is_within(&self, margin: f64) -> bool {
        -margin <= self.low && self.high <= margin
    }

    /// The distance of its ends.
    pub fn width(&self) -> f64 {
        self.high - self.low
    }

    /// Both ends times a factor; a negative one swaps them.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        let ends = (self.low * factor, self.high * factor);
        let (low, high) = if factor < 0.0 { (ends.1, ends.0) } else { ends };
        Self { low, high }
    }

    /// An interval of fractions as percentage points: both ends times 100.
    #[must_use]
    pub fn in_points(&self) -> Self {
        self.scaled(100.0)
    }

    /// How many decimals show it: one where it is 0.2 wide or more, else as many as give its width two
    /// digits; up to four so that no end reads 0 which is not.
    pub fn decimals(&self) -> usize {
        let width = self.width();
        // What rounds to 0.2 counts as 0.2.
        let mut decimals = if width < 0.195 { two_digits(width) } else { 1 };
        let hidden = |decimals: usize| {
            let step = 0.5 * 10_f64.powi(-(decimals as i32));
            [self.low, self.high].iter().any(|end| *end != 0.0 && end.abs() < step)
        };
        while decimals < 4 && hidden(decimals) {
            decimals += 1;
        }
        decimals
    }
}

/// How many decimals show a positive number below 1 with two digits.
pub(crate) fn two_digits(value: f64) -> usize {
    // Rounded first: 0.0999 is 0.10.
    let text = format!("{value:.1e}");
    let exponent = text.split_once("e-").and_then(|(_, exponent)| exponent.parse::<usize>().ok());
    exponent.map_or(1, |exponent| (exponent + 1).min(12))
}

/// A number with so many decimals, and no minus sign before a zero.
pub(crate) fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(rest) if rest.bytes().all(|byte| matches!(byte, b'0' | b'.')) => rest.to_owned(),
        _ => text,
    }
}

/// `0.4 to 1.4`, with as many decimals as the format says (`{:.2}`), else [`Interval::decimals`].
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = f.precision().unwrap_or_else(|| self.decimals());
        write!(f, "{} to {}", fixed(self.low, decimals), fixed(self.high, decimals))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(low: f64, high: f64) -> String {
        Interval { low, high }.to_string()
    }

    #[test]
    fn decimals_follow_the_width_and_hide_no_sign() {
        assert_eq!(text(0.412, 1.39), "0.4 to 1.4");
        assert_eq!(text(0.1, 0.3), "0.1 to 0.3");
        assert_eq!(text(0.893, 0.897), "0.8930 to 0.8970");
        assert_eq!(text(0.4521, 0.552), "0.45 to 0.55");
        assert_eq!(text(0.02, 0.61), "0.02 to 0.61");
        assert_eq!(text(-1e-9, 1.0), "0.0000 to 1.0000");
        assert_eq!(text(0.0, 0.0), "0.0 to 0.0");
        assert_eq!(text(f64::NAN, 1.0), "NaN to 1.0");
    }

    #[test]
    fn a_negative_factor_swaps_the_ends() {
        let interval = Interval { low: -0.1, high: 0.3 };
        assert_eq!(interval.scaled(-1.0), Interval { low: -0.3, high: 0.1 });
        assert!(!interval.excludes_zero() && interval.is_within(0.3) && !interval.is_within(0.2));
        let touching = Interval { low: 0.0, high: 1.0 };
        assert!(!touching.excludes_zero() && touching.contains(0.0));
        let nothing = Interval { low: f64::NAN, high: f64::NAN };
        assert!(!nothing.excludes_zero() && !nothing.is_within(1.0) && !nothing.contains(0.0));
    }
}
