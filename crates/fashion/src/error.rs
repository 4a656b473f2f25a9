//! The one error type of the crate.

use std::path::PathBuf;

/// What any function of this crate returns when it can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong, each with what was expected, what came and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A parameter lies outside the values it may take.
    #[error("{name}: expected {expected}, got {got}")]
    InvalidParameter {
        /// The parameter, as the caller wrote it.
        name: &'static str,
        /// The values it may take.
        expected: String,
        /// The value that came.
        got: String,
    },
    /// Two shapes that must fit do not.
    #[error("{operation}: expected {expected}, got {got}")]
    Shape {
        /// The operation or estimator that checked the shapes.
        operation: &'static str,
        /// The shape or relation that is needed.
        expected: String,
        /// The shape that came.
        got: String,
    },
    /// A file or folder could not be read or written.
    #[error("{action} {}: {source}", path.display())]
    Io {
        /// What was being done, as a verb: "reading", "writing".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The threads for a computation could not be started.
    #[error("starting {threads} threads: {source}; set RAYON_NUM_THREADS to a smaller number")]
    Threads {
        /// How many were asked for.
        threads: usize,
        /// What rayon said.
        source: rayon::ThreadPoolBuildError,
    },
    /// An error of linfa's own (an invalid dataset split, for example).
    #[error(transparent)]
    Linfa(#[from] linfa::Error),
    /// An error of linfa-svm's own.
    #[error("linfa-svm: {0}")]
    LinfaSvm(#[from] linfa_svm::SvmError),
}

impl Error {
    /// An [`Error::InvalidParameter`] from anything that prints.
    pub(crate) fn parameter(
        name: &'static str,
        expected: impl Into<String>,
        got: impl std::fmt::Debug,
    ) -> Self {
        Self::InvalidParameter { name, expected: expected.into(), got: format!("{got:?}") }
    }

    /// An [`Error::Shape`] from anything that prints.
    pub(crate) fn shape(
        operation: &'static str,
        expected: impl Into<String>,
        got: impl std::fmt::Debug,
    ) -> Self {
        Self::Shape { operation, expected: expected.into(), got: format!("{got:?}") }
    }
}
