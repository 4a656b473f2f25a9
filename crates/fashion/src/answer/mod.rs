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
//! use fashion::answer::{Expect::*, answer};
//! use fashion::text::percent;
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

mod check;
mod figures;
mod profile;
mod prose;
mod record;
mod render;

pub use check::{Check, check};
pub use figures::{Expect, Figures, PrintedTable};
pub use profile::Profile;
pub use prose::{Answer, answer};
pub use record::{
    CellComparison, Claim, Comparison, MIME, Outcome, Record, RowComparison, TableComparison,
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::Render;

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
