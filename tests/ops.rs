//! The operations' gradients against finite differences, their results against Keras and PyTorch, on
//! every path of this processor, and the same for any number of threads.

mod ops {
    pub mod gradients;
    pub mod paths;
    pub mod properties;
    pub mod references;
    pub mod support;
}
