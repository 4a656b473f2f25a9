//! A figure as the original printed it, and the verdict on ours beside it.

use fashion_base::text::thousands;

use super::figures::{Figures, Prediction};
use super::record::{Comparison, Outcome, RowComparison};

/// One figure as it was printed.
struct Printed<'a> {
    text: &'a str,
    value: f64,
    /// 100 where the original prints per cent.
    scale: f64,
}

impl<'a> Printed<'a> {
    fn parse(text: &'a str, scale: f64) -> Option<Self> {
        let value = text.replace(',', "").parse::<f64>().ok().filter(|value| value.is_finite())?;
        Some(Self { text, value, scale })
    }

    /// Our figure in the printed form: as many decimals, or as many digits before an exponent.
    fn format(&self, ours: f64) -> String {
        let ours = ours * self.scale;
        let (mantissa, exponent) =
            self.text.split_once(['e', 'E']).map_or((self.text, None), |(m, e)| (m, Some(e)));
        let decimals = mantissa.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        match exponent {
            Some(_) => format!("{ours:.decimals$e}"),
            None if self.text.contains(',') => thousands(ours.round()),
            None => format!("{ours:.decimals$}"),
        }
    }

    fn is(&self, ours: f64) -> bool {
        self.format(ours).replace(',', "").parse::<f64>() == Ok(self.value)
    }

    /// The verdict on a figure that is the same in every run, or on one with its spread.
    fn verdict(&self, ours: f64, prediction: Option<Prediction>) -> Outcome {
        let Some(Prediction { low, high, margin }) = prediction else {
            return if self.is(ours) { Outcome::ToTheDigit } else { Outcome::Differs };
        };
        // An end that rounds to the printed figure is not beyond it.
        let within = low * self.scale <= self.value && self.value <= high * self.scale;
        match (within || self.is(low) || self.is(high), high - low > 2.0 * margin) {
            (false, _) => Outcome::Differs,
            (true, true) => Outcome::CannotTell,
            (true, false) => Outcome::Consistent,
        }
    }
}

/// The printed figures, if there are `count` of them; their scale and their unit.
fn parse(printed: &str, count: usize) -> (Option<Vec<Printed<'_>>>, f64, &'static str) {
    let (list, scale, unit) = match printed.trim().strip_suffix('%') {
        Some(list) => (list, 100.0, " %"),
        None => (printed, 1.0, ""),
    };
    let parsed: Option<Vec<Printed<'_>>> =
        list.split_whitespace().map(|text| Printed::parse(text, scale)).collect();
    (parsed.filter(|parsed| parsed.len() == count), scale, unit)
}

/// Our figures as they are, where the printed ones cannot be read.
fn unmatched(ours: &[f64], scale: f64, unit: &str) -> String {
    let ours: Vec<String> = ours.iter().map(|value| (value * scale).to_string()).collect();
    ours.join(" ") + unit
}

/// Ours in the printed form, the verdict, and how far a single figure is from the printed one.
pub(super) struct Verdict {
    pub(super) ours: String,
    pub(super) outcome: Outcome,
    pub(super) distance: Option<String>,
}

pub(super) fn verdict(printed: &str, ours: &impl Figures) -> Verdict {
    let values = ours.figures();
    let (parsed, scale, unit) = parse(printed, values.len());
    let Some(parsed) = parsed else {
        let ours = unmatched(&values, scale, unit);
        return Verdict { ours, outcome: Outcome::NotComparable, distance: None };
    };
    let prediction = ours.prediction();
    let texts: Vec<String> =
        parsed.iter().zip(&values).map(|(printed, &value)| printed.format(value)).collect();
    let outcomes: Vec<Outcome> = parsed
        .iter()
        .zip(&values)
        .map(|(printed, &value)| printed.verdict(value, prediction))
        .collect();
    let mut text = texts.join(" ");
    let mut distance = None;
    if let ([printed], [value]) = (&parsed[..], &values[..]) {
        if let Some(Prediction { low, high, .. }) = prediction {
            text += &format!(" ({} to {})", printed.format(low), printed.format(high));
        }
        let apart = value - printed.value / scale;
        let sign = if apart < 0.0 { "-" } else { "+" };
        distance = Some(format!("{sign}{}{unit}", printed.format(apart.abs())));
    }
    Verdict { ours: text + unit, outcome: worst(&outcomes), distance }
}

pub(super) fn beside(
    what: String,
    printed: &str,
    ours: &impl Figures,
    evaluated: bool,
) -> Comparison {
    let Verdict { ours, outcome, distance } = verdict(printed, ours);
    Comparison {
        what,
        printed: printed.to_owned(),
        ours,
        outcome: if evaluated { outcome } else { Outcome::NotEvaluated },
        distance,
        reason: None,
        comparable: !evaluated || outcome != Outcome::NotComparable,
    }
}

