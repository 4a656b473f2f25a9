//! Probabilities from decision values: Platt's sigmoid per pair, then pairwise coupling.

use ndarray::{Array1, Array2, ArrayBase, Data, Ix2};

use super::Svc;
use super::smo::{self, Limits, PairKernel};
use crate::{Error, Float, Result};

/// Parts of the inner cross-validation, as in LIBSVM.
const FOLDS: usize = 5;

impl Svc {
    /// The probability of every class: (samples, classes), rows sum to 1.
    ///
    /// Per pair, `P(first | x) = 1 / (1 + exp(A f(x) + B))` (Platt 1999), with A and B fitted to
    /// decision values from five-fold cross-validation inside the pair (Lin, Lin and Weng 2007);
    /// the pairs are then coupled by the second method of Wu, Lin and Weng (2004). LIBSVM does
    /// the same but shuffles the pair's samples first; here sample k of each class is in fold
    /// k mod 5, so the result has no random part. The most probable class is not always the
    /// class with the most votes.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) if the model was fitted without
    /// [`probability(true)`](super::SvcParams::probability); else as
    /// [`decision_values`](Self::decision_values).
    pub fn predict_proba<F: Float, D: Data<Elem = F>>(
        &self,
        samples: &ArrayBase<D, Ix2>,
    ) -> Result<Array2<f64>> {
        let Some(sigmoids) = &self.sigmoids else {
            return Err(Error::parameter("probability", "a model fitted with it", false));
        };
        Ok(self.couple_pairs(&self.decision_values(samples)?, sigmoids))
    }

    fn couple_pairs(&self, decisions: &Array2<f64>, sigmoids: &[(f64, f64)]) -> Array2<f64> {
        let classes = self.classes.len();
        let mut result = Array2::zeros((decisions.nrows(), classes));
        for (mut result, decisions) in result.outer_iter_mut().zip(decisions.outer_iter()) {
            let mut pairwise = Array2::zeros((classes, classes));
            let mut values = decisions.iter().zip(sigmoids);
            for first in 0..classes {
                for second in first + 1..classes {
                    let p = values.next().map_or(0.5, |(&value, &ab)| sigmoid(value, ab));
                    // LIBSVM's guard against certainty, which could not be coupled.
                    let p = p.clamp(1e-7, 1.0 - 1e-7);
                    pairwise[[first, second]] = p;
                    pairwise[[second, first]] = 1.0 - p;
                }
            }
            result.assign(&couple(&pairwise));
        }
        result
    }
}

/// Platt's A and B for a pair, from decision values of machines that did not see the sample.
pub(super) fn calibrate(pair: &mut PairKernel<'_>, limits: Limits) -> (f64, f64) {
    let [first, second] = pair.sizes();
    let count = first + second;
    let fold_of = |k: usize| if k < first { k % FOLDS } else { (k - first) % FOLDS };
    let mut decisions = vec![0.0; count];
    for fold in 0..FOLDS {
        let kept = |range: std::ops::Range<usize>| range.filter(|&k| fold_of(k) != fold).count();
        let held_out = (0..count).filter(|&k| fold_of(k) == fold);
        // A fold that leaves one class only decides for it, one that leaves none for neither.
        let constant = match (kept(0..first), kept(first..count)) {
            (0, 0) => Some(0.0),
            (0, _) => Some(-1.0),
            (_, 0) => Some(1.0),
            _ => None,
        };
        if let Some(value) = constant {
            held_out.for_each(|k| decisions[k] = value);
        } else {
            // The solver tracks the samples that are left out, too: their decision values are
            // there without another product.
            let solution = smo::solve(pair, limits, |k| fold_of(k) != fold);
            held_out.for_each(|k| decisions[k] = solution.decision(k));
        }
    }
    fit_sigmoid(&decisions, first)
}

fn sigmoid(decision: f64, (a, b): (f64, f64)) -> f64 {
    let x = decision * a + b;
    // Either form never overflows on its side.
    if x >= 0.0 { (-x).exp() / (1.0 + (-x).exp()) } else { 1.0 / (1.0 + x.exp()) }
}

