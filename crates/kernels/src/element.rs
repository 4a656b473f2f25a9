//! The numbers that the kernels compute with.

use std::iter::Sum;

use num_traits::NumAssign;

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// `f32` or `f64`, and nothing else: code here relies on every bit pattern being a number.
pub trait Float:
    sealed::Sealed + num_traits::Float + NumAssign + Sum + Default + Send + Sync + 'static
{
    /// The nearest number to `value`.
    fn of(value: f64) -> Self;
    /// The number as `f64`.
    fn wide(self) -> f64;
}

impl Float for f32 {
    fn of(value: f64) -> Self {
        value as Self
    }
    fn wide(self) -> f64 {
        self.into()
    }
}

impl Float for f64 {
    fn of(value: f64) -> Self {
        value
    }
    fn wide(self) -> f64 {
        self
    }
}
