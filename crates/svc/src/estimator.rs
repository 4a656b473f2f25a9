//! From parameters and a dataset to a model: linfa's `Fit`.

use fashion_base::threads;
use linfa::dataset::{AsTargets, Records};
use linfa::traits::Fit;
use linfa::{DatasetBase, ParamGuard};
use ndarray::{ArrayBase, Data, Ix1, Ix2};

use crate::classes::ByClass;
use crate::error::{Error, Result};
use crate::feature::{Feature, Rows};
use crate::fit;
use crate::model::Svc;
use crate::pair::PairSolver;
use crate::params::{SvcParams, SvcValidParams};

impl Svc {
    /// Parameters with scikit-learn's defaults: C 1, RBF with gamma `scale`, tol 1e-3.
    pub fn params() -> SvcParams {
        SvcParams::default()
    }
}

impl SvcParams {
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
        self.fit_rows(solver, F::rows(dataset.records().view()), &labels)
    }

    fn fit_rows(
        &self,
        solver: Option<&dyn PairSolver>,
        rows: Rows<'_>,
        labels: &[usize],
    ) -> Result<Svc> {
        let order = ByClass::new(labels)?;
        threads::run(|| match rows {
            Rows::F32(records) => fit::fit(self, solver, records, &order),
            Rows::F64(records) => fit::fit(self, solver, records, &order),
            Rows::Levels(records) => fit::fit(self, solver, records, &order),
        })?
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
