//! The number types that networks compute in.

use fashion_base::tensor_file::Stored;

use crate::Float;

/// `f32` or `f64`: what a [`Network`](super::Network) computes in, and keeps in files.
pub trait Element: Float + Stored {
    /// The bits of the number.
    fn bits(self) -> u64;
}

impl Element for f32 {
    fn bits(self) -> u64 {
        self.to_bits().into()
    }
}

impl Element for f64 {
    fn bits(self) -> u64 {
        self.to_bits()
    }
}
