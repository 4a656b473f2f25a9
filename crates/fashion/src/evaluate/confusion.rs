//! Which classes are taken for which.

use ndarray::{Array1, Array2, Axis};

use super::counts::total;
use crate::data::{AsLabels, ClassNames, paired};
use crate::show::html::{Cell, table};
use crate::show::{Bundle, ConfusionPlot, Render};
use crate::{Error, Result};
use fashion_base::memory;
use fashion_base::text::left;

/// Counts of samples by true class (row) and predicted class (column).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfusionMatrix {
    counts: Array2<usize>,
    names: ClassNames,
}

/// Samples of one class that were taken for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    /// The class that they have.
    pub truth: usize,
    /// The class that was predicted.
    pub predicted: usize,
    /// How many they are.
    pub count: usize,
}

impl ConfusionMatrix {
    /// The matrix over the classes that the true labels name: those of the
    /// [`Images`](crate::data::Images) that they come from, else those of Fashion-MNIST.
    ///
    /// # Errors
    /// As [`with_classes`](Self::with_classes).
    pub fn new<T, P>(truth: &T, predicted: &P) -> Result<Self>
    where
        T: AsLabels + ?Sized,
        P: AsLabels + ?Sized,
    {
        Self::with_classes(truth, predicted, truth.class_names())
    }

    /// The matrix over classes with these names, label 0 first.
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) unless there is one prediction for each sample, and at least one;
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for a label without a name.
    pub fn with_classes<T, P>(
        truth: &T,
        predicted: &P,
        names: impl Into<ClassNames>,
    ) -> Result<Self>
    where
        T: AsLabels + ?Sized,
        P: AsLabels + ?Sized,
    {
        let names = names.into();
        let (truth, predicted) = paired(truth, predicted)?;
        memory::check("confusion matrix", memory::bytes_of::<usize>(&[names.len(), names.len()]))?;
        let mut counts = Array2::zeros((names.len(), names.len()));
        for (&truth, &predicted) in truth.iter().zip(predicted.iter()) {
            let cell = counts.get_mut((truth, predicted)).ok_or_else(|| {
                let expected = format!("below {}, the number of classes", names.len());
                Error::parameter("label", expected, truth.max(predicted))
            })?;
            *cell += 1;
        }
        Self::from_counts(counts, names)
    }

    /// A matrix whose counts are known, for example from a publication.
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) unless it has a row and a column for each name.
    pub fn from_counts(counts: Array2<usize>, names: impl Into<ClassNames>) -> Result<Self> {
        let names = names.into();
        let n = names.len();
        if counts.dim() != (n, n) {
            return Err(Error::shape("ConfusionMatrix", format!("{n} x {n}"), counts.dim()));
        }
        total("counts", &counts)?;
        Ok(Self { counts, names })
    }

    /// Counts: truth in rows, predictions in columns.
    pub fn counts(&self) -> &Array2<usize> {
        &self.counts
    }

    /// The names of the classes.
    pub fn class_names(&self) -> &ClassNames {
        &self.names
    }

    /// The matrix as a heat map with this title.
    pub fn plot(&self, title: impl Into<String>) -> ConfusionPlot {
        ConfusionPlot::new(title, &self.counts, &self.names)
    }

    /// What this matrix has more than another in each cell, as a heat map with this title.
    pub fn plot_minus(&self, other: &Self, title: impl Into<String>) -> ConfusionPlot {
        ConfusionPlot::difference(title, &self.counts, &other.counts, &self.names)
    }

    /// How many samples of each class there are: the sums of the rows.
    pub fn truth_counts(&self) -> Array1<usize> {
        self.counts.sum_axis(Axis(1))
    }

    /// How often each class was predicted: the sums of the columns.
    pub fn predicted_counts(&self) -> Array1<usize> {
        self.counts.sum_axis(Axis(0))
    }

    /// How many samples there are.
    pub fn total(&self) -> usize {
        self.counts.sum()
    }

    /// How many predictions are wrong.
    pub fn wrong(&self) -> usize {
        self.total() - self.counts.diag().sum()
    }

    /// The share of predictions that are right; 0 for an empty matrix.
    pub fn accuracy(&self) -> f64 {
        self.counts.diag().sum() as f64 / self.total().max(1) as f64
    }

    /// Each row divided by its sum: of the samples of a class, the share that was taken for each
    /// class. A class without samples has a row of zeros.
    pub fn normalised(&self) -> Array2<f64> {
        let mut shares = self.counts.mapv(|count| count as f64);
        for mut row in shares.outer_iter_mut() {
            let sum = row.sum();
            if sum > 0.0 {
                row /= sum;
            }
        }
        shares
    }

    /// The `n` most frequent errors, the most frequent first (equal ones in the order of the
    /// classes). Errors that never happened are left out.
    pub fn most_confused(&self, n: usize) -> Vec<Confusion> {
        let mut errors: Vec<Confusion> = self
            .counts
            .indexed_iter()
            .filter(|&((truth, predicted), &count)| truth != predicted && count > 0)
            .map(|((truth, predicted), &count)| Confusion { truth, predicted, count })
            .collect();
        errors.sort_by_key(|error| std::cmp::Reverse(error.count));
        errors.truncate(n);
        errors
    }
}

impl Render for ConfusionMatrix {
    fn render(&self) -> Bundle {
        let widest = self.counts.iter().max().map_or(1, |count| count.to_string().len());
        let cell = widest.max(self.names.len().to_string().len()) + 1;
        let width = self.names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
        let mut text = format!("{}    predicted\n{}   ", left("true", width), left("", width));
        let mut head = vec![Cell::text("true \\ predicted")];
        for (i, name) in self.names.iter().enumerate() {
            text += &format!("{i:>cell$}");
            head.push(Cell::number(name));
        }
        let mut rows = Vec::new();
        for (i, (counts, name)) in self.counts.outer_iter().zip(self.names.iter()).enumerate() {
            text += &format!("\n{} {i:>2}", left(name, width));
            let mut row = vec![Cell::text(name).bold(true)];
            for (j, count) in counts.iter().enumerate() {
                text += &format!("{count:>cell$}");
                row.push(Cell::number(&count.to_string()).bold(i == j));
            }
            rows.push(row);
        }
        Bundle::text(text).html(table("", &head, &rows, &[]))
    }
}

impl std::fmt::Display for ConfusionMatrix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.render().parts()[0].1)
    }
}
