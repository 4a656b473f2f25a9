//! Losses, averaged over the samples: which one a network is trained on, and how it is computed.

use dfdx::tensor::{Cpu, SplitTape, Tape};
use fashion_kernels::activation::{Activation, softmax};
use serde::{Deserialize, Serialize};

use super::shapes::{Matrix, Scalar};
use super::tape::{gradient, read, record, shape_of};
use crate::{Error, Float, Result};

/// How far the outputs are from the labels, averaged over the samples: a cross-entropy, or the squared hinge.
///
/// | last layer | [`Self::CrossEntropy`] | [`Self::CrossEntropyFromLogits`] |
/// |---|---|---|
/// | softmax | of its probabilities, computed from its input as Keras does | the same |
/// | sigmoid | of its values scaled to a sum of 1: the sigmoid is applied | softmax of its input: the sigmoid is left out |
/// | linear | an error: outputs are no probabilities | softmax of the outputs |
///
/// [`Self::SquaredHinge`] needs a linear last layer.
///
/// Keras leaves a final sigmoid out of this loss whatever `from_logits` says, because the activation
/// hands its input on to the loss; so does the Keras of assignment A4. What it would do if it were
/// applied is [`Self::CrossEntropy`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Loss {
    /// Keras' `SparseCategoricalCrossentropy()` of probabilities.
    CrossEntropy,
    /// Keras' `SparseCategoricalCrossentropy(from_logits=True)`.
    CrossEntropyFromLogits,
    /// Keras' `SquaredHinge()` of targets 1 and -1, see [`squared_hinge`]. With it the last layer is a
    /// linear support vector machine for each class against the others, and gives no probabilities.
    SquaredHinge,
}

impl Loss {
    /// The loss that goes with the last layer's activation.
    pub(super) fn default_for(last: Activation) -> Self {
        match last {
            Activation::Softmax | Activation::Sigmoid => Self::CrossEntropy,
            _ => Self::CrossEntropyFromLogits,
        }
    }

    /// Whether the loss is computed from what goes into the last activation.
    pub(super) fn takes_logits(self, last: Activation) -> bool {
        self != Self::CrossEntropy || last == Activation::Softmax
    }

    /// Whether the outputs of the last layer can be what the loss needs.
    pub(super) fn check(self, last: Activation) -> Result<()> {
        let linear = !matches!(last, Activation::Softmax | Activation::Sigmoid);
        let expected = match self {
            Self::CrossEntropy if linear => {
                "a last layer with softmax or sigmoid, or Loss::CrossEntropyFromLogits"
            }
            Self::SquaredHinge if !linear => "a last layer without softmax or sigmoid",
            _ => return Ok(()),
        };
        Err(Error::parameter("loss", expected, (self, last)))
    }

    /// The loss of a batch, from what [`Self::takes_logits`] says.
    pub(super) fn of_batch<E: Float, T: Tape<E, Cpu>>(
        self,
        last: Activation,
        y: Matrix<E, T>,
        labels: &[usize],
    ) -> Result<Scalar<E, T>> {
        match self {
            Self::SquaredHinge => squared_hinge(y, labels),
            _ if self.takes_logits(last) => softmax_cross_entropy(y, labels),
            _ => cross_entropy(y, labels),
        }
    }

    /// The loss of one sample, in `f64`.
    pub(super) fn of_sample(self, last: Activation, row: &[f64], label: usize) -> f64 {
        match self {
            Self::SquaredHinge => squared_hinges(row, label),
            _ if self.takes_logits(last) => log_softmax(row, label),
            _ => log_share(row, label),
        }
    }
}

/// Keras' `backend.epsilon()`: probabilities are clipped to [ε, 1 - ε] before their logarithm.
const EPSILON: f64 = 1e-7;

/// L = -1/n sum_i log softmax(z_i)\[label_i\] for logits z (n, classes).
///
/// Keras: `SparseCategoricalCrossentropy(from_logits=True)`; PyTorch: `cross_entropy`. It is also
/// what Keras computes for a network that ends in a softmax layer.
///
/// # Errors
/// [`Error::Shape`](fashion_kernels::Error::Shape) if there is not one label per row, [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for a label that
/// is no class.
pub fn softmax_cross_entropy<E: Float, T: Tape<E, Cpu>>(
    logits: Matrix<E, T>,
    labels: &[usize],
) -> Result<Scalar<E, T>> {
    let targets = one_hot("softmax_cross_entropy", shape_of(&logits), labels)?;
    from_logits("softmax_cross_entropy", logits, &targets)
}

