//! The numbers that features may be.

use fashion_kernels::path::InstructionSet;
use fashion_kernels::{Float, levels};
use ndarray::{ArrayView1, ArrayView2};

/// How many digits floats have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    F32,
    F64,
}

/// Rows of features whose type is known: what is done with them is compiled here, once, and not by every caller.
#[derive(Debug, Clone, Copy)]
pub enum Rows<'a> {
    F32(ArrayView2<'a, f32>),
    F64(ArrayView2<'a, f64>),
    Levels(ArrayView2<'a, u8>),
}

pub(crate) mod sealed {
    use super::{ArrayView1, ArrayView2, Float, InstructionSet, Precision, Rows};

    pub trait Sealed: Copy + Send + Sync + 'static {
        /// The precision of floats that such features ask for.
        const PRECISION: Precision;

        /// The feature as a float, a byte as a fraction of 255.
        fn float<E: Float>(self) -> E;

        /// The rows with their type.
        fn rows(samples: ArrayView2<'_, Self>) -> Rows<'_>;

        /// Whether a row is of grey levels, and if so, those.
        fn levels(path: InstructionSet, row: ArrayView1<'_, Self>, out: &mut [u8]) -> bool;
    }
}

/// What the features of a sample are: `f32`, `f64`, or `u8` for grey levels, where b stands for
/// b / 255.
pub trait Feature: sealed::Sealed {}

macro_rules! floats {
    ($($type:ty => $precision:ident),+) => {$(
        impl Feature for $type {}

        impl sealed::Sealed for $type {
            const PRECISION: Precision = Precision::$precision;

            fn float<E: Float>(self) -> E {
                E::of(f64::from(self))
            }

            fn rows(samples: ArrayView2<'_, Self>) -> Rows<'_> {
                Rows::$precision(samples)
            }

            fn levels(path: InstructionSet, row: ArrayView1<'_, Self>, out: &mut [u8]) -> bool {
                match row.as_slice() {
                    Some(row) => levels::from_floats(path, row, out),
                    None => levels::from_floats(path, &row.to_vec(), out),
                }
            }
        }
    )+};
}
floats!(f32 => F32, f64 => F64);

impl Feature for u8 {}

impl sealed::Sealed for u8 {
    const PRECISION: Precision = Precision::F32;

    fn float<E: Float>(self) -> E {
        E::of(f64::from(self)) / E::of(255.0)
    }

    fn rows(samples: ArrayView2<'_, Self>) -> Rows<'_> {
        Rows::Levels(samples)
    }

    fn levels(_: InstructionSet, row: ArrayView1<'_, Self>, out: &mut [u8]) -> bool {
        out.iter_mut().zip(row).for_each(|(out, &level)| *out = level);
        true
    }
}
