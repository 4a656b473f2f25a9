//! Stochastic gradient descent, step by step as scikit-learn takes it.

use std::time::Duration;

use dfdx::tensor::{Cpu, TensorFromVec, Trace};
use dfdx::tensor_ops::Backward;
use fashion_base::text::say;
use fashion_base::time::Stopwatch;
use fashion_base::{interrupt, threads};
use fashion_kernels::activation::Activation;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

use super::params::MlpValidParams;
use crate::data::RandomState;
use crate::nn::infer::Infer;
use crate::nn::layer::Pass;
use crate::nn::loss::softmax_cross_entropy;
use crate::nn::network::Network;
use crate::nn::optimizer::Optimizer;
use crate::nn::optimizer_state::OptimizerState;
use crate::nn::parameters::Parameters as _;
use crate::nn::sequential::Sequential;
use crate::nn::sums::sum_of_squares;
use crate::{Error, Float, Result};

/// What a fit leaves behind.
pub struct Descended<F: Float> {
    pub(super) network: Network<F>,
    pub(super) classes: Vec<usize>,
    pub(super) loss_curve: Vec<f64>,
    pub(super) converged: bool,
    pub(super) fit_time: Duration,
}

/// What a fit computes, compiled with this crate for `f32` and `f64` and not again in every notebook
/// cell that fits.
#[doc(hidden)]
pub trait Descend: Infer {
    fn descend(
        params: &MlpValidParams,
        x: ArrayView2<'_, Self>,
        labels: ArrayView1<'_, usize>,
    ) -> Result<Descended<Self>>;
}

macro_rules! descend {
    ($($type:ty),+) => {$(
        impl Descend for $type {
            fn descend(
                params: &MlpValidParams,
                x: ArrayView2<'_, Self>,
                labels: ArrayView1<'_, usize>,
            ) -> Result<Descended<Self>> {
                threads::alone(|| descend(params, x, labels))
            }
        }
    )+};
}
descend!(f32, f64);

/// Fits a network to samples (rows of `x`) with these labels.
fn descend<F: Infer>(
    params: &MlpValidParams,
    x: ArrayView2<'_, F>,
    labels: ArrayView1<'_, usize>,
) -> Result<Descended<F>> {
    let start = Stopwatch::start();
    let _listening = interrupt::listen();
    let (classes, targets) = check(x, labels)?;
    let mut random = RandomState::new(params.seed);
    let mut descent = Descent::new(params, draw(params, x.ncols(), classes.len(), &mut random)?)?;
    let mut watch = Watch::new(params);

    let batch_size = params.batch_size.unwrap_or(200).min(x.nrows());
    let mut order: Vec<usize> = (0..x.nrows()).collect();
    while watch.goes_on() {
        if params.shuffle {
            // scikit-learn shuffles an index of the already shuffled samples.
            let mut shuffled: Vec<usize> = (0..order.len()).collect();
            random.shuffle(&mut shuffled);
            order = shuffled.into_iter().map(|place| order[place]).collect();
        }
        let mut total = 0.0;
        for batch in order.chunks(batch_size) {
            interrupt::check("MlpClassifier")?;
            let labels: Vec<usize> = batch.iter().map(|&sample| targets[sample]).collect();
            total += descent.step(x.select(Axis(0), batch), &labels)? * batch.len() as f64;
        }
        watch.epoch(total / x.nrows() as f64);
    }
    if !descent.network.is_finite()? {
        return Err(Error::Diverged {
            estimator: "MlpClassifier",
            epoch: watch.loss_curve.len(),
            learning_rate: params.learning_rate_init,
        });
    }
    Ok(Descended {
        network: descent.network,
        classes,
        converged: watch.converged(),
        loss_curve: watch.loss_curve,
        fit_time: start.elapsed(),
    })
}

/// The classes, ascending, and the place of each sample's label among them.
fn check<F: Float>(
    x: ArrayView2<'_, F>,
    labels: ArrayView1<'_, usize>,
) -> Result<(Vec<usize>, Vec<usize>)> {
    if x.nrows() != labels.len() || x.is_empty() {
        let expected = "at least one feature and one sample, and one label for each sample";
        return Err(Error::shape("MlpClassifier", expected, (x.dim(), labels.len())));
    }
    if let Some(value) = x.iter().find(|value| !value.is_finite()) {
        return Err(Error::parameter("features", "finite numbers", value));
    }
    let mut classes = labels.to_vec();
    classes.sort_unstable();
    classes.dedup();
    if classes.len() < 2 {
        return Err(Error::parameter("labels", "at least two classes", &classes));
    }
    let targets = labels.iter().map(|label| classes.partition_point(|class| class < label));
    let targets = targets.collect();
    Ok((classes, targets))
}

