//! Arguments that once broke something, as these properties or fuzzing found them.

use fashion::Dataset;
use fashion::evaluate::Calibration;
use fashion::evaluate::{Folds, GridSearch};
use fashion::ndarray::{Array1, Array2};
use fashion::nn::Sequential;
use fashion::show::Scatter;
use fashion::svm::Svc;

#[test]
fn a_network_of_two_to_the_34_units_ended_the_process() {
    let error = Sequential::new([784]).dense(1 << 34).dense(10).build(1).unwrap_err().to_string();
    assert!(error.contains("at most"), "{error}");
}

#[test]
fn two_to_the_40_bins_ended_the_process() {
    assert!(Calibration::from_confidence(&[true], &[0.5], 1 << 40).is_err());
}

#[test]
fn a_label_too_many_for_a_grid_search_was_a_panic() {
    let data = Dataset::new(Array2::<f64>::zeros((3, 1)), Array1::from_vec(vec![0, 1, 0, 1]));
    let search = GridSearch::over("C", [1.0], |c| Svc::params().c(c)).folds(Folds::k_fold(2));
    let error = search.verbose(false).fit(&data).unwrap_err().to_string();
    assert!(error.contains("3 labels"), "{error}");
}

#[test]
fn values_too_close_for_ticks_were_a_panic() {
    assert!(Scatter::new("", "", "").point("", "", 0.0, 1e-320).draw().is_ok());
    assert!(Scatter::new("", "", "").point("", "", 1e308, -1e308).draw().is_err());
}
