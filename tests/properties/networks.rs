use fashion::Classifier;
use fashion::data::Augmentation;
use fashion::ndarray::Array2;
use fashion::nn::layers::Conv2dConfig;
use fashion::nn::{
    AdadeltaConfig, EarlyStopping, Initializer, LayerKind, Loss, Monitor, Optimizer, Padding,
    Pool2d, ReduceLrOnPlateau, Sequential, Training,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::absurd::{cases, count, dataset, few, float, single};

/// One step of the builder, with any arguments.
fn layer() -> impl Strategy<Value = (usize, usize, usize, f64)> {
    (0..18_usize, count(), count(), float())
}

fn add(network: Sequential, (what, a, b, x): (usize, usize, usize, f64)) -> Sequential {
    match what {
        0 | 1 => network.dense(a),
        2 => network.conv2d(a, b),
        3 => network.max_pool2d(a),
        4 => network.average_pool2d(a),
        5 => network.dropout(x),
        6 => network.flatten(),
        7 => network.reshape([a, b]),
        8 => network.permute([a, b]),
        9 => network.relu().l2(x),
        10 => network.leaky_relu(x),
        11 => network.same(),
        12 => network.strides(a),
        13 => network.named("twice"),
        // The rest of a large number is small, so that some of them fit.
        15 => network.layer(LayerKind::Conv2d(Conv2dConfig {
            stride: b,
            padding: Padding::Explicit { top: a % 7, bottom: b % 5, left: a, right: a ^ b },
            ..Conv2dConfig::new(1 + a % 3, 1)
        })),
        16 => network.layer(LayerKind::MaxPool2d(Pool2d { size: (1 + a % 2, 1), stride: (a, b) })),
        14 => network.bias_initializer(Initializer::Uniform { low: x, high: -x }),
        _ => network.softmax(),
    }
}

fn optimizer() -> impl Strategy<Value = Optimizer> {
    (0..5_usize, float(), float()).prop_map(|(which, rate, other)| match which {
        0 => Optimizer::sgd(rate),
        1 => Optimizer::nesterov(rate, other),
        2 => Optimizer::adam(rate),
        3 => Optimizer::rms_prop(rate),
        _ => Optimizer::Adadelta(AdadeltaConfig {
            lr: rate,
            rho: other,
            eps: other,
            ..AdadeltaConfig::default()
        }),
    })
}

fn training() -> impl Strategy<Value = Training> {
    let monitor = || select(vec![Monitor::Loss, Monitor::ValLoss, Monitor::ValAccuracy]);
    let loss = select(vec![Loss::CrossEntropy, Loss::CrossEntropyFromLogits]);
    let callbacks = (monitor(), float(), few(), float(), monitor(), few());
    let numbers = (few(), count(), float(), count(), loss, any::<bool>());
    (optimizer(), numbers, callbacks, vec(float(), 3)).prop_map(
        |(optimizer, numbers, callbacks, changes)| {
            let (epochs, batch, split, threads, loss, augment) = numbers;
            let (watch, factor, patience, min_delta, stop, stop_patience) = callbacks;
            let plateau = ReduceLrOnPlateau {
                monitor: watch,
                factor,
                patience,
                min_delta,
                ..Default::default()
            };
            let stopping =
                EarlyStopping { monitor: stop, patience: stop_patience, ..Default::default() };
            let training = Training::new()
                .verbose(false)
                .epochs(epochs)
                .batch_size(batch)
                .optimizer(optimizer);
            let training = training.validation_split(split).loss(loss).threads(threads.min(3));
            let training = training.reduce_lr_on_plateau(plateau).early_stopping(stopping);
            let change =
                Augmentation::new().shift(changes[0]).rotation(changes[1]).zoom(changes[2]);
            if augment { training.augment(change) } else { training }
        },
    )
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_stack_of_layers(input in vec(count(), 0..4), layers in vec(layer(), 0..6)) {
        let network = layers.into_iter().fold(Sequential::new(input), add);
        let (shapes, parameters) = (network.shapes(), network.n_parameters());
        prop_assert_eq!(shapes.is_ok(), parameters.is_ok());
        prop_assert_eq!(shapes.is_ok(), network.summary().is_ok());
        prop_assert!(!network.to_string().is_empty());
        if parameters.as_ref().is_ok_and(|&count| count < 1_000_000)
            && let Ok(built) = network.build(1)
        {
            prop_assert_eq!(built.n_parameters(), parameters.unwrap());
            prop_assert_eq!(shapes.unwrap().last().map(|shape| shape.iter().product()), Some(built.n_classes()));
            if built.n_features() < 1_000 && built.n_classes() < 1_000 {
                let samples = Array2::zeros((2, built.n_features()));
                // Weights may be too large for their sums: then there is no answer.
                if let Ok(outputs) = built.predict_proba(&samples) {
                    prop_assert_eq!(outputs.dim(), (2, built.n_classes()));
                    prop_assert!(outputs.row(0) == outputs.row(1));
                }
            }
        }
    }

    #[test]
    fn networks_too_large_for_any_memory_are_refused(units in (1_usize << 34)..usize::MAX) {
        prop_assert!(Sequential::new([784]).dense(units).dense(10).build(1).is_err());
        prop_assert!(Sequential::new([28, 28, 1]).conv2d(units, 3).flatten().dense(10).build(1).is_err());
    }

    #[test]
    fn any_training_of_any_data(training in training(), data in dataset(), features in 0..5_usize) {
        let layers = Sequential::new([features]).dense(3).tanh().dense(3);
        if let Ok(mut network) = layers.build(1) {
            let data = single(&data);
            for history in [network.fit(&data, &training), network.fit_validated(&data, &data, &training)] {
                prop_assert!(history.map_or(true, |history| history.epochs.len() <= 3));
            }
            let samples = data.records.nrows();
            let fits = samples > 0 && data.records.ncols() == features;
            prop_assert!(fits || network.evaluate(&data).is_err());
            if let Ok(evaluation) = network.evaluate(&data) {
                prop_assert!((0.0..=1.0).contains(&evaluation.accuracy), "{:?}", evaluation);
            }
            if let Ok(predicted) = network.predict(&data.records) {
                prop_assert!(predicted.len() == samples && predicted.iter().all(|&class| class < 3));
                prop_assert_eq!(network.predict_proba(&data.records).unwrap().dim(), (samples, 3));
            }
        }
    }

    #[test]
    fn any_name_of_a_layer(name in ".*") {
        let network = Sequential::new([2]).dense(2).named(name.clone()).build(1);
        if let Ok(mut network) = network {
            prop_assert!(network.weights(&name).is_ok());
            let wrong = fashion::ndarray::ArrayD::<f32>::zeros(fashion::ndarray::IxDyn(&[3]));
            prop_assert!(network.set_weights(&name, &wrong).is_err());
            prop_assert!(network.filters(&name).is_err() && network.weights("no such layer").is_err());
        }
    }
}
