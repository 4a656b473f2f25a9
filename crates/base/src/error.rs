//! What can go wrong with arguments, files and threads.

use std::path::{Path, PathBuf};

/// What functions of this crate return that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An argument, file or thread that cannot be, with what was expected, what came and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An argument lies outside its values, or shapes do not fit.
    #[error(transparent)]
    Argument(#[from] fashion_kernels::Error),
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
    #[error(
        "starting {threads} threads: {reason}; ask for fewer, or set RAYON_NUM_THREADS to fewer"
    )]
    Threads {
        /// How many were asked for.
        threads: usize,
        /// What rayon said.
        reason: String,
    },
    /// The reader has interrupted a computation that has no result before its end.
    #[error(
        "{what}: interrupted before there was a result; the variables of other cells are kept, and running the \
         cell again starts it anew"
    )]
    Interrupted {
        /// The computation.
        what: &'static str,
    },
    /// A model or checkpoint file is not what is needed.
    #[error("{}: {problem}", path.display())]
    ModelFile {
        /// The file.
        path: PathBuf,
        /// What was expected and what it has instead.
        problem: String,
    },
}

impl Error {
    /// [`fashion_kernels::Error::InvalidParameter`], from anything that prints.
    pub fn parameter(
        name: &'static str,
        expected: impl Into<String>,
        got: impl std::fmt::Debug,
    ) -> Self {
        fashion_kernels::Error::parameter(name, expected, got).into()
    }

    /// [`fashion_kernels::Error::Shape`], from anything that prints.
    pub fn shape(
        operation: &'static str,
        expected: impl Into<String>,
        got: impl std::fmt::Debug,
    ) -> Self {
        fashion_kernels::Error::shape(operation, expected, got).into()
    }

    /// An [`Error::ModelFile`]: what is wrong with this file.
    pub fn model_file(path: &Path, problem: impl Into<String>) -> Self {
        Self::ModelFile { path: path.into(), problem: problem.into() }
    }
}
