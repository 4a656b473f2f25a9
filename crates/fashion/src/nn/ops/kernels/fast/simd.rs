//! Vectors of `f32`, and how code that is generic over them gets compiled for each processor.

use std::arch::x86_64::*;

use super::micro::{Product, product};
use crate::nn::ops::Path;

/// A vector register. Every method needs the instructions of its implementation, which [`run`] is the
/// only way to reach.
pub(super) trait Simd: Copy {
    /// Numbers per vector.
    const LANES: usize;
    /// How many vectors wide a block of the micro-kernel is, so that 6 rows fit the registers.
    const BLOCK_VECTORS: usize;

    /// # Safety
    /// `at` must point to [`Self::LANES`] readable numbers; the processor must have the instructions.
    unsafe fn load(at: *const f32) -> Self;
    /// # Safety
    /// `at` must point to [`Self::LANES`] writable numbers; the processor must have the instructions.
    unsafe fn store(self, at: *mut f32);
    /// # Safety
    /// The processor must have the instructions.
    unsafe fn splat(value: f32) -> Self;
    /// self * b + c
    /// # Safety
    /// The processor must have the instructions.
    unsafe fn fma(self, b: Self, c: Self) -> Self;
    /// # Safety
    /// The processor must have the instructions.
    unsafe fn add(self, other: Self) -> Self;
    /// # Safety
    /// The processor must have the instructions.
    unsafe fn sub(self, other: Self) -> Self;
    /// A matrix product compiled for these instructions.
    /// # Safety
    /// As [`product`]; the processor must have the instructions.
    unsafe fn product(job: &Product);
}

/// Work that is generic over the vector. `run` must be `#[inline(always)]`, so that it is compiled
/// with the instructions of its caller in [`run`].
pub(super) trait Work {
    /// # Safety
    /// The processor must have the instructions of `S`.
    unsafe fn run<S: Simd>(self);
}

/// Runs `work` with the vectors of `path`.
///
/// # Panics
/// For a path without vectors: a bug of the caller, who asks only for paths of this processor.
pub(super) fn run(path: Path, work: impl Work) {
    assert!(path.is_available() && path != Path::Portable);
    // SAFETY: the processor has the instructions of an available path.
    unsafe {
        match path {
            Path::Avx512 => run_avx512(work),
            _ => run_avx2(work),
        }
    }
}

#[target_feature(enable = "avx512f")]
unsafe fn run_avx512<W: Work>(work: W) {
    // SAFETY: this function has the instructions.
    unsafe { work.run::<Avx512>() }
}

#[target_feature(enable = "avx2,fma")]
unsafe fn run_avx2<W: Work>(work: W) {
    // SAFETY: this function has the instructions.
    unsafe { work.run::<Avx2>() }
}

#[derive(Clone, Copy)]
pub(super) struct Avx512(__m512);

#[derive(Clone, Copy)]
pub(super) struct Avx2(__m256);

/// Implements [`Simd`] with one intrinsic per method.
macro_rules! simd {
    ($name:ident, $lanes:literal, $vectors:literal, $features:literal, $load:ident, $store:ident,
     $splat:ident, $fma:ident, $add:ident, $sub:ident) => {
        // SAFETY of every block: the caller vouches for pointers and instructions, as the trait says.
        impl Simd for $name {
            const LANES: usize = $lanes;
            const BLOCK_VECTORS: usize = $vectors;

            #[inline(always)]
            unsafe fn load(at: *const f32) -> Self {
                Self(unsafe { $load(at) })
            }
            #[inline(always)]
            unsafe fn store(self, at: *mut f32) {
                unsafe { $store(at, self.0) }
            }
            #[inline(always)]
            unsafe fn splat(value: f32) -> Self {
                Self(unsafe { $splat(value) })
            }
            #[inline(always)]
            unsafe fn fma(self, b: Self, c: Self) -> Self {
                Self(unsafe { $fma(self.0, b.0, c.0) })
            }
            #[inline(always)]
            unsafe fn add(self, other: Self) -> Self {
                Self(unsafe { $add(self.0, other.0) })
            }
            #[inline(always)]
            unsafe fn sub(self, other: Self) -> Self {
                Self(unsafe { $sub(self.0, other.0) })
            }
            #[target_feature(enable = $features)]
            unsafe fn product(job: &Product) {
                unsafe { product::<Self>(job) }
            }
        }
    };
}

simd!(
    Avx512,
    16,
    4,
    "avx512f",
    _mm512_loadu_ps,
    _mm512_storeu_ps,
    _mm512_set1_ps,
    _mm512_fmadd_ps,
    _mm512_add_ps,
    _mm512_sub_ps
);
simd!(
    Avx2,
    8,
    2,
    "avx2,fma",
    _mm256_loadu_ps,
    _mm256_storeu_ps,
    _mm256_set1_ps,
    _mm256_fmadd_ps,
    _mm256_add_ps,
    _mm256_sub_ps
);
