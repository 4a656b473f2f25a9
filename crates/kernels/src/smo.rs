//! The passes of sequential minimal optimisation over a pair's samples.
//!
//! In signed multipliers b = y a, the optimality measure -y G is v = y - K b: of the samples that may
//! grow, i has the largest v; j is the partner with the largest second-order gain (Fan, Chen and Lin
//! 2005, working set selection 2). Every reduction is a maximum with a fixed rule for ties, so that all
//! paths give the same bits.

use crate::path::{InstructionSet, for_every_path};

/// What a curvature that is not positive is replaced by, as in LIBSVM.
pub const TINY: f64 = 1e-12;

/// Samples between two looks at the running maximum.
const BLOCK: usize = 128;

/// The largest value and where it is; among equals the last, as in LIBSVM.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Best {
    /// The value.
    pub value: f64,
    /// Its place.
    pub index: usize,
}

impl Best {
    /// Nothing was found.
    pub const NONE: Self = Self { value: f64::NEG_INFINITY, index: usize::MAX };

    /// The better of two, where `later` holds the larger indices.
    pub fn or(self, later: Self) -> Self {
        if later.index != usize::MAX && later.value >= self.value { later } else { self }
    }
}

/// An integer with the order of the float (and its own inverse on bits): unlike those of floats,
/// maxima of integers are vectorised.
#[inline(always)]
fn key(value: f64) -> i64 {
    let bits = value.to_bits() as i64;
    bits ^ ((bits >> 63) as u64 >> 1) as i64
}

#[inline(always)]
fn value_of(key: i64) -> f64 {
    f64::from_bits((key ^ ((key >> 63) as u64 >> 1) as i64) as u64)
}

/// A stretch of the optimality measure: `value = -y G`, with a bias of zero for what may
/// grow (`up`) and shrink (`low`), minus and plus infinity for what may not.
pub struct Slice<'a> {
    /// -y G of each sample.
    pub value: &'a mut [f64],
    /// 0 for what may grow, else minus infinity.
    pub up: &'a [f32],
    /// 0 for what may shrink, else infinity.
    pub low: &'a [f32],
    /// The kernel of each sample with itself.
    pub diagonal: &'a [f32],
}

/// What [`partner`] found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Partner {
    /// The largest second-order gain and its index.
    pub best: Best,
    /// The smallest value that may shrink.
    pub lowest: f64,
}

