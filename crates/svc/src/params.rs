//! What the user chooses before fitting.

use fashion_base::threads;
use linfa::{
    DatasetBase, ParamGuard,
    dataset::{AsTargets, Records},
    traits::Fit,
};
use ndarray::{ArrayBase, Data, Ix1, Ix2};

use crate::classes::ByClass;
use crate::{Error, Feature, Gamma, Kernel, PairSolver, Result, Svc, fit};

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

/// Parameters of a support vector classifier, from [`Svc::params`].
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
    /// enough for the 60,000 Fashion-MNIST images. With less, fewer pairs run at once and fewer
    /// kernel blocks are kept; the result stays the same.
    #[must_use]
    pub fn memory_limit(mut self, bytes: usize) -> Self {
        self.0.memory_limit = bytes;
        self
    }

    /// Whether to fit what [`Svc::predict_proba`] needs: five more problems per pair.
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

    /// Fits the machines to a dataset: linfa's [`Fit`] with a result that needs no trait to name.
    ///
    /// # Errors
    /// As linfa's `fit`: a parameter, feature or label that cannot be, or too little memory.
    pub fn fit<F, D, T>(&self, dataset: &DatasetBase<ArrayBase<D, Ix2>, T>) -> Result<Svc>
    where
        F: Feature,
        D: Data<Elem = F>,
        T: AsTargets<Elem = usize, Ix = Ix1>,
    {
        self.check_ref()?.fit_pairs(None, dataset)
    }

    /// As [`Self::fit`], with another's machines for the pairs of classes.
    ///
    /// # Errors
    /// As [`Self::fit`], and those of the solver; for parameters that only this crate's own solver
    /// has.
    pub fn fit_with<F, D, T>(
        &self,
        solver: &dyn PairSolver,
        dataset: &DatasetBase<ArrayBase<D, Ix2>, T>,
    ) -> Result<Svc>
    where
        F: Feature,
        D: Data<Elem = F>,
        T: AsTargets<Elem = usize, Ix = Ix1>,
    {
        let params = self.check_ref()?;
        if params.probability {
            return Err(Error::parameter(
                "probability",
                "false with a solver that does not fit any: probabilities need `fit`",
                true,
            ));
        }
        params.fit_pairs(Some(solver), dataset)
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

impl SvcValidParams {
    fn fit_pairs<F, D, T>(
        &self,
        solver: Option<&dyn PairSolver>,
        dataset: &DatasetBase<ArrayBase<D, Ix2>, T>,
    ) -> Result<Svc>
    where
        F: Feature,
        D: Data<Elem = F>,
        T: AsTargets<Elem = usize, Ix = Ix1>,
    {
        let targets = dataset.as_targets();
        if targets.len() != dataset.nsamples() {
            return Err(Error::shape(
                "Svc fit",
                format!("one label for each of {} samples", dataset.nsamples()),
                targets.len(),
            ));
        }
        let labels: Vec<usize> = targets.iter().copied().collect();
        let order = ByClass::new(&labels)?;
        let records = dataset.records().view();
        threads::run(|| fit::fit(self, solver, records, &order))?
    }
}

impl<F, D, T> Fit<ArrayBase<D, Ix2>, T, Error> for SvcValidParams
where
    F: Feature,
    D: Data<Elem = F>,
    T: AsTargets<Elem = usize, Ix = Ix1>,
{
    type Object = Svc;

    /// Fits one machine per pair of classes.
    ///
    /// `f32` features give kernel values in `f32`; `f64` features give distances and products in
    /// `f64`, rounded to `f32` when they are stored, as in LIBSVM. Sums over samples are `f64`
    /// in both. Grey levels, as bytes or as floats that are whole numbers divided by 255, are taken
    /// for what they are: their products are exact in whole numbers, and the model stores bytes.
    ///
    /// # Errors
    /// Error texts name what to change: no samples, no features, labels of another length, fewer than
    /// two classes, a feature that is not finite, a kernel that overflows, or a memory limit below
    /// what one pair needs.
    fn fit(&self, dataset: &DatasetBase<ArrayBase<D, Ix2>, T>) -> Result<Svc> {
        self.fit_pairs(None, dataset)
    }
}
