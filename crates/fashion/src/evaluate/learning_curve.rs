//! What more training samples buy, and what they cost.

use std::fmt;
use std::time::{Duration, Instant};

use super::power_law::PowerLaw;
use super::spread::mean;
use crate::data::{Images, RandomState, correct};
use crate::show::{Bundle, LineChart, Render, Table};
use crate::{Classifier, Dataset, Error, Float, Result};
use fashion_base::text::{percent, say, thousands};
use fashion_base::{interrupt, memory};

/// Fits one estimator to training sets of several sizes and measures error, times and model size,
/// with several fits per size where they are cheap.
///
/// ```
/// use fashion::data::FashionMnist;
/// use fashion::evaluate::LearningCurve;
/// use fashion::svm::Svc;
///
/// let data = FashionMnist::excerpt()?;
/// let test = data.test.dataset::<f32>();
/// let curve = LearningCurve::new("SVM", [(50, 2), (100, 1)])
///     .fit(&data.train, &test, |train, _seed| Ok(Svc::params().fit(train)?))?;
/// assert_eq!(curve.sizes(), [50, 100]);
/// assert_eq!(curve.at(50).len(), 2);
/// curve.plot("Error on the test images").draw()?;
/// # Ok::<(), fashion::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LearningCurve {
    name: String,
    sizes: Vec<(usize, u32)>,
    seed: u32,
    verbose: bool,
}

impl LearningCurve {
    /// A curve of this name over these training set sizes, each with how many sets of it are drawn.
    pub fn new(name: impl Into<String>, sizes: impl IntoIterator<Item = (usize, u32)>) -> Self {
        Self { name: name.into(), sizes: sizes.into_iter().collect(), seed: 0, verbose: true }
    }

    /// The seed of the first set of each size; the next ones have the seeds that follow. 0 unless set.
    #[must_use]
    pub fn seed(self, seed: u32) -> Self {
        Self { seed, ..self }
    }

    /// Print one line per fit. Default: true.
    #[must_use]
    pub fn verbose(self, verbose: bool) -> Self {
        Self { verbose, ..self }
    }

    /// Draws the sets from `images`, lets `fit` make a model of each, given the set and its seed, and
    /// measures the models on `test`.
    ///
    /// A set has the first images of a permutation of all (see [`RandomState::permutation`]), so
    /// different estimators with the same seed see the same sets.
    ///
    /// # Errors
    /// Those of `fit` and of the model's prediction;
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for a size above the
    /// number of images, or no fit at all; [`Error::Interrupted`](fashion_base::Error::Interrupted) if the
    /// reader interrupts it.
    pub fn fit<F: Float, M: Classifier<F>>(
        self,
        images: &Images,
        test: &Dataset<F>,
        mut fit: impl FnMut(&Dataset<F>, u32) -> Result<M>,
    ) -> Result<LearningCurveResults<M>> {
        let mut results =
            LearningCurveResults { name: self.name.clone(), measurements: Vec::new() };
        let _listening = interrupt::listen();
        for (samples, seed) in self.fits()? {
            let train = draw(images, samples, seed)?.dataset::<F>();
            let start = Instant::now();
            let model = fit(&train, seed)?;
            let elapsed = start.elapsed();
            // `fit` may hand on a model whose fit was interrupted.
            interrupt::check("learning curve")?;
            let mut predict_time = Duration::MAX;
            let mut right = Vec::new();
            for _ in 0..3 {
                let start = Instant::now();
                let predicted = model.predict(test.records())?;
                predict_time = predict_time.min(start.elapsed());
                right = correct(test.targets(), &predicted)?;
            }
            let measurement = Measurement {
                samples,
                seed,
                fit_time: model.fit_time().unwrap_or(elapsed),
                n_parameters: model.n_parameters(),
                correct: right,
                predict_time,
                model,
            };
            self.report(samples, seed, measurement.error());
            results.push(measurement);
        }
        Ok(results)
    }

    /// The size and the seed of every fit.
    fn fits(&self) -> Result<Vec<(usize, u32)>> {
        let draws =
            self.sizes.iter().map(|&(_, draws)| u64::from(draws)).fold(0, u64::saturating_add);
        memory::check(
            "fits of a learning curve",
            draws.saturating_mul(size_of::<(usize, u32)>() as u64),
        )?;
        let seeds = |draws: u32| self.seed..self.seed.saturating_add(draws);
        let fits: Vec<_> = self
            .sizes
            .iter()
            .flat_map(|&(samples, draws)| seeds(draws).map(move |seed| (samples, seed)))
            .collect();
        if fits.is_empty() {
            return Err(Error::parameter("sizes", "at least one fit", &self.sizes));
        }
        Ok(fits)
    }

    fn report(&self, samples: usize, seed: u32, error: f64) {
        if self.verbose {
            say(format_args!("{samples} images, seed {seed}: error {error:.4}"));
        }
    }
}

/// A training set of `n` images, in an order drawn with a seed.
fn draw(images: &Images, n: usize, seed: u32) -> Result<Images> {
    let order = RandomState::new(seed).permutation(images.len());
    let some = order.get(..n).ok_or_else(|| {
        Error::parameter("size", format!("at most {}, the number of images", images.len()), n)
    })?;
    images.select(some)
}

