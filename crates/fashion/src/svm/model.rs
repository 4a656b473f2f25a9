//! A fitted classifier.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::fit::{ByClass, Machine};
use super::samples::Support;
use super::{Kernel, Solver, SvcParams, SvcValidParams};

/// How one pair's machine came out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PairReport {
    /// The two labels; a positive decision value is a vote for the first.
    pub classes: (usize, usize),
    /// Training samples of both.
    pub samples: usize,
    /// Samples with a multiplier above zero.
    pub support_vectors: usize,
    /// Steps of the solver, if it tells.
    pub iterations: Option<usize>,
    /// The dual objective `1/2 a'Qa - sum(a)`.
    pub objective: f64,
    /// The threshold of the decision function.
    pub rho: f64,
    /// Whether the solver met its tolerance.
    pub converged: bool,
}

/// A support vector classifier, one machine per pair of classes.
///
/// Its parameters come from [`Svc::params`]; the [module](super) has the equations and an example.
#[derive(Debug, Clone, PartialEq)]
pub struct Svc {
    pub(super) classes: Vec<usize>,
    pub(super) kernel: Kernel,
    pub(super) c: f64,
    pub(super) solver: Solver,
    pub(super) samples: usize,
    /// Support vectors by class, with `center` as their origin.
    pub(super) support: Support,
    pub(super) center: Vec<f64>,
    /// Where each class stands among the support vectors.
    pub(super) ranges: Vec<Range<usize>>,
    pub(super) indices: Vec<usize>,
    /// Per class (support vectors, classes - 1): `y a` against each other class in turn.
    pub(super) coefficients: Vec<Vec<f64>>,
    pub(super) pairs: Vec<PairReport>,
    /// Platt's A and B of each pair.
    pub(super) sigmoids: Option<Vec<(f64, f64)>>,
    pub(super) seconds: f64,
    pub(super) bytes: usize,
}

impl Svc {
    /// Parameters with scikit-learn's defaults: C 1, RBF with gamma `scale`, tolerance 1e-3.
    pub fn params() -> SvcParams {
        SvcParams::default()
    }

    /// The labels, in increasing order.
    pub fn classes(&self) -> &[usize] {
        &self.classes
    }

    /// The kernel, with gamma as a number.
    pub fn kernel(&self) -> Kernel {
        self.kernel
    }

    /// Who solved the pairs' problems.
    pub fn solver(&self) -> Solver {
        self.solver
    }

    /// The number of different training samples that support at least one pair's machine.
    pub fn support_vectors(&self) -> usize {
        self.indices.len()
    }

    /// Support vectors of each class, in the order of [`classes`](Self::classes).
    pub fn support_vectors_per_class(&self) -> Vec<usize> {
        self.ranges.iter().map(Range::len).collect()
    }

    /// The training samples that are support vectors: by class, and increasing within each.
    pub fn support_indices(&self) -> &[usize] {
        &self.indices
    }

    /// The machines in LIBSVM's order: (0, 1), (0, 2), ..., (8, 9).
    pub fn pairs(&self) -> &[PairReport] {
        &self.pairs
    }

    /// Solver steps of all pairs; `None` if the solver does not tell.
    pub fn iterations(&self) -> Option<usize> {
        self.pairs.iter().map(|pair| pair.iterations).sum()
    }

    /// Whether every pair met its tolerance.
    pub fn converged(&self) -> bool {
        self.pairs.iter().all(|pair| pair.converged)
    }

    /// The time that fitting took, in seconds.
    pub fn seconds(&self) -> f64 {
        self.seconds
    }

    /// The bytes that fitting planned for: features, kernel blocks, working vectors.
    pub fn memory(&self) -> usize {
        self.bytes
    }

    /// The model of solved pairs; `select` gives the rows at positions in `order`.
    pub(super) fn assemble(
        params: &SvcValidParams,
        kernel: Kernel,
        order: &ByClass,
        machines: Vec<Machine>,
        select: impl FnOnce(&[usize], &[Range<usize>]) -> Support,
    ) -> Self {
        let pairs = order.pairs();
        let others = order.classes.len() - 1;
        let mut all = vec![0.0; order.samples.len() * others];
        for (&(i, j), machine) in pairs.iter().zip(&machines) {
            let (first, second) = machine.coefficients.split_at(order.ranges[i].len());
            // Against class o, column o, or o - 1 after the own class is left out.
            for (row, &value) in order.ranges[i].clone().zip(first) {
                all[row * others + j - 1] = value;
            }
            for (row, &value) in order.ranges[j].clone().zip(second) {
                all[row * others + i] = value;
            }
        }
        let (mut rows, mut ranges, mut coefficients) = (Vec::new(), Vec::new(), Vec::new());
        for class in &order.ranges {
            let start = rows.len();
            let mut of_class = Vec::new();
            for row in class.clone() {
                let of_row = &all[row * others..][..others];
                if of_row.iter().any(|&value| value != 0.0) {
                    rows.push(row);
                    of_class.extend_from_slice(of_row);
                }
            }
            ranges.push(start..rows.len());
            coefficients.push(of_class);
        }
        Self {
            classes: order.classes.clone(),
            kernel,
            c: params.c,
            solver: params.solver,
            samples: order.samples.len(),
            support: select(&rows, &ranges),
            center: Vec::new(),
            ranges,
            indices: rows.iter().map(|&row| order.samples[row]).collect(),
            coefficients,
            sigmoids: machines.iter().map(|machine| machine.sigmoid).collect(),
            pairs: pairs
                .iter()
                .zip(machines)
                .map(|(&(i, j), machine)| PairReport {
                    classes: (order.classes[i], order.classes[j]),
                    samples: machine.coefficients.len(),
                    support_vectors: machine.coefficients.iter().filter(|&&b| b != 0.0).count(),
                    iterations: machine.iterations,
                    objective: machine.objective,
                    rho: machine.rho,
                    converged: machine.converged,
                })
                .collect(),
            seconds: 0.0,
            bytes: 0,
        }
    }
}
