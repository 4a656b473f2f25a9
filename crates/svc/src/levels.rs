//! Samples as grey levels, whose kernels are computed in whole numbers.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use fashion_kernels::levels::{self, Buffers, Panel, WIDEST};
use fashion_kernels::path::InstructionSet;
use fashion_kernels::threads::{make, map};
use fashion_kernels::{Float, gram};
use ndarray::ArrayView2;

use crate::classes::panel_ranges;
use crate::feature::Feature;
use crate::kernel::Kernel;
use crate::space::{Kernels, Space};

/// Rows per task.
const SHARD: usize = 64;

/// The square of the level that stands for 1.
const WHITE: f64 = 255.0 * 255.0;

/// Rows of `width` levels, at least one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Levels {
    pub values: Vec<u8>,
    pub width: usize,
    /// Of each row the squared length and the sum.
    measures: Vec<[i32; 2]>,
}

/// At most [`TILE`](crate::classes::TILE) rows of one class.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LevelPanel {
    pub start: usize,
    pub levels: Panel,
    squares: Vec<i32>,
}

impl Levels {
    /// The records at `order`, in that order, if they are levels: bytes, or floats that are whole
    /// numbers divided by 255.
    pub fn gather<F: Feature>(
        path: InstructionSet,
        records: ArrayView2<'_, F>,
        order: &[usize],
    ) -> Option<Self> {
        let width = records.ncols();
        if width == 0 || width > WIDEST {
            return None;
        }
        let whole = AtomicBool::new(true);
        let size = order.len() * width;
        let values = make((size, SHARD * width), size, |shard, values: &mut [u8]| {
            // No need to look at the rest once it is known.
            if !whole.load(Ordering::Relaxed) {
                return;
            }
            let mut rows = values.chunks_exact_mut(width).zip(&order[shard * SHARD..]);
            if !rows.all(|(out, &sample)| F::levels(path, records.row(sample), out)) {
                whole.store(false, Ordering::Relaxed);
            }
        });
        whole.into_inner().then(|| Self::of(path, values, width))
    }

    pub fn of(path: InstructionSet, values: Vec<u8>, width: usize) -> Self {
        let count = values.len() / width;
        let measures = make((count, SHARD), values.len(), |shard, measures: &mut [[i32; 2]]| {
            let rows = values[shard * SHARD * width..].chunks_exact(width);
            measures.iter_mut().zip(rows).for_each(|(out, row)| *out = levels::measure(path, row));
        });
        Self { values, width, measures }
    }

    fn rows(&self, rows: Range<usize>) -> &[u8] {
        &self.values[rows.start * self.width..rows.end * self.width]
    }

    /// The population variance of all entries as fractions of 255, rounded once.
    pub fn variance(&self) -> f64 {
        let total = |part: usize| self.measures.iter().map(|m| m[part] as u128).sum::<u128>();
        let (count, squares, sum) = (self.values.len() as u128, total(0), total(1));
        (count * squares - sum * sum) as f64 / (count as f64 * count as f64 * WHITE)
    }
}

/// These rows as fractions of 255.
pub(crate) fn as_floats<E: Float>(panels: &[LevelPanel]) -> Vec<E> {
    let fractions: [E; 256] = std::array::from_fn(|level| E::of(level as f64) / E::of(255.0));
    let rows = panels.iter().flat_map(|panel| panel.levels.rows());
    rows.map(|level| fractions[usize::from(level)]).collect()
}

impl Space for Levels {
    type Panel = LevelPanel;
    type Buffers = Buffers;

    fn len(&self) -> usize {
        self.measures.len()
    }

    fn bytes(&self) -> u64 {
        // Where the processor has no products of bytes, panels hold floats.
        (1 + size_of::<f32>() as u64) * self.values.len() as u64
    }

    fn select(&self, order: &[usize]) -> Self {
        let mut values = Vec::with_capacity(order.len() * self.width);
        order.iter().for_each(|&row| values.extend_from_slice(self.rows(row..row + 1)));
        let measures = order.iter().map(|&row| self.measures[row]).collect();
        Self { values, width: self.width, measures }
    }

