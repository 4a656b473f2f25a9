//! Grid search with cross-validation.

use std::fmt;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use linfa::traits::Fit;
use ndarray::{Array1, Array2, Axis};
use rayon::prelude::*;

use super::folds::{Fold, Folds};
use crate::show::{Bars, Bundle, Render, Table};
use crate::{Classifier, Dataset, Error, Float, Result};
use fashion_base::interrupt::{self, Unfinished};
use fashion_base::numbers::argmax;
use fashion_base::text::say;
use fashion_base::threads;

const WHAT: &str = "grid search";

/// Fits every candidate on every fold and compares their mean test scores, as scikit-learn's
/// `GridSearchCV(..., return_train_score=True)` does.
///
/// Fits run in parallel, each on one thread. The scores do not depend on the number of threads.
///
/// ```
/// use fashion::linfa::Dataset;
/// use fashion::nn::MlpClassifier;
/// use fashion::ndarray::Array;
/// use fashion::evaluate::{Folds, GridSearch};
///
/// let records = Array::from_shape_fn((40, 2), |(i, j)| if j == i % 2 { 1.0 } else { 0.01 * i as f64 });
/// let dataset = Dataset::new(records, Array::from_shape_fn(40, |i| i % 2));
/// let search = GridSearch::over("learning_rate_init", [1e-4, 1e-1], |rate| {
///     MlpClassifier::params().hidden_layer_sizes([4]).learning_rate_init(rate)
/// })
/// .folds(Folds::stratified(4))
/// .fit(&dataset)?;
/// assert_eq!(search.best().label, "0.1");
/// # Ok::<(), fashion::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct GridSearch<P> {
    parameter: String,
    candidates: Vec<(String, P)>,
    folds: Folds,
    weigh_by_fold_size: bool,
    verbose: bool,
}

impl<P> GridSearch<P> {
    /// One candidate per value; `params` turns a value into an estimator's parameters.
    pub fn over<V: fmt::Debug>(
        parameter: impl Into<String>,
        values: impl IntoIterator<Item = V>,
        mut params: impl FnMut(V) -> P,
    ) -> Self {
        let candidates =
            values.into_iter().map(|value| (format!("{value:?}"), params(value))).collect();
        Self {
            parameter: parameter.into(),
            candidates,
            folds: Folds::stratified(5),
            weigh_by_fold_size: false,
            verbose: true,
        }
    }

    /// How the samples are divided. Default: five stratified folds.
    #[must_use]
    pub fn folds(mut self, folds: Folds) -> Self {
        self.folds = folds;
        self
    }

    /// Weigh the test scores by the size of their fold, as scikit-learn did before version 0.24
    /// (`iid=True`). Train scores are never weighted. Default: false.
    #[must_use]
    pub fn iid(mut self, weigh: bool) -> Self {
        self.weigh_by_fold_size = weigh;
        self
    }

    /// Print how far the search is, in ten lines at most. Default: true.
    #[must_use]
    pub fn verbose(mut self, verbose: bool) -> Self {
        self.verbose = verbose;
        self
    }

