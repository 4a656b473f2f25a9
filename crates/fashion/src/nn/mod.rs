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

mod batch;
mod element;
mod file;
mod history;
mod infer;
mod initializer;
mod layer;
pub mod layers;
mod loss;
mod network;
pub mod ops;
mod optimizer;
mod optimizer_state;
mod parameters;
mod params;
mod perceptron;
mod sequential;
mod shapes;
mod sums;
mod tape;
mod tensor;
mod train;

pub use dfdx::optim::{AdamConfig, Momentum, RMSpropConfig, SgdConfig, WeightDecay};
pub use element::Element;
pub use fashion_kernels::activation::Activation;
pub use fashion_kernels::window::{Padding, Pool2d};
pub(crate) use file::difference;
pub use history::{Epoch, History};
pub use infer::Evaluation;
#[doc(hidden)]
pub use infer::Infer;
pub use initializer::Initializer;
pub use layer::{Layer, LayerKind};
pub(crate) use layers::settings::activation_name;
pub use layers::{Settings, WeightSettings};
pub use loss::Loss;
pub use network::Network;
pub use optimizer::{AdadeltaConfig, Optimizer};
pub use optimizer_state::OptimizerState;
pub use parameters::{Parameter, ParameterMut, Parameters, Weight};
pub use params::{NetworkParams, NetworkValidParams};
pub use perceptron::{MlpClassifier, MlpParams, MlpValidParams};
pub use sequential::Sequential;
pub use train::{EarlyStopping, Monitor, ReduceLrOnPlateau, Train, Training};
