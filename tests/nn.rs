//! Training against Keras, and what must survive threads, files and kills.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use fashion::Classifier as _;
use fashion::dfdx::optim::Optimizer as _;
use fashion::dfdx::prelude::{Cpu, Gradients, Rank1, Tensor, TensorFrom as _};
use fashion::evaluate::GridSearch;
use fashion::linfa::Dataset;
use fashion::ndarray::{Array1, Array2, ArrayD, IxDyn};
use fashion::nn::{
    AdamConfig, Loss, Momentum, Network, NetworkParams, Optimizer, OptimizerState, RMSpropConfig,
    Sequential, SgdConfig, Training, WeightDecay,
};
use serde::Deserialize;
use tests::networks::{learnable, small_cnn};

#[derive(Deserialize)]
struct Optimizers {
    initial: Vec<f64>,
    cases: BTreeMap<String, Steps>,
}

#[derive(Deserialize)]
struct Steps {
    one: Vec<f64>,
    hundred: Vec<f64>,
}

fn rule(name: &str) -> Optimizer {
    let adam = AdamConfig { lr: 0.01, betas: [0.9, 0.999], eps: 1e-7, weight_decay: None };
    let rms_prop = RMSpropConfig {
        lr: 0.01,
        alpha: 0.9,
        eps: 1e-7,
        momentum: Some(0.7),
        centered: false,
        weight_decay: None,
    };
    match name {
        "sgd" => Optimizer::sgd(0.05),
        "momentum" => Optimizer::momentum(0.05, 0.9),
        "nesterov" => Optimizer::nesterov(0.05, 0.9),
        "adam" => Optimizer::adam(0.01),
        "adam_betas" => AdamConfig { betas: [0.8, 0.95], eps: 1e-4, ..adam }.into(),
        "adam_decoupled" => {
            AdamConfig { weight_decay: Some(WeightDecay::Decoupled(0.1)), ..adam }.into()
        }
        "rms_prop" => Optimizer::rms_prop(0.01),
        "rms_prop_momentum" => rms_prop.into(),
        "rms_prop_centered" => RMSpropConfig { alpha: 0.8, centered: true, ..rms_prop }.into(),
        "adadelta" => Optimizer::adadelta(1.0),
        "adadelta_default" => Optimizer::Adadelta(fashion::nn::AdadeltaConfig::default()),
        other => panic!("no rule for the fixture {other}"),
    }
}

#[test]
fn update_rules_are_those_of_keras() {
    let fixture: Optimizers = tests::fixture("nn/optimizers.json");
    for (name, expected) in &fixture.cases {
        let rule = rule(name);
        let mut state = OptimizerState::<f64>::new(rule).unwrap();
        // The adapter for dfdx's own models; a tensor of constant shape is one.
        let cpu = Cpu::default();
        let mut model: Tensor<Rank1<6>, f64, Cpu> = cpu.tensor(fixture.initial.clone());
        for step in 0..100 {
            let mut gradients = Gradients::leaky();
            let gradient = gradients.get_or_alloc_mut(&model).unwrap();
            for (i, g) in (0..6).zip(gradient.iter_mut()) {
                *g = (0.7 * f64::from(step + 1) + f64::from(i)).sin() * f64::from(1 + i) / 3.0;
            }
            state.update(&mut model, &gradients).unwrap();
            let values = model.as_vec();
            let expected = match step {
                0 => &expected.one,
                99 => &expected.hundred,
                _ => continue,
            };
            for (got, expected) in values.iter().zip(expected) {
                // Keras keeps some of its factors in f32 even here.
                let error = (got - expected).abs();
                assert!(error < 1e-6, "{name}, step {step}: {got} against {expected}");
            }
        }
    }
}

