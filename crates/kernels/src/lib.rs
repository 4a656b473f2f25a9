//! Numbers on slices, in and out: what the networks and the support vector machines of the
//! Fashion-MNIST notebooks spend their time in.
//!
//! | module | what it computes |
//! |---|---|
//! | [`matmul`] | C += A B |
//! | [`gram`] | rows of the radial kernel, from matrix products |
//! | [`levels`] | products of bytes, which are exact |
//! | [`smo`] | passes of sequential minimal optimisation over a pair's samples |
//! | [`convolution`] | cross-correlation of images with filters, its gradients, an activation and max pooling fused |
//! | [`pool`] | maximum and mean of windows |
//! | [`activation`] | ReLU, sigmoid, softmax and the like, forward and back |
//! | [`dropout`] | masks that are a function of seed, step and position |
//! | [`update`] | one step of SGD, Adam, RMSprop or Adadelta |
//!
//! Every function that is not `unsafe` is sound for any argument: sizes are checked where a
//! [`Geometry`](geometry::Geometry) or a [`Pooling`](window::Pooling) is made, the lengths of slices
//! where they come in (a wrong one panics). All of the project's `unsafe` code is here, but for one
//! module of the crate `fashion` that reads and writes dfdx's tensors in place.
//!
//! Which instructions are used is decided at run time ([`path::InstructionSet`]). Results are the same bit for bit
//! for any number of threads: work is cut into pieces whose size depends on the sizes alone, and sums run
//! over them in order. Work uses the threads of the rayon pool that it is called in, and outside of any
//! pool only its own thread; so it does where there are no threads (WebAssembly).

/// The example of the README, which runs as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

pub mod activation;
pub mod convolution;
pub mod dropout;
mod element;
mod error;
pub mod geometry;
pub mod gram;
pub mod levels;
mod loops;
pub mod matmul;
pub mod memory;
pub mod path;
pub mod pool;
mod scratch;
pub mod smo;
pub mod threads;
pub mod update;
pub mod window;

pub use element::Float;
pub use error::{Error, Result};
