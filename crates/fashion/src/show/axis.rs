//! The range of an axis, linear or logarithmic, and its ticks.

use std::ops::Range;

use plotters::coord::ranged1d::{
    KeyPointHint, KeyPointWeight, NoDefaultFormatting, Ranged, ValueFormatter,
};

use crate::{Error, Result};
use fashion_base::text::thousands;

/// What an axis shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct AxisStyle {
    pub label: String,
    pub log: bool,
    /// Whether whole values, such as epochs, get ticks at whole numbers only.
    pub whole: bool,
    /// Values that the axis covers besides those of the data.
    pub include: Vec<f64>,
    /// The names of the positions 0, 1, 2, ... in place of numbers.
    pub names: Vec<String>,
}

/// An axis with its range and ticks; a coordinate of plotters' charts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axis {
    pub label: String,
    pub low: f64,
    pub high: f64,
    ticks: Vec<(f64, String)>,
    log: bool,
    named: bool,
}

/// Sums and differences of larger values may not be finite.
const LARGEST: f64 = 1e300;

impl Axis {
    /// An axis that covers some values with about `count` ticks.
    ///
    /// # Errors
    /// If there is no value, one is not finite, or one is not positive on a logarithmic axis.
    pub(super) fn fit(
        name: &'static str,
        style: &AxisStyle,
        values: impl IntoIterator<Item = f64>,
        count: usize,
    ) -> Result<Self> {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        let mut whole = style.whole;
        for value in values.into_iter().chain(style.include.iter().copied()) {
            if !value.is_finite() {
                return Err(Error::parameter(name, "finite values", value));
            }
            if style.log && value <= 0.0 {
                let expected = "positive values on a logarithmic axis";
                return Err(Error::parameter(name, expected, value));
            }
            whole &= value.fract() == 0.0;
            low = low.min(value);
            high = high.max(value);
        }
        if low > high {
            return Err(Error::parameter(name, "at least one value", "none"));
        }
        if low.abs().max(high.abs()) > LARGEST {
            return Err(Error::parameter(
                name,
                format!("values up to {LARGEST:e}"),
                low.abs().max(high.abs()),
            ));
        }
        let mut axis = Self {
            label: style.label.clone(),
            low,
            high,
            ticks: Vec::new(),
            log: style.log,
            named: !style.names.is_empty(),
        };
        if axis.named {
            axis.low = -0.6;
            axis.high = style.names.len() as f64 - 0.4;
            axis.ticks = (0..).map(f64::from).zip(style.names.iter().cloned()).collect();
        } else if style.log {
            axis.log_ticks(count);
        } else {
            axis.linear_ticks(count, whole);
        }
        Ok(axis)
    }

    /// How far along the axis a value stands: 0 at its low end, 1 at its high end.
    fn place(&self, value: f64) -> f64 {
        let place = |value: f64| if self.log { value.log10() } else { value };
        (place(value) - place(self.low)) / (place(self.high) - place(self.low))
    }

    /// Whether the axis shows names in place of numbers.
    pub(super) fn is_named(&self) -> bool {
        self.named
    }

    pub(super) fn tick_labels(&self) -> impl Iterator<Item = &str> {
        self.ticks.iter().map(|(_, label)| label.as_str())
    }

    fn linear_ticks(&mut self, count: usize, whole: bool) {
        let size = self.low.abs().max(self.high.abs());
        // Closer than numbers of this size can be told apart: as good as one value.
        if self.high - self.low <= 1e-12 * size + f64::MIN_POSITIVE {
            let spread = if size.is_normal() { size * 0.1 } else { 1.0 };
            self.low -= spread;
            self.high += spread;
        }
        let step = nice_step((self.high - self.low) / count as f64, whole);
        let (data_low, data_high) = (self.low, self.high);
        let pad = (data_high - data_low) * 0.03;
        let touches_zero = |edge: f64| edge == 0.0;
        self.low = if touches_zero(data_low) { 0.0 } else { data_low - pad };
        self.high = if touches_zero(data_high) { 0.0 } else { data_high + pad };
        let first = (self.low / step).ceil() as i64;
        let last = (self.high / step).floor() as i64;
        self.ticks = (first..=last)
            .map(|index| (index as f64 * step, linear_label(index as f64 * step, step)))
            .collect();
    }

