//! Answers in prose whose figures and claims are computed when the notebook runs.
//!
//! An answer is running text: Markdown, with figures taken from variables. A sentence that must hold
//! ends in a mark, `[^name]`, and [`claim`](Answer::claim) gives the condition and the evidence for it;
//! the reader sees a small tick behind the sentence. Figures of the original stand beside ours in a
//! table below, each with a verdict that is computed: to the digit, consistent, differs.
//!
//! The output carries a [`Record`] of all this, which the tests read from the saved notebook: a claim
//! that does not hold, or a mark without a claim, fails the build.
//!
//! ```
//! use fashion::answer::answer;
//! use fashion::text::percent;
//!
//! let (best, score, second) = ("(100,)", 0.803_333_333, 0.795);
//! let answer = answer("A1-Q1")
//!     .say(format!("
//!         **One wide layer is best**[^wide]: `{best}` reaches {}. That is one draw of 600 images.
//!         ", percent(score, 1)))
//!     .claim("wide", score > second, format!("{score:.4} against {second:.4}"))
//!     .beside("mean test score of (100,)", "0.803333", score)
//!     .beside("training error on 5,000 samples", "0.2116", 0.0)
//!     .because("the original evaluated the network fitted on 600 samples");
//! assert!(answer.record().failures().is_empty());
//! assert_eq!(answer.record().claims[0].text, "One wide layer is best: `(100,)` reaches 80.3 %.");
//! ```

mod check;
mod figures;
mod imprint;
mod imprint_of_results;
mod marks;
mod printed;
mod printed_table;
mod profile;
mod prose;
mod record;
mod render;
mod variables;

