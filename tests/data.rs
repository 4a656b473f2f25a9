//! The random state against NumPy's, and the data on the disk.

use fashion::data::{FashionMnist, Images, PIXELS, RandomState};
use fashion::ndarray::Array2;
use serde::Deserialize;
use tests::fixture;

#[derive(Deserialize)]
struct Fixture {
    cases: Vec<Case>,
    splits: Vec<Split>,
}

#[derive(Deserialize)]
struct Split {
    n: usize,
    fraction: f64,
    seed: u32,
    train: Vec<u8>,
    validation: Vec<u8>,
}

#[derive(Deserialize)]
struct Case {
    seed: u32,
    bits: Vec<u32>,
    random_sample: Vec<f64>,
    uniform: Vec<Vec<f64>>,
    permutation_10: Vec<usize>,
    permutation_60000_head: Vec<usize>,
    permutation_60000_tail: Vec<usize>,
    randint: Vec<(i64, i64, i64)>,
    standard_normal: Vec<f64>,
    mixed: Mixed,
}

#[derive(Deserialize)]
struct Mixed {
    shuffled: String,
    normal: f64,
    sample: f64,
    kept_normal: f64,
    permutation: Vec<usize>,
    randint: i64,
}

fn cases() -> Vec<Case> {
    fixture::<Fixture>("data/random_state.json").cases
}

/// The platform's logarithm may differ from NumPy's in the last bit.
fn assert_close(got: f64, expected: f64) {
    assert!((got - expected).abs() <= 1e-15 * expected.abs(), "{got} is not {expected}");
}

#[test]
fn each_draw_equals_numpys_bit_for_bit() {
    for case in cases() {
        let fresh = || RandomState::new(case.seed);

        let mut random = fresh();
        let bits: Vec<u32> = (0..700).map(|_| random.next_u32()).collect();
        assert_eq!(bits[620..630], case.bits);

        let mut random = fresh();
        let samples: Vec<f64> = (0..400).map(|_| random.random_sample()).collect();
        let picked = [0, 1, 2, 310, 311, 312, 313, 399].map(|i| samples[i]);
        assert_eq!(picked, case.random_sample[..]);

        let uniform = fresh().uniform(-0.3, 0.7, (3, 4)).unwrap();
        assert_eq!(uniform.outer_iter().map(|row| row.to_vec()).collect::<Vec<_>>(), case.uniform);

        assert_eq!(fresh().permutation(10), case.permutation_10);
        let long = fresh().permutation(60_000);
        assert_eq!(long[..100], case.permutation_60000_head);
        assert_eq!(long[59_995..], case.permutation_60000_tail);

        let mut random = fresh();
        for (low, high, expected) in case.randint {
            assert_eq!(random.randint(low, high).unwrap(), expected, "{low}..{high}");
        }

        let mut random = fresh();
        case.standard_normal.iter().for_each(|&x| assert_close(random.standard_normal(), x));
    }
}

#[test]
fn draws_of_different_kinds_leave_the_state_as_numpy_does() {
    for Case { seed, mixed, .. } in cases() {
        let mut random = RandomState::new(seed);
        let mut letters: Vec<char> = ('a'..='z').collect();
        random.shuffle(&mut letters);
        assert_eq!(letters.iter().collect::<String>(), mixed.shuffled);
        assert_close(random.standard_normal(), mixed.normal);
        assert_eq!(random.random_sample(), mixed.sample);
        assert_close(random.standard_normal(), mixed.kept_normal);
        assert_eq!(random.permutation(6), mixed.permutation);
        assert_eq!(random.randint(0, 1000).unwrap(), mixed.randint);
    }
}

#[test]
fn a_random_split_holds_out_what_scikit_learn_does() {
    for split in fixture::<Fixture>("data/random_state.json").splits {
        let pixels = Array2::from_shape_fn((split.n, PIXELS), |(i, _)| i as u8);
        let images = Images::new(pixels, vec![0; split.n]).unwrap();
        let (train, validation) = images.split_random(split.fraction, split.seed).unwrap();
        assert_eq!(train.grey().column(0).to_vec(), split.train);
        assert_eq!(validation.grey().column(0).to_vec(), split.validation);
    }
}

#[test]
fn a_saved_state_goes_on_where_it_stopped() {
    let mut random = RandomState::new(5);
    random.standard_normal();
    let saved = serde_json::to_string(&random).unwrap();
    let mut restored: RandomState = serde_json::from_str(&saved).unwrap();
    for _ in 0..1000 {
        assert_eq!(random.standard_normal(), restored.standard_normal());
    }
    for broken in [
        r#"{"key": [1, 2, 3], "position": 0, "normal": null}"#.to_owned(),
        saved.replace(r#""position":"#, r#""position":999"#),
    ] {
        assert!(serde_json::from_str::<RandomState>(&broken).is_err());
    }
}

#[test]
fn randint_without_a_number_to_draw_is_an_error() {
    assert!(RandomState::new(0).randint(3, 3).is_err());
}

/// The full data, if this machine has it (`cargo xtask test` fetches it).
fn full() -> Option<FashionMnist> {
    let data = FashionMnist::load().unwrap();
    if data.is_excerpt() {
        tests::skipped("the full data is not there; `cargo xtask data` fetches it");
    }
    (!data.is_excerpt()).then_some(data)
}

#[test]
fn the_assignments_seed_draws_the_label_frequencies_that_it_printed() {
    let Some(data) = full() else { return };
    let order = RandomState::new(1234429).permutation(60_000);
    let train = data.train.permuted(&order).unwrap().head(600).unwrap();
    assert_eq!(train.frequencies(), [63, 62, 53, 67, 61, 56, 60, 64, 48, 66]);
    assert_eq!(data.train.label(order[10]).unwrap(), 6);
}

#[test]
fn the_full_data_is_balanced() {
    let Some(data) = full() else { return };
    assert_eq!(data.train.frequencies(), [6_000; 10]);
    assert_eq!(data.test.frequencies(), [1_000; 10]);
}

#[test]
fn the_excerpt_is_the_first_images_of_each_class_in_their_order() {
    let Some(full) = full() else { return };
    let excerpt = FashionMnist::excerpt().unwrap();
    for (whole, part, per_class) in
        [(&full.train, &excerpt.train, 200), (&full.test, &excerpt.test, 100)]
    {
        let mut seen = [0; 10];
        let first: Vec<usize> = (0..whole.len())
            .filter(|&i| {
                let count = &mut seen[whole.labels()[i]];
                *count += 1;
                *count <= per_class
            })
            .collect();
        assert!(&whole.select(&first).unwrap() == part);
    }
}
