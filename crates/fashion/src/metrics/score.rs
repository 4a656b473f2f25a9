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
