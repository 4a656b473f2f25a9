//! The training loop.

use std::path::PathBuf;
use std::time::Instant;

use dfdx::tensor::{AsArray, Cpu, TensorFromVec, Trace};
use dfdx::tensor_ops::Backward;
use ndarray::ArrayView2;

use super::callbacks::{self, Plateau, Stopping, Verdict};
use super::checkpoint::{self, Identity};
use super::forward::Pass;
use super::infer::{check_labels, largest, to_f64};
use super::network::Kernel;
use super::optimizer::OptimizerState;
use super::training::Keep;
use super::{Element, Epoch, Evaluation, History, Loss, Network, Training, ops, sum_of_squares};
use crate::{Error, Result};
use fashion_base::random::{Purpose, Stream};
use fashion_base::threads;

/// Data and settings of one fit.
pub struct Job<'a, E> {
    pub(super) training: &'a Training,
    pub(super) train: Samples<'a, E>,
    pub(super) validation: Option<Samples<'a, E>>,
}

/// Rows and their labels.
pub(super) struct Samples<'a, E> {
    pub(super) rows: ArrayView2<'a, E>,
    pub(super) labels: Vec<usize>,
}

impl<'a, E: Element> Job<'a, E> {
    pub(super) fn new(training: &'a Training, rows: ArrayView2<'a, E>, labels: Vec<usize>) -> Self {
        Self { training, train: Samples { rows, labels }, validation: None }
    }

    pub(super) fn validated(mut self, rows: ArrayView2<'a, E>, labels: Vec<usize>) -> Self {
        self.validation = Some(Samples { rows, labels });
        self
    }

    fn check(&self, network: &Network<E>, loss: Loss) -> Result<()> {
        let training = self.training;
        training.check()?;
        loss.check(network.last_activation())?;
        callbacks::check(training.reduce_lr, training.early_stopping, self.validation.is_some())?;
        for samples in std::iter::once(&self.train).chain(&self.validation) {
            check_labels(samples.rows.nrows(), &samples.labels, network.classes())?;
            if samples.rows.ncols() != network.features() {
                let shape = &network.shapes[0];
                let expected = format!("rows of {} values for {shape:?}", network.features());
                return Err(Error::shape("fit", expected, samples.rows.shape()));
            }
        }
        if training.augmentation.is_some() {
            image_shape(network)?;
        }
        Ok(())
    }
}

/// The shape of a sample that augmentation can move and turn.
fn image_shape<E: Element>(network: &Network<E>) -> Result<[usize; 3]> {
    network.shapes[0].as_slice().try_into().map_err(|_| {
        let expected = "an input shape of (height, width, channels), then `.flatten()`";
        Error::shape("augmentation", expected, &network.shapes[0])
    })
}

/// The work behind [`Element::fit`].
pub(super) fn run<E: Element>(network: &mut Network<E>, job: &Job<'_, E>) -> Result<History> {
    let loss = job.training.loss.unwrap_or_else(|| Loss::default_for(network.architecture()));
    job.check(network, loss)?;
    network.loss = loss;
    let threads = job.training.threads.unwrap_or_else(threads::threads);
    threads::run_with(threads, || Trainer::new(network, job)?.run())?
}

/// What changes during a fit, and what a checkpoint therefore holds.
pub(super) struct State<E> {
    /// Next epoch, counted from 0.
    pub(super) epoch: usize,
    pub(super) learning_rate: f64,
    /// The parameters, in the order of [`Network::parameter_shapes`].
    pub(super) values: Vec<Vec<E>>,
    pub(super) optimizer: OptimizerState<E>,
    pub(super) plateau: Plateau,
    pub(super) stopping: Stopping,
    /// The parameters of the best epoch, if they are to be restored.
    pub(super) best: Option<Vec<Vec<E>>>,
    pub(super) history: History,
}

struct Trainer<'a, 'd, E: Element> {
    network: &'a mut Network<E>,
    job: &'a Job<'d, E>,
    state: State<E>,
    /// Parameters that gave a finite loss, from the start of the epoch.
    good: Vec<Vec<E>>,
    penalties: Vec<f64>,
    /// What the fit is, and the file that keeps it.
    kept: Option<(Identity, PathBuf)>,
}

/// One batch: values row by row, and labels.
struct Batch<E> {
    values: Vec<E>,
    labels: Vec<usize>,
}

impl<'a, 'd, E: Element> Trainer<'a, 'd, E> {
    fn new(network: &'a mut Network<E>, job: &'a Job<'d, E>) -> Result<Self> {
        let values = network.all_values();
        let optimizer = OptimizerState::new(job.training.optimizer, values.iter().map(Vec::len))?;
        let mut state = State {
            epoch: 0,
            learning_rate: job.training.optimizer.learning_rate(),
            values,
            optimizer,
            plateau: Plateau::default(),
            stopping: Stopping::default(),
            best: None,
            history: History::default(),
        };
        let mut kept = None;
        if let Some(keep) = &job.training.keep {
            let (identity, epochs) = (Identity::new(network, job), job.training.epochs);
            let path = identity.file(keep, epochs);
            checkpoint::load(&path, &identity, network, epochs, &mut state)?;
            network.assign_all(&state.values);
            kept = Some((identity, path));
        }
        let penalties = network.penalties();
        Ok(Self { good: state.values.clone(), network, job, state, penalties, kept })
    }

