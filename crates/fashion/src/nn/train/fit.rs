//! The training loop.

use std::path::PathBuf;

use dfdx::tensor::{AsArray, Cpu, TensorFromVec, Trace};
use dfdx::tensor_ops::Backward;
use fashion_base::interrupt::{self, Unfinished};
use fashion_base::numbers::argmax;
use fashion_base::random::{Purpose, Stream};
use fashion_base::text::say;
use fashion_base::threads;
use fashion_base::time::Stopwatch;
use linfa::DatasetBase;
use linfa::dataset::AsTargets;
use ndarray::{ArrayBase, ArrayView2, Data, Ix1, Ix2};

use super::callbacks::{Plateau, Stopping, Verdict};
use super::checkpoint::{self, Identity};
use super::job::{Job, State, image_shape};
use super::progress::Progress;
use super::settings::{Keep, Training};
use crate::nn::history::{Epoch, History};
use crate::nn::infer::{Evaluation, Infer};
use crate::nn::layer::Pass;
use crate::nn::loss::Loss;
use crate::nn::network::Network;
use crate::nn::optimizer_state::OptimizerState;
use crate::{Error, Result};

/// What a fit computes, compiled with this crate for `f32` and `f64` and not again in every notebook
/// cell that trains.
#[doc(hidden)]
pub trait Train: Infer {
    fn fit(network: &mut Network<Self>, job: &Job<'_, Self>) -> Result<History>;
}

macro_rules! train {
    ($($type:ty),+) => {$(
        impl Train for $type {
            fn fit(network: &mut Network<Self>, job: &Job<'_, Self>) -> Result<History> {
                run(network, job)
            }
        }
    )+};
}
train!(f32, f64);

impl<E: Train> Network<E> {
    /// Trains the network on from the weights that it has; the optimizer starts afresh.
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) or [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) if data, settings and network do not fit;
    /// [`Error::LossNotFinite`] if the loss is not finite, with the weights then back at the start of that
    /// epoch; the errors of files for a checkpoint;
    /// [`Error::Interrupted`](fashion_base::Error::Interrupted) if the reader interrupts the first epoch, with
    /// the weights then as before. After it, an interrupt gives what there is
    /// ([`History::interrupted`]), and with a checkpoint the same fit goes on from there.
    pub fn fit<D, T>(
        &mut self,
        train: &DatasetBase<ArrayBase<D, Ix2>, T>,
        training: &Training,
    ) -> Result<History>
    where
        D: Data<Elem = E>,
        T: AsTargets<Elem = usize, Ix = Ix1>,
    {
        let labels = train.targets.as_targets().to_vec();
        let records = train.records.view();
        let count = records.nrows().min(labels.len());
        // As Keras: the training part is rounded down.
        let keep = (count as f64 * (1.0 - training.validation_split)) as usize;
        let job = if training.validation_split > 0.0 && records.nrows() == labels.len() {
            let (rows, held_out) = records.split_at(ndarray::Axis(0), keep);
            let (labels, held_out_labels) = labels.split_at(keep);
            Job::new(training, rows, labels.to_vec()).validated(held_out, held_out_labels.to_vec())
        } else {
            Job::new(training, records, labels)
        };
        E::fit(self, &job)
    }

    /// [`Self::fit`] with validation data.
    ///
    /// # Errors
    /// As [`Self::fit`].
    pub fn fit_validated<D, T, V, W>(
        &mut self,
        train: &DatasetBase<ArrayBase<D, Ix2>, T>,
        validation: &DatasetBase<ArrayBase<V, Ix2>, W>,
        training: &Training,
    ) -> Result<History>
    where
        D: Data<Elem = E>,
        T: AsTargets<Elem = usize, Ix = Ix1>,
        V: Data<Elem = E>,
        W: AsTargets<Elem = usize, Ix = Ix1>,
    {
        let labels = train.targets.as_targets().to_vec();
        let job = Job::new(training, train.records.view(), labels)
            .validated(validation.records.view(), validation.targets.as_targets().to_vec());
        E::fit(self, &job)
    }
}