    /// Scores every candidate on every fold.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) without candidates; [`Error::Shape`](fashion_kernels::Error::Shape) unless there is a label for
    /// each row; those of the folds and of the estimator's
    /// `fit`, the first in the order of candidates and folds;
    /// [`Error::Interrupted`](fashion_base::Error::Interrupted) if the reader interrupts it before a candidate
    /// is through. After that, an interrupt gives those that are ([`GridSearchResults::interrupted`]).
    pub fn fit<F, E>(self, dataset: &Dataset<F>) -> Result<GridSearchResults<P>>
    where
        F: Float,
        E: std::error::Error + From<linfa::Error> + Into<Error>,
        P: Fit<Array2<F>, Array1<usize>, E> + Send + Sync,
        P::Object: Classifier<F>,
    {
        if self.candidates.is_empty() {
            return Err(Error::parameter("candidates", "at least one value", 0));
        }
        let (rows, labels) = (dataset.records().nrows(), dataset.targets().len());
        if rows != labels {
            return Err(Error::shape("GridSearch", format!("{rows} labels"), labels));
        }
        let parts: Vec<Part<F>> = self
            .folds
            .split(dataset.targets())?
            .iter()
            .map(|fold| Part::of(dataset, fold))
            .collect();
        let progress = Progress::new(&self, parts.len());
        let jobs = self.candidates.len() * parts.len();
        let _listening = interrupt::listen();
        let scores: Vec<Result<FoldScore>> = threads::run(|| {
            (0..jobs)
                .into_par_iter()
                .with_max_len(1)
                .map(|job| {
                    let candidate = job / parts.len();
                    interrupt::check(WHAT)?;
                    let score = parts[job % parts.len()].score(&self.candidates[candidate].1)?;
                    // What was interrupted may give a model all the same.
                    interrupt::check(WHAT)?;
                    progress.finished(candidate);
                    Ok(score)
                })
                .collect()
        })?;
        let weights: Vec<f64> = parts
            .iter()
            .map(
                |part| if self.weigh_by_fold_size { part.test.targets().len() as f64 } else { 1.0 },
            )
            .collect();
        let mut scores = scores.into_iter();
        let (mut params, mut rows, mut interrupt) = (Vec::new(), Vec::new(), None);
        for (label, candidate) in self.candidates {
            // All of them: an error of a later fold goes before an interrupt.
            let (mut of_folds, mut whole) = (Vec::new(), true);
            for score in scores.by_ref().take(parts.len()) {
                match score {
                    Err(error) if error.is_interrupt() => (interrupt, whole) = (Some(error), false),
                    score => of_folds.push(score?),
                }
            }
            if whole {
                rows.push(Candidate::new(label, &of_folds, &weights));
                params.push(candidate);
            }
        }
        let unfinished = match interrupt {
            Some(interrupt) if rows.is_empty() => return Err(interrupt),
            interrupt => interrupt.map(|_| Unfinished::new()),
        };
        Ok(GridSearchResults { parameter: self.parameter, params, rows, unfinished })
    }
}

/// Training and test samples of one fold.
struct Part<F: Float> {
    train: Dataset<F>,
    test: Dataset<F>,
}

/// What one fit on one fold gave.
struct FoldScore {
    train: f64,
    test: f64,
    fit_time: Duration,
}

impl<F: Float> Part<F> {
    fn of(dataset: &Dataset<F>, fold: &Fold) -> Self {
        let select = |indices: &[usize]| {
            Dataset::new(
                dataset.records().select(Axis(0), indices),
                dataset.targets().select(Axis(0), indices),
            )
        };
        Self { train: select(&fold.train), test: select(&fold.test) }
    }

    fn score<P, E>(&self, params: &P) -> Result<FoldScore>
    where
        E: std::error::Error + From<linfa::Error> + Into<Error>,
        P: Fit<Array2<F>, Array1<usize>, E>,
        P::Object: Classifier<F>,
    {
        let start = Instant::now();
        let model = params.fit(&self.train).map_err(Into::into)?;
        let fit_time = start.elapsed();
        Ok(FoldScore { train: model.score(&self.train)?, test: model.score(&self.test)?, fit_time })
    }
}

/// Prints candidates as they finish, in their own order, so that a saved output is the same for
/// any number of threads.
struct Progress<'a> {
    labels: Vec<&'a str>,
    parameter: &'a str,
    verbose: bool,
    open: Mutex<OpenFits>,
}

struct OpenFits {
    per_candidate: Vec<usize>,
    printed: usize,
}

impl<'a> Progress<'a> {
    fn new<P>(search: &'a GridSearch<P>, folds: usize) -> Self {
        let labels: Vec<_> = search.candidates.iter().map(|(label, _)| label.as_str()).collect();
        let open = OpenFits { per_candidate: vec![folds; labels.len()], printed: 0 };
        Self {
            labels,
            parameter: &search.parameter,
            verbose: search.verbose,
            open: Mutex::new(open),
        }
    }

    fn finished(&self, candidate: usize) {
        // A poisoned lock means that another fit panicked; its panic is what the reader must see.
        let Ok(mut open) = self.open.lock() else { return };
        open.per_candidate[candidate] -= 1;
        while open.per_candidate.get(open.printed) == Some(&0) {
            let done = open.printed;
            open.printed += 1;
            let (count, all) = (open.printed, self.labels.len());
            let tenth = 10 * count / all > 10 * done / all;
            if self.verbose && tenth {
                say(format_args!("[{count}/{all}] {} = {}", self.parameter, self.labels[done]));
            }
        }
    }
}

/// The scores of one candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The value of the searched parameter, as Rust prints it.
    pub label: String,
    /// Accuracy on the test samples of each fold.
    pub test_scores: Vec<f64>,
    /// Accuracy on the training samples of each fold.
    pub train_scores: Vec<f64>,
    /// Mean of the test scores, weighted if the search was told so.
    pub mean_test_score: f64,
    /// Standard deviation of the test scores over the folds, with the same weights.
    pub std_test_score: f64,
    /// Mean of the train scores.
    pub mean_train_score: f64,
    /// Mean time of a fit.
    pub mean_fit_time: Duration,
}