impl Comparison {
    /// Without a verdict.
    pub(super) fn not_judged(mut self) -> Self {
        if !matches!(self.outcome, Outcome::NotEvaluated | Outcome::NotComparable) {
            self.outcome = Outcome::Shown;
        }
        self
    }
}

/// The outcome of several figures taken together.
fn worst(outcomes: &[Outcome]) -> Outcome {
    use Outcome::*;
    [NotComparable, Differs, NotEvaluated, CannotTell, Consistent]
        .into_iter()
        .find(|outcome| outcomes.contains(outcome))
        .unwrap_or(ToTheDigit)
}

impl RowComparison {
    /// The verdict on the row: its worst cell's.
    pub(super) fn worst(&self) -> Outcome {
        worst(&self.cells.iter().map(|cell| cell.outcome).collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Spread(f64, f64, f64);

    impl Figures for Spread {
        fn figures(&self) -> Vec<f64> {
            vec![self.0]
        }

        fn prediction(&self) -> Option<Prediction> {
            Some(Prediction { low: self.1, high: self.2, margin: 0.005 })
        }
    }

    #[test]
    fn the_verdict_on_runs_follows_from_where_one_more_would_lie() {
        let judge = |printed, ours| verdict(printed, &ours).outcome;
        assert_eq!(judge("88.34 %", Spread(0.882, 0.879, 0.885)), Outcome::Consistent);
        assert_eq!(judge("88.51 %", Spread(0.882, 0.879, 0.885)), Outcome::Differs);
        assert_eq!(judge("88.5 %", Spread(0.882, 0.879, 0.88496)), Outcome::Consistent);
        assert_eq!(judge("0.90", Spread(0.85, 0.7, 0.96)), Outcome::CannotTell);
        assert_eq!(judge("0.98", Spread(0.85, 0.7, 0.96)), Outcome::Differs);
        let text = verdict("88.34 %", &Spread(0.882, 0.879, 0.885));
        assert_eq!(text.ours, "88.20 (87.90 to 88.50) %");
        assert_eq!(text.distance.as_deref(), Some("-0.14 %"));
    }

    #[test]
    fn a_figure_is_compared_to_the_digits_that_were_printed() {
        use Outcome::{Differs, ToTheDigit};
        let judge = |printed, ours: f64| verdict(printed, &ours).outcome;
        assert_eq!(judge("0.7586363636363637", 45_063.0 / 59_400.0), ToTheDigit);
        assert_eq!(judge("0.7586363636363637", 45_064.0 / 59_400.0), Differs);
        assert_eq!(judge("0.803333", 0.803_333_333_3), ToTheDigit);
        assert_eq!(judge("0.803333", 0.803_334), Differs);
        assert_eq!(judge("0.80", 0.8033), ToTheDigit);
        assert_eq!(judge("1,491,338", 1_491_338.0), ToTheDigit);
        assert_eq!(judge("2.5e-05", 0.000_025_04), ToTheDigit);
        assert_eq!(judge("-0.00", 0.001), ToTheDigit);
        assert_eq!(judge("0.5", f64::NAN), Differs);
        assert_eq!(verdict("60000", &60_000_usize).outcome, ToTheDigit);
    }

    #[test]
    fn printed_per_cent_stand_against_a_fraction() {
        let same = verdict("87.63 %", &0.876_31);
        assert_eq!((same.ours.as_str(), same.outcome), ("87.63 %", Outcome::ToTheDigit));
        assert_eq!(verdict("87.63%", &0.88).outcome, Outcome::Differs);
    }

    #[test]
    fn lists_are_compared_one_by_one_and_must_be_as_long() {
        assert_eq!(verdict("63 62 53", &[63, 62, 53]).outcome, Outcome::ToTheDigit);
        assert_eq!(verdict("63 62 53", &[63, 62, 54]).outcome, Outcome::Differs);
        assert_eq!(verdict("63 62", &[63, 62, 53]).outcome, Outcome::NotComparable);
    }

    #[test]
    fn figures_that_no_run_moves_are_equal_or_differ() {
        assert_eq!(verdict("0.2198", &0.219_781).outcome, Outcome::ToTheDigit);
        let other = verdict("0.2116", &0.2198);
        assert_eq!((other.outcome, other.distance.as_deref()), (Outcome::Differs, Some("+0.0082")));
        assert_eq!(verdict("63 62", &[63, 61]).outcome, Outcome::Differs);
        assert_eq!(verdict("63 62", &[63]).outcome, Outcome::NotComparable);
        assert!(!beside("x".into(), "sixty", &60, true).comparable);
        assert_eq!(beside("x".into(), "60", &61, true).not_judged().outcome, Outcome::Shown);
        assert_eq!(beside("x".into(), "60", &60, false).outcome, Outcome::NotEvaluated);
    }
}