fn run<E: Infer>(network: &mut Network<E>, job: &Job<'_, E>) -> Result<History> {
    let goes_with_it = || Loss::default_for(network.last_activation());
    let loss = job.training.loss.unwrap_or_else(goes_with_it);
    job.check(network, loss)?;
    network.loss = loss;
    let threads = job.training.threads.unwrap_or_else(threads::threads);
    let _listening = interrupt::listen();
    let history = threads::run_with(threads, || Trainer::new(network, job)?.run())??;
    network.fit_time = Some(history.fit_time());
    network.unfinished = history.unfinished.clone();
    Ok(history)
}

struct Trainer<'a, 'd, E: Infer> {
    network: &'a mut Network<E>,
    job: &'a Job<'d, E>,
    state: State<E>,
    /// Parameters that gave a finite loss, from the start of the epoch.
    good: Vec<Vec<E>>,
    /// What the fit is, and the file that keeps it.
    kept: Option<(Identity, PathBuf)>,
    progress: Progress,
}

/// One batch: values row by row, and labels.
struct Batch<E> {
    values: Vec<E>,
    labels: Vec<usize>,
}

impl<'a, 'd, E: Infer> Trainer<'a, 'd, E> {
    fn new(network: &'a mut Network<E>, job: &'a Job<'d, E>) -> Result<Self> {
        let mut state = State {
            epoch: 0,
            optimizer: OptimizerState::new(job.training.optimizer)?,
            plateau: Plateau::default(),
            stopping: Stopping::default(),
            best: None,
            history: History::default(),
        };
        let mut kept = None;
        if let Some(keep) = &job.training.keep {
            let (identity, epochs) = (Identity::new(network, job)?, job.training.epochs);
            let path = identity.file(keep, epochs);
            checkpoint::load(&path, &identity, network, epochs, &mut state)?;
            kept = Some((identity, path));
        }
        let progress = Progress::new(job.training.verbose);
        Ok(Self { good: network.all_values()?, network, job, state, kept, progress })
    }

    fn run(mut self) -> Result<History> {
        let training = self.job.training;
        self.tell_what_was_read();
        while !self.is_over() {
            let epoch = match self.whole_epoch() {
                Err(error) if error.is_interrupt() => {
                    self.end_early(error)?;
                    break;
                }
                epoch => epoch?,
            };
            self.finish_epoch(epoch)?;
            if let Some((identity, path)) = &self.kept {
                let last = self.is_over() && matches!(training.keep, Some(Keep::Folder(_)));
                checkpoint::save(path, identity, self.network, &self.state, last)?;
            }
            self.tell(&epoch);
        }
        if let Some(best) = &self.state.best {
            self.network.assign_all(best)?;
            self.state.history.restored_epoch = Some(self.state.stopping.best_epoch);
        }
        Ok(self.state.history)
    }

    /// Trains and validates once.
    fn whole_epoch(&mut self) -> Result<Epoch> {
        let start = Stopwatch::start();
        self.progress.start();
        let trained = self.epoch();
        self.progress.clear();
        let (loss, accuracy) = trained?;
        let validation = self.validate()?;
        Ok(Epoch {
            epoch: self.state.epoch + 1,
            loss,
            accuracy,
            val_loss: validation.map(|v| v.loss),
            val_accuracy: validation.map(|v| v.accuracy),
            learning_rate: self.state.optimizer.learning_rate(),
            seconds: start.elapsed().as_secs_f64(),
        })
    }

    /// Goes back to the end of the last whole epoch, which the history and a checkpoint tell of; without one,
    /// the interrupt is an error.
    fn end_early(&mut self, interrupt: Error) -> Result<()> {
        self.network.assign_all(&self.good)?;
        let epoch = self.state.epoch;
        if epoch == 0 {
            return Err(interrupt);
        }
        if self.job.training.verbose {
            say(format_args!(
                "Interrupted in epoch {}; the history ends with epoch {epoch}.",
                epoch + 1
            ));
        }
        self.state.history.unfinished = Some(Unfinished::new());
        Ok(())
    }

