//! Figures beside the ones that the original prints.

use fashion_base::text::{Number, thousands};

use super::record::{CellComparison, Comparison, Outcome, RowComparison, TableComparison};

/// What the author of an answer expects from a comparison. If something else comes out, the
/// record says so and the tests fail.
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

/// One figure or a list of figures.
pub trait Figures {
    /// The figures, in order.
    fn figures(&self) -> Vec<f64>;
}

macro_rules! figures {
    ($($type:ty),+) => {$(
        impl Figures for $type {
            fn figures(&self) -> Vec<f64> {
                vec![self.as_f64()]
            }
        }
    )+};
}
figures!(f32, f64, i32, i64, u8, u32, u64, usize);

impl<T: Number> Figures for &[T] {
    fn figures(&self) -> Vec<f64> {
        self.iter().map(|value| value.as_f64()).collect()
    }
}

impl<T: Number> Figures for &Vec<T> {
    fn figures(&self) -> Vec<f64> {
        self.as_slice().figures()
    }
}

impl<T: Number, const N: usize> Figures for [T; N] {
    fn figures(&self) -> Vec<f64> {
        self.as_slice().figures()
    }
}

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

    fn outcome(&self, ours: f64, tolerance: Option<f64>) -> Outcome {
        let rounded = self.format(ours).replace(',', "").parse::<f64>();
        if rounded == Ok(self.value) {
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
    let (list, scale, unit) = match printed.trim().strip_suffix('%') {
        Some(list) => (list, 100.0, " %"),
        None => (printed, 1.0, ""),
    };
    let parsed: Option<Vec<Printed<'_>>> =
        list.split_whitespace().map(|text| Printed::parse(text, scale)).collect();
    let Some(parsed) = parsed.filter(|parsed| parsed.len() == ours.len()) else {
        let ours: Vec<String> = ours.iter().map(|value| (value * scale).to_string()).collect();
        return (ours.join(" ") + unit, Outcome::NotReproduced);
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

/// The outcome of several figures taken together.
fn worst(outcomes: &[Outcome]) -> Outcome {
    [Outcome::NotReproduced, Outcome::NotEvaluated, Outcome::WithinTolerance]
        .into_iter()
        .find(|outcome| outcomes.contains(outcome))
        .unwrap_or(Outcome::ToTheDigit)
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
        expected: expect.outcome(),
        tolerance: expect.tolerance(),
        outcome,
        reason: expect.reason(),
        as_expected: expect.is_met_by(outcome),
    }
}

/// Rows of printed figures and ours.
///
/// ```
/// use fashion::answer::PrintedTable;
///
/// let table = PrintedTable::new("Scores by learning rate", ["test score"])
///     .row("0.01", [("0.7739", 0.773872)])
///     .row("0.1", [("0.7802", 0.780219)]);
/// ```
#[derive(Debug, Clone)]
pub struct PrintedTable {
    title: String,
    columns: Vec<String>,
    rows: Vec<(String, Vec<(String, f64)>)>,
}

impl PrintedTable {
    /// A table with the names of its compared columns.
    pub fn new<S: Into<String>>(
        title: impl Into<String>,
        columns: impl IntoIterator<Item = S>,
    ) -> Self {
        Self {
            title: title.into(),
            columns: columns.into_iter().map(Into::into).collect(),
            rows: Vec::new(),
        }
    }

    /// Appends a row: its name and, for each column, the figure as printed and ours.
    #[must_use]
    pub fn row<'a, T: Number>(
        mut self,
        name: impl Into<String>,
        cells: impl IntoIterator<Item = (&'a str, T)>,
    ) -> Self {
        let cells =
            cells.into_iter().map(|(text, value)| (text.to_owned(), value.as_f64())).collect();
        self.rows.push((name.into(), cells));
        self
    }

    pub(super) fn compare(&self, expect: Expect<'_>, evaluated: bool) -> TableComparison {
        let compare_cell = |(printed, value): &(String, f64)| {
            let (ours, outcome) = compare_figures(printed, &[*value], expect.tolerance());
            let outcome = if evaluated { outcome } else { Outcome::NotEvaluated };
            CellComparison { printed: printed.clone(), ours, outcome }
        };
        let compare_row = |(name, cells): &(String, Vec<(String, f64)>)| RowComparison {
            name: name.clone(),
            cells: cells.iter().map(compare_cell).collect(),
        };
        let rows: Vec<RowComparison> = self.rows.iter().map(compare_row).collect();
        let outcomes: Vec<Outcome> = rows
            .iter()
            .map(|row| worst(&row.cells.iter().map(|cell| cell.outcome).collect::<Vec<_>>()))
            .collect();
        let reproduced = outcomes
            .iter()
            .filter(|outcome| matches!(outcome, Outcome::ToTheDigit | Outcome::WithinTolerance))
            .count();
        let complete =
            !rows.is_empty() && rows.iter().all(|row| row.cells.len() == self.columns.len());
        TableComparison {
            title: self.title.clone(),
            columns: self.columns.clone(),
            reproduced,
            expected: expect.outcome(),
            tolerance: expect.tolerance(),
            reason: expect.reason(),
            as_expected: complete && expect.is_met_by(worst(&outcomes)),
            rows,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
