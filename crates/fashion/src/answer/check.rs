//! Checks of a student's answer, which the student edition puts below each answer cell.
//!
//! A check has two halves. The open one says whether the student's own claims hold, and whether
//! their evidence names figures that the model answer names too: it knows those only as hashes.
//! The hidden one is the model answer itself, computed from the student's variables; nbgrader
//! takes it out of the student's copy and puts it back for grading.

use std::fmt;

use sha2::{Digest, Sha256};

use super::profile::Profile;
use super::prose::Answer;
use super::record::{Claim, Comparison, Outcome, Record, TableComparison};
use crate::show::html::escape;
use crate::show::{Bundle, Render};

/// Starts the check of a student's answer.
///
/// ```
/// use fashion::answer::{answer, check};
///
/// let empty = answer("A1-Q1").say("").claim("", false, "");
/// assert_eq!(check(&empty).points(3).earned(), 0);
/// let filled = answer("A1-Q1")
///     .say("Wide networks are better[^wide].")
///     .claim("wide", 0.8 > 0.7, "0.80 against 0.70");
/// assert_eq!(check(&filled).points(3).earned(), 1);
/// let model = answer("A1-Q1")
///     .say("Wide is best[^wide]. Deep is not[^deep].")
///     .claim("wide", true, "0.80")
///     .claim("deep", true, "0.5");
/// assert_eq!(check(&filled).model(model).points(3).earned(), 3);
/// ```
pub fn check(answer: &Answer) -> Check {
    let student = answer.record();
    Check { student, sealed: Vec::new(), model: None, points: 1 }
}

/// What a check has found. As plain text it is only the points earned, which nbgrader reads.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a check shows itself as the last expression of a cell"]
pub struct Check {
    student: Record,
    sealed: Vec<String>,
    model: Option<Record>,
    points: usize,
}

impl Check {
    /// The figures of the model answer, as hashes; they belong to one profile.
    pub fn figures(mut self, profile: Profile, sealed: &[&str]) -> Self {
        if profile == self.student.profile {
            self.sealed = sealed.iter().map(|&seal| seal.to_owned()).collect();
        }
        self
    }

    /// The model answer, computed from the student's variables: each claim and comparison that
    /// comes out as it should is a point.
    pub fn model(mut self, answer: Answer) -> Self {
        self.model = Some(answer.record());
        self
    }

    /// How many points there are: one for the student's own claims, the others for the model's.
    pub fn points(mut self, points: usize) -> Self {
        self.points = points;
        self
    }

    /// The points: none before the student's own claims hold, because much of the model answer
    /// rests on variables that the edition gives.
    pub fn earned(&self) -> usize {
        if self.objection().is_some() {
            return 0;
        }
        let own = usize::from(self.is_on_the_question());
        let of_model = self.model.as_ref().map_or(0, |model| statements(model) - failures(model));
        (own + of_model).min(self.points)
    }

    /// Whether the student's claims rest on a figure of the model answer, if that has any: "water is wet" holds too.
    fn is_on_the_question(&self) -> bool {
        self.sealed.is_empty() || !self.shared().is_empty()
    }

    /// What stands against the student's own claims.
    fn objection(&self) -> Option<String> {
        let record = &self.student;
        if let Some(claim) = record.claims.iter().find(|claim| claim.text.trim().is_empty()) {
            let what =
                if claim.evidence.trim().is_empty() { "is empty" } else { "has no sentence" };
            return Some(format!("A claim {what}. Say what you found."));
        }
        if let Some(claim) = record.claims.iter().find(|claim| claim.holds == Some(false)) {
            return Some(format!("Your claim does not hold: {}", claim.text));
        }
        if let Some(fault) = record.faults.first() {
            return Some(format!("The answer is not whole: {fault}."));
        }
        if let Some(claim) = record.claims.iter().find(|claim| !claim.has_figures()) {
            return Some(format!(
                "Your claim has no figures that show it: {} Write them into the sentence, or as the third argument of \
                 `.claim`.",
                claim.text
            ));
        }
        if failures(record) > 0 {
            return Some(
                "A figure differs from the original's, and your answer does not say why.".into(),
            );
        }
        (statements(record) == 0).then(|| "There is no claim yet.".into())
    }

