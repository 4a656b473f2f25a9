//! What can go wrong.

/// What functions of this crate return that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong, each with what was expected, what came and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An argument, a file or threads that cannot be.
    #[error(transparent)]
    Base(#[from] fashion_base::Error),
    /// An error of linfa's own.
    #[error(transparent)]
    Linfa(#[from] linfa::Error),
    /// Not even the rows that a step needs fit into the memory that fitting may hold.
    #[error(
        "memory_limit: expected at least {needed} bytes for the largest pair of classes ({samples} \
         samples), got {limit}; raise memory_limit if the machine has as much, or fit fewer samples"
    )]
    Memory {
        /// Samples of the largest pair.
        samples: usize,
        /// The bytes that it needs, features included.
        needed: u64,
        /// The bytes that were allowed.
        limit: usize,
    },
    /// Kernel values became too large for a number.
    #[error(
        "kernel of the classes {} and {}: expected values that a 32-bit float can hold, got an \
         overflow; scale the features", classes.0, classes.1
    )]
    Overflow {
        /// The labels of the pair.
        classes: (usize, usize),
    },
    /// A solver from outside of this crate failed.
    #[error("{solver}: {source}")]
    Solver {
        /// The solver's name.
        solver: String,
        /// What it said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
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
}

impl From<fashion_kernels::Error> for Error {
    fn from(error: fashion_kernels::Error) -> Self {
        Self::Base(error.into())
    }
}
