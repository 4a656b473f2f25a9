//! What more training samples buy, and what they cost.

use std::fmt;
use std::time::Instant;

use crate::display::{Bundle, Render, Table};
use crate::metrics::{correct, mean};
use crate::{Classifier, Dataset, Error, Float, Result};
use fashion_base::text::{percent, thousands};

/// What is known of a fit besides its model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fitted {
    /// Training samples.
    pub samples: usize,
    /// The time that the fit took, in seconds.
    pub seconds: f64,
    /// The numbers that the model consists of: weights and biases, or support vectors with their
    /// coefficients.
    pub numbers: usize,
}

/// One fit and how its model does on test samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurement<M> {
    /// The fit.
    pub fitted: Fitted,
    /// Its model.
    pub model: M,
    /// For each test sample, whether its prediction is right.
    pub correct: Vec<bool>,
    /// The time that all predictions took, in seconds: the fastest of three.
    pub predict_seconds: f64,
}

impl<M> Measurement<M> {
    /// The share of the test samples that is predicted wrong.
    pub fn error(&self) -> f64 {
        self.correct.iter().filter(|right| !**right).count() as f64 / self.correct.len() as f64
    }
}

/// Error, times and model size of one estimator against the number of training samples, with
/// several fits per size where they are cheap.
///
/// ```
/// use fashion::linfa::Dataset;
/// use fashion::ndarray::Array;
/// use fashion::selection::{Fitted, LearningCurve};
/// use fashion::svm::Svc;
///
/// let samples = |n| Dataset::new(
///     Array::from_shape_fn((n, 2), |(i, j)| (i * (j + 3) % 7) as f64),
///     Array::from_shape_fn(n, |i| i % 2),
/// );
/// let mut curve = LearningCurve::new("SVM");
/// for n in [20, 40] {
///     let model = Svc::params().fit(&samples(n))?;
///     let numbers = model.n_parameters();
///     let fitted = Fitted { samples: n, seconds: model.fit_time().as_secs_f64(), numbers };
///     curve.measure(fitted, model, &samples(50))?;
/// }
/// assert_eq!(curve.sizes(), [20, 40]);
/// # Ok::<(), fashion::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LearningCurve<M> {
    name: String,
    /// In ascending order of size, and those of one size in the order in which they came.
    measurements: Vec<Measurement<M>>,
}

