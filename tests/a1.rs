//! The experiments of notebook A1 against scikit-learn on the same images (half a minute).
//! Fixture: `fixtures/a1/generate.py`.

use fashion::Classifier;
use fashion::data::{FashionMnist, Images, RandomState};
use fashion::evaluate::{Folds, GridSearch, GridSearchResults};
use fashion::nn::{MlpClassifier, MlpParams};
use serde::Deserialize;

const SEED: u32 = 1234429;

#[derive(Deserialize)]
struct Fixture {
    frequencies: Vec<usize>,
    architectures: Vec<[f64; 2]>,
    batch_sizes: Vec<[f64; 2]>,
    learning_rates: Vec<f64>,
    refitted: [f64; 2],
}

fn network() -> MlpParams {
    MlpClassifier::params().max_iter(300).learning_rate_init(0.1).seed(SEED)
}

/// The training images in the order of the seed; `None` where the full data is missing.
fn permuted() -> Option<Images> {
    let data = FashionMnist::load().unwrap();
    if data.is_excerpt() {
        tests::skipped("the full data is not there; `cargo xtask data` fetches it");
        return None;
    }
    let order = RandomState::new(SEED).permutation(data.train.len());
    Some(data.train.permuted(&order).unwrap())
}

fn assert_scores<P>(search: &GridSearchResults<P>, expected: &[[f64; 2]]) {
    assert_eq!(search.candidates().len(), expected.len());
    for (row, [test, train]) in search.candidates().iter().zip(expected) {
        assert!((row.mean_test_score - test).abs() < 1e-12, "{}: test {test}", row.label);
        assert!((row.mean_train_score - train).abs() < 1e-12, "{}: train {train}", row.label);
    }
}

#[test]
fn cross_validation_gives_scikit_learns_scores() {
    let Some(permuted) = permuted() else { return };
    let expected: Fixture = tests::fixture("a1/scikit_learn.json");
    let small = permuted.head(600).unwrap();
    assert_eq!(small.frequencies(), *expected.frequencies);
    let small = small.dataset::<f64>();
    let folds = Folds::stratified_before_0_22(5);

    // One of each depth; the notebook has all 17, to the printed digit.
    let layers: [(usize, &[usize]); 3] = [(5, &[100]), (6, &[40, 20]), (12, &[40, 30, 20])];
    for (row, layers) in layers {
        let search = GridSearch::over("layers", [layers], |l| network().hidden_layer_sizes(l));
        let search = search.folds(folds).iid(true).fit(&small).unwrap();
        assert_scores(&search, &expected.architectures[row..=row]);
    }

    // At batch 20 training is chaotic: scikit-learn's own score changes with the last bit of the
    // pixels, so nothing can be expected of that row.
    for size in [40, 200, 480] {
        let search = GridSearch::over("batch", [size], |size| network().batch_size(size));
        let search = search.folds(folds).iid(true).fit(&small).unwrap();
        assert_scores(&search, &expected.batch_sizes[size / 20 - 1..size / 20]);
    }
}

/// The original's table of batch sizes, which its text does not explain: (batch, right of 600 held out, right of five
/// times 480 learned from).
const PRINTED_BATCHES: [(usize, u32, u32); 4] =
    [(200, 487, 2400), (440, 484, 2392), (460, 451, 2183), (480, 482, 2363)];

#[test]
fn plain_folds_give_the_table_of_batch_sizes_that_the_original_printed() {
    let Some(permuted) = permuted() else { return };
    let small = permuted.head(600).unwrap().dataset::<f64>();
    for (size, held_out, learned) in PRINTED_BATCHES {
        let search = GridSearch::over("batch", [size], |size| network().batch_size(size));
        let search = search.folds(Folds::k_fold(5)).iid(true).fit(&small).unwrap();
        let expected = [f64::from(held_out) / 600.0, f64::from(learned) / 2400.0];
        assert_scores(&search, &[expected]);
    }
}

#[test]
fn fitted_networks_score_as_scikit_learns_do_on_unseen_images() {
    let Some(permuted) = permuted() else { return };
    let expected: Fixture = tests::fixture("a1/scikit_learn.json");
    let (small, rest) = permuted.split_at(600).unwrap();
    let (small, rest) = (small.dataset::<f64>(), rest.dataset::<f64>());
    for (rate, score) in [1e-3, 1e-2, 1e-1].into_iter().zip(expected.learning_rates) {
        let model = network().learning_rate_init(rate).fit(&small).unwrap();
        assert_eq!(model.score(&rest).unwrap(), score, "learning rate {rate}");
    }
    let (large, rest) = permuted.split_at(5000).unwrap();
    let (large, rest) = (large.dataset::<f64>(), rest.dataset::<f64>());
    let model = network().fit(&large).unwrap();
    let errors = [model.error_rate(&large).unwrap(), model.error_rate(&rest).unwrap()];
    for (ours, theirs) in errors.into_iter().zip(expected.refitted) {
        assert!((ours - theirs).abs() < 1e-12, "error {ours} against {theirs}");
    }
}
