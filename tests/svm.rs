//! `Svc` against scikit-learn's SVC: fixtures from `fixtures/svm/generate.py`.

use std::collections::BTreeSet;

use fashion::data::FashionMnist;
use fashion::linfa::traits::Fit;
use fashion::linfa::{Dataset, ParamGuard};
use fashion::ndarray::{Array1, Array2, ArrayView2, Axis, Ix1, array, s};
use fashion::svm::{Gamma, Kernel, LinfaSvm, PairSolver, PairsTable, Svc, SvcParams};
use fashion::{Float, svm, threads};
use serde::Deserialize;

/// A pair closer to zero than this may vote either way: both solvers stop at 1e-3.
const TIE: f64 = 1e-3;

#[derive(Deserialize)]
struct Fixture {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum GammaName {
    Value(f64),
    Name(String),
}

#[derive(Deserialize)]
struct Pair {
    support_vectors: usize,
    objective: f64,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    kernel: String,
    c: f64,
    gamma: GammaName,
    gamma_value: f64,
    degree: u32,
    coef0: f64,
    x: Vec<Vec<f64>>,
    y: Vec<usize>,
    test: Vec<Vec<f64>>,
    support_vectors: Vec<usize>,
    has_equal_points: bool,
    different_support_points: usize,
    pairs: Vec<Pair>,
    decisions: Vec<Vec<f64>>,
    predicted: Vec<usize>,
    probabilities: Option<Vec<Vec<f64>>>,
}

impl Case {
    fn all() -> Vec<Self> {
        tests::fixture::<Fixture>("svm/svc.json").cases
    }

    fn dataset<F: Float>(&self) -> Dataset<F, usize, Ix1> {
        Dataset::new(matrix(&self.x), Array1::from(self.y.clone()))
    }

    fn params(&self) -> SvcParams {
        let gamma = match &self.gamma {
            GammaName::Value(value) => Gamma::Value(*value),
            GammaName::Name(name) if name == "scale" => Gamma::Scale,
            GammaName::Name(_) => Gamma::Auto,
        };
        let kernel = match self.kernel.as_str() {
            "linear" => Kernel::linear(),
            "rbf" => Kernel::rbf(gamma),
            _ => Kernel::polynomial(self.degree, gamma, self.coef0),
        };
        Svc::params().c(self.c).kernel(kernel)
    }

