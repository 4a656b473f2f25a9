//! Probabilities from decision values: Platt's sigmoid per pair, then pairwise coupling.

use ndarray::{Array2, ArrayBase, Data, Ix2};

use crate::coupling::couple;
use crate::error::{Error, Result};
use crate::feature::Feature;
use crate::model::Svc;
use crate::platt::{fit_sigmoid, sigmoid};
use crate::smo::{self, KernelRows, Limits};

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
    /// An error if the model was fitted without
    /// [`probability(true)`](crate::SvcParams::probability); else as
    /// [`decision_function`](Self::decision_function).
    pub fn predict_proba<F: Feature, D: Data<Elem = F>>(
        &self,
        samples: &ArrayBase<D, Ix2>,
    ) -> Result<Array2<f64>> {
        let Some(sigmoids) = &self.sigmoids else {
            return Err(Error::parameter("probability", "a model fitted with it", false));
        };
        Ok(self.couple_pairs(&self.decision_function(samples)?, sigmoids))
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
pub(crate) fn calibrate(pair: &mut impl KernelRows, limits: Limits) -> (f64, f64) {
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

#[cfg(test)]
mod tests {
    use fashion_kernels::path::InstructionSet;

    use super::*;
    use crate::blocks::Blocks;

    #[test]
    fn a_pair_too_small_for_folds_still_gets_a_sigmoid() {
        let kernel = [1.0_f32];
        let (mut cross, mut transposed) = ([0.5_f32], [0.5_f32]);
        let mut fill = |_: usize, _: &[usize], _: &mut [f32]| {};
        let between = [cross.as_mut_slice(), transposed.as_mut_slice()];
        let mut pair = Blocks::new([1, 1], [&kernel, &kernel], between, &mut fill);
        let limits = Limits { c: 1.0, tol: 1e-3, max_iter: None, path: InstructionSet::Portable };
        let (a, b) = calibrate(&mut pair, limits);
        assert!(a.is_finite() && b.is_finite());
    }
}
