//! Feature rows in the layout and precision that the kernels compute in.

use std::any::TypeId;
use std::ops::Range;

use ndarray::{ArrayView1, ArrayView2};
use rayon::prelude::*;

use super::gram::{Element, ranges, shift};
use super::levels::{LevelPanels, Levels};
use crate::{Error, Float, Result};

/// Rows per task; fixed, so that sums do not depend on the number of threads.
const SHARD: usize = 64;

/// Contiguous rows of `width` features. Kernels take them as grey levels, or else as numbers near
/// the origin with their squared lengths: see [`Rows::prepare`].
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rows<E> {
    pub values: Vec<E>,
    pub norms: Vec<E>,
    pub width: usize,
    pub levels: Option<Levels>,
}

/// Rows as the second factor of products: in panels of at most [`super::gram::TILE`] rows of one
/// class, each feature by feature. A product would otherwise spend an eighth of its time on
/// rearranging them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Panels<E> {
    values: Vec<E>,
    pub norms: Vec<E>,
    pub width: usize,
    pub levels: Option<LevelPanels>,
}

impl<E> Panels<E> {
    /// The panel of these rows, (features, rows); `rows` is one whole panel.
    pub fn panel(&self, rows: Range<usize>) -> &[E] {
        &self.values[rows.start * self.width..rows.end * self.width]
    }
}

/// Support vectors in the precision of the user's features.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Support {
    F32(Panels<f32>),
    F64(Panels<f64>),
}

/// [`Rows`] in the precision of the user's features.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Features {
    F32(Rows<f32>),
    F64(Rows<f64>),
}

impl Features {
    /// The records at `order`, in that order.
    pub fn gather<F: Float>(records: ArrayView2<'_, F>, order: &[usize]) -> Self {
        let rows = |row: usize| records.row(order[row]);
        if TypeId::of::<F>() == TypeId::of::<f32>() {
            Self::F32(Rows::copy(order.len(), records.ncols(), rows, to_f32))
        } else {
            Self::F64(Rows::copy(order.len(), records.ncols(), rows, to_f64))
        }
    }
}

impl Support {
    /// All records, in the precision of `self` whatever theirs is.
    pub fn like<F: Float>(&self, records: ArrayView2<'_, F>) -> Features {
        let rows = |row: usize| records.row(row);
        match self {
            Self::F32(_) => {
                Features::F32(Rows::copy(records.nrows(), records.ncols(), rows, to_f32))
            }
            Self::F64(_) => {
                Features::F64(Rows::copy(records.nrows(), records.ncols(), rows, to_f64))
            }
        }
    }
}

fn to_f32<F: Float>(value: F) -> f32 {
    value.to_f32().unwrap_or(f32::NAN)
}

fn to_f64<F: Float>(value: F) -> f64 {
    value.to_f64().unwrap_or(f64::NAN)
}

