//! Bytes, floats, and what is too large.

use fashion_svc::{Error, Kernel, Pair, PairSolution, PairSolver, Result, Svc};
use linfa::traits::{Fit, Predict};
use linfa::{Dataset, ParamGuard};
use ndarray::{Array1, Array2, ArrayView2, Axis, Ix1};

fn grey(count: usize) -> (Array2<u8>, Array1<usize>) {
    let noise = |k: usize| (k * 7919 + k / 7) % 97;
    let records = Array2::from_shape_fn((count, 6), |(i, j)| {
        (noise(i * 6 + j) + 40 * (i % 3) + if j == i % 3 { 60 } else { 0 }) as u8
    });
    (records, Array1::from_shape_fn(count, |i| i % 3))
}

fn params() -> fashion_svc::SvcParams {
    Svc::params().c(2.0)
}

#[test]
fn grey_levels_give_one_model_whatever_they_come_as() -> Result<()> {
    let (records, labels) = grey(150);
    let bytes = Dataset::new(records.clone(), labels.clone());
    let single = Dataset::new(records.mapv(|level| f32::from(level) / 255.0), labels.clone());
    let double = Dataset::new(records.mapv(|level| f64::from(level) / 255.0), labels);
    let models = [params().fit(&bytes)?, params().fit(&single)?, params().fit(&double)?];
    let decisions = models[0].decision_function(bytes.records())?;
    for model in &models {
        assert!(model.grey_levels() && model.to_string().contains("grey levels"));
        assert_eq!(model.support_indices(), models[0].support_indices());
        assert_eq!(model.decision_function(bytes.records())?, decisions);
        assert_eq!(model.decision_function(single.records())?, decisions);
        assert_eq!(model.decision_function(double.records())?, decisions);
        assert_eq!(model.n_parameters(), model.support_vectors() * (6 + 2) + 3);
    }
    assert!(models[0].score(&bytes)? > 0.9);
    Ok(())
}

#[test]
fn a_model_of_grey_levels_takes_floats_and_one_of_floats_takes_bytes() -> Result<()> {
    let (records, labels) = grey(150);
    let floats = records.mapv(|level| f64::from(level) / 255.0);
    let near = floats.mapv(|value| value + 1e-7);
    for kernel in [Kernel::rbf(2.0), Kernel::linear(), Kernel::polynomial(2, 1.0, 1.0)] {
        let params = params().kernel(kernel);
        let of_bytes = params.fit(&Dataset::new(records.clone(), labels.clone()))?;
        let of_floats = params.fit(&Dataset::new(near.clone(), labels.clone()))?;
        assert!(of_bytes.grey_levels() && !of_floats.grey_levels());
        let (a, b) = (of_bytes.decision_function(&floats)?, of_bytes.decision_function(&near)?);
        assert!(a != b && (&a - &b).iter().all(|difference| difference.abs() < 1e-3), "{kernel}");
        let a = of_floats.decision_function(&records)?;
        assert!((&a - &b).iter().all(|difference| difference.abs() < 1e-2), "{kernel}");
        let mut holes = near.mapv(|value| value as f32);
        holes[[4, 2]] = f32::NAN;
        let error = of_bytes.predict(&holes).unwrap_err().to_string();
        assert!(error.contains("sample 4, feature 2"), "{error}");
    }
    Ok(())
}

#[test]
fn bytes_too_many_for_whole_numbers_are_floats() -> Result<()> {
    let records = Array2::from_shape_fn((6, 20_000), |(i, j)| ((i % 2) * 99 + j % 50) as u8);
    let train = Dataset::new(records, Array1::from_shape_fn(6, |i| i % 2));
    let model = params().fit(&train)?;
    assert!(!model.grey_levels());
    assert_eq!(model.predict(train.records())?, train.targets());
    Ok(())
}

/// Two classes of 204,242 rows need 167 GB in blocks. Rows of them need little, and what is less than that is refused
/// before it is asked for.
#[test]
fn less_memory_than_for_some_rows_is_refused() {
    let records = Array2::from_shape_fn((204_242, 20), |(i, j)| ((i * 31 + j * 7) % 1_009) as f32);
    let train = Dataset::new(records, Array1::from_shape_fn(204_242, |i| i % 2));
    let error = Svc::params().memory_limit(90_000_000).fit(&train).unwrap_err();
    let text = error.to_string();
    let Error::Memory { samples, needed, limit } = error else { panic!("{text}") };
    assert_eq!((samples, limit), (204_242, 90_000_000));
    assert!((90_000_001..140_000_000).contains(&needed), "{needed}");
    for words in ["204242 samples", "got 90000000", "raise memory_limit", "fit fewer samples"] {
        assert!(text.contains(words), "{text}");
    }
}

