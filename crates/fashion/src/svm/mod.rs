//! Support vector machines: the crate [`fashion_svc`], and beside it the baseline of linfa-svm.
//!
//! Both stand behind one interface, [`Svc::params`]: `fit` solves with fashion-svc's own solver,
//! `fit_with` with another's. Their models are the same type, so prediction, votes and reports do not
//! depend on who solved the problem.
//!
//! ```
//! use fashion::linfa::Dataset;
//! use fashion::ndarray::array;
//! use fashion::svm::{Kernel, LinfaSvm, Svc};
//!
//! let points = array![[0.0, 0.0], [0.2, 0.1], [1.0, 1.0], [0.9, 1.1], [0.0, 2.0], [0.1, 2.2]];
//! let train = Dataset::new(points, array![0_usize, 0, 1, 1, 2, 2]);
//! let params = Svc::params().c(10.0).kernel(Kernel::rbf(0.5));
//! let fast = params.fit(&train)?;
//! let baseline = params.fit_with(&LinfaSvm, &train)?;
//! assert_eq!(fast.predict(train.records())?, *train.targets());
//! assert_eq!(baseline.predict(train.records())?, *train.targets());
//! # Ok::<(), fashion::Error>(())
//! ```

use std::time::Duration;

mod linfa_svm;
mod show;

pub use fashion_svc::{
    Error, Feature, Gamma, Kernel, Pair, PairReport, PairSolution, PairSolver, Svc, SvcParams,
    SvcValidParams,
};
use ndarray::{Array1, Array2, ArrayBase, Data, Ix2};

pub use self::linfa_svm::LinfaSvm;
pub use show::PairsTable;

use crate::{Classifier, Float, Result};

impl<F: Float> Classifier<F> for Svc {
    fn predict<D: Data<Elem = F>>(&self, samples: &ArrayBase<D, Ix2>) -> Result<Array1<usize>> {
        Ok(Svc::predict(self, samples)?)
    }

    fn predict_proba<D: Data<Elem = F>>(&self, samples: &ArrayBase<D, Ix2>) -> Result<Array2<F>> {
        Ok(Svc::predict_proba(self, samples)?.mapv(F::cast))
    }

    fn n_parameters(&self) -> usize {
        Svc::n_parameters(self)
    }

    fn fit_time(&self) -> Option<Duration> {
        Svc::fit_time(self)
    }
}
