//! The one micro-kernel, a small block of a matrix product held in registers, and how code that is
//! generic over vectors gets compiled for each processor.

use super::simd::{Avx2, Avx512, Simd};
use crate::path::InstructionSet;

/// Rows of a block.
const BLOCK_ROWS: usize = 6;

/// C = A B (or C += A B) over strided memory, where the inner dimension is a list of segments.
///
/// Element k of segment s of row r of A is `a[segments[s].0 + r * a_row + k * a_step]`, and the
/// vectors of B for it start at `b[segments[s].1 + k * b_step]`. Row r of C starts at `c[r * c_row]`.
/// A convolution is such a product without copying its windows: a segment is a row of the filter.
pub(super) struct Product<'a> {
    /// Rows of A and C.
    pub rows: usize,
    /// Vectors in a row of B and C.
    pub vectors: usize,
    pub a: *const f32,
    pub a_row: usize,
    pub a_step: usize,
    pub b: *const f32,
    pub b_step: usize,
    pub c: *mut f32,
    pub c_row: usize,
    /// Where each segment starts in A and in B.
    pub segments: &'a [(usize, usize)],
    /// Elements per segment.
    pub length: usize,
    /// Whether to add to C.
    pub accumulate: bool,
}

/// Computes the product in blocks of at most 6 rows and [`Simd::BLOCK_VECTORS`] vectors.
///
/// # Safety
/// Every element that [`Product`] names must lie in memory that may be read (A, B) or written (C),
/// and C must overlap neither A nor B. The processor must have the instructions of `S`.
#[inline(always)]
unsafe fn product<S: Simd>(job: &Product) {
    if job.rows == 0 {
        return;
    }
    // Blocks of nearly equal size: a last block of one row would wait for its own additions.
    let blocks = job.rows.div_ceil(BLOCK_ROWS);
    let mut vector = 0;
    while vector < job.vectors {
        let vectors = S::BLOCK_VECTORS.min(job.vectors - vector);
        for index in 0..blocks {
            let (row, end) = (index * job.rows / blocks, (index + 1) * job.rows / blocks);
            // SAFETY: the block is part of the product.
            unsafe { block::<S>(job, row, end - row, vector, vectors) };
        }
        vector += vectors;
    }
}

/// Calls the micro-kernel for a block's size.
///
/// # Safety
/// As [`product`]; the block must lie in the product.
#[inline(always)]
unsafe fn block<S: Simd>(job: &Product, row: usize, rows: usize, vector: usize, vectors: usize) {
    macro_rules! sizes {
        ($($vectors:literal: $($rows:literal)*),*) => {
            match (vectors, rows) {
                // SAFETY: as promised by the caller.
                $($(($vectors, $rows) if $vectors <= S::BLOCK_VECTORS => unsafe {
                    micro::<S, $rows, $vectors>(job, row, vector * S::LANES)
                },)*)*
                _ => unreachable!("blocks have 1 to 6 rows and 1 to 4 vectors"),
            }
        };
    }
    sizes!(1: 1 2 3 4 5 6, 2: 1 2 3 4 5 6, 3: 1 2 3 4 5 6, 4: 1 2 3 4 5 6);
}

/// A block of P rows and V vectors from `row` and `column`.
///
/// # Safety
/// As [`block`].
#[inline(always)]
unsafe fn micro<S: Simd, const P: usize, const V: usize>(job: &Product, row: usize, column: usize) {
    // SAFETY: every pointer below is an element of the block, which the caller vouches for.
    unsafe {
        let c = job.c.add(row * job.c_row + column);
        let mut sums = [[S::splat(0.0); V]; P];
        if job.accumulate {
            for (p, sums) in sums.iter_mut().enumerate() {
                for (v, sum) in sums.iter_mut().enumerate() {
                    *sum = S::load(c.add(p * job.c_row + v * S::LANES));
                }
            }
        }
        for &(a_start, b_start) in job.segments {
            let mut a = job.a.add(a_start + row * job.a_row);
            let mut b = job.b.add(b_start + column);
            for _ in 0..job.length {
                let mut vectors = [S::splat(0.0); V];
                for (v, vector) in vectors.iter_mut().enumerate() {
                    *vector = S::load(b.add(v * S::LANES));
                }
                for (p, sums) in sums.iter_mut().enumerate() {
                    let factor = S::splat(*a.add(p * job.a_row));
                    for (sum, &vector) in sums.iter_mut().zip(&vectors) {
                        *sum = factor.fma(vector, *sum);
                    }
                }
                a = a.wrapping_add(job.a_step);
                b = b.wrapping_add(job.b_step);
            }
        }
        for (p, sums) in sums.iter().enumerate() {
            for (v, sum) in sums.iter().enumerate() {
                sum.store(c.add(p * job.c_row + v * S::LANES));
            }
        }
    }
}

/// A vector with the matrix product that is compiled for its instructions.
pub(super) trait Multiply: Simd {
    /// # Safety
    /// As [`product`]; the processor must have the instructions.
    unsafe fn product(job: &Product);
}

impl Multiply for Avx512 {
    #[target_feature(enable = "avx512f")]
    unsafe fn product(job: &Product) {
        // SAFETY: as promised by the caller.
        unsafe { product::<Self>(job) }
    }
}

impl Multiply for Avx2 {
    #[target_feature(enable = "avx2,fma")]
    unsafe fn product(job: &Product) {
        // SAFETY: as promised by the caller.
        unsafe { product::<Self>(job) }
    }
}

/// Work that is generic over the vector. `run` must be `#[inline(always)]`, so that it is compiled
/// with the instructions of its caller in [`run`].
pub(super) trait Work {
    /// # Safety
    /// The processor must have the instructions of `S`.
    unsafe fn run<S: Multiply>(self);
}

/// Runs `work` with the vectors of `path`.
///
/// # Panics
/// For a path without vectors: a bug of the caller, who asks only for paths of this processor.
pub(super) fn run(path: InstructionSet, work: impl Work) {
    assert!(path.is_available() && path != InstructionSet::Portable);
    // SAFETY: the processor has the instructions of an available path.
    unsafe {
        match path {
            InstructionSet::Avx512 => run_avx512(work),
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
