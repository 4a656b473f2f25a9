//! Arguments that once broke something, as these properties or fuzzing found them.

use fashion::data::{Augmentation, RandomState};
use fashion::dfdx::prelude::*;
use fashion::evaluate::{Calibration, ClassificationReport, ConfusionMatrix, Folds, GridSearch};
use fashion::ndarray::{Array1, Array2};
use fashion::nn::layers::{Conv2dConfig, Flatten, Reshape, Settings as _};
use fashion::nn::{LayerKind, MlpClassifier, Padding, Sequential, Training, ops};
use fashion::show::Scatter;
use fashion::svm::Svc;
use fashion::{Classifier as _, Dataset};

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

fn padded(stride: usize, left: usize, right: usize) -> LayerKind {
    let padding = Padding::Explicit { top: 0, bottom: 0, left, right };
    LayerKind::Conv2d(Conv2dConfig { stride, padding, ..Conv2dConfig::new(1, 1) })
}

/// It was built, and its prediction wrote past the heap.
#[test]
fn a_padding_that_wraps_is_refused_when_the_network_is_built() {
    let layers = |layer| Sequential::new([28, 28, 1]).layer(layer).flatten().dense(3);
    assert!(layers(padded(1 << 62, 100, (1 << 62) - 127)).build(1).is_err());
    assert!(layers(padded(1, 1 << 40, 1)).build(1).is_err());
    // Its padded image alone is 17 TB; it was asked of the system, which ended the process.
    let padding = Padding::Explicit { top: 1 << 21, bottom: 0, left: 1 << 21, right: 0 };
    let stride = 1 << 20;
    let layer = Conv2dConfig { stride, padding, ..Conv2dConfig::new(1, 1) };
    let error = layers(LayerKind::Conv2d(layer)).build(1).unwrap_err().to_string();
    assert!(error.contains("FASHION_MEMORY_GB"), "{error}");
}

/// The first window lies in the padding alone, which was a panic.
#[test]
fn a_window_in_the_padding_predicts() {
    let layers = Sequential::new([4, 4, 1]).layer(padded(6, 2, 0)).flatten().dense(2).softmax();
    assert_eq!(layers.build(1).unwrap().predict(&Array2::ones((3, 16))).unwrap().len(), 3);
}

#[test]
fn a_perceptron_larger_than_any_memory_is_refused() {
    let data = Dataset::new(Array2::<f64>::zeros((4, 2)), Array1::from_vec(vec![0, 1, 0, 1]));
    for units in [1 << 33, 1 << 40, 1 << 62, usize::MAX] {
        assert!(MlpClassifier::params().hidden_layer_sizes([units]).fit(&data).is_err(), "{units}");
        assert!(MlpClassifier::params().hidden_layer_sizes([3, units]).fit(&data).is_err());
    }
}

/// Each layer could be had, all of them together not.
#[test]
fn the_weights_of_all_layers_together_have_a_limit() {
    let many = (0..200).fold(Sequential::new([1 << 14]), |network, _| network.dense(1 << 14));
    let error = many.dense(2).build(1).unwrap_err().to_string();
    assert!(error.contains("weights of a network") && error.contains("GB"), "{error}");
}

