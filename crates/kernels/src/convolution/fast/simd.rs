//! Vectors of `f32`, one type per instruction set.

use std::arch::x86_64::*;

/// A vector register. Every method needs the instructions of its implementation, which
/// [`run`](super::micro::run) is the only way to reach.
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
}

#[derive(Clone, Copy)]
pub(super) struct Avx512(__m512);

#[derive(Clone, Copy)]
pub(super) struct Avx2(__m256);

/// Implements [`Simd`] with one intrinsic per method.
macro_rules! simd {
    ($name:ident, $lanes:literal, $vectors:literal, $load:ident, $store:ident,
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
        }
    };
}

simd!(
    Avx512,
    16,
    4,
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
    _mm256_loadu_ps,
    _mm256_storeu_ps,
    _mm256_set1_ps,
    _mm256_fmadd_ps,
    _mm256_add_ps,
    _mm256_sub_ps
);
