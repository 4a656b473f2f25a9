//! Blocks of the kernel matrix, from matrix products.

use std::ops::Range;

use super::{Kernel, samples::Rows, simd};

/// Rows and columns of one product: a tile stays in the second-level cache.
pub(super) const TILE: usize = 512;

/// The precision of features, products and distances.
pub(super) trait Element: Copy + Default + Into<f64> + Send + Sync + 'static {
    const ZERO: Self;
    const ONE: Self;
    fn from_f64(value: f64) -> Self;
    /// One row of kernel values from the row's products with others.
    fn kernel_row(kernel: Kernel, products: &[Self], norm: Self, norms: &[Self], out: &mut [f32]);
}

macro_rules! element {
    ($type:ty, $rbf:path) => {
        impl Element for $type {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;

            fn from_f64(value: f64) -> Self {
                value as Self
            }

            fn kernel_row(
                kernel: Kernel,
                products: &[Self],
                norm: Self,
                norms: &[Self],
                out: &mut [f32],
            ) {
                match kernel {
                    Kernel::Rbf { gamma } => {
                        $rbf(products, norm, norms, gamma.value() as Self, out);
                    }
                    Kernel::Linear => {
                        for (out, &product) in out.iter_mut().zip(products) {
                            *out = product as f32;
                        }
                    }
                    Kernel::Polynomial { degree, gamma, coef0 } => {
                        let (gamma, coef0) = (gamma.value() as Self, coef0 as Self);
                        for (out, &product) in out.iter_mut().zip(products) {
                            *out = (gamma * product + coef0).powi(degree as i32) as f32;
                        }
                    }
                }
            }
        }
    };
}
element!(f32, simd::rbf_f32);
element!(f64, simd::rbf_f64);

/// `out = a b'` for row-major `a` (m, width), `b` (n, width) and `out` (m, n).
fn product<E: Element>(a: &[E], b: &[E], width: usize, out: &mut [E]) {
    let (m, n) = (a.len() / width, b.len() / width);
    assert!(out.len() >= m * n && a.len() == m * width && b.len() == n * width);
    let (width_step, n_step) = (width as isize, n as isize);
    // SAFETY: the assertion above bounds every index that these sizes and strides reach, and
    // `Element` is implemented for `f32` and `f64` only, which gemm takes.
    unsafe {
        gemm::gemm(
            m,
            n,
            width,
            out.as_mut_ptr(),
            1,
            n_step,
            false,
            a.as_ptr(),
            1,
            width_step,
            b.as_ptr(),
            width_step,
            1,
            E::ZERO,
            E::ONE,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}

/// `out += a b` for row-major `a` (m, k), `b` (k, n) and `out` (m, n).
pub(super) fn add_product(a: &[f64], b: &[f64], k: usize, n: usize, out: &mut [f64]) {
    let m = a.len() / k;
    assert!(out.len() == m * n && a.len() == m * k && b.len() == k * n);
    // SAFETY: the assertion above bounds every index that these sizes and strides reach.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            out.as_mut_ptr(),
            1,
            n as isize,
            true,
            a.as_ptr(),
            1,
            k as isize,
            b.as_ptr(),
            1,
            n as isize,
            1.0,
            1.0,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}

/// Kernel values between `a`'s rows and `b`'s, at most [`TILE`] of each, handed to `write` as
/// (row within the tile, values).
pub(super) struct Tiles<E> {
    products: Vec<E>,
    values: Vec<f32>,
}

impl<E: Element> Tiles<E> {
    pub fn new() -> Self {
        Self { products: vec![E::ZERO; TILE * TILE], values: vec![0.0; TILE * TILE] }
    }

    /// The tile of kernel values between two ranges of rows, row-major.
    pub fn compute(
        &mut self,
        kernel: Kernel,
        a: &Rows<E>,
        rows: Range<usize>,
        b: &Rows<E>,
        columns: Range<usize>,
    ) -> &[f32] {
        let (m, n) = (rows.len(), columns.len());
        let products = &mut self.products[..m * n];
        product(a.rows(rows.clone()), b.rows(columns.clone()), a.width, products);
        let norms = &b.norms[columns];
        let values = &mut self.values[..m * n];
        for ((row, products), values) in
            rows.zip(products.chunks_exact(n)).zip(values.chunks_exact_mut(n))
        {
            E::kernel_row(kernel, products, a.norms[row], norms, values);
        }
        values
    }

    /// The symmetric block of one class with itself, into `out` (n, n).
    pub fn symmetric(
        &mut self,
        kernel: Kernel,
        x: &Rows<E>,
        class: &Range<usize>,
        out: &mut [f32],
    ) {
        let n = class.len();
        for rows in ranges(n) {
            for columns in ranges(rows.end) {
                let tile = self.compute(kernel, x, shift(&rows, class), x, shift(&columns, class));
                copy(tile, &rows, &columns, out, n);
                if columns != rows {
                    copy_transposed(tile, &rows, &columns, out, n);
                }
            }
        }
        if kernel.depends_on_distance_only() {
            // Exactly, not up to the rounding of |x|^2 + |x|^2 - 2 <x, x>.
            (0..n).for_each(|k| out[k * n + k] = 1.0);
        }
    }

    /// The block between two classes, into `cross` (n1, n2) and `transposed` (n2, n1).
    pub fn cross(
        &mut self,
        kernel: Kernel,
        x: &Rows<E>,
        [first, second]: [&Range<usize>; 2],
        cross: &mut [f32],
        transposed: &mut [f32],
    ) {
        let (n1, n2) = (first.len(), second.len());
        for rows in ranges(n1) {
            for columns in ranges(n2) {
                let tile = self.compute(kernel, x, shift(&rows, first), x, shift(&columns, second));
                copy(tile, &rows, &columns, cross, n2);
                copy_transposed(tile, &rows, &columns, transposed, n1);
            }
        }
    }
}

/// `0..count` in pieces of [`TILE`].
pub(super) fn ranges(count: usize) -> impl Iterator<Item = Range<usize>> {
    (0..count).step_by(TILE).map(move |start| start..count.min(start + TILE))
}

pub(super) fn shift(range: &Range<usize>, by: &Range<usize>) -> Range<usize> {
    by.start + range.start..by.start + range.end
}

fn copy(tile: &[f32], rows: &Range<usize>, columns: &Range<usize>, out: &mut [f32], stride: usize) {
    for (row, values) in rows.clone().zip(tile.chunks_exact(columns.len())) {
        out[row * stride + columns.start..][..columns.len()].copy_from_slice(values);
    }
}

/// As [`copy`], mirrored: in squares of 16, so that each cache line is filled while it is near.
fn copy_transposed(
    tile: &[f32],
    rows: &Range<usize>,
    columns: &Range<usize>,
    out: &mut [f32],
    stride: usize,
) {
    const SQUARE: usize = 16;
    let (m, n) = (rows.len(), columns.len());
    for r in (0..m).step_by(SQUARE) {
        let count = SQUARE.min(m - r);
        for c in 0..n {
            let target = &mut out[(columns.start + c) * stride + rows.start + r..][..count];
            for (k, target) in target.iter_mut().enumerate() {
                *target = tile[(r + k) * n + c];
            }
        }
    }
}
