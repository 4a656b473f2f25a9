//! From labelled rows to a model: every pair of classes its machine.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use rayon::prelude::*;

use super::gram::{Element, Tiles};
use super::plan::Plan;
use super::samples::{Features, Panels, Rows, Support};
use super::smo::{self, Limits, PairKernel};
use super::{Kernel, Solver, Svc, SvcValidParams, baseline, probability};
use crate::{Error, Result};

/// Samples grouped by class, in their own order within each.
pub(super) struct ByClass {
    /// The samples' own numbers.
    pub samples: Vec<usize>,
    pub classes: Vec<usize>,
    /// Where each class stands in `samples`.
    pub ranges: Vec<Range<usize>>,
}

impl ByClass {
    pub fn new(labels: &[usize]) -> Result<Self> {
        let mut samples: Vec<usize> = (0..labels.len()).collect();
        samples.sort_by_key(|&sample| labels[sample]);
        let mut ranges: Vec<Range<usize>> = Vec::new();
        let mut classes = Vec::new();
        for (at, &sample) in samples.iter().enumerate() {
            match ranges.last_mut() {
                Some(range) if classes.last() == Some(&labels[sample]) => range.end = at + 1,
                _ => {
                    classes.push(labels[sample]);
                    ranges.push(at..at + 1);
                }
            }
        }
        match classes.as_slice() {
            [] => Err(Error::shape("Svc fit", "at least two samples", "none")),
            [only] => Err(Error::parameter(
                "labels",
                "at least two classes",
                format_args!("{} samples of class {only}", labels.len()),
            )),
            _ => Ok(Self { samples, classes, ranges }),
        }
    }

    /// All pairs of positions in `classes`, in LIBSVM's order.
    pub fn pairs(&self) -> Vec<(usize, usize)> {
        let count = self.classes.len();
        (0..count).flat_map(|i| (i + 1..count).map(move |j| (i, j))).collect()
    }
}

/// One pair's solution, whoever found it.
pub(super) struct Machine {
    /// `y a` of the pair's samples, first class then second.
    pub coefficients: Vec<f64>,
    pub rho: f64,
    pub objective: f64,
    /// Unknown if the solver does not tell.
    pub iterations: Option<usize>,
    pub converged: bool,
    /// Platt's A and B.
    pub sigmoid: Option<(f64, f64)>,
}

/// What the machines are made from.
pub(super) struct Problem<'a, E> {
    pub params: &'a SvcValidParams,
    pub kernel: Kernel,
    pub x: &'a Rows<E>,
    pub order: &'a ByClass,
    pub pairs: &'a [(usize, usize)],
}

/// The model for rows that are grouped as `order` says, with the threads of the pool that it runs
/// in.
pub(super) fn fit(params: &SvcValidParams, features: Features, order: ByClass) -> Result<Svc> {
    match features {
        Features::F32(x) => fit_rows(params, x, order, Support::F32),
        Features::F64(x) => fit_rows(params, x, order, Support::F64),
    }
}

fn fit_rows<E: Element>(
    params: &SvcValidParams,
    mut x: Rows<E>,
    order: ByClass,
    wrap: fn(Panels<E>) -> Support,
) -> Result<Svc> {
    let start = Instant::now();
    if x.width == 0 {
        return Err(Error::shape("Svc fit", "at least one feature", "none"));
    }
    let pairs = order.pairs();
    let mut center = x.means();
    if center.iter().any(|mean| !mean.is_finite()) {
        x.check_finite(|row| order.samples[row])?;
    }
    let kernel = params.kernel.resolve(x.width, || x.variance());
    if !kernel.depends_on_distance_only() {
        center.fill(0.0);
    }
    x.prepare(&center, true);
    x.check_lengths(|row| order.samples[row])?;
    let problem = Problem { params, kernel, x: &x, order: &order, pairs: &pairs };
    let (machines, bytes) = match params.solver {
        Solver::Smo => smo_machines(&problem)?,
        Solver::Linfa => baseline::machines(&problem)?,
    };

    for (&(i, j), machine) in pairs.iter().zip(&machines) {
        let names = (order.classes[i], order.classes[j]);
        if !machine.objective.is_finite() {
            return Err(Error::parameter(
                "features",
                "kernel values that a 32-bit float can hold (scale the features)",
                format_args!("an overflow for the classes {names:?}"),
            ));
        }
        if !machine.converged {
            println!(
                "warning: the machine for the classes {names:?} stopped after {} steps before it \
                 converged; scale the features, lower C or raise max_iterations",
                machine.iterations.unwrap_or(0),
            );
        }
    }
    let mut model = Svc::assemble(params, kernel, &order, machines, |rows, classes| {
        wrap(x.select_support(rows, &center).panels(classes))
    });
    model.center = center;
    model.bytes = bytes;
    model.seconds = start.elapsed().as_secs_f64();
    Ok(model)
}

