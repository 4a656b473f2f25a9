//! Rows of the radial kernel exp(-gamma |x - z|^2).
//!
//! Squared distances come from products: |x|^2 + |z|^2 - 2 <x, z>.

use crate::Float;
use crate::path::{InstructionSet, for_every_path};

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

for_every_path! {
    /// out = exp(-gamma (norm + norms - 2 products)), with distances in the precision of `E`. As far as
    /// the shortest slice goes.
    pub fn rbf_row<E: Float>(
        products: &[E],
        norm: E,
        norms: &[E],
        gamma: f64,
        out: &mut [f32],
    ) {
        let (gamma, two) = (E::of(gamma), E::of(2.0));
        for ((out, &product), &other) in out.iter_mut().zip(products).zip(norms) {
            let distance = (norm + other - two * product).max(E::zero());
            *out = exp((-gamma * distance).wide() as f32);
        }
    }

    /// out = exp(-factor (square + squares - 2 products)), with distances in whole numbers. As far as
    /// the shortest slice goes.
    pub fn rbf_level_row(
        products: &[i32],
        square: i32,
        squares: &[i32],
        factor: f32,
        out: &mut [f32],
    ) {
        for ((out, &product), &other) in out.iter_mut().zip(products).zip(squares) {
            let distance = square.wrapping_add(other).wrapping_sub(product.wrapping_mul(2));
            *out = exp(-factor * distance as f32);
        }
    }
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

    #[test]
    fn all_paths_give_the_same_bits() {
        let products: Vec<f64> = (0..77).map(|k| f64::from(k * 31 % 17) / 7.0).collect();
        let norms: Vec<f64> = (0..77).map(|k| 5.0 + f64::from(k * 13 % 11) / 3.0).collect();
        let rows = InstructionSet::ALL.map(|path| {
            let mut out = vec![0.0; 77];
            rbf_row(path, &products, 4.5, &norms, 0.3, &mut out);
            out
        });
        assert!(rows[0] == rows[1] && rows[0] == rows[2]);
    }
}
