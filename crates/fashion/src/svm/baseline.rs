//! The baseline: binary machines of the linfa-svm package.

use linfa::{Dataset, traits::Fit as _};
use linfa_svm::Svm;
use ndarray::{Array1, Array2};

use super::Kernel;
use super::fit::{Machine, Problem, each_pair};
use super::gram::Element;
use super::plan::{Need, Plan};
use crate::{Error, Result};

/// One machine per pair, and the bytes that were planned for.
pub(super) fn machines<E: Element>(problem: &Problem<'_, E>) -> Result<(Vec<Machine>, usize)> {
    let Problem { params, x, order, pairs, .. } = *problem;
    let per_pair = |&(i, j): &(usize, usize)| {
        let samples = order.ranges[i].len() + order.ranges[j].len();
        // The kernel matrix, and the features with linfa-svm's copy of the support vectors.
        (samples * samples + 2 * samples * x.width) * size_of::<f64>()
    };
    let need = Need {
        keep: false,
        fixed: size_of_val(x.values.as_slice()),
        per_worker: pairs.iter().map(per_pair).max().unwrap_or(0),
    };
    let plan = Plan::choose(&[need], rayon::current_num_threads(), params.memory_limit)?;
    let machines =
        each_pair(problem, plan.workers, || |pair: (usize, usize)| solve(problem, pair))?;
    Ok((machines, plan.bytes))
}

fn solve<E: Element>(problem: &Problem<'_, E>, (i, j): (usize, usize)) -> Result<Machine> {
    let Problem { params, kernel, x, order, .. } = *problem;
    let (first, second) = (&order.ranges[i], &order.ranges[j]);
    let machine =
        Svm::<f64, bool>::params().pos_neg_weights(params.c, params.c).eps(params.tolerance);
    let (machine, scale) = match kernel {
        Kernel::Linear => (machine.linear_kernel(), 1.0),
        // linfa's Gaussian kernel is exp(-|x - z|^2 / eps).
        Kernel::Rbf { gamma } => (machine.gaussian_kernel(1.0 / gamma.value()), 1.0),
        // linfa's polynomial has no gamma: it goes into the features.
        Kernel::Polynomial { degree, gamma, coef0 } => {
            (machine.polynomial_kernel(coef0, f64::from(degree)), gamma.value().sqrt())
        }
    };
    let records = [x.rows(first.clone()), x.rows(second.clone())]
        .into_iter()
        .flatten()
        .map(|&value| value.into() * scale)
        .collect();
    let samples = first.len() + second.len();
    let records = Array2::from_shape_vec((samples, x.width), records).map_err(|_| {
        Error::shape("linfa-svm", format!("{samples} rows of {}", x.width), "other rows")
    })?;
    let targets: Array1<bool> = (0..samples).map(|k| k < first.len()).collect();
    let solved = machine.fit(&Dataset::new(records, targets))?;

    let outcome = Outcome::read(&solved.to_string());
    let coefficients =
        solved.alpha.iter().map(|&a| if a.abs() > 100.0 * f64::EPSILON { a } else { 0.0 });
    Ok(Machine {
        coefficients: coefficients.collect(),
        rho: solved.rho,
        objective: outcome.objective.unwrap_or(0.0),
        iterations: outcome.iterations,
        converged: outcome.converged,
        sigmoid: None,
    })
}

/// What linfa-svm tells of its run only in words:
/// "Exited after 12 iterations with obj = -3.4 and 5 support vectors".
#[derive(Debug, PartialEq)]
struct Outcome {
    iterations: Option<usize>,
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
            iterations: count.and_then(|word| word.parse().ok()),
            objective: after("obj = ").and_then(|word| word.parse().ok()),
            converged,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linfa_svms_own_words_are_understood() {
        let outcome =
            Outcome::read("Reached maximal iterations 70 with obj = -2.5e3 and 12 support vectors");
        let expected = Outcome { iterations: Some(70), objective: Some(-2500.0), converged: false };
        assert_eq!(outcome, expected);

        // The words of the version in use, not only those above.
        let points = Array2::from_shape_vec((4, 1), vec![0.0, 0.3, 1.0, 1.2]).unwrap();
        let data = Dataset::new(points, Array1::from(vec![true, true, false, false]));
        let machine = Svm::<f64, bool>::params().linear_kernel().fit(&data).unwrap();
        let outcome = Outcome::read(&machine.to_string());
        assert!(outcome.iterations.is_some_and(|steps| steps > 0), "{outcome:?}");
        assert!(outcome.objective.is_some_and(|objective| objective < 0.0), "{outcome:?}");
        assert!(outcome.converged);
    }
}
