//! Comparisons whose outcome the author states: in notebooks that are not rewritten yet.

use super::printed::{Printed, parse, unmatched, worst};
use super::printed_table::PrintedTable;
use super::record::{Comparison, Outcome, RowComparison, TableComparison};

/// What the author of an answer expects from a comparison: in notebooks that are not rewritten yet.
/// The others have verdicts, which nobody states.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Expect<'a> {
    /// Equal after rounding to the printed digits.
    ToTheDigit,
    /// At most this far away, in the unit of our own figure (0.01 is one point of an accuracy).
    Within(f64),
    /// Another figure, for this reason.
    NotReproduced(&'a str),
}

impl Expect<'_> {
    fn outcome(self) -> Outcome {
        match self {
            Self::ToTheDigit => Outcome::ToTheDigit,
            Self::Within(_) => Outcome::WithinTolerance,
            Self::NotReproduced(_) => Outcome::NotReproduced,
        }
    }

    fn tolerance(self) -> Option<f64> {
        if let Self::Within(tolerance) = self { Some(tolerance) } else { None }
    }

    fn reason(self) -> Option<String> {
        if let Self::NotReproduced(reason) = self { Some(reason.to_owned()) } else { None }
    }

    fn is_met_by(self, outcome: Outcome) -> bool {
        match (self, outcome) {
            (_, Outcome::NotEvaluated) => true,
            (Self::Within(_), Outcome::ToTheDigit) => true,
            // A figure that is not reproduced needs a reason that someone can read.
            (Self::NotReproduced(reason), outcome) => {
                outcome == Outcome::NotReproduced && !reason.trim().is_empty()
            }
            (expected, outcome) => expected.outcome() == outcome,
        }
    }
}

impl Printed<'_> {
    fn outcome(&self, ours: f64, tolerance: Option<f64>) -> Outcome {
        if self.is(ours) {
            return Outcome::ToTheDigit;
        }
        let distance = (ours * self.scale - self.value).abs() / self.scale;
        // The slack is for the decimal fractions that binary ones cannot hold (0.89 - 0.88 > 0.01).
        match tolerance {
            Some(tolerance) if distance <= tolerance * (1.0 + 1e-9) => Outcome::WithinTolerance,
            _ => Outcome::NotReproduced,
        }
    }
}

/// Our figures in the printed form, and what came out.
fn compare_figures(printed: &str, ours: &[f64], tolerance: Option<f64>) -> (String, Outcome) {
    let (parsed, scale, unit) = parse(printed, ours.len());
    let Some(parsed) = parsed else {
        return (unmatched(ours, scale, unit), Outcome::NotReproduced);
    };
    let texts: Vec<String> =
        parsed.iter().zip(ours).map(|(printed, &value)| printed.format(value)).collect();
    let outcomes: Vec<Outcome> = parsed
        .iter()
        .zip(ours)
        .map(|(printed, &value)| printed.outcome(value, tolerance))
        .collect();
    (texts.join(" ") + unit, worst(&outcomes))
}

pub(super) fn compare(
    what: String,
    printed: &str,
    ours: &[f64],
    expect: Expect<'_>,
    evaluated: bool,
) -> Comparison {
    let (text, outcome) = compare_figures(printed, ours, expect.tolerance());
    let outcome = if evaluated { outcome } else { Outcome::NotEvaluated };
    Comparison {
        what,
        printed: printed.to_owned(),
        ours: text,
        expected: Some(expect.outcome()),
        tolerance: expect.tolerance(),
        outcome,
        distance: None,
        reason: expect.reason(),
        as_expected: expect.is_met_by(outcome),
    }
}