#[test]
fn an_update_rule_with_numbers_out_of_range_is_refused() {
    let bad = [
        Optimizer::sgd(0.0),
        Optimizer::sgd(f64::NAN),
        Optimizer::momentum(0.1, 1.0),
        SgdConfig { lr: 0.1, momentum: Some(Momentum::Nesterov(-0.1)), weight_decay: None }.into(),
    ];
    for rule in bad {
        assert!(OptimizerState::<f32>::new(rule).is_err(), "{rule:?}");
    }
}

#[derive(Deserialize)]
struct Networks {
    images: Vec<Vec<f32>>,
    labels: Vec<usize>,
    cases: BTreeMap<String, Case>,
}

#[derive(Deserialize)]
struct Case {
    weights: Vec<Weights>,
    history: BTreeMap<String, Vec<f64>>,
    outputs: Vec<f32>,
}

#[derive(Deserialize)]
struct Weights {
    shape: Vec<usize>,
    values: Vec<f32>,
}

fn case(name: &str) -> (Sequential, Optimizer) {
    let images = Sequential::new([8, 8, 1]);
    match name {
        "cnn" => (
            images
                .conv2d(4, 3)
                .relu()
                .max_pool2d(2)
                .flatten()
                .dense(8)
                .tanh()
                .l2(1e-2)
                .dense(3)
                .softmax()
                .l2(1e-3),
            Optimizer::adam(0.01),
        ),
        "padded" => (
            images
                .conv2d(3, 4)
                .same()
                .leaky_relu(0.3)
                .average_pool2d(2)
                .conv2d(4, 2)
                .strides(2)
                .relu()
                .flatten()
                .dense(3),
            Optimizer::nesterov(0.05, 0.9),
        ),
        "ignored_sigmoid" => {
            (images.flatten().dense(6).sigmoid().dense(3).sigmoid(), Optimizer::adam(0.01))
        }
        "applied_sigmoid" => {
            (images.flatten().dense(6).sigmoid().dense(3).sigmoid(), Optimizer::rms_prop(0.01))
        }
        "channels_as_rows" => (
            images
                .conv2d(4, 3)
                .relu()
                .permute([2, 0, 1])
                .conv2d(3, 2)
                .relu()
                .flatten()
                .dense(3)
                .softmax(),
            Optimizer::adadelta(1.0),
        ),
        other => panic!("no network for the fixture {other}"),
    }
}

/// The rows from `start` to `end` of the fixture.
fn part(
    fixture: &Networks,
    start: usize,
    end: usize,
) -> Dataset<f32, usize, fashion::ndarray::Ix1> {
    let pixels = fixture.images[start..end].concat();
    let images = Array2::from_shape_vec((end - start, 64), pixels).unwrap();
    Dataset::new(images, Array1::from(fixture.labels[start..end].to_vec()))
}

#[test]
fn networks_train_as_in_keras() {
    let fixture: Networks = tests::fixture("nn/networks.json");
    let (train, validation) = (part(&fixture, 0, 20), part(&fixture, 20, 30));
    for (name, expected) in &fixture.cases {
        let (architecture, optimizer) = case(name);
        let mut network = architecture.build(0).unwrap();
        let layers = architecture.layers().iter().filter(|l| l.kind.weight_settings().is_some());
        for (layer, pair) in layers.zip(expected.weights.chunks(2)) {
            let array = |w: &Weights| ArrayD::from_shape_vec(IxDyn(&w.shape), w.values.clone());
            network.set_weights(&layer.name, &array(&pair[0]).unwrap()).unwrap();
            network.set_biases(&layer.name, &Array1::from(pair[1].values.clone())).unwrap();
        }
        let training = Training::new()
            .epochs(4)
            .batch_size(8)
            .shuffle(false)
            .optimizer(optimizer)
            .verbose(false);
        let training = match name.as_str() {
            "ignored_sigmoid" => training.loss(Loss::CrossEntropyFromLogits),
            _ => training,
        };
        let history = network.fit_validated(&train, &validation, &training).unwrap();
        let own = [
            ("loss", history.loss()),
            ("accuracy", history.accuracy()),
            ("val_loss", history.val_loss()),
            ("val_accuracy", history.val_accuracy()),
        ];
        for (figure, own) in own {
            for (own, keras) in own.iter().zip(&expected.history[figure]) {
                assert!((own - keras).abs() < 1e-5, "{name}, {figure}: {own} against {keras}");
            }
        }
        let outputs = network.outputs(&validation.records).unwrap();
        for (own, keras) in outputs.iter().zip(&expected.outputs) {
            assert!((own - keras).abs() < 2e-5, "{name}, outputs: {own} against {keras}");
        }
    }
}

