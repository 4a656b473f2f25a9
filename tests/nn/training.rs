//! What a fit promises whatever the data: the same bits, errors that name their reason.

use super::support::{bits, training};
use fashion::Classifier as _;
use fashion::evaluate::GridSearch;
use fashion::linfa::Dataset;
use fashion::ndarray::{Array1, Array2};
use fashion::nn::{Loss, MlpClassifier, NetworkParams, Optimizer, Sequential, Training};
use tests::networks::{learnable, small_cnn};

#[test]
fn the_number_of_threads_does_not_show() {
    let data = learnable(300);
    let [one, two, seven] = [1, 2, 7].map(|threads| {
        let mut network = small_cnn().build(1).unwrap();
        let augmentation = fashion::data::Augmentation::new().shift(0.1).horizontal_flip();
        let training =
            training().epochs(2).validation_split(0.2).augment(augmentation).threads(threads);
        let history = network.fit(&data, &training).unwrap();
        (bits(&network), history)
    });
    assert!(one == two && two == seven);
}

#[test]
fn a_network_learns_and_its_seeds_matter() {
    let (train, test) = (learnable(600), learnable(900));
    let fit = |weights, order| {
        let mut network = small_cnn().build(weights).unwrap();
        network.fit(&train, &training().seed(order).epochs(15)).unwrap();
        network
    };
    let network = fit(1, 1);
    assert!(network.evaluate(&test).unwrap().accuracy > 0.95);
    assert_eq!(bits(&network), bits(&fit(1, 1)));
    assert_ne!(bits(&network), bits(&fit(2, 1)));
    assert_ne!(bits(&network), bits(&fit(1, 2)));
}

#[test]
fn probabilities_sum_to_one_and_agree_with_classes() {
    let data = learnable(250);
    for ending in [Sequential::softmax, Sequential::sigmoid, |network| network] {
        let network = ending(Sequential::new([64]).dense(3)).build(4).unwrap();
        let probabilities = network.predict_proba(&data.records).unwrap();
        let classes = network.predict(&data.records).unwrap();
        for (row, class) in probabilities.rows().into_iter().zip(classes) {
            assert!((row.sum() - 1.0).abs() < 1e-6);
            assert!(row.iter().all(|&p| p <= row[class]));
        }
    }
}

#[test]
fn cross_entropy_of_plain_outputs_is_refused_and_logits_ignore_a_sigmoid() {
    let data = learnable(40);
    let mut linear = Sequential::new([64]).dense(3).build(1).unwrap();
    let error = linear.fit(&data, &training().loss(Loss::CrossEntropy)).unwrap_err().to_string();
    assert!(error.contains("CrossEntropyFromLogits"), "{error}");

    let mut sigmoid = Sequential::new([64]).dense(3).sigmoid().build(1).unwrap();
    let from_logits = training().loss(Loss::CrossEntropyFromLogits).epochs(2);
    let without = linear.fit(&data, &from_logits).unwrap();
    assert_eq!(sigmoid.fit(&data, &from_logits).unwrap(), without);
    let mut applied = Sequential::new([64]).dense(3).sigmoid().build(1).unwrap();
    assert_ne!(applied.fit(&data, &training().epochs(2)).unwrap(), without);
}

#[test]
fn ten_machines_in_one_layer_learn_from_their_outputs_and_make_no_probabilities() {
    let (data, hinge) = (learnable(300), training().loss(Loss::SquaredHinge).epochs(8));
    let mut softmax = Sequential::new([64]).dense(3).softmax().build(1).unwrap();
    let error = softmax.fit(&data, &hinge).unwrap_err().to_string();
    assert!(error.contains("without softmax"), "{error}");

    let mut machines = Sequential::new([64]).dense(3).build(1).unwrap();
    let untrained = machines.evaluate(&data).unwrap().accuracy;
    machines.fit(&data, &hinge).unwrap();
    let evaluation = machines.evaluate(&data).unwrap();
    assert!(evaluation.accuracy > 0.9 && evaluation.accuracy > untrained, "{evaluation}");
    let outputs = machines.outputs(&data.records).unwrap();
    let by_hand: f64 = outputs
        .indexed_iter()
        .map(|((i, class), &z)| {
            let y = if data.targets[i] == class { 1.0 } else { -1.0 };
            (1.0 - y * f64::from(z)).max(0.0).powi(2) / outputs.len() as f64
        })
        .sum();
    assert!((evaluation.loss - by_hand).abs() < 1e-6, "{} and {by_hand}", evaluation.loss);
    let error = machines.predict_proba(&data.records).unwrap_err().to_string();
    assert!(error.contains("logits"), "{error}");
}