impl PrintedTable {
    pub(super) fn compare(&self, expect: Expect<'_>, evaluated: bool) -> TableComparison {
        let rows = self.compared(|cell| {
            let (ours, outcome) = compare_figures(&cell.printed, &[cell.ours], expect.tolerance());
            (ours, if evaluated { outcome } else { Outcome::NotEvaluated })
        });
        let outcomes: Vec<Outcome> = rows.iter().map(RowComparison::worst).collect();
        let reproduced = outcomes
            .iter()
            .filter(|outcome| matches!(outcome, Outcome::ToTheDigit | Outcome::WithinTolerance))
            .count();
        TableComparison {
            title: self.title.clone(),
            columns: self.columns.clone(),
            reproduced,
            expected: Some(expect.outcome()),
            tolerance: expect.tolerance(),
            reason: expect.reason(),
            as_expected: self.is_complete() && expect.is_met_by(worst(&outcomes)),
            rows,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Figures;

    fn outcome(printed: &str, ours: impl Figures, tolerance: Option<f64>) -> Outcome {
        compare_figures(printed, &ours.figures(), tolerance).1
    }

    #[test]
    fn a_figure_is_compared_to_the_digits_that_were_printed() {
        use Outcome::{NotReproduced, ToTheDigit};
        assert_eq!(outcome("0.7586363636363637", 45_063.0 / 59_400.0, None), ToTheDigit);
        assert_eq!(outcome("0.7586363636363637", 45_064.0 / 59_400.0, None), NotReproduced);
        assert_eq!(outcome("0.803333", 0.803_333_333_3, None), ToTheDigit);
        assert_eq!(outcome("0.803333", 0.803_334, None), NotReproduced);
        assert_eq!(outcome("0.80", 0.8033, None), ToTheDigit);
        assert_eq!(outcome("60000", 60_000_usize, None), ToTheDigit);
        assert_eq!(outcome("1,491,338", 1_491_338_usize, None), ToTheDigit);
        assert_eq!(outcome("2.5e-05", 0.000_025_04, None), ToTheDigit);
        assert_eq!(outcome("-0.00", 0.001, None), ToTheDigit);
        assert_eq!(outcome("0.5", f64::NAN, Some(1.0)), NotReproduced);
    }

    #[test]
    fn printed_per_cent_stand_against_a_fraction() {
        let (text, result) = compare_figures("87.63 %", &[0.876_31], None);
        assert_eq!((text.as_str(), result), ("87.63 %", Outcome::ToTheDigit));
        assert_eq!(outcome("87.63%", 0.88, Some(0.01)), Outcome::WithinTolerance);
        assert_eq!(outcome("87.63%", 0.89, Some(0.01)), Outcome::NotReproduced);
    }

    #[test]
    fn the_tolerance_includes_its_end() {
        assert_eq!(outcome("0.88", 0.89, Some(0.01)), Outcome::WithinTolerance);
    }

    #[test]
    fn lists_are_compared_one_by_one_and_must_be_as_long() {
        assert_eq!(outcome("63 62 53", [63_usize, 62, 53], None), Outcome::ToTheDigit);
        assert_eq!(outcome("63 62 53", [63_usize, 62, 54], None), Outcome::NotReproduced);
        assert_eq!(outcome("63 62", [63_usize, 62, 53], None), Outcome::NotReproduced);
        assert_eq!(outcome("sixty", 60, None), Outcome::NotReproduced);
    }

    #[test]
    fn another_outcome_than_the_stated_one_is_reported() {
        let check = |ours: f64, expect| compare("x".into(), "0.50", &[ours], expect, true);
        assert!(check(0.5, Expect::ToTheDigit).as_expected);
        assert!(check(0.5, Expect::Within(0.1)).as_expected, "better than stated");
        assert!(!check(0.51, Expect::ToTheDigit).as_expected);
        assert!(!check(0.7, Expect::Within(0.1)).as_expected);
        assert!(check(0.7, Expect::NotReproduced("another seed")).as_expected);
        assert!(!check(0.5, Expect::NotReproduced("another seed")).as_expected);
        assert!(!check(0.7, Expect::NotReproduced(" ")).as_expected, "a reason is needed");
    }

    #[test]
    fn what_needs_the_full_profile_is_not_judged_in_the_quick_one() {
        let quick = compare("x".into(), "0.50", &[0.1], Expect::ToTheDigit, false);
        assert_eq!((quick.outcome, quick.as_expected), (Outcome::NotEvaluated, true));
    }

    #[test]
    fn a_table_counts_its_rows_and_must_be_complete() {
        let table = |ours| {
            PrintedTable::new("t", ["a", "b"])
                .row("one", [("0.5", 0.5), ("0.25", 0.25)])
                .row("two", [("0.5", ours), ("0.25", 0.25)])
        };
        let same = table(0.5).compare(Expect::ToTheDigit, true);
        assert_eq!((same.reproduced, same.as_expected), (2, true));
        let other = table(0.7).compare(Expect::ToTheDigit, true);
        assert_eq!((other.reproduced, other.as_expected), (1, false));
        assert!(table(0.7).compare(Expect::NotReproduced("another seed"), true).as_expected);
        let short = PrintedTable::new("t", ["a", "b"]).row("one", [("0.5", 0.5)]);
        assert!(!short.compare(Expect::ToTheDigit, true).as_expected);
        let empty = PrintedTable::new("t", ["a"]);
        assert!(!empty.compare(Expect::ToTheDigit, true).as_expected);
    }
}
