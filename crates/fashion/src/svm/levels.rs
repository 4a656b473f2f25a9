//! Features that are grey levels: bytes, whose products are exact and fast.
//!
//! Pixels divided by 255 are `x = a / 255` with whole `a` in 0..=255, so that
//! `|x - z|^2 = (|a|^2 + |b|^2 - 2 <a, b>) / 255^2`: nothing is rounded before the distance becomes
//! a float. AVX-512 VNNI multiplies and adds 64 pairs of bytes per instruction, an unsigned with a
//! signed one; floats go 16 at a time. The first factor therefore holds `a - 128`, and the second
//! gives back `128 sum(b)`.

use std::ops::Range;

use rayon::prelude::*;

use super::gram::{Element, ranges, shift};
use super::{Kernel, simd};

/// Squared distances up to this width fit an `i32`.
const WIDEST: usize = 16_384;

/// Samples per vector of the second factor.
const LANES: usize = 16;

/// Four features of 16 samples.
type Vector = [u8; 4 * LANES];

/// What becomes of a grey level in the first factor, and back.
pub(super) const SIGN: u8 = 0x80;

/// Rows of levels as the first factor of products.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Levels {
    /// `a - 128`, rows of `width` with zeros (-128) after the last feature.
    values: Vec<u8>,
    /// Of each row `|a|^2` and `sum(a)`.
    measures: Vec<[i32; 2]>,
    /// The number of features, rounded up to whole fours.
    width: usize,
}

impl Levels {
    /// These rows, if all features are levels and the processor has the instructions.
    pub fn new<E: Element>(features: &[E], width: usize) -> Option<Self> {
        if !is_available() || width == 0 || width > WIDEST {
            return None;
        }
        let padded = width.next_multiple_of(4);
        let mut values = vec![SIGN; features.len() / width * padded];
        let measures = values
            .par_chunks_exact_mut(padded)
            .zip(features.par_chunks_exact(width))
            .with_min_len(64)
            .map(|(values, features)| E::levels(features, values))
            .collect::<Option<Vec<_>>>()?;
        Some(Self { values, measures, width: padded })
    }

    fn rows(&self, rows: Range<usize>) -> &[u8] {
        &self.values[rows.start * self.width..rows.end * self.width]
    }

    /// The rows at `order`, in that order.
    pub fn select(&self, order: &[usize]) -> Self {
        let mut values = Vec::with_capacity(order.len() * self.width);
        order.iter().for_each(|&row| values.extend_from_slice(self.rows(row..row + 1)));
        let measures = order.iter().map(|&row| self.measures[row]).collect();
        Self { values, measures, width: self.width }
    }

    /// These rows as the second factor, in panels that start anew with each of `classes`.
    pub fn panels(&self, classes: &[Range<usize>]) -> LevelPanels {
        let parts = classes.iter().flat_map(|class| ranges(class.len()).map(|p| shift(&p, class)));
        let parts: Vec<Range<usize>> = parts.collect();
        LevelPanels(parts.into_par_iter().map(|rows| self.panel(rows)).collect())
    }

    fn panel(&self, rows: Range<usize>) -> Panel {
        let fours = self.width / 4;
        let mut values = vec![[0; 4 * LANES]; rows.len().div_ceil(LANES) * fours];
        for (at, row) in self.rows(rows.clone()).chunks_exact(self.width).enumerate() {
            let (group, lane) = (at / LANES * fours, at % LANES);
            for (vector, four) in values[group..].iter_mut().zip(row.chunks_exact(4)) {
                let out = vector[4 * lane..].iter_mut();
                out.zip(four).for_each(|(out, value)| *out = value ^ SIGN);
            }
        }
        let measures = &self.measures[rows.clone()];
        Panel {
            start: rows.start,
            values,
            distances: measures.iter().map(|[square, sum]| square - 256 * sum).collect(),
            products: measures.iter().map(|[_, sum]| 128 * sum).collect(),
        }
    }