#[test]
fn shapes_whose_product_wraps_are_errors() {
    let wide = [1 << 40, 1 << 40, 2];
    assert!(Flatten.output_shape(&wide).is_err());
    assert!(Reshape { shape: vec![4] }.output_shape(&wide).is_err());
    assert_eq!(padded(1, 0, 0).n_parameters(&[2, 2, usize::MAX]), usize::MAX);
    assert!(Augmentation::new().apply(&Array2::<f32>::zeros((1, 4)), wide, 1, 1).is_err());

    let cpu = Cpu::default();
    let empty = || cpu.tensor_from_vec(Vec::<f32>::new(), (1 << 40, 0));
    // The product of these two is 3 modulo 2^64.
    let (height, width) = ((1 << 32) + 1, 3_usize.wrapping_sub(3 << 32));
    let rows = cpu.tensor_from_vec(vec![0.0_f32; 3], (1, 3));
    assert!(ops::unflatten(rows, (height, width, 1)).is_err());
    assert!(ops::permute(empty(), &[0, 1 << 40], &[1, 0]).is_ok());
    let weights = cpu.tensor_from_vec(Vec::<f32>::new(), (0, 1 << 20));
    let bias = cpu.tensor_from_vec(vec![0.0_f32; 1 << 20], (1 << 20,));
    let (linear, data) = (ops::Activation::Linear, ops::Source::Data);
    assert!(ops::dense(empty(), &weights, &bias, linear, data).is_err());
    let images = cpu.tensor_from_vec(vec![0.0_f32; 9], (1, 3, 3, 1));
    let filters = cpu.tensor_from_vec(Vec::<f32>::new(), (2, 2, 1, 0));
    let bias = cpu.tensor_from_vec(Vec::<f32>::new(), (0,));
    assert!(ops::conv2d(images, &filters, &bias, ops::Conv2dOptions::default()).is_err());
}

#[test]
fn more_random_numbers_than_memory_are_an_error_and_counts_that_wrap_too() {
    assert!(RandomState::new(1).uniform(0.0, 1.0, (1 << 40, 1 << 30)).is_err());
    assert!(RandomState::new(1).uniform(0.0, 1.0, usize::MAX).is_err());
    let counts = Array2::from_elem((2, 2), 1 << 62);
    assert!(ConfusionMatrix::from_counts(counts, &["a", "b"]).is_err());
}

/// `d` and `best/d` came to the same name in a checkpoint, and the fit that went on was another one.
#[test]
fn a_name_that_could_be_another_layers_tensor_is_refused() {
    let error = Sequential::new([2]).dense(2).named("best/d").build(1).unwrap_err().to_string();
    assert!(error.contains("without `/`") && error.contains("best/d"), "{error}");
}

#[test]
fn more_threads_than_any_machine_has_are_an_error() {
    let data = Dataset::new(Array2::<f32>::zeros((4, 2)), Array1::from_vec(vec![0, 1, 0, 1]));
    let mut network = Sequential::new([2]).dense(2).softmax().build(1).unwrap();
    let training = Training::new().verbose(false).threads(usize::MAX);
    let error = network.fit(&data, &training).unwrap_err().to_string();
    assert!(error.contains("at most 1024"), "{error}");
}

/// 2,000 labels are 2 million machines; decisions for 20,000 samples took 320 GB, and the process ended.
#[test]
fn labels_that_are_no_classes_are_refused_before_they_fill_the_memory() {
    let count = 300_000;
    let records = Array2::from_shape_fn((count, 1), |(i, _)| i as f64);
    let data = Dataset::new(records, Array1::from_iter(0..count));
    let error = Svc::params().fit(&data).unwrap_err().to_string();
    assert!(error.contains("machines for pairs of classes"), "{error}");
}

#[test]
fn names_of_any_length_and_number_are_shown_or_refused() {
    let long = "x".repeat(70_000);
    let matrix = ConfusionMatrix::with_classes(&[0, 1], &[0, 1], &[long.as_str(), "b"]).unwrap();
    assert!(matrix.to_string().contains(&long));
    assert!(ClassificationReport::from_matrix(&matrix).to_string().contains(&long));
    let many: Vec<String> = (0..1 << 20).map(|i: usize| i.to_string()).collect();
    assert!(ConfusionMatrix::with_classes(&[0, 1], &[0, 1], &many).is_err());
}

/// Each new layer compared its name with all others, once for every number that was tried: 3,000 layers took a
/// minute.
#[test]
fn thousands_of_layers_have_names_and_predict() {
    let deep = (0..2_000).fold(Sequential::new([2]), |layers, _| layers.dense(2));
    assert_eq!(deep.layers()[1_999].name, "dense_1999");
    assert_eq!(deep.build(1).unwrap().predict(&Array2::zeros((1, 2))).unwrap().len(), 1);
}
