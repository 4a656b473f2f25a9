//! Training, saving, loading, testing.

use std::path::{Path, PathBuf};

use super::model::Model;
use super::report::TestReport;
use crate::data::{CLASSES, Images, PIXELS};
use crate::nn::{History, Network, difference};
use crate::svm::{self, Kernel, Svc};
use crate::{Error, Result};

/// The settings that the program's modes share: where models are kept, and what chance and patience
/// decide.
#[derive(Debug, Clone)]
pub struct Program {
    folder: PathBuf,
    seed: u32,
    epochs: Option<usize>,
    batch_size: Option<usize>,
    verbose: bool,
}

impl Program {
    /// The share of the training images that is kept for validation.
    pub const VALIDATION: f64 = 0.2;
    /// The name of the support vector machine's file in the model folder.
    pub const SVM_FILE: &str = "SVM.safetensors";
    /// How many training images the support vector machine takes at most.
    pub const SVM_IMAGES: usize = 10_000;

    /// Keeps models in this folder; it is made when there is one to keep.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), seed: 1, epochs: None, batch_size: None, verbose: true }
    }

    /// The seed of weights, split, order, dropout and augmentation; 1 unless set.
    #[must_use]
    pub fn seed(self, seed: u32) -> Self {
        Self { seed, ..self }
    }

    /// At most this many epochs instead of the model's own number.
    #[must_use]
    pub fn epochs(self, epochs: usize) -> Self {
        Self { epochs: Some(epochs), ..self }
    }

    /// Images per step instead of the model's own number.
    #[must_use]
    pub fn batch_size(self, batch_size: usize) -> Self {
        Self { batch_size: Some(batch_size), ..self }
    }

    /// Print one line per epoch. Default: true.
    #[must_use]
    pub fn verbose(self, verbose: bool) -> Self {
        Self { verbose, ..self }
    }

    /// The training images in two parts: for training, and for validation.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) if there are too few.
    pub fn split(&self, images: &Images) -> Result<(Images, Images)> {
        images.split_random(Self::VALIDATION, self.seed)
    }

    /// Trains a network and saves it.
    ///
    /// The state after each epoch is kept in the folder `training` in the model folder: the same training
    /// started again goes on where it was killed, with the same result, and one that had ended is read
    /// instead of computed.
    ///
    /// # Errors
    /// Those of [`Network::fit_validated`] and of files; an interrupt is one, and the same training then goes on
    /// where it was.
    pub fn train(&self, model: Model, images: &Images) -> Result<(Network<f32>, History)> {
        let (train, validation) = self.split(images)?;
        let mut training = model.training().seed(self.seed.into());
        if let Some(epochs) = self.epochs {
            training = training.epochs(epochs);
        }
        if let Some(batch_size) = self.batch_size {
            training = training.batch_size(batch_size);
        }
        if !self.verbose {
            training = training.verbose(false);
        }
        let training = training.saved_in(self.folder.join("training"));
        let mut network = model.architecture().build(self.seed.into())?;
        let (train, validation) = (train.dataset::<f32>(), validation.dataset::<f32>());
        let history = network.fit_validated(&train, &validation, &training)?;
        if history.interrupted() {
            return Err(fashion_base::Error::Interrupted { what: model.name() }.into());
        }
        network.save(self.path(model))?;
        Ok((network, history))
    }

    /// Evaluates a saved network on test images.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn test(&self, model: Model, images: &Images) -> Result<TestReport> {
        TestReport::new(&self.load(model)?, images)
    }

    /// A saved network.
    ///
    /// # Errors
    /// [`Error::ModelMissing`] if there is no such file, [`Error::ModelForeign`] if it is not a network for
    /// these images; both say what to do.
    pub fn load(&self, model: Model) -> Result<Network<f32>> {
        let path = self.path(model);
        let network = present(&path, model.name()).and_then(|()| {
            let network = Network::<f32>::load(&path);
            network.map_err(|error| foreign(&path, model.name(), error))
        })?;
        // Another network's figures would go into this one's report.
        match difference(&model.architecture(), network.architecture()) {
            Some(problem) => Err(Error::ModelForeign { name: model.name(), path, problem }),
            None => Ok(network),
        }
    }

    /// The file of a network.
    pub fn path(&self, model: Model) -> PathBuf {
        self.folder.join(model.file_name())
    }

    /// Fits the support vector machine to the first [`Self::SVM_IMAGES`] training images (RBF, C 10, gamma
    /// 0.02) and saves it.
    ///
    /// # Errors
    /// Those of the fit and of files.
    pub fn train_svm(&self, images: &Images) -> Result<Svc> {
        let (train, _) = self.split(images)?;
        let some = train.head(train.len().min(Self::SVM_IMAGES))?;
        let svm = Svc::params().c(10.0).kernel(Kernel::rbf(0.02)).fit(&some.dataset::<f32>())?;
        svm.save(self.svm_path())?;
        Ok(svm)
    }

    /// The saved support vector machine.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn load_svm(&self) -> Result<Svc> {
        let path = self.svm_path();
        present(&path, "SVM")?;
        let svm = Svc::load(&path).map_err(|error| foreign(&path, "SVM", error.into()))?;
        let foreign =
            |problem| Err(Error::ModelForeign { name: "SVM", path: path.clone(), problem });
        match (svm.n_features(), svm.classes().iter().find(|&&class| class >= CLASSES)) {
            (PIXELS, None) => Ok(svm),
            (PIXELS, Some(class)) => {
                foreign(format!("it knows a class {class}, the data has 0 to 9"))
            }
            (other, _) => foreign(format!("its machine takes {other} values")),
        }
    }

    /// The file of the support vector machine.
    pub fn svm_path(&self) -> PathBuf {
        self.folder.join(Self::SVM_FILE)
    }
}

fn present(path: &Path, name: &'static str) -> Result<()> {
    // Anything else that is wrong with it shows when it is read.
    match path.try_exists() {
        Ok(false) => Err(Error::ModelMissing { name, path: path.into() }),
        _ => Ok(()),
    }
}

/// What to do about a file that is none of ours; other failures of reading stay as they are.
fn foreign(path: &Path, name: &'static str, error: Error) -> Error {
    match error {
        Error::Base(fashion_base::Error::ModelFile { problem, .. })
        | Error::Svc(svm::Error::Base(fashion_base::Error::ModelFile { problem, .. })) => {
            Error::ModelForeign { name, path: path.into(), problem }
        }
        other => other,
    }
}
