//! What an answer leaves in the saved notebook for the tests to read.

use serde::{Deserialize, Serialize};

use super::profile::Profile;

/// The MIME type of a [`Record`] in a cell's output.
pub const MIME: &str = "application/vnd.fashion.answer+json";

/// Everything that an answer states, machine-readable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The question's ID, `A1-Q1`.
    pub id: String,
    /// The profile that the figures come from.
    pub profile: Profile,
    /// The paragraphs, as Markdown.
    pub prose: Vec<String>,
    /// The claims, in order.
    pub claims: Vec<Claim>,
    /// Single figures compared with the original's.
    pub comparisons: Vec<Comparison>,
    /// Whole tables compared with the original's.
    pub tables: Vec<TableComparison>,
    /// What is wrong with how the answer is written: a mark without a claim, for example.
    #[serde(default)]
    pub faults: Vec<String>,
}

/// A sentence that holds or does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Its name in the text, where it is a sentence of it.
    #[serde(default)]
    pub name: Option<String>,
    /// The sentence.
    pub text: String,
    /// Whether it holds; `None` where it needs the full profile and this was the quick one.
    pub holds: Option<bool>,
    /// The figures that show it.
    pub evidence: String,
}

/// How a figure relates to the one that the original printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Equal after rounding to the printed digits.
    ToTheDigit,
    /// The printed figure lies where one more of our runs would lie with 95 % probability.
    Consistent,
    /// It does, but our runs differ by so much among themselves that this says little.
    CannotTell,
    /// It does not; or, of a figure that is the same in every run, the digits are not equal.
    Differs,
    /// Shown beside it without a verdict: the original does not say what its figure belongs to.
    Shown,
    /// Needs the full profile, and this was the quick one.
    NotEvaluated,
    /// The printed text holds no figure, or another number of figures than ours.
    NotComparable,
}

/// One figure beside the original's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// What the figure is.
    pub what: String,
    /// As the original prints it.
    pub printed: String,
    /// Ours, to as many digits.
    pub ours: String,
    /// What came out.
    pub outcome: Outcome,
    /// Ours minus the printed one, as it is printed; `None` for lists.
    #[serde(default)]
    pub distance: Option<String>,
    /// Why the figure differs, where the author said so.
    pub reason: Option<String>,
    /// Whether ours are as many figures as were printed.
    #[serde(alias = "as_expected")]
    pub comparable: bool,
}

/// A table beside the original's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableComparison {
    /// What the table shows.
    pub title: String,
    /// The names of the compared columns.
    pub columns: Vec<String>,
    /// The rows, each with one figure per column.
    pub rows: Vec<RowComparison>,
    /// How many rows came out in every column as printed, or consistent with it.
    pub reproduced: usize,
    /// Why the table differs, where the author said so.
    pub reason: Option<String>,
    /// Whether every cell holds as many figures as were printed.
    #[serde(alias = "as_expected")]
    pub comparable: bool,
}

/// One row of a compared table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RowComparison {
    /// What the row is about.
    pub name: String,
    /// One figure per column.
    pub cells: Vec<CellComparison>,
}

/// One figure of a compared table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CellComparison {
    /// As the original prints it.
    pub printed: String,
    /// Ours, to as many digits.
    pub ours: String,
    /// What came out.
    pub outcome: Outcome,
}

impl Claim {
    /// Whether the claim shows anything: evidence, or a sentence of the text with a figure in it.
    pub fn has_figures(&self) -> bool {
        let sentence_shows =
            self.name.is_some() && self.text.contains(|c: char| c.is_ascii_digit());
        !self.evidence.trim().is_empty() || sentence_shows
    }
}

impl Record {
    /// Reads the record from one output's `data` in a saved notebook; `None` if it has none.
    ///
    /// # Errors
    /// If there is a record, but not in this form.
    pub fn from_output(data: &serde_json::Value) -> Option<serde_json::Result<Self>> {
        data.get(MIME).map(Self::deserialize)
    }

    /// Everything that must fail the build, one sentence each; empty if the answer stands.
    pub fn failures(&self) -> Vec<String> {
        let mut failures = self.faults.clone();
        for claim in &self.claims {
            if claim.holds == Some(false) {
                failures.push(format!("does not hold: {} ({})", claim.text, claim.evidence));
            }
            if !claim.has_figures() {
                failures.push(format!("no evidence: {}", claim.text));
            }
        }
        for one in self.comparisons.iter().filter(|one| !one.comparable) {
            failures.push(format!(
                "{}: expected as many figures as were printed, {}, got {}",
                one.what, one.printed, one.ours
            ));
        }
        for table in self.tables.iter().filter(|table| !table.comparable) {
            failures.push(format!(
                "{}: expected rows with as many figures as were printed",
                table.title
            ));
        }
        failures.into_iter().map(|failure| format!("{}: {failure}", self.id)).collect()
    }
}
