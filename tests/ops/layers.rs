//! A network computes what its layers compute one by one, although it fuses some of them.

use fashion::dfdx::prelude::*;
use fashion::nn::layers::{Conv2dConfig, DenseConfig, Dropout, Flatten, MaxPool2d};
use fashion::nn::{
    Activation, Network, Optimizer, OptimizerState, Parameters, Pool2d, Sequential, ops,
};

use super::support::{matrix, noise, values};

fn architecture() -> Sequential {
    let images = Sequential::new([8, 8, 2]).conv2d(3, 3).relu().max_pool2d(2).flatten();
    images.dense(5).tanh().l2(0.01).dense(4).softmax()
}

/// Copies of the network's weights into a layer of one's own.
fn copy_weights(network: &Network<f64>, first: usize, layer: &mut dyn Parameters<f64>) {
    let all = network.parameters();
    for (from, to) in all[first..].iter().zip(layer.parameters_mut()) {
        to.tensor.values_mut().unwrap().copy_from_slice(from.tensor.values().unwrap());
    }
}

#[test]
fn a_fused_network_gives_the_numbers_and_gradients_of_its_layers() {
    let mut network = architecture().build_as::<f64>(3).unwrap();
    let mut settings = Conv2dConfig::new(3, 3);
    settings.weights.activation = Activation::Relu;
    let mut conv = settings.build::<f64>(2, 0).unwrap();
    let mut settings = DenseConfig::new(5);
    settings.weights.activation = Activation::Tanh;
    settings.weights.l2 = 0.01;
    let mut hidden = settings.build::<f64>(27, 0).unwrap();
    let mut output = DenseConfig::new(4).build::<f64>(5, 0).unwrap();
    copy_weights(&network, 0, &mut conv);
    copy_weights(&network, 2, &mut hidden);
    copy_weights(&network, 4, &mut output);

    let (x, labels) = (matrix(&noise::<f64>(1, 6 * 128), 6, 128), [0, 3, 2, 1, 1, 0]);
    let one_by_one = |x: ops::Matrix<f64, OwnedTape<f64, Cpu>>| {
        let images = ops::unflatten(x, (8, 8, 2)).unwrap();
        let pooled = MaxPool2d(Pool2d::square(2)).try_forward(conv.try_forward(images).unwrap());
        let rows = Flatten.try_forward(pooled.unwrap()).unwrap();
        output.try_forward(hidden.try_forward(rows).unwrap()).unwrap()
    };
    let logits = one_by_one(x.leaky_trace());
    let softmax = ops::activate(logits.with_empty_tape(), Activation::Softmax).unwrap();
    let fused = Module::try_forward(&network, x.clone()).unwrap();
    for (a, b) in values(&fused).into_iter().zip(values(&softmax)) {
        assert!((a - b).abs() < 1e-14, "{a} and {b}");
    }

    // One step of each, softmax fused with the loss on one side and not on the other.
    let mut gradients = ops::softmax_cross_entropy(logits, &labels).unwrap().backward();
    let of_layers: Vec<Vec<f64>> = [conv.parameters(), hidden.parameters(), output.parameters()]
        .into_iter()
        .flatten()
        .map(|p| p.tensor.gradient(&mut gradients).unwrap().clone())
        .collect();
    let outputs = network.try_forward_mut(x.leaky_trace()).unwrap();
    let mut gradients = ops::cross_entropy(outputs, &labels).unwrap().backward();
    for (parameter, expected) in network.parameters().into_iter().zip(&of_layers) {
        let got = parameter.tensor.gradient(&mut gradients).unwrap();
        for (got, expected) in got.iter().zip(expected) {
            assert!((got - expected).abs() < 1e-12, "{got} and {expected}");
        }
    }
    // The penalty is part of the step: w - lr (g + 2 λ w).
    let before: Vec<Vec<f64>> =
        network.parameters().iter().map(|p| p.tensor.values().unwrap().to_vec()).collect();
    let mut sgd = OptimizerState::new(Optimizer::sgd(0.5)).unwrap();
    sgd.step(&mut network, &mut gradients).unwrap();
    for ((parameter, before), g) in network.parameters().iter().zip(&before).zip(&of_layers) {
        for ((after, w), g) in parameter.tensor.values().unwrap().iter().zip(before).zip(g) {
            let expected = w - 0.5 * (g + 2.0 * parameter.l2 * w);
            assert!((after - expected).abs() < 1e-12, "{after} and {expected}");
        }
    }
}

#[test]
fn dropout_drops_in_training_only_and_anew_in_each_step() {
    let ones = matrix(&vec![1.0_f32; 4000], 40, 100);
    let mut layer = Dropout { rate: 0.25, seed: 7, step: 0 };
    assert_eq!(values(&Module::try_forward(&layer, ones.clone()).unwrap()), vec![1.0; 4000]);
    let mut drop = || values(&layer.try_forward_mut(ones.clone()).unwrap());
    let (first, second) = (drop(), drop());
    assert_ne!(first, second);
    for step in [first, second] {
        let kept = step.iter().filter(|&&value| value > 0.0).count();
        // Five standard deviations of a binomial with 4,000 draws.
        assert!((2863..=3137).contains(&kept), "{kept} of 4000");
        assert!(step.iter().all(|&value| value == 0.0 || value == 1.0 / 0.75));
    }

    let network = Sequential::new([100]).dropout(0.5).dense(3).softmax();
    let mut network = network.build(1).unwrap();
    let predicted = values(&Module::try_forward(&network, ones.clone()).unwrap());
    assert_eq!(predicted, values(&Module::try_forward(&network, ones.clone()).unwrap()));
    assert_ne!(predicted, values(&network.try_forward_mut(ones.clone()).unwrap()));
}
