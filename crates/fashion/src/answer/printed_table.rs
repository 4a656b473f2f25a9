//! Rows of printed figures and ours.

use super::figures::{Figures, Prediction};
use super::printed::{Verdict, verdict};
use super::record::{CellComparison, Outcome, RowComparison, TableComparison};

/// Rows of printed figures and ours.
///
/// ```
/// use fashion::answer::PrintedTable;
///
/// let table = PrintedTable::new("Scores by learning rate", ["test score"])
///     .row("0.01", [("0.7739", 0.773872)])
///     .row("0.1", [("0.7802", 0.780219)]);
/// assert_eq!((table.to_the_digit(), table.len()), (2, 2));
/// ```
#[derive(Debug, Clone)]
pub struct PrintedTable {
    pub(super) title: String,
    pub(super) columns: Vec<String>,
    rows: Vec<(String, Vec<PrintedCell>)>,
}

#[derive(Debug, Clone)]
pub(super) struct PrintedCell {
    pub(super) printed: String,
    pub(super) ours: f64,
    prediction: Option<Prediction>,
}

impl Figures for PrintedCell {
    fn figures(&self) -> Vec<f64> {
        vec![self.ours]
    }

    fn prediction(&self) -> Option<Prediction> {
        self.prediction
    }
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
    pub fn row<'a, T: Figures>(
        mut self,
        name: impl Into<String>,
        cells: impl IntoIterator<Item = (&'a str, T)>,
    ) -> Self {
        let cell = |(printed, ours): (&str, T)| PrintedCell {
            printed: printed.to_owned(),
            // A list has no place in a cell: it is not a number there.
            ours: match ours.figures()[..] {
                [one] => one,
                _ => f64::NAN,
            },
            prediction: ours.prediction(),
        };
        self.rows.push((name.into(), cells.into_iter().map(cell).collect()));
        self
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Our figures, row by row.
    pub fn ours(&self) -> Vec<f64> {
        self.rows.iter().flat_map(|(_, cells)| cells.iter().map(|cell| cell.ours)).collect()
    }

    /// In how many rows every figure equals the printed one, to all printed digits.
    pub fn to_the_digit(&self) -> usize {
        let same = |cell: &PrintedCell| verdict(&cell.printed, cell).outcome == Outcome::ToTheDigit;
        let is_whole = |cells: &[PrintedCell]| cells.len() == self.columns.len();
        self.rows.iter().filter(|(_, cells)| is_whole(cells) && cells.iter().all(same)).count()
    }

    pub(super) fn beside(&self, evaluated: bool) -> TableComparison {
        let rows = self.compared(|cell| {
            let Verdict { ours, outcome, .. } = verdict(&cell.printed, cell);
            (ours, if evaluated { outcome } else { Outcome::NotEvaluated })
        });
        let reproduced =
            |row: &&RowComparison| matches!(row.worst(), Outcome::ToTheDigit | Outcome::Consistent);
        TableComparison {
            title: self.title.clone(),
            columns: self.columns.clone(),
            reproduced: rows.iter().filter(reproduced).count(),
            reason: None,
            comparable: self.is_complete()
                && rows.iter().all(|row| row.worst() != Outcome::NotComparable),
            rows,
        }
    }

    fn is_complete(&self) -> bool {
        !self.rows.is_empty()
            && self.rows.iter().all(|(_, cells)| cells.len() == self.columns.len())
    }

    fn compared(&self, judge: impl Fn(&PrintedCell) -> (String, Outcome)) -> Vec<RowComparison> {
        let cell = |cell: &PrintedCell| {
            let (ours, outcome) = judge(cell);
            CellComparison { printed: cell.printed.clone(), ours, outcome }
        };
        let row = |(name, cells): &(String, Vec<PrintedCell>)| RowComparison {
            name: name.clone(),
            cells: cells.iter().map(cell).collect(),
        };
        self.rows.iter().map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_counts_the_rows_that_are_equal_in_every_column() {
        let table = |ours| {
            PrintedTable::new("t", ["a", "b"])
                .row("one", [("0.5", 0.5), ("0.25", 0.25)])
                .row("two", [("0.5", ours), ("0.25", 0.25)])
        };
        assert_eq!((table(0.5).to_the_digit(), table(0.7).to_the_digit()), (2, 1));
        let compared = table(0.7).beside(true);
        assert_eq!((compared.reproduced, compared.comparable), (1, true));
        let short = PrintedTable::new("t", ["a", "b"]).row("one", [("0.5", 0.5)]);
        assert_eq!((short.to_the_digit(), short.beside(true).comparable), (0, false));
        assert!(!PrintedTable::new("t", ["a"]).beside(true).comparable, "an empty table");
    }

    #[test]
    fn a_cell_holds_one_figure_that_can_be_compared() {
        let list = PrintedTable::new("t", ["a"]).row("one", [("0.5", [0.5, 0.7])]);
        assert_eq!((list.to_the_digit(), list.beside(true).reproduced), (0, 0));
        let words = PrintedTable::new("t", ["a"]).row("one", [("half", 0.5)]);
        assert!(!words.beside(true).comparable && words.beside(false).comparable);
    }
}