    /// The student's figures that the model answer has too, as the student wrote them, each once.
    fn shared(&self) -> Vec<String> {
        let is_sealed = |figure: &str| self.sealed.contains(&seal(&self.student.id, figure));
        let mut shared: Vec<(String, String)> =
            figures_of(&self.student).filter(|(_, figure)| is_sealed(figure)).collect();
        shared.sort_by(|one, other| one.1.cmp(&other.1));
        shared.dedup_by(|one, other| one.1 == other.1);
        shared.into_iter().map(|(written, _)| written).collect()
    }

    fn sentences(&self) -> Vec<String> {
        let mut sentences = vec![format!("{} of {} points.", self.earned(), self.points)];
        if let Some(objection) = self.objection() {
            sentences.push(objection);
            return sentences;
        }
        sentences.push("Your claims hold.".into());
        match self.shared().as_slice() {
            _ if self.sealed.is_empty() => {}
            [] => sentences.push(
                "None of their figures of three or more digits is one that the model answer rests on: do they \
                 answer the question? There is no point for them, unless a teacher sees it otherwise."
                    .into(),
            ),
            figures => sentences
                .push(format!("The model answer rests on this too: {}.", figures.join(", "))),
        }
        match &self.model {
            Some(model) => sentences.extend(
                model
                    .failures()
                    .into_iter()
                    .map(|failure| format!("With your variables, {failure}.")),
            ),
            None if self.points > 1 => {
                sentences.push("The other points are for your code; grading gives them.".into());
            }
            None => {}
        }
        sentences
    }
}

/// How many things a record states.
fn statements(record: &Record) -> usize {
    record.claims.len() + record.comparisons.len() + record.tables.len()
}

/// How many of them come out wrong: a figure that differs from the original's counts unless the answer
/// says why it does.
fn failures(record: &Record) -> usize {
    let comparison = |one: &&Comparison| {
        !one.comparable || (one.outcome == Outcome::Differs && one.reason.is_none())
    };
    let table = |one: &&TableComparison| {
        !one.comparable || (one.reproduced < one.rows.len() && one.reason.is_none())
    };
    record.claims.iter().filter(|claim| claim.holds == Some(false)).count()
        + record.comparisons.iter().filter(comparison).count()
        + record.tables.iter().filter(table).count()
}

/// The numbers in the evidence of claims, or in their sentences where they have none, and in
/// comparisons: as they are written, and by their first three digits.
fn figures_of(record: &Record) -> impl Iterator<Item = (String, String)> {
    let shows = |claim: &Claim| match claim.evidence.trim() {
        "" => claim.text.clone(),
        evidence => evidence.to_owned(),
    };
    let claims = record.claims.iter().map(shows);
    let texts = claims.chain(record.comparisons.iter().map(|comparison| comparison.ours.clone()));
    texts.flat_map(|text| figures_in(&text))
}

/// Each number as it is written, with its first three significant digits, rounded, if it has as many: `0.8033`,
/// `80.3 %` and `80.33` are all `803`. Shorter ones, and round ones as 100 or 5,000, agree by chance too often.
fn figures_in(text: &str) -> Vec<(String, String)> {
    text.split(|sign: char| !sign.is_ascii_digit() && !".,".contains(sign))
        .map(|number| number.trim_matches(['.', ',']))
        .filter_map(|number| Some((number.to_owned(), three_digits(number)?)))
        .collect()
}

fn three_digits(number: &str) -> Option<String> {
    let digits = number.replace(['.', ','], "");
    let digits = digits.trim_start_matches('0');
    if digits.trim_end_matches('0').len() < 2 {
        return None;
    }
    match (digits.get(..3)?, digits.as_bytes().get(3)) {
        (three, Some(b'5'..)) => three.parse().ok().map(|n: u32| (n + 1).to_string()),
        (three, _) => Some(three.to_owned()),
    }
}

/// A figure that can be compared and not be read: the start of a SHA-256, with the question in it.
fn seal(question: &str, figure: &str) -> String {
    let hash = Sha256::digest(format!("{question}:{figure}"));
    hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Check of {}: {}", self.student.id, self.sentences().join(" "))
    }
}

