//! Support vector machines: C-SVC, one class against one.
//!
//! For every pair of classes a machine minimises the dual of the soft-margin problem
//!
//! ```text
//! min  1/2 a'Qa - sum(a)    with  0 <= a_t <= C,  sum(y_t a_t) = 0,  Q_st = y_s y_t K(x_s, x_t)
//! ```
//!
//! and decides by the sign of `f(x) = sum(y_t a_t K(x_t, x)) - rho`. The class with the most of
//! the pairs' votes wins; among equals, the smallest label, as in LIBSVM and scikit-learn.
//!
//! Two solvers stand behind one interface, [`Svc::params`]: [`Solver::Smo`], this crate's own,
//! and [`Solver::Linfa`], the baseline from the linfa-svm package. Their models are the same type,
//! so prediction, votes, probabilities and reports do not depend on who solved the problem.
//!
//! ```
//! use fashion::linfa::{Dataset, traits::Fit};
//! use fashion::ndarray::array;
//! use fashion::svm::{Kernel, Solver, Svc};
//!
//! let points = array![[0.0, 0.0], [0.2, 0.1], [1.0, 1.0], [0.9, 1.1], [0.0, 2.0], [0.1, 2.2]];
//! let train = Dataset::new(points, array![0_usize, 0, 1, 1, 2, 2]);
//! let params = Svc::params().c(10.0).kernel(Kernel::rbf(0.5));
//! let fast = params.clone().fit(&train)?;
//! let baseline = params.solver(Solver::Linfa).fit(&train)?;
//! assert_eq!(fast.predict(train.records())?, *train.targets());
//! assert_eq!(baseline.predict(train.records())?, *train.targets());
//! # Ok::<(), fashion::Error>(())
//! ```

mod baseline;
mod file;
mod fit;
mod gram;
mod kernel;
mod levels;
mod model;
mod params;
mod plan;
mod predict;
mod probability;
mod report;
mod samples;
mod simd;
mod smo;

pub use kernel::{Gamma, Kernel};
pub use model::{PairReport, Svc};
pub use params::{Solver, SvcParams, SvcValidParams};
