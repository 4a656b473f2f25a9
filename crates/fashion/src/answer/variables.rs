//! Feedback on a student's code: whether the variables that later cells need are as the model solution has them.

use std::fmt;

use super::imprint::Imprint;
use super::profile::Profile;
use crate::show::html::escape;
use crate::show::{Bundle, Render};

/// Starts a check of the variables of a question, against those of the model solution in a profile.
///
/// ```
/// use fashion::answer::{Profile, variables};
///
/// let (score, scores) = (0.8033, vec![0.7867, 0.8033]);
/// let expected = fashion::imprint!("A1-T1", 0.8033).seal;
/// let checked = variables("A1-T1", Profile::Full)
///     .in_profile(Profile::Full)
///     .variable("score", "the best score", fashion::imprint!("A1-T1", score), "number", expected.as_deref())
///     .variable("scores", "all of them", fashion::imprint!("A1-T1", scores), "17 x number", None);
/// assert_eq!(
///     checked.to_string(),
///     "Variables of A1-T1: as expected: score. Look at scores (all of them): here it is 2 x number; \
///      expected is 17 x number."
/// );
/// ```
pub fn variables(question: impl Into<String>, recorded_in: Profile) -> Variables {
    Variables { question: question.into(), recorded_in, profile: None, seen: Vec::new() }
}

/// What a check of variables has found.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a check shows itself as the last expression of a cell"]
pub struct Variables {
    question: String,
    recorded_in: Profile,
    profile: Option<Profile>,
    seen: Vec<Variable>,
}

#[derive(Debug, Clone, PartialEq)]
struct Variable {
    name: String,
    what: String,
    here: Imprint,
    expected: Imprint,
}

impl Variable {
    /// What is off, if something is.
    fn problem(&self) -> Option<String> {
        let Self { name, what, here, expected } = self;
        let what = if what.is_empty() { String::new() } else { format!(" ({what})") };
        if here.form != expected.form {
            return Some(format!(
                "Look at {name}{what}: here it is {}; expected is {}.",
                here.form, expected.form
            ));
        }
        let differs = expected.seal.is_some() && here.seal != expected.seal;
        differs.then(|| {
            format!(
                "Look at {name}{what}: it is {}, as it should be, but its values differ.",
                here.form
            )
        })
    }
}

impl Variables {
    /// Sets the profile, in place of the one of `FASHION_PROFILE`.
    pub fn in_profile(mut self, profile: Profile) -> Self {
        self.profile = Some(profile);
        self
    }

    /// Adds a variable: what it is, its imprint, and the form and the seal of the model solution's; without a seal,
    /// its values are free.
    pub fn variable(
        mut self,
        name: &str,
        what: &str,
        here: Imprint,
        form: &str,
        seal: Option<&str>,
    ) -> Self {
        self.seen.push(Variable {
            name: name.into(),
            what: what.into(),
            here,
            expected: Imprint { form: form.into(), seal: seal.map(Into::into) },
        });
        self
    }

    /// Whether every variable is as expected; `None` in another profile than that of the model solution.
    pub fn hold(&self) -> Option<bool> {
        self.are_comparable().then(|| self.seen.iter().all(|one| one.problem().is_none()))
    }

    fn are_comparable(&self) -> bool {
        let profile = self.profile.or_else(|| Profile::current().ok());
        profile == Some(self.recorded_in)
    }

    /// Those after the first variable that is off may rest on it, and are not judged.
    fn sentences(&self) -> Vec<String> {
        if !self.are_comparable() {
            let profile = self.recorded_in;
            return vec![format!(
                "These variables can be checked in the {profile} profile only: the model solution ran in it."
            )];
        }
        let right = self.seen.iter().take_while(|one| one.problem().is_none()).count();
        let (compared, free): (Vec<_>, Vec<_>) =
            self.seen[..right].iter().partition(|one| one.expected.seal.is_some());
        let names = |of: &[&Variable]| {
            of.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", ")
        };
        let mut sentences = Vec::new();
        if !compared.is_empty() {
            sentences.push(format!("as expected: {}.", names(&compared)));
        }
        if !free.is_empty() {
            sentences.push(format!(
                "of the right form, and their values are not compared: {}.",
                names(&free)
            ));
        }
        if let Some((off, after)) = self.seen[right..].split_first() {
            sentences.extend(off.problem());
            let after: Vec<&Variable> = after.iter().collect();
            if !after.is_empty() {
                sentences.push(format!("Not looked at before that is right: {}.", names(&after)));
            }
        }
        sentences
    }
}

impl fmt::Display for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Variables of {}: {}", self.question, self.sentences().join(" "))
    }
}

impl Render for Variables {
    fn render(&self) -> Bundle {
        let colour = if self.hold() == Some(false) { "#B34700" } else { "#0072B2" };
        let lines: Vec<String> = self.sentences().iter().map(|line| escape(line)).collect();
        Bundle::text(self.to_string()).html(format!(
            "<div style=\"border-left:4px solid {colour};padding:0.25em 0.8em\"><b>Variables of {}:</b> {}</div>",
            escape(&self.question),
            lines.join("<br>")
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A check of two variables whose model solution is 0.5 and [1, 2].
    fn checked(first: f64, second: &[usize]) -> Variables {
        let question = "A1-T1";
        let (one, two) = (Imprint::new(question, &0.5), Imprint::new(question, &[1, 2]));
        variables(question, Profile::Full)
            .in_profile(Profile::Full)
            .variable(
                "first",
                "a half",
                Imprint::new(question, &first),
                &one.form,
                one.seal.as_deref(),
            )
            .variable("second", "", Imprint::new(question, &second), &two.form, two.seal.as_deref())
    }

    #[test]
    fn what_is_right_is_named_and_the_first_that_is_off_with_what_it_should_be() {
        let right = checked(0.25 + 0.25, &[1, 2]);
        assert_eq!(right.hold(), Some(true));
        assert_eq!(right.to_string(), "Variables of A1-T1: as expected: first, second.");
        let values = checked(0.5, &[2, 1]);
        assert_eq!(values.hold(), Some(false));
        assert!(values.to_string().ends_with(
            "as expected: first. Look at second: it is 2 x whole number, as it should be, but its values differ."
        ));
        let both = checked(0.7, &[1]);
        assert!(both.to_string().contains("Look at first (a half): it is number, as it should be"));
        assert!(
            both.to_string().ends_with("Not looked at before that is right: second."),
            "it may rest on the first"
        );
        let form = Imprint::new("A1-T1", &"a word").form;
        let word = checked(0.5, &[1, 2]).variable(
            "word",
            "",
            Imprint::new("A1-T1", &"another"),
            &form,
            None,
        );
        assert!(
            word.to_string()
                .ends_with("second. of the right form, and their values are not compared: word.")
        );
    }

    #[test]
    fn another_profile_says_so() {
        let quick = checked(0.7, &[]).in_profile(Profile::Quick);
        assert_eq!(quick.hold(), None);
        assert!(quick.to_string().contains("full profile only"));
    }
}