    fn is_over(&self) -> bool {
        self.state.epoch >= self.job.training.epochs || self.state.history.stopped_early
    }

    fn tell(&self, epoch: &Epoch) {
        if self.job.training.verbose {
            say(format_args!("Epoch {}/{}: {epoch}", epoch.epoch, self.job.training.epochs));
        }
    }

    /// A reader who sees epochs pass at once should know why, and how to see them computed.
    fn tell_what_was_read(&self) {
        let (Some((_, path)), true) = (&self.kept, self.state.epoch > 0) else { return };
        if self.job.training.verbose {
            say(format_args!("Read from {} (delete it to train anew):", path.display()));
        }
        self.state.history.epochs.iter().for_each(|epoch| self.tell(epoch));
    }

    /// Keeps the epoch's figures and lets the callbacks act on them.
    fn finish_epoch(&mut self, epoch: Epoch) -> Result<()> {
        let state = &mut self.state;
        state.history.epochs.push(epoch);
        state.epoch += 1;
        if let Some(config) = &self.job.training.reduce_lr {
            let rate = state.plateau.after(config, &epoch, state.optimizer.learning_rate());
            state.optimizer.set_learning_rate(rate);
        }
        if let Some(config) = &self.job.training.early_stopping {
            match state.stopping.after(config, &epoch) {
                Verdict::Best if config.restore_best => {
                    state.best = Some(self.network.all_values()?);
                }
                Verdict::Stop => state.history.stopped_early = true,
                Verdict::Best | Verdict::Wait => {}
            }
        }
        Ok(())
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
            // After the first step of an epoch, so that the good parameters are those of its start.
            interrupt::check("training")?;
            loss += batch_loss * size as f64;
            correct += batch_correct;
            let batches = count.div_ceil(job.training.batch_size);
            self.progress.batch(epoch + 1, job.training.epochs, number + 1, batches);
            next = following.zip(prepared).map(|((number, _), batch)| (number, batch));
        }
        // The last step has no next one whose loss would tell.
        if !self.network.is_finite()? {
            let last = count.div_ceil(job.training.batch_size) - 1;
            return Err(self.diverged(f64::NAN, epoch, last)?);
        }
        Ok((loss / count as f64, correct as f64 / count as f64))
    }

    /// One update: the loss of the batch, and how many of its samples were right.
    fn step(&mut self, epoch: usize, number: usize, batch: Batch<E>) -> Result<(f64, usize)> {
        let (features, n) = (self.network.n_features(), batch.labels.len());
        let classes = self.network.n_classes();
        let (loss, last) = (self.network.loss, self.network.last_activation());
        self.network.dropout = (self.job.training.seed, self.state.optimizer.steps());
        let pass = Pass { dropout: Some(self.network.dropout), logits: loss.takes_logits(last) };
        let x = Cpu::default().try_tensor_from_vec(batch.values, (n, features))?;
        let y = self.network.forward_pass(x.leaky_traced(), pass)?;
        let mut outputs = vec![E::zero(); n * classes];
        y.copy_into(&mut outputs);
        let loss = loss.of_batch(last, y, &batch.labels)?;
        let total = loss.array().wide() + self.network.penalty()?;
        if !total.is_finite() {
            return Err(self.diverged(total, epoch, number)?);
        }
        if number == 0 {
            self.good = self.network.all_values()?;
        }
        let mut gradients = loss.try_backward()?;
        self.state.optimizer.step(self.network, &mut gradients)?;
        let rows = outputs.chunks_exact(classes).zip(&batch.labels);
        let right = rows.filter(|&(row, &label)| argmax(row.iter().copied()) == label);
        Ok((total, right.count()))
    }

    /// Goes back to good parameters, and says why.
    fn diverged(&mut self, loss: f64, epoch: usize, number: usize) -> Result<Error> {
        self.network.assign_all(&self.good)?;
        let learning_rate = self.state.optimizer.learning_rate();
        Ok(Error::LossNotFinite { loss, epoch: epoch + 1, batch: number + 1, learning_rate })
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
fn prepare<E: Infer>(
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
