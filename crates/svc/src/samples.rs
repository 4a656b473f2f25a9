//! What the samples turn out to be: grey levels, or floats of either precision.

use std::ops::Range;

use fashion_kernels::Float;
use fashion_kernels::path::InstructionSet;
use ndarray::ArrayView2;

use crate::feature::Feature;
use crate::floats::{FloatPanel, Floats};
use crate::kernel::Kernel;
use crate::levels::{LevelPanel, as_floats};
use crate::space::Space as _;

/// Support vectors, in the form that the fit computed with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Support {
    F32(FloatSupport<f32>),
    F64(FloatSupport<f64>),
    Levels(Vec<LevelPanel>),
}

/// Support vectors with `center` as their origin.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FloatSupport<E> {
    pub panels: Vec<FloatPanel<E>>,
    pub center: Vec<f64>,
}

impl<E: Float> FloatSupport<E> {
    /// Grey levels as floats, for samples that are none.
    pub fn of_levels(
        (path, kernel): (InstructionSet, Kernel),
        panels: &[LevelPanel],
        width: usize,
        classes: &[Range<usize>],
    ) -> Self {
        let mut support = Floats::<E>::of(as_floats(panels), width);
        let center = origin(kernel, &support);
        support.move_origin(&center);
        Self { panels: support.panels(path, classes), center }
    }

    /// Samples in this precision and with this origin.
    pub fn like<F: Feature>(&self, records: ArrayView2<'_, F>, order: &[usize]) -> Floats<E> {
        let mut samples = Floats::gather(records, order);
        samples.move_origin(&self.center);
        samples
    }
}

/// Where to put the origin: kernels of distances do not mind, those of products do.
pub(crate) fn origin<E: Float>(kernel: Kernel, samples: &Floats<E>) -> Vec<f64> {
    if kernel.depends_on_distance_only() { samples.means() } else { vec![0.0; samples.width] }
}
