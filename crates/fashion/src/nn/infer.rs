//! Predictions and their evaluation, batch by batch.

use std::time::Duration;

use dfdx::tensor::{Cpu, TensorFromVec};
use linfa::DatasetBase;
use linfa::traits::PredictInplace;
use ndarray::{Array1, Array2, ArrayBase, ArrayView2, ArrayViewMut2, Axis, Data, Ix1, Ix2};

use fashion_base::interrupt;
use fashion_base::numbers::argmax;
use fashion_kernels::activation::softmax;
use fashion_kernels::threads::map;

use super::element::Element;
use super::layer::Pass;
use super::loss::Loss;
use super::network::Network;
use crate::show::{Bundle, Render};
use crate::{Classifier, Error, Result};
use fashion_base::threads;

/// Samples that go through the network at once. Results do not depend on it beyond rounding, and it is
/// fixed, so that they do not depend on the number of threads either.
const BATCH: usize = 100;

/// So many samples take long enough to be interrupted.
const LONG: usize = 1000;

/// Where in the network a prediction is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Before a final softmax or sigmoid.
    Logits,
    /// Softmax of the logits.
    Softmax,
    /// After the last layer.
    Outputs,
}

/// How well a network does on a dataset.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evaluation {
    /// Mean cross-entropy plus the L2 penalty.
    pub loss: f64,
    /// The share of samples whose largest output is that of their label.
    pub accuracy: f64,
}

impl std::fmt::Display for Evaluation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "loss {:.4}, accuracy {:.4}", self.loss, self.accuracy)
    }
}

impl Render for Evaluation {
    fn render(&self) -> Bundle {
        Bundle::text(self.to_string()).html(format!("<p>{self}</p>"))
    }
}

impl<E: Infer> Network<E> {
    /// The inputs of the final softmax or sigmoid, or the outputs if there is neither: (samples,
    /// classes).
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) if the rows do not have as many values as the input shape;
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for a value that is not finite, or if an output
    /// is not a number.
    pub fn logits<D: Data<Elem = E>>(&self, records: &ArrayBase<D, Ix2>) -> Result<Array2<E>> {
        E::infer(self, records.view(), Stage::Logits).and_then(numbers)
    }

    /// What the last layer gives: (samples, classes).
    ///
    /// # Errors
    /// As [`Self::logits`].
    pub fn outputs<D: Data<Elem = E>>(&self, records: &ArrayBase<D, Ix2>) -> Result<Array2<E>> {
        E::infer(self, records.view(), Stage::Outputs).and_then(numbers)
    }

    /// The probabilities that the loss reads from the outputs: softmax of the logits, or for
    /// [`Loss::CrossEntropy`] after a sigmoid its values scaled to a sum of 1. (samples, classes)
    ///
    /// # Errors
    /// As [`Self::logits`]; [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) after
    /// [`Loss::SquaredHinge`], which makes no probabilities.
    pub fn predict_proba<D: Data<Elem = E>>(
        &self,
        records: &ArrayBase<D, Ix2>,
    ) -> Result<Array2<E>> {
        if self.loss == Loss::SquaredHinge {
            let expected =
                "a network that was trained with a cross-entropy; `logits` gives the outputs";
            return Err(Error::parameter("loss", expected, self.loss));
        }
        if self.loss.takes_logits(self.last_activation()) {
            return E::infer(self, records.view(), Stage::Softmax).and_then(numbers);
        }
        let mut values = E::infer(self, records.view(), Stage::Outputs)?;
        for mut row in values.rows_mut() {
            let sum = row.sum();
            row.mapv_inplace(|x| x / sum);
        }
        numbers(values)
    }

    /// Loss and accuracy on a dataset, without dropout.
    ///
    /// # Errors
    /// As [`Self::logits`]; [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for a label that is no class, or no samples.
    pub fn evaluate<D: Data<Elem = E>, T>(
        &self,
        dataset: &DatasetBase<ArrayBase<D, Ix2>, T>,
    ) -> Result<Evaluation>
    where
        T: linfa::dataset::AsTargets<Elem = usize, Ix = Ix1>,
    {
        let labels = dataset.targets.as_targets().to_vec();
        let evaluation = self.evaluate_rows(dataset.records.view(), &labels)?;
        if evaluation.loss.is_nan() { Err(no_number("a loss")) } else { Ok(evaluation) }
    }

    pub(super) fn evaluate_rows(
        &self,
        rows: ArrayView2<'_, E>,
        labels: &[usize],
    ) -> Result<Evaluation> {
        check_labels(rows.nrows(), labels, self.n_classes())?;
        let last = self.last_activation();
        let stage = if self.loss.takes_logits(last) { Stage::Logits } else { Stage::Outputs };
        let values = E::infer(self, rows, stage)?;
        let (mut loss, mut correct) = (0.0, 0);
        for (row, &label) in values.rows().into_iter().zip(labels) {
            let row: Vec<f64> = row.iter().map(|&x| x.wide()).collect();
            loss += self.loss.of_sample(last, &row, label);
            correct += usize::from(argmax(row.iter().copied()) == label);
        }
        let n = labels.len() as f64;
        Ok(Evaluation { loss: loss / n + self.penalty()?, accuracy: correct as f64 / n })
    }
}

/// Whether every value of every sample is a finite number: what is computed from another one looks like an
/// answer. The samples are counted from `first` on.
pub(super) fn check_finite<E: Element>(rows: ArrayView2<'_, E>, first: usize) -> Result<()> {
    for (sample, row) in (first..).zip(rows.rows()) {
        // Without an early end the compiler takes several values at once.
        if row.iter().fold(true, |finite, value| finite & value.is_finite()) {
            continue;
        }
        let place = row.iter().position(|value| !value.is_finite()).unwrap_or_default();
        let got = format_args!("{} in sample {sample}, feature {place} (from 0)", row[place]);
        return Err(Error::parameter("features", "finite numbers", got));
    }
    Ok(())
}

