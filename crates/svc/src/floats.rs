//! Samples as floats near the origin, with their squared lengths.

use std::ops::Range;

use fashion_kernels::path::InstructionSet;
use fashion_kernels::threads::{for_each_piece, make, map};
use fashion_kernels::{Float, gram, matmul};
use ndarray::ArrayView2;

use crate::classes::panel_ranges;
use crate::error::{Error, Result};
use crate::feature::Feature;
use crate::kernel::Kernel;
use crate::space::{Kernels, Space};

/// Rows per task; fixed, so that sums do not depend on the number of threads.
const SHARD: usize = 64;

/// Contiguous rows of `width` features, at least one. [`Floats::move_origin`] makes them ready for
/// kernels.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Floats<E> {
    pub values: Vec<E>,
    pub norms: Vec<E>,
    pub width: usize,
}

/// At most [`TILE`](crate::classes::TILE) rows of one class, feature by feature. A product would
/// otherwise spend an eighth of its time on rearranging them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FloatPanel<E> {
    pub start: usize,
    pub values: Vec<E>,
    pub norms: Vec<E>,
}

impl<E: Float> Floats<E> {
    /// The records at `order`, in that order.
    pub fn gather<F: Feature>(records: ArrayView2<'_, F>, order: &[usize]) -> Self {
        let width = records.ncols();
        let values = make(
            (order.len() * width, SHARD * width),
            order.len() * width,
            |shard, values: &mut [E]| {
                let rows = values.chunks_exact_mut(width).zip(&order[shard * SHARD..]);
                rows.for_each(|(out, &sample)| {
                    let record = records.row(sample);
                    out.iter_mut().zip(record).for_each(|(out, &value)| *out = value.float());
                });
            },
        );
        Self::of(values, width)
    }

    pub fn of(values: Vec<E>, width: usize) -> Self {
        Self { values, norms: Vec::new(), width }
    }

    fn rows(&self, range: Range<usize>) -> &[E] {
        &self.values[range.start * self.width..range.end * self.width]
    }

    /// An error that names the first entry that is not finite, with its sample's own number.
    pub fn check_finite(&self, sample: impl Fn(usize) -> usize) -> Result<()> {
        match self.values.iter().position(|&value| !value.is_finite()) {
            None => Ok(()),
            Some(at) => Err(Error::parameter(
                "features",
                "finite numbers",
                format_args!(
                    "{} in sample {}, feature {}",
                    self.values[at].wide(),
                    sample(at / self.width),
                    at % self.width
                ),
            )),
        }
    }

    /// After [`move_origin`](Self::move_origin): an error for entries that are not finite or too
    /// large to be squared.
    pub fn check_lengths(&self, sample: impl Fn(usize) -> usize) -> Result<()> {
        let Some(at) = self.norms.iter().position(|&norm| !norm.is_finite()) else {
            return Ok(());
        };
        self.check_finite(&sample)?;
        Err(Error::parameter(
            "features",
            "squares that a number of the features' precision can hold (scale the features)",
            format_args!("an overflow in sample {}", sample(at)),
        ))
    }

    /// The mean of every feature.
    pub fn means(&self) -> Vec<f64> {
        let width = self.width;
        let shards = self.len().div_ceil(SHARD);
        let partial =
            make((shards * width, width), self.values.len(), |shard, sums: &mut [f64]| {
                let rows = shard * SHARD..self.len().min((shard + 1) * SHARD);
                for row in self.rows(rows).chunks_exact(width) {
                    sums.iter_mut().zip(row).for_each(|(sum, &value)| *sum += value.wide());
                }
            });
        let count = self.len() as f64;
        let sum = |feature: usize| partial.iter().skip(feature).step_by(width).sum::<f64>();
        (0..width).map(|feature| sum(feature) / count).collect()
    }

    /// The population variance of all entries, as NumPy's `X.var()`.
    pub fn variance(&self) -> f64 {
        let count = self.values.len() as f64;
        let mean = self.values.iter().map(|&v| v.wide()).sum::<f64>() / count;
        self.values.iter().map(|&v| (v.wide() - mean).powi(2)).sum::<f64>() / count
    }

