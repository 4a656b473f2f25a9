//! What the user chooses before fitting.

use linfa::ParamGuard;

use crate::error::{Error, Result};
use crate::kernel::{Gamma, Kernel};

/// Checked parameters of a support vector classifier; see [`SvcParams`].
#[derive(Debug, Clone, PartialEq)]
pub struct SvcValidParams {
    pub(crate) c: f64,
    pub(crate) kernel: Kernel,
    pub(crate) tol: f64,
    pub(crate) max_iter: Option<usize>,
    pub(crate) memory_limit: usize,
    pub(crate) probability: bool,
    pub(crate) verbose: bool,
}

/// Parameters of a support vector classifier, from [`Svc::params`](crate::Svc::params).
#[derive(Debug, Clone, PartialEq)]
pub struct SvcParams(SvcValidParams);

impl Default for SvcParams {
    fn default() -> Self {
        Self(SvcValidParams {
            c: 1.0,
            kernel: Kernel::rbf(Gamma::Scale),
            tol: 1e-3,
            max_iter: None,
            memory_limit: 3_500_000_000,
            probability: false,
            verbose: false,
        })
    }
}

impl SvcParams {
    /// The price of a sample on the wrong side of its margin, positive; 1 by default.
    #[must_use]
    pub fn c(mut self, c: f64) -> Self {
        self.0.c = c;
        self
    }

    /// The kernel; RBF with [`Gamma::Scale`] by default, as in scikit-learn.
    #[must_use]
    pub fn kernel(mut self, kernel: Kernel) -> Self {
        self.0.kernel = kernel;
        self
    }

    /// A pair is solved when no two samples violate optimality by more; 1e-3 by default.
    #[must_use]
    pub fn tol(mut self, tol: f64) -> Self {
        self.0.tol = tol;
        self
    }

    /// Stops a pair after this many steps, with a warning. By default LIBSVM's bound: the larger
    /// of ten million and a hundred times the pair's samples.
    #[must_use]
    pub fn max_iter(mut self, steps: usize) -> Self {
        self.0.max_iter = Some(steps);
        self
    }

    /// The bytes that fitting may hold besides the caller's data; 3.5e9 by default, which is
    /// enough for the 60,000 Fashion-MNIST images. With less, fewer pairs run at once, and of
    /// their kernel matrices only the rows are held that were used most recently; the result stays
    /// the same.
    #[must_use]
    pub fn memory_limit(mut self, bytes: usize) -> Self {
        self.0.memory_limit = bytes;
        self
    }

    /// Whether to fit what [`Svc::predict_proba`](crate::Svc::predict_proba) needs: five more problems per pair.
    /// Only with this crate's own solver.
    #[must_use]
    pub fn probability(mut self, fit: bool) -> Self {
        self.0.probability = fit;
        self
    }

    /// Whether to print a line after every fifth of the pairs; off by default.
    #[must_use]
    pub fn verbose(mut self, print: bool) -> Self {
        self.0.verbose = print;
        self
    }
}

impl ParamGuard for SvcParams {
    type Checked = SvcValidParams;
    type Error = Error;

    fn check_ref(&self) -> Result<&SvcValidParams> {
        let params = &self.0;
        if !(params.c > 0.0 && params.c.is_finite()) {
            return Err(Error::parameter("C", "a positive number", params.c));
        }
        if !(params.tol > 0.0 && params.tol.is_finite()) {
            return Err(Error::parameter("tol", "a positive number", params.tol));
        }
        if params.max_iter == Some(0) {
            return Err(Error::parameter("max_iter", "at least 1", 0));
        }
        params.kernel.check()?;
        Ok(params)
    }

    fn check(self) -> Result<SvcValidParams> {
        self.check_ref()?;
        Ok(self.0)
    }
}
