//! Sequential minimal optimisation of one pair's problem.
//!
//! In signed multipliers `b = y a` (bounds 0..C for the first class, -C..0 for the second) one
//! step raises `b_i` and lowers `b_j` by the same amount. The optimality measure `-y G` is
//! `v = y - K b`: of the samples that may grow, `i` has the largest `v`; `j` is the partner with
//! the largest second-order gain (Fan, Chen and Lin 2005, working set selection 2). The pair is
//! solved when no `v` that may grow exceeds one that may shrink by the tolerance.

use fashion_base::interrupt;
use fashion_kernels::path::InstructionSet;
use fashion_kernels::smo::{Best, Partner, Slice, TINY, partner, step};

use crate::pair::PairSolution;

/// After so many steps the solver looks for an interrupt.
const LOOK: usize = 64;

/// The kernel matrix of a pair, row by row as the solver asks for it: the samples of the first class, then those of
/// the second.
pub(crate) trait KernelRows {
    /// The samples of either class.
    fn sizes(&self) -> [usize; 2];

    /// Makes sure of the row of sample `k`. Of the rows that were there, the one of the call before stays.
    fn ensure(&mut self, k: usize, value: &[f64]);

    /// Kernel values of sample `k` with the first class and with the second.
    fn row(&self, k: usize) -> (&[f32], &[f32]);

    /// The kernel of each sample with itself.
    fn diagonal(&self) -> Vec<f32>;

    /// One value of a row that is there.
    fn at(&self, k: usize, l: usize) -> f64 {
        let (first, second) = self.row(k);
        f64::from(if l < first.len() { first[l] } else { second[l - first.len()] })
    }
}

/// When to stop, the price C, and by which instructions to compute.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub c: f64,
    pub tol: f64,
    pub max_iter: Option<usize>,
    pub path: InstructionSet,
}

/// A solved pair, with what decides about samples that were left out.
#[derive(Debug, Clone)]
pub(crate) struct Solution {
    pub solution: PairSolution,
    /// `-y G = y - K b` for each sample, those left out included.
    value: Vec<f64>,
    first: usize,
}

impl Solution {
    /// The decision value of sample `k` of the pair; for one left out, that of a machine which
    /// never saw it.
    pub fn decision(&self, k: usize) -> f64 {
        let sign = if k < self.first { 1.0 } else { -1.0 };
        sign - self.value[k] - self.solution.rho
    }
}

