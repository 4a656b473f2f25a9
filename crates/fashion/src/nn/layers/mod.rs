//! The layers of networks, one file each: settings, output shape, weights as dfdx tensors, the dfdx
//! `Module` and the operation beneath it, from its formula to its gradient.
//!
//! Each is usable in a plain dfdx program:
//!
//! ```
//! use fashion::dfdx::prelude::*;
//! use fashion::nn::layers::DenseConfig;
//! use fashion::nn::{Optimizer, OptimizerState, ops};
//!
//! let dev = Cpu::default();
//! let x = dev.tensor_from_vec(vec![0.0_f32, 1.0, 1.0, 0.0], (2, 2));
//! let mut layer = DenseConfig::new(3).build(2, 1)?;
//! let mut adam = OptimizerState::new(Optimizer::adam(0.1))?;
//! for _ in 0..50 {
//!     let logits = layer.try_forward(x.leaky_trace())?;
//!     let mut gradients = ops::softmax_cross_entropy(logits, &[2, 0])?.backward();
//!     adam.step(&mut layer, &mut gradients)?;
//! }
//! let outputs = layer.try_forward(x)?;
//! assert!(outputs[[0, 2]] > outputs[[0, 0]] && outputs[[1, 0]] > outputs[[1, 2]]);
//! # Ok::<(), fashion::Error>(())
//! ```
//!
//! dfdx's own optimisers cannot take these layers: they want a `TensorCollection`, whose tensors have
//! shapes that are constant at compile time. The other way round works: [`OptimizerState`] implements
//! dfdx's `Optimizer` for dfdx's own models.
//!
//! [`OptimizerState`]: super::OptimizerState

pub(super) mod activation;
pub(super) mod conv2d;
pub(super) mod dense;
pub(super) mod dropout;
pub(super) mod pool;
pub(crate) mod settings;
pub(super) mod shape;

pub use activation::Activate;
pub use conv2d::{Conv2d, Conv2dConfig, Conv2dOptions};
pub use dense::{Dense, DenseConfig};
pub use dropout::{Dropout, DropoutConfig};
pub use pool::{AveragePool2d, MaxPool2d};
pub use settings::{Settings, WeightSettings};
pub use shape::{Flatten, Permute, PermuteConfig, Reshape};
