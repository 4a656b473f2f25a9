//! How an answer is put together.

use std::borrow::Borrow;
use std::fmt;

use super::figures::Figures;
use super::marks::{dedented, is_name, marks, sentence};
use super::printed;
use super::printed_table::PrintedTable;
use super::profile::Profile;
use super::record::{Claim, Comparison, Outcome, Record, TableComparison};
use fashion_base::interrupt;

/// What stands against an answer whose figures may come from half a training.
const UNFINISHED: &str = "a training or search was interrupted, and a variable still holds what it had: run \
                          its cell to the end, then this one";

/// Starts the answer to the question with this ID, in the profile of `FASHION_PROFILE`.
pub fn answer(id: impl Into<String>) -> Answer {
    Answer {
        id: id.into(),
        // The first cell of a notebook reports a mistyped profile; an answer need not do so again.
        profile: Profile::current().unwrap_or_default(),
        blocks: Vec::new(),
        needs_full: false,
        stray_reason: false,
    }
}

/// An answer: prose with claims in it, and comparisons with the original.
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
    /// A reason was given where there is no figure that it could be for.
    stray_reason: bool,
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

/// More than these a reader does not weigh.
const MOST_CLAIMS: usize = 5;

/// One part of an answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Block {
    Prose(String),
    Claim(Claim),
    Comparison(Comparison),
    Table(TableComparison),
}

impl Block {
    /// Whether it gives a reason for a difference that is not there.
    fn needless(&self) -> Option<String> {
        let (what, reason, differs) = match self {
            Self::Comparison(one) => {
                let differs = !matches!(one.outcome, Outcome::ToTheDigit | Outcome::Consistent);
                (&one.what, &one.reason, differs)
            }
            Self::Table(table) => {
                (&table.title, &table.reason, table.reproduced < table.rows.len())
            }
            Self::Prose(_) | Self::Claim(_) => return None,
        };
        (reason.is_some() && !differs).then(|| format!("{what}: a reason, but nothing differs"))
    }
}

impl Answer {
    /// Sets the profile, in place of the one of `FASHION_PROFILE`.
    pub fn in_profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// Adds paragraphs: Markdown, with `$...$` for formulas and, in sentences that a claim supports,
    /// the claim's name as a mark, `[^name]`.
    ///
    /// The indentation that the lines share is removed, so that a text over several lines can be
    /// indented like the code around it.
    pub fn say(mut self, markdown: impl AsRef<str>) -> Self {
        self.blocks.push(Block::Prose(dedented(markdown.as_ref())));
        self
    }

    /// Supports the sentence of the text that has the mark `[^name]`: whether it holds, and the
    /// figures that show it. The evidence may be empty if the sentence itself has the figures.
    pub fn claim(
        mut self,
        name: impl Into<String>,
        holds: bool,
        evidence: impl Into<String>,
    ) -> Self {
        let holds = self.evaluates().then_some(holds);
        let (text, evidence) = (name.into(), evidence.into());
        self.blocks.push(Block::Claim(Claim { name: None, text, holds, evidence }));
        self
    }

    /// Puts a figure, a list of figures or [`Runs`](fashion_statistics::Runs) beside what the original
    /// printed; the verdict is computed ([`Outcome`](super::Outcome)).
    ///
    /// `printed` is the original's text, so that its digits are known: `"0.803333"`,
    /// `"1,491,338"`, `"63 62 53"`. With a per cent sign (`"87.63 %"`), `ours` is a fraction.
    pub fn beside(mut self, what: impl Into<String>, printed: &str, ours: impl Figures) -> Self {
        let evaluates = self.evaluates();
        let comparison = printed::beside(what.into(), printed, &ours, evaluates);
        self.blocks.push(Block::Comparison(comparison));
        self
    }

