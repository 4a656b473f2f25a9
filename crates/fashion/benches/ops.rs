//! Single operations, forward and backward, at the sizes of the notebooks' networks, on every path.
//!
//! ```text
//! cargo bench -p fashion --bench ops
//! ```

use std::hint::black_box;
use std::time::Instant;

use criterion::{Criterion, criterion_group, criterion_main};
use fashion::dfdx::prelude::*;
use fashion::nn::ops::{
    self, Activation, Conv2dOptions, InstructionSet, Kernels, Padding, Pool2d, Source,
};
use fashion::threads;

/// Numbers between -1 and 1.
fn noise(count: usize) -> Vec<f32> {
    (0..count).map(|i| ((i * 7919 % 2003) as f32 / 1001.5) - 1.0).collect()
}

/// One convolution with its gradients.
fn convolution(
    images: (usize, usize, usize, usize),
    kernel: usize,
    filters: usize,
    options: Conv2dOptions,
) -> impl Fn() + Send + Sync {
    let shape = (kernel, kernel, images.3, filters);
    let x = noise(images.0 * images.1 * images.2 * images.3);
    let f = noise(shape.0 * shape.1 * shape.2 * shape.3);
    move || {
        let dev = Cpu::default();
        let x = dev.tensor_from_vec(x.clone(), images);
        let f = dev.tensor_from_vec(f.clone(), shape);
        let b = dev.tensor_from_vec(vec![0.0; filters], (filters,));
        let y = ops::conv2d(x.leaky_traced(), &f, &b, options).expect("the sizes fit");
        let n = images.0;
        let rows = ops::flatten(y).expect("stored in order");
        let labels = vec![0; n];
        black_box(ops::softmax_cross_entropy(rows, &labels).expect("one per row").backward());
    }
}

fn convolutions(c: &mut Criterion) {
    let relu = Conv2dOptions { activation: Activation::Relu, ..Conv2dOptions::default() };
    let pooled = Conv2dOptions { max_pool: Some(Pool2d::square(2)), ..relu };
    let same = Conv2dOptions { padding: Padding::Same, ..relu };
    let first = Conv2dOptions { source: Source::Data, ..relu };
    for path in InstructionSet::ALL.into_iter().filter(|path| path.is_available()) {
        let mut group = c.benchmark_group(path.name());
        group.sample_size(10);
        for (name, images, kernel, filters, options) in [
            ("3x3, 1 to 32 filters", (64, 28, 28, 1), 3, 32, first),
            ("3x3, 32 to 64 filters, pool", (64, 26, 26, 32), 3, 64, pooled),
            ("10x10 same, 5 to 5 filters", (32, 28, 28, 5), 10, 5, same),
        ] {
            let options = Conv2dOptions { kernels: Kernels::Force(path), ..options };
            let step = convolution(images, kernel, filters, options);
            group.bench_function(name, |b| {
                b.iter_custom(|rounds| {
                    let run = || {
                        let start = Instant::now();
                        (0..rounds).for_each(|_| step());
                        start.elapsed()
                    };
                    threads::run(run).expect("threads")
                })
            });
        }
    }
}

fn dense(c: &mut Criterion) {
    for (n, inputs, units) in [(32, 784, 64), (64, 9216, 128)] {
        let (x, w) = (noise(n * inputs), noise(inputs * units));
        c.bench_function(&format!("dense {n} x {inputs} x {units}"), |b| {
            b.iter(|| {
                let dev = Cpu::default();
                let x = dev.tensor_from_vec(x.clone(), (n, inputs));
                let w = dev.tensor_from_vec(w.clone(), (inputs, units));
                let bias = dev.tensor_from_vec(vec![0.0; units], (units,));
                let y = ops::dense(x.leaky_traced(), &w, &bias, Activation::Relu, Source::Layer)
                    .expect("the sizes fit");
                let loss = ops::softmax_cross_entropy(y, &vec![0; n]).expect("one per row");
                black_box(loss.backward())
            })
        });
    }
}

criterion_group!(benches, convolutions, dense);
criterion_main!(benches);