    fn run(mut self) -> Result<History> {
        let training = self.job.training;
        self.tell_what_was_read();
        while !self.is_over() {
            let start = Instant::now();
            let (loss, accuracy) = self.epoch()?;
            let validation = self.validate()?;
            let epoch = Epoch {
                epoch: self.state.epoch + 1,
                loss,
                accuracy,
                val_loss: validation.map(|v| v.loss),
                val_accuracy: validation.map(|v| v.accuracy),
                learning_rate: self.state.learning_rate,
                seconds: start.elapsed().as_secs_f64(),
            };
            self.finish_epoch(epoch);
            if let Some((identity, path)) = &self.kept {
                let last = self.is_over() && matches!(training.keep, Some(Keep::Folder(_)));
                checkpoint::save(path, identity, self.network, &self.state, last)?;
            }
            self.tell(&epoch);
        }
        if let Some(best) = &self.state.best {
            self.network.assign_all(best);
            self.state.history.restored_epoch = Some(self.state.stopping.best_epoch);
        }
        Ok(self.state.history)
    }

    fn is_over(&self) -> bool {
        self.state.epoch >= self.job.training.epochs || self.state.history.stopped_early
    }

    fn tell(&self, epoch: &Epoch) {
        if self.job.training.verbose {
            println!("Epoch {}/{}: {epoch}", epoch.epoch, self.job.training.epochs);
        }
    }

    /// A reader who sees epochs pass at once should know why, and how to see them computed.
    fn tell_what_was_read(&self) {
        let (Some((_, path)), true) = (&self.kept, self.state.epoch > 0) else { return };
        if self.job.training.verbose {
            println!("Read from {} (delete it to train anew):", path.display());
        }
        self.state.history.epochs.iter().for_each(|epoch| self.tell(epoch));
    }

    /// Keeps the epoch's figures and lets the callbacks act on them.
    fn finish_epoch(&mut self, epoch: Epoch) {
        let state = &mut self.state;
        state.history.epochs.push(epoch);
        state.epoch += 1;
        if let Some(config) = &self.job.training.reduce_lr {
            state.learning_rate = state.plateau.after(config, &epoch, state.learning_rate);
        }
        if let Some(config) = &self.job.training.early_stopping {
            match state.stopping.after(config, &epoch) {
                Verdict::Best if config.restore_best => state.best = Some(state.values.clone()),
                Verdict::Stop => state.history.stopped_early = true,
                Verdict::Best | Verdict::Wait => {}
            }
        }
    }

    /// One pass over the training data: mean loss and accuracy.
    fn epoch(&mut self) -> Result<(f64, f64)> {
        let (job, seed, epoch) = (self.job, self.job.training.seed, self.state.epoch);
        let count = job.train.labels.len();
        let order = if job.training.shuffle {
            Stream::new(seed, Purpose::Shuffle, &[epoch]).permutation(count)
        } else {
            (0..count).collect()
        };
        let shape = job.training.augmentation.map(|_| image_shape(self.network)).transpose()?;
        let prepare = |indices: &[usize]| prepare(job, indices, shape, epoch);

        let (mut loss, mut correct) = (0.0, 0);
        let mut batches = order.chunks(job.training.batch_size).enumerate();
        let mut next = batches.next().map(|(number, indices)| (number, prepare(indices)));
        while let Some((number, batch)) = next {
            let following = batches.next();
            let size = batch.labels.len();
            let step = || self.step(epoch, number, batch);
            // Augmentation is worth a thread of its own while the network trains.
            let (done, prepared) = match following {
                Some((_, indices)) if shape.is_some() => {
                    let (done, batch) = rayon::join(step, || prepare(indices));
                    (done, Some(batch))
                }
                Some((_, indices)) => (step(), Some(prepare(indices))),
                None => (step(), None),
            };
            let (batch_loss, batch_correct) = done?;
            loss += batch_loss * size as f64;
            correct += batch_correct;
            next = following.zip(prepared).map(|((number, _), batch)| (number, batch));
        }
        // The last step has no next one whose loss would tell.
        if self.state.values.iter().flatten().any(|value| !value.is_finite()) {
            let last = count.div_ceil(job.training.batch_size) - 1;
            return Err(self.diverged(f64::NAN, epoch, last));
        }
        Ok((loss / count as f64, correct as f64 / count as f64))
    }

