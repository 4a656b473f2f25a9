//! Differentiable operations on dfdx tensors with run-time shapes, for `f32` and `f64`.
//!
//! They stand in the files of the [layers](super::layers) that they belong to.
//!
//! Each operation is a plain function: it takes its input with the tape `T` that the input carries,
//! its parameters without one, and gives its result with the tape, on which it has recorded how
//! gradients flow back. With dfdx's `NoneTape` it records nothing. Gradients are *added* to what a tensor's
//! gradient already holds, so a tensor may have any number of consumers.
//!
//! | shape | type | layout |
//! |---|---|---|
//! | (features) | [`Vector`] | |
//! | (samples, features) | [`Matrix`] | row by row |
//! | (samples, height, width, channels) | [`ImageBatch`] | NHWC, Keras' `channels_last` |
//! | (kernel height, kernel width, channels in, channels out) | [`Filters`] | HWIO, as Keras stores them |
//! | () | [`Scalar`] | a loss; `loss.backward()` gives the gradients |
//!
//! Results are the same bit for bit for any number of threads: work is cut into shards whose size
//! depends on the shapes alone, and sums run over them in order. An operation uses the threads of the
//! pool that it is called in ([`crate::threads::run`]), and outside of any pool only its own thread.
//!
//! ```
//! use fashion::dfdx::prelude::*;
//! use fashion::nn::ops::{self, Activation, Source};
//!
//! let dev = Cpu::default();
//! let x = dev.tensor_from_vec(vec![1.0, 2.0, 3.0, 4.0], (2, 2));
//! let weights = dev.tensor_from_vec(vec![0.1, 0.2, 0.3, 0.4, 0.5, 0.6], (2, 3));
//! let bias = dev.tensor_from_vec(vec![0.0; 3], (3,));
//! let logits =
//!     ops::dense(x.leaky_traced(), &weights, &bias, Activation::Linear, Source::Data)?;
//! let loss = ops::softmax_cross_entropy(logits, &[2, 0])?;
//! let gradients = loss.backward();
//! assert_eq!(gradients.get(&weights).as_vec().len(), 6);
//! # Ok::<(), fashion::Error>(())
//! ```

#[doc(inline)]
pub use super::layers::Conv2dOptions;
pub use super::layers::activation::activate;
pub use super::layers::conv2d::conv2d;
pub use super::layers::dense::dense;
pub use super::layers::dropout::dropout;
pub use super::layers::pool::{average_pool2d, max_pool2d};
pub use super::layers::shape::{flatten, permute, unflatten};
pub use super::loss::{
    cross_entropy, cross_entropy_one_hot, softmax_cross_entropy, softmax_cross_entropy_one_hot,
    squared_hinge,
};
pub use super::shapes::{Filters, ImageBatch, Matrix, Scalar, Source, Vector};
pub use fashion_kernels::activation::Activation;
pub use fashion_kernels::path::{InstructionSet, Kernels};
pub use fashion_kernels::window::{Padding, Pool2d};
