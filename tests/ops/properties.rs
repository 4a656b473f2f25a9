//! What holds for every operation: gradients add up, mistakes are named, dropout is a function of its
//! arguments.

use fashion::Error;
use fashion::dfdx::prelude::*;
use fashion::nn::ops::{
    self, Activation, Conv2dOptions, InstructionSet, Kernels, Padding, Pool2d, Source,
};

use super::support::*;

/// Gradients of the parameters and the input after `consumers` uses of the same tensors.
fn gradients(consumers: usize) -> Vec<Vec<f64>> {
    let x = images(&noise::<f64>(1, 2 * 6 * 6 * 2), 2, 6, 6, 2);
    let f = filters(&noise::<f64>(2, 3 * 3 * 2 * 3), (3, 3, 2, 3));
    let b = vector(&noise::<f64>(3, 3));
    let (w, c) = (matrix(&noise::<f64>(4, 12 * 4), 12, 4), vector(&noise::<f64>(5, 4)));
    let network = |x| {
        let pooled =
            Conv2dOptions { max_pool: Some(Pool2d::square(2)), ..Conv2dOptions::default() };
        let y = ops::flatten(ops::conv2d(x, &f, &b, pooled).expect("valid")).expect("valid");
        let y = ops::dense(y, &w, &c, Activation::Tanh, Source::Layer).expect("valid");
        ops::softmax_cross_entropy(y, &[3, 1]).expect("valid")
    };
    let mut loss = network(x.leaky_trace());
    for _ in 1..consumers {
        loss = loss + network(x.leaky_trace());
    }
    let g = loss.backward();
    vec![
        g.get(&x).as_vec(),
        g.get(&f).as_vec(),
        g.get(&b).as_vec(),
        g.get(&w).as_vec(),
        g.get(&c).as_vec(),
    ]
}

#[test]
fn gradients_of_several_consumers_add_up() {
    let (once, thrice) = (gradients(1), gradients(3));
    for (once, thrice) in once.iter().zip(&thrice) {
        assert!(once.iter().any(|g| *g != 0.0));
        for (once, thrice) in once.iter().zip(thrice) {
            assert!((3.0 * once - thrice).abs() < 1e-12, "{once} three times is not {thrice}");
        }
    }
}

#[test]
fn data_gets_no_gradient_and_parameters_get_the_same() {
    let run = |source| {
        let x = images(&noise::<f32>(1, 2 * 6 * 6), 2, 6, 6, 1);
        let f = filters(&noise::<f32>(2, 9 * 3), (3, 3, 1, 3));
        let b = vector(&[0.1, 0.2, 0.3]);
        let options = Conv2dOptions { source, ..Conv2dOptions::default() };
        let y = ops::conv2d(x.leaky_trace(), &f, &b, options).expect("valid");
        let mut g = backward(y, &noise::<f32>(3, 2 * 4 * 4 * 3));
        let input = g.get_or_alloc_mut(&x).expect("memory").iter().any(|&g| g != 0.0);
        (input, values(&g.get(&f)), values(&g.get(&b)))
    };
    let (data, layer) = (run(Source::Data), run(Source::Layer));
    assert!(!data.0 && layer.0);
    assert_eq!((data.1, data.2), (layer.1, layer.2));
}

#[test]
fn dropout_keeps_its_share_and_repeats_itself() {
    let ones = matrix(&vec![1f32; 100_000], 100, 1000);
    let draw = |seed, step| values(&ops::dropout(ones.clone(), 0.25, seed, step).expect("valid"));
    let first = draw(1, 1);
    assert_eq!(first, draw(1, 1));
    let kept = |y: &[f32]| y.iter().filter(|&&y| y != 0.0).count();
    assert!(first.iter().all(|&y| y == 0.0 || (y - 1.0 / 0.75).abs() < 1e-6));
    // Five standard deviations of a binomial count of 100,000 at 0.75 are 685.
    assert!(kept(&first).abs_diff(75_000) < 685, "{} kept", kept(&first));
    for other in [draw(1, 2), draw(2, 1), draw(2, 2)] {
        // Independent masks agree on 0.75 x 0.75 of the elements; equal or shifted ones on more.
        let both = first.iter().zip(&other).filter(|(a, b)| **a != 0.0 && **b != 0.0).count();
        assert!(both.abs_diff(56_250) < 785, "{both} kept by both");
    }
    // Neighbours are independent as well.
    let pairs = first.windows(2).filter(|w| w[0] != 0.0 && w[1] != 0.0).count();
    assert!(pairs.abs_diff(56_250) < 1000, "{pairs} neighbours kept");
}

/// The message of an error must contain all of `parts`.
fn says<T>(result: Result<T, Error>, parts: &[&str]) {
    let message = result.err().expect("an error").to_string();
    for part in parts {
        assert!(message.contains(part), "`{message}` does not say `{part}`");
    }
}

#[test]
fn mistakes_name_the_operation_and_both_shapes() {
    let (x, w) = (matrix(&[0f32; 6], 2, 3), matrix(&[0f32; 8], 4, 2));
    let b = vector(&[0f32; 2]);
    let linear = Activation::Linear;
    says(ops::dense(x.clone(), &w, &b, linear, Source::Layer), &["dense", "(2, 3)", "(4, 2)"]);
    let pictures = images(&[0f32; 2 * 4 * 5 * 3], 2, 4, 5, 3);
    let f = filters(&[0f32; 9 * 2 * 2], (3, 3, 2, 2));
    let default = Conv2dOptions::default();
    says(
        ops::conv2d(pictures.clone(), &f, &b, default),
        &["conv2d", "(2, 4, 5, 3)", "(3, 3, 2, 2)"],
    );
    let large = filters(&[0f32; 25 * 3 * 2], (5, 5, 3, 2));
    says(ops::conv2d(pictures.clone(), &large, &b, default), &["conv2d", "5", "4"]);
    let still = Conv2dOptions { stride: 0, padding: Padding::Same, ..default };
    says(ops::conv2d(pictures.clone(), &large, &b, still), &["conv2d", "stride"]);
    says(ops::max_pool2d(pictures.clone(), Pool2d::square(6)), &["pool2d", "(6, 6)", "(4, 5)"]);
    says(ops::average_pool2d(pictures, Pool2d::square(0)), &["Pool2d", "at least 1"]);
    says(ops::unflatten(x.clone(), (2, 2, 1)), &["unflatten", "2 x 2 x 1", "(2, 3)"]);
    says(ops::dropout(x.clone(), 1.0, 0, 0), &["dropout", "rate < 1", "1.0"]);
    says(ops::activate(x.clone(), Activation::LeakyRelu(-0.1)), &["LeakyRelu", "-0.1"]);
    says(
        ops::softmax_cross_entropy(x.clone(), &[1]),
        &["softmax_cross_entropy", "(2, 3)", "1 label"],
    );
    says(ops::cross_entropy(x.clone(), &[1, 3]), &["label", "below 3", "got 3"]);
    says(ops::cross_entropy_one_hot(x.clone(), &w), &["cross_entropy_one_hot", "(2, 3)", "(4, 2)"]);
    let wide: Tensor<(usize, usize), f32, Cpu> = b.broadcast_like::<_, Axis<0>>(&(3, 2));
    says(ops::activate(wide, linear), &["activate", "(3, 2)", "tensor_from_vec"]);
}

#[test]
fn a_path_that_the_processor_lacks_is_an_error() {
    let mut lacking = InstructionSet::ALL.into_iter().filter(|path| !path.is_available());
    assert!(InstructionSet::Portable.is_available());
    assert!(lacking.all(|path| Kernels::Force(path).path().is_err()));
}