pub use check::{Check, check};
pub use figures::{Figures, Prediction};
pub use imprint::{Imprint, Imprinted, Values};
#[doc(hidden)]
pub use imprint::{OfType, OfValue, Seen, print_imprints};
pub use printed_table::PrintedTable;
pub use profile::Profile;
pub use prose::{Answer, answer};
pub use record::{
    CellComparison, Claim, Comparison, MIME, Outcome, Record, RowComparison, TableComparison,
};
pub use variables::{Variables, variables};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::Render;

    fn sample(profile: Profile) -> Answer {
        answer("A1-Q1")
            .in_profile(profile)
            .say("The *best* score is $s_{best} = 0.8$ with `Vec<f32>`[^wide]. More epochs help[^epochs]; \
                  always[^after].")
            .claim("wide", true, "0.80 against 0.79")
            .in_full(|full| {
                full.claim("epochs", false, "0.1 against 0.2").beside("scores", "0.5 0.6", 0.7)
            })
            .claim("after", true, "always")
    }

    #[test]
    fn a_claim_that_fails_is_a_failure_only_where_it_was_evaluated() {
        let full = sample(Profile::Full).record().failures();
        assert_eq!(full.len(), 2, "{full:?}");
        assert!(
            full[0].contains("A1-Q1: does not hold: More epochs help; always. (0.1 against 0.2)")
        );
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
    fn marks_and_claims_must_belong_to_each_other() {
        let faults =
            |answer: Answer| answer.in_profile(Profile::Full).record().failures().join("\n");
        let lonely = faults(answer("A1-Q1").say("So it is[^sum]."));
        assert!(lonely.contains("the mark [^sum] has 0 claims"), "{lonely}");
        let unmarked = faults(answer("A1-Q1").say("So it is.").claim("sum", true, "1 = 1"));
        assert!(unmarked.contains("the claim \"sum\" has no mark"), "{unmarked}");
        let twice = answer("A1-Q1").say("It is[^sum]. It is[^sum].").claim("sum", true, "1 = 1");
        assert!(faults(twice).contains("stands twice"));
        let six = "1[^a]. 2[^b]. 3[^c]. 4[^d]. 5[^e]. 6[^f].";
        let six = ["a", "b", "c", "d", "e", "f"]
            .iter()
            .fold(answer("A1-Q1").say(six), |answer, name| answer.claim(*name, true, "1"));
        assert!(faults(six).contains("6 sentences are claims, expected at most 5"));
    }

    #[test]
    fn a_reason_is_for_a_figure_that_differs() {
        let failures =
            |answer: Answer| answer.in_profile(Profile::Full).record().failures().join("\n");
        let figure = |ours| answer("A1-Q1").beside("score", "0.5", ours).because("other data");
        assert_eq!(failures(figure(0.7)), "");
        assert!(failures(figure(0.5)).contains("score: a reason, but nothing differs"));
        let table = |ours| PrintedTable::new("t", ["a"]).row("one", [("0.5", ours)]);
        let table = |ours| answer("A1-Q1").beside_table(table(ours)).because("other data");
        assert_eq!(failures(table(0.7)), "");
        assert!(failures(table(0.5)).contains("t: a reason, but nothing differs"));
        let stray = answer("A1-Q1").say("So.").because("other data");
        assert!(failures(stray).contains("behind no figure"));
    }

    #[test]
    fn a_sentence_with_a_figure_needs_no_other_evidence() {
        let text = answer("A1-Q1").say("All 17 rows agree[^rows]. So they do[^so].");
        let record = text.claim("rows", true, "").claim("so", true, "").record();
        assert_eq!(record.failures(), ["A1-Q1: no evidence: So they do."]);
    }

    #[test]
    fn a_tick_and_its_evidence_stand_in_the_text() {
        let (text, html) = (sample(Profile::Full).to_string(), sample(Profile::Full).render());
        assert!(
            text.contains("`Vec<f32>` ✓ (0.80 against 0.79). More epochs help ✗ does not hold")
        );
        let (_, html) = html.parts().iter().find(|(mime, _)| *mime == "text/html").unwrap();
        assert!(
            html.contains(
                "✓</span></span> <span style=\"font-size:85%;opacity:0.75\">(0.80 against"
            )
        );
        assert!(!html.contains("[^") && !html.contains('\u{E000}'), "{html}");
    }

    #[test]
    fn rows_that_our_runs_cannot_judge_are_not_said_to_differ() {
        let wide = fashion_statistics::Runs::new(vec![0.8, 0.9]).unwrap();
        let text = |table: &PrintedTable| {
            answer("A1-Q1").in_profile(Profile::Full).beside_table(table).to_string()
        };
        let open = PrintedTable::new("t", ["a"]).row("one", [("0.8512", &wide)]);
        let said = text(&open);
        assert!(said.contains("? t: no row of 1 differs; in 1 our runs differ too much"), "{said}");
        let said = text(&open.row("two", [("0.5", 0.7)]));
        assert!(said.contains("0 of 2 rows") && said.contains("; in 1 our runs differ"), "{said}");
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
    fn an_example_shows_its_cross_and_is_no_answer() {
        let example = answer("A0-S2").say("Two is one[^wrong].").claim("wrong", false, "2, 1");
        let bundle = example.as_example();
        let kinds: Vec<&str> = bundle.parts().iter().map(|(mime, _)| *mime).collect();
        assert_eq!(kinds, ["text/plain", "text/html"], "a record would fail the build");
        for (_, body) in bundle.parts() {
            assert!(body.contains('✗') && body.starts_with(['A', '<']), "{body}");
            assert!(body.contains("An example: nothing counts"), "{body}");
        }
    }

    #[test]
    fn html_keeps_formulas_and_code_as_written() {
        let bundle = sample(Profile::Full).render();
        let (_, html) = bundle.parts().iter().find(|(mime, _)| *mime == "text/html").unwrap();
        assert!(html.contains("$s_{best} = 0.8$"), "{html}");
        assert!(html.contains("<em>best</em>") && html.contains("Vec&lt;f32&gt;"), "{html}");
    }
}
