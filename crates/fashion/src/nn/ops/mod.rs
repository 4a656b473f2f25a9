//! Differentiable operations on dfdx tensors with run-time shapes, for `f32` and `f64`.
//!
//! Each operation is a plain function: it takes its input with the tape `T` that the input carries,
//! its parameters without one, and gives its result with the tape, on which it has recorded how
//! gradients flow back. With [`NoneTape`] it records nothing. Gradients are *added* to what a tensor's
//! gradient already holds, so a tensor may have any number of consumers.
//!
//! | shape | type | layout |
//! |---|---|---|
//! | (features) | [`Vector`] | |
//! | (samples, features) | [`Matrix`] | row by row |
//! | (samples, height, width, channels) | [`Images`] | NHWC, Keras' `channels_last` |
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

mod activation;
mod conv2d;
mod dense;
mod dropout;
mod flatten;
mod loss;
mod permute;
mod pool;
mod tape;

use dfdx::shapes::Rank0;
use dfdx::tensor::{Cpu, NoneTape, Tensor};

pub use activation::activate;
pub use conv2d::{Conv2d, conv2d};
pub use dense::dense;
pub use dropout::dropout;
pub use fashion_kernels::activation::Activation;
pub use fashion_kernels::path::{Kernels, Path};
pub use fashion_kernels::window::{Padding, Pool2d};
pub use flatten::{flatten, unflatten};
pub use loss::{
    cross_entropy, cross_entropy_one_hot, softmax_cross_entropy, softmax_cross_entropy_one_hot,
};
pub use permute::permute;
pub use pool::{average_pool2d, max_pool2d};

/// One number, such as a loss.
pub type Scalar<E, T = NoneTape> = Tensor<Rank0, E, Cpu, T>;
/// (features)
pub type Vector<E, T = NoneTape> = Tensor<(usize,), E, Cpu, T>;
/// (samples, features)
pub type Matrix<E, T = NoneTape> = Tensor<(usize, usize), E, Cpu, T>;
/// (samples, height, width, channels)
pub type Images<E, T = NoneTape> = Tensor<(usize, usize, usize, usize), E, Cpu, T>;
/// (kernel height, kernel width, channels in, channels out)
pub type Filters<E, T = NoneTape> = Tensor<(usize, usize, usize, usize), E, Cpu, T>;

/// Where an operation's input comes from, which decides whether its gradient is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Source {
    /// Data: nobody asks for its gradient, so none is computed. The first layer's input.
    Data,
    /// Another operation, or a leaf whose gradient is wanted.
    #[default]
    Layer,
}