/// One fit and how its model does on test samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurement<M> {
    /// Training samples.
    pub samples: usize,
    /// The seed of the training set, and of the fit if it has one.
    pub seed: u32,
    /// The time that the fit took: the model's own, or by the clock if it knows none.
    pub fit_time: Duration,
    /// The numbers that the model consists of (see [`Classifier::n_parameters`]).
    pub n_parameters: usize,
    /// The model.
    pub model: M,
    /// For each test sample, whether its prediction is right.
    pub correct: Vec<bool>,
    /// The time that all predictions took: the fastest of three.
    pub predict_time: Duration,
}

impl<M> Measurement<M> {
    /// The share of the test samples that is predicted wrong.
    pub fn error(&self) -> f64 {
        self.correct.iter().filter(|right| !**right).count() as f64 / self.correct.len() as f64
    }
}

/// Error, times and model size of one estimator against the number of training samples.
#[derive(Debug, Clone, PartialEq)]
pub struct LearningCurveResults<M> {
    name: String,
    /// In ascending order of size, and those of one size in the order in which they came.
    measurements: Vec<Measurement<M>>,
}

impl<M> LearningCurveResults<M> {
    fn push(&mut self, measurement: Measurement<M>) {
        let place = self.measurements.partition_point(|other| other.samples <= measurement.samples);
        self.measurements.insert(place, measurement);
    }

    /// What the estimator is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The numbers of training samples, ascending, each once.
    pub fn sizes(&self) -> Vec<usize> {
        self.by_size().map(|part| part[0].samples).collect()
    }

    /// All measurements of one size, in the order in which they came.
    pub fn at(&self, samples: usize) -> &[Measurement<M>] {
        self.by_size().find(|part| part[0].samples == samples).unwrap_or_default()
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
        self.each(|measurement| measurement.fit_time.as_secs_f64(), mean)
    }

    /// The mean time of predicting all test samples at each size, in seconds.
    pub fn predict_seconds(&self) -> Vec<f64> {
        self.each(|measurement| measurement.predict_time.as_secs_f64(), mean)
    }

    /// How many numbers the model consists of at each size, in the mean.
    pub fn n_parameters(&self) -> Vec<f64> {
        self.each(|measurement| measurement.n_parameters as f64, mean)
    }

    /// The mean error rates with their range and the power law closest to them (without it where there
    /// is none: one size, or no error), with this title. [`LineChart::and`] compares estimators.
    pub fn plot(&self, title: impl Into<String>) -> LineChart {
        let (sizes, errors, (low, high)) = (self.sizes(), self.errors(), self.error_range());
        let chart = LineChart::new(title, "training images", "error")
            .series_xy(&self.name, &sizes, &errors)
            .band(&low, &high)
            .log_x()
            .log_y();
        match PowerLaw::fit(&sizes, &errors) {
            Ok(law) => chart.formula(&law, 0),
            Err(_) => chart,
        }
    }

    fn by_size(&self) -> impl Iterator<Item = &[Measurement<M>]> {
        self.measurements.chunk_by(|a, b| a.samples == b.samples)
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
        let (fit, predict) = (self.fit_seconds(), self.predict_seconds());
        let numbers = self.n_parameters();
        let seconds = |time: f64| format!("{time:.0$} s", if time < 1.0 { 3 } else { 2 });
        for (i, part) in self.by_size().enumerate() {
            table.push([
                thousands(part[0].samples),
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

impl<M> fmt::Display for LearningCurveResults<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.table().fmt(f)
    }
}

impl<M> Render for LearningCurveResults<M> {
    fn render(&self) -> Bundle {
        self.table().render()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(samples: usize, wrong: usize, seconds: u64) -> Measurement<usize> {
        Measurement {
            samples,
            seed: 1,
            fit_time: Duration::from_secs(seconds),
            n_parameters: 10 * samples,
            model: wrong,
            correct: (0..100).map(|i| i >= wrong).collect(),
            predict_time: Duration::from_millis(500),
        }
    }

    #[test]
    fn fits_of_one_size_are_taken_together_in_whatever_order_they_come() {
        let mut curve = LearningCurveResults { name: "SVM".into(), measurements: Vec::new() };
        assert!(curve.last().is_err());
        for (samples, wrong, seconds) in [(600, 30, 2), (2000, 10, 9), (600, 20, 4)] {
            curve.push(measured(samples, wrong, seconds));
        }
        assert_eq!(curve.sizes(), [600, 2000]);
        assert_eq!(curve.errors(), [0.25, 0.1]);
        assert_eq!(curve.error_range(), (vec![0.2, 0.1], vec![0.3, 0.1]));
        assert_eq!(curve.fit_seconds(), [3.0, 9.0]);
        assert_eq!(curve.n_parameters(), [6000.0, 20000.0]);
        assert_eq!(curve.at(600)[1].error(), 0.2, "in the order in which they came");
        assert!(curve.at(700).is_empty());
        assert_eq!(curve.last().unwrap().model, 10);
        assert!(curve.to_string().contains("20.00 .. 30.00 %"), "{curve}");
        assert!(curve.plot("Error").draw().unwrap().svg().contains("slope"));
    }

    #[test]
    fn a_set_that_cannot_be_drawn_is_an_error() {
        let images = crate::data::FashionMnist::excerpt().unwrap().train;
        assert_eq!(draw(&images, 30, 4).unwrap(), draw(&images, 30, 4).unwrap());
        assert!(draw(&images, 2001, 0).is_err());
        assert!(LearningCurve::new("none", []).fits().is_err());
        assert!(LearningCurve::new("many", [(5, u32::MAX); 9]).fits().is_err());
        let fits = LearningCurve::new("two", [(5, 2), (9, 1)]).seed(7).fits().unwrap();
        assert_eq!(fits, [(5, 7), (5, 8), (9, 7)]);
    }
}
