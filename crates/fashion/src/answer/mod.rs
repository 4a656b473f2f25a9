//! Answers in prose whose figures and claims are computed when the notebook runs.
//!
//! An answer is Markdown with figures taken from variables, *claims* and *comparisons*.
//! A claim is a sentence, a condition and the evidence; it holds or does not hold, and shows which.
//! A comparison puts a figure beside the one that the original printed and states what should come
//! out: the same to the printed digit, within a tolerance, or not reproduced and why.
//! Where the original is wrong, that is a claim of ours, and it holds.
//!
//! The output shows all of it and carries a [`Record`], which the tests read from the saved
//! notebook: a claim that does not hold, or a comparison that comes out differently from what its
//! author stated, fails the build.
//!
//! ```
//! use fashion::answer::{Expect::*, answer, percent};
//!
//! let (best, score, second) = ("(100,)", 0.803_333_333, 0.795);
//! let answer = answer("A1-Q1")
//!     .say(format!("The best network has the layers `{best}`; it reaches {}.", percent(score, 1)))
//!     .claim("A single wide layer is best", score > second, format!("{score:.4} against {second:.4}"))
//!     .compare("mean test score of (100,)", "0.803333", score, ToTheDigit)
//!     .compare("training error on 5,000 samples", "0.2116", 0.0,
//!         NotReproduced("the original evaluated the network fitted on 600 samples"))
//!     .in_full(|full| full.claim("More epochs help", true, "0.86 against 0.84"));
//! assert!(answer.record().failures().is_empty());
//! ```

use std::borrow::Borrow;
use std::fmt;

mod check;
mod figures;
mod profile;
mod record;
mod render;

pub use check::{Check, check};
pub use figures::{Expect, Figures, PrintedTable};
pub use profile::Profile;
pub use record::{
    CellComparison, Claim, Comparison, MIME, Outcome, Record, RowComparison, TableComparison,
};

/// Starts the answer to the question with this ID, in the profile of `FASHION_PROFILE`.
pub fn answer(id: impl Into<String>) -> Answer {
    Answer {
        id: id.into(),
        // The first cell of a notebook reports a mistyped profile; an answer need not do so again.
        profile: Profile::current().unwrap_or_default(),
        blocks: Vec::new(),
        needs_full: false,
    }
}

/// An answer: prose, claims and comparisons in the order in which they were added.
///
/// The kernel shows the last line of a cell as an answer only if that line moves no variable: texts
/// and tables that are variables go by reference (`.say(&text)`).
#[derive(Clone, PartialEq)]
#[must_use = "an answer shows itself as the last expression of a cell"]
pub struct Answer {
    id: String,
    profile: Profile,
    blocks: Vec<Block>,
    /// Whether what is added now needs the full profile.
    needs_full: bool,
}

/// What the kernel falls back to when the last line of a cell moves a variable.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Answer({:?}, {} parts; a notebook shows them if the last line of the cell moves no variable: pass texts and tables by reference)",
            self.id,
            self.blocks.len()
        )
    }
}

/// One part of an answer.
#[derive(Debug, Clone, PartialEq)]
enum Block {
    Prose(String),
    Claim(Claim),
    Comparison(Comparison),
    Table(TableComparison),
}

impl Answer {
    /// Sets the profile, in place of the one of `FASHION_PROFILE`.
    pub fn in_profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// Adds a paragraph, or several: Markdown, with `$...$` for formulas.
    pub fn say(mut self, markdown: impl Into<String>) -> Self {
        self.blocks.push(Block::Prose(markdown.into()));
        self
    }

    /// Adds a claim: a sentence, whether it holds, and the figures that show it.
    pub fn claim(
        mut self,
        sentence: impl Into<String>,
        holds: bool,
        evidence: impl Into<String>,
    ) -> Self {
        let holds = self.evaluates().then_some(holds);
        let (text, evidence) = (sentence.into(), evidence.into());
        self.blocks.push(Block::Claim(Claim { text, holds, evidence }));
        self
    }

