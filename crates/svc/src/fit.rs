//! From labelled rows to a model: every pair of classes its machine.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use fashion_base::text::say;
use fashion_base::time::Stopwatch;
use fashion_base::{interrupt, memory};
use fashion_kernels::Float;
use fashion_kernels::path::{self, InstructionSet};
use fashion_kernels::threads::{available, for_each_of, map};
use ndarray::ArrayView2;

use crate::blocks::Blocks;
use crate::classes::ByClass;
use crate::cost::Cost;
use crate::error::{Error, Result};
use crate::feature::Feature;
use crate::feature::Precision;
use crate::floats::Floats;
use crate::levels::Levels;
use crate::model::Svc;
use crate::pair::Machine;
use crate::pair::{Pair, PairSolver};
use crate::params::SvcValidParams;
use crate::plan::{Held, Need, Plan};
use crate::probability::calibrate;
use crate::recent::{Recent, RowOf};
use crate::samples::{FloatSupport, Support, origin};
use crate::smo::{self, KernelRows, Limits};
use crate::space::{Kernels, Space, Tiles};

const WHAT: &str = "Svc fit";

/// What the machines are made from.
struct Problem<'a, S> {
    params: &'a SvcValidParams,
    kernels: Kernels,
    x: &'a S,
    n_features: usize,
    order: &'a ByClass,
    pairs: &'a [(usize, usize)],
}

/// A solver from outside, with what reads the features of a row (in the order of classes).
type Outside<'a> = Option<(&'a dyn PairSolver, &'a (dyn Fn(usize, &mut [f64]) + Sync))>;

/// The model for rows that are grouped as `order` says, with the threads of the pool that it runs
/// in.
pub(crate) fn fit<F: Feature>(
    params: &SvcValidParams,
    solver: Option<&dyn PairSolver>,
    records: ArrayView2<'_, F>,
    order: &ByClass,
) -> Result<Svc> {
    let time = Stopwatch::start();
    let _listening = interrupt::listen();
    let n_features = records.ncols();
    if n_features == 0 {
        return Err(Error::shape("Svc fit", "at least one feature", "none"));
    }
    // Labels that are no classes, such as numbers of samples, would fill any memory with machines.
    let (classes, samples) = (order.classes.len(), order.samples.len());
    let reports = memory::bytes_of::<[u64; 32]>(&[classes, classes.div_ceil(2)]);
    let coefficients = memory::bytes_of::<f64>(&[samples, classes, 2]);
    memory::check("machines for pairs of classes", reports.saturating_add(coefficients))?;
    let path = path::Kernels::Auto.path()?;
    let mut model = if let Some(x) = Levels::gather(path, records, &order.samples) {
        let kernel = params.kernel.resolve(n_features, || x.variance());
        let read = |row: usize, out: &mut [f64]| {
            let record = records.row(order.samples[row]);
            out.iter_mut().zip(record).for_each(|(out, &value)| *out = value.float());
        };
        let kernels = Kernels { path, kernel };
        let outside: Outside<'_> = solver.map(|solver| (solver, &read as _));
        solve(params, (kernels, n_features), &x, order, outside, |x, classes| {
            Support::Levels(x.panels(path, classes))
        })?
    } else {
        match F::PRECISION {
            Precision::F32 => fit_floats(params, (path, solver), records, order, Support::F32)?,
            Precision::F64 => fit_floats(params, (path, solver), records, order, Support::F64)?,
        }
    };
    if let Some(cost) = &mut model.cost {
        cost.fit_time = time.elapsed();
    }
    Ok(model)
}

fn fit_floats<F: Feature, E: Float>(
    params: &SvcValidParams,
    (path, solver): (InstructionSet, Option<&dyn PairSolver>),
    records: ArrayView2<'_, F>,
    order: &ByClass,
    wrap: fn(FloatSupport<E>) -> Support,
) -> Result<Svc> {
    let mut x = Floats::<E>::gather(records, &order.samples);
    if x.means().iter().any(|mean| !mean.is_finite()) {
        x.check_finite(|row| order.samples[row])?;
    }
    let kernel = params.kernel.resolve(x.width, || x.variance());
    let center = origin(kernel, &x);
    x.move_origin(&center);
    x.check_lengths(|row| order.samples[row])?;
    let read = |row: usize, out: &mut [f64]| {
        let row = &x.values[row * x.width..][..x.width];
        out.iter_mut().zip(row).for_each(|(out, value)| *out = value.wide());
    };
    let kernels = Kernels { path, kernel };
    let outside: Outside<'_> = solver.map(|solver| (solver, &read as _));
    solve(params, (kernels, x.width), &x, order, outside, |x, classes| {
        wrap(FloatSupport { panels: x.panels(path, classes), center })
    })
}