impl Candidate {
    fn new(label: String, scores: &[FoldScore], weights: &[f64]) -> Self {
        let test_scores: Vec<f64> = scores.iter().map(|score| score.test).collect();
        let train_scores: Vec<f64> = scores.iter().map(|score| score.train).collect();
        let mean_test_score = weighted_mean(&test_scores, weights);
        let squares: Vec<f64> = test_scores.iter().map(|s| (s - mean_test_score).powi(2)).collect();
        let total: Duration = scores.iter().map(|score| score.fit_time).sum();
        Self {
            label,
            mean_test_score,
            std_test_score: weighted_mean(&squares, weights).sqrt(),
            mean_train_score: train_scores.iter().sum::<f64>() / train_scores.len() as f64,
            mean_fit_time: total / scores.len() as u32,
            test_scores,
            train_scores,
        }
    }
}

fn weighted_mean(values: &[f64], weights: &[f64]) -> f64 {
    let sum: f64 = values.iter().zip(weights).map(|(value, weight)| value * weight).sum();
    sum / weights.iter().sum::<f64>()
}

/// The scores of all candidates; ends a cell as a table with the best row marked.
#[derive(Debug, Clone)]
pub struct GridSearchResults<P> {
    parameter: String,
    params: Vec<P>,
    rows: Vec<Candidate>,
    unfinished: Option<Unfinished>,
}

impl<P> GridSearchResults<P> {
    /// Whether the reader interrupted the search: then only the candidates that were through are here.
    pub fn interrupted(&self) -> bool {
        self.unfinished.is_some()
    }

    /// Every candidate, in the order of the search.
    pub fn candidates(&self) -> &[Candidate] {
        &self.rows
    }

    /// The place of the best candidate: the highest mean test score, the first of several.
    pub fn best_index(&self) -> usize {
        argmax(self.rows.iter().map(|row| row.mean_test_score))
    }

    /// The best candidate's scores.
    pub fn best(&self) -> &Candidate {
        &self.rows[self.best_index()]
    }

    /// The best candidate's parameters, ready to fit.
    pub fn best_params(&self) -> &P {
        &self.params[self.best_index()]
    }

    /// The mean scores of all candidates as bars with this title, the test scores with their spread
    /// over the folds.
    pub fn plot(&self, title: impl Into<String>) -> Bars {
        Bars::new(title, "accuracy", &self.labels())
            .series("test, with the spread over folds", &self.mean_test_scores())
            .spread(&self.std_test_scores())
            .series("train", &self.mean_train_scores())
    }

    /// The labels of all candidates.
    pub fn labels(&self) -> Vec<String> {
        self.rows.iter().map(|row| row.label.clone()).collect()
    }

    /// The mean test scores of all candidates.
    pub fn mean_test_scores(&self) -> Vec<f64> {
        self.rows.iter().map(|row| row.mean_test_score).collect()
    }

    /// The standard deviations of all candidates' test scores over the folds.
    pub fn std_test_scores(&self) -> Vec<f64> {
        self.rows.iter().map(|row| row.std_test_score).collect()
    }

    /// The mean train scores of all candidates.
    pub fn mean_train_scores(&self) -> Vec<f64> {
        self.rows.iter().map(|row| row.mean_train_score).collect()
    }

    /// The scores of the candidate with this label.
    pub fn get(&self, label: &str) -> Option<&Candidate> {
        self.rows.iter().find(|row| row.label == label)
    }
}

impl<P> Render for GridSearchResults<P> {
    fn render(&self) -> Bundle {
        let columns = [&self.parameter, "mean test score", "std", "mean train score", "fit time"];
        let mut table = Table::new("", columns).best(self.best_index());
        for row in &self.rows {
            table.push([
                row.label.clone(),
                format!("{:.6}", row.mean_test_score),
                format!("{:.6}", row.std_test_score),
                format!("{:.6}", row.mean_train_score),
                format!("{:.2} s", row.mean_fit_time.as_secs_f64()),
            ]);
        }
        if self.interrupted() {
            table = table.caption("interrupted: the candidates that were through");
        }
        table.render()
    }
}

impl<P> fmt::Display for GridSearchResults<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render().parts()[0].1)
    }
}
