//! The one error type of the crate.

use std::path::PathBuf;

/// What any function of this crate returns when it can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong, each with what was expected, what came and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An argument, a file or threads that cannot be.
    #[error(transparent)]
    Base(#[from] fashion_base::Error),
    /// A support vector classifier that cannot be.
    #[error(transparent)]
    Svc(#[from] fashion_svc::Error),
    /// A file does not start as an IDX file of its kind does.
    #[error(
        "{}: expected the IDX magic number {expected}, got {got}; is it another file under this \
         name?", path.display()
    )]
    IdxMagic {
        /// The file.
        path: PathBuf,
        /// The magic number of its kind, in hexadecimal bytes.
        expected: String,
        /// The file's first four bytes.
        got: String,
    },
    /// An IDX file declares other dimensions than it should have.
    #[error("{}: expected dimensions {expected}, the header declares {got}", path.display())]
    IdxDimensions {
        /// The file.
        path: PathBuf,
        /// The dimensions, or their limit.
        expected: String,
        /// What the file's header declares.
        got: String,
    },
    /// A file of labels does not belong to the file of images.
    #[error(
        "{} holds {image_count} images, {} holds {label_count} labels: expected one label for each \
         image; the files do not belong together", images.display(), labels.display()
    )]
    ImagesAndLabels {
        /// The file of images.
        images: PathBuf,
        /// The file of labels.
        labels: PathBuf,
        /// How many images there are.
        image_count: usize,
        /// How many labels there are.
        label_count: usize,
    },
    /// A file ends too early.
    #[error(
        "{}: truncated: expected {expected} bytes, got {got}; fetch the file again", path.display()
    )]
    Truncated {
        /// The file.
        path: PathBuf,
        /// How many (uncompressed) bytes this part of the file has.
        expected: usize,
        /// How many there were.
        got: usize,
    },
    /// A file goes on after its end.
    #[error("{}: expected {expected}, got {got}; fetch the file again", path.display())]
    TrailingBytes {
        /// The file.
        path: PathBuf,
        /// Where the file should end.
        expected: String,
        /// What came after.
        got: String,
    },
    /// A gzip stream is damaged.
    #[error("{}: expected an intact gzip stream, got: {source}; fetch the file again", path.display())]
    Gzip {
        /// The file.
        path: PathBuf,
        /// What the decoder said.
        source: std::io::Error,
    },
    /// A file is well formed, but its content is not that of Fashion-MNIST.
    #[error(
        "{}: expected the content of Fashion-MNIST (SHA-256 {expected}), got {got}: {hint}",
        path.display()
    )]
    NotFashionMnist {
        /// The file.
        path: PathBuf,
        /// The SHA-256 of the uncompressed content.
        expected: String,
        /// The SHA-256 that came.
        got: String,
        /// What it may be instead.
        hint: &'static str,
    },
    /// Not even the excerpt of the data is there.
    #[error(
        "no Fashion-MNIST files: expected four IDX files in one of {searched:?}, found none; run \
         `cargo xtask data` in the checkout, or set FASHION_MNIST_DIR to the folder that has them"
    )]
    DataMissing {
        /// The folders that were searched.
        searched: Vec<PathBuf>,
    },
    /// A figure could not be drawn.
    #[error("drawing the figure: {0}")]
    Drawing(String),
    /// A fit ran away: its weights are no longer finite numbers.
    #[error(
        "{estimator}: expected finite weights, got infinite ones after epoch {epoch} with learning \
         rate {learning_rate}; take a smaller learning rate, or features between 0 and 1"
    )]
    Diverged {
        /// The estimator.
        estimator: &'static str,
        /// The epoch, counted from 1.
        epoch: usize,
        /// The learning rate that was too much.
        learning_rate: f64,
    },
    /// An error of linfa's own (an invalid dataset split, for example).
    #[error(transparent)]
    Linfa(#[from] linfa::Error),
    /// dfdx could not make or fill a tensor: no memory is left.
    #[error("dfdx: {0}; use a smaller batch or fewer units")]
    Device(#[from] dfdx::tensor::CpuError),
    /// Training met a loss that is not finite.
    #[error(
        "training: loss is {loss} in epoch {epoch}, batch {batch} (learning rate {learning_rate}); the \
         network has the weights from the start of that epoch; try a smaller learning rate"
    )]
    LossNotFinite {
        /// The loss.
        loss: f64,
        /// The epoch, from 1.
        epoch: usize,
        /// The batch within the epoch, from 1.
        batch: usize,
        /// The learning rate of the epoch.
        learning_rate: f64,
    },
    /// A model was asked for that has not been trained.
    #[error(
        "no {name}: expected {}, which is not there; make it with `fashion train {}`, or name another \
         model folder", path.display(), name.to_lowercase()
    )]
    ModelMissing {
        /// The model.
        name: &'static str,
        /// The file that it should be in.
        path: PathBuf,
    },
    /// A file in the place of a model is another.
    #[error(
        "{}: expected the {name} that `fashion train {}` saves, got another file ({problem}); move it \
         away and train, or name another model folder", path.display(), name.to_lowercase()
    )]
    ModelForeign {
        /// The model.
        name: &'static str,
        /// The file.
        path: PathBuf,
        /// What it has instead.
        problem: String,
    },
    /// A picture shows nothing.
    #[error(
        "the picture is blank: expected an object that differs from the ground by more than 5 % of the \
         range from black to white, found none; take one with more contrast on an even ground"
    )]
    BlankPhoto,
    /// An error of linfa-svm's own, where a notebook uses it in the open.
    #[error("linfa-svm: {0}")]
    LinfaSvm(#[from] linfa_svm::SvmError),
}

impl From<fashion_kernels::Error> for Error {
    fn from(error: fashion_kernels::Error) -> Self {
        Self::Base(error.into())
    }
}

impl Error {
    /// Whether the reader has interrupted the computation: nothing is wrong with it.
    pub fn is_interrupt(&self) -> bool {
        use fashion_base::Error::Interrupted;
        matches!(
            self,
            Self::Base(Interrupted { .. })
                | Self::Svc(fashion_svc::Error::Base(Interrupted { .. }))
        )
    }

    /// An argument outside its values, from anything that prints.
    pub(crate) fn parameter(
        name: &'static str,
        expected: impl Into<String>,
        got: impl std::fmt::Debug,
    ) -> Self {
        fashion_base::Error::parameter(name, expected, got).into()
    }

    /// Shapes that do not fit, from anything that prints.
    pub(crate) fn shape(
        operation: &'static str,
        expected: impl Into<String>,
        got: impl std::fmt::Debug,
    ) -> Self {
        fashion_base::Error::shape(operation, expected, got).into()
    }

    /// A file or folder that could not be read or written.
    pub(crate) fn io(action: &'static str, path: &std::path::Path, source: std::io::Error) -> Self {
        fashion_base::Error::Io { action, path: path.into(), source }.into()
    }

    /// A model or checkpoint file that is not what is needed.
    pub(crate) fn model_file(path: &std::path::Path, problem: impl Into<String>) -> Self {
        fashion_base::Error::model_file(path, problem).into()
    }
}
