//! Products of levels as matrix products of floats, for every processor.
//!
//! With a - 128 and b - 128, a product is at most 2^14, and a sum of 2^10 of them at most 2^24: floats
//! hold all these whole numbers, so that nothing is rounded, fused or not and in whatever order.

use crate::matmul::product;

/// What is subtracted from the second factor.
pub(super) const SHIFT: i32 = 128;

/// Features of one exact sum.
const EXACT: usize = 1 << 10;

/// The second factor: b - 128, feature by feature.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Factor {
    values: Vec<f32>,
    /// What to add to <a - 128, b - 128> for <a, b - 128>: 128 times the sum of b - 128.
    shifts: Vec<i32>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Buffers {
    rows: Vec<f32>,
    sums: Vec<f32>,
}

fn shifted(level: u8) -> f32 {
    f32::from(level) - SHIFT as f32
}

impl Factor {
    pub fn new(rows: &[u8], width: usize) -> Self {
        let count = rows.len() / width;
        let mut values = vec![0.0; rows.len()];
        for (at, row) in rows.chunks_exact(width).enumerate() {
            for (feature, &level) in row.iter().enumerate() {
                values[feature * count + at] = shifted(level);
            }
        }
        let sum = |row: &[u8]| row.iter().map(|&level| i32::from(level) - SHIFT).sum::<i32>();
        Self { values, shifts: rows.chunks_exact(width).map(|row| SHIFT * sum(row)).collect() }
    }

    pub fn rows(&self, width: usize) -> Vec<u8> {
        let count = self.shifts.len();
        let level = |k: usize| self.values[k % width * count + k / width] as i32 + SHIFT;
        (0..count * width).map(|k| level(k) as u8).collect()
    }

    pub fn multiply(&self, rows: &[u8], width: usize, buffers: &mut Buffers, out: &mut [i32]) {
        let (m, n) = (rows.len() / width, self.shifts.len());
        if n == 0 {
            return;
        }
        buffers.sums.resize(out.len(), 0.0);
        for start in (0..width).step_by(EXACT) {
            let features = start..width.min(start + EXACT);
            buffers.rows.clear();
            for row in rows.chunks_exact(width) {
                buffers.rows.extend(row[features.clone()].iter().map(|&level| shifted(level)));
            }
            let values = &self.values[features.start * n..features.end * n];
            product((m, features.len(), n), &buffers.rows, values, &mut buffers.sums, false);
            for (out, sums) in out.chunks_exact_mut(n).zip(buffers.sums.chunks_exact(n)) {
                let first = start == 0;
                for ((out, &sum), &shift) in out.iter_mut().zip(sums).zip(&self.shifts) {
                    // Whole numbers far below 2^31.
                    *out = if first { shift } else { *out } + sum as i32;
                }
            }
        }
    }
}
