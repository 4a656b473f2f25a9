//! Blocks of the kernel matrix, from matrix products.

use std::ops::Range;

use super::samples::{Panels, Rows};
use super::{Kernel, simd};

/// Rows and columns of one product: a tile stays in the second-level cache.
pub(super) const TILE: usize = 512;

/// The precision of features, products and distances.
pub(super) trait Element: Copy + Default + Into<f64> + Send + Sync + 'static {
    const ZERO: Self;
    const ONE: Self;
    /// A row of grey levels, if it is one: see [`super::levels`].
    fn levels(features: &[Self], out: &mut [u8]) -> Option<[i32; 2]>;
    fn from_f64(value: f64) -> Self;
    /// One row of kernel values from the row's products with others.
    fn kernel_row(kernel: Kernel, products: &[Self], norm: Self, norms: &[Self], out: &mut [f32]);
}

macro_rules! element {
    ($type:ty, $rbf:path, $levels:path) => {
        impl Element for $type {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;

            fn levels(features: &[Self], out: &mut [u8]) -> Option<[i32; 2]> {
                $levels(features, out)
            }

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
element!(f32, simd::rbf_f32, simd::levels_f32);
element!(f64, simd::rbf_f64, simd::levels_f64);

/// `out = a b` for row-major `a` (m, k), `b` (k, n) and `out` (m, n); with `add`, `out += a b`.
pub(super) fn product<E: Element>(a: &[E], b: &[E], [k, n]: [usize; 2], out: &mut [E], add: bool) {
    let m = a.len() / k;
    assert!(out.len() == m * n && a.len() == m * k && b.len() == k * n);
    let (k_step, n_step) = (k as isize, n as isize);
    let old = if add { E::ONE } else { E::ZERO };
    // SAFETY: the assertion above bounds every index that these sizes and strides reach, and
    // `Element` is implemented for `f32` and `f64` only, which gemm takes.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            out.as_mut_ptr(),
            1,
            n_step,
            add,
            a.as_ptr(),
            1,
            k_step,
            b.as_ptr(),
            1,
            n_step,
            old,
            E::ONE,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}

/// Kernel values between at most [`TILE`] samples and as many others.
pub(super) struct Tiles<E> {
    products: Vec<E>,
    whole_products: Vec<i32>,
}

impl<E: Element> Tiles<E> {
    pub fn new() -> Self {
        Self { products: vec![E::ZERO; TILE * TILE], whole_products: vec![0; TILE * TILE] }
    }

    /// Kernel values between some rows and one panel: the first row into `out` from `start(0)` on,
    /// the next from `start(1)` on.
    pub fn compute(
        &mut self,
        kernel: Kernel,
        a: &Rows<E>,
        rows: Range<usize>,
        b: &Panels<E>,
        columns: Range<usize>,
        (out, start): (&mut [f32], impl Fn(usize) -> usize),
    ) {
        if let (Some(a), Some(b)) = (&a.levels, &b.levels) {
            if let Some(panel) = b.starting_at(columns.start) {
                a.kernel(kernel, rows, panel, &mut self.whole_products, (out, start));
            }
            return;
        }
        let (m, n) = (rows.len(), columns.len());
        let products = &mut self.products[..m * n];
        let (left, right) = (a.rows(rows.clone()), b.panel(columns.clone()));
        product(left, right, [a.width, n], products, false);
        let norms = &b.norms[columns];
        for (at, (row, products)) in rows.zip(products.chunks_exact(n)).enumerate() {
            E::kernel_row(kernel, products, a.norms[row], norms, &mut out[start(at)..][..n]);
        }
    }

    /// The symmetric block of one class with itself, into `out` (n, n).
    pub fn symmetric(
        &mut self,
        kernel: Kernel,
        (x, panels): (&Rows<E>, &Panels<E>),
        class: &Range<usize>,
        out: &mut [f32],
    ) {
        let n = class.len();
        for rows in ranges(n) {
            for columns in ranges(rows.end) {
                let start = |at: usize| (rows.start + at) * n + columns.start;
                let (part, others) = (shift(&rows, class), shift(&columns, class));
                self.compute(kernel, x, part, panels, others, (&mut *out, start));
                if columns != rows {
                    mirror(out, n, &rows, &columns);
                }
            }
        }
        if kernel.depends_on_distance_only() {
            // Exactly, not up to the rounding of |x|^2 + |x|^2 - 2 <x, x>.
            (0..n).for_each(|k| out[k * n + k] = 1.0);
        }
    }

    /// Kernel values between some samples and a whole class, into rows of `out` (samples of their
    /// class, samples of the other): `places` in their class, which starts at `start`.
    pub fn rows(
        &mut self,
        kernel: Kernel,
        (x, panels): (&Rows<E>, &Panels<E>),
        (start, places): (usize, &[usize]),
        other: &Range<usize>,
        out: &mut [f32],
    ) {
        let samples: Vec<usize> = places.iter().map(|&place| start + place).collect();
        let x = x.select(&samples);
        for columns in ranges(other.len()) {
            let part = shift(&columns, other);
            let start = |at: usize| places[at] * other.len() + columns.start;
            self.compute(kernel, &x, 0..places.len(), panels, part, (&mut *out, start));
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

/// Copies a tile of a square matrix to its mirror image: in squares of 16, so that each cache line
/// is filled while it is near.
fn mirror(out: &mut [f32], stride: usize, rows: &Range<usize>, columns: &Range<usize>) {
    const SQUARE: usize = 16;
    for start in rows.clone().step_by(SQUARE) {
        let end = rows.end.min(start + SQUARE);
        for column in columns.clone() {
            for row in start..end {
                out[column * stride + row] = out[row * stride + column];
            }
        }
    }
}
