//! What must run in WebAssembly, where there are no threads and no clock: predictions of networks, and
//! the fit of support vector machines. `tests/wasm.rs` runs it there and here, and compares.

use fashion::Result;
use fashion::linfa::Dataset;
use fashion::ndarray::{Array1, Array2};
use fashion::nn::Sequential;
use fashion::svm::{Kernel, Svc};

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

/// Decision values of machines that are fitted here, of floats and of grey levels.
///
/// # Errors
/// None: the data are valid.
pub fn machines() -> Result<Vec<f64>> {
    let floats = noise(2, 60, 12);
    let levels = floats.mapv(|value| (value * 255.0) as u8);
    let labels: Array1<usize> = floats.rows().into_iter().map(|x| (x[0] * 3.0) as usize).collect();
    let params = Svc::params().c(10.0).kernel(Kernel::rbf(0.5));
    let of_floats = params.fit(&Dataset::new(floats.clone(), labels.clone()))?;
    let of_levels = params.fit(&Dataset::new(levels.clone(), labels))?;
    let decisions: [Array2<f64>; 2] =
        [of_floats.decision_function(&floats)?, of_levels.decision_function(&levels)?];
    Ok(decisions.into_iter().flatten().collect())
}

/// What the host calls in WebAssembly.
#[cfg(target_family = "wasm")]
mod exports {
    // Names that a host can call need an unsafe attribute; nothing here is dereferenced.
    #![allow(unsafe_code)]

    use std::cell::RefCell;

    thread_local! {
        static NUMBERS: RefCell<Vec<f64>> = const { RefCell::new(Vec::new()) };
    }

    /// Computes the numbers of part 0 (networks) or 1 (machines); gives how many there are, or -1.
    #[unsafe(no_mangle)]
    pub extern "C" fn compute(part: u32) -> i32 {
        let numbers = if part == 0 { super::networks() } else { super::machines() };
        let Ok(numbers) = numbers else { return -1 };
        let count = numbers.len();
        NUMBERS.set(numbers);
        i32::try_from(count).unwrap_or(-1)
    }

    /// One of the numbers.
    #[unsafe(no_mangle)]
    pub extern "C" fn number(index: u32) -> f64 {
        NUMBERS.with_borrow(|numbers| numbers.get(index as usize).copied().unwrap_or(f64::NAN))
    }

    fn no_seeds(_: &mut [u8]) -> Result<(), getrandom::Error> {
        Err(getrandom::Error::UNSUPPORTED)
    }
    getrandom::register_custom_getrandom!(no_seeds);
}