for_every_path! {
    /// value -= by_i row_i + by_j row_j, and the largest new value that may grow.
    ///
    /// # Panics
    /// If a slice is shorter than the values.
    pub fn step(
        x: &mut Slice<'_>,
        row_i: &[f32],
        row_j: &[f32],
        by_i: f64,
        by_j: f64,
    ) -> Best {
        let (mut highest, mut block) = (i64::MIN, 0..0);
        for start in (0..x.value.len()).step_by(BLOCK) {
            let part = start..x.value.len().min(start + BLOCK);
            let value = x.value[part.clone()].iter_mut().zip(&x.up[part.clone()]);
            let rows = row_i[part.clone()].iter().zip(&row_j[part.clone()]);
            let mut most = i64::MIN;
            for ((value, &up), (&i, &j)) in value.zip(rows) {
                *value -= by_i * f64::from(i) + by_j * f64::from(j);
                most = most.max(key(*value + f64::from(up)));
            }
            if most >= highest {
                (highest, block) = (most, part);
            }
        }
        let value = value_of(highest);
        if highest == i64::MIN || value == f64::NEG_INFINITY {
            return Best::NONE;
        }
        let here = |&k: &usize| key(x.value[k] + f64::from(x.up[k])) == highest;
        Best { value, index: block.rev().find(here).unwrap_or(usize::MAX) }
    }

    /// The partner of the sample with value `highest` and kernel `row` that gains most: the largest
    /// (highest - value)^2 / (K_ii + K_jj - 2 K_ij) among those that may shrink.
    ///
    /// # Panics
    /// If a slice is shorter than the values.
    pub fn partner(x: &Slice<'_>, row: &[f32], diagonal: f64, highest: f64) -> Partner {
        // What may not be chosen gains less than anything that may.
        const NEVER: f64 = -1.0;
        let mut gains = [NEVER; BLOCK];
        let (mut lowest, mut most, mut index) = (i64::MAX, key(NEVER), usize::MAX);
        for start in (0..x.value.len()).step_by(BLOCK) {
            let part = start..x.value.len().min(start + BLOCK);
            let value = x.value[part.clone()].iter().zip(&x.low[part.clone()]);
            let curvature = x.diagonal[part.clone()].iter().zip(&row[part]);
            let mut here = i64::MIN;
            let mut count = 0;
            for ((gain, (&value, &low)), (&other, &row)) in gains.iter_mut().zip(value).zip(curvature) {
                let candidate = value + f64::from(low);
                lowest = lowest.min(key(candidate));
                let violation = highest - candidate;
                let curvature = diagonal + f64::from(other) - 2.0 * f64::from(row);
                let curvature = if curvature > 0.0 { curvature } else { TINY };
                let all = violation * violation / curvature;
                // The value that may not shrink has a violation of minus infinity.
                *gain = if violation > 0.0 { all } else { NEVER };
                here = here.max(key(*gain));
                count += 1;
            }
            if here >= most && here > key(NEVER) {
                let last = gains[..count].iter().rposition(|&gain| key(gain) == here);
                (most, index) = (here, last.map_or(usize::MAX, |last| start + last));
            }
        }
        let best = if index == usize::MAX { Best::NONE } else { Best { value: value_of(most), index } };
        Partner { best, lowest: value_of(lowest) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lengths around those of vectors and blocks, where remainders are.
    #[test]
    fn passes_agree_with_one_by_one_on_every_path() {
        InstructionSet::ALL.into_iter().for_each(agree_on);
    }

    fn agree_on(path: InstructionSet) {
        for n in (1..40_usize).chain([127, 128, 129, 255, 256, 300]) {
            let noise = |k: usize, salt: usize| ((k * 7919 + salt * 104_729) % 13) as f64 - 6.0;
            let mut value: Vec<f64> = (0..n).map(|k| noise(k, 1)).collect();
            let bias = |salt, infinity: f32| -> Vec<f32> {
                (0..n).map(|k| if noise(k, salt) > 2.0 { infinity } else { 0.0 }).collect()
            };
            let (up, low) = (bias(2, f32::NEG_INFINITY), bias(3, f32::INFINITY));
            let rows: [Vec<f32>; 2] =
                [4, 5].map(|salt| (0..n).map(|k| noise(k, salt) as f32).collect());
            let diagonal: Vec<f32> = (0..n).map(|k| noise(k, 6).abs() as f32 + 7.0).collect();

            let expected: Vec<f64> = (0..n)
                .map(|k| value[k] - (0.5 * f64::from(rows[0][k]) - 0.25 * f64::from(rows[1][k])))
                .collect();
            let highest = (0..n).filter(|&k| up[k] == 0.0).max_by(|&a, &b| {
                // `max_by` returns the last of equals.
                expected[a].total_cmp(&expected[b])
            });
            let mut x = Slice { value: &mut value, up: &up, low: &low, diagonal: &diagonal };
            let best = step(path, &mut x, &rows[0], &rows[1], 0.5, -0.25);
            assert_eq!(best.index, highest.unwrap_or(usize::MAX), "{n} samples");
            assert_eq!(x.value, expected);

            let gain = |k: usize| {
                let curvature = 9.0 + f64::from(diagonal[k]) - 2.0 * f64::from(rows[0][k]);
                (8.0 - expected[k]).powi(2) / curvature
            };
            let open = || (0..n).filter(|&k| low[k] == 0.0);
            let chosen = open()
                .filter(|&k| 8.0 - expected[k] > 0.0)
                .max_by(|&a, &b| gain(a).total_cmp(&gain(b)));
            let found = partner(path, &x, &rows[0], 9.0, 8.0);
            assert_eq!(found.best.index, chosen.unwrap_or(usize::MAX), "{n} samples");
            let lowest = open().map(|k| expected[k]).fold(f64::INFINITY, f64::min);
            assert_eq!(found.lowest, lowest);
        }
    }
}
