//! The baseline: binary machines of the linfa-svm package.

use fashion_svc::{Error, Kernel, Pair, PairSolution, PairSolver, Result};
use linfa::{Dataset, traits::Fit as _};
use linfa_svm::Svm;

/// The machines of the linfa-svm package, in `f64`, for [`SvcParams::fit_with`](super::SvcParams::fit_with).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LinfaSvm;

impl PairSolver for LinfaSvm {
    fn name(&self) -> String {
        "linfa-svm".into()
    }

    /// The kernel matrix, and the features with linfa-svm's copy of the support vectors.
    fn memory(&self, samples: usize, features: usize) -> u64 {
        let samples = samples as u64;
        (samples.saturating_mul(samples) + 2 * samples * features as u64).saturating_mul(8)
    }

    fn solve(&self, pair: &Pair<'_>) -> Result<PairSolution> {
        if let Some(steps) = pair.max_iter() {
            let expected = "no bound with linfa-svm, which has its own";
            return Err(fashion_base::Error::parameter("max_iter", expected, steps).into());
        }
        let machine =
            Svm::<f64, bool>::params().pos_neg_weights(pair.c(), pair.c()).eps(pair.tol());
        let (machine, scale) = match pair.kernel() {
            Kernel::Linear => (machine.linear_kernel(), 1.0),
            // linfa's Gaussian kernel is exp(-|x - z|^2 / eps).
            Kernel::Rbf { gamma } => (machine.gaussian_kernel(1.0 / gamma.value()), 1.0),
            // linfa's polynomial has no gamma: it goes into the features.
            Kernel::Polynomial { degree, gamma, coef0 } => {
                (machine.polynomial_kernel(coef0, f64::from(degree)), gamma.value().sqrt())
            }
        };
        let records = pair.records().mapv_into(|value| value * scale);
        let solved = machine
            .fit(&Dataset::new(records, pair.targets()))
            .map_err(|error| Error::Solver { solver: self.name(), source: Box::new(error) })?;

        let outcome = Outcome::read(&solved.to_string());
        let coefficients =
            solved.alpha.iter().map(|&a| if a.abs() > 100.0 * f64::EPSILON { a } else { 0.0 });
        Ok(PairSolution {
            coefficients: coefficients.collect(),
            rho: solved.rho,
            objective: outcome.objective.unwrap_or(0.0),
            n_iter: outcome.n_iter,
            converged: outcome.converged,
        })
    }
}

/// What linfa-svm tells of its run only in words:
/// "Exited after 12 iterations with obj = -3.4 and 5 support vectors".
#[derive(Debug, PartialEq)]
struct Outcome {
    n_iter: Option<usize>,
    objective: Option<f64>,
    converged: bool,
}

impl Outcome {
    fn read(words: &str) -> Self {
        let after = |mark: &str| {
            let rest = words.split(mark).nth(1)?;
            rest.split_whitespace().next()
        };
        let converged = !words.starts_with("Reached maximal");
        let count = if converged { after("after ") } else { after("iterations ") };
        Self {
            n_iter: count.and_then(|word| word.parse().ok()),
            objective: after("obj = ").and_then(|word| word.parse().ok()),
            converged,
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array1, Array2};

    use super::*;

    #[test]
    fn linfa_svms_own_words_are_understood() {
        let outcome =
            Outcome::read("Reached maximal iterations 70 with obj = -2.5e3 and 12 support vectors");
        let expected = Outcome { n_iter: Some(70), objective: Some(-2500.0), converged: false };
        assert_eq!(outcome, expected);

        // The words of the version in use, not only those above.
        let points = Array2::from_shape_vec((4, 1), vec![0.0, 0.3, 1.0, 1.2]).unwrap();
        let data = Dataset::new(points, Array1::from(vec![true, true, false, false]));
        let machine = Svm::<f64, bool>::params().linear_kernel().fit(&data).unwrap();
        let outcome = Outcome::read(&machine.to_string());
        assert!(outcome.n_iter.is_some_and(|steps| steps > 0), "{outcome:?}");
        assert!(outcome.objective.is_some_and(|objective| objective < 0.0), "{outcome:?}");
        assert!(outcome.converged);
    }
}
