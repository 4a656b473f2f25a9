//! How to train a network.

use std::path::PathBuf;

use super::callbacks::{EarlyStopping, ReduceLrOnPlateau};
use crate::data::Augmentation;
use crate::nn::loss::Loss;
use crate::nn::optimizer::Optimizer;
use crate::{Error, Result};

/// The settings of a fit, with Keras' defaults: Adam at 0.001, batches of 32, shuffled in every epoch.
///
/// ```
/// use fashion::linfa::Dataset;
/// use fashion::ndarray::{Array1, Array2};
/// use fashion::nn::{Optimizer, Sequential, Training};
///
/// // Two classes: which of two numbers is larger.
/// let records = Array2::from_shape_fn((200, 2), |(i, j)| ((i * 37 + j * 101) % 64) as f32 / 64.0);
/// let labels = records.rows().into_iter().map(|x| usize::from(x[1] > x[0])).collect::<Array1<_>>();
/// let train = Dataset::new(records, labels);
///
/// let mut network = Sequential::new([2]).dense(8).tanh().dense(2).softmax().build(1)?;
/// let training = Training::new().epochs(60).optimizer(Optimizer::adam(0.01)).verbose(false);
/// let history = network.fit(&train, &training)?;
/// assert_eq!(history.len(), 60);
/// assert!(network.evaluate(&train)?.accuracy > 0.9);
/// # Ok::<(), fashion::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Training {
    pub(in crate::nn) epochs: usize,
    pub(in crate::nn) batch_size: usize,
    pub(in crate::nn) optimizer: Optimizer,
    pub(in crate::nn) loss: Option<Loss>,
    pub(in crate::nn) seed: u64,
    pub(in crate::nn) shuffle: bool,
    pub(in crate::nn) validation_split: f64,
    pub(in crate::nn) augmentation: Option<Augmentation>,
    pub(in crate::nn) augment_validation: bool,
    pub(in crate::nn) reduce_lr: Option<ReduceLrOnPlateau>,
    pub(in crate::nn) early_stopping: Option<EarlyStopping>,
    pub(in crate::nn) keep: Option<Keep>,
    pub(in crate::nn) verbose: bool,
    pub(in crate::nn) threads: Option<usize>,
}

/// Where the state of a fit is kept.
#[derive(Debug, Clone)]
pub(in crate::nn) enum Keep {
    /// In this file, from which a fit with more epochs may go on.
    File(PathBuf),
    /// In this folder, under a name of its own for every fit.
    Folder(PathBuf),
}

impl Default for Training {
    fn default() -> Self {
        Self {
            epochs: 1,
            batch_size: 32,
            optimizer: Optimizer::default(),
            loss: None,
            seed: 0,
            shuffle: true,
            validation_split: 0.0,
            augmentation: None,
            augment_validation: false,
            reduce_lr: None,
            early_stopping: None,
            keep: None,
            verbose: true,
            threads: None,
        }
    }
}

impl Training {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// How often to go through the training data.
    #[must_use]
    pub fn epochs(self, epochs: usize) -> Self {
        Self { epochs, ..self }
    }

    /// Samples per step; the last batch of an epoch may be smaller.
    #[must_use]
    pub fn batch_size(self, batch_size: usize) -> Self {
        Self { batch_size, ..self }
    }

    /// The update rule.
    #[must_use]
    pub fn optimizer(self, optimizer: impl Into<Optimizer>) -> Self {
        Self { optimizer: optimizer.into(), ..self }
    }

    /// The loss; without it, the one that goes with the last layer (see [`Loss`]).
    #[must_use]
    pub fn loss(self, loss: Loss) -> Self {
        Self { loss: Some(loss), ..self }
    }

    /// The seed of the order of the samples, of dropout and of augmentation. (The weights have theirs
    /// in [`Sequential::build`](crate::nn::Sequential::build).)
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Whether every epoch takes the samples in a new order.
    #[must_use]
    pub fn shuffle(self, shuffle: bool) -> Self {
        Self { shuffle, ..self }
    }

    /// Keeps this share of the samples, the last ones as in Keras, for validation; for
    /// [`Network::fit`](crate::nn::Network::fit).
    #[must_use]
    pub fn validation_split(self, share: f64) -> Self {
        Self { validation_split: share, ..self }
    }

    /// Changes the training images anew in every epoch.
    #[must_use]
    pub fn augment(self, augmentation: Augmentation) -> Self {
        Self { augmentation: Some(augmentation), ..self }
    }

    /// Changes the validation images in every epoch too. That measures something else than the test
    /// set does: assignment A5 looks at the difference.
    #[must_use]
    pub fn augment_validation(self, augment_validation: bool) -> Self {
        Self { augment_validation, ..self }
    }

    /// Lowers the learning rate on a plateau.
    #[must_use]
    pub fn reduce_lr_on_plateau(self, config: ReduceLrOnPlateau) -> Self {
        Self { reduce_lr: Some(config), ..self }
    }

    /// Ends the fit when nothing improves any more.
    #[must_use]
    pub fn early_stopping(self, config: EarlyStopping) -> Self {
        Self { early_stopping: Some(config), ..self }
    }

    /// Writes everything that the fit needs to go on to this file after each epoch, and goes on from
    /// the file if it is there: a fit that was killed ends with the same bits as one that was not, and
    /// one that had ended returns at once. The file is refused if it belongs to another architecture,
    /// initial weights, data or settings; the number of epochs may grow. Delete it to start anew.
    #[must_use]
    pub fn checkpoint(self, path: impl Into<PathBuf>) -> Self {
        Self { keep: Some(Keep::File(path.into())), ..self }
    }

    /// Keeps finished fits in this folder: a fit whose architecture, initial weights, data and settings
    /// all are those of a file there is read instead of computed, and one that was killed goes on. The
    /// file's name is a hash of all of them, so a change of any trains anew; so does deleting the file.
    #[must_use]
    pub fn saved_in(self, folder: impl Into<PathBuf>) -> Self {
        Self { keep: Some(Keep::Folder(folder.into())), ..self }
    }

    /// Whether to print one line per epoch; on by default.
    #[must_use]
    pub fn verbose(self, verbose: bool) -> Self {
        Self { verbose, ..self }
    }

    /// The number of threads; without it [`crate::threads::threads`]. Results do not depend on it.
    #[must_use]
    pub fn threads(self, threads: usize) -> Self {
        Self { threads: Some(threads), ..self }
    }

    /// Whether every setting lies in its range.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for the first that does not.
    pub fn check(&self) -> Result<()> {
        if self.batch_size == 0 {
            return Err(Error::parameter("batch_size", "at least 1", self.batch_size));
        }
        if self.threads == Some(0) {
            return Err(Error::parameter("threads", "at least 1", 0));
        }
        if !(0.0..1.0).contains(&self.validation_split) {
            let expected = "a number in [0, 1)";
            return Err(Error::parameter("validation_split", expected, self.validation_split));
        }
        if let Some(augmentation) = &self.augmentation {
            augmentation.check()?;
        }
        self.optimizer.check()
    }

    /// What decides the result of a fit beside architecture and data, in words: two fits that agree in
    /// it continue each other.
    pub(in crate::nn) fn fingerprint(&self) -> String {
        format!(
            "batch size {}, {:?}, loss {:?}, seed {}, shuffle {}, validation split {}, augmentation \
             {:?}, of the validation data {}, {:?}, {:?}",
            self.batch_size,
            self.optimizer,
            self.loss,
            self.seed,
            self.shuffle,
            self.validation_split,
            self.augmentation,
            self.augment_validation,
            self.reduce_lr,
            self.early_stopping,
        )
    }
}
