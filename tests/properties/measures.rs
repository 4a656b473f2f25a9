use fashion::evaluate::{
    Calibration, ClassificationReport, ConfusionMatrix, McNemar, accuracy, log_loss, mean, std_dev,
};
use fashion::ndarray::Array2;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::absurd::{cases, count, float, floats, labels};

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_predictions(truth in labels(0..8), first in labels(0..8), second in labels(0..8)) {
        let _ = (accuracy(&truth[..], &first[..]), McNemar::new(&truth[..], &first[..], &second[..]));
        let _ = ClassificationReport::new(&truth[..], &first[..]);
        if let Ok(matrix) = ConfusionMatrix::new(&truth[..], &first[..]) {
            let _ = (matrix.normalised(), matrix.most_confused(usize::MAX), matrix.to_string());
        }
    }

    #[test]
    fn any_counts(rows in 0..4_usize, columns in 0..4_usize, n in count()) {
        let names = ["a", "b"];
        if let Ok(matrix) = ConfusionMatrix::from_counts(Array2::from_elem((rows, columns), n), &names) {
            let _ = (matrix.total(), matrix.accuracy(), matrix.wrong(), ClassificationReport::from_matrix(&matrix));
        }
        if let Ok(test) = McNemar::from_table([[n, rows], [columns, n / 2]]) {
            let _ = (test.corrected(), test.interval_95(), test.difference());
        }
    }

    #[test]
    fn any_probabilities(
        truth in labels(0..6), rows in 0..6_usize, columns in 0..4_usize, value in float(), bins in count(),
        confidence in floats(),
    ) {
        let probabilities = Array2::from_elem((rows, columns), value);
        let _ = (Calibration::new(&truth[..], &probabilities, bins), log_loss(&truth[..], &probabilities));
        let correct = vec![true; confidence.len()];
        let _ = Calibration::from_confidence(&correct, &confidence, bins);
    }

    #[test]
    fn any_numbers(values in floats(), more in vec(float(), 0..3)) {
        let _ = (mean(&values), std_dev(&values), mean(&more), std_dev(&more));
    }
}