    fn title(&self) -> String {
        format!("{}, {} C {}", self.name, self.kernel, self.c)
    }
}

fn matrix<F: Float>(rows: &[Vec<f64>]) -> Array2<F> {
    Array2::from_shape_fn((rows.len(), rows[0].len()), |(i, j)| F::cast(rows[i][j]))
}

/// Within half a percent, or one for small sets.
fn close_count(ours: usize, theirs: usize) -> bool {
    ours.abs_diff(theirs) as f64 <= (0.005 * theirs as f64).max(1.0)
}

fn check_objectives(model: &Svc, pairs: &[Pair], title: &str) {
    assert_eq!(model.pairs().len(), pairs.len());
    for (ours, theirs) in model.pairs().iter().zip(pairs) {
        let error = (ours.objective - theirs.objective).abs() / theirs.objective.abs();
        assert!(error < 1e-4, "{title} {:?}: objective off by {error:e}", ours.classes);
    }
}

fn check_support_vectors(model: &Svc, per_class: &[usize], pairs: &[Pair], title: &str) {
    let of_pairs = model.pairs().iter().map(|pair| pair.support_vectors);
    let theirs = pairs.iter().map(|pair| pair.support_vectors);
    for (ours, theirs) in of_pairs.zip(theirs) {
        assert!(close_count(ours, theirs), "{title}: {ours} support vectors, {theirs}");
    }
    for (ours, &theirs) in model.support_vectors_per_class().iter().zip(per_class) {
        assert!(close_count(*ours, theirs), "{title}: {ours} support vectors, {theirs}");
    }
}

/// With this solver, or our own.
fn fitted<F: Float>(
    params: &SvcParams,
    solver: Option<&dyn PairSolver>,
    train: &Dataset<F, usize, Ix1>,
) -> Result<Svc, svm::Error> {
    solver.map_or_else(|| params.fit(train), |solver| params.fit_with(solver, train))
}

fn check_against_scikit_learn<F: Float>(case: &Case, solver: Option<&dyn PairSolver>) {
    let model = fitted(&case.params(), solver, &case.dataset::<F>()).unwrap();
    let title = format!("{} ({})", case.title(), model.solver());
    assert!(model.converged(), "{title}");
    check_objectives(&model, &case.pairs, &title);
    if !case.has_equal_points {
        check_support_vectors(&model, &case.support_vectors, &case.pairs, &title);
    }
    let points: BTreeSet<Vec<u64>> = model
        .support_indices()
        .iter()
        .map(|&sample| case.x[sample].iter().map(|value| value.to_bits()).collect())
        .collect();
    let theirs = case.different_support_points;
    assert!(close_count(points.len(), theirs), "{title}: {} points, {theirs}", points.len());

    let test = matrix::<F>(&case.test);
    let decisions = model.decision_function(&test).unwrap();
    let predicted = model.predict(&test).unwrap();
    for (k, theirs) in case.decisions.iter().enumerate() {
        let scale = theirs.iter().fold(1.0_f64, |most, value| most.max(value.abs()));
        for (ours, theirs) in decisions.row(k).iter().zip(theirs) {
            let error = (ours - theirs).abs() / scale;
            assert!(error < 5e-3, "{title}, sample {k}: decision {ours}, scikit-learn {theirs}");
        }
        let tie = theirs.iter().any(|value| value.abs() < TIE * scale);
        assert!(tie || predicted[k] == case.predicted[k], "{title}, sample {k}");
    }
}

#[test]
fn decisions_objectives_and_support_vectors_are_scikit_learns() {
    for case in Case::all() {
        check_against_scikit_learn::<f64>(&case, None);
        check_against_scikit_learn::<f32>(&case, None);
    }
}

#[test]
fn the_baseline_finds_the_same_machines() {
    // Far from the origin linfa-svm needs no special care either: the origin is moved for both.
    for case in Case::all() {
        check_against_scikit_learn::<f64>(&case, Some(&LinfaSvm));
    }
}

#[test]
fn gamma_by_name_is_scikit_learns() {
    for case in Case::all().iter().filter(|case| case.kernel == "rbf") {
        let model = case.params().fit(&case.dataset::<f64>()).unwrap();
        let Kernel::Rbf { gamma: Gamma::Value(gamma) } = model.kernel() else {
            panic!("{}: {}", case.title(), model.kernel());
        };
        assert!((gamma / case.gamma_value - 1.0).abs() < 1e-12, "{}: {gamma}", case.title());
    }
}

#[test]
fn probabilities_are_close_to_scikit_learns_on_average() {
    let cases = Case::all();
    let case = cases.iter().find(|case| case.probabilities.is_some()).unwrap();
    let model = case.params().probability(true).fit(&case.dataset::<f64>()).unwrap();
    let ours = model.predict_proba(&matrix::<f64>(&case.test)).unwrap();
    let theirs: Array2<f64> = matrix(case.probabilities.as_ref().unwrap());
    for row in ours.outer_iter() {
        assert!((row.sum() - 1.0).abs() < 1e-9 && row.iter().all(|&p| p > 0.0));
    }
    let differences = (&ours - &theirs).mapv(f64::abs);
    // The inner folds differ; scikit-learn's own seeds differ from each other by 0.005.
    let mean = differences.mean().unwrap();
    assert!(mean < 0.015, "mean difference {mean}");
    assert!(differences.iter().all(|&difference| difference < 0.1));
}

#[derive(Deserialize)]
struct ExcerptFixture {
    c: f64,
    gamma: f64,
    support_vectors: Vec<usize>,
    pairs: Vec<Pair>,
    predicted: Vec<usize>,
    least_decision: Vec<f64>,
}

#[test]
fn images_get_scikit_learns_labels() {
    let expected: ExcerptFixture = tests::fixture("svm/excerpt.json");
    let data = FashionMnist::excerpt().unwrap();
    let test = data.test.scaled::<f32>();
    let params = Svc::params().c(expected.c).kernel(Kernel::rbf(expected.gamma));
    let model = params.fit(&data.train.dataset::<f32>()).unwrap();
    check_objectives(&model, &expected.pairs, "excerpt");
    check_support_vectors(&model, &expected.support_vectors, &expected.pairs, "excerpt");
    let predicted = model.predict(&test).unwrap();
    for (k, label) in predicted.iter().enumerate() {
        let tie = expected.least_decision[k] <= TIE;
        assert!(tie || *label == expected.predicted[k], "image {k}: {label}");
    }
}

/// Some of the excerpt, so that linfa-svm is quick.
fn few_images() -> (Dataset<f32, usize, Ix1>, Array2<f32>) {
    let data = FashionMnist::excerpt().unwrap();
    (data.train.head(600).unwrap().dataset(), data.test.head(300).unwrap().scaled())
}

#[test]
fn both_solvers_give_images_the_same_labels() {
    let (train, test) = few_images();
    let params = Svc::params().c(50.0).kernel(Kernel::rbf(0.005));
    let fast = params.fit(&train).unwrap();
    let baseline = params.fit_with(&LinfaSvm, &train).unwrap();
    let nearest = fast.decision_function(&test).unwrap().mapv(f64::abs);
    let (ours, theirs) = (fast.predict(&test).unwrap(), baseline.predict(&test).unwrap());
    for k in 0..test.nrows() {
        let tie = nearest.row(k).iter().any(|&value| value < TIE);
        assert!(tie || ours[k] == theirs[k], "image {k}: {} and {}", ours[k], theirs[k]);
    }
    assert!(close_count(fast.support_vectors(), baseline.support_vectors()));
}

/// Machines of grey levels also meet images that are none: the others' arithmetic, the same values.
#[test]
fn a_trace_of_light_changes_no_decision_by_much() {
    let (train, test) = few_images();
    let model = Svc::params().c(50.0).kernel(Kernel::rbf(0.005)).fit(&train).unwrap();
    let brighter = test.mapv(|grey| grey + 1e-5);
    let decisions = [&test, &brighter].map(|images| model.decision_function(images).unwrap());
    for (level, float) in decisions[0].iter().zip(&decisions[1]) {
        assert!((level - float).abs() < 2e-3, "{level} {float}");
    }
    assert_ne!(decisions[0], decisions[1]);
}

/// The smallest limit that the error for too small a one promises.
fn least_memory(
    params: &SvcParams,
    solver: Option<&dyn PairSolver>,
    train: &Dataset<f32, usize, Ix1>,
) -> usize {
    let error = fitted(&params.clone().memory_limit(1), solver, train).unwrap_err().to_string();
    assert!(error.contains("memory_limit") && error.contains("largest pair"), "{error}");
    let number = error.split("at least ").nth(1).and_then(|rest| rest.split(' ').next());
    number.unwrap().parse().unwrap()
}

#[test]
fn neither_threads_nor_memory_change_a_bit() {
    let (train, test) = few_images();
    let params = Svc::params().c(5.0).kernel(Kernel::rbf(0.02)).probability(true);
    let least = least_memory(&params, None, &train);
    let results = [(1, usize::MAX), (2, usize::MAX), (3, least)].map(|(threads, limit)| {
        threads::run_with(threads, || {
            let model = params.clone().memory_limit(limit).fit(&train).unwrap();
            assert!(model.memory().is_some_and(|bytes| bytes <= limit));
            (model.decision_function(&test).unwrap(), model.predict_proba(&test).unwrap())
        })
        .unwrap()
    });
    assert!(results[0] == results[1], "threads");
    assert!(results[0] == results[2], "memory");
}

#[test]
fn less_than_the_least_memory_is_an_error() {
    let (train, _) = few_images();
    for solver in [None, Some(&LinfaSvm as &dyn PairSolver)] {
        let params = Svc::params().kernel(Kernel::rbf(0.02));
        let least = least_memory(&params, solver, &train);
        assert!(fitted(&params.clone().memory_limit(least - 1), solver, &train).is_err());
        let model = fitted(&params.memory_limit(least), solver, &train).unwrap();
        assert_eq!(model.memory(), Some(least));
    }
}

#[test]
fn votes_margins_and_labels_belong_together() {
    let (train, test) = few_images();
    let model = Svc::params().c(10.0).kernel(Kernel::rbf(0.02)).fit(&train).unwrap();
    let votes = model.votes(&test).unwrap();
    let labels = model.predict(&test).unwrap();
    let margins = model.margins(&test).unwrap();
    for k in 0..test.nrows() {
        let row = votes.row(k);
        assert_eq!(row.sum(), 45);
        assert!(row.iter().all(|&count| count <= row[labels[k]]));
        assert!(row.iter().take(labels[k]).all(|&count| count < row[labels[k]]), "first of equals");
        // All nine machines of the label's class vote for it if and only if its margin is positive.
        assert_eq!(row[labels[k]] == 9, margins[k] > 0.0, "image {k}");
    }
}

#[test]
fn a_view_of_some_columns_is_as_good_as_a_copy() {
    let wide = array![[0.0, 9.0, 0.1], [0.2, 9.0, 0.3], [1.0, 9.0, 1.2], [1.1, 9.0, 0.9]];
    let view: ArrayView2<'_, f64> = wide.slice(s![.., ..;2]);
    let labels = Array1::from(vec![4_usize, 4, 8, 8]);
    let from_view = Svc::params().fit(&Dataset::new(view.to_owned(), labels.clone())).unwrap();
    assert_eq!(from_view.predict(&view).unwrap(), labels);
    let reversed = view.slice(s![..;-1, ..]);
    assert_eq!(from_view.predict(&reversed).unwrap(), array![8, 8, 4, 4]);
}

#[test]
fn mistakes_are_errors_that_name_them() {
    let points = array![[0.0, 0.1], [0.2, 0.3], [1.0, 1.2], [1.1, 0.9]];
    let good = Dataset::new(points.clone(), array![0_usize, 0, 1, 1]);
    let fails = |params: SvcParams, data: &Dataset<f64, usize, Ix1>, words: &[&str]| {
        let error = params.fit(data).unwrap_err().to_string();
        assert!(words.iter().all(|word| error.contains(word)), "{words:?} not in: {error}");
    };
    let params = Svc::params;
    for c in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        fails(params().c(c), &good, &["C", "positive"]);
    }
    for gamma in [0.0, -0.1, f64::NAN] {
        fails(params().kernel(Kernel::rbf(gamma)), &good, &["gamma", "positive"]);
        fails(params().kernel(Kernel::polynomial(2, gamma, 0.0)), &good, &["gamma"]);
    }
    fails(params().kernel(Kernel::polynomial(0, 1.0, 0.0)), &good, &["degree", "0"]);
    fails(params().tol(0.0), &good, &["tol"]);
    fails(params().max_iter(0), &good, &["max_iter"]);
    for (params, word) in
        [(params().probability(true), "probability"), (params().max_iter(9), "max_iter")]
    {
        let error = params.fit_with(&LinfaSvm, &good).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }

