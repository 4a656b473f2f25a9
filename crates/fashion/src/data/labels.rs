//! Anything that holds one class label per sample.

use std::borrow::Cow;

use linfa::DatasetBase;
use ndarray::{ArrayBase, Data, Ix1};

use super::classes::ClassNames;
use super::images::Images;

/// Samples in rows with one class label each: linfa's dataset as this crate uses it.
pub type Dataset<F> = linfa::Dataset<F, usize, Ix1>;

/// One class label per sample, in the order of the samples.
///
/// Metrics and fold rules take labels from slices, vectors, arrays, [`Images`] and linfa datasets
/// (their targets) alike.
pub trait AsLabels {
    /// The labels; borrowed where they lie in one piece.
    fn as_labels(&self) -> Cow<'_, [usize]>;

    /// The names of the classes, where the samples bring them along; else those of Fashion-MNIST.
    fn class_names(&self) -> ClassNames {
        ClassNames::default()
    }
}

impl AsLabels for [usize] {
    fn as_labels(&self) -> Cow<'_, [usize]> {
        Cow::Borrowed(self)
    }
}

impl<const N: usize> AsLabels for [usize; N] {
    fn as_labels(&self) -> Cow<'_, [usize]> {
        Cow::Borrowed(self)
    }
}

impl AsLabels for Vec<usize> {
    fn as_labels(&self) -> Cow<'_, [usize]> {
        Cow::Borrowed(self)
    }
}

impl AsLabels for Images {
    fn as_labels(&self) -> Cow<'_, [usize]> {
        Cow::Borrowed(self.labels())
    }

    fn class_names(&self) -> ClassNames {
        self.class_names().clone()
    }
}

impl<S: Data<Elem = usize>> AsLabels for ArrayBase<S, Ix1> {
    fn as_labels(&self) -> Cow<'_, [usize]> {
        match self.as_slice() {
            Some(labels) => Cow::Borrowed(labels),
            None => Cow::Owned(self.to_vec()),
        }
    }
}

impl<R: linfa::dataset::Records, S: Data<Elem = usize>> AsLabels
    for DatasetBase<R, ArrayBase<S, Ix1>>
{
    fn as_labels(&self) -> Cow<'_, [usize]> {
        self.targets.as_labels()
    }
}

impl<T: AsLabels + ?Sized> AsLabels for &T {
    fn as_labels(&self) -> Cow<'_, [usize]> {
        (**self).as_labels()
    }

    fn class_names(&self) -> ClassNames {
        (**self).class_names()
    }
}
