//! How an answer is put together.

use std::borrow::Borrow;
use std::fmt;

use super::figures::{self, Expect, Figures, PrintedTable};
use super::profile::Profile;
use super::record::{Claim, Comparison, Record, TableComparison};

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
    pub(super) id: String,
    pub(super) profile: Profile,
    pub(super) blocks: Vec<Block>,
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
pub(super) enum Block {
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
