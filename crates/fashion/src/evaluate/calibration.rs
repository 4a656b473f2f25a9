//! Does a network that says 90 % turn out right in 90 % of cases?

use ndarray::{ArrayBase, Data, Ix2};

use super::probability::checked;
use crate::data::AsLabels;
use crate::show::{Bundle, LineChart, Render, Table};
use crate::{Error, Float, Result};
use fashion_base::numbers::argmax;
use fashion_base::text::thousands;

/// Narrower bins could not be seen.
const MOST_BINS: usize = 1000;

/// The samples whose confidence lies between two limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReliabilityBin {
    /// Confidences above this (in the first bin, from 0).
    pub low: f64,
    /// Up to and including this.
    pub high: f64,
    /// How many samples there are: at least 1.
    pub count: usize,
    /// Their mean confidence.
    pub confidence: f64,
    /// The share of them that was predicted right.
    pub accuracy: f64,
}

/// Confidence against accuracy, in bins of equal width (the reliability diagram of Guo et al.,
/// *On Calibration of Modern Neural Networks*, 2017).
///
/// The confidence of a prediction is the probability of the predicted class.
///
/// ```
/// use fashion::{evaluate::Calibration, ndarray::array};
///
/// # fn main() -> fashion::Result<()> {
/// // Two predictions, each 75 % sure, of which one is right.
/// let calibration = Calibration::new(&[0, 0], &array![[0.75, 0.25], [0.25, 0.75]], 10)?;
/// assert_eq!(calibration.expected_error(), 0.25);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    bins: Vec<ReliabilityBin>,
    total: usize,
}

impl Calibration {
    /// Sorts predictions into `bins` bins by their highest probability (n x classes).
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) unless there is one row for each label, and at least one;
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for no bins, a label without a column or a row that is no
    /// distribution.
    pub fn new<T, F, S>(truth: &T, probabilities: &ArrayBase<S, Ix2>, bins: usize) -> Result<Self>
    where
        T: AsLabels + ?Sized,
        F: Float,
        S: Data<Elem = F>,
    {
        let truth = truth.as_labels();
        let probabilities = checked(&truth, probabilities)?;
        let (mut correct, mut confidence) = (Vec::new(), Vec::new());
        for (&label, row) in truth.iter().zip(probabilities.outer_iter()) {
            let best = argmax(row.iter());
            correct.push(best == label);
            confidence.push(row[best]);
        }
        Self::from_confidence(&correct, &confidence, bins)
    }

    /// Sorts predictions into bins by a confidence from 0 to 1.
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) unless both have the same length, at least 1;
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for no bins, more than 1,000, or a confidence that is not from 0 to 1.
    pub fn from_confidence(correct: &[bool], confidence: &[f64], bins: usize) -> Result<Self> {
        if correct.is_empty() || correct.len() != confidence.len() {
            let expected = format!("one confidence for each of {} predictions", correct.len());
            return Err(Error::shape("Calibration", expected, confidence.len()));
        }
        if !(1..=MOST_BINS).contains(&bins) {
            return Err(Error::parameter("bins", format!("1 to {MOST_BINS}"), bins));
        }
        if let Some(outside) = confidence.iter().find(|c| !(0.0..=1.0).contains(*c)) {
            return Err(Error::parameter("confidence", "0 to 1", outside));
        }
        let edge = |i: usize| i as f64 / bins as f64;
        let mut sums = vec![(0, 0.0, 0); bins];
        for (&correct, &confidence) in correct.iter().zip(confidence) {
            // The first bin whose upper limit is not below; division may be one off at a limit.
            let mut bin = ((confidence * bins as f64) as usize).min(bins - 1);
            while bin > 0 && confidence <= edge(bin) {
                bin -= 1;
            }
            while confidence > edge(bin + 1) {
                bin += 1;
            }
            let (count, confidences, right) = &mut sums[bin];
            *count += 1;
            *confidences += confidence;
            *right += usize::from(correct);
        }
        let bin = |(i, (count, confidences, right)): (usize, (usize, f64, usize))| ReliabilityBin {
            low: edge(i),
            high: edge(i + 1),
            count,
            confidence: confidences / count as f64,
            accuracy: right as f64 / count as f64,
        };
        let filled = sums.into_iter().enumerate().filter(|(_, (count, ..))| *count > 0);
        Ok(Self { bins: filled.map(bin).collect(), total: correct.len() })
    }

    /// The bins that have samples, in ascending order.
    pub fn bins(&self) -> &[ReliabilityBin] {
        &self.bins
    }

    /// The reliability diagram: accuracy against confidence, one point per bin, as a curve with this
    /// name. [`LineChart::and`] puts several classifiers into one chart.
    pub fn plot(&self, name: impl Into<String>) -> LineChart {
        let confidence: Vec<f64> = self.bins.iter().map(|bin| bin.confidence).collect();
        let accuracy: Vec<f64> = self.bins.iter().map(|bin| bin.accuracy).collect();
        LineChart::new("Reliability", "mean confidence of the bin", "share of right predictions")
            .series_xy(name, &confidence, &accuracy)
    }

    /// Expected calibration error: the mean over the samples of the distance between accuracy and
    /// confidence of their bin.
    pub fn expected_error(&self) -> f64 {
        let gap = |bin: &ReliabilityBin| bin.count as f64 * (bin.accuracy - bin.confidence).abs();
        self.bins.iter().map(gap).sum::<f64>() / self.total as f64
    }

    /// Mean confidence minus accuracy over all samples: positive for a network that promises more
    /// than it holds.
    pub fn overconfidence(&self) -> f64 {
        let excess = |bin: &ReliabilityBin| bin.count as f64 * (bin.confidence - bin.accuracy);
        self.bins.iter().map(excess).sum::<f64>() / self.total as f64
    }
}

impl Render for Calibration {
    fn render(&self) -> Bundle {
        let columns = ["confidence", "samples", "mean confidence", "accuracy"];
        let mut table = Table::new("", columns);
        for ReliabilityBin { low, high, count, confidence, accuracy } in &self.bins {
            table.push([
                format!("{low:.3} - {high:.3}"),
                thousands(*count),
                format!("{confidence:.4}"),
                format!("{accuracy:.4}"),
            ]);
        }
        table.caption(format!("expected calibration error {:.4}", self.expected_error())).render()
    }
}

impl std::fmt::Display for Calibration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.render().parts()[0].1)
    }
}