/// L = -1/n sum_i sum_j t_ij log softmax(z_i)_j for logits z and targets t, both (n, classes).
///
/// Keras: `CategoricalCrossentropy(from_logits=True)`; PyTorch: `cross_entropy` with probabilities as
/// targets. The targets get no gradient.
///
/// # Errors
/// [`Error::Shape`](fashion_kernels::Error::Shape) if logits and targets differ in shape.
pub fn softmax_cross_entropy_one_hot<E: Float, T: Tape<E, Cpu>>(
    logits: Matrix<E, T>,
    targets: &Matrix<E>,
) -> Result<Scalar<E, T>> {
    let targets = same_shape("softmax_cross_entropy_one_hot", &logits, targets)?;
    from_logits("softmax_cross_entropy_one_hot", logits, targets)
}

/// L = 1/n sum_i (log sum_j c_ij - log c_i\[label_i\]) with c = p clipped to [1e-7, 1 - 1e-7].
///
/// What Keras computes as `SparseCategoricalCrossentropy(from_logits=False)` after an activation that
/// is not softmax: the clipped values are normalised, so a layer of sigmoids is a valid input.
///
/// # Errors
/// As [`softmax_cross_entropy`].
pub fn cross_entropy<E: Float, T: Tape<E, Cpu>>(
    probabilities: Matrix<E, T>,
    labels: &[usize],
) -> Result<Scalar<E, T>> {
    let shape = shape_of(&probabilities);
    let targets = one_hot("cross_entropy", shape, labels)?;
    let (p, tape) = probabilities.split_tape();
    let mut total = E::zero();
    let mut slope = vec![E::zero(); targets.len()];
    rows(read("cross_entropy", &p)?, &targets, &mut slope, shape.1, |p, t, slope| {
        let sum: E = p.iter().map(|&p| clip(p)).sum();
        for ((&p, &t), slope) in p.iter().zip(t).zip(slope) {
            total += t * (sum.ln() - clip(p).ln());
            *slope = inside(p) * (E::one() / sum - t / p);
        }
    });
    mean(p, tape, total, slope, shape.0)
}

/// L = -1/n sum_ij t_ij log clip(p_ij / sum_k p_ik) with targets t, both (n, classes).
///
/// What Keras computes as `CategoricalCrossentropy(from_logits=False)`: rows are normalised first and
/// clipped to [1e-7, 1 - 1e-7] then, the other way round than with integer labels.
///
/// # Errors
/// As [`softmax_cross_entropy_one_hot`].
pub fn cross_entropy_one_hot<E: Float, T: Tape<E, Cpu>>(
    probabilities: Matrix<E, T>,
    targets: &Matrix<E>,
) -> Result<Scalar<E, T>> {
    let shape = shape_of(&probabilities);
    let targets = same_shape("cross_entropy_one_hot", &probabilities, targets)?;
    let (p, tape) = probabilities.split_tape();
    let mut total = E::zero();
    let mut slope = vec![E::zero(); targets.len()];
    rows(read("cross_entropy_one_hot", &p)?, targets, &mut slope, shape.1, |p, t, slope| {
        let sum: E = p.iter().copied().sum();
        let weight: E = p.iter().zip(t).map(|(&p, &t)| inside(p / sum) * t).sum();
        for ((&p, &t), slope) in p.iter().zip(t).zip(slope) {
            total -= t * clip(p / sum).ln();
            *slope = weight / sum - if t == E::zero() { t } else { inside(p / sum) * t / p };
        }
    });
    mean(p, tape, total, slope, shape.0)
}

/// L = 1/(n k) sum_ij max(0, 1 - y_ij z_ij)^2 for outputs z (n, k), with y_ij = 1 for the label and -1
/// for the other classes: k linear support vector machines (L2-SVM) in one layer, as in Tang (2013).
///
/// Keras: `SquaredHinge()` with targets 1 and -1.
///
/// # Errors
/// As [`softmax_cross_entropy`].
pub fn squared_hinge<E: Float, T: Tape<E, Cpu>>(
    outputs: Matrix<E, T>,
    labels: &[usize],
) -> Result<Scalar<E, T>> {
    let shape = shape_of(&outputs);
    let targets = one_hot("squared_hinge", shape, labels)?;
    let (z, tape) = outputs.split_tape();
    let (mut total, classes) = (E::zero(), E::cast(shape.1.max(1)));
    let mut slope = vec![E::zero(); targets.len()];
    rows(read("squared_hinge", &z)?, &targets, &mut slope, shape.1, |z, t, slope| {
        for ((&z, &t), slope) in z.iter().zip(t).zip(slope) {
            let y = t + t - E::one();
            let short = (E::one() - y * z).max(E::zero());
            total += short * short / classes;
            *slope = -(short + short) * y / classes;
        }
    });
    mean(z, tape, total, slope, shape.0)
}

