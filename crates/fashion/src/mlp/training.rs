//! Stochastic gradient descent, step by step as scikit-learn takes it.

use std::time::{Duration, Instant};

use dfdx::tensor::{Cpu, Gradients, TensorFromVec, Trace};
use dfdx::tensor_ops::Backward;
use ndarray::{Array, Array1, Array2, ArrayView1, ArrayView2, Axis, Dimension};

use super::MlpValidParams;
use super::network::{Layer, LayerTensors, Network};
use crate::data::RandomState;
use crate::nn::ops;
use crate::{Error, Float, Result};

/// What a fit leaves behind.
pub(super) struct Training<F> {
    pub(super) network: Network<F>,
    pub(super) classes: Vec<usize>,
    pub(super) loss_curve: Vec<f64>,
    pub(super) converged: bool,
    pub(super) fit_time: Duration,
}

/// Fits a network to samples (rows of `x`) with these labels.
pub(super) fn train<F: Float>(
    params: &MlpValidParams,
    x: ArrayView2<'_, F>,
    labels: ArrayView1<'_, usize>,
) -> Result<Training<F>> {
    let start = Instant::now();
    let (classes, targets) = check(x, labels)?;
    let mut random = RandomState::new(params.random_state);
    let mut units = vec![x.ncols()];
    units.extend(&params.hidden_layer_sizes);
    units.push(classes.len());
    let network = Network::draw(&units, params.activation, &mut random);
    let mut descent = Descent::new(params, network);
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
            let labels: Vec<usize> = batch.iter().map(|&sample| targets[sample]).collect();
            total += descent.step(x.select(Axis(0), batch), &labels)? * batch.len() as f64;
        }
        watch.epoch(total / x.nrows() as f64);
    }
    if !descent.network.is_finite() {
        return Err(Error::Diverged {
            estimator: "MlpClassifier",
            epoch: watch.loss_curve.len(),
            learning_rate: params.learning_rate_init,
        });
    }
    Ok(Training {
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

/// The network and the velocities of its parameters.
struct Descent<'a, F> {
    params: &'a MlpValidParams,
    device: Cpu,
    network: Network<F>,
    velocities: Vec<Layer<F>>,
}

impl<'a, F: Float> Descent<'a, F> {
    fn new(params: &'a MlpValidParams, network: Network<F>) -> Self {
        let still = |layer: &Layer<F>| Layer {
            weights: Array2::zeros(layer.weights.dim()),
            bias: Array1::zeros(layer.bias.len()),
        };
        let velocities = network.layers.iter().map(still).collect();
        Self { params, device: Cpu::default(), network, velocities }
    }

    /// One step on one batch; gives its loss before the step.
    fn step(&mut self, x: Array2<F>, labels: &[usize]) -> Result<f64> {
        let samples = labels.len();
        let shape = x.dim();
        let (x, _) = x.into_raw_vec_and_offset();
        let x = self.device.try_tensor_from_vec(x, shape)?;
        let tensors = self.network.tensors(&self.device)?;
        let logits = self.network.logits(x.leaky_traced(), &tensors)?;
        let penalty = 0.5 * self.params.alpha * self.network.squared_weights() / samples as f64;
        let mut values = vec![F::zero(); samples * self.network.classes()];
        logits.copy_into(&mut values);
        let loss = log_loss(values, labels) + penalty;
        let mut gradients = ops::softmax_cross_entropy(logits, labels)?.try_backward()?;
        for (index, layer) in tensors.iter().enumerate() {
            self.update(index, layer, &mut gradients, samples)?;
        }
        Ok(loss)
    }

    /// Changes one layer by Nesterov's (or the classical) momentum rule.
    fn update(
        &mut self,
        index: usize,
        tensors: &LayerTensors<F>,
        gradients: &mut Gradients<F, Cpu>,
        samples: usize,
    ) -> Result<()> {
        let layer = &mut self.network.layers[index];
        let velocity = &mut self.velocities[index];
        let rate = F::cast(self.params.learning_rate_init);
        let momentum = F::cast(self.params.momentum);
        let decay = F::cast(self.params.alpha / samples as f64);
        let rule = Rule { rate, momentum, nesterov: self.params.nesterovs_momentum };
        let gradient = gradients.get_or_alloc_mut(&tensors.weights)?;
        rule.apply(&mut layer.weights, &mut velocity.weights, gradient, decay);
        let gradient = gradients.get_or_alloc_mut(&tensors.bias)?;
        rule.apply(&mut layer.bias, &mut velocity.bias, gradient, F::zero());
        Ok(())
    }
}

/// `v ← μ v - η g`, then `θ ← θ + v`, or with Nesterov `θ ← θ + μ v - η g`.
struct Rule<F> {
    rate: F,
    momentum: F,
    nesterov: bool,
}

impl<F: Float> Rule<F> {
    fn apply<D: Dimension>(
        &self,
        parameters: &mut Array<F, D>,
        velocities: &mut Array<F, D>,
        gradient: &[F],
        decay: F,
    ) {
        // Slices, which the compiler turns into vector instructions; both are row by row.
        let parameters = parameters.as_slice_mut().unwrap_or_default();
        let velocities = velocities.as_slice_mut().unwrap_or_default();
        let pairs = parameters.iter_mut().zip(velocities);
        for ((parameter, velocity), &gradient) in pairs.zip(gradient) {
            let change = self.rate * (gradient + decay * *parameter);
            *velocity = self.momentum * *velocity - change;
            *parameter +=
                if self.nesterov { self.momentum * *velocity - change } else { *velocity };
        }
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
            println!("Iteration {}, loss = {loss:.8}", self.loss_curve.len());
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