    /// Kernel values between `rows` and a panel, each row into `out` from `start(row)` on;
    /// `products` is scratch for 16 more than the rows times the panel.
    pub fn kernel(
        &self,
        kernel: Kernel,
        rows: Range<usize>,
        panel: &Panel,
        products: &mut [i32],
        (out, start): (&mut [f32], impl Fn(usize) -> usize),
    ) {
        let stride = panel.values.len() / (self.width / 4) * LANES;
        let count = panel.products.len();
        let products = &mut products[..rows.len() * stride];
        multiply(self.rows(rows.clone()), &panel.values, self.width, products);
        for (at, (row, products)) in rows.zip(products.chunks_exact(stride)).enumerate() {
            let out = &mut out[start(at)..][..count];
            let product = || {
                let shifted = products.iter().zip(&panel.products);
                shifted.map(|(product, by)| f64::from(product + by) / (255.0 * 255.0))
            };
            match kernel {
                Kernel::Rbf { gamma } => {
                    let factor = (gamma.value() / (255.0 * 255.0)) as f32;
                    let square = self.measures[row][0];
                    simd::rbf_levels(&products[..count], square, &panel.distances, factor, out);
                }
                Kernel::Linear => {
                    out.iter_mut().zip(product()).for_each(|(out, value)| *out = value as f32);
                }
                Kernel::Polynomial { degree, gamma, coef0 } => {
                    let gamma = gamma.value();
                    for (out, value) in out.iter_mut().zip(product()) {
                        *out = (gamma * value + coef0).powi(degree as i32) as f32;
                    }
                }
            }
        }
    }
}

/// Levels as the second factor of products.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LevelPanels(Vec<Panel>);

impl LevelPanels {
    /// The panel whose first row this is.
    pub fn starting_at(&self, row: usize) -> Option<&Panel> {
        self.0.binary_search_by_key(&row, |panel| panel.start).ok().map(|at| &self.0[at])
    }
}

/// At most [`super::gram::TILE`] rows of one class.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Panel {
    start: usize,
    /// For each 16 samples, one vector per four features.
    values: Vec<Vector>,
    /// What to add to `|a|^2 - 2 <a - 128, b>` for the squared distance: `|b|^2 - 256 sum(b)`.
    distances: Vec<i32>,
    /// What to add to `<a - 128, b>`: `128 sum(b)`.
    products: Vec<i32>,
}

fn is_available() -> bool {
    #[cfg(target_arch = "x86_64")]
    let available = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vnni");
    #[cfg(not(target_arch = "x86_64"))]
    let available = false;
    available
}

