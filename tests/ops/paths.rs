//! Every path that this processor can run against the portable one in f64, and against itself with
//! other numbers of threads.

use fashion::Float;
use fashion::dfdx::prelude::*;
use fashion::nn::ops::{
    self, Activation, Conv2dOptions, InstructionSet, Kernels, Padding, Pool2d, Source,
};
use fashion::threads;

use super::support::*;

/// A convolution to try: image (n, h, w, c), filter (kh, kw), filters, options.
struct Case {
    images: (usize, usize, usize, usize),
    kernel: (usize, usize),
    filters: usize,
    options: Conv2dOptions,
}

/// The cases: the notebooks' own layers with few images, and what lies at the edges of each kernel.
fn cases() -> Vec<Case> {
    let relu = Conv2dOptions { activation: Activation::Relu, ..Conv2dOptions::default() };
    let pooled = Conv2dOptions { max_pool: Some(Pool2d::square(2)), ..relu };
    let same = Conv2dOptions { padding: Padding::Same, ..relu };
    let explicit = Padding::Explicit { top: 3, bottom: 1, left: 0, right: 2 };
    let case = |images, kernel, filters, options| Case { images, kernel, filters, options };
    vec![
        case((3, 28, 28, 1), (3, 3), 32, relu),
        case((2, 26, 26, 32), (3, 3), 64, pooled),
        case((3, 28, 28, 1), (10, 10), 5, same),
        case((2, 28, 28, 5), (10, 10), 5, same),
        case((3, 14, 14, 5), (5, 5), 16, relu),
        // Winograd with tiles that the image cuts, with padding, and with unequal sides.
        case((9, 7, 10, 16), (3, 3), 16, same),
        case((2, 5, 4, 32), (3, 3), 16, Conv2dOptions { padding: explicit, ..relu }),
        // Winograd with zeros behind the channels, behind the filters, behind both.
        case((2, 32, 26, 26), (3, 3), 64, pooled),
        case((2, 9, 7, 32), (3, 3), 27, Conv2dOptions { padding: explicit, ..relu }),
        case((9, 6, 10, 14), (3, 3), 30, same),
        // Filters that fill no whole vector; strides; filters as large as the image.
        case((2, 9, 8, 3), (3, 3), 7, Conv2dOptions { stride: 2, ..same }),
        case((2, 9, 11, 16), (4, 2), 33, Conv2dOptions { stride: 2, padding: explicit, ..relu }),
        case((2, 6, 6, 4), (6, 6), 10, pooled_off(relu)),
        case((1, 5, 5, 3), (1, 1), 1, relu),
        case((2, 8, 8, 2), (2, 5), 3, Conv2dOptions { padding: explicit, ..pooled }),
    ]
}

fn pooled_off(options: Conv2dOptions) -> Conv2dOptions {
    Conv2dOptions { max_pool: None, activation: Activation::Tanh, ..options }
}

/// Result and the gradients of images, filters and bias, on one path.
fn run<E: Float>(case: &Case, path: InstructionSet) -> Vec<Vec<E>>
where
    Cpu: Device<E>,
{
    let (n, height, width, channels) = case.images;
    let shape = (case.kernel.0, case.kernel.1, channels, case.filters);
    let x = images(&noise::<E>(1, n * height * width * channels), n, height, width, channels);
    let f = filters(&noise::<E>(2, shape.0 * shape.1 * shape.2 * shape.3), shape);
    let b = vector(&noise::<E>(3, case.filters));
    let options = Conv2dOptions { kernels: Kernels::Force(path), ..case.options };
    let y = ops::conv2d(x.leaky_trace(), &f, &b, options).expect("the case is valid");
    let result = values(&y);
    let g = backward(y, &noise::<E>(4, result.len()));
    vec![result, values(&g.get(&x)), values(&g.get(&f)), values(&g.get(&b))]
}

fn available() -> impl Iterator<Item = InstructionSet> {
    InstructionSet::ALL.into_iter().filter(|path| path.is_available())
}

#[test]
fn every_path_agrees_with_the_portable_one_in_f64() {
    for path in available() {
        let mut worst = [0f64; 4];
        for case in cases() {
            let reference = run::<f64>(&case, InstructionSet::Portable);
            let result = run::<f32>(&case, path);
            let parts = reference.iter().zip(&result).zip(&mut worst);
            for ((name, ((reference, result), worst)), _) in
                ["result", "images", "filters", "bias"].iter().zip(parts).zip(0..)
            {
                assert_eq!(reference.len(), result.len());
                let square = reference.iter().map(|r| r * r).sum::<f64>() / reference.len() as f64;
                let difference = reference.iter().zip(result);
                let largest =
                    difference.map(|(&r, &x)| (r - f64::from(x)).abs()).fold(0.0, f64::max);
                let error = largest / square.sqrt();
                *worst = worst.max(error * 1e6);
                assert!(
                    error < 1e-4,
                    "{path:?}, {:?} * {:?}, {}: error {error:e} of RMS",
                    case.images,
                    case.kernel,
                    name
                );
            }
        }
        println!(
            "{path:?}: largest errors relative to RMS (result, images, filters, bias) {worst:.1?}e-6"
        );
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    for path in available() {
        for case in cases() {
            let alone = run::<f32>(&case, path);
            for threads in [1, 2, 7] {
                let pooled =
                    threads::run_with(threads, || run::<f32>(&case, path)).expect("threads");
                assert!(alone == pooled, "{path:?}, {:?}, {threads} threads", case.images);
            }
        }
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits_in_a_dense_network() {
    // Large enough that the products are cut into shards.
    let (n, inputs, units) = (64, 2304, 128);
    let run = || {
        let x = matrix(&noise::<f32>(1, n * inputs), n, inputs);
        let w = matrix(&noise::<f32>(2, inputs * units), inputs, units);
        let b = vector(&noise::<f32>(3, units));
        let y = ops::dropout(x.leaky_trace(), 0.25, 1, 2).expect("valid");
        let y = ops::dense(y, &w, &b, Activation::Relu, Source::Layer).expect("valid");
        let labels: Vec<usize> = (0..n).map(|i| i % units).collect();
        let g = ops::softmax_cross_entropy(y, &labels).expect("valid").backward();
        [values(&g.get(&x)), values(&g.get(&w)), values(&g.get(&b))]
    };
    let alone = run();
    for threads in [1, 2, 7] {
        assert!(alone == threads::run_with(threads, run).expect("threads"), "{threads} threads");
    }
}