    /// One update: the loss of the batch, and how many of its samples were right.
    fn step(&mut self, epoch: usize, number: usize, batch: Batch<E>) -> Result<(f64, usize)> {
        let (features, n) = (self.network.features(), batch.labels.len());
        let training = self.job.training;
        let from_logits = self.network.loss.takes_logits(self.network.last_activation());
        let pass =
            Pass { dropout: Some((training.seed, self.state.optimizer.step)), logits: from_logits };
        let x = Cpu::default().try_tensor_from_vec(batch.values, (n, features));
        let y = self.network.forward(x.map_err(Error::Device)?.leaky_traced(), pass)?;
        let mut outputs = vec![E::zero(); n * self.network.classes()];
        y.copy_into(&mut outputs);
        let loss = if from_logits {
            ops::softmax_cross_entropy(y, &batch.labels)?
        } else {
            ops::cross_entropy(y, &batch.labels)?
        };
        let total = to_f64(loss.array()) + self.penalty();
        if !total.is_finite() {
            return Err(self.diverged(total, epoch, number));
        }
        if number == 0 {
            self.good.clone_from(&self.state.values);
        }
        let mut gradients = loss.try_backward().map_err(Error::Device)?;
        let mut slopes = Vec::with_capacity(self.state.values.len());
        for weights in self.network.weights.iter().flatten() {
            let kernel = match &weights.kernel {
                Kernel::Dense(tensor) => gradients.get_or_alloc_mut(tensor),
                Kernel::Conv2d(tensor) => gradients.get_or_alloc_mut(tensor),
            };
            slopes.push(std::mem::take(&mut **kernel.map_err(Error::Device)?));
            let bias = gradients.get_or_alloc_mut(&weights.bias).map_err(Error::Device)?;
            slopes.push(std::mem::take(&mut **bias));
        }
        drop(gradients);
        self.update(&mut slopes)?;
        let rows = outputs.chunks_exact(self.network.classes()).zip(&batch.labels);
        let right = rows.filter(|&(row, &label)| largest(row.iter().copied()) == label);
        Ok((total, right.count()))
    }

    /// Goes back to good parameters, and says why.
    fn diverged(&mut self, loss: f64, epoch: usize, number: usize) -> Error {
        self.network.assign_all(&self.good);
        let learning_rate = self.state.learning_rate;
        Error::LossNotFinite { loss, epoch: epoch + 1, batch: number + 1, learning_rate }
    }

    /// Σ λ w².
    fn penalty(&self) -> f64 {
        let pairs = self.penalties.iter().zip(&self.state.values);
        let penalised = pairs.filter(|&(&lambda, _)| lambda > 0.0);
        penalised.map(|(lambda, values)| lambda * sum_of_squares(values)).sum()
    }

    /// Adds the penalties' gradients and takes the optimizer's step.
    fn update(&mut self, slopes: &mut [Vec<E>]) -> Result<()> {
        let state = &mut self.state;
        for ((slope, values), &lambda) in slopes.iter_mut().zip(&state.values).zip(&self.penalties)
        {
            if lambda > 0.0 {
                let factor = E::cast(2.0 * lambda);
                slope.iter_mut().zip(values).for_each(|(slope, &w)| *slope += factor * w);
            }
        }
        let values = state.values.iter_mut().map(Vec::as_mut_slice);
        let pairs = values.zip(slopes.iter().map(Vec::as_slice));
        state.optimizer.step(state.learning_rate, pairs)?;
        self.network.assign_all(&state.values);
        Ok(())
    }

    fn validate(&self) -> Result<Option<Evaluation>> {
        let Some(samples) = &self.job.validation else { return Ok(None) };
        let training = self.job.training;
        let rows = samples.rows;
        let evaluation = match training.augmentation.filter(|_| training.augment_validation) {
            Some(augmentation) => {
                let mut values: Vec<E> = rows.iter().copied().collect();
                let indices: Vec<usize> = (0..rows.nrows()).collect();
                let place = (training.seed, Purpose::ValidationAugmentation, self.state.epoch);
                augmentation.change(&mut values, &indices, image_shape(self.network)?, place);
                let changed = ArrayView2::from_shape(rows.raw_dim(), &values)
                    .map_err(|error| Error::shape("augmentation", "rows", error))?;
                self.network.evaluate_rows(changed, &samples.labels)?
            }
            None => self.network.evaluate_rows(rows, &samples.labels)?,
        };
        Ok(Some(evaluation))
    }
}

/// Gathers a batch, with its images changed if the job says so.
fn prepare<E: Element>(
    job: &Job<'_, E>,
    indices: &[usize],
    shape: Option<[usize; 3]>,
    epoch: usize,
) -> Batch<E> {
    let rows = &job.train.rows;
    let mut values = Vec::with_capacity(indices.len() * rows.ncols());
    for &index in indices {
        match rows.row(index).to_slice() {
            Some(row) => values.extend_from_slice(row),
            None => values.extend(rows.row(index)),
        }
    }
    let labels = indices.iter().map(|&index| job.train.labels[index]).collect();
    if let (Some(augmentation), Some(shape)) = (&job.training.augmentation, shape) {
        let seed = job.training.seed;
        augmentation.change(&mut values, indices, shape, (seed, Purpose::Augmentation, epoch));
    }
    Batch { values, labels }
}
