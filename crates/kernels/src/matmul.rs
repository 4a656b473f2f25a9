//! Matrix products over the gemm crate.

use gemm::{Parallelism, gemm};

use crate::Float;
use crate::threads::{Shared, for_each_shard};

/// How a factor is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Row by row.
    Rows,
    /// Column by column: the stored matrix is the transpose.
    Columns,
}

/// Columns or rows of the product per shard. A shard repeats the packing of the factor that it
/// shares with the others, so shards are wide.
const SHARD: usize = 64;

/// C += A B with A (m, k), B (k, n), C (m, n) row by row.
///
/// Large products are cut along the longer side of C, so that each shard reads its own part of the
/// larger factor: for the layers here that is the weights.
///
/// # Panics
/// If a slice is not as long as its matrix.
pub fn matmul<E: Float>(
    (m, k, n): (usize, usize, usize),
    (a, a_layout): (&[E], Layout),
    (b, b_layout): (&[E], Layout),
    c: &mut [E],
) {
    let holds =
        |slice: &[E], rows: usize, columns: usize| rows.checked_mul(columns) == Some(slice.len());
    assert!(holds(a, m, k) && holds(b, k, n) && holds(c, m, n), "slices as long as their matrices");
    let (a_row, a_column) = strides(a_layout, m, k);
    let (b_row, b_column) = strides(b_layout, k, n);
    let by_rows = m > n;
    let longer = if by_rows { m } else { n };
    let cost = m.saturating_mul(k).saturating_mul(n);
    let shard = if cost < 1 << 20 { longer } else { longer.div_ceil(4).next_multiple_of(SHARD) };
    let (c, width) = (Shared(c.as_mut_ptr()), n);
    for_each_shard(longer.div_ceil(shard.max(1)), cost, |index| {
        let start = index * shard;
        let length = shard.min(longer - start);
        let (m, n, row, column) =
            if by_rows { (length, n, start, 0) } else { (m, length, 0, start) };
        // SAFETY: the slices hold the whole matrices (asserted above), and this shard's rows
        // (columns) of A (B) and C lie inside them. Shards write disjoint rows or columns of C,
        // which is exclusively borrowed; A and B are only read.
        unsafe {
            block(
                (m, k, n),
                (a.as_ptr().add(row * a_row), a_row, a_column),
                (b.as_ptr().add(column * b_column), b_row, b_column),
                (c.get().add(row * width + column), width),
                true,
            );
        }
    });
}

/// C = A B or, with `add`, C += A B, with A (m, k), B (k, n), C (m, n) row by row, on this thread
/// alone: one of many products that run side by side.
///
/// # Panics
/// If a slice is not as long as its matrix.
pub fn product<E: Float>(
    (m, k, n): (usize, usize, usize),
    a: &[E],
    b: &[E],
    c: &mut [E],
    add: bool,
) {
    let holds =
        |slice: &[E], rows: usize, columns: usize| rows.checked_mul(columns) == Some(slice.len());
    assert!(holds(a, m, k) && holds(b, k, n) && holds(c, m, n), "slices as long as their matrices");
    // SAFETY: the slices hold the whole matrices, as just asserted.
    unsafe { block((m, k, n), (a.as_ptr(), k, 1), (b.as_ptr(), n, 1), (c.as_mut_ptr(), n), add) };
}

/// C = A B or C += A B; factors with their steps to the next row and column, C row by row with the
/// step to the next.
///
/// # Safety
/// Every element of the three matrices must be valid to read, C's to write, and nobody else may use C
/// meanwhile.
unsafe fn block<E: Float>(
    (m, k, n): (usize, usize, usize),
    (a, a_row, a_column): (*const E, usize, usize),
    (b, b_row, b_column): (*const E, usize, usize),
    (c, c_row): (*mut E, usize),
    add: bool,
) {
    let old = if add { E::one() } else { E::zero() };
    // SAFETY: as the caller promises; gemm is compiled for `E`, which is f32 or f64.
    unsafe {
        gemm(
            m,
            n,
            k,
            c,
            1,
            c_row as isize,
            add,
            a,
            a_column as isize,
            a_row as isize,
            b,
            b_column as isize,
            b_row as isize,
            old,
            E::one(),
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}

/// Steps to the next row and the next column.
fn strides(layout: Layout, rows: usize, columns: usize) -> (usize, usize) {
    match layout {
        Layout::Rows => (columns, 1),
        Layout::Columns => (1, rows),
    }
}