/// Methods that go through all rows use the threads of the pool that they run in.
impl<E: Element> Rows<E> {
    /// `count` rows of `width` features, converted one by one.
    fn copy<'a, F: Float>(
        count: usize,
        width: usize,
        row: impl Fn(usize) -> ArrayView1<'a, F> + Sync,
        convert: fn(F) -> E,
    ) -> Self {
        let mut values = vec![E::ZERO; count * width];
        let rows = values.par_chunks_exact_mut(width.max(1)).with_min_len(SHARD);
        rows.enumerate().for_each(|(at, out)| {
            out.iter_mut().zip(row(at)).for_each(|(out, &value)| *out = convert(value));
        });
        Self::of(values, width)
    }

    pub fn of(values: Vec<E>, width: usize) -> Self {
        Self { values, norms: Vec::new(), width, levels: None }
    }

    pub fn len(&self) -> usize {
        self.values.len() / self.width
    }

    pub fn rows(&self, range: Range<usize>) -> &[E] {
        &self.values[range.start * self.width..range.end * self.width]
    }

    /// These rows in panels that start anew with each of `classes`.
    pub fn panels(&self, classes: &[Range<usize>]) -> Panels<E> {
        let width = self.width;
        let levels = self.levels.as_ref().map(|levels| levels.panels(classes));
        if self.norms.is_empty() {
            return Panels { values: Vec::new(), norms: Vec::new(), width, levels };
        }
        let mut values = vec![E::ZERO; self.values.len()];
        let mut rest = values.as_mut_slice();
        let mut panels = Vec::new();
        for class in classes {
            for part in ranges(class.len()) {
                let (panel, after) = rest.split_at_mut(part.len() * width);
                panels.push((shift(&part, class), panel));
                rest = after;
            }
        }
        panels.into_par_iter().for_each(|(rows, panel)| {
            let count = rows.len();
            for (at, row) in self.rows(rows).chunks_exact(width).enumerate() {
                for (feature, &value) in row.iter().enumerate() {
                    panel[feature * count + at] = value;
                }
            }
        });
        Panels { values, norms: self.norms.clone(), width, levels }
    }

    /// What kernels need of the rows at `order`, in that order.
    pub fn select(&self, order: &[usize]) -> Self {
        match &self.levels {
            Some(levels) => {
                let levels = Some(levels.select(order));
                Self { values: Vec::new(), norms: Vec::new(), width: self.width, levels }
            }
            None => {
                let norms = order.iter().map(|&row| self.norms[row]).collect();
                Self { norms, ..Self::of(self.select_values(order), self.width) }
            }
        }
    }

    /// The rows at `order` as levels, if they are, and in any case as numbers: other rows may meet
    /// them that are no levels.
    pub fn select_support(&self, order: &[usize], center: &[f64]) -> Self {
        let mut support = self.select(order);
        if support.norms.is_empty() {
            support.values = self.select_values(order);
            support.move_origin(center);
        }
        support
    }

    fn select_values(&self, order: &[usize]) -> Vec<E> {
        let mut values = Vec::with_capacity(order.len() * self.width);
        order.iter().for_each(|&row| values.extend_from_slice(self.rows(row..row + 1)));
        values
    }

    /// An error that names the first entry that is not finite, with its sample's own number.
    pub fn check_finite(&self, sample: impl Fn(usize) -> usize) -> Result<()> {
        match self.values.iter().position(|&value| !value.into().is_finite()) {
            None => Ok(()),
            Some(at) => Err(Error::parameter(
                "features",
                "finite numbers",
                format_args!(
                    "{} in sample {}, feature {}",
                    self.values[at].into(),
                    sample(at / self.width),
                    at % self.width
                ),
            )),
        }
    }

    /// After [`prepare`](Self::prepare): an error for entries that are not finite or too large to
    /// be squared.
    pub fn check_lengths(&self, sample: impl Fn(usize) -> usize) -> Result<()> {
        let Some(at) = self.norms.iter().position(|&norm| !norm.into().is_finite()) else {
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
        let partial = |rows: &[E]| {
            let mut sums = vec![0.0; self.width];
            for row in rows.chunks_exact(self.width) {
                sums.iter_mut().zip(row).for_each(|(sum, &value)| *sum += value.into());
            }
            sums
        };
        let partial: Vec<Vec<f64>> =
            self.values.par_chunks(SHARD * self.width).map(partial).collect();
        let count = self.len() as f64;
        let sum = |feature: usize| partial.iter().map(|sums| sums[feature]).sum::<f64>();
        (0..self.width).map(|feature| sum(feature) / count).collect()
    }

    /// The population variance of all entries, as NumPy's `X.var()`.
    pub fn variance(&self) -> f64 {
        let count = self.values.len() as f64;
        let mean = self.values.iter().map(|&v| v.into()).sum::<f64>() / count;
        self.values.iter().map(|&v| (v.into() - mean).powi(2)).sum::<f64>() / count
    }

    /// Makes grey levels of the rows if they can be and `may_be_levels`; otherwise moves the origin
    /// to `center`.
    pub fn prepare(&mut self, center: &[f64], may_be_levels: bool) {
        if may_be_levels {
            self.levels = Levels::new(&self.values, self.width);
        }
        if self.levels.is_none() {
            self.move_origin(center);
        }
    }

    /// Moves the origin to `center` and computes the squared lengths.
    ///
    /// `|x - z|^2` comes from `|x|^2 + |z|^2 - 2 <x, z>`; near the origin little is cancelled.
    fn move_origin(&mut self, center: &[f64]) {
        let prepare_row = |row: &mut [E]| {
            let mut length = 0.0;
            for (value, &mean) in row.iter_mut().zip(center) {
                let moved = (*value).into() - mean;
                *value = E::from_f64(moved);
                length += moved * moved;
            }
            E::from_f64(length)
        };
        let width = self.width;
        self.norms =
            self.values.par_chunks_exact_mut(width).with_min_len(SHARD).map(prepare_row).collect();
    }
}