fn solve<S: Space>(
    params: &SvcValidParams,
    (kernels, n_features): (Kernels, usize),
    x: &S,
    order: &ByClass,
    outside: Outside<'_>,
    support: impl FnOnce(S, &[Range<usize>]) -> Support,
) -> Result<Svc> {
    let pairs = order.pairs();
    let problem = Problem { params, kernels, x, n_features, order, pairs: &pairs };
    let (name, (machines, bytes)) = match outside {
        None => ("SMO".into(), smo_machines(&problem)?),
        Some((solver, read)) => (solver.name(), outside_machines(&problem, solver, read)?),
    };
    for (&(i, j), Machine { solution, .. }) in pairs.iter().zip(&machines) {
        let classes = (order.classes[i], order.classes[j]);
        if !solution.objective.is_finite() {
            return Err(Error::Overflow { classes });
        }
        if !solution.converged {
            say(format_args!(
                "warning: the machine for the classes {classes:?} stopped after {} steps before it \
                 converged; scale the features, lower C or raise max_iter",
                solution.n_iter.unwrap_or(0),
            ));
        }
    }
    let form = (kernels.kernel, n_features);
    let mut model = Svc::assemble(params, form, order, machines, |rows, classes| {
        support(x.select(rows), classes)
    });
    model.solver = name;
    model.cost = Some(Cost { fit_time: Duration::ZERO, bytes });
    Ok(model)
}

fn smo_machines<S: Space>(problem: &Problem<'_, S>) -> Result<(Vec<Machine>, usize)> {
    let Problem { params, kernels, x, order, pairs, .. } = *problem;
    let sizes: Vec<usize> = order.ranges.iter().map(Range::len).collect();
    let needs = Plan::smo_needs(&sizes, x.bytes(), pairs);
    let at_once = available().min(pairs.len());
    let plan = Plan::choose(&needs, at_once, params.memory_limit, problem.largest_pair())?;
    let panels = &x.panels(kernels.path, &order.ranges);
    let SvcValidParams { c, tol, max_iter, .. } = *params;
    let limits = Limits { c, tol, max_iter, path: kernels.path };
    let smo = Smo { problem, panels, plan, limits };
    let machines = match plan.held {
        Held::Rows => smo.by_rows()?,
        Held::Classes => smo.by_blocks()?,
    };
    Ok((machines, plan.bytes))
}

/// This crate's own solver, at work on all pairs.
struct Smo<'a, S: Space> {
    problem: &'a Problem<'a, S>,
    panels: &'a [S::Panel],
    plan: Plan,
    limits: Limits,
}

impl<S: Space> Smo<'_, S> {
    /// A machine of the kernel matrix of its pair.
    fn machine(&self, pair: &mut impl KernelRows) -> Machine {
        let solution = smo::solve(pair, self.limits, |_| true).solution;
        let probability = self.problem.params.probability;
        let sigmoid = probability.then(|| calibrate(pair, self.limits));
        Machine { solution, sigmoid }
    }

    /// One machine per pair, whose kernel matrix is held in blocks.
    fn by_blocks(&self) -> Result<Vec<Machine>> {
        let Problem { kernels, x, order, .. } = *self.problem;
        let panels = self.panels;
        let own_block = |class: &Range<usize>| {
            if interrupt::is_asked() {
                return Vec::new();
            }
            let mut block = vec![0.0; class.len() * class.len()];
            Tiles::new().symmetric(kernels, x, panels, class, &mut block);
            block
        };
        let kept: Vec<Vec<f32>> = map(order.ranges.iter().collect(), usize::MAX, own_block);
        interrupt::check(WHAT)?;
        let kept = kept.as_slice();
        each_pair(self.problem, self.plan.workers, || {
            let mut tiles = Tiles::new();
            // Reused from pair to pair: fresh pages cost as much as filling them.
            let [mut cross, mut transposed] = [const { Vec::new() }; 2];
            move |(i, j): (usize, usize)| {
                let (class_i, class_j) = (&order.ranges[i], &order.ranges[j]);
                let (n, m) = (class_i.len(), class_j.len());
                let own = [kept[i].as_slice(), kept[j].as_slice()];
                let between = [sized(&mut cross, n * m), sized(&mut transposed, n * m)];
                let mut fill = |class: usize, places: &[usize], out: &mut [f32]| {
                    let (own, other) =
                        if class == 0 { (class_i, class_j) } else { (class_j, class_i) };
                    tiles.rows(kernels, (x, panels), (own.start, places), other, out);
                };
                Ok(self.machine(&mut Blocks::new([n, m], own, between, &mut fill)))
            }
        })
    }

    /// One machine per pair, of whose kernel matrix the rows are held that were used most recently.
    fn by_rows(&self) -> Result<Vec<Machine>> {
        let Problem { kernels, x, order, .. } = *self.problem;
        let panels = self.panels;
        // Pairs may be fewer than threads.
        let together = available() / self.plan.workers;
        each_pair(self.problem, self.plan.workers, || {
            let mut values = Vec::new();
            move |(i, j): (usize, usize)| {
                let classes = [&order.ranges[i], &order.ranges[j]];
                let sizes = classes.map(Range::len);
                let samples = sizes[0] + sizes[1];
                let diagonal =
                    classes.map(|class| Tiles::new().diagonal(kernels, (x, panels), class));
                let mut fill = |rows: &mut [RowOf<'_>]| {
                    let parts = rows.chunks_mut(rows.len().div_ceil(together)).collect();
                    for_each_of(parts, usize::MAX, |part: &mut [RowOf<'_>]| {
                        Tiles::new().whole_rows(kernels, (x, panels), classes, part);
                    });
                };
                let values = sized(&mut values, self.plan.rows(samples) * samples);
                let mut pair = Recent::new(sizes, diagonal.concat(), values, &mut fill);
                Ok(self.machine(&mut pair))
            }
        })
    }
}

