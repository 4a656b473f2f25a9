//! What a caller can do wrong.

/// What functions of this crate return that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An argument that cannot be, with what was expected and what came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
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
    /// More memory than the machine has, or than [`memory::check`](crate::memory::check) allows.
    #[error(
        "{what}: expected at most {:.1} GB, the memory of this machine unless FASHION_MEMORY_GB sets \
         another limit, got {:.1} GB; make it smaller", *limit as f64 / 1e9, *needed as f64 / 1e9
    )]
    Memory {
        /// What should be allocated.
        what: &'static str,
        /// The bytes that it takes.
        needed: u64,
        /// The bytes that there may be.
        limit: u64,
    },
}

impl Error {
    /// An [`Error::InvalidParameter`] from anything that prints.
    pub fn parameter(
        name: &'static str,
        expected: impl Into<String>,
        got: impl std::fmt::Debug,
    ) -> Self {
        Self::InvalidParameter { name, expected: expected.into(), got: format!("{got:?}") }
    }

    /// An [`Error::Shape`] from anything that prints.
    pub fn shape(
        operation: &'static str,
        expected: impl Into<String>,
        got: impl std::fmt::Debug,
    ) -> Self {
        Self::Shape { operation, expected: expected.into(), got: format!("{got:?}") }
    }
}
