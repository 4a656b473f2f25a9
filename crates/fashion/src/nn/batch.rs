//! A batch on its way through a network.

use dfdx::tensor::{Cpu, NoneTape, Tape};

use super::layers::shape::{flatten, unflatten};
use super::shapes::{ImageBatch, Matrix};
use crate::{Error, Float, Result};

/// Rows, or images where a layer needs them.
pub(super) enum Batch<E: Float, T = NoneTape> {
    Rows(Matrix<E, T>),
    Images(ImageBatch<E, T>),
}

impl<E: Float, T: Tape<E, Cpu>> Batch<E, T> {
    /// The batch as rows.
    pub(super) fn rows(self) -> Result<Matrix<E, T>> {
        match self {
            Self::Rows(rows) => Ok(rows),
            Self::Images(images) => flatten(images),
        }
    }

    /// The batch as images of this shape.
    pub(super) fn images(self, shape: &[usize]) -> Result<ImageBatch<E, T>> {
        match (self, shape) {
            (Self::Images(images), _) => Ok(images),
            (Self::Rows(rows), &[h, w, c]) => unflatten(rows, (h, w, c)),
            _ => Err(Error::shape("layer", "(height, width, channels)", shape)),
        }
    }
}
