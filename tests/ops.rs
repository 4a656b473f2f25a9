//! The operations' gradients against finite differences, their results against Keras and PyTorch, on
//! every path of this processor, and the same for any number of threads.

mod gradients;
mod layers;
mod paths;
mod properties;
mod references;
mod support;