/// Dense layers with weights and biases drawn as scikit-learn draws them: layer by layer, weights
/// first, uniform within `± sqrt(6 / (inputs + units))` (2 instead of 6 for the sigmoid).
fn draw<F: Infer>(
    params: &MlpValidParams,
    features: usize,
    classes: usize,
    random: &mut RandomState,
) -> Result<Network<F>> {
    let mut layers = Sequential::new([features]);
    for &units in &params.hidden_layer_sizes {
        layers = layers.dense(units).activation(params.activation);
    }
    let mut network = layers.dense(classes).softmax().build_as::<F>(0)?;
    let factor = if params.activation == Activation::Sigmoid { 2.0 } else { 6.0 };
    let names: Vec<String> =
        network.architecture().layers().iter().map(|layer| layer.name.clone()).collect();
    let hidden = params.hidden_layer_sizes.iter().copied();
    let units: Vec<usize> = [features].into_iter().chain(hidden).chain([classes]).collect();
    let dense = names.iter().filter(|name| name.starts_with("dense"));
    for (name, pair) in dense.zip(units.windows(2)) {
        let bound = (factor / (pair[0] + pair[1]) as f64).sqrt();
        let weights: Array2<f64> = random.uniform(-bound, bound, (pair[0], pair[1]))?;
        let biases: Array1<f64> = random.uniform(-bound, bound, pair[1])?;
        network.set_weights(name, &weights.mapv(F::of).into_dyn())?;
        network.set_biases(name, &biases.mapv(F::of))?;
    }
    Ok(network)
}

/// The network and the velocities of its parameters.
struct Descent<'a, F: Float> {
    params: &'a MlpValidParams,
    network: Network<F>,
    optimizer: OptimizerState<F>,
}

impl<'a, F: Infer> Descent<'a, F> {
    fn new(params: &'a MlpValidParams, network: Network<F>) -> Result<Self> {
        let momentum =
            if params.nesterovs_momentum { Optimizer::nesterov } else { Optimizer::momentum };
        let rule = momentum(params.learning_rate_init, params.momentum);
        Ok(Self { params, network, optimizer: OptimizerState::unchecked(rule)? })
    }

    /// One step on one batch; gives its loss before the step, with the penalty α / (2n) Σ W².
    fn step(&mut self, x: Array2<F>, labels: &[usize]) -> Result<f64> {
        let samples = labels.len();
        let shape = x.dim();
        let (x, _) = x.into_raw_vec_and_offset();
        let x = Cpu::default().try_tensor_from_vec(x, shape)?;
        let pass = Pass { dropout: None, logits: true };
        let logits = self.network.forward_pass(x.leaky_traced(), pass)?;
        let penalty = 0.5 * self.params.alpha * self.squared_weights()? / samples as f64;
        let mut values = vec![F::zero(); samples * self.network.n_classes()];
        logits.copy_into(&mut values);
        let loss = log_loss(values, labels) + penalty;
        let mut gradients = softmax_cross_entropy(logits, labels)?.try_backward()?;
        // Half of it, because an optimizer's step adds the gradient 2 λ W of λ Σ W².
        self.network.set_l2(0.5 * self.params.alpha / samples as f64);
        self.optimizer.step(&mut self.network, &mut gradients)?;
        Ok(loss)
    }

    /// The sum of all squared weights, without biases.
    fn squared_weights(&self) -> Result<f64> {
        let weights = self.network.parameters().into_iter().filter(|p| p.name == "weights");
        weights.map(|p| Ok(sum_of_squares(p.tensor.values()?))).sum()
    }
}

/// The mean of `-ln p` over the samples, with `p` kept away from 0 and 1 by the resolution of the
/// number type, as scikit-learn's `log_loss` does.
fn log_loss<F: Float>(mut logits: Vec<F>, labels: &[usize]) -> f64 {
    let classes = logits.len() / labels.len();
    let (low, high) = (F::epsilon(), F::one() - F::epsilon());
    let mut total = F::zero();
    for (row, &label) in logits.chunks_exact_mut(classes).zip(labels) {
        let largest = row.iter().copied().fold(F::neg_infinity(), F::max);
        row.iter_mut().for_each(|z| *z = (*z - largest).exp());
        let sum: F = row.iter().copied().sum();
        total -= (row[label] / sum).max(low).min(high).ln();
    }
    total.to_f64().unwrap_or(f64::NAN) / labels.len() as f64
}

/// Decides after each epoch whether the fit goes on.
struct Watch<'a> {
    params: &'a MlpValidParams,
    loss_curve: Vec<f64>,
    best: f64,
    without_progress: usize,
}

impl<'a> Watch<'a> {
    fn new(params: &'a MlpValidParams) -> Self {
        Self { params, loss_curve: Vec::new(), best: f64::INFINITY, without_progress: 0 }
    }

    fn epoch(&mut self, loss: f64) {
        self.loss_curve.push(loss);
        if self.params.verbose {
            say(format_args!("Iteration {}, loss = {loss:.8}", self.loss_curve.len()));
        }
        let progress = loss <= self.best - self.params.tol;
        self.without_progress = if progress { 0 } else { self.without_progress + 1 };
        self.best = self.best.min(loss);
    }

    fn converged(&self) -> bool {
        self.without_progress > self.params.n_iter_no_change
    }

    fn goes_on(&self) -> bool {
        !self.converged()
            && self.loss_curve.len() < self.params.max_iter
            && self.loss_curve.last().is_none_or(|loss| loss.is_finite())
    }
}
