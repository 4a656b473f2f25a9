//! Feature rows in the layout and precision that the kernels compute in.

use std::any::TypeId;
use std::ops::Range;

use ndarray::{ArrayBase, Data, Ix2};

use super::gram::{Element, ranges, shift};
use crate::{Error, Float, Result};

/// Contiguous rows of `width` features with their squared lengths.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rows<E> {
    pub values: Vec<E>,
    pub norms: Vec<E>,
    pub width: usize,
}

/// Rows as the second factor of products: within each panel of at most [`super::gram::TILE`] rows of a class,
/// feature by feature. The product would otherwise spend an eighth of its time on rearranging.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Panels<E> {
    values: Vec<E>,
    pub norms: Vec<E>,
    pub width: usize,
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
    pub fn gather<F: Float, D: Data<Elem = F>>(
        records: &ArrayBase<D, Ix2>,
        order: &[usize],
    ) -> Self {
        let width = records.ncols();
        let rows = order.iter().flat_map(|&row| records.row(row).to_vec());
        if TypeId::of::<F>() == TypeId::of::<f32>() {
            let mut values = Vec::with_capacity(order.len() * width);
            values.extend(rows.map(|value| value.to_f32().unwrap_or(f32::NAN)));
            Self::F32(Rows::new(values, width))
        } else {
            let mut values = Vec::with_capacity(order.len() * width);
            values.extend(rows.map(|value| value.to_f64().unwrap_or(f64::NAN)));
            Self::F64(Rows::new(values, width))
        }
    }
}

impl Support {
    /// All records, in the precision of `self` whatever theirs is.
    pub fn like<F: Float, D: Data<Elem = F>>(&self, records: &ArrayBase<D, Ix2>) -> Features {
        match self {
            Self::F32(_) => {
                let values = records.iter().map(|v| v.to_f32().unwrap_or(f32::NAN)).collect();
                Features::F32(Rows::new(values, records.ncols()))
            }
            Self::F64(_) => {
                let values = records.iter().map(|v| v.to_f64().unwrap_or(f64::NAN)).collect();
                Features::F64(Rows::new(values, records.ncols()))
            }
        }
    }
}

impl<E: Element> Rows<E> {
    pub fn new(values: Vec<E>, width: usize) -> Self {
        Self { values, norms: Vec::new(), width }
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
        let mut values = vec![E::ZERO; self.values.len()];
        for class in classes {
            for part in ranges(class.len()) {
                let part = shift(&part, class);
                let out = &mut values[part.start * width..part.end * width];
                let count = part.len();
                for (at, row) in self.rows(part).chunks_exact(width).enumerate() {
                    for (feature, &value) in row.iter().enumerate() {
                        out[feature * count + at] = value;
                    }
                }
            }
        }
        Panels { values, norms: self.norms.clone(), width }
    }

    /// The rows at `order`, in that order.
    pub fn select(&self, order: &[usize]) -> Self {
        let values =
            order.iter().flat_map(|&row| self.rows(row..row + 1).iter().copied()).collect();
        let norms = order.iter().map(|&row| self.norms[row]).collect();
        Self { values, norms, width: self.width }
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

    /// The mean of every feature.
    pub fn means(&self) -> Vec<f64> {
        let mut means = vec![0.0; self.width];
        for row in self.values.chunks_exact(self.width) {
            for (mean, &value) in means.iter_mut().zip(row) {
                *mean += value.into();
            }
        }
        let count = self.len() as f64;
        means.iter_mut().for_each(|mean| *mean /= count);
        means
    }

    /// The population variance of all entries, as NumPy's `X.var()`.
    pub fn variance(&self) -> f64 {
        let count = self.values.len() as f64;
        let mean = self.values.iter().map(|&v| v.into()).sum::<f64>() / count;
        self.values.iter().map(|&v| (v.into() - mean).powi(2)).sum::<f64>() / count
    }

    /// Moves the origin to `center` and computes the squared lengths.
    ///
    /// `|x - z|^2` comes from `|x|^2 + |z|^2 - 2 <x, z>`; near the origin little is cancelled.
    pub fn prepare(&mut self, center: &[f64]) {
        for row in self.values.chunks_exact_mut(self.width) {
            for (value, &mean) in row.iter_mut().zip(center) {
                *value = E::from_f64((*value).into() - mean);
            }
        }
        let length = |row: &[E]| row.iter().map(|&v| v.into() * v.into()).sum::<f64>();
        self.norms =
            self.values.chunks_exact(self.width).map(|row| E::from_f64(length(row))).collect();
    }
}
