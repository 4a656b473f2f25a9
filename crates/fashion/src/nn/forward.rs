//! One pass through the layers.

use dfdx::tensor::{Cpu, Tape};

use super::network::{Kernel, Weights};
use super::ops::{self, Activation, Images, Matrix, Source};
use super::{LayerKind, Network};
use crate::{Error, Float, Result};
use fashion_base::random::{Purpose, Stream};

/// How a pass differs between training and prediction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pass {
    /// Seed and number of the training step; without them nothing is dropped.
    pub(super) dropout: Option<(u64, u64)>,
    /// Leave out a final softmax or sigmoid.
    pub(super) logits: bool,
}

/// A batch on its way: rows, or images where a layer needs them.
enum Batch<E: Float, T> {
    Rows(Matrix<E, T>),
    Images(Images<E, T>),
}

impl<E: Float, T: Tape<E, Cpu>> Batch<E, T> {
    fn rows(self) -> Result<Matrix<E, T>> {
        match self {
            Self::Rows(rows) => Ok(rows),
            Self::Images(images) => ops::flatten(images),
        }
    }

    fn images(self, shape: &[usize]) -> Result<Images<E, T>> {
        match (self, shape) {
            (Self::Images(images), _) => Ok(images),
            (Self::Rows(rows), &[h, w, c]) => ops::unflatten(rows, (h, w, c)),
            _ => Err(Error::shape("layer", "(height, width, channels)", shape)),
        }
    }
}

impl<E: Float> Network<E> {
    /// The outputs (samples, classes) of a batch of samples, one per row.
    pub(super) fn forward<T: Tape<E, Cpu>>(
        &self,
        rows: Matrix<E, T>,
        pass: Pass,
    ) -> Result<Matrix<E, T>> {
        let layers = self.architecture.layers();
        let mut batch = Batch::Rows(rows);
        // Nobody needs the gradient of the data, so the first layer with weights computes none.
        let mut source = Source::Data;
        let mut index = 0;
        while let Some(layer) = layers.get(index) {
            let shape = &self.shapes[index];
            let last = index + 1 == layers.len();
            let activation = |activation| match activation {
                Activation::Softmax | Activation::Sigmoid if last && pass.logits => {
                    Activation::Linear
                }
                other => other,
            };
            batch = match (&layer.kind, &self.weights[index]) {
                (
                    LayerKind::Conv2d { stride, padding, weights: settings, .. },
                    Some(Weights { kernel: Kernel::Conv2d(filters), bias }),
                ) => {
                    let max_pool = match layers.get(index + 1).map(|next| &next.kind) {
                        Some(LayerKind::MaxPool2d(pool)) => Some(*pool),
                        _ => None,
                    };
                    let options = ops::Conv2d {
                        stride: *stride,
                        padding: *padding,
                        activation: activation(settings.activation),
                        max_pool,
                        source,
                        ..ops::Conv2d::default()
                    };
                    // The pooling layer is part of the operation.
                    index += usize::from(max_pool.is_some());
                    Batch::Images(ops::conv2d(batch.images(shape)?, filters, bias, options)?)
                }
                (
                    LayerKind::Dense { weights: settings, .. },
                    Some(Weights { kernel: Kernel::Dense(weights), bias }),
                ) => {
                    let activation = activation(settings.activation);
                    Batch::Rows(ops::dense(batch.rows()?, weights, bias, activation, source)?)
                }
                (LayerKind::Conv2d { .. } | LayerKind::Dense { .. }, _) => {
                    return Err(Error::parameter("layer", "weights of its own kind", &layer.name));
                }
                (LayerKind::MaxPool2d(pool), _) => {
                    Batch::Images(ops::max_pool2d(batch.images(shape)?, *pool)?)
                }
                (LayerKind::AveragePool2d(pool), _) => {
                    Batch::Images(ops::average_pool2d(batch.images(shape)?, *pool)?)
                }
                (LayerKind::Dropout { rate }, _) => match pass.dropout {
                    Some((seed, step)) => {
                        let seed = Stream::new(seed, Purpose::Dropout, &[index]).next();
                        match batch {
                            Batch::Rows(x) => Batch::Rows(ops::dropout(x, *rate, seed, step)?),
                            Batch::Images(x) => Batch::Images(ops::dropout(x, *rate, seed, step)?),
                        }
                    }
                    None => batch,
                },
                (LayerKind::Flatten | LayerKind::Reshape { .. }, _) => Batch::Rows(batch.rows()?),
                (LayerKind::Permute { axes }, _) => {
                    Batch::Rows(ops::permute(batch.rows()?, shape, axes)?)
                }
                (LayerKind::Activation(kind), _) => match (activation(*kind), batch) {
                    // Softmax runs along the last axis, which rows of several axes would hide.
                    (Activation::Softmax, Batch::Rows(x)) if shape.len() == 3 => {
                        let images = Batch::Rows(x).images(shape)?;
                        Batch::Images(ops::activate(images, Activation::Softmax)?)
                    }
                    (activation, Batch::Rows(x)) => Batch::Rows(ops::activate(x, activation)?),
                    (activation, Batch::Images(x)) => Batch::Images(ops::activate(x, activation)?),
                },
            };
            if layer.kind.weight_settings().is_some() {
                source = Source::Layer;
            }
            index += 1;
        }
        batch.rows()
    }
}