/// Solves the pair's problem on the samples for which `included` says yes.
pub(crate) fn solve(
    kernel: &mut impl KernelRows,
    limits: Limits,
    included: impl Fn(usize) -> bool,
) -> Solution {
    let [n1, n2] = kernel.sizes();
    let n = n1 + n2;
    let bounds = |k| if k < n1 { (0.0, limits.c) } else { (-limits.c, 0.0) };
    let mut value: Vec<f64> = (0..n).map(|k| if k < n1 { 1.0 } else { -1.0 }).collect();
    let mut b = vec![0.0; n];
    // Single precision where it is exact: the vectors of a large pair fill the cache.
    let mut up = vec![f32::NEG_INFINITY; n];
    let mut low = vec![f32::INFINITY; n];
    for k in (0..n).filter(|&k| included(k)) {
        set_biases(k, b[k], bounds(k), &mut up, &mut low);
    }
    let diagonal = kernel.diagonal();
    let zeros = vec![0.0; n1.max(n2)];
    let max_iter = limits.max_iter.unwrap_or(10_000_000.max(100 * n));

    let mut iterations = 0;
    let (mut i, mut j, mut by_i, mut by_j) = (0, 0, 0.0, 0.0);
    let converged = loop {
        let highest = {
            let mut parts = halves(&mut value, &up, &low, &diagonal, n1);
            // Before the first step there is nothing to update by.
            let none = (&zeros[..n1], &zeros[..n2]);
            let started = iterations > 0;
            let (row_i, row_j) =
                if started { (kernel.row(i), kernel.row(j)) } else { (none, none) };
            let first = step(limits.path, &mut parts[0], row_i.0, row_j.0, by_i, by_j);
            let second = step(limits.path, &mut parts[1], row_i.1, row_j.1, by_i, by_j);
            first.or(shifted(second, n1))
        };
        if highest.index == usize::MAX {
            break true;
        }
        i = highest.index;
        kernel.ensure(i, &value);
        let found = {
            let parts = halves(&mut value, &up, &low, &diagonal, n1);
            let row = kernel.row(i);
            let first =
                partner(limits.path, &parts[0], row.0, f64::from(diagonal[i]), highest.value);
            let second =
                partner(limits.path, &parts[1], row.1, f64::from(diagonal[i]), highest.value);
            Partner {
                best: first.best.or(shifted(second.best, n1)),
                lowest: first.lowest.min(second.lowest),
            }
        };
        if highest.value - found.lowest < limits.tol || found.best.index == usize::MAX {
            break true;
        }
        if iterations == max_iter || (iterations.is_multiple_of(LOOK) && interrupt::is_asked()) {
            break false;
        }
        iterations += 1;
        j = found.best.index;
        kernel.ensure(j, &value);

        let own = f64::from(diagonal[i]) + f64::from(diagonal[j]);
        let curvature = own - 2.0 * kernel.at(i, j);
        let free = (value[i] - value[j]) / if curvature > 0.0 { curvature } else { TINY };
        let (room_i, room_j) = (bounds(i).1 - b[i], b[j] - bounds(j).0);
        let change = free.min(room_i).min(room_j);
        let (old_i, old_j) = (b[i], b[j]);
        // A bound that is reached is reached exactly: what is zero must not count as support.
        b[i] = if change == room_i { bounds(i).1 } else { b[i] + change };
        b[j] = if change == room_j { bounds(j).0 } else { b[j] - change };
        (by_i, by_j) = (b[i] - old_i, b[j] - old_j);
        set_biases(i, b[i], bounds(i), &mut up, &mut low);
        set_biases(j, b[j], bounds(j), &mut up, &mut low);
    };

    let rho = threshold(&value, &up, &low);
    let objective = b.iter().zip(&value).map(|(b, v)| -b * v - b.abs()).sum::<f64>() / 2.0;
    let n_iter = Some(iterations);
    let solution = PairSolution { coefficients: b, rho, objective, n_iter, converged };
    Solution { solution, value, first: n1 }
}

fn set_biases(k: usize, b: f64, (least, most): (f64, f64), up: &mut [f32], low: &mut [f32]) {
    up[k] = if b < most { 0.0 } else { f32::NEG_INFINITY };
    low[k] = if b > least { 0.0 } else { f32::INFINITY };
}

/// The samples of either class, whose kernel values lie in different blocks.
fn halves<'a>(
    value: &'a mut [f64],
    up: &'a [f32],
    low: &'a [f32],
    diagonal: &'a [f32],
    n1: usize,
) -> [Slice<'a>; 2] {
    let (value1, value2) = value.split_at_mut(n1);
    let ((up1, up2), (low1, low2)) = (up.split_at(n1), low.split_at(n1));
    let (diagonal1, diagonal2) = diagonal.split_at(n1);
    [
        Slice { value: value1, up: up1, low: low1, diagonal: diagonal1 },
        Slice { value: value2, up: up2, low: low2, diagonal: diagonal2 },
    ]
}

fn shifted(best: Best, by: usize) -> Best {
    match best.index {
        usize::MAX => best,
        index => Best { index: index + by, ..best },
    }
}

/// LIBSVM's rho: the mean of `-v` over free samples, else the middle of what the bounds allow.
fn threshold(value: &[f64], up: &[f32], low: &[f32]) -> f64 {
    let (mut free, mut sum) = (0_usize, 0.0);
    let (mut above, mut below) = (f64::INFINITY, f64::NEG_INFINITY);
    for ((&v, &up), &low) in value.iter().zip(up).zip(low) {
        match (up == 0.0, low == 0.0) {
            (true, true) => {
                free += 1;
                sum -= v;
            }
            (true, false) => above = above.min(-v),
            (false, true) => below = below.max(-v),
            (false, false) => {}
        }
    }
    if free > 0 { sum / free as f64 } else { (above + below) / 2.0 }
}
