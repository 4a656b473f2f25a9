//! A network as a linfa estimator.

use linfa::dataset::AsTargets;
use linfa::traits::Fit;
use linfa::{DatasetBase, ParamGuard};
use ndarray::{ArrayBase, Data, Ix1, Ix2};

use super::network::Network;
use super::sequential::Sequential;
use super::train::fit::Train;
use super::train::settings::Training;
use crate::{Dataset, Error, Result};

/// Architecture, training settings and seed as linfa's parameters: grid search, cross-validation and
/// the comparisons with SVMs take it like any other estimator.
///
/// ```
/// use fashion::linfa::Dataset;
/// use fashion::Classifier as _;
/// use fashion::linfa::traits::Fit;
/// use fashion::ndarray::{Array1, Array2};
/// use fashion::nn::{NetworkParams, Sequential, Training};
///
/// let records = Array2::from_shape_fn((60, 4), |(i, j)| f32::from(u8::from(i % 3 == j)));
/// let train = Dataset::new(records, (0..60).map(|i| i % 3).collect::<Array1<usize>>());
///
/// let architecture = Sequential::new([4]).dense(8).relu().dense(3).softmax();
/// let params = NetworkParams::new(architecture, Training::new().epochs(60).verbose(false)).seed(5);
/// let network = params.fit(&train)?;
/// assert_eq!(network.predict(&train.records)?, train.targets);
/// # Ok::<(), fashion::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct NetworkParams(NetworkValidParams);

/// A [`NetworkParams`] whose parameters have been checked.
#[derive(Debug, Clone)]
pub struct NetworkValidParams {
    architecture: Sequential,
    training: Training,
    seed: u64,
}

impl NetworkParams {
    /// Networks of this architecture, trained like this. Every fit starts from new weights.
    pub fn new(architecture: Sequential, training: Training) -> Self {
        Self(NetworkValidParams { architecture, training, seed: 0 })
    }

    /// The seed of the weights; that of the training stands in its settings.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.seed = seed;
        self
    }

    /// Builds and trains a network: linfa's [`Fit`] in the types that a notebook uses, so that the
    /// kernel can name the result.
    ///
    /// # Errors
    /// As [`Network::fit`].
    pub fn fit<E: Train>(&self, dataset: &Dataset<E>) -> Result<Network<E>> {
        self.check_ref()?.fit(dataset)
    }
}

impl NetworkValidParams {
    /// The architecture of the networks.
    pub fn architecture(&self) -> &Sequential {
        &self.architecture
    }

    /// The settings of the fits.
    pub fn training(&self) -> &Training {
        &self.training
    }
}

impl ParamGuard for NetworkParams {
    type Checked = NetworkValidParams;
    type Error = Error;

    fn check_ref(&self) -> Result<&Self::Checked> {
        self.0.training.check()?;
        self.0.architecture.shapes()?;
        Ok(&self.0)
    }

    fn check(self) -> Result<Self::Checked> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl<E, D, T> Fit<ArrayBase<D, Ix2>, T, Error> for NetworkValidParams
where
    E: Train,
    D: Data<Elem = E>,
    T: AsTargets<Elem = usize, Ix = Ix1>,
{
    type Object = Network<E>;

    fn fit(&self, dataset: &DatasetBase<ArrayBase<D, Ix2>, T>) -> Result<Network<E>> {
        let mut network = self.architecture.build_as::<E>(self.seed)?;
        network.fit(dataset, &self.training)?;
        Ok(network)
    }
}
