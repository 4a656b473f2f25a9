//! What a network makes of the test images, as a file.

use std::fmt;
use std::path::Path;

use crate::data::Images;
use crate::evaluate::{ClassificationReport, ConfusionMatrix};
use crate::nn::{Evaluation, Network};
use crate::{Classifier, Result};
use fashion_base::whole_file;

/// The test results of a network; written out, its file:
///
/// ```text
/// loss 0.229871
/// accuracy 0.917600
/// true predicted
/// 9 9
/// 2 2
/// 1 1
/// ```
///
/// and so on, one line per test image with the labels 0 to 9.
#[derive(Debug, Clone, PartialEq)]
pub struct TestReport {
    /// Loss and accuracy.
    pub evaluation: Evaluation,
    /// The label of every image.
    pub truth: Vec<usize>,
    /// What the network takes it for.
    pub predicted: Vec<usize>,
}

impl TestReport {
    /// Lets a network classify images.
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) if the network takes other images or there are none.
    pub fn new(network: &Network<f32>, images: &Images) -> Result<Self> {
        let data = images.dataset::<f32>();
        let evaluation = network.evaluate(&data)?;
        let predicted = network.predict(data.records())?.to_vec();
        Ok(Self { evaluation, truth: images.labels().to_vec(), predicted })
    }

    /// Writes the file. It appears whole or not at all; a file of that name is replaced.
    ///
    /// # Errors
    /// [`Error::Io`](fashion_base::Error::Io) if that fails.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<()> {
        Ok(whole_file::write(path.as_ref(), self.to_string().as_bytes())?)
    }

    /// How often each class is taken for each.
    ///
    /// # Errors
    /// None in practice: both lists have one label for each image.
    pub fn confusion(&self) -> Result<ConfusionMatrix> {
        ConfusionMatrix::new(&self.truth, &self.predicted)
    }

    /// Precision, recall and F1 of each class.
    ///
    /// # Errors
    /// As [`Self::confusion`].
    pub fn classes(&self) -> Result<ClassificationReport> {
        ClassificationReport::new(&self.truth, &self.predicted)
    }
}

impl fmt::Display for TestReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Evaluation { loss, accuracy } = self.evaluation;
        writeln!(f, "loss {loss:.6}\naccuracy {accuracy:.6}\ntrue predicted")?;
        for (truth, predicted) in self.truth.iter().zip(&self.predicted) {
            writeln!(f, "{truth} {predicted}")?;
        }
        Ok(())
    }
}