/// `out = a b'`, for rows of `a - 128` and a panel: (rows, panel rounded up to whole vectors).
fn multiply(rows: &[u8], panel: &[Vector], width: usize, out: &mut [i32]) {
    assert!(is_available(), "levels exist only where their products do");
    #[cfg(target_arch = "x86_64")]
    // SAFETY: the processor has the instructions, as just asserted.
    unsafe {
        vnni::multiply(rows, panel, width, out);
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (rows, panel, width, out);
}

#[cfg(target_arch = "x86_64")]
mod vnni {
    use std::arch::x86_64::{
        _mm512_dpbusd_epi32, _mm512_loadu_si512, _mm512_set1_epi32, _mm512_setzero_si512,
        _mm512_storeu_si512,
    };

    use super::{LANES, Vector};

    /// A block of 8 rows and 3 vectors: 24 sums in registers, and the panel's part fits the first
    /// level of the cache.
    const ROWS: usize = 8;
    const VECTORS: usize = 3;

    #[target_feature(enable = "avx512f,avx512vnni")]
    pub fn multiply(rows: &[u8], panel: &[Vector], width: usize, out: &mut [i32]) {
        let fours = width / 4;
        let (count, groups) = (rows.len() / width, panel.len() / fours);
        assert!(rows.len() == count * fours * 4 && panel.len() == groups * fours);
        assert!(out.len() == count * groups * LANES);
        for group in (0..groups).step_by(VECTORS) {
            // Past the end, the last row or group is computed again and not stored.
            let b: [*const Vector; VECTORS] = std::array::from_fn(|v| {
                panel[(group + v).min(groups - 1) * fours..][..fours].as_ptr()
            });
            for row in (0..count).step_by(ROWS) {
                let a: [*const i32; ROWS] = std::array::from_fn(|r| {
                    rows[(row + r).min(count - 1) * width..][..width].as_ptr().cast()
                });
                let mut sums = [[_mm512_setzero_si512(); VECTORS]; ROWS];
                for four in 0..fours {
                    let mut vectors = [_mm512_setzero_si512(); VECTORS];
                    for (vector, b) in vectors.iter_mut().zip(b) {
                        // SAFETY: `b` points to `fours` vectors.
                        *vector = unsafe { _mm512_loadu_si512(b.add(four).cast()) };
                    }
                    for (sums, a) in sums.iter_mut().zip(a) {
                        // SAFETY: `a` points to `fours` times four bytes, not aligned.
                        let factor = _mm512_set1_epi32(unsafe { a.add(four).read_unaligned() });
                        for (sum, &vector) in sums.iter_mut().zip(&vectors) {
                            *sum = _mm512_dpbusd_epi32(*sum, vector, factor);
                        }
                    }
                }
                for (r, sums) in sums.iter().enumerate().take(count - row) {
                    for (v, &sum) in sums.iter().enumerate().take(groups - group) {
                        let at = ((row + r) * groups + group + v) * LANES;
                        let out = &mut out[at..][..LANES];
                        // SAFETY: `out` has the length of a vector.
                        unsafe { _mm512_storeu_si512(out.as_mut_ptr().cast(), sum) };
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::gram::{TILE, Tiles};
    use super::super::samples::Rows;
    use super::*;

    /// Widths that are no whole fours, counts that are no whole blocks, more than one panel.
    #[test]
    fn levels_give_the_kernel_values_of_floats() {
        let levels = |count: usize, width: usize| -> Vec<f64> {
            (0..count * width).map(|k| ((k * 7919 + k / 7) % 256) as f64 / 255.0).collect()
        };
        let kernels = [Kernel::rbf(0.05), Kernel::linear(), Kernel::polynomial(2, 0.1, 0.5)];
        for (count, width) in [(1, 1), (9, 3), (17, 4), (50, 30), (TILE + 33, 5)] {
            for kernel in kernels {
                let values = |use_levels| {
                    let mut x = Rows::of(levels(count, width), width);
                    x.prepare(&vec![0.0; width], use_levels);
                    assert_eq!(x.levels.is_some(), use_levels && is_available());
                    let panels = x.panels(std::slice::from_ref(&(0..count)));
                    let mut out = vec![f32::NAN; count * count];
                    Tiles::new().symmetric(kernel, (&x, &panels), &(0..count), &mut out);
                    out
                };
                for (level, float) in values(true).into_iter().zip(values(false)) {
                    assert!((level - float).abs() < 2e-6 * (1.0 + float.abs()), "{kernel} {width}");
                }
            }
        }
    }

    #[test]
    fn other_features_are_no_levels() {
        for feature in [0.5_f64, -1.0 / 255.0, 256.0 / 255.0, 1e300, f64::NAN, f64::INFINITY] {
            assert_eq!(Levels::new(&[0.0, 1.0, feature, 0.0], 2), None, "{feature}");
        }
        // In the precision of the features: this one is a level only in `f32`.
        assert_eq!(Levels::new(&[f64::from(17.0_f32 / 255.0)], 1), None);
        assert_eq!(Levels::new(&[17.0_f32 / 255.0], 1).is_some(), is_available());
    }
}