/// Weights, bit for bit.
fn bits(network: &Network<f32>) -> Vec<u32> {
    let layers = network.architecture().layers().iter();
    layers
        .filter(|layer| layer.kind.weight_settings().is_some())
        .flat_map(|layer| {
            let weights = network.weights(&layer.name).unwrap();
            let biases = network.biases(&layer.name).unwrap();
            weights.iter().chain(&biases).map(|w| w.to_bits()).collect::<Vec<_>>()
        })
        .collect()
}

fn training() -> Training {
    Training::new().batch_size(16).seed(3).verbose(false)
}

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

/// A fresh folder for the files of one test.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn a_saved_network_comes_back_with_the_same_bits() {
    let file = folder("saved").join("network.safetensors");
    let mut network = small_cnn().build(9).unwrap();
    network.fit(&learnable(60), &training()).unwrap();
    network.save(&file).unwrap();
    let loaded = Network::<f32>::load(&file).unwrap();
    assert_eq!(bits(&loaded), bits(&network));
    assert_eq!(loaded.architecture(), network.architecture());
    let mut other = small_cnn().build(1).unwrap();
    other.load_weights(&file).unwrap();
    assert_eq!(bits(&other), bits(&network));
}

#[test]
fn a_file_that_is_not_the_network_says_why() {
    let folder = folder("wrong");
    let file = folder.join("network.safetensors");
    let network = small_cnn().build(9).unwrap();
    network.save(&file).unwrap();
    let whole = std::fs::read(&file).unwrap();
    let error = |result: fashion::Result<Network<f32>>| result.unwrap_err().to_string();

    let cut = folder.join("cut");
    for length in [0, 4, 100, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&cut, &whole[..length]).unwrap();
        let error = error(Network::load(&cut));
        assert!(error.contains("no whole safetensors file"), "{length}: {error}");
    }
    std::fs::write(&cut, "not a model at all, but longer than a header").unwrap();
    assert!(error(Network::load(&cut)).contains("no whole safetensors file"));
    assert!(error(Network::load(folder.join("absent"))).contains("reading"));
    let double = Network::<f64>::load(&file).unwrap_err().to_string();
    assert!(double.contains("F64") && double.contains("F32"), "{double}");

    let mut larger = whole.clone();
    let units = whole.windows(5).rposition(|bytes| bytes == b"units").unwrap();
    let digit = units + whole[units..].iter().position(|byte| *byte == b'3').unwrap();
    larger[digit] = b'9';
    std::fs::write(&cut, larger).unwrap();
    let message = error(Network::load(&cut));
    assert!(message.contains("have 785 weights and biases, it holds 683"), "{message}");

    let mut wider =
        Sequential::new([8, 8, 1]).conv2d(4, 3).relu().flatten().dense(3).build(1).unwrap();
    let before = bits(&wider);
    let message = wider.load_weights(&file).unwrap_err().to_string();
    assert!(message.contains("layer 2") && message.contains("MaxPool2d"), "{message}");
    assert_eq!(bits(&wider), before);
}

