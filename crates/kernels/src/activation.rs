//! Activation functions, forward and back.

use serde::{Deserialize, Serialize};

use crate::path::{InstructionSet, for_every_path};
use crate::{Error, Float, Result};

/// An activation function, applied element by element (softmax: along the last axis).
///
/// Every one of them can be differentiated from its result y alone, so the input is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub enum Activation {
    /// y = x
    #[default]
    Linear,
    /// y = max(x, 0); the gradient at 0 is 0.
    Relu,
    /// y = x for x > 0, else slope x, with a slope of at least 0 (Keras' `negative_slope`, whose
    /// default is 0.3 in the layer `LeakyReLU` and 0.2 in the function).
    LeakyRelu(f64),
    /// y = 1 / (1 + exp(-x))
    Sigmoid,
    /// y = tanh(x)
    Tanh,
    /// y_i = exp(x_i) / sum_j exp(x_j) over the last axis.
    Softmax,
}

impl Activation {
    /// Whether the parameters lie where the derivative can be read off the result.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a slope below 0 or not finite.
    pub fn check(self) -> Result<()> {
        match self {
            Self::LeakyRelu(slope) if !(slope >= 0.0 && slope.is_finite()) => {
                Err(Error::parameter("slope of LeakyRelu", "a finite number of at least 0", slope))
            }
            _ => Ok(()),
        }
    }

    /// Replaces x by y; rows of `width` elements.
    #[inline(always)]
    fn apply<E: Float>(self, x: &mut [E], width: usize) {
        let (zero, one) = (E::zero(), E::one());
        match self {
            Self::Linear => {}
            Self::Relu => x.iter_mut().for_each(|x| *x = if *x > zero { *x } else { zero }),
            Self::LeakyRelu(slope) => {
                let slope = E::of(slope);
                x.iter_mut().for_each(|x| *x = if *x > zero { *x } else { slope * *x });
            }
            Self::Sigmoid => x.iter_mut().for_each(|x| *x = one / (one + (-*x).exp())),
            Self::Tanh => x.iter_mut().for_each(|x| *x = x.tanh()),
            Self::Softmax => x.chunks_exact_mut(width.max(1)).for_each(softmax),
        }
    }

    /// Replaces the gradient at y by the gradient at x.
    #[inline(always)]
    fn reverse<E: Float>(self, y: &[E], gradient: &mut [E], width: usize) {
        let (zero, one) = (E::zero(), E::one());
        let pairs = gradient.iter_mut().zip(y);
        match self {
            Self::Linear => {}
            Self::Relu => pairs.for_each(|(g, &y)| *g = if y > zero { *g } else { zero }),
            Self::LeakyRelu(slope) => {
                let slope = E::of(slope);
                pairs.for_each(|(g, &y)| *g = if y > zero { *g } else { slope * *g });
            }
            Self::Sigmoid => pairs.for_each(|(g, &y)| *g = *g * y * (one - y)),
            Self::Tanh => pairs.for_each(|(g, &y)| *g *= one - y * y),
            Self::Softmax => {
                let width = width.max(1);
                for (g, y) in gradient.chunks_exact_mut(width).zip(y.chunks_exact(width)) {
                    let inner: E = g.iter().zip(y).map(|(&g, &y)| g * y).sum();
                    g.iter_mut().zip(y).for_each(|(g, &y)| *g = y * (*g - inner));
                }
            }
        }
    }
}

/// Softmax of one row, without overflow: the largest element is subtracted first.
pub fn softmax<E: Float>(row: &mut [E]) {
    let largest = row.iter().copied().fold(E::neg_infinity(), E::max);
    let mut sum = E::zero();
    for x in row.iter_mut() {
        *x = (*x - largest).exp();
        sum += *x;
    }
    row.iter_mut().for_each(|x| *x /= sum);
}

for_every_path! {
    /// Replaces x by y = f(x); rows of `width` elements.
    pub fn activate<E: Float>(activation: Activation, x: &mut [E], width: usize) {
        activation.apply(x, width);
    }

    /// Replaces the gradient at y by the gradient at x.
    pub fn reverse_activation<E: Float>(
        activation: Activation,
        y: &[E],
        gradient: &mut [E],
        width: usize,
    ) {
        activation.reverse(y, gradient, width);
    }
}
