//! Every operation's gradient against finite differences in f64.

use fashion::dfdx::prelude::*;
use fashion::nn::ops::{self, Activation, Conv2dOptions, Padding, Pool2d, Source};

use super::support::*;

/// The worst relative error that any gradient may have.
const TOLERANCE: f64 = 1e-6;

/// Checks the gradients that `loss` returns (value, one gradient per input) at `inputs`.
///
/// Numerical derivatives are central differences of fourth order. The error of an element is relative
/// to the larger of its two values, or to a hundredth of the largest gradient if that is larger: below
/// it, differences are rounding.
fn check(
    name: &str,
    mut inputs: Vec<Vec<f64>>,
    loss: impl Fn(&[Vec<f64>]) -> (f64, Vec<Vec<f64>>),
) {
    const STEP: f64 = 1e-4;
    let (_, gradients) = loss(&inputs);
    let mut worst: f64 = 0.0;
    for input in 0..inputs.len() {
        let largest = gradients[input].iter().fold(0.0, |m: f64, g| m.max(g.abs()));
        assert!(largest > 0.0, "{name}: input {input} has no gradient at all");
        for element in 0..inputs[input].len() {
            let original = inputs[input][element];
            let mut at = |offset: f64| {
                inputs[input][element] = original + offset * STEP;
                let value = loss(&inputs).0;
                inputs[input][element] = original;
                value
            };
            let numerical = (8.0 * (at(1.0) - at(-1.0)) - (at(2.0) - at(-2.0))) / (12.0 * STEP);
            let exact = gradients[input][element];
            let scale = numerical.abs().max(exact.abs()).max(largest / 100.0);
            worst = worst.max((numerical - exact).abs() / scale);
        }
    }
    println!("{name}: worst relative error {worst:.1e}");
    assert!(worst < TOLERANCE, "{name}: worst relative error {worst:e}");
}

/// sum(y * w) for a fixed w, and the tape's gradients.
fn weigh<S: Shape>(y: Traced<S>) -> (f64, Gradients<f64, Cpu>) {
    let w: Vec<f64> = noise(99, y.shape().num_elements());
    let value = values(&y).iter().zip(&w).map(|(y, w)| y * w).sum();
    (value, backward(y, &w))
}

const ACTIVATIONS: [Activation; 6] = [
    Activation::Linear,
    Activation::Relu,
    Activation::LeakyRelu(0.3),
    Activation::Sigmoid,
    Activation::Tanh,
    Activation::Softmax,
];

#[test]
fn activations() {
    for activation in ACTIVATIONS {
        check(&format!("activate {activation:?}"), vec![noise(1, 12)], |inputs| {
            let x = matrix(&inputs[0], 3, 4);
            let (value, gradients) =
                weigh(ops::activate(x.leaky_trace(), activation).expect("valid"));
            (value, vec![gradients.get(&x).as_vec()])
        });
    }
}

#[test]
fn dense() {
    for activation in ACTIVATIONS {
        let inputs = vec![noise(1, 5 * 4), noise(2, 4 * 3), noise(3, 3)];
        check(&format!("dense {activation:?}"), inputs, |inputs| {
            let (x, w, b) =
                (matrix(&inputs[0], 5, 4), matrix(&inputs[1], 4, 3), vector(&inputs[2]));
            let y = ops::dense(x.leaky_trace(), &w, &b, activation, Source::Layer).expect("valid");
            let (value, g) = weigh(y);
            (value, vec![g.get(&x).as_vec(), g.get(&w).as_vec(), g.get(&b).as_vec()])
        });
    }
}