/// Minimises the cross-entropy of the sigmoid by Newton's method with backtracking, against
/// Platt's targets `(n1 + 1) / (n1 + 2)` and `1 / (n2 + 2)` (Lin, Lin and Weng 2007).
///
/// The first `positive` decisions belong to the first class.
fn fit_sigmoid(decisions: &[f64], positive: usize) -> (f64, f64) {
    const RIDGE: f64 = 1e-12;
    let (n1, n2) = (positive as f64, (decisions.len() - positive) as f64);
    let target = |k: usize| if k < positive { (n1 + 1.0) / (n1 + 2.0) } else { 1.0 / (n2 + 2.0) };
    let loss = |(a, b): (f64, f64)| -> f64 {
        decisions
            .iter()
            .enumerate()
            .map(|(k, &f)| {
                let x = f * a + b;
                // t x + log(1 + exp(-x)) in the form that does not overflow.
                if x >= 0.0 {
                    target(k) * x + (-x).exp().ln_1p()
                } else {
                    (target(k) - 1.0) * x + x.exp().ln_1p()
                }
            })
            .sum()
    };
    let mut ab = (0.0, ((n2 + 1.0) / (n1 + 1.0)).ln());
    let mut value = loss(ab);
    for _ in 0..100 {
        let (mut h11, mut h22, mut h21) = (RIDGE, RIDGE, 0.0);
        let (mut g1, mut g2) = (0.0, 0.0);
        for (k, &f) in decisions.iter().enumerate() {
            let p = sigmoid(f, ab);
            let (slope, curvature) = (target(k) - p, p * (1.0 - p));
            h11 += f * f * curvature;
            h22 += curvature;
            h21 += f * curvature;
            g1 += f * slope;
            g2 += slope;
        }
        if g1.abs() < 1e-5 && g2.abs() < 1e-5 {
            break;
        }
        let determinant = h11 * h22 - h21 * h21;
        let step = (-(h22 * g1 - h21 * g2) / determinant, -(h11 * g2 - h21 * g1) / determinant);
        let descent = g1 * step.0 + g2 * step.1;
        let mut length = 1.0;
        let accepted = loop {
            let next = (ab.0 + length * step.0, ab.1 + length * step.1);
            let next_value = loss(next);
            if next_value < value + 1e-4 * length * descent {
                break Some((next, next_value));
            }
            length /= 2.0;
            if length < 1e-10 {
                break None;
            }
        };
        match accepted {
            Some((next, next_value)) => (ab, value) = (next, next_value),
            None => break,
        }
    }
    ab
}

/// Class probabilities `p` that minimise `sum over i != j of (r_ji p_i - r_ij p_j)^2` with sum 1,
/// by Wu, Lin and Weng's second method; `r[[i, j]]` is the probability of i against j.
fn couple(r: &Array2<f64>) -> Array1<f64> {
    let classes = r.nrows();
    // The problem is min p'Qp with Q_tj = -r_jt r_tj and Q_tt = the sum over j of r_jt^2.
    let mut q = -(&r.t() * r);
    for (t, against) in r.columns().into_iter().enumerate() {
        q[[t, t]] = against.dot(&against);
    }
    let mut p = Array1::from_elem(classes, 1.0 / classes as f64);
    let tolerance = 0.005 / classes as f64;
    for _ in 0..classes.max(100) {
        let mut qp = q.dot(&p);
        let mut pqp = p.dot(&qp);
        if qp.iter().all(|&value| (value - pqp).abs() < tolerance) {
            break;
        }
        for t in 0..classes {
            // One coordinate, then back to sum 1; Qp and p'Qp follow.
            let change = (pqp - qp[t]) / q[[t, t]];
            pqp = (pqp + change * (change * q[[t, t]] + 2.0 * qp[t])) / (1.0 + change).powi(2);
            p[t] += change;
            p /= 1.0 + change;
            qp.scaled_add(change, &q.column(t));
            qp /= 1.0 + change;
        }
    }
    p
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    /// From SciPy, by `tests/fixtures/svm/generate.py`.
    #[derive(Deserialize)]
    struct Fixture {
        sigmoids: Vec<SigmoidCase>,
        couplings: Vec<Coupling>,
    }

    #[derive(Deserialize)]
    struct SigmoidCase {
        decisions: Vec<f64>,
        first: usize,
        ab: (f64, f64),
    }

    #[derive(Deserialize)]
    struct Coupling {
        pairwise: Vec<Vec<f64>>,
        probabilities: Vec<f64>,
    }

    fn fixture() -> Fixture {
        let text = include_str!("../../../../tests/fixtures/svm/platt.json");
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn sigmoids_are_where_another_optimiser_finds_them() {
        for case in fixture().sigmoids {
            let (a, b) = fit_sigmoid(&case.decisions, case.first);
            let error = (a - case.ab.0).abs().max((b - case.ab.1).abs());
            assert!(error < 1e-5, "({a}, {b}) and {:?}", case.ab);
        }
    }

    #[test]
    fn coupling_solves_its_linear_system() {
        for case in fixture().couplings {
            let classes = case.pairwise.len();
            let pairwise = case.pairwise.concat();
            let p = couple(&Array2::from_shape_vec((classes, classes), pairwise).unwrap());
            assert!((p.sum() - 1.0).abs() < 1e-9);
            for (p, expected) in p.iter().zip(&case.probabilities) {
                // LIBSVM's own stopping rule, a thousandth of a uniform probability or so.
                assert!((p - expected).abs() < 5e-3, "{p} and {expected}");
            }
        }
    }

    #[test]
    fn a_pair_too_small_for_folds_still_gets_a_sigmoid() {
        let kernel = [1.0_f32];
        let (mut cross, mut transposed) = ([0.5_f32], [0.5_f32]);
        let mut fill = |_: usize, _: &[usize], _: &mut [f32]| {};
        let between = [cross.as_mut_slice(), transposed.as_mut_slice()];
        let mut pair = PairKernel::new([1, 1], [&kernel, &kernel], between, &mut fill);
        let limits = Limits { c: 1.0, tolerance: 1e-3, max_iterations: None };
        let (a, b) = calibrate(&mut pair, limits);
        assert!(a.is_finite() && b.is_finite());
    }
}
