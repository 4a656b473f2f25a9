//! Networks built at run time on dfdx.
//!
//! [`Sequential`] says which layers, [`Training`] says how to train, [`Network`] is what is trained:
//!
//! ```no_run
//! use fashion::data::FashionMnist;
//! use fashion::nn::{Optimizer, Sequential, Training};
//!
//! # fn main() -> fashion::Result<()> {
//! let data = FashionMnist::load()?;
//! let (train, test) = (data.train.dataset::<f32>(), data.test.dataset::<f32>());
//!
//! let architecture = Sequential::new([28, 28, 1])
//!     .conv2d(32, 3).relu()
//!     .max_pool2d(2)
//!     .flatten()
//!     .dense(128).relu().l2(1e-4)
//!     .dense(10).softmax();
//! println!("{architecture}");
//!
//! let mut network = architecture.build(1)?;
//! let training = Training::new().epochs(5).batch_size(64).optimizer(Optimizer::adam(1e-3));
//! let history = network.fit_validated(&train, &test, &training)?;
//! println!("{history}{}", network.evaluate(&test)?);
//! network.save("cnn.safetensors")?;
//! # Ok(())
//! # }
//! ```
//!
//! [`NetworkParams`] is the same as a linfa estimator. The operations beneath stand in [`ops`].

mod callbacks;
mod checkpoint;
mod element;
mod file;
mod fit;
mod forward;
mod history;
mod infer;
mod initializer;
mod layer;
mod loss;
mod network;
pub mod ops;
mod optimizer;
mod params;
mod sequential;
mod tensor;
mod training;

pub use callbacks::{EarlyStopping, Monitor, ReduceLrOnPlateau};
pub use dfdx::optim::{AdamConfig, Momentum, RMSpropConfig, SgdConfig, WeightDecay};
pub use element::Element;
pub use history::{Epoch, History};
pub use infer::Evaluation;
pub use initializer::Initializer;
pub(crate) use layer::activation_name;
pub use layer::{Layer, LayerKind, WeightSettings};
pub use loss::Loss;
pub use network::Network;
pub use ops::{Activation, Padding, Pool2d};
pub use optimizer::{AdadeltaConfig, Optimizer, OptimizerState};
pub use params::{NetworkParams, NetworkValidParams};
pub use sequential::Sequential;
pub use training::Training;

/// Σ x², in eight sums that are added up in a fixed order.
pub(crate) fn sum_of_squares<E: crate::Float>(values: &[E]) -> f64 {
    let (rows, rest) = values.as_chunks::<8>();
    let mut sums = [E::zero(); 8];
    for row in rows {
        sums.iter_mut().zip(row).for_each(|(sum, &x)| *sum += x * x);
    }
    let rest: E = rest.iter().map(|&x| x * x).sum();
    infer::to_f64(rest) + sums.into_iter().map(infer::to_f64).sum::<f64>()
}