#[test]
fn convolutions() {
    let explicit = Padding::Explicit { top: 2, bottom: 0, left: 1, right: 3 };
    let pool = Some(Pool2d::square(2));
    let overlapping = Some(Pool2d { size: (3, 2), stride: (2, 1) });
    let linear = Activation::Linear;
    for (kernel, stride, padding, activation, max_pool) in [
        ((3, 3), 1, Padding::Valid, linear, None),
        ((3, 3), 1, Padding::Same, Activation::Relu, pool),
        ((3, 3), 2, Padding::Same, Activation::Tanh, None),
        ((4, 2), 1, Padding::Same, Activation::LeakyRelu(0.2), overlapping),
        ((2, 3), 2, explicit, Activation::Sigmoid, None),
        ((1, 1), 1, Padding::Valid, Activation::Softmax, pool),
        ((5, 5), 1, explicit, linear, pool),
    ] {
        let options =
            Conv2dOptions { stride, padding, activation, max_pool, ..Conv2dOptions::default() };
        let name =
            format!("conv2d {kernel:?} stride {stride} {padding:?} {activation:?} {max_pool:?}");
        let shape = (kernel.0, kernel.1, 2, 3);
        let size = kernel.0 * kernel.1 * 2 * 3;
        let inputs = vec![noise(1, 2 * 6 * 5 * 2), noise(2, size), noise(3, 3)];
        check(&name, inputs, |inputs| {
            let (x, f, b) =
                (images(&inputs[0], 2, 6, 5, 2), filters(&inputs[1], shape), vector(&inputs[2]));
            let (value, g) = weigh(ops::conv2d(x.leaky_trace(), &f, &b, options).expect("valid"));
            (value, vec![g.get(&x).as_vec(), g.get(&f).as_vec(), g.get(&b).as_vec()])
        });
    }
}

#[test]
fn pools() {
    for pool in [Pool2d::square(2), Pool2d { size: (2, 3), stride: (1, 2) }] {
        for average in [false, true] {
            check(
                &format!("pool, average: {average}, {pool:?}"),
                vec![noise(5, 2 * 5 * 6 * 3)],
                |inputs| {
                    let x = images(&inputs[0], 2, 5, 6, 3);
                    let run = if average { ops::average_pool2d } else { ops::max_pool2d };
                    let (value, g) = weigh(run(x.leaky_trace(), pool).expect("valid"));
                    (value, vec![g.get(&x).as_vec()])
                },
            );
        }
    }
}

#[test]
fn flatten_and_dropout() {
    check("flatten, dropout, unflatten", vec![noise(1, 2 * 3 * 3 * 2)], |inputs| {
        let x = images(&inputs[0], 2, 3, 3, 2);
        let rows = ops::flatten(x.leaky_trace()).expect("valid");
        let rows = ops::dropout(rows, 0.4, 3, 7).expect("valid");
        let (value, g) = weigh(ops::unflatten(rows, (3, 2, 3)).expect("valid"));
        (value, vec![g.get(&x).as_vec()])
    });
}

#[test]
fn losses() {
    let labels = [2, 0, 1, 1];
    let targets: Vec<f64> = noise::<f64>(8, 12).iter().map(|t| t.abs()).collect();
    let probabilities: Vec<f64> = noise::<f64>(9, 12).iter().map(|p| 0.1 + 0.8 * p.abs()).collect();
    type Loss = fn(Traced<(usize, usize)>, &[usize], &[f64]) -> Traced<Rank0>;
    let losses: [(&str, Loss); 5] = [
        ("softmax_cross_entropy", |x, labels, _| {
            ops::softmax_cross_entropy(x, labels).expect("valid")
        }),
        ("softmax_cross_entropy_one_hot", |x, _, t| {
            ops::softmax_cross_entropy_one_hot(x, &matrix(t, 4, 3)).expect("valid")
        }),
        ("cross_entropy", |x, labels, _| ops::cross_entropy(x, labels).expect("valid")),
        ("cross_entropy_one_hot", |x, _, t| {
            ops::cross_entropy_one_hot(x, &matrix(t, 4, 3)).expect("valid")
        }),
        ("squared_hinge", |x, labels, _| ops::squared_hinge(x, labels).expect("valid")),
    ];
    for (name, loss) in losses {
        let any_number = name.starts_with("softmax") || name == "squared_hinge";
        let input = if any_number { noise(4, 12) } else { probabilities.clone() };
        check(name, vec![input], |inputs| {
            let x = matrix(&inputs[0], 4, 3);
            let y = loss(x.leaky_trace(), &labels, &targets);
            let value = y.array();
            (value, vec![y.backward().get(&x).as_vec()])
        });
    }
}
