//! Everything against SciPy and statsmodels, and what neither has against NumPy with SciPy's t.

use fashion_statistics::{
    Difference, Interval, Kappa, Runs, Slope, bootstrap_95, holm, mcnemar_exact, per_class,
    proportion, ratio_of_times, two_part_difference, two_part_paired_difference, two_part_runs,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Fixture {
    runs: Vec<OfRuns>,
    differences: Vec<OfTwo>,
    ranks: Vec<Ranks>,
    times: Vec<Times>,
    two_parts: Vec<TwoParts>,
    holm: Vec<Holm>,
    per_class: Vec<Classes>,
    mcnemar: Vec<(usize, usize, f64)>,
    shares: Vec<(usize, usize, f64, f64, f64)>,
    slopes: Vec<Line>,
    bootstrap: Vec<Bootstrap>,
    kappas: Vec<Consistency>,
}

#[derive(Deserialize)]
struct OfRuns {
    values: Vec<f64>,
    mean: f64,
    std_dev: f64,
    standard_error: f64,
    interval_95: [f64; 2],
    interval_99: [f64; 2],
    std_dev_interval_95: [f64; 2],
    prediction: [f64; 2],
    images: [usize; 2],
    prediction_other_images: [f64; 2],
}

#[derive(Deserialize)]
struct Expected {
    estimate: f64,
    standard_error: f64,
    df: f64,
    interval_95: [f64; 2],
    interval_of_7: [f64; 2],
    p_value: f64,
}

#[derive(Deserialize)]
struct OfTwo {
    kind: String,
    first: Vec<f64>,
    second: Vec<f64>,
    folds: [usize; 2],
    #[serde(flatten)]
    expected: Expected,
}

#[derive(Deserialize)]
struct Ranks {
    first: Vec<f64>,
    second: Vec<f64>,
    u: f64,
    p_value: f64,
}

#[derive(Deserialize)]
struct Times {
    first: Vec<f64>,
    second: Vec<f64>,
    ratio: f64,
    interval_95: [f64; 2],
    p_value: f64,
}

#[derive(Deserialize)]
struct TwoParts {
    first: Vec<Vec<f64>>,
    second: Vec<Vec<f64>>,
    difference: Expected,
    paired: Option<Expected>,
    runs: Expected,
}

#[derive(Deserialize)]
struct Holm {
    p: Vec<f64>,
    adjusted: Vec<f64>,
}

#[derive(Deserialize)]
struct Classes {
    truth: Vec<usize>,
    first: Vec<bool>,
    second: Vec<bool>,
    classes: usize,
    counts: Vec<(usize, usize)>,
    p_values: Vec<f64>,
    adjusted: Vec<f64>,
}

#[derive(Deserialize)]
struct Line {
    x: Vec<f64>,
    y: Vec<f64>,
    slope: f64,
    intercept: f64,
    standard_error: f64,
    interval_95: [f64; 2],
    p_value: f64,
}

#[derive(Deserialize)]
struct Consistency {
    first: Vec<bool>,
    second: Vec<bool>,
    kappa: f64,
    largest: f64,
}

#[derive(Deserialize)]
struct Bootstrap {
    values: Vec<f64>,
    replicates: usize,
    seed: u64,
    interval_95: [f64; 2],
    scipy: [f64; 2],
}

fn expected() -> Fixture {
    let path =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/statistics/statistics.json");
    let text = std::fs::read_to_string(path).expect("the fixture");
    serde_json::from_str(&text).expect("the fixture's form")
}

fn runs(values: &[f64]) -> Runs {
    Runs::new(values).unwrap()
}

#[track_caller]
fn assert_close(got: f64, expected: f64) {
    assert!((got - expected).abs() <= 1e-10 * expected.abs(), "{got:e} is not {expected:e}");
}

/// Ends near 0 are differences of larger numbers: close on the scale of the larger end.
#[track_caller]
fn assert_ends(got: Interval, expected: [f64; 2]) {
    let scale = expected[0].abs().max(expected[1].abs());
    for (got, expected) in [got.low, got.high].into_iter().zip(expected) {
        assert!((got - expected).abs() <= 1e-10 * scale, "{got:e} is not {expected:e}");
    }
}

#[track_caller]
fn assert_difference(got: Difference, expected: &Expected) {
    assert_close(got.estimate, expected.estimate);
    assert_close(got.standard_error, expected.standard_error);
    assert_close(got.degrees_of_freedom, expected.df);
    assert_ends(got.interval_95(), expected.interval_95);
    assert_ends(got.interval(0.95).unwrap(), expected.interval_95);
    assert_ends(got.interval_of(7).unwrap(), expected.interval_of_7);
    assert_close(got.p_value(), expected.p_value);
}

#[test]
fn intervals_of_runs_equal_scipys() {
    for case in expected().runs {
        let runs = runs(&case.values);
        assert_close(runs.mean(), case.mean);
        assert_close(runs.std_dev(), case.std_dev);
        assert_close(runs.standard_error(), case.standard_error);
        assert_ends(runs.interval_95().unwrap(), case.interval_95);
        assert_ends(runs.interval(0.99).unwrap(), case.interval_99);
        assert_ends(runs.std_dev_interval_95().unwrap(), case.std_dev_interval_95);
        assert_ends(runs.prediction_interval_95().unwrap(), case.prediction);
        let [ours, theirs] = case.images;
        let other = runs.prediction_interval_95_other_images(ours, theirs).unwrap();
        assert_ends(other, case.prediction_other_images);
    }
}

#[test]
fn differences_of_runs_and_folds_equal_scipys() {
    for case in expected().differences {
        let (first, second) = (runs(&case.first), runs(&case.second));
        let difference = match case.kind.as_str() {
            "welch" => first.minus(&second),
            "paired" => first.paired_minus(&second),
            _ => first.folds_minus(&second, case.folds[0], case.folds[1]),
        };
        assert_difference(difference.unwrap(), &case.expected);
    }
}

#[test]
fn rank_tests_equal_scipys_with_ties_and_without() {
    for case in expected().ranks {
        let test = runs(&case.first).rank_test(&runs(&case.second)).unwrap();
        assert_eq!(test.u, case.u);
        assert_close(test.p_value, case.p_value);
    }
}

#[test]
fn ratios_of_times_equal_scipys() {
    for case in expected().times {
        let ratio = ratio_of_times(&case.first, &case.second).unwrap();
        assert_close(ratio.ratio(), case.ratio);
        assert_ends(ratio.interval_95(), case.interval_95);
        assert_close(ratio.p_value(), case.p_value);
    }
}

#[test]
fn seeds_and_images_together_equal_numpys() {
    for case in expected().two_parts {
        let (first, second) = (&case.first, &case.second);
        assert_difference(two_part_difference(first, second).unwrap(), &case.difference);
        assert_difference(two_part_runs(first).unwrap(), &case.runs);
        match &case.paired {
            Some(paired) => {
                assert_difference(two_part_paired_difference(first, second).unwrap(), paired);
            }
            None => assert!(two_part_paired_difference(first, second).is_err()),
        }
    }
}

#[test]
fn holm_and_mcnemar_by_class_equal_statsmodels_and_scipy() {
    let all_close = |got: &[f64], expected: &[f64]| {
        assert_eq!(got.len(), expected.len());
        got.iter().zip(expected).for_each(|(&got, &expected)| assert_close(got, expected));
    };
    let expected = expected();
    for case in expected.holm {
        all_close(&holm(&case.p).unwrap(), &case.adjusted);
    }
    for case in expected.per_class {
        let tests = per_class(&case.truth, &case.first, &case.second, case.classes).unwrap();
        let counts: Vec<_> = tests.iter().map(|test| (test.only_first, test.only_second)).collect();
        assert_eq!(counts, case.counts);
        assert!(tests.iter().enumerate().all(|(class, test)| test.class == class));
        all_close(&tests.iter().map(|test| test.p_value).collect::<Vec<_>>(), &case.p_values);
        all_close(&tests.iter().map(|test| test.adjusted).collect::<Vec<_>>(), &case.adjusted);
    }
    for (b, c, p_value) in expected.mcnemar {
        assert_close(mcnemar_exact(b, c), p_value);
        assert_close(mcnemar_exact(c, b), p_value);
    }
}

#[test]
fn shares_equal_statsmodels() {
    for (successes, n, level, low, high) in expected().shares {
        assert_ends(proportion::wilson(successes, n, level).unwrap(), [low, high]);
        if level == 0.95 {
            assert_ends(proportion::wilson_95(successes, n).unwrap(), [low, high]);
        }
    }
}

#[test]
fn slopes_equal_scipys() {
    for case in expected().slopes {
        let line = Slope::new(&case.x, &case.y).unwrap();
        assert_close(line.slope(), case.slope);
        assert_close(line.intercept(), case.intercept);
        assert_close(line.estimate().standard_error, case.standard_error);
        assert_ends(line.interval_95(), case.interval_95);
        assert_close(line.p_value(), case.p_value);
        let none = line.minus(&line);
        assert_eq!(none.estimate, 0.0);
        assert_close(none.standard_error, 2_f64.sqrt() * case.standard_error);
        assert_close(none.degrees_of_freedom, 2.0 * (case.x.len() as f64 - 2.0));
    }
}

#[test]
fn kappa_and_the_largest_that_the_margins_allow_equal_statsmodels() {
    for case in expected().kappas {
        let kappa = Kappa::new(&case.first, &case.second).unwrap();
        assert_close(kappa.value(), case.kappa);
        assert_close(kappa.largest(), case.largest);
    }
}

#[test]
fn a_bootstrap_equals_numpys_on_the_same_draws_and_scipys_but_for_chance() {
    for case in expected().bootstrap {
        let mean = |images: &[usize]| {
            images.iter().map(|&image| case.values[image]).sum::<f64>() / images.len() as f64
        };
        let n = case.values.len();
        let interval = bootstrap_95(n, case.replicates, case.seed, mean).unwrap();
        assert_ends(interval, case.interval_95);
        let many = bootstrap_95(n, 20_000, case.seed, mean).unwrap();
        for (got, expected) in [many.low, many.high].into_iter().zip(case.scipy) {
            // Four standard errors of the difference of two such ends are about 3 % of the width.
            assert!((got - expected).abs() < 0.03 * many.width(), "{got} is not {expected}");
        }
    }
}
