//! The three classifiers, and what they say of pictures.

use fashion::Result;
use fashion::ndarray::{Array2, ArrayBase, Data, Ix2};
use fashion::nn::Network;
use fashion::svm::Svc;

/// Kinds of clothing.
pub const CLASSES: usize = 10;

/// A perceptron, a convolutional network and a support vector machine.
#[derive(Debug, Clone)]
pub struct Models {
    /// The perceptron.
    pub mlp: Network<f32>,
    /// The convolutional network.
    pub cnn: Network<f32>,
    /// The support vector machine, of grey levels.
    pub svm: Svc,
}

/// What the three say, a row for each picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    /// The perceptron's probabilities: (pictures, classes).
    pub mlp: Array2<f32>,
    /// The convolutional network's: (pictures, classes).
    pub cnn: Array2<f32>,
    /// The machines' votes for each class: (pictures, classes).
    pub votes: Array2<usize>,
    /// The decision value of every pair of classes: (pictures, pairs).
    pub decisions: Array2<f64>,
}

impl Models {
    /// The models of three files.
    ///
    /// # Errors
    /// [`Error::Base`](fashion::Error::Base) or [`Error::Svc`](fashion::Error::Svc) if one of them is no
    /// whole file of its kind.
    pub fn from_bytes([mlp, cnn, svm]: [&[u8]; 3]) -> Result<Self> {
        let (mlp, cnn) = (Network::from_bytes(mlp)?, Network::from_bytes(cnn)?);
        Ok(Self { mlp, cnn, svm: Svc::from_bytes(svm)? })
    }

    /// What the three say of pictures in grey levels: (pictures, 784).
    ///
    /// # Errors
    /// [`Error::Base`](fashion::Error::Base) for another number of columns.
    pub fn answer<D: Data<Elem = u8>>(&self, pixels: &ArrayBase<D, Ix2>) -> Result<Answers> {
        let scaled = pixels.mapv(|level| f32::from(level) / 255.0);
        let (mlp, cnn) = (self.mlp.predict_proba(&scaled)?, self.cnn.predict_proba(&scaled)?);
        let decisions = self.svm.decision_function(pixels)?;
        let mut votes = Array2::zeros((pixels.nrows(), CLASSES));
        for (mut votes, decisions) in votes.outer_iter_mut().zip(decisions.outer_iter()) {
            for (&value, pair) in decisions.iter().zip(self.svm.pairs()) {
                votes[if value > 0.0 { pair.classes.0 } else { pair.classes.1 }] += 1;
            }
        }
        Ok(Answers { mlp, cnn, votes, decisions })
    }
}

impl Answers {
    /// The classes that the three give the picture at this row; of equal ones the first.
    pub fn classes(&self, row: usize) -> [usize; 3] {
        let votes = self.votes.row(row).mapv(|votes| votes as f32);
        [self.mlp.row(row), self.cnn.row(row), votes.view()].map(|row| {
            let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            row.iter().position(|&value| value == largest).unwrap_or(0)
        })
    }

    /// How sure the three are of the picture at this row: the probabilities of their classes, and the
    /// machine's margin, the smallest decision value of its class against another. Above 1 is outside of
    /// all margins; below 0 a pair has voted against it.
    pub fn confidence(&self, row: usize) -> [f32; 3] {
        let [mlp, cnn, svm] = self.classes(row);
        let mut values = self.decisions.row(row).into_iter();
        let mut margin = f64::INFINITY;
        for first in 0..CLASSES {
            for second in first + 1..CLASSES {
                let Some(&value) = values.next() else { continue };
                if first == svm || second == svm {
                    margin = margin.min(if first == svm { value } else { -value });
                }
            }
        }
        [self.mlp[[row, mlp]], self.cnn[[row, cnn]], margin as f32]
    }
}
