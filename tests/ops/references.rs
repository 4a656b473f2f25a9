//! Results and gradients against Keras and PyTorch (`fixtures/ops/generate.py`).

use fashion::dfdx::prelude::*;
use fashion::nn::ops::{
    self, Activation, Conv2dOptions, InstructionSet, Kernels, Padding, Pool2d, Source,
};
use serde::Deserialize;

use super::support::*;

/// The largest difference, relative to the largest element of what is compared (at least 1).
const TOLERANCE: f32 = 1e-5;

#[derive(Deserialize)]
struct Fixture {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    options: Options,
    inputs: Vec<Array>,
    result: Vec<f32>,
    arriving: Vec<f32>,
    gradients: Vec<Vec<f32>>,
}

#[derive(Deserialize)]
struct Array {
    shape: Vec<usize>,
    values: Vec<f32>,
}

#[derive(Deserialize, Debug, Default)]
#[serde(default)]
struct Options {
    stride: usize,
    size: usize,
    padding: String,
    explicit: Option<(usize, usize)>,
    activation: String,
    pool: usize,
    labels: Vec<usize>,
}

impl Options {
    fn activation(&self) -> Activation {
        match self.activation.as_str() {
            "linear" => Activation::Linear,
            "relu" => Activation::Relu,
            // The default of Keras' function.
            "leaky_relu" => Activation::LeakyRelu(0.2),
            "sigmoid" => Activation::Sigmoid,
            "tanh" => Activation::Tanh,
            "softmax" => Activation::Softmax,
            other => panic!("the fixture has an unknown activation {other}"),
        }
    }

    fn conv2d(&self, path: InstructionSet) -> Conv2dOptions {
        let padding = match (self.explicit, self.padding.as_str()) {
            (Some((top, left)), _) => Padding::Explicit { top, bottom: top, left, right: left },
            (None, "same") => Padding::Same,
            (None, _) => Padding::Valid,
        };
        Conv2dOptions {
            stride: self.stride,
            padding,
            activation: self.activation(),
            max_pool: (self.pool > 0).then(|| Pool2d::square(self.pool)),
            source: Source::Layer,
            kernels: Kernels::Force(path),
        }
    }
}

fn four(array: &Array) -> Tensor<(usize, usize, usize, usize), f32, Cpu> {
    let s = &array.shape;
    filters(&array.values, (s[0], s[1], s[2], s[3]))
}

fn two(array: &Array) -> Tensor<(usize, usize), f32, Cpu> {
    matrix(&array.values, array.shape[0], array.shape[1])
}

/// Result and gradients of a case.
fn run(case: &Case, path: InstructionSet) -> (Vec<f32>, Vec<Vec<f32>>) {
    let Case { options, inputs, .. } = case;
    match case.name.as_str() {
        "conv2d" => {
            let (x, f, b) = (four(&inputs[0]), four(&inputs[1]), vector(&inputs[2].values));
            let y = ops::conv2d(x.leaky_trace(), &f, &b, options.conv2d(path)).expect("valid");
            let (result, g) = (values(&y), backward(y, &case.arriving));
            (result, vec![values(&g.get(&x)), values(&g.get(&f)), values(&g.get(&b))])
        }
        "dense" => {
            let (x, w, b) = (two(&inputs[0]), two(&inputs[1]), vector(&inputs[2].values));
            let activation = options.activation();
            let y = ops::dense(x.leaky_trace(), &w, &b, activation, Source::Layer).expect("valid");
            let (result, g) = (values(&y), backward(y, &case.arriving));
            (result, vec![values(&g.get(&x)), values(&g.get(&w)), values(&g.get(&b))])
        }
        "max_pool2d" | "average_pool2d" => {
            let x = four(&inputs[0]);
            let (size, stride) = (options.size, options.stride);
            let pool = Pool2d { size: (size, size), stride: (stride, stride) };
            let average = case.name == "average_pool2d";
            let run = if average { ops::average_pool2d } else { ops::max_pool2d };
            let y = run(x.leaky_trace(), pool).expect("valid");
            let (result, g) = (values(&y), backward(y, &case.arriving));
            (result, vec![values(&g.get(&x))])
        }
        loss => {
            let x = two(&inputs[0]);
            let (n, classes) = *x.shape();
            let mut one_hot = vec![0.0; n * classes];
            options.labels.iter().enumerate().for_each(|(i, l)| one_hot[i * classes + l] = 1.0);
            let (traced, targets) = (x.leaky_trace(), matrix(&one_hot, n, classes));
            let y = match loss {
                "softmax_cross_entropy" => ops::softmax_cross_entropy(traced, &options.labels),
                "cross_entropy" => ops::cross_entropy(traced, &options.labels),
                "softmax_cross_entropy_one_hot" => {
                    ops::softmax_cross_entropy_one_hot(traced, &targets)
                }
                "squared_hinge" => ops::squared_hinge(traced, &options.labels),
                "cross_entropy_one_hot" => ops::cross_entropy_one_hot(traced, &targets),
                other => panic!("the fixture has an unknown operation {other}"),
            };
            let y = y.expect("valid");
            let result = vec![y.array()];
            (result, vec![values(&y.backward().get(&x))])
        }
    }
}

#[test]
fn every_operation_agrees_with_keras_and_pytorch() {
    let fixture: Fixture = tests::fixture("ops/ops.json");
    for case in &fixture.cases {
        for path in InstructionSet::ALL.into_iter().filter(|path| path.is_available()) {
            let (result, gradients) = run(case, path);
            compare(case, path, "result", &result, &case.result);
            assert_eq!(gradients.len(), case.gradients.len());
            for (input, (got, expected)) in gradients.iter().zip(&case.gradients).enumerate() {
                compare(case, path, &format!("gradient of input {input}"), got, expected);
            }
        }
    }
}

fn compare(case: &Case, path: InstructionSet, what: &str, got: &[f32], expected: &[f32]) {
    assert_eq!(got.len(), expected.len(), "{} {what}", case.name);
    let largest = expected.iter().fold(1f32, |m, e| m.max(e.abs()));
    let differences = got.iter().zip(expected).map(|(g, e)| (g - e).abs() / largest);
    let worst = differences.fold(0.0, f32::max);
    assert!(
        worst <= TOLERANCE,
        "{} {:?} on {path:?}, {what}: {worst:e} from the reference",
        case.name,
        case.options
    );
}
