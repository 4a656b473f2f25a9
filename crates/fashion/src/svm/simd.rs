//! The inner loops, compiled for several generations of x86 and chosen at run time.
//!
//! Each loop is plain Rust that the compiler vectorises; no operation is fused and every
//! reduction is a maximum with a fixed rule for ties, so all versions give the same bits.

use super::levels::SIGN;

/// Defines `$name` to call `$body` compiled for the best instruction set of this processor.
macro_rules! for_each_processor {
    ($(#[$doc:meta])* $name:ident = $body:ident($($arg:ident: $type:ty),* $(,)?) $(-> $result:ty)?) => {
        $(#[$doc])*
        pub(super) fn $name($($arg: $type),*) $(-> $result)? {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
                fn avx512($($arg: $type),*) $(-> $result)? {
                    $body($($arg),*)
                }
                #[target_feature(enable = "avx2")]
                fn avx2($($arg: $type),*) $(-> $result)? {
                    $body($($arg),*)
                }
                if is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
                {
                    // SAFETY: the processor has the features, as just detected.
                    return unsafe { avx512($($arg),*) };
                }
                if is_x86_feature_detected!("avx2") {
                    // SAFETY: the processor has the feature, as just detected.
                    return unsafe { avx2($($arg),*) };
                }
            }
            $body($($arg),*)
        }
    };
}

/// Samples between two looks at the running maximum.
const BLOCK: usize = 128;

/// `exp(x)` for `x <= 0`, within 2 units in the last place; below -87 it stays at exp(-87).
#[inline(always)]
fn exp(x: f32) -> f32 {
    // Adding 1.5 * 2^23 leaves the nearest integer in the low bits.
    const ROUND: f32 = 12_582_912.0;
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    let x = x.max(-87.0);
    let rounded = x * std::f32::consts::LOG2_E + ROUND;
    let n = rounded - ROUND;
    let r = x - n * LN2_HIGH - n * LN2_LOW;
    // Taylor's series with the last terms adjusted for |r| <= ln(2) / 2 (Cephes, Moshier).
    let mut p = 1.987_569_2e-4;
    p = p * r + 1.398_199_9e-3;
    p = p * r + 8.333_452e-3;
    p = p * r + 4.166_579_6e-2;
    p = p * r + 1.666_666_5e-1;
    p = p * r + 0.5;
    let fraction = p * (r * r) + r + 1.0;
    let power = rounded.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127);
    fraction * f32::from_bits(power << 23)
}

#[inline(always)]
fn rbf_f32_body(products: &[f32], norm: f32, norms: &[f32], gamma: f32, out: &mut [f32]) {
    for ((out, &product), &other) in out.iter_mut().zip(products).zip(norms) {
        let distance = (norm + other - 2.0 * product).max(0.0);
        *out = exp(-gamma * distance);
    }
}

#[inline(always)]
fn rbf_f64_body(products: &[f64], norm: f64, norms: &[f64], gamma: f64, out: &mut [f32]) {
    for ((out, &product), &other) in out.iter_mut().zip(products).zip(norms) {
        let distance = (norm + other - 2.0 * product).max(0.0);
        *out = exp((-gamma * distance) as f32);
    }
}

/// The loop over features that may be levels, for either precision; see [`super::levels`].
macro_rules! levels_body {
    ($name:ident, $type:ty) => {
        #[inline(always)]
        fn $name(features: &[$type], out: &mut [u8]) -> Option<[i32; 2]> {
            // Adding 1.5 * 2^52 leaves the nearest integer in the low bits.
            const ROUND: f64 = 6_755_399_441_055_744.0;
            let mut others = 0;
            for (out, &feature) in out.iter_mut().zip(features) {
                let scaled = f64::from(feature) * 255.0;
                let shifted = scaled + ROUND;
                let level = shifted - ROUND;
                // A quotient by 255 is rounded, by half a unit in the last place at most.
                let near = (scaled - level).abs() <= 256.0 * f64::from(<$type>::EPSILON);
                others += u32::from(!(near && (0.0..=255.0).contains(&level)));
                *out = shifted.to_bits() as u8 ^ SIGN;
            }
            let (mut square, mut sum) = (0, 0);
            for &value in &*out {
                let level = i32::from(value ^ SIGN);
                square += level * level;
                sum += level;
            }
            (others == 0).then_some([square, sum])
        }
    };
}
levels_body!(levels_f32_body, f32);
levels_body!(levels_f64_body, f64);