impl<M> LearningCurve<M> {
    /// A curve without points.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), measurements: Vec::new() }
    }

    /// Measures a fitted model on test samples, adds the result and gives its error rate.
    ///
    /// # Errors
    /// Those of the model's prediction.
    pub fn measure<F: Float>(&mut self, fitted: Fitted, model: M, test: &Dataset<F>) -> Result<f64>
    where
        M: Classifier<F>,
    {
        let mut predict_seconds = f64::INFINITY;
        let mut predicted = None;
        for _ in 0..3 {
            let start = Instant::now();
            predicted = Some(model.predict(test.records())?);
            predict_seconds = predict_seconds.min(start.elapsed().as_secs_f64());
        }
        let correct = correct(test.targets(), &predicted.unwrap_or_default())?;
        Ok(self.push(Measurement { fitted, model, correct, predict_seconds }))
    }

    fn push(&mut self, measurement: Measurement<M>) -> f64 {
        let (error, samples) = (measurement.error(), measurement.fitted.samples);
        let place = self.measurements.partition_point(|other| other.fitted.samples <= samples);
        self.measurements.insert(place, measurement);
        error
    }

    /// What the estimator is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The numbers of training samples, ascending, each once.
    pub fn sizes(&self) -> Vec<usize> {
        self.by_size().map(|part| part[0].fitted.samples).collect()
    }

    /// All measurements of one size, in the order in which they came.
    pub fn at(&self, samples: usize) -> &[Measurement<M>] {
        self.by_size().find(|part| part[0].fitted.samples == samples).unwrap_or_default()
    }

    /// The last fit of the largest size.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) if nothing was measured.
    pub fn last(&self) -> Result<&Measurement<M>> {
        let missing = || Error::parameter("LearningCurve", "at least one measurement", 0);
        self.measurements.last().ok_or_else(missing)
    }

    /// The mean error rate at each size.
    pub fn errors(&self) -> Vec<f64> {
        self.each(Measurement::error, mean)
    }

    /// The lowest and the highest error rate at each size.
    pub fn error_range(&self) -> (Vec<f64>, Vec<f64>) {
        let lowest = |errors: &[f64]| errors.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = |errors: &[f64]| errors.iter().copied().fold(0.0, f64::max);
        (self.each(Measurement::error, lowest), self.each(Measurement::error, highest))
    }

    /// The mean time of a fit at each size, in seconds.
    pub fn fit_seconds(&self) -> Vec<f64> {
        self.each(|measurement| measurement.fitted.seconds, mean)
    }

    /// The mean time of predicting all test samples at each size, in seconds.
    pub fn predict_seconds(&self) -> Vec<f64> {
        self.each(|measurement| measurement.predict_seconds, mean)
    }

    /// How many numbers the model consists of at each size, in the mean.
    pub fn numbers(&self) -> Vec<f64> {
        self.each(|measurement| measurement.fitted.numbers as f64, mean)
    }

    fn by_size(&self) -> impl Iterator<Item = &[Measurement<M>]> {
        self.measurements.chunk_by(|a, b| a.fitted.samples == b.fitted.samples)
    }

    fn each(
        &self,
        value: impl Fn(&Measurement<M>) -> f64,
        combine: impl Fn(&[f64]) -> f64,
    ) -> Vec<f64> {
        self.by_size().map(|part| combine(&part.iter().map(&value).collect::<Vec<_>>())).collect()
    }

    fn table(&self) -> Table {
        let columns =
            ["samples", "fits", "error", "from .. to", "fit", "predict", "numbers stored"];
        let mut table = Table::new(&self.name, columns);
        let (errors, (low, high)) = (self.errors(), self.error_range());
        let (fit, predict, numbers) = (self.fit_seconds(), self.predict_seconds(), self.numbers());
        let seconds = |time: f64| format!("{time:.0$} s", if time < 1.0 { 3 } else { 2 });
        for (i, part) in self.by_size().enumerate() {
            table.push([
                thousands(part[0].fitted.samples),
                part.len().to_string(),
                percent(errors[i], 2),
                format!("{:.2} .. {}", 100.0 * low[i], percent(high[i], 2)),
                seconds(fit[i]),
                seconds(predict[i]),
                thousands(numbers[i]),
            ]);
        }
        table
    }
}

impl<M> fmt::Display for LearningCurve<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.table().fmt(f)
    }
}

impl<M> Render for LearningCurve<M> {
    fn render(&self) -> Bundle {
        self.table().render()
    }
}

impl<M> LearningCurve<M> {
    /// Shows the table in a notebook; evcxr calls it on the value that ends a cell.
    pub fn evcxr_display(&self) {
        self.render().emit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(samples: usize, wrong: usize, seconds: f64) -> Measurement<usize> {
        let correct = (0..100).map(|i| i >= wrong).collect();
        let fitted = Fitted { samples, seconds, numbers: 10 * samples };
        Measurement { fitted, model: wrong, correct, predict_seconds: 0.5 }
    }

    #[test]
    fn fits_of_one_size_are_taken_together_in_whatever_order_they_come() {
        let mut curve = LearningCurve::new("SVM");
        assert!(curve.last().is_err());
        for (samples, wrong, seconds) in [(600, 30, 2.0), (2000, 10, 9.0), (600, 20, 4.0)] {
            curve.push(measured(samples, wrong, seconds));
        }
        assert_eq!(curve.sizes(), [600, 2000]);
        assert_eq!(curve.errors(), [0.25, 0.1]);
        assert_eq!(curve.error_range(), (vec![0.2, 0.1], vec![0.3, 0.1]));
        assert_eq!(curve.fit_seconds(), [3.0, 9.0]);
        assert_eq!(curve.numbers(), [6000.0, 20000.0]);
        assert_eq!(curve.at(600)[1].error(), 0.2, "in the order in which they came");
        assert!(curve.at(700).is_empty());
        assert_eq!(curve.last().unwrap().model, 10);
        assert!(curve.to_string().contains("20.00 .. 30.00 %"), "{curve}");
    }
}