/// The first `len` elements, after growing to them.
fn sized(buffer: &mut Vec<f32>, len: usize) -> &mut [f32] {
    if buffer.len() < len {
        // A new zeroed vector needs no copy of old values.
        *buffer = vec![0.0; len];
    }
    &mut buffer[..len]
}

/// One machine per pair of a solver from outside, and the bytes that were planned for.
fn outside_machines<S: Space>(
    problem: &Problem<'_, S>,
    solver: &dyn PairSolver,
    read: &(dyn Fn(usize, &mut [f64]) + Sync),
) -> Result<(Vec<Machine>, usize)> {
    let Problem { params, kernels, x, n_features, order, .. } = *problem;
    let samples = problem.largest_pair();
    let per_worker = solver.memory(samples, n_features);
    // What a pair holds is this solver's own business, so `held` decides nothing here.
    let needs = [Need { held: Held::Rows, fixed: x.bytes(), per_worker, most: per_worker }];
    let plan = Plan::choose(&needs, available(), params.memory_limit, samples)?;
    let solve = |(i, j): (usize, usize)| {
        let (first, second) = (&order.ranges[i], &order.ranges[j]);
        let read = |sample: usize, out: &mut [f64]| {
            let place = sample.checked_sub(first.len());
            read(place.map_or(first.start + sample, |place| second.start + place), out);
        };
        let solution = solver.solve(&Pair {
            classes: (order.classes[i], order.classes[j]),
            sizes: [first.len(), second.len()],
            n_features,
            kernel: kernels.kernel,
            c: params.c,
            tol: params.tol,
            max_iter: params.max_iter,
            read: &read,
        })?;
        let (count, got) = (first.len() + second.len(), solution.coefficients.len());
        if got != count {
            let expected = format!("a coefficient for each of {count} samples");
            return Err(Error::shape("PairSolver", expected, got));
        }
        Ok(Machine { solution, sigmoid: None })
    };
    Ok((each_pair(problem, plan.workers, || solve)?, plan.bytes))
}

impl<S> Problem<'_, S> {
    fn samples(&self, (i, j): (usize, usize)) -> usize {
        self.order.ranges[i].len() + self.order.ranges[j].len()
    }

    fn largest_pair(&self) -> usize {
        self.pairs.iter().map(|&pair| self.samples(pair)).max().unwrap_or(0)
    }
}

/// Solves all pairs, largest first, at most `workers` at once; each worker has its own state.
fn each_pair<S: Space, W>(
    problem: &Problem<'_, S>,
    workers: usize,
    worker: impl Fn() -> W + Sync + Send,
) -> Result<Vec<Machine>>
where
    W: FnMut((usize, usize)) -> Result<Machine>,
{
    let Problem { params, pairs, .. } = *problem;
    let mut queue: Vec<usize> = (0..pairs.len()).collect();
    queue.sort_by_key(|&at| std::cmp::Reverse(problem.samples(pairs[at])));

    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let solved = map((0..workers).collect(), usize::MAX, |_| {
        let mut solved = Vec::new();
        let mut state = None;
        while let Some(&at) = queue.get(next.fetch_add(1, Ordering::Relaxed)) {
            let solve = state.get_or_insert_with(&worker);
            interrupt::check(WHAT)?;
            solved.push((at, solve(pairs[at])?));
            // The solver leaves a pair unfinished.
            interrupt::check(WHAT)?;
            let count = done.fetch_add(1, Ordering::Relaxed) + 1;
            if params.verbose && is_fifth(count, pairs.len()) {
                say(format_args!("{count} of {} pairs of classes solved", pairs.len()));
            }
        }
        Ok::<_, Error>(solved)
    });
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
