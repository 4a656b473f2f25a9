//! Precision, recall and F1 for each class.

use super::confusion::ConfusionMatrix;
use crate::Result;
use crate::data::AsLabels;
use crate::show::{Bars, Bundle, Render, Table};
use fashion_base::text::right;

/// The scores of one class, or their average over the classes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassScores {
    /// Of the samples predicted as this class, the share that belongs to it: tp / (tp + fp).
    pub precision: f64,
    /// Of the samples of this class, the share that was found: tp / (tp + fn).
    pub recall: f64,
    /// Harmonic mean of the two: 2 tp / (2 tp + fp + fn).
    pub f1: f64,
    /// How many samples of this class there are.
    pub support: usize,
}

/// scikit-learn's `classification_report`, over all classes that have a name.
///
/// A quotient whose denominator is zero counts as 0 (`zero_division=0`): the precision of a class
/// that was never predicted, the recall of a class without samples. Averages include such classes.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassificationReport {
    classes: Vec<(String, ClassScores)>,
    accuracy: f64,
    total: usize,
}

impl ClassificationReport {
    /// The report over the classes of [`ConfusionMatrix::new`].
    ///
    /// # Errors
    /// As [`ConfusionMatrix::new`].
    pub fn new<T, P>(truth: &T, predicted: &P) -> Result<Self>
    where
        T: AsLabels + ?Sized,
        P: AsLabels + ?Sized,
    {
        Ok(Self::from_matrix(&ConfusionMatrix::new(truth, predicted)?))
    }

    /// The report that belongs to a confusion matrix.
    pub fn from_matrix(matrix: &ConfusionMatrix) -> Self {
        let (support, predicted) = (matrix.truth_counts(), matrix.predicted_counts());
        let scores = |class: usize| {
            let right = matrix.counts()[[class, class]];
            ClassScores {
                precision: ratio(right, predicted[class]),
                recall: ratio(right, support[class]),
                f1: ratio(2 * right, support[class] + predicted[class]),
                support: support[class],
            }
        };
        let named = |(class, name): (usize, &String)| (name.clone(), scores(class));
        Self {
            classes: matrix.class_names().iter().enumerate().map(named).collect(),
            accuracy: matrix.accuracy(),
            total: matrix.total(),
        }
    }

    /// Name and scores of each class.
    pub fn classes(&self) -> &[(String, ClassScores)] {
        &self.classes
    }

    /// Precision, recall and F1 of each class as bars, with this title.
    pub fn plot(&self, title: impl Into<String>) -> Bars {
        let names: Vec<&String> = self.classes.iter().map(|(name, _)| name).collect();
        let scores = |score: fn(&ClassScores) -> f64| -> Vec<f64> {
            self.classes.iter().map(|(_, scores)| score(scores)).collect()
        };
        Bars::new(title, "share", &names)
            .series("precision", &scores(|scores| scores.precision))
            .series("recall", &scores(|scores| scores.recall))
            .series("F1", &scores(|scores| scores.f1))
    }

    /// The share of predictions that are right.
    pub fn accuracy(&self) -> f64 {
        self.accuracy
    }

    /// The mean over the classes, each counting the same.
    pub fn macro_avg(&self) -> ClassScores {
        self.average(|_| 1.0)
    }

    /// The mean over the classes, each counting as many times as it has samples.
    pub fn weighted_avg(&self) -> ClassScores {
        self.average(|scores| scores.support as f64)
    }

    fn average(&self, weight: impl Fn(&ClassScores) -> f64) -> ClassScores {
        let mut sums = [0.0; 4];
        for (_, scores) in &self.classes {
            let weight = weight(scores);
            for (sum, value) in
                sums.iter_mut().zip([scores.precision, scores.recall, scores.f1, 1.0])
            {
                *sum += weight * value;
            }
        }
        let [precision, recall, f1] =
            [0, 1, 2].map(|i| if sums[3] > 0.0 { sums[i] / sums[3] } else { 0.0 });
        ClassScores { precision, recall, f1, support: self.total }
    }

    fn averages(&self) -> [(&'static str, ClassScores); 2] {
        [("macro avg", self.macro_avg()), ("weighted avg", self.weighted_avg())]
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Laid out as scikit-learn prints it.
impl std::fmt::Display for ClassificationReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = self.classes.iter().map(|(name, _)| name.chars().count());
        let width = names.max().unwrap_or(0).max("weighted avg".len());
        let row = |name: &str, s: &ClassScores| {
            let (p, r, f1, n) = (s.precision, s.recall, s.f1, s.support);
            format!("{}  {p:>9.2} {r:>9.2} {f1:>9.2} {n:>9}\n", right(name, width))
        };
        writeln!(
            f,
            "{}  {:>9} {:>9} {:>9} {:>9}\n",
            right("", width),
            "precision",
            "recall",
            "f1-score",
            "support"
        )?;
        for (name, scores) in &self.classes {
            f.write_str(&row(name, scores))?;
        }
        let (accuracy, total) = (self.accuracy, self.total);
        let name = right("accuracy", width);
        writeln!(f, "\n{name}  {:>9} {:>9} {accuracy:>9.2} {total:>9}", "", "")?;
        self.averages().iter().try_for_each(|(name, scores)| f.write_str(&row(name, scores)))
    }
}

impl Render for ClassificationReport {
    fn render(&self) -> Bundle {
        let mut table = Table::new("", ["", "precision", "recall", "F1", "support"]);
        let figure = |value: f64| format!("{value:.4}");
        let row = |name: &str, s: &ClassScores| {
            let [precision, recall, f1] = [s.precision, s.recall, s.f1].map(figure);
            [name.to_owned(), precision, recall, f1, s.support.to_string()]
        };
        for (name, scores) in &self.classes {
            table.push(row(name, scores));
        }
        let (none, total) = (String::new(), self.total.to_string());
        table.push(["accuracy".into(), none.clone(), none, figure(self.accuracy), total]);
        for (name, scores) in &self.averages() {
            table.push(row(name, scores));
        }
        Bundle::text(self.to_string()).html(table.to_html())
    }
}
