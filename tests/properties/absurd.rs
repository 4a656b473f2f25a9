//! Arguments that nobody means, and some that one could.

use fashion::Dataset;
use fashion::ndarray::{Array1, Array2};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// 256 tries of each property; `PROPTEST_CASES=20000` for more.
pub fn cases() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

pub fn float() -> impl Strategy<Value = f64> {
    let edges = vec![
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        0.0,
        -0.0,
        -1.0,
        1.0,
        0.5,
        1e-320,
        1e308,
        -1e308,
        2.0,
    ];
    select(edges)
}

/// Never many: it may be a number of epochs.
pub fn few() -> impl Strategy<Value = usize> {
    0..4_usize
}

pub fn count() -> impl Strategy<Value = usize> {
    let edges = vec![0, 1, 2, 3, 5, 10, 28, 1 << 31, 1 << 40, usize::MAX / 2, usize::MAX];
    select(edges)
}

pub fn floats() -> impl Strategy<Value = Vec<f64>> {
    vec(prop_oneof![4 => -2.0..2.0_f64, 1 => float()], 0..12)
}

pub fn labels(
    length: impl Into<proptest::collection::SizeRange>,
) -> impl Strategy<Value = Vec<usize>> {
    vec(prop_oneof![6 => 0..3_usize, 1 => count()], length)
}

/// Rows and labels whose numbers may differ, with values that may not be finite.
pub fn dataset() -> impl Strategy<Value = Dataset<f64>> {
    (0..9_usize, 0..5_usize, 0..9_usize).prop_flat_map(|(rows, columns, count)| {
        let value = prop_oneof![30 => 0.0..1.0_f64, 1 => float()];
        (vec(value, rows * columns), labels(count)).prop_map(move |(values, labels)| {
            let records = Array2::from_shape_vec((rows, columns), values).unwrap();
            Dataset::new(records, Array1::from_vec(labels))
        })
    })
}

pub fn single(data: &Dataset<f64>) -> Dataset<f32> {
    Dataset::new(data.records.mapv(|x| x as f32), data.targets.clone())
}