/// Blocks, all rows or few of them: the same model to the bit.
#[test]
fn memory_changes_no_bit() -> Result<()> {
    let (records, labels) = grey(600);
    let noise = |i: usize, j: usize| ((i * 7919 + j * 104_729) % 1_013) as f64 / 500.0;
    let floats =
        Array2::from_shape_fn((600, 6), |(i, j)| f64::from(records[[i, j]]) / 99.0 + noise(i, j));
    let train = Dataset::new(floats, labels);
    for kernel in [Kernel::rbf(0.5), Kernel::linear(), Kernel::polynomial(3, 0.2, 1.0)] {
        let params = params().kernel(kernel).probability(true);
        let roomy = params.fit(&train)?;
        let mut least = roomy.memory().unwrap_or_default();
        let mut fits = 0;
        while let Ok(model) = params.clone().memory_limit(least - 1).fit(&train) {
            least = (least - 1).min(model.memory().unwrap_or_default()) * 99 / 100;
            assert_eq!(model.support_indices(), roomy.support_indices());
            let decisions = model.decision_function(train.records())?;
            assert!(decisions == roomy.decision_function(train.records())?, "{kernel}, {least}");
            let probabilities = model.predict_proba(train.records())?;
            assert!(probabilities == roomy.predict_proba(train.records())?, "{kernel}, {least}");
            fits += 1;
        }
        assert!(fits > 10, "{fits}");
    }
    Ok(())
}

#[test]
fn it_is_an_estimator_of_linfa() -> Result<()> {
    let (records, labels) = grey(60);
    let train = Dataset::new(records.mapv(|level| f64::from(level) / 50.0), labels);
    let checked = params().check()?;
    let model: Svc = Fit::<Array2<f64>, Array1<usize>, Error>::fit(&checked, &train)?;
    let labels: Array1<usize> = Predict::predict(&model, train.records());
    assert_eq!(labels, model.predict(train.records())?);
    let view: ArrayView2<'_, f64> = train.records().view();
    let of_view = params().fit(&linfa::DatasetBase::new(view, train.targets().view()))?;
    assert_eq!(of_view.support_indices(), model.support_indices());
    Ok(())
}

/// Solves nothing: the middle between two samples of one feature.
struct Middle;

impl PairSolver for Middle {
    fn name(&self) -> String {
        "middle".into()
    }

    fn memory(&self, samples: usize, _: usize) -> u64 {
        samples as u64
    }

    fn solve(&self, pair: &Pair<'_>) -> Result<PairSolution> {
        let records = pair.records();
        assert_eq!((pair.sizes(), records.dim()), ([1, 1], (2, 1)));
        let [first, second] = [records[[0, 0]], records[[1, 0]]];
        let a = 2.0 / (first - second).powi(2);
        let rho = a * (first - second) * (first + second) / 2.0;
        let coefficients = if pair.targets()[0] { vec![a, -a] } else { Vec::new() };
        Ok(PairSolution { coefficients, rho, objective: -a, n_iter: None, converged: true })
    }
}

#[test]
fn anothers_machines_make_the_same_model() -> Result<()> {
    let points = Array1::from(vec![0.5, 2.0, 1.0]).insert_axis(Axis(1));
    let train: Dataset<f64, usize, Ix1> = Dataset::new(points, Array1::from(vec![7, 3, 5]));
    let params = Svc::params().c(1e3).kernel(Kernel::linear());
    let (ours, theirs) = (params.fit(&train)?, params.fit_with(&Middle, &train)?);
    assert_eq!((theirs.solver(), theirs.n_iter()), ("middle", None));
    let decisions = [&ours, &theirs].map(|model| model.decision_function(train.records()));
    for (a, b) in decisions[0].as_ref().unwrap().iter().zip(decisions[1].as_ref().unwrap()) {
        assert!((a - b).abs() < 1e-5, "{a} {b}");
    }
    Ok(())
}