    /// Why the figure of the [`beside`](Self::beside) or [`beside_table`](Self::beside_table) just
    /// before differs, where a cell has shown it. A reason where nothing differs is an error.
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        match self.blocks.last_mut() {
            Some(Block::Comparison(comparison)) => comparison.reason = Some(reason.into()),
            Some(Block::Table(table)) => table.reason = Some(reason.into()),
            _ => self.stray_reason = true,
        }
        self
    }

    /// Puts a figure beside a printed one that it cannot be judged by, because the original does not
    /// say what it belongs to.
    pub fn shown_beside(
        mut self,
        what: impl Into<String>,
        printed: &str,
        ours: impl Figures,
    ) -> Self {
        let evaluates = self.evaluates();
        let comparison = printed::beside(what.into(), printed, &ours, evaluates).not_judged();
        self.blocks.push(Block::Comparison(comparison));
        self
    }

    /// Puts a whole table beside the original's, with a verdict on each figure.
    pub fn beside_table(mut self, table: impl Borrow<PrintedTable>) -> Self {
        let evaluates = self.evaluates();
        self.blocks.push(Block::Table(table.borrow().beside(evaluates)));
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

    /// The paragraphs, in order.
    pub(super) fn prose(&self) -> impl Iterator<Item = &str> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Prose(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// The claims, in order, each with its sentence.
    pub(super) fn claims(&self) -> Vec<Claim> {
        let claims = self.blocks.iter().filter_map(|block| match block {
            Block::Claim(claim) => Some(claim),
            _ => None,
        });
        let sentence_of = |name: &str| {
            self.prose().find_map(|text| {
                let mark = marks(text).into_iter().find(|mark| mark.name == name)?;
                Some(sentence(text, &mark))
            })
        };
        let resolved = |claim: &Claim| match sentence_of(&claim.text) {
            Some(text) => Claim { name: Some(claim.text.clone()), text, ..claim.clone() },
            None => claim.clone(),
        };
        claims.map(resolved).collect()
    }

    /// What is wrong with how the answer is written: marks and claims that do not belong to each
    /// other, reasons for differences that are none.
    pub(super) fn faults(&self) -> Vec<String> {
        let mut faults: Vec<String> = self.blocks.iter().filter_map(Block::needless).collect();
        if interrupt::holds_unfinished() {
            faults.push(UNFINISHED.into());
        }
        if self.stray_reason {
            faults.push("a reason stands behind no figure of the original's".into());
        }
        let claims = self.claims();
        let marks: Vec<String> = self.prose().flat_map(marks).map(|mark| mark.name).collect();
        for (i, name) in marks.iter().enumerate() {
            let named = claims.iter().filter(|claim| claim.name.as_ref() == Some(name)).count();
            if named != 1 {
                faults.push(format!("the mark [^{name}] has {named} claims, expected one"));
            }
            if marks[..i].contains(name) {
                faults.push(format!("the mark [^{name}] stands twice, expected once"));
            }
        }
        if marks.len() > MOST_CLAIMS {
            let expected = format!("expected at most {MOST_CLAIMS}; say the others as prose");
            faults.push(format!("{} sentences are claims, {expected}", marks.len()));
        }
        for claim in claims.iter().filter(|claim| claim.name.is_none() && is_name(&claim.text)) {
            faults.push(format!("the claim \"{0}\" has no mark [^{0}] in the text", claim.text));
        }
        faults
    }

    /// What the tests read.
    pub fn record(&self) -> Record {
        let mut record = Record {
            id: self.id.clone(),
            profile: self.profile,
            prose: self.prose().map(str::to_owned).collect(),
            claims: self.claims(),
            comparisons: Vec::new(),
            tables: Vec::new(),
            faults: self.faults(),
        };
        for block in self.blocks.iter().cloned() {
            match block {
                Block::Comparison(comparison) => record.comparisons.push(comparison),
                Block::Table(table) => record.tables.push(table),
                Block::Prose(_) | Block::Claim(_) => {}
            }
        }
        record
    }
}