    fn panels(&self, path: InstructionSet, classes: &[Range<usize>]) -> Vec<LevelPanel> {
        map(panel_ranges(classes), self.values.len(), |rows| LevelPanel {
            start: rows.start,
            squares: self.measures[rows.clone()].iter().map(|[square, _]| *square).collect(),
            levels: Panel::new(path, self.rows(rows), self.width),
        })
    }

    fn start(panel: &LevelPanel) -> usize {
        panel.start
    }

    fn tile(
        &self,
        Kernels { path, kernel }: Kernels,
        rows: Range<usize>,
        panel: &LevelPanel,
        buffers: &mut Buffers,
        (out, start): (&mut [f32], impl Fn(usize) -> usize),
    ) {
        let n = panel.squares.len();
        let products = panel.levels.products(self.rows(rows.clone()), buffers);
        for (at, (row, products)) in rows.zip(products.chunks_exact(n)).enumerate() {
            let out = &mut out[start(at)..][..n];
            let [square, sum] = self.measures[row];
            // The products are <a, b - 128>.
            let product = |&product: &i32| f64::from(product + 128 * sum) / WHITE;
            match kernel {
                Kernel::Rbf { gamma } => {
                    let factor = (gamma.value() / WHITE) as f32;
                    let square = square - 256 * sum;
                    gram::rbf_level_row(path, products, square, &panel.squares, factor, out);
                }
                Kernel::Linear => {
                    for (out, value) in out.iter_mut().zip(products.iter().map(product)) {
                        *out = value as f32;
                    }
                }
                Kernel::Polynomial { degree, gamma, coef0 } => {
                    let gamma = gamma.value();
                    for (out, value) in out.iter_mut().zip(products.iter().map(product)) {
                        *out = (gamma * value + coef0).powi(degree as i32) as f32;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classes::TILE;
    use crate::floats::Floats;
    use crate::space::Tiles;

    /// Counts that are no whole blocks, more than one panel.
    #[test]
    fn levels_give_the_kernel_values_of_floats() {
        fn block<S: Space>(kernels: Kernels, x: &S) -> Vec<f32> {
            let all = 0..x.len();
            let panels = x.panels(kernels.path, std::slice::from_ref(&all));
            let mut out = vec![f32::NAN; all.len() * all.len()];
            Tiles::new().symmetric(kernels, x, &panels, &all, &mut out);
            out
        }
        for (count, width) in [(1, 1), (9, 3), (17, 4), (50, 30), (TILE + 33, 5)] {
            let bytes: Vec<u8> = (0..count * width).map(|k| (k * 7919 + k / 7) as u8).collect();
            let floats = bytes.iter().map(|&level| f64::from(level) / 255.0).collect();
            let mut floats = Floats::<f64>::of(floats, width);
            floats.move_origin(&vec![0.0; width]);
            for kernel in [Kernel::rbf(0.05), Kernel::linear(), Kernel::polynomial(2, 0.1, 0.5)] {
                for path in InstructionSet::ALL {
                    let kernels = Kernels { path, kernel };
                    let levels = block(kernels, &Levels::of(path, bytes.clone(), width));
                    for (level, float) in levels.into_iter().zip(block(kernels, &floats)) {
                        let error = (level - float).abs();
                        assert!(error < 2e-6 * (1.0 + float.abs()), "{kernel} {width}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_variance_is_that_of_the_fractions() {
        let bytes: Vec<u8> = (0..3000).map(|k| (k * 7919 + k / 7) as u8).collect();
        let fractions = bytes.iter().map(|&level| f64::from(level) / 255.0).collect();
        let (levels, floats) =
            (Levels::of(InstructionSet::Portable, bytes, 30), Floats::of(fractions, 30));
        assert!((levels.variance() / floats.variance() - 1.0).abs() < 1e-12);
    }
}
