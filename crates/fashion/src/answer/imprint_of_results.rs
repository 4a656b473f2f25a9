//! Imprints of the crate's own types: data, fitted models, and what was measured of them.

use fashion_base::text::thousands;
use fashion_statistics::{Difference, Interval, Runs};
use linfa::DatasetBase;
use ndarray::{ArrayBase, Data, Ix2};

use super::imprint::{Imprinted, Values};
use super::printed_table::PrintedTable;
use crate::Float;
use crate::data::Images;
use crate::evaluate::{ConfusionMatrix, GridSearchResults, McNemar};
use crate::nn::{History, MlpClassifier, Network};
use crate::svm::Svc;

/// Sums instead of single values: a set of images has millions.
fn sums(rows: impl Iterator<Item = f64>, values: &mut Values) {
    let (mut sum, mut weighted) = (0.0, 0.0);
    for (place, value) in rows.enumerate() {
        sum += value;
        // So that the order counts.
        weighted += value * ((place % 1009) as f64);
    }
    values.number(sum);
    values.number(weighted);
}

impl<F, D, T> Imprinted for DatasetBase<ArrayBase<D, Ix2>, T>
where
    F: Float,
    D: Data<Elem = F>,
    T: Imprinted,
{
    fn form(&self) -> String {
        let (samples, features) = self.records.dim();
        format!("a dataset of {samples} samples with {features} features")
    }

    fn write(&self, values: &mut Values) {
        sums(self.records.iter().map(|value| value.wide()), values);
        self.targets.write(values);
    }
}

impl Imprinted for Images {
    fn form(&self) -> String {
        format!("{} images", self.len())
    }

    fn write(&self, values: &mut Values) {
        sums(self.grey().iter().map(|&value| f64::from(value)), values);
        self.labels().write(values);
    }
}

/// For each type of number by itself, so that a cell need not compile what they have in common.
macro_rules! networks {
    ($($float:ty),+) => {$(
        /// Its size: weights are not compared. What a network predicts, and its history, are.
        impl Imprinted for Network<$float> {
            fn form(&self) -> String {
                format!("a network of {} parameters", thousands(self.n_parameters()))
            }

            fn write(&self, values: &mut Values) {
                values.form_number(self.n_parameters() as f64);
            }
        }

        impl Imprinted for MlpClassifier<$float> {
            fn form(&self) -> String {
                format!("a perceptron of {} parameters", thousands(self.n_parameters()))
            }

            fn write(&self, values: &mut Values) {
                for weights in self.coefs() {
                    sums(weights.iter().map(|&value| f64::from(value)), values);
                }
                values.number(self.n_iter() as f64);
            }
        }
    )+};
}
networks!(f32, f64);

impl Imprinted for Svc {
    fn form(&self) -> String {
        format!("a machine with {} support vectors", thousands(self.support_vectors()))
    }

    fn write(&self, values: &mut Values) {
        values.number(self.n_parameters() as f64);
        self.support_indices().write(values);
    }
}

impl Imprinted for History {
    fn form(&self) -> String {
        format!("a history of {} epochs", self.len())
    }

    fn write(&self, values: &mut Values) {
        self.loss().write(values);
        self.val_loss().write(values);
    }
}

impl<P> Imprinted for GridSearchResults<P> {
    fn form(&self) -> String {
        format!("a grid search over {} candidates", self.candidates().len())
    }

    fn write(&self, values: &mut Values) {
        for candidate in self.candidates() {
            candidate.test_scores.write(values);
            candidate.train_scores.write(values);
        }
    }
}

impl Imprinted for ConfusionMatrix {
    fn form(&self) -> String {
        format!("a confusion matrix of {} images", thousands(self.counts().sum()))
    }

    fn write(&self, values: &mut Values) {
        self.counts().write(values);
    }
}

impl Imprinted for McNemar {
    fn form(&self) -> String {
        "McNemar's test".into()
    }

    fn write(&self, values: &mut Values) {
        self.table().write(values);
    }
}

impl Imprinted for Runs {
    fn form(&self) -> String {
        format!("{} runs", self.values().len())
    }

    fn write(&self, values: &mut Values) {
        self.values().write(values);
    }
}

impl Imprinted for Difference {
    fn form(&self) -> String {
        "a difference with its interval".into()
    }

    fn write(&self, values: &mut Values) {
        [self.estimate, self.standard_error].write(values);
    }
}

impl Imprinted for Interval {
    fn form(&self) -> String {
        "an interval".into()
    }

    fn write(&self, values: &mut Values) {
        [self.low, self.high].write(values);
    }
}

impl Imprinted for PrintedTable {
    fn form(&self) -> String {
        format!("a table of {} printed rows", self.len())
    }

    fn write(&self, values: &mut Values) {
        self.ours().write(values);
    }
}
