//! What may stand beside a printed figure.

use fashion_base::text::Number;
use fashion_statistics::{Interval, Runs, margin};

/// What stands beside a printed figure: one figure, a list, or one with its spread.
pub trait Figures {
    /// The figures, in order.
    fn figures(&self) -> Vec<f64>;

    /// Where one more run would lie; `None` for figures that come out the same in every run.
    fn prediction(&self) -> Option<Prediction> {
        None
    }
}

/// The interval in which one more run would lie with 95 % probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// The difference that matters. An interval that is wider than twice this says too little.
    pub margin: f64,
}

macro_rules! figures {
    ($($type:ty),+) => {$(
        impl Figures for $type {
            fn figures(&self) -> Vec<f64> {
                vec![self.as_f64()]
            }
        }
    )+};
}
figures!(f32, f64, i32, i64, u8, u32, u64, usize);

impl<T: Number> Figures for [T] {
    fn figures(&self) -> Vec<f64> {
        self.iter().map(|value| value.as_f64()).collect()
    }
}

impl<T: Number> Figures for Vec<T> {
    fn figures(&self) -> Vec<f64> {
        self.as_slice().figures()
    }
}

impl<T: Number, const N: usize> Figures for [T; N] {
    fn figures(&self) -> Vec<f64> {
        self.as_slice().figures()
    }
}

/// Runs over seeds stand beside a printed run as their mean; one more of them would lie in their
/// prediction interval.
impl Figures for Runs {
    fn figures(&self) -> Vec<f64> {
        vec![self.mean()]
    }

    fn prediction(&self) -> Option<Prediction> {
        // One run alone predicts anything: no interval, so that the verdict is "cannot tell".
        let interval = self
            .prediction_interval_95()
            .unwrap_or(Interval { low: f64::NEG_INFINITY, high: f64::INFINITY });
        Some(Prediction { low: interval.low, high: interval.high, margin: margin::ACCURACY })
    }
}

impl<T: Figures + ?Sized> Figures for &T {
    fn figures(&self) -> Vec<f64> {
        (**self).figures()
    }

    fn prediction(&self) -> Option<Prediction> {
        (**self).prediction()
    }
}
