//! What both the support vector solver `fashion-svc` and the helper crate of the Fashion-MNIST
//! notebooks need: error text for readers, files that are written whole or not at all, tensors in files,
//! streams of random numbers, threads for one computation, numbers as people read them, and how a notebook
//! interrupts a computation.

/// The example of the README, which runs as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod error;
pub mod interrupt;
pub mod numbers;
pub mod panics;
pub mod random;
pub mod tensor_file;
pub mod text;
pub mod threads;
pub mod time;
pub mod whole_file;

pub use error::{Error, Result};
pub use fashion_kernels::memory;