#[test]
fn a_fit_goes_on_from_its_checkpoint_and_refuses_another_fits() {
    let folder = folder("checkpoint");
    let (file, data) = (folder.join("fit.checkpoint"), learnable(120));
    let fit = |training: &Training, data: &Dataset<f32, usize, _>| {
        let mut network = small_cnn().build(5).unwrap();
        network.fit(data, training).map(|history| (bits(&network), history))
    };
    let whole = fit(&training().epochs(5), &data).unwrap();
    fit(&training().epochs(2).checkpoint(&file), &data).unwrap();
    assert!(fit(&training().epochs(5).checkpoint(&file), &data).unwrap() == whole);
    // Nothing is left to do.
    assert!(fit(&training().epochs(5).checkpoint(&file), &data).unwrap() == whole);

    let refused = |training: Training, data: &_, part: &str| {
        let error = fit(&training.epochs(6).checkpoint(&file), data).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    };
    refused(training().seed(4), &data, "other settings");
    refused(training(), &learnable(121), "other training data");
    refused(training().optimizer(Optimizer::sgd(0.1)), &data, "Sgd(");
    let error = fit(&training().epochs(3).checkpoint(&file), &data).unwrap_err().to_string();
    assert!(error.contains("after 5 epochs"), "{error}");
}

#[test]
fn a_saved_fit_is_read_again_and_any_change_trains_anew() {
    let folder = folder("saved");
    let files = || std::fs::read_dir(&folder).map_or(0, Iterator::count);
    let (saved, data) = (training().epochs(3).saved_in(folder.join("")), learnable(120));
    std::fs::remove_dir_all(&folder).unwrap();
    let fit = |training: &Training, seed| {
        let mut network = small_cnn().build(seed).unwrap();
        let history = network.fit(&data, training).unwrap();
        (bits(&network), history.fit_time())
    };
    let first = fit(&saved, 5);
    // Computed again, the seconds would differ.
    assert!(fit(&saved, 5) == first);
    assert_eq!(files(), 1);

    fit(&saved, 6);
    fit(&saved.clone().epochs(2), 5);
    fit(&saved.clone().seed(9), 5);
    assert_eq!(files(), 4);
    std::fs::remove_dir_all(&folder).unwrap();
    let again = fit(&saved, 5);
    assert!(again.0 == first.0 && again.1 != first.1);
}

/// Starts the training program; kills it (SIGKILL) after it has printed `kill_after`, or lets it end.
/// Gives what it printed.
fn run_program(checkpoint: &Path, trained: &Path, kill_after: Option<&str>) -> Vec<String> {
    let mut program = Command::new(env!("CARGO_BIN_EXE_fit_with_checkpoint"))
        .args([checkpoint, trained])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut printed = Vec::new();
    for line in BufReader::new(program.stdout.take().unwrap()).lines() {
        printed.push(line.unwrap());
        if kill_after.is_some_and(|mark| printed[printed.len() - 1].starts_with(mark)) {
            program.kill().unwrap();
            break;
        }
    }
    assert_eq!(program.wait().unwrap().success(), kill_after.is_none());
    printed
}

#[test]
fn a_killed_fit_ends_with_the_same_bits() {
    let folder = folder("killed");
    let path = |name: &str| folder.join(name);
    let whole = run_program(&path("whole.checkpoint"), &path("whole"), None);

    let (checkpoint, trained) = (path("killed.checkpoint"), path("killed"));
    run_program(&checkpoint, &trained, Some("Epoch 2/"));
    let second = run_program(&checkpoint, &trained, Some("Epoch 4/"));
    assert!(second[0].starts_with("Read from") && second[2].starts_with("Epoch 2/"), "{second:?}");
    assert!(!trained.exists());
    let last = run_program(&checkpoint, &trained, None);

    // Not `assert_eq`: it would print both files.
    assert!(std::fs::read(&trained).unwrap() == std::fs::read(path("whole")).unwrap());
    // The history, without the lines before it and without times.
    let history = |printed: &[String]| -> Vec<String> {
        let before = |line: &&String| !line.contains(": loss") && !line.starts_with("Read from");
        let epochs = printed.iter().filter(before);
        epochs.map(|line| line.split(", seconds").next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(history(&last).len(), 7);
    assert_eq!(history(&last), history(&whole));
}