    let one_class = Dataset::new(points.clone(), array![7_usize, 7, 7, 7]);
    fails(params(), &one_class, &["two classes", "class 7"]);
    let mut holes = points.clone();
    holes[[2, 1]] = f64::NAN;
    let holes = Dataset::new(holes, array![1_usize, 0, 0, 1]);
    fails(params(), &holes, &["NaN", "sample 2", "feature 1"]);
    let empty = Dataset::new(Array2::<f64>::zeros((0, 2)), Array1::<usize>::zeros(0));
    fails(params(), &empty, &["at least two samples"]);
    let no_features = Dataset::new(Array2::<f64>::zeros((4, 0)), array![0_usize, 0, 1, 1]);
    fails(params(), &no_features, &["at least one feature"]);
    let short = Dataset::new(points.clone(), array![0_usize, 1, 1]);
    fails(params(), &short, &["4 samples", "got 3"]);
    let large = Dataset::new(&points * 1e20, array![0_usize, 0, 1, 1]);
    fails(params().kernel(Kernel::polynomial(3, 1.0, 0.0)), &large, &["overflow", "scale"]);

    let far = Dataset::new(points.mapv(|value| value as f32 * 1e25), array![0_usize, 0, 1, 1]);
    let error = params().fit(&far).unwrap_err().to_string();
    assert!(error.contains("overflow in sample"), "{error}");

