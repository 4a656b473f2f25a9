//! `score` for every model.

use linfa::DatasetBase;
use linfa::dataset::Records;
use linfa::traits::PredictInplace;
use ndarray::Array1;

use super::accuracy;
use crate::Result;
use crate::data::AsLabels;

/// Accuracy of a model on a dataset, for every model that predicts class labels.
pub trait Score<R: Records> {
    /// The share of samples that the model predicts right.
    ///
    /// # Errors
    /// [`Error::Shape`](crate::Error::Shape) if the dataset has no samples.
    fn score<T>(&self, dataset: &DatasetBase<R, T>) -> Result<f64>
    where
        DatasetBase<R, T>: AsLabels;

    /// The share of samples that the model predicts wrong.
    ///
    /// # Errors
    /// As [`score`](Self::score).
    fn error_rate<T>(&self, dataset: &DatasetBase<R, T>) -> Result<f64>
    where
        DatasetBase<R, T>: AsLabels,
    {
        Ok(1.0 - self.score(dataset)?)
    }
}

impl<R: Records, M: PredictInplace<R, Array1<usize>>> Score<R> for M {
    fn score<T>(&self, dataset: &DatasetBase<R, T>) -> Result<f64>
    where
        DatasetBase<R, T>: AsLabels,
    {
        let mut predicted = self.default_target(&dataset.records);
        self.predict_inplace(&dataset.records, &mut predicted);
        accuracy(dataset, &predicted)
    }
}

#[cfg(test)]
mod tests {
    use linfa::Dataset;
    use ndarray::{Array2, array};

    use super::*;

    /// Predicts the number in the first column.
    struct FirstColumn;

    impl PredictInplace<Array2<f64>, Array1<usize>> for FirstColumn {
        fn predict_inplace(&self, x: &Array2<f64>, y: &mut Array1<usize>) {
            y.assign(&x.column(0).mapv(|value| value as usize));
        }

        fn default_target(&self, x: &Array2<f64>) -> Array1<usize> {
            Array1::zeros(x.nrows())
        }
    }

    #[test]
    fn any_model_that_predicts_labels_has_a_score() {
        let dataset = Dataset::new(array![[1.0], [2.0], [3.0], [4.0]], array![1, 2, 3, 0]);
        assert_eq!(FirstColumn.score(&dataset).unwrap(), 0.75);
        assert_eq!(FirstColumn.error_rate(&dataset).unwrap(), 0.25);
        let empty = Dataset::new(Array2::zeros((0, 1)), Array1::<usize>::zeros(0));
        assert!(FirstColumn.score(&empty).is_err());
    }
}