    /// Moves the origin to `center` and computes the squared lengths.
    ///
    /// `|x - z|^2` comes from `|x|^2 + |z|^2 - 2 <x, z>`; near the origin little is cancelled.
    pub fn move_origin(&mut self, center: &[f64]) {
        let (width, cost) = (self.width, self.values.len());
        let length = |row: &[E]| {
            let mut length = 0.0;
            for (value, &mean) in row.iter().zip(center) {
                let moved = value.wide() - mean;
                length += moved * moved;
            }
            E::of(length)
        };
        self.norms = make((self.len(), SHARD), cost, |shard, norms: &mut [E]| {
            let rows = self.rows(shard * SHARD..shard * SHARD + norms.len()).chunks_exact(width);
            norms.iter_mut().zip(rows).for_each(|(norm, row)| *norm = length(row));
        });
        for_each_piece((&mut self.values, SHARD * width), cost, |_, rows| {
            for row in rows.chunks_exact_mut(width) {
                let moved = row.iter_mut().zip(center);
                moved.for_each(|(value, &mean)| *value = E::of(value.wide() - mean));
            }
        });
    }
}

impl<E: Float> FloatPanel<E> {
    /// The rows, row by row.
    pub fn rows(&self) -> Vec<E> {
        let count = self.norms.len();
        let width = self.values.len() / count;
        let value = |k: usize| self.values[k % width * count + k / width];
        (0..self.values.len()).map(value).collect()
    }
}

impl<E: Float> Space for Floats<E> {
    type Panel = FloatPanel<E>;
    type Buffers = Vec<E>;

    fn len(&self) -> usize {
        self.values.len() / self.width
    }

    fn bytes(&self) -> u64 {
        2 * size_of_val(self.values.as_slice()) as u64
    }

    fn select(&self, order: &[usize]) -> Self {
        let mut values = Vec::with_capacity(order.len() * self.width);
        order.iter().for_each(|&row| values.extend_from_slice(self.rows(row..row + 1)));
        let norms = order.iter().map(|&row| self.norms[row]).collect();
        Self { values, norms, width: self.width }
    }

    fn panels(&self, _: InstructionSet, classes: &[Range<usize>]) -> Vec<FloatPanel<E>> {
        map(panel_ranges(classes), self.values.len(), |rows| {
            let (start, count) = (rows.start, rows.len());
            let norms = self.norms[rows.clone()].to_vec();
            let mut values = vec![E::zero(); count * self.width];
            for (at, row) in self.rows(rows).chunks_exact(self.width).enumerate() {
                for (feature, &value) in row.iter().enumerate() {
                    values[feature * count + at] = value;
                }
            }
            FloatPanel { start, values, norms }
        })
    }

    fn start(panel: &FloatPanel<E>) -> usize {
        panel.start
    }

    fn tile(
        &self,
        Kernels { path, kernel }: Kernels,
        rows: Range<usize>,
        panel: &FloatPanel<E>,
        products: &mut Vec<E>,
        (out, start): (&mut [f32], impl Fn(usize) -> usize),
    ) {
        let (m, n) = (rows.len(), panel.norms.len());
        if products.len() < m * n {
            *products = vec![E::zero(); m * n];
        }
        let products = &mut products[..m * n];
        let left = self.rows(rows.clone());
        matmul::product((m, self.width, n), left, &panel.values, products, false);
        for (at, (row, products)) in rows.zip(products.chunks_exact(n)).enumerate() {
            let out = &mut out[start(at)..][..n];
            match kernel {
                Kernel::Rbf { gamma } => {
                    let (norm, gamma) = (self.norms[row], gamma.value());
                    gram::rbf_row(path, products, norm, &panel.norms, gamma, out);
                }
                Kernel::Linear => {
                    for (out, &product) in out.iter_mut().zip(products) {
                        *out = product.wide() as f32;
                    }
                }
                Kernel::Polynomial { degree, gamma, coef0 } => {
                    let (gamma, coef0) = (E::of(gamma.value()), E::of(coef0));
                    for (out, &product) in out.iter_mut().zip(products) {
                        *out = (gamma * product + coef0).powi(degree as i32).wide() as f32;
                    }
                }
            }
        }
    }
}
