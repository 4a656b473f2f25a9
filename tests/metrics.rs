//! Metrics against scikit-learn's and statsmodels'.

use fashion::evaluate::{
    Calibration, ClassScores, ClassificationReport, ConfusionMatrix, McNemar, SignificanceTest,
    accuracy, correct, error_rate, log_loss,
};
use fashion::ndarray::Array2;
use serde::Deserialize;
use tests::fixture;

#[derive(Deserialize)]
struct Fixture {
    classification: Vec<Classification>,
    probabilities: Vec<Probabilities>,
    mcnemar: Vec<Paired>,
}

#[derive(Deserialize)]
struct Classification {
    name: String,
    truth: Vec<usize>,
    predicted: Vec<usize>,
    accuracy: f64,
    counts: Vec<Vec<usize>>,
    normalised: Vec<Vec<f64>>,
    classes: Vec<[f64; 4]>,
    macro_avg: [f64; 4],
    weighted_avg: [f64; 4],
    text: String,
}

#[derive(Deserialize)]
struct Probabilities {
    truth: Vec<usize>,
    probabilities: Vec<Vec<f64>>,
    log_loss: f64,
    bins: usize,
    sizes: Vec<usize>,
    accuracy: Vec<f64>,
    confidence: Vec<f64>,
    expected_error: f64,
}

#[derive(Deserialize)]
struct Paired {
    table: [[usize; 2]; 2],
    exact: [f64; 2],
    corrected: Option<[f64; 2]>,
    difference: f64,
    interval_95: [f64; 2],
}

fn expected() -> Fixture {
    fixture("metrics/metrics.json")
}

#[track_caller]
fn assert_close(got: f64, expected: f64) {
    assert!((got - expected).abs() <= 1e-12 * expected.abs(), "{got} is not {expected}");
}

#[track_caller]
fn assert_all_close(got: impl IntoIterator<Item = f64>, expected: impl IntoIterator<Item = f64>) {
    let (got, expected): (Vec<_>, Vec<_>) =
        (got.into_iter().collect(), expected.into_iter().collect());
    assert_eq!(got.len(), expected.len());
    got.into_iter().zip(expected).for_each(|(got, expected)| assert_close(got, expected));
}

fn numbers(scores: ClassScores) -> [f64; 4] {
    [scores.precision, scores.recall, scores.f1, scores.support as f64]
}

fn matrix(rows: Vec<Vec<f64>>) -> Array2<f64> {
    let shape = (rows.len(), rows[0].len());
    Array2::from_shape_vec(shape, rows.concat()).unwrap()
}

#[test]
fn matrix_and_report_equal_scikit_learns() {
    for case in expected().classification {
        let matrix = ConfusionMatrix::new(&case.truth, &case.predicted).unwrap();
        assert!(matrix.counts().iter().eq(case.counts.concat().iter()), "{}", case.name);
        assert_all_close(matrix.normalised(), case.normalised.concat());
        assert_eq!(matrix.total() - matrix.wrong(), matrix.counts().diag().sum());

        let report = ClassificationReport::from_matrix(&matrix);
        for ((_, scores), expected) in report.classes().iter().zip(case.classes) {
            assert_all_close(numbers(*scores), expected);
        }
        assert_all_close(numbers(report.macro_avg()), case.macro_avg);
        assert_all_close(numbers(report.weighted_avg()), case.weighted_avg);
        assert_eq!(report.to_string(), case.text, "{}", case.name);

        for accuracy in [
            report.accuracy(),
            matrix.accuracy(),
            accuracy(&case.truth, &case.predicted).unwrap(),
            1.0 - error_rate(&case.truth, &case.predicted).unwrap(),
        ] {
            assert_close(accuracy, case.accuracy);
        }
    }
}

#[test]
fn the_most_confused_classes_come_in_order() {
    let truth = [0, 0, 0, 1, 1, 2, 2, 2, 2];
    let predicted = [1, 1, 0, 0, 1, 1, 1, 0, 2];
    let matrix = ConfusionMatrix::with_classes(&truth, &predicted, &["a", "b", "c"]).unwrap();
    let found: Vec<_> =
        matrix.most_confused(3).iter().map(|e| (e.truth, e.predicted, e.count)).collect();
    assert_eq!(found, [(0, 1, 2), (2, 1, 2), (1, 0, 1)]);
    assert_eq!(matrix.most_confused(99).len(), 4, "errors that never happened are left out");
    assert_eq!(matrix.truth_counts().to_vec(), [3, 2, 4]);
    assert_eq!(matrix.predicted_counts().to_vec(), [3, 5, 1]);
}

#[test]
fn log_loss_and_calibration_equal_scikit_learns() {
    for case in expected().probabilities {
        let p = matrix(case.probabilities);
        assert_close(log_loss(&case.truth, &p).unwrap(), case.log_loss);

        let calibration = Calibration::new(&case.truth, &p, case.bins).unwrap();
        let bins = calibration.bins();
        assert_eq!(bins.iter().map(|bin| bin.count).collect::<Vec<_>>(), case.sizes);
        assert_all_close(bins.iter().map(|bin| bin.accuracy), case.accuracy);
        assert_all_close(bins.iter().map(|bin| bin.confidence), case.confidence);
        assert_close(calibration.expected_error(), case.expected_error);
    }
}

#[test]
fn mcnemar_equals_statsmodels() {
    for case in expected().mcnemar {
        let test = McNemar::from_table(case.table).unwrap();
        let numbers = |test: SignificanceTest| [test.statistic, test.p_value];
        assert_all_close(numbers(test.exact()), case.exact);
        // Where nothing differs statsmodels divides by zero.
        assert_all_close(numbers(test.corrected()), case.corrected.unwrap_or([0.0, 1.0]));
        assert_close(test.difference(), case.difference);
        // Limits near zero are differences of larger numbers: compare on the scale of an error rate.
        let (low, high) = test.interval_95();
        for (got, expected) in [low, high].iter().zip(case.interval_95) {
            assert!((got - expected).abs() <= 1e-14, "{got} is not {expected}");
        }
    }
}

#[test]
fn mcnemar_counts_who_is_right_where_the_other_is_wrong() {
    let truth = [1, 1, 1, 1, 1, 1];
    let test = McNemar::new(&truth, &[1, 1, 1, 0, 0, 1], &[1, 0, 0, 1, 0, 1]).unwrap();
    assert_eq!(test.table(), [[2, 2], [1, 1]]);
    assert_eq!((test.only_first(), test.only_second()), (2, 1));
    // The first makes 2 errors of 6, the second 3.
    assert_close(test.difference(), -1.0 / 6.0);
}

#[test]
fn mistakes_are_errors() {
    let half = Array2::from_elem((2, 2), 0.5);
    assert!(accuracy(&[0, 1], &[0]).is_err());
    assert!(correct(&[0; 0], &[0; 0]).is_err());
    assert!(ConfusionMatrix::new(&[0, 10], &[0, 1]).is_err());
    assert!(ConfusionMatrix::from_counts(Array2::zeros((2, 3)), &["a", "b"]).is_err());
    assert!(log_loss(&[0, 2], &half).is_err());
    assert!(log_loss(&[0, 1], &(&half * 3.0)).is_err());
    assert!(log_loss(&[0, 1], &(&half * f64::NAN)).is_err());
    assert!(Calibration::new(&[0, 1], &half, 0).is_err());
    assert!(McNemar::from_correct(&[true, false], &[true]).is_err());
    assert!(McNemar::from_table([[1, 0], [0, 0]]).is_err());
}
