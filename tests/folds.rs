//! Fold rules against scikit-learn's.

use fashion::evaluate::{Fold, Folds};
use serde::Deserialize;
use tests::fixture;

#[derive(Deserialize)]
struct Fixture {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    labels: Vec<usize>,
    k: usize,
    seed: u32,
    k_fold: Vec<Vec<usize>>,
    k_fold_shuffled: Vec<Vec<usize>>,
    stratified: Vec<Vec<usize>>,
    stratified_shuffled: Vec<Vec<usize>>,
    stratified_before_0_22: Vec<Vec<usize>>,
}

#[test]
fn every_rule_holds_out_the_samples_that_scikit_learn_does() {
    let fixture: Fixture = fixture("folds/folds.json");
    for case in fixture.cases {
        let (k, seed) = (case.k, case.seed);
        for (rule, expected) in [
            (Folds::k_fold(k), &case.k_fold),
            (Folds::k_fold(k).shuffled(seed), &case.k_fold_shuffled),
            (Folds::stratified(k), &case.stratified),
            (Folds::stratified(k).shuffled(seed), &case.stratified_shuffled),
            (Folds::stratified_before_0_22(k), &case.stratified_before_0_22),
        ] {
            let folds = rule.split(&case.labels).unwrap();
            let held_out: Vec<_> = folds.iter().map(|fold| fold.test.clone()).collect();
            assert_eq!(&held_out, expected, "{}: {rule:?}", case.name);
            for Fold { train, test } in folds {
                let mut all = [train.clone(), test].concat();
                assert!(train.is_sorted(), "{}: {rule:?}", case.name);
                all.sort_unstable();
                assert!(all.into_iter().eq(0..case.labels.len()), "{}: {rule:?}", case.name);
            }
        }
    }
}

#[test]
fn a_number_of_folds_that_cannot_be_is_an_error_that_says_the_limits() {
    let labels = [0, 0, 0, 1];
    for (rule, limit) in [
        (Folds::k_fold(1), "at most 4"),
        (Folds::k_fold(5), "at most 4"),
        (Folds::stratified(4), "at most 3"),
        (Folds::stratified_before_0_22(0), "at most 3"),
    ] {
        let message = rule.split(&labels).unwrap_err().to_string();
        assert!(message.contains(limit), "{message}");
    }
    assert!(Folds::stratified(2).split(&[0; 0]).is_err());
    assert!(Folds::stratified_before_0_22(2).shuffled(1).split(&labels).is_err());
}
