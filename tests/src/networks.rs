//! A small network and data that it can learn, for several tests.

use fashion::linfa::Dataset;
use fashion::ndarray::{Array1, Array2, Ix1};
use fashion::nn::Sequential;

/// Images of 8 x 8 whose class is which third is brightest; the same ones every time.
pub fn learnable(count: usize) -> Dataset<f32, usize, Ix1> {
    let mut state = 1u64;
    let mut uniform = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1u64 << 24) as f32
    };
    let classes: Array1<usize> = (0..count).map(|index| index * 7 % 3).collect();
    let images = Array2::from_shape_fn((count, 64), |(index, pixel)| {
        let bright = pixel / 8 / 3 == classes[index];
        0.6 * uniform() + if bright { 0.4 } else { 0.0 }
    });
    Dataset::new(images, classes)
}

/// Convolution, pooling, dropout, L2: every kind of state that a fit has.
pub fn small_cnn() -> Sequential {
    let network = Sequential::new([8, 8, 1]).conv2d(4, 3).relu().max_pool2d(2).dropout(0.2);
    network.flatten().dense(16).relu().l2(1e-3).dropout(0.3).dense(3).softmax()
}