/// The outputs, if each is a number.
fn numbers<E: Element>(values: Array2<E>) -> Result<Array2<E>> {
    match values.rows().into_iter().position(|row| row.iter().any(|value| value.is_nan())) {
        Some(sample) => Err(no_number(&format!("an output for sample {sample} (from 0)"))),
        None => Ok(values),
    }
}

fn no_number(what: &str) -> Error {
    let got = format_args!("{what} that is none: weights or features are too large, or not finite");
    Error::parameter("network", "outputs that are numbers", got)
}

/// As many labels as rows, at least one, and all of them classes.
pub(super) fn check_labels(rows: usize, labels: &[usize], classes: usize) -> Result<()> {
    if rows != labels.len() || rows == 0 {
        let expected = format!("one label per sample, and at least one ({rows} samples)");
        return Err(Error::shape("dataset", expected, format_args!("{} labels", labels.len())));
    }
    match labels.iter().find(|&&label| label >= classes) {
        Some(label) => Err(Error::parameter("label", format!("a class below {classes}"), label)),
        None => Ok(()),
    }
}

/// What a prediction computes, compiled with this crate for `f32` and `f64` and not again in every
/// notebook cell that predicts.
#[doc(hidden)]
pub trait Infer: Element {
    fn infer(
        network: &Network<Self>,
        rows: ArrayView2<'_, Self>,
        stage: Stage,
    ) -> Result<Array2<Self>>;
}

macro_rules! infer {
    ($($type:ty),+) => {$(
        impl Infer for $type {
            fn infer(
                network: &Network<Self>,
                rows: ArrayView2<'_, Self>,
                stage: Stage,
            ) -> Result<Array2<Self>> {
                run(network, rows, stage)
            }
        }
    )+};
}
infer!(f32, f64);

fn run<E: Element>(
    network: &Network<E>,
    rows: ArrayView2<'_, E>,
    stage: Stage,
) -> Result<Array2<E>> {
    let features = network.n_features();
    if rows.ncols() != features {
        let expected = format!("rows of {features} values for {:?}", network.input_shape());
        return Err(Error::shape("network", expected, rows.shape()));
    }
    let pass = Pass { dropout: None, logits: stage != Stage::Outputs };
    type Batch<'a, E> = (usize, (ArrayView2<'a, E>, ArrayViewMut2<'a, E>));
    let predict = |(number, (rows, mut target)): Batch<'_, E>| {
        interrupt::check("prediction")?;
        check_finite(rows, BATCH * number)?;
        let mut values = Vec::with_capacity(rows.len());
        for row in rows.rows() {
            match row.to_slice() {
                Some(row) => values.extend_from_slice(row),
                None => values.extend(row),
            }
        }
        let x = Cpu::default().try_tensor_from_vec(values, (rows.nrows(), features))?;
        let y = network.forward_pass(x, pass)?;
        // The rows of a result that was just made lie one after the other.
        if let Some(target) = target.as_slice_mut() {
            y.copy_into(target);
            if stage == Stage::Softmax {
                target.chunks_exact_mut(network.n_classes()).for_each(softmax);
            }
        }
        Ok(())
    };
    let _listening = (rows.nrows() >= LONG).then(interrupt::listen);
    threads::run(|| {
        let mut result = Array2::zeros((rows.nrows(), network.n_classes()));
        let targets = result.axis_chunks_iter_mut(Axis(0), BATCH);
        let batches = rows.axis_chunks_iter(Axis(0), BATCH).zip(targets).enumerate();
        let batches: Vec<Batch<'_, E>> = batches.collect();
        if batches.len() < 2 * threads::available() {
            batches.into_iter().try_for_each(predict)?;
        } else {
            // A batch to each thread: less to wait for than every product of a batch on all of them.
            let alone = |batch| threads::alone(|| predict(batch));
            map(batches, rows.len(), alone).into_iter().collect::<Result<()>>()?;
        }
        Ok(result)
    })?
}

impl<E: Infer> Classifier<E> for Network<E> {
    /// The class with the largest output, of equal ones the first.
    fn predict<D: Data<Elem = E>>(&self, samples: &ArrayBase<D, Ix2>) -> Result<Array1<usize>> {
        let logits = self.logits(samples)?;
        Ok(logits.rows().into_iter().map(|row| argmax(row.iter().copied())).collect())
    }

    fn predict_proba<D: Data<Elem = E>>(&self, samples: &ArrayBase<D, Ix2>) -> Result<Array2<E>> {
        self.predict_proba(samples)
    }

    fn n_parameters(&self) -> usize {
        self.n_parameters()
    }

    fn fit_time(&self) -> Option<Duration> {
        self.fit_time()
    }
}

impl<E: Infer, D: Data<Elem = E>> PredictInplace<ArrayBase<D, Ix2>, Array1<usize>> for Network<E> {
    /// Classes, through linfa's `predict`.
    ///
    /// # Panics
    /// If the rows do not have as many values as the input shape: the trait has no way to return an
    /// error. [`Classifier::predict`] does.
    fn predict_inplace(&self, samples: &ArrayBase<D, Ix2>, classes: &mut Array1<usize>) {
        match Classifier::predict(self, samples) {
            Ok(predicted) => *classes = predicted,
            Err(error) => panic!("{error}"),
        }
    }

    fn default_target(&self, samples: &ArrayBase<D, Ix2>) -> Array1<usize> {
        Array1::zeros(samples.nrows())
    }
}
