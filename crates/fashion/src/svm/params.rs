//! What the user chooses before fitting.

use linfa::{
    DatasetBase, ParamGuard,
    dataset::{AsTargets, Records},
    traits::Fit,
};
use ndarray::{ArrayBase, Data, Ix1, Ix2};
use serde::{Deserialize, Serialize};

use super::{Kernel, Svc, fit, samples::Features};
use crate::{Dataset, Error, Float, Result};
use fashion_base::threads;

/// Who solves the quadratic problems of the pairs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Solver {
    /// This crate's sequential minimal optimisation with LIBSVM's working sets
    /// (Fan, Chen and Lin 2005, "Working set selection using second order information").
    /// Kernel matrices come from matrix products.
    Smo,
    /// The binary machines of the linfa-svm package, one per pair of classes, in `f64`.
    Linfa,
}

/// Checked parameters of a support vector classifier; see [`SvcParams`].
#[derive(Debug, Clone, PartialEq)]
pub struct SvcValidParams {
    pub(super) c: f64,
    pub(super) kernel: Kernel,
    pub(super) solver: Solver,
    pub(super) tolerance: f64,
    pub(super) max_iterations: Option<usize>,
    pub(super) memory_limit: usize,
    pub(super) probability: bool,
    pub(super) progress: bool,
}

/// Parameters of a support vector classifier, from [`Svc::params`].
#[derive(Debug, Clone, PartialEq)]
pub struct SvcParams(SvcValidParams);

impl Default for SvcParams {
    fn default() -> Self {
        Self(SvcValidParams {
            c: 1.0,
            kernel: Kernel::rbf(super::Gamma::Scale),
            solver: Solver::Smo,
            tolerance: 1e-3,
            max_iterations: None,
            memory_limit: 3_500_000_000,
            probability: false,
            progress: false,
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

    /// The kernel; RBF with [`super::Gamma::Scale`] by default, as in scikit-learn.
    #[must_use]
    pub fn kernel(mut self, kernel: Kernel) -> Self {
        self.0.kernel = kernel;
        self
    }

    /// Who solves the pairs' problems; [`Solver::Smo`] by default.
    #[must_use]
    pub fn solver(mut self, solver: Solver) -> Self {
        self.0.solver = solver;
        self
    }

    /// A pair is solved when no two samples violate optimality by more; 1e-3 by default.
    #[must_use]
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.0.tolerance = tolerance;
        self
    }

    /// Stops a pair after this many steps, with a warning. By default LIBSVM's bound: the larger
    /// of ten million and a hundred times the pair's samples. linfa-svm keeps its own bound,
    /// which is the same.
    #[must_use]
    pub fn max_iterations(mut self, steps: usize) -> Self {
        self.0.max_iterations = Some(steps);
        self
    }

    /// The bytes that fitting may hold besides the caller's data; 3.5e9 by default, which is
    /// enough for the 60,000 Fashion-MNIST images. With less, fewer pairs run at once and fewer
    /// kernel blocks are kept; the result stays the same.
    #[must_use]
    pub fn memory_limit(mut self, bytes: usize) -> Self {
        self.0.memory_limit = bytes;
        self
    }

    /// Whether to fit what [`Svc::predict_proba`] needs: five more problems per pair.
    /// Only with [`Solver::Smo`].
    #[must_use]
    pub fn probability(mut self, fit: bool) -> Self {
        self.0.probability = fit;
        self
    }

    /// Fits the machines to a dataset: linfa's [`Fit`] in the types that a notebook uses, so that
    /// the kernel can name the result.
    ///
    /// # Errors
    /// As linfa's `fit`: a parameter, feature or label that cannot be, or too little memory.
    pub fn fit<F: Float>(&self, dataset: &Dataset<F>) -> Result<Svc> {
        self.check_ref()?.fit(dataset)
    }

    /// Whether to print a line after every fifth of the pairs; off by default.
    #[must_use]
    pub fn progress(mut self, print: bool) -> Self {
        self.0.progress = print;
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
        if !(params.tolerance > 0.0 && params.tolerance.is_finite()) {
            return Err(Error::parameter("tolerance", "a positive number", params.tolerance));
        }
        if params.max_iterations == Some(0) {
            return Err(Error::parameter("max_iterations", "at least 1", 0));
        }
        if params.solver == Solver::Linfa && params.max_iterations.is_some() {
            return Err(Error::parameter(
                "max_iterations",
                "no bound with Solver::Linfa, which has its own",
                params.max_iterations,
            ));
        }
        if params.solver == Solver::Linfa && params.probability {
            return Err(Error::parameter("probability", "Solver::Smo", params.solver));
        }
        params.kernel.check()?;
        Ok(params)
    }

    fn check(self) -> Result<SvcValidParams> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl<F, D, T> Fit<ArrayBase<D, Ix2>, T, Error> for SvcValidParams
where
    F: Float,
    D: Data<Elem = F>,
    T: AsTargets<Elem = usize, Ix = Ix1>,
{
    type Object = Svc;

    /// Fits one machine per pair of classes.
    ///
    /// `f32` features give kernel values in `f32`; `f64` features give distances and products in
    /// `f64`, rounded to `f32` when they are stored, as in LIBSVM. Sums over samples are `f64`
    /// in both. Grey levels divided by 255 in either precision are taken for what they are: their
    /// products are exact, and four times as fast where the processor has AVX-512 VNNI.
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) for no samples, no features, or labels of another length;
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for fewer than two classes, a feature that is not finite, a
    /// kernel that overflows, or a memory limit below what one pair needs.
    fn fit(&self, dataset: &DatasetBase<ArrayBase<D, Ix2>, T>) -> Result<Svc> {
        let targets = dataset.as_targets();
        if targets.len() != dataset.nsamples() {
            return Err(Error::shape(
                "Svc fit",
                format!("one label for each of {} samples", dataset.nsamples()),
                targets.len(),
            ));
        }
        let labels: Vec<usize> = targets.iter().copied().collect();
        let order = fit::ByClass::new(&labels)?;
        let records = dataset.records().view();
        threads::run(|| fit::fit(self, Features::gather(records, &order.samples), order))?
    }
}