fn from_logits<E: Float, T: Tape<E, Cpu>>(
    operation: &'static str,
    logits: Matrix<E, T>,
    targets: &[E],
) -> Result<Scalar<E, T>> {
    let (logits, tape) = logits.split_tape();
    let (n, classes) = shape_of(&logits);
    let mut total = E::zero();
    let mut slope = vec![E::zero(); targets.len()];
    rows(read(operation, &logits)?, targets, &mut slope, classes, |z, t, slope| {
        let largest = z.iter().copied().fold(E::neg_infinity(), E::max);
        let log_sum = largest + z.iter().map(|&z| (z - largest).exp()).sum::<E>().ln();
        let weight: E = t.iter().copied().sum();
        total += z.iter().zip(t).map(|(&z, &t)| t * (log_sum - z)).sum::<E>();
        slope.copy_from_slice(z);
        softmax(slope);
        slope.iter_mut().zip(t).for_each(|(s, &t)| *s = *s * weight - t);
    });
    mean(logits, tape, total, slope, n)
}

/// -log softmax(z)\[label\]
fn log_softmax(logits: &[f64], label: usize) -> f64 {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    largest + logits.iter().map(|z| (z - largest).exp()).sum::<f64>().ln() - logits[label]
}

/// -log of the label's share, with Keras' clipping as in `ops::cross_entropy`.
fn log_share(values: &[f64], label: usize) -> f64 {
    let clip = |p: f64| p.clamp(1e-7, 1.0 - 1e-7);
    values.iter().map(|&p| clip(p)).sum::<f64>().ln() - clip(values[label]).ln()
}

/// The mean over the classes of max(0, 1 - y z)^2.
fn squared_hinges(outputs: &[f64], label: usize) -> f64 {
    let side = |class| if class == label { 1.0 } else { -1.0 };
    let short = outputs.iter().enumerate().map(|(class, z)| (1.0 - side(class) * z).max(0.0));
    short.map(|short| short * short).sum::<f64>() / outputs.len() as f64
}

/// The loss `total / n` of `x`, whose gradient is `slope / n`.
fn mean<E: Float, T: Tape<E, Cpu>>(
    x: Matrix<E>,
    tape: T,
    total: E,
    slope: Vec<E>,
    n: usize,
) -> Result<Scalar<E, T>> {
    let n = E::cast(n.max(1));
    record(vec![total / n], (), tape, move |_, arrived, gradients| {
        let scale = arrived[0] / n;
        gradient(gradients, &x)?.iter_mut().zip(&slope).for_each(|(sum, &s)| *sum += s * scale);
        Ok(())
    })
}

/// Calls `row` with each row of the three matrices of `width` columns.
fn rows<E>(a: &[E], b: &[E], c: &mut [E], width: usize, mut row: impl FnMut(&[E], &[E], &mut [E])) {
    let width = width.max(1);
    let ab = a.chunks_exact(width).zip(b.chunks_exact(width));
    ab.zip(c.chunks_exact_mut(width)).for_each(|((a, b), c)| row(a, b, c));
}

fn clip<E: Float>(p: E) -> E {
    p.max(E::cast(EPSILON)).min(E::cast(1.0 - EPSILON))
}

/// The derivative of [`clip`].
fn inside<E: Float>(p: E) -> E {
    if p >= E::cast(EPSILON) && p <= E::cast(1.0 - EPSILON) { E::one() } else { E::zero() }
}

fn one_hot<E: Float>(
    operation: &'static str,
    (n, classes): (usize, usize),
    labels: &[usize],
) -> Result<Vec<E>> {
    if labels.len() != n {
        return Err(Error::shape(
            operation,
            format!("one label per row of ({n}, {classes})"),
            format_args!("{} labels", labels.len()),
        ));
    }
    let mut targets = vec![E::zero(); n * classes];
    for (row, &label) in labels.iter().enumerate() {
        if label >= classes {
            return Err(Error::parameter("label", format!("a class below {classes}"), label));
        }
        targets[row * classes + label] = E::one();
    }
    Ok(targets)
}

fn same_shape<'a, E: Float, T>(
    operation: &'static str,
    x: &Matrix<E, T>,
    targets: &'a Matrix<E>,
) -> Result<&'a [E]> {
    let (expected, got) = (shape_of(x), shape_of(targets));
    if expected != got {
        return Err(Error::shape(
            operation,
            format!("targets {expected:?}"),
            format_args!("{got:?}"),
        ));
    }
    read(operation, targets)
}