    let model = Svc::params().fit(&good).unwrap();
    assert_eq!(model.predict(&Array2::<f64>::zeros((0, 2))).unwrap().len(), 0);
    let error = model.predict(&points.slice(s![.., ..1])).unwrap_err().to_string();
    assert!(error.contains("2 features") && error.contains("got 1"), "{error}");
    let error = model.predict(&array![[0.0, f64::INFINITY]]).unwrap_err().to_string();
    assert!(error.contains("inf in sample 0, feature 1"), "{error}");
    let error = model.predict_proba(&points).unwrap_err().to_string();
    assert!(error.contains("probability"), "{error}");
}

#[test]
fn a_bound_on_steps_stops_early_and_says_so() {
    let (train, _) = few_images();
    let params = Svc::params().c(50.0).kernel(Kernel::rbf(0.005)).max_iter(10);
    let model = params.check().unwrap().fit(&train).unwrap();
    assert!(!model.converged());
    assert!(model.pairs().iter().all(|pair| pair.n_iter.is_some_and(|steps| steps <= 10)));
    assert!(model.to_string().contains("stopped early"));
}

#[test]
fn the_summary_shows_the_counts() {
    let (train, _) = few_images();
    let model = Svc::params().kernel(Kernel::rbf(0.02)).fit(&train).unwrap();
    let text = model.to_string();
    for fact in [
        model.support_vectors().to_string(),
        "RBF, gamma 0.02".into(),
        format!("9: {}", model.support_vectors_per_class()[9]),
    ] {
        assert!(text.contains(&fact), "{fact} not in\n{text}");
    }
    assert_eq!(model.pairs_table().len(), 45);
    let support = train.records().select(Axis(0), model.support_indices());
    assert_eq!(support.nrows(), model.support_vectors());
}
