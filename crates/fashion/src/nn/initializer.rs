//! The values that weights and biases start from.

use serde::{Deserialize, Serialize};

use crate::{Error, Float, Result};
use fashion_base::random::Stream;

/// How the weights or the biases of a layer start.
///
/// fan_in and fan_out are the numbers of inputs and outputs of one unit: (inputs, units) for a dense
/// layer, (height x width x channels in, height x width x filters) for a convolution.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Initializer {
    /// U(-a, a) with a = sqrt(6 / (fan_in + fan_out)): Glorot and Bengio (2010), Keras' default for
    /// weights.
    GlorotUniform,
    /// U(-a, a) with a = sqrt(6 / fan_in): He et al. (2015).
    HeUniform,
    /// N(0, 2 / fan_in), redrawn beyond two standard deviations and scaled so that the variance is
    /// kept, as Keras does: He et al. (2015).
    HeNormal,
    /// N(0, deviation²), redrawn beyond two standard deviations: TensorFlow's `truncated_normal`, Keras'
    /// `TruncatedNormal`.
    TruncatedNormal {
        /// The standard deviation before the tails are cut off.
        deviation: f64,
    },
    /// 0, Keras' default for biases.
    Zeros,
    /// The same number everywhere.
    Constant(f64),
    /// U(low, high).
    Uniform {
        /// The lower end.
        low: f64,
        /// The upper end, which is not drawn.
        high: f64,
    },
}

/// The standard deviation of a standard normal variable cut off at two.
const TRUNCATED_DEVIATION: f64 = 0.879_625_661_034_239_8;

impl Initializer {
    /// Whether the numbers describe a distribution.
    pub(super) fn check(self) -> Result<()> {
        let valid = match self {
            Self::Constant(value) => value.is_finite(),
            Self::TruncatedNormal { deviation } => deviation.is_finite() && deviation > 0.0,
            Self::Uniform { low, high } => low.is_finite() && high.is_finite() && low < high,
            _ => true,
        };
        let expected = "finite numbers, a deviation above 0, the lower end below the upper one";
        if valid { Ok(()) } else { Err(Error::parameter("initializer", expected, self)) }
    }

    /// `count` values for a unit with these fans.
    pub(super) fn draw<E: Float>(
        self,
        stream: &mut Stream,
        count: usize,
        (fan_in, fan_out): (usize, usize),
    ) -> Vec<E> {
        let (fan_in, fan_out) = (fan_in.max(1) as f64, fan_out as f64);
        let mut value: Box<dyn FnMut() -> f64> = match self {
            Self::GlorotUniform => symmetric(stream, (6.0 / (fan_in + fan_out)).sqrt()),
            Self::HeUniform => symmetric(stream, (6.0 / fan_in).sqrt()),
            Self::HeNormal => truncated(stream, (2.0 / fan_in).sqrt() / TRUNCATED_DEVIATION),
            Self::TruncatedNormal { deviation } => truncated(stream, deviation),
            Self::Zeros => Box::new(|| 0.0),
            Self::Constant(value) => Box::new(move || value),
            Self::Uniform { low, high } => Box::new(move || stream.uniform(low, high)),
        };
        (0..count).map(|_| E::cast(value())).collect()
    }
}

fn symmetric<'a>(stream: &'a mut Stream, limit: f64) -> Box<dyn FnMut() -> f64 + 'a> {
    Box::new(move || stream.uniform(-limit, limit))
}

fn truncated<'a>(stream: &'a mut Stream, deviation: f64) -> Box<dyn FnMut() -> f64 + 'a> {
    Box::new(move || {
        loop {
            let x = stream.normal();
            if x.abs() < 2.0 {
                return deviation * x;
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use fashion_base::random::Purpose;

    fn draw(initializer: Initializer, fans: (usize, usize)) -> Vec<f64> {
        initializer.draw(&mut Stream::new(3, Purpose::Weights, &[]), 50_000, fans)
    }

    /// Variance of the draws, against the variance that the source gives.
    #[track_caller]
    fn assert_variance(initializer: Initializer, variance: f64) {
        let values = draw(initializer, (100, 50));
        let got = values.iter().map(|v| v * v).sum::<f64>() / values.len() as f64;
        assert!((got / variance - 1.0).abs() < 0.03, "{initializer:?}: {got} against {variance}");
    }

    #[test]
    fn variances_are_those_of_the_papers() {
        assert_variance(Initializer::GlorotUniform, 2.0 / 150.0);
        assert_variance(Initializer::HeUniform, 2.0 / 100.0);
        assert_variance(Initializer::HeNormal, 2.0 / 100.0);
        let kept = TRUNCATED_DEVIATION * TRUNCATED_DEVIATION;
        assert_variance(Initializer::TruncatedNormal { deviation: 0.1 }, 0.01 * kept);
        assert_variance(Initializer::Uniform { low: -1.0, high: 1.0 }, 1.0 / 3.0);
    }

    #[test]
    fn bounded_distributions_keep_to_their_bounds() {
        let within =
            |initializer, bound: f64| draw(initializer, (100, 50)).iter().all(|v| v.abs() <= bound);
        assert!(within(Initializer::GlorotUniform, 0.2));
        assert!(within(Initializer::HeUniform, 0.06f64.sqrt()));
        assert!(within(Initializer::HeNormal, 2.0 * 0.02f64.sqrt() / TRUNCATED_DEVIATION));
        let narrow = Initializer::TruncatedNormal { deviation: 0.1 };
        assert!(within(narrow, 0.2));
        assert!(draw(Initializer::Zeros, (1, 1)).iter().all(|&v| v == 0.0));
    }

    #[test]
    fn an_empty_range_is_an_error() {
        assert!(Initializer::Uniform { low: 1.0, high: 1.0 }.check().is_err());
        assert!(Initializer::Constant(f64::NAN).check().is_err());
    }
}
