use fashion::evaluate::{
    Calibration, ClassificationReport, ConfusionMatrix, McNemar, accuracy, log_loss, mean, std_dev,
};
use fashion::ndarray::Array2;
use proptest::collection::vec;
use proptest::prelude::*;

use super::absurd::{cases, count, float, floats, labels};

/// Shares are shares, and add up.
fn assert_shares(matrix: &ConfusionMatrix) -> Result<(), TestCaseError> {
    let share = |value: f64| (0.0..=1.0).contains(&value);
    prop_assert!(share(matrix.accuracy()));
    for row in matrix.normalised().outer_iter() {
        prop_assert!(row.sum() == 0.0 || (row.sum() - 1.0).abs() < 1e-12, "{}", row);
    }
    for (name, scores) in ClassificationReport::from_matrix(matrix).classes() {
        let all = [scores.precision, scores.recall, scores.f1];
        prop_assert!(all.into_iter().all(share), "{}: {:?}", name, scores);
    }
    Ok(())
}

fn assert_sound(test: &McNemar) -> Result<(), TestCaseError> {
    let (low, high) = test.interval_95();
    prop_assert!((-1.0..=1.0).contains(&test.difference()));
    prop_assert!(low <= test.difference() && test.difference() <= high, "{low} {high}");
    prop_assert!((0.0..=1.0).contains(&test.corrected().p_value), "{:?}", test.corrected());
    Ok(())
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_predictions(truth in labels(0..8), first in labels(0..8), second in labels(0..8)) {
        let right = accuracy(&truth[..], &first[..]).ok();
        prop_assert_eq!(right.is_some(), !truth.is_empty() && truth.len() == first.len());
        prop_assert_eq!(right, accuracy(&first[..], &truth[..]).ok());
        prop_assert!(right.is_none_or(|share| (0.0..=1.0).contains(&share)));
        if let Ok(test) = McNemar::new(&truth[..], &first[..], &second[..]) {
            let swapped = McNemar::new(&truth[..], &second[..], &first[..]).unwrap();
            prop_assert_eq!(test.difference(), -swapped.difference());
            prop_assert_eq!(test.exact().p_value, swapped.exact().p_value);
            assert_sound(&test)?;
        }
        let matrix = ConfusionMatrix::new(&truth[..], &first[..]);
        let known = truth.iter().chain(&first).all(|&label| label < 10);
        prop_assert_eq!(matrix.is_ok(), right.is_some() && known);
        prop_assert_eq!(ClassificationReport::new(&truth[..], &first[..]).is_ok(), matrix.is_ok());
        if let Ok(matrix) = matrix {
            prop_assert_eq!((matrix.total(), Some(matrix.accuracy())), (truth.len(), right));
            let errors = matrix.most_confused(usize::MAX);
            prop_assert_eq!(errors.iter().map(|error| error.count).sum::<usize>(), matrix.wrong());
            prop_assert!(errors.is_sorted_by(|one, next| one.count >= next.count));
            assert_shares(&matrix)?;
        }
    }

    #[test]
    fn any_counts(rows in 0..4_usize, columns in 0..4_usize, n in count()) {
        let names = ["a", "b"];
        if let Ok(matrix) = ConfusionMatrix::from_counts(Array2::from_elem((rows, columns), n), &names) {
            prop_assert!(matrix.wrong() <= matrix.total());
            assert_shares(&matrix)?;
        }
        if let Ok(test) = McNemar::from_table([[n, rows], [columns, n / 2]]) {
            assert_sound(&test)?;
        }
    }

    #[test]
    fn any_probabilities(
        truth in labels(0..6), rows in 0..6_usize, columns in 0..4_usize, value in float(), bins in count(),
        confidence in floats(),
    ) {
        let probabilities = Array2::from_elem((rows, columns), value);
        if let Ok(loss) = log_loss(&truth[..], &probabilities) {
            prop_assert!(loss.is_finite() && loss >= 0.0, "{loss}");
        }
        let calibration = Calibration::new(&truth[..], &probabilities, bins);
        prop_assert!(calibration.is_err() || log_loss(&truth[..], &probabilities).is_ok());
        let correct = vec![true; confidence.len()];
        let possible = !confidence.is_empty() && (1..=1000).contains(&bins);
        let possible = possible && confidence.iter().all(|share| (0.0..=1.0).contains(share));
        let other = Calibration::from_confidence(&correct, &confidence, bins);
        prop_assert_eq!(other.is_ok(), possible);
        for (calibration, samples) in [(calibration, rows), (other, correct.len())] {
            let Ok(calibration) = calibration else { continue };
            prop_assert_eq!(calibration.bins().iter().map(|bin| bin.count).sum::<usize>(), samples);
            let (error, excess) = (calibration.expected_error(), calibration.overconfidence());
            prop_assert!((0.0..=1.0 + 1e-12).contains(&error) && excess.abs() <= error + 1e-12, "{error} {excess}");
        }
    }

    #[test]
    fn any_numbers(values in floats(), more in vec(float(), 0..3)) {
        prop_assert!(!more.is_empty() || mean(&more).is_nan());
        prop_assert!(more.len() > 1 || std_dev(&more).is_nan());
        let values: Vec<f64> = values.into_iter().filter(|value| value.abs() <= 2.0).collect();
        let (low, high) = values.iter().fold((2.0_f64, -2.0_f64), |(low, high), &x| (low.min(x), high.max(x)));
        if values.len() > 1 {
            prop_assert!((low - 1e-12..=high + 1e-12).contains(&mean(&values)));
            prop_assert!((0.0..=(high - low) + 1e-12).contains(&std_dev(&values)));
        }
    }
}