    /// The finest round numbers for less than a decade of which the axis has at most `count`: labels such as 40,000 and
    /// 50,000 stand close together there.
    fn within_a_decade(&self, count: usize) -> &'static [f64] {
        const FINEST: &[f64] = &[1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0];
        let ticks = |mantissas: &[f64]| {
            let exponent = 10f64.powf(self.low.log10().floor());
            let values = mantissas
                .iter()
                .flat_map(|mantissa| [mantissa * exponent, mantissa * 10.0 * exponent]);
            values.filter(|value| (self.low..=self.high).contains(value)).count()
        };
        let choices: [&[f64]; 3] = [FINEST, &[1.0, 2.0, 3.0, 5.0], &[1.0, 2.0, 5.0]];
        choices
            .into_iter()
            .find(|mantissas| (2..=count.max(2)).contains(&ticks(mantissas)))
            .unwrap_or(FINEST)
    }

    fn log_ticks(&mut self, count: usize) {
        if self.low == self.high {
            self.low /= 2.0;
            self.high *= 2.0;
        }
        let (low, high) = (self.low.log10(), self.high.log10());
        let decades = high - low;
        let pad = decades * 0.03;
        (self.low, self.high) = (10f64.powf(low - pad), 10f64.powf(high + pad));
        let mantissas: &[f64] = match decades {
            d if d < 1.0 => self.within_a_decade(count),
            d if d * 3.0 <= count as f64 => &[1.0, 2.0, 5.0],
            d if d * 2.0 <= count as f64 => &[1.0, 3.0],
            _ => &[1.0],
        };
        let every = ((decades / count.max(1) as f64).ceil() as usize).max(1);
        let exponents = (low.floor() as i32 - 1..=high.ceil() as i32).step_by(every);
        self.ticks = exponents
            .flat_map(|exponent| {
                mantissas.iter().map(move |mantissa| mantissa * 10f64.powi(exponent))
            })
            .filter(|value| (self.low..=self.high).contains(value))
            .map(|value| (value, log_label(value)))
            .collect();
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        limit.0 + (self.place(*value) * f64::from(limit.1 - limit.0)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        match hint.weight() {
            KeyPointWeight::Bold => self.ticks.iter().map(|(value, _)| *value).collect(),
            KeyPointWeight::Any => Vec::new(),
        }
    }

    fn range(&self) -> Range<f64> {
        self.low..self.high
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        let tick = self.ticks.iter().find(|(tick, _)| tick == value);
        tick.map_or(String::new(), |(_, label)| label.clone())
    }
}

/// A step of 1, 2 or 5 times a power of ten, not smaller than 1 for whole numbers.
fn nice_step(rough: f64, whole: bool) -> f64 {
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= rough * 0.999)
        .unwrap_or(10.0 * power);
    if whole { step.max(1.0) } else { step }
}

fn linear_label(value: f64, step: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if step < 1e-4 || value.abs() >= 1e9 {
        return format!("{value:.1e}");
    }
    let text = if step >= 1.0 {
        thousands(value)
    } else {
        let decimals = (-step.log10() - 1e-9).ceil() as usize;
        format!("{value:.decimals$}")
    };
    text.replace('-', "−")
}

fn log_label(value: f64) -> String {
    if !(1e-4..1e7).contains(&value) {
        return format!("{value:.0e}");
    }
    if value >= 1.0 && (value - value.round()).abs() < 1e-9 {
        return thousands(value);
    }
    let text = format!("{value:.5}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(values: &[f64], log: bool, count: usize) -> Vec<String> {
        let style = AxisStyle { log, whole: values.len() > 2, ..AxisStyle::default() };
        let axis = Axis::fit("x", &style, values.iter().copied(), count).unwrap();
        axis.tick_labels().map(str::to_owned).collect()
    }

    #[test]
    fn ticks_are_round_numbers_inside_the_range() {
        assert_eq!(labels(&[0.0, 1.0], false, 5), ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(&[1.0, 2.0, 5.0], false, 8), ["1", "2", "3", "4", "5"], "epochs");
        assert_eq!(labels(&[600.0, 60_000.0], true, 6), ["1,000", "3,000", "10,000", "30,000"]);
        assert_eq!(labels(&[1e-5, 1e-1], true, 6), ["1e-5", "0.0001", "0.001", "0.01", "0.1"]);
        assert_eq!(labels(&[7500.0, 60_000.0], true, 5), ["10,000", "20,000", "30,000", "50,000"]);
        assert_eq!(labels(&[2.0, 3.0], true, 5), ["2", "3"]);
    }

    #[test]
    fn equal_values_still_have_a_range_with_ticks() {
        assert!(labels(&[0.25, 0.25], false, 5).len() >= 2);
        assert!(labels(&[3.0], true, 5).len() >= 2);
    }

    #[test]
    fn values_that_cannot_be_drawn_are_errors() {
        let style = AxisStyle::default();
        let message = |values: Vec<f64>, style: &AxisStyle| {
            Axis::fit("loss", style, values, 5).unwrap_err().to_string()
        };
        assert!(message(vec![], &style).contains("at least one value"));
        assert!(message(vec![1.0, f64::NAN], &style).contains("finite"));
        let log = AxisStyle { log: true, ..style };
        assert!(message(vec![0.0, 1.0], &log).contains("positive"));
    }
}
