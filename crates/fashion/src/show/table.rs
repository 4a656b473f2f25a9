//! Tables as aligned text and as HTML.

use std::fmt;

use super::bundle::{Bundle, Render};
use super::html::{self, Cell};
use fashion_base::text::{left, right};

/// A table that ends a cell: grid results, layer tables, reports, comparisons.
///
/// Columns whose cells are all numbers (or empty) are aligned to the right. A row with fewer cells
/// than there are columns is filled up with empty ones; a row with more widens the table.
///
/// ```
/// use fashion::show::Table;
///
/// let table = Table::new("Test accuracy", ["classifier", "accuracy"])
///     .row(["network", "0.86"])
///     .row(["SVM", "0.87"])
///     .best(1)
///     .caption("10,000 test images");
/// assert_eq!(
///     table.to_string(),
///     "Test accuracy\n  classifier  accuracy\n  ----------  --------\n  network         0.86\n* SVM             0.87\n* best\n10,000 test images\n"
/// );
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    title: String,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
    best: Option<usize>,
    caption: String,
}

impl Table {
    /// A table with a title (may be empty) and the names of its columns.
    pub fn new<S: Into<String>>(
        title: impl Into<String>,
        columns: impl IntoIterator<Item = S>,
    ) -> Self {
        Self {
            title: title.into(),
            columns: columns.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }

    /// Appends a row.
    #[must_use]
    pub fn row<S: Into<String>>(mut self, cells: impl IntoIterator<Item = S>) -> Self {
        self.push(cells);
        self
    }

    /// Appends a row in a loop.
    pub fn push<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// Marks a row, counted from 0, as the best; a row that is not there marks none.
    #[must_use]
    pub fn best(mut self, row: usize) -> Self {
        self.best = Some(row);
        self
    }

    /// A line of explanation below the table.
    #[must_use]
    pub fn caption(mut self, caption: impl Into<String>) -> Self {
        self.caption = caption.into();
        self
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether the table has no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn width(&self) -> usize {
        self.rows.iter().map(Vec::len).chain([self.columns.len()]).max().unwrap_or(0)
    }

    fn heading(&self, column: usize) -> &str {
        self.columns.get(column).map_or("", String::as_str)
    }

    fn cell(&self, row: usize, column: usize) -> &str {
        self.rows[row].get(column).map_or("", String::as_str)
    }

    fn is_numeric(&self, column: usize) -> bool {
        let mut cells = (0..self.rows.len()).map(|row| self.cell(row, column).trim()).peekable();
        cells.peek().is_some() && cells.all(|cell| cell.is_empty() || is_number(cell))
    }

    /// The table in HTML; its colours come from the page, so it fits light and dark themes.
    pub fn to_html(&self) -> String {
        // Asked for once: it looks at every row.
        let width = self.width();
        let numeric: Vec<bool> = (0..width).map(|column| self.is_numeric(column)).collect();
        let cell = |column: usize, text: &str| {
            if numeric[column] { Cell::number(text) } else { Cell::text(text) }
        };
        let head: Vec<Cell> = (0..width).map(|column| cell(column, self.heading(column))).collect();
        let row = |row: usize| -> Vec<Cell> {
            let best = self.best == Some(row);
            let marked = |column: usize| {
                let mark = if best && column == 0 { "★ " } else { "" };
                cell(column, &format!("{mark}{}", self.cell(row, column))).bold(best)
            };
            (0..width).map(marked).collect()
        };
        let rows: Vec<Vec<Cell>> = (0..self.rows.len()).map(row).collect();
        html::table(&self.title, &head, &rows, &self.notes("★ best"))
    }

    /// What stands below the rows.
    fn notes(&self, best: &str) -> Vec<String> {
        let marked = self.best.is_some_and(|row| row < self.rows.len());
        let mut notes = Vec::new();
        if marked {
            notes.push(best.to_owned());
        }
        if !self.caption.is_empty() {
            notes.push(self.caption.clone());
        }
        notes
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = |text: &str| text.chars().count();
        let widths: Vec<usize> = (0..self.width())
            .map(|column| {
                (0..self.rows.len())
                    .map(|row| length(self.cell(row, column)))
                    .chain([length(self.heading(column))])
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        let numeric: Vec<bool> = (0..self.width()).map(|column| self.is_numeric(column)).collect();
        let margin = if self.best.is_some() { "  " } else { "" };
        let line = |mark: &str, cell: &dyn Fn(usize) -> String| {
            let cells: Vec<String> = widths
                .iter()
                .enumerate()
                .map(|(column, &width)| {
                    let text = cell(column);
                    if numeric[column] { right(text, width) } else { left(text, width) }
                })
                .collect();
            format!("{mark}{}", cells.join("  ")).trim_end().to_owned()
        };
        if !self.title.is_empty() {
            writeln!(f, "{}", self.title)?;
        }
        writeln!(f, "{}", line(margin, &|column| self.heading(column).to_owned()))?;
        writeln!(f, "{}", line(margin, &|column| "-".repeat(widths[column])))?;
        for row in 0..self.rows.len() {
            let mark = if self.best == Some(row) { "* " } else { margin };
            writeln!(f, "{}", line(mark, &|column| self.cell(row, column).to_owned()))?;
        }
        for note in self.notes("* best") {
            writeln!(f, "{note}")?;
        }
        Ok(())
    }
}

impl Render for Table {
    fn render(&self) -> Bundle {
        Bundle::text(self.to_string()).html(self.to_html())
    }
}

/// Whether a cell reads as a number: digits with separators, a unit or a spread are allowed
/// (`1,491,338`, `87.63 %`, `0.80 ± 0.01`, `3.2 s`), words and tuples are not.
fn is_number(cell: &str) -> bool {
    let mut words = cell.split_whitespace();
    let starts_with_number = words
        .next()
        .is_some_and(|word| word.replace(',', "").trim_end_matches('%').parse::<f64>().is_ok());
    starts_with_number
        && words.all(|word| {
            word.parse::<f64>().is_ok()
                || matches!(word, "%" | "±" | "s" | "ms" | "min" | "x" | "×")
        })
        || matches!(cell, "-" | "–" | "—")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_escapes_what_a_cell_contains() {
        let html = Table::new("<b>", ["a&b"]).row(["Vec<f32>"]).to_html();
        assert!(html.contains("&lt;b&gt;") && html.contains("a&amp;b"), "{html}");
        assert!(html.contains("Vec&lt;f32&gt;"), "{html}");
    }

    #[test]
    fn only_columns_of_numbers_are_right_aligned() {
        let table = Table::new("", ["layers", "score", "share"])
            .row(["(100,)", "0.8033", "87.63 %"])
            .row(["(10,)", "0.79", "9 %"]);
        let text = table.to_string();
        assert!(text.contains("(100,)  0.8033  87.63 %"), "{text}");
        assert!(text.contains("(10,)     0.79      9 %"), "{text}");
    }

    #[test]
    fn ragged_rows_and_empty_tables_are_shown() {
        let text = Table::new("t", ["a", "b"]).row(["1"]).row(["1", "2", "3"]).to_string();
        assert_eq!(text.lines().count(), 5, "{text}");
        assert_eq!(Table::new("", ["a"]).to_string(), "a\n-\n");
        assert!(Table::default().to_html().contains("<table"));
    }

    #[test]
    fn a_cell_of_any_length_is_shown() {
        let table = Table::new("", ["a", "b"]).row(["x".repeat(70_000), "1".into()]);
        assert!(table.to_string().lines().any(|line| line.len() == 70_003));
        assert!(table.to_html().len() > 70_000);
    }

    #[test]
    fn a_best_row_that_is_missing_is_not_announced() {
        let text = Table::new("", ["a"]).row(["1"]).best(7).to_string();
        assert!(!text.contains("best"), "{text}");
    }
}