for_each_processor! {
    /// The levels of a row less 128, and their squared length and sum; nothing, if a feature is
    /// none.
    levels_f32 = levels_f32_body(features: &[f32], out: &mut [u8]) -> Option<[i32; 2]>
}
for_each_processor! {
    /// As [`levels_f32`].
    levels_f64 = levels_f64_body(features: &[f64], out: &mut [u8]) -> Option<[i32; 2]>
}

#[inline(always)]
fn rbf_levels_body(products: &[i32], square: i32, others: &[i32], factor: f32, out: &mut [f32]) {
    for ((out, &product), &other) in out.iter_mut().zip(products).zip(others) {
        *out = exp(-factor * (square + other - 2 * product) as f32);
    }
}

for_each_processor! {
    /// `out = exp(-factor (square + others - 2 products))`, one row of the radial kernel.
    rbf_levels = rbf_levels_body(
        products: &[i32], square: i32, others: &[i32], factor: f32, out: &mut [f32],
    )
}
for_each_processor! {
    /// `out = exp(-gamma (norm + norms - 2 products))`, one row of the radial kernel.
    rbf_f32 = rbf_f32_body(
        products: &[f32], norm: f32, norms: &[f32], gamma: f32, out: &mut [f32],
    )
}
for_each_processor! {
    /// As [`rbf_f32`], with distances in `f64`.
    rbf_f64 = rbf_f64_body(
        products: &[f64], norm: f64, norms: &[f64], gamma: f64, out: &mut [f32],
    )
}

/// The largest value and where it is; among equals the last, as in LIBSVM.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Best {
    pub value: f64,
    pub index: usize,
}

impl Best {
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
pub(super) struct Slice<'a> {
    pub value: &'a mut [f64],
    pub up: &'a [f32],
    pub low: &'a [f32],
    pub diagonal: &'a [f32],
}

#[inline(always)]
fn step_body(x: &mut Slice<'_>, row_i: &[f32], row_j: &[f32], by_i: f64, by_j: f64) -> Best {
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

for_each_processor! {
    /// `value -= by_i row_i + by_j row_j`, and the largest new value that may grow.
    step = step_body(
        x: &mut Slice<'_>, row_i: &[f32], row_j: &[f32], by_i: f64, by_j: f64,
    ) -> Best
}

/// What [`partner`] found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Partner {
    /// The largest second-order gain and its index.
    pub best: Best,
    /// The smallest value that may shrink.
    pub lowest: f64,
}

#[inline(always)]
fn partner_body(x: &Slice<'_>, row: &[f32], diagonal: f64, highest: f64) -> Partner {
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
            let curvature = if curvature > 0.0 { curvature } else { super::smo::TINY };
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

for_each_processor! {
    /// The partner of the sample with value `highest` and kernel `row` that gains most:
    /// the largest `(highest - value)^2 / (K_ii + K_jj - 2 K_ij)` among those that may shrink.
    partner = partner_body(x: &Slice<'_>, row: &[f32], diagonal: f64, highest: f64) -> Partner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponential_is_within_two_units_in_the_last_place() {
        for k in 0..200_000 {
            let x = -(k as f32) * 4.3e-4;
            let exact = f64::from(x).exp();
            let error = (f64::from(exp(x)) - exact).abs() / exact;
            assert!(error < 2.0 * f64::from(f32::EPSILON), "exp({x}): relative error {error}");
        }
        assert_eq!(exp(0.0), 1.0);
        assert!(exp(-1e30) < 1e-37);
    }

    /// Lengths around those of vectors and blocks, where remainders are.
    #[test]
    fn vectorised_passes_agree_with_one_by_one() {
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
            let best = step(&mut x, &rows[0], &rows[1], 0.5, -0.25);
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
            let found = partner(&x, &rows[0], 9.0, 8.0);
            assert_eq!(found.best.index, chosen.unwrap_or(usize::MAX), "{n} samples");
            let lowest = open().map(|k| expected[k]).fold(f64::INFINITY, f64::min);
            assert_eq!(found.lowest, lowest);
        }
    }
}
