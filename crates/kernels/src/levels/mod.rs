//! Grey levels: bytes, whose products are exact and fast.
//!
//! Pixels divided by 255 are x = a / 255 with whole a in 0..=255, so that
//! |x - z|^2 = (|a|^2 + |b|^2 - 2 <a, b>) / 255^2: nothing is rounded before the distance becomes a
//! float. AVX-512 VNNI multiplies and adds 64 pairs of bytes per instruction, an unsigned with a signed
//! one; the second factor therefore holds b - 128. Elsewhere the bytes become floats for the matrix
//! product: whole numbers that floats hold exactly, so that the results are the same.

mod floats;
mod vnni;

use crate::Float;
use crate::path::{InstructionSet, for_every_path};

/// Squared distances of rows up to this width fit an `i32`.
pub const WIDEST: usize = 16_384;

/// Rows of bytes as the second factor of products.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    count: usize,
    width: usize,
    form: Form,
}

#[derive(Debug, Clone, PartialEq)]
enum Form {
    /// Only where the processor has the instructions.
    Vnni(Vec<vnni::Vector>),
    Floats(floats::Factor),
}

/// Buffers of products, to use again.
#[derive(Debug, Clone, Default)]
pub struct Buffers {
    products: Vec<i32>,
    padded: Vec<u8>,
    floats: floats::Buffers,
}

impl Panel {
    /// The panel of these rows, in the form that is fastest on this path.
    ///
    /// # Panics
    /// If the width is 0 or above [`WIDEST`], or `rows` are no whole rows.
    pub fn new(path: InstructionSet, rows: &[u8], width: usize) -> Self {
        assert!((1..=WIDEST).contains(&width) && rows.len().is_multiple_of(width), "whole rows");
        let form = if path == InstructionSet::Avx512 && vnni::is_available() {
            Form::Vnni(vnni::pack(rows, width))
        } else {
            Form::Floats(floats::Factor::new(rows, width))
        };
        Self { count: rows.len() / width, width, form }
    }

    /// The number of rows.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The rows, as they came.
    pub fn rows(&self) -> Vec<u8> {
        match &self.form {
            Form::Vnni(vectors) => vnni::unpack(vectors, self.count, self.width),
            Form::Floats(factor) => factor.rows(self.width),
        }
    }

    /// <a, b - 128> for every row a of `rows` and every row b of the panel: (rows, [`Self::count`]).
    ///
    /// # Panics
    /// If `rows` are no whole rows of the panel's width.
    pub fn products<'b>(&self, rows: &[u8], buffers: &'b mut Buffers) -> &'b [i32] {
        let width = self.width;
        assert!(rows.len().is_multiple_of(width), "whole rows");
        let length = rows.len() / width * self.count;
        let Buffers { products, padded, floats } = buffers;
        if products.len() < length {
            products.resize(length, 0);
        }
        let products = &mut products[..length];
        match &self.form {
            Form::Vnni(vectors) => {
                vnni::multiply(vnni::padded(rows, width, padded), vectors, self.count, products);
            }
            Form::Floats(factor) => factor.multiply(rows, width, floats, products),
        }
        products
    }
}

for_every_path! {
    /// Whether all features are levels divided by 255, in the precision of `E`, and those levels.
    ///
    /// # Panics
    /// If the slices differ in length.
    pub fn from_floats<E: Float>(features: &[E], levels: &mut [u8]) -> bool {
        assert_eq!(features.len(), levels.len());
        // Adding 1.5 * 2^52 leaves the nearest integer in the low bits.
        const ROUND: f64 = 6_755_399_441_055_744.0;
        let mut others = 0_u32;
        for (out, &feature) in levels.iter_mut().zip(features) {
            let scaled = feature.wide() * 255.0;
            let shifted = scaled + ROUND;
            let level = shifted - ROUND;
            // A quotient by 255 is rounded, by half a unit in the last place at most.
            let near = (scaled - level).abs() <= 256.0 * E::epsilon().wide();
            others |= u32::from(!(near && (0.0..=255.0).contains(&level)));
            *out = shifted.to_bits() as u8;
        }
        others == 0
    }

    /// The squared length of a row, and its sum.
    ///
    /// # Panics
    /// If it is wider than [`WIDEST`].
    pub fn measure(row: &[u8]) -> [i32; 2] {
        assert!(row.len() <= WIDEST, "at most {WIDEST} levels");
        let (mut square, mut sum) = (0, 0);
        for &level in row {
            let level = i32::from(level);
            square += level * level;
            sum += level;
        }
        [square, sum]
    }
}

#[cfg(test)]
mod tests {
    use super::floats::SHIFT;
    use super::*;

    /// Widths that are no whole fours and more than one sum of floats, counts that are no whole vectors.
    #[test]
    fn products_are_those_of_whole_numbers_on_every_path() {
        for (count, width) in
            [(1, 1), (9, 3), (17, 4), (50, 30), (33, 784), (5, 2_050), (2, WIDEST)]
        {
            for light in [0, 1] {
                let level = |k: usize| if light == 1 { 255 } else { (k * 7919 + k / 7) as u8 };
                let a: Vec<u8> = (0..7 * width).map(level).collect();
                let b: Vec<u8> = (0..count * width).map(|k| level(k + 3)).collect();
                let product = |a: &[u8], b: &[u8]| -> i32 {
                    a.iter().zip(b).map(|(&a, &b)| i32::from(a) * (i32::from(b) - SHIFT)).sum()
                };
                let expected: Vec<i32> = a
                    .chunks_exact(width)
                    .flat_map(|a| b.chunks_exact(width).map(move |b| product(a, b)))
                    .collect();
                for path in InstructionSet::ALL {
                    let panel = Panel::new(path, &b, width);
                    assert_eq!(panel.count(), count);
                    assert_eq!(panel.rows(), b);
                    assert!(panel.products(&a, &mut Buffers::default()) == expected, "{path:?}");
                }
            }
        }
    }

    #[test]
    fn other_features_are_no_levels() {
        let mut levels = [0; 4];
        for path in InstructionSet::ALL {
            for feature in [0.5_f64, -1.0 / 255.0, 256.0 / 255.0, 1e300, f64::NAN, f64::INFINITY] {
                assert!(!from_floats(path, &[0.0, 1.0, feature, 0.0], &mut levels), "{feature}");
            }
            // In the precision of the features: this one is a level only in `f32`.
            let grey = 17.0_f32 / 255.0;
            assert!(!from_floats(path, &[f64::from(grey)], &mut levels[..1]));
            assert!(from_floats(path, &[grey, 0.0, 1.0], &mut levels[..3]));
            assert_eq!(levels[..3], [17, 0, 255]);
        }
    }
}
