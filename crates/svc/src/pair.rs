//! Machines of pairs of classes, and who solves their problems.

use ndarray::{Array1, Array2};

use crate::error::Result;
use crate::kernel::Kernel;

/// The problem of one pair of classes, for a solver from outside of this crate:
///
/// ```text
/// min  1/2 a'Qa - sum(a)    with  0 <= a_t <= C,  sum(y_t a_t) = 0,  Q_st = y_s y_t K(x_s, x_t)
/// ```
pub struct Pair<'a> {
    pub(crate) classes: (usize, usize),
    pub(crate) sizes: [usize; 2],
    pub(crate) n_features: usize,
    pub(crate) kernel: Kernel,
    pub(crate) c: f64,
    pub(crate) tol: f64,
    pub(crate) max_iter: Option<usize>,
    /// Writes a sample's features: of the first class, then of the second.
    pub(crate) read: &'a dyn Fn(usize, &mut [f64]),
}

impl Pair<'_> {
    /// The two labels.
    pub fn classes(&self) -> (usize, usize) {
        self.classes
    }

    /// The samples of either class.
    pub fn sizes(&self) -> [usize; 2] {
        self.sizes
    }

    /// The samples' features, those of the first class first: (samples, features).
    pub fn records(&self) -> Array2<f64> {
        let mut records = Array2::zeros((self.sizes[0] + self.sizes[1], self.n_features));
        for (sample, mut record) in records.outer_iter_mut().enumerate() {
            if let Some(record) = record.as_slice_mut() {
                (self.read)(sample, record);
            }
        }
        records
    }

    /// Whether a sample is of the first class: y = 1.
    pub fn targets(&self) -> Array1<bool> {
        (0..self.sizes[0] + self.sizes[1]).map(|sample| sample < self.sizes[0]).collect()
    }

    /// The kernel, with gamma as a number.
    pub fn kernel(&self) -> Kernel {
        self.kernel
    }

    /// The price of a sample on the wrong side of its margin.
    pub fn c(&self) -> f64 {
        self.c
    }

    /// How much two samples may violate optimality at the end.
    pub fn tol(&self) -> f64 {
        self.tol
    }

    /// The bound on steps, if the user set one.
    pub fn max_iter(&self) -> Option<usize> {
        self.max_iter
    }
}

/// One pair's solution, whoever found it.
#[derive(Debug, Clone, PartialEq)]
pub struct PairSolution {
    /// `y a` of the pair's samples, first class then second.
    pub coefficients: Vec<f64>,
    /// The threshold: f(x) = sum(y_t a_t K(x_t, x)) - rho.
    pub rho: f64,
    /// The dual objective `1/2 a'Qa - sum(a)`.
    pub objective: f64,
    /// Steps; unknown if the solver does not tell.
    pub n_iter: Option<usize>,
    /// Whether the tolerance was met.
    pub converged: bool,
}

/// Who solves pairs' problems in place of this crate: see
/// [`SvcParams::fit_with`](crate::SvcParams::fit_with).
pub trait PairSolver: Sync {
    /// What models say about who solved their problems.
    fn name(&self) -> String;

    /// The bytes that one pair needs while it is solved.
    fn memory(&self, samples: usize, features: usize) -> u64;

    /// Solves one pair's problem.
    ///
    /// # Errors
    /// The solver's own, as [`Error::Solver`](crate::Error::Solver).
    fn solve(&self, pair: &Pair<'_>) -> Result<PairSolution>;
}

/// A pair's machine.
pub(crate) struct Machine {
    pub solution: PairSolution,
    /// Platt's A and B.
    pub sigmoid: Option<(f64, f64)>,
}