    /// Puts a figure, or a list of figures, beside the one that the original printed.
    ///
    /// `printed` is the original's text, so that its digits are known: `"0.803333"`,
    /// `"1,491,338"`, `"63 62 53"`. With a per cent sign (`"87.63 %"`), `ours` is a fraction.
    pub fn compare(
        mut self,
        what: impl Into<String>,
        printed: &str,
        ours: impl Figures,
        expect: Expect<'_>,
    ) -> Self {
        let evaluates = self.evaluates();
        let ours = ours.figures();
        self.blocks.push(Block::Comparison(figures::compare(
            what.into(),
            printed,
            &ours,
            expect,
            evaluates,
        )));
        self
    }

    /// Puts a whole table beside the original's; the expectation is for every row, except that one
    /// row that differs is enough for a table that is not reproduced.
    pub fn compare_table(mut self, table: impl Borrow<PrintedTable>, expect: Expect<'_>) -> Self {
        let evaluates = self.evaluates();
        self.blocks.push(Block::Table(table.borrow().compare(expect, evaluates)));
        self
    }

    /// Adds claims and comparisons that only the full profile can judge; in the quick one they are
    /// shown and recorded as not evaluated.
    pub fn in_full(mut self, add: impl FnOnce(Self) -> Self) -> Self {
        let outer = std::mem::replace(&mut self.needs_full, true);
        let mut answer = add(self);
        answer.needs_full = outer;
        answer
    }

    fn evaluates(&self) -> bool {
        self.profile.is_full() || !self.needs_full
    }

    /// What the tests read.
    pub fn record(&self) -> Record {
        let mut record = Record {
            id: self.id.clone(),
            profile: self.profile,
            prose: Vec::new(),
            claims: Vec::new(),
            comparisons: Vec::new(),
            tables: Vec::new(),
        };
        for block in self.blocks.iter().cloned() {
            match block {
                Block::Prose(markdown) => record.prose.push(markdown),
                Block::Claim(claim) => record.claims.push(claim),
                Block::Comparison(comparison) => record.comparisons.push(comparison),
                Block::Table(table) => record.tables.push(table),
            }
        }
        record
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::display::Render;

    fn sample(profile: Profile) -> Answer {
        answer("A1-Q1")
            .in_profile(profile)
            .say("The *best* score is $s_{best} = 0.8$ with `Vec<f32>`.")
            .claim("Wide is best", true, "0.80 against 0.79")
            .in_full(|full| {
                full.claim("More epochs help", false, "0.1 against 0.2").compare(
                    "test score",
                    "0.5",
                    0.7,
                    Expect::ToTheDigit,
                )
            })
            .claim("After the full part", true, "always")
    }

    #[test]
    fn a_claim_that_fails_is_a_failure_only_where_it_was_evaluated() {
        let full = sample(Profile::Full).record().failures();
        assert_eq!(full.len(), 2, "{full:?}");
        assert!(full[0].contains("A1-Q1: does not hold: More epochs help (0.1 against 0.2)"));
        let quick = sample(Profile::Quick).record();
        assert!(quick.failures().is_empty());
        let holds: Vec<Option<bool>> = quick.claims.iter().map(|claim| claim.holds).collect();
        assert_eq!(holds, [Some(true), None, Some(true)]);
    }

    #[test]
    fn a_claim_without_evidence_is_a_failure() {
        let record =
            answer("A1-Q1").in_profile(Profile::Full).claim("Trust me", true, " ").record();
        assert_eq!(record.failures(), ["A1-Q1: no evidence: Trust me"]);
    }

    #[test]
    fn the_record_survives_the_saved_notebook() {
        let answer = sample(Profile::Full);
        let bundle = answer.render();
        let (_, json) = bundle.parts().iter().find(|(mime, _)| *mime == MIME).unwrap();
        let output =
            serde_json::json!({ MIME: serde_json::from_str::<serde_json::Value>(json).unwrap() });
        assert_eq!(Record::from_output(&output).unwrap().unwrap(), answer.record());
        assert!(Record::from_output(&serde_json::json!({"text/plain": "1"})).is_none());
    }

    #[test]
    fn html_keeps_formulas_and_code_as_written() {
        let bundle = sample(Profile::Full).render();
        let (_, html) = bundle.parts().iter().find(|(mime, _)| *mime == "text/html").unwrap();
        assert!(html.contains("$s_{best} = 0.8$"), "{html}");
        assert!(html.contains("<em>best</em>") && html.contains("Vec&lt;f32&gt;"), "{html}");
    }
}