fn smo_machines<E: Element>(problem: &Problem<'_, E>) -> Result<(Vec<Machine>, usize)> {
    let Problem { params, kernel, x, order, pairs } = *problem;
    let sizes: Vec<usize> = order.ranges.iter().map(Range::len).collect();
    let needs = Plan::smo_needs(&sizes, 2 * size_of_val(x.values.as_slice()), pairs);
    let plan = Plan::choose(&needs, rayon::current_num_threads(), params.memory_limit)?;

    let x = (x, &x.panels(&order.ranges));
    let own_block = |class: &Range<usize>| {
        let mut block = vec![0.0; class.len() * class.len()];
        Tiles::new().symmetric(kernel, x, class, &mut block);
        block
    };
    let kept: Vec<Vec<f32>> = if plan.keep {
        order.ranges.par_iter().with_max_len(1).map(own_block).collect()
    } else {
        Vec::new()
    };
    let kept = kept.as_slice();
    let limits =
        Limits { c: params.c, tolerance: params.tolerance, max_iterations: params.max_iterations };
    let machines = each_pair(problem, plan.workers, || {
        let mut tiles = Tiles::new();
        // Reused from pair to pair: fresh pages cost as much as filling them.
        let [mut cross, mut transposed, mut first, mut second] = [const { Vec::new() }; 4];
        move |(i, j): (usize, usize)| {
            let (class_i, class_j) = (&order.ranges[i], &order.ranges[j]);
            let (n, m) = (class_i.len(), class_j.len());
            let own = if plan.keep {
                [kept[i].as_slice(), kept[j].as_slice()]
            } else {
                let (first, second) = (sized(&mut first, n * n), sized(&mut second, m * m));
                tiles.symmetric(kernel, x, class_i, first);
                tiles.symmetric(kernel, x, class_j, second);
                [&*first, &*second]
            };
            let between = [sized(&mut cross, n * m), sized(&mut transposed, n * m)];
            let mut fill = |class: usize, places: &[usize], out: &mut [f32]| {
                let (own, other) = if class == 0 { (class_i, class_j) } else { (class_j, class_i) };
                tiles.rows(kernel, x, (own.start, places), other, out);
            };
            let mut pair = PairKernel::new([n, m], own, between, &mut fill);
            let solution = smo::solve(&mut pair, limits, |_| true);
            let sigmoid = params.probability.then(|| probability::calibrate(&mut pair, limits));
            Ok(Machine {
                coefficients: solution.coefficients,
                rho: solution.rho,
                objective: solution.objective,
                iterations: Some(solution.iterations),
                converged: solution.converged,
                sigmoid,
            })
        }
    })?;
    Ok((machines, plan.bytes))
}

/// The first `len` elements, after growing to them.
fn sized(buffer: &mut Vec<f32>, len: usize) -> &mut [f32] {
    if buffer.len() < len {
        // A new zeroed vector needs no copy of old values.
        *buffer = vec![0.0; len];
    }
    &mut buffer[..len]
}

/// Solves all pairs, largest first, at most `workers` at once; each worker has its own state.
pub(super) fn each_pair<E: Element, W>(
    problem: &Problem<'_, E>,
    workers: usize,
    worker: impl Fn() -> W + Sync,
) -> Result<Vec<Machine>>
where
    W: FnMut((usize, usize)) -> Result<Machine>,
{
    let Problem { params, order, pairs, .. } = *problem;
    let samples = |at: usize| order.ranges[pairs[at].0].len() + order.ranges[pairs[at].1].len();
    let mut queue: Vec<usize> = (0..pairs.len()).collect();
    queue.sort_by_key(|&at| std::cmp::Reverse(samples(at)));

    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let solved: Vec<Result<Vec<(usize, Machine)>>> = (0..workers)
        .into_par_iter()
        .with_max_len(1)
        .map(|_| {
            let mut solved = Vec::new();
            let mut state = None;
            while let Some(&at) = queue.get(next.fetch_add(1, Ordering::Relaxed)) {
                let solve = state.get_or_insert_with(&worker);
                solved.push((at, solve(pairs[at])?));
                let count = done.fetch_add(1, Ordering::Relaxed) + 1;
                if params.progress && is_fifth(count, pairs.len()) {
                    println!("{count} of {} pairs of classes solved", pairs.len());
                }
            }
            Ok(solved)
        })
        .collect();
    let mut machines = Vec::with_capacity(pairs.len());
    for part in solved {
        machines.extend(part?);
    }
    machines.sort_by_key(|&(at, _)| at);
    Ok(machines.into_iter().map(|(_, machine)| machine).collect())
}

/// Whether `count` completes a fifth of `total`.
fn is_fifth(count: usize, total: usize) -> bool {
    count * 5 / total > (count - 1) * 5 / total
}