#[test]
fn a_loss_that_is_not_finite_ends_the_fit_and_keeps_finite_weights() {
    let data = learnable(200);
    let mut network = small_cnn().build(1).unwrap();
    let training = training().epochs(50).optimizer(Optimizer::sgd(1e12));
    let error = network.fit(&data, &training).unwrap_err().to_string();
    assert!(error.contains("smaller learning rate"), "{error}");
    assert!(network.evaluate(&data).unwrap().loss.is_finite());

    // Of one step, nothing but the weights after it shows the overflow.
    let once = Training::new().batch_size(200).optimizer(Optimizer::sgd(f64::MAX)).verbose(false);
    assert!(network.fit(&data, &once).is_err());
    assert!(network.evaluate(&data).unwrap().loss.is_finite());
}

#[test]
fn data_that_does_not_fit_is_refused() {
    let mut network = small_cnn().build(1).unwrap();
    let data = learnable(20);
    let narrow = Dataset::new(Array2::<f32>::zeros((5, 63)), Array1::zeros(5));
    assert!(network.fit(&narrow, &training()).is_err());
    let wrong_class = Dataset::new(data.records.clone(), Array1::from_elem(20, 3));
    assert!(network.fit(&wrong_class, &training()).is_err());
    let empty = Dataset::new(Array2::<f32>::zeros((0, 64)), Array1::zeros(0));
    assert!(network.fit(&empty, &training()).is_err());
    assert!(network.fit(&data, &training().batch_size(0)).is_err());
    assert!(network.predict(&narrow.records).is_err());
    assert!(network.weights("conv3d").unwrap_err().to_string().contains("conv2d"));
}

#[test]
fn double_precision_agrees_with_single() {
    let data = learnable(100);
    let double = Dataset::new(data.records.mapv(f64::from), data.targets.clone());
    let dense = Sequential::new([64]).dense(8).tanh().l2(1e-3).dense(3).softmax();
    let training = training().epochs(3).shuffle(false);
    let single = dense.build(1).unwrap().fit(&data, &training).unwrap();
    let double = dense.build_as::<f64>(1).unwrap().fit(&double, &training).unwrap();
    for (single, double) in single.loss().iter().zip(double.loss()) {
        assert!((single - double).abs() < 1e-5, "{single} against {double}");
    }
}

#[test]
fn a_grid_search_takes_networks() {
    let params = |width: usize| {
        let architecture = Sequential::new([64]).dense(width).relu().dense(3).softmax();
        NetworkParams::new(architecture, training().epochs(8).optimizer(Optimizer::adam(0.01)))
    };
    let search = GridSearch::over("units", [1, 16], params).verbose(false);
    assert_eq!(search.fit(&learnable(300)).unwrap().best().label, "16");
}

/// All of it once gave probabilities of a third each, and an accuracy.
#[test]
fn a_value_that_is_no_number_is_refused_and_its_sample_named() {
    let good = learnable(40);
    let mut bad = good.clone();
    bad.records[[7, 3]] = f32::NAN;
    let mut network = small_cnn().build(1).unwrap();
    let perceptron = MlpClassifier::params().max_iter(1).fit(&good).unwrap();
    let refused = [
        network.predict(&bad.records).err(),
        network.predict_proba(&bad.records).err(),
        network.evaluate(&bad).err(),
        network.score(&bad).err(),
        perceptron.predict(&bad.records).err(),
        perceptron.predict_proba(&bad.records).err(),
        network.fit(&bad, &training()).err(),
        network.fit_validated(&good, &bad, &training()).err(),
    ];
    for (number, error) in refused.into_iter().enumerate() {
        let error = error.unwrap_or_else(|| panic!("case {number}")).to_string();
        assert!(error.contains("NaN in sample 7, feature 3"), "{number}: {error}");
    }
}

#[test]
fn weights_that_are_too_large_for_an_answer_give_none() {
    let mut network = Sequential::new([2]).dense(2).softmax().build(1).unwrap();
    let weights = Array2::from_elem((2, 2), f32::MAX).into_dyn();
    network.set_weights("dense", &weights).unwrap();
    let data = Dataset::new(Array2::from_elem((3, 2), 1e30_f32), Array1::from_vec(vec![0, 1, 0]));
    for error in [network.predict_proba(&data.records).err(), network.evaluate(&data).err()] {
        assert!(error.unwrap().to_string().contains("too large"));
    }
}

/// Two threads that kept the same fit once wrote one temporary file.
#[test]
fn a_candidate_that_comes_twice_is_kept_without_a_clash() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("twice");
    let _ = std::fs::remove_dir_all(&folder);
    let data = learnable(90);
    for round in 0..5 {
        let search = GridSearch::over("λ", [1e-3; 6], |l2: f64| {
            let layers = Sequential::new([64]).dense(3).softmax().l2(l2);
            NetworkParams::new(
                layers,
                training().epochs(3).saved_in(folder.join(round.to_string())),
            )
        });
        let folds = fashion::evaluate::Folds::k_fold(2);
        let found = search.folds(folds).verbose(false).fit(&data).unwrap();
        assert!(found.mean_test_scores().windows(2).all(|pair| pair[0] == pair[1]));
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
