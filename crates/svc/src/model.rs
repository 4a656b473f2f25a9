//! A fitted classifier.

use std::ops::Range;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::classes::ByClass;
use crate::cost::Cost;
use crate::kernel::Kernel;
use crate::pair::Machine;
use crate::params::SvcValidParams;
use crate::samples::Support;

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
    pub n_iter: Option<usize>,
    /// The dual objective `1/2 a'Qa - sum(a)`.
    pub objective: f64,
    /// The threshold of the decision function.
    pub rho: f64,
    /// Whether the solver met its tolerance.
    pub converged: bool,
}

/// A support vector classifier, one machine per pair of classes.
///
/// Its parameters come from [`Svc::params`]; the [crate] has the equations and an example.
#[derive(Debug, Clone, PartialEq)]
pub struct Svc {
    pub(crate) classes: Vec<usize>,
    pub(crate) kernel: Kernel,
    pub(crate) c: f64,
    pub(crate) solver: String,
    pub(crate) samples: usize,
    pub(crate) n_features: usize,
    /// Support vectors by class.
    pub(crate) support: Support,
    /// Where each class stands among the support vectors.
    pub(crate) ranges: Vec<Range<usize>>,
    pub(crate) indices: Vec<usize>,
    /// Per class (support vectors, classes - 1): `y a` against each other class in turn.
    pub(crate) coefficients: Vec<Vec<f64>>,
    pub(crate) pairs: Vec<PairReport>,
    /// Platt's A and B of each pair.
    pub(crate) sigmoids: Option<Vec<(f64, f64)>>,
    /// Unknown for a model that was read from a file which came alone.
    pub(crate) cost: Option<Cost>,
}

impl Svc {
    /// The labels, in increasing order.
    pub fn classes(&self) -> &[usize] {
        &self.classes
    }

    /// The kernel, with gamma as a number.
    pub fn kernel(&self) -> Kernel {
        self.kernel
    }

    /// Who solved the pairs' problems.
    pub fn solver(&self) -> &str {
        &self.solver
    }

    /// The number of features that a sample has.
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// Whether the features were grey levels, so that the model computed with whole numbers and
    /// stores bytes.
    pub fn grey_levels(&self) -> bool {
        matches!(self.support, Support::Levels(_))
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
    pub fn n_iter(&self) -> Option<usize> {
        self.pairs.iter().map(|pair| pair.n_iter).sum()
    }

    /// The numbers that the model stores: support vectors, their coefficients and the thresholds.
    pub fn n_parameters(&self) -> usize {
        let per_vector = self.n_features + self.classes.len() - 1;
        self.support_vectors() * per_vector + self.pairs.len()
    }

    /// Whether every pair met its tolerance.
    pub fn converged(&self) -> bool {
        self.pairs.iter().all(|pair| pair.converged)
    }

    /// The time that fitting took; 0 in WebAssembly, which has no clock, and for a model that was read from
    /// a file without that of its costs beside it.
    pub fn fit_time(&self) -> Duration {
        self.cost.map_or(Duration::ZERO, |cost| cost.fit_time)
    }

    /// The bytes that fitting planned for: features, kernel blocks, working vectors; 0 where the time is
    /// unknown too.
    pub fn memory(&self) -> usize {
        self.cost.map_or(0, |cost| cost.bytes)
    }

    /// The model of solved pairs; `select` gives the rows at positions in `order`, of this many
    /// features.
    pub(crate) fn assemble(
        params: &SvcValidParams,
        (kernel, n_features): (Kernel, usize),
        order: &ByClass,
        machines: Vec<Machine>,
        select: impl FnOnce(&[usize], &[Range<usize>]) -> Support,
    ) -> Self {
        let pairs = order.pairs();
        let others = order.classes.len() - 1;
        let mut all = vec![0.0; order.samples.len() * others];
        for (&(i, j), machine) in pairs.iter().zip(&machines) {
            let (first, second) = machine.solution.coefficients.split_at(order.ranges[i].len());
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
            solver: String::new(),
            samples: order.samples.len(),
            support: select(&rows, &ranges),
            n_features,
            ranges,
            indices: rows.iter().map(|&row| order.samples[row]).collect(),
            coefficients,
            sigmoids: machines.iter().map(|machine| machine.sigmoid).collect(),
            pairs: pairs
                .iter()
                .zip(machines)
                .map(|(&(i, j), Machine { solution, .. })| PairReport {
                    classes: (order.classes[i], order.classes[j]),
                    samples: solution.coefficients.len(),
                    support_vectors: solution.coefficients.iter().filter(|&&b| b != 0.0).count(),
                    n_iter: solution.n_iter,
                    objective: solution.objective,
                    rho: solution.rho,
                    converged: solution.converged,
                })
                .collect(),
            cost: None,
        }
    }
}
