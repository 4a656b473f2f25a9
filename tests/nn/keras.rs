//! Update rules and whole trainings against Keras'.

use std::collections::BTreeMap;

use fashion::dfdx::optim::Optimizer as _;
use fashion::dfdx::prelude::{Cpu, Gradients, Rank1, Tensor, TensorFrom as _};
use fashion::linfa::Dataset;
use fashion::ndarray::{Array1, Array2, ArrayD, IxDyn};
use fashion::nn::{
    AdamConfig, Loss, Momentum, Optimizer, OptimizerState, RMSpropConfig, Sequential, SgdConfig,
    Training, WeightDecay,
};
use serde::Deserialize;
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
