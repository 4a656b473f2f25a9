//! What a fit is about: data, settings, and what changes on the way.

use ndarray::ArrayView2;

use super::callbacks::{self, Plateau, Stopping};
use super::settings::Training;
use crate::nn::element::Element;
use crate::nn::history::History;
use crate::nn::infer::{check_finite, check_labels};
use crate::nn::loss::Loss;
use crate::nn::network::Network;
use crate::nn::optimizer_state::OptimizerState;
use crate::{Error, Result};

/// Data and settings of one fit.
pub struct Job<'a, E> {
    pub(super) training: &'a Training,
    pub(super) train: Samples<'a, E>,
    pub(super) validation: Option<Samples<'a, E>>,
}

/// Rows and their labels.
pub(super) struct Samples<'a, E> {
    pub(super) rows: ArrayView2<'a, E>,
    pub(super) labels: Vec<usize>,
}

impl<'a, E: Element> Job<'a, E> {
    pub(super) fn new(training: &'a Training, rows: ArrayView2<'a, E>, labels: Vec<usize>) -> Self {
        Self { training, train: Samples { rows, labels }, validation: None }
    }

    pub(super) fn validated(mut self, rows: ArrayView2<'a, E>, labels: Vec<usize>) -> Self {
        self.validation = Some(Samples { rows, labels });
        self
    }

    pub(super) fn check(&self, network: &Network<E>, loss: Loss) -> Result<()> {
        let training = self.training;
        training.check()?;
        loss.check(network.last_activation())?;
        callbacks::check(training.reduce_lr, training.early_stopping, self.validation.is_some())?;
        for samples in std::iter::once(&self.train).chain(&self.validation) {
            check_labels(samples.rows.nrows(), &samples.labels, network.n_classes())?;
            if samples.rows.ncols() != network.n_features() {
                let shape = network.input_shape();
                let expected = format!("rows of {} values for {shape:?}", network.n_features());
                return Err(Error::shape("fit", expected, samples.rows.shape()));
            }
            check_finite(samples.rows, 0)?;
        }
        if training.augmentation.is_some() {
            image_shape(network)?;
        }
        Ok(())
    }
}

/// The shape of a sample that augmentation can move and turn.
pub(super) fn image_shape<E: Element>(network: &Network<E>) -> Result<[usize; 3]> {
    network.input_shape().try_into().map_err(|_| {
        let expected = "an input shape of (height, width, channels), then `.flatten()`";
        Error::shape("augmentation", expected, network.input_shape())
    })
}

/// What changes during a fit besides the network's weights, and what a checkpoint therefore holds.
pub(super) struct State<E> {
    /// Next epoch, counted from 0.
    pub(super) epoch: usize,
    /// With the learning rate of the next step.
    pub(super) optimizer: OptimizerState<E>,
    pub(super) plateau: Plateau,
    pub(super) stopping: Stopping,
    /// The parameters of the best epoch, if they are to be restored.
    pub(super) best: Option<Vec<Vec<E>>>,
    pub(super) history: History,
}