impl Render for Check {
    fn render(&self) -> Bundle {
        let colour = if self.objection().is_none() { "#0072B2" } else { "#B34700" };
        let lines: Vec<String> = self.sentences().iter().map(|line| escape(line)).collect();
        Bundle::text(self.earned().to_string()).html(format!(
            "<div style=\"border-left:4px solid {colour};padding:0.25em 0.8em\"><b>Check of {}:</b> {}</div>",
            escape(&self.student.id),
            lines.join("<br>")
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::answer;

    /// As `student.py` writes them.
    fn seals(model: &Record) -> Vec<String> {
        figures_of(model).map(|(_, figure)| seal(&model.id, &figure)).collect()
    }

    fn html(check: &Check) -> String {
        check.render().parts()[1].1.clone()
    }

    #[test]
    fn figures_are_compared_whatever_their_notation() {
        let three =
            |text: &str| figures_in(text).into_iter().map(|(_, figure)| figure).collect::<Vec<_>>();
        assert_eq!(three("0.8033 against 80.3 % of 1,491,338."), ["803", "803", "149"]);
        assert!(figures_in("5 folds, 0.05, 1.2, 100 units, 5,000 images").is_empty());
        assert_eq!(three("0.80351 and 0.80"), ["804"]);
        assert_eq!(figures_in("all 1,491,338.")[0].0, "1,491,338");
    }

    #[test]
    fn a_check_tells_whether_the_figures_are_the_models_and_does_not_contain_them() {
        let model = answer("A1-T1").claim("Wide is best", true, "0.8033 for [100]").record();
        let sealed = seals(&model);
        let sealed: Vec<&str> = sealed.iter().map(String::as_str).collect();
        let same = answer("A1-T1").claim("The widest wins", true, "80.3 %");
        let other = answer("A1-T1").claim("Training takes time", true, "12.7 s");
        let judge = |mine: &Answer| html(&check(mine).figures(Profile::Full, &sealed));
        assert!(judge(&same).contains("rests on this too: 80.3."), "{}", judge(&same));
        assert!(judge(&other).contains("do they answer"), "{}", judge(&other));
        let earned = |mine: &Answer| check(mine).figures(Profile::Full, &sealed).earned();
        assert_eq!(
            (earned(&same), earned(&other)),
            (1, 0),
            "what is beside the question earns nothing"
        );
        assert!(!judge(&same).contains("100") && !judge(&other).contains("803"));
    }

    #[test]
    fn a_seal_is_the_one_that_the_edition_is_written_with() {
        // printf 'A1-T1:803' | sha256sum
        assert_eq!(seal("A1-T1", "803"), "2e8d9570");
    }

    #[test]
    fn an_answer_that_is_empty_or_false_or_bare_earns_nothing() {
        let model = || answer("A1-T1").claim("Wide is best", true, "0.8");
        let earned = |mine: Answer| check(&mine).model(model()).points(2).earned();
        assert_eq!(earned(answer("A1-T1")), 0);
        assert_eq!(earned(answer("A1-T1").say("Words alone.")), 0);
        assert_eq!(earned(answer("A1-T1").claim("", true, "0.8")), 0);
        assert_eq!(earned(answer("A1-T1").claim("Deep is best", false, "0.8")), 0);
        assert_eq!(earned(answer("A1-T1").claim("Wide is best", true, " ")), 0);
        assert_eq!(earned(answer("A1-T1").beside("score", "0.5", 0.7)), 0);
        assert_eq!(earned(answer("A1-T1").claim("Wide is best", true, "0.8")), 2);
    }

    #[test]
    fn a_figure_that_differs_needs_a_reason() {
        let mine = || answer("A1-T1").say("It is 0.7[^is].").claim("is", true, "");
        let earned = |model: Answer| check(&mine()).model(model).points(3).earned();
        assert_eq!(earned(answer("A1-T1").beside("score", "0.5", 0.5)), 2);
        assert_eq!(earned(answer("A1-T1").beside("score", "0.5", 0.7)), 1);
        assert_eq!(earned(answer("A1-T1").beside("score", "0.5", 0.7).because("other data")), 2);
    }

    #[test]
    fn what_fails_with_the_students_variables_costs_points_and_is_named() {
        let mine = answer("A1-T1").claim("Wide is best", true, "0.8");
        let model =
            answer("A1-T1").claim("Score is high", false, "0.3").claim("Yes it is", true, "1");
        let check = check(&mine).model(model).points(3);
        assert_eq!((check.earned(), check.render().parts()[0].1.as_str()), (2, "2"));
        assert!(html(&check).contains("does not hold: Score is high"));
    }
}
