//! What must run in WebAssembly, where there are no threads and no clock: predictions of networks, and
//! the fit of a support vector machine. `tests/wasm.rs` runs it there and here, and compares.

use fashion::Result;
use fashion::linfa::Dataset;
use fashion::ndarray::{Array1, Array2};
use fashion::nn::Sequential;

/// Numbers from 0 to 1 that look random and never change.
fn noise(seed: u64, rows: usize, columns: usize) -> Array2<f32> {
    Array2::from_shape_fn((rows, columns), |(row, column)| {
        let mut x = seed ^ ((row * columns + column) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) >> 40) as f32 / (1_u64 << 24) as f32
    })
}

/// Probabilities of a dense and of a convolutional network with every kind of layer.
///
/// # Errors
/// None: the networks are valid.
pub fn networks() -> Result<Vec<f64>> {
    let images = noise(1, 7, 144);
    let dense = Sequential::new([144]).dense(20).tanh().dropout(0.3).dense(10).softmax();
    let cnn = Sequential::new([12, 12, 1]).conv2d(16, 3).relu().conv2d(16, 3).same().relu();
    let cnn = cnn.max_pool2d(2).conv2d(4, 2).sigmoid().average_pool2d(2).permute([2, 0, 1]);
    let cnn = cnn.reshape([16]).leaky_relu(0.1).dropout(0.5).dense(10).softmax();
    let mut probabilities = Vec::new();
    for architecture in [dense, cnn] {
        let rows = architecture.build(5)?.predict_proba(&images)?;
        probabilities.extend(rows.iter().map(|&p| f64::from(p)));
    }
    Ok(probabilities)
}
