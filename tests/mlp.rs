//! `MlpClassifier` against scikit-learn's: fixtures from `fixtures/mlp/generate.py`.

use fashion::data::RandomState;
use fashion::linfa::Dataset;
use fashion::ndarray::{Array1, Array2, Ix1, s};
use fashion::nn::{Activation, MlpClassifier, MlpParams};
use serde::Deserialize;

#[derive(Deserialize)]
struct Fixture {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    seed: u32,
    samples: usize,
    features: usize,
    classes: usize,
    hidden: Vec<usize>,
    batch: usize,
    lr: Option<f64>,
    epochs: Option<usize>,
    alpha: Option<f64>,
    activation: Option<String>,
    nesterov: Option<bool>,
    shuffle: Option<bool>,
    labels: Vec<usize>,
    loss_curve: Vec<f64>,
    n_iter: usize,
    first_weights: Vec<f64>,
    score: f64,
    probabilities: Vec<Vec<f64>>,
}

impl Case {
    /// The points that `generate.py` draws, in `f64`.
    fn dataset(&self) -> Dataset<f64, usize, Ix1> {
        let mut random = RandomState::new(self.seed);
        let x: Array2<f64> = random.uniform(0.0, 1.0, (self.samples, self.features)).unwrap();
        let directions: Array2<f64> =
            random.uniform(-1.0, 1.0, (self.features, self.classes)).unwrap();
        let scores = x.dot(&directions);
        let label = |row: usize| {
            let row = scores.row(row);
            (0..row.len()).fold(0, |best, class| if row[class] > row[best] { class } else { best })
        };
        let labels = Array1::from_shape_fn(self.samples, label);
        Dataset::new(x, labels)
    }

    fn params(&self) -> MlpParams {
        let activation = match self.activation.as_deref() {
            Some("identity") => Activation::Linear,
            Some("logistic") => Activation::Sigmoid,
            Some("tanh") => Activation::Tanh,
            _ => Activation::Relu,
        };
        MlpClassifier::params()
            .hidden_layer_sizes(&self.hidden)
            .activation(activation)
            .alpha(self.alpha.unwrap_or(1e-4))
            .batch_size(self.batch)
            .learning_rate_init(self.lr.unwrap_or(0.1))
            .max_iter(self.epochs.unwrap_or(20))
            .nesterovs_momentum(self.nesterov.unwrap_or(true))
            .shuffle(self.shuffle.unwrap_or(true))
            .seed(self.seed)
    }
}

fn worst_relative(ours: impl IntoIterator<Item = f64>, theirs: &[f64]) -> f64 {
    ours.into_iter().zip(theirs).map(|(a, b)| ((a - b) / b).abs()).fold(0.0, f64::max)
}

#[test]
fn loss_curves_weights_and_probabilities_are_scikit_learns_in_f64() {
    for case in tests::fixture::<Fixture>("mlp/loss_curves.json").cases {
        let dataset = case.dataset();
        let model = case.params().fit(&dataset).unwrap();
        let name = format!("seed {}, hidden {:?}, batch {}", case.seed, case.hidden, case.batch);
        assert_eq!(model.classes(), case.labels, "{name}");
        assert_eq!(model.n_iter(), case.n_iter, "{name}: epochs");
        assert_eq!(model.converged(), case.n_iter < case.epochs.unwrap_or(20), "{name}");
        let error = worst_relative(
            model.loss_curve().iter().copied().take(20),
            &case.loss_curve[..case.n_iter.min(20)],
        );
        assert!(error < 1e-9, "{name}: loss differs by {error:e}");
        let weights = model.coefs()[0].row(0).to_vec();
        let error = worst_relative(weights, &case.first_weights);
        assert!(error < 1e-6, "{name}: weights differ by {error:e}");
        let probabilities = model.predict_proba(&dataset.records().slice(s![..3, ..])).unwrap();
        let expected = case.probabilities.concat();
        let error = worst_relative(probabilities, &expected);
        assert!(error < 1e-6, "{name}: probabilities differ by {error:e}");
        let predicted = model.predict(dataset.records()).unwrap();
        let hits = predicted.iter().zip(dataset.targets()).filter(|(a, b)| a == b).count();
        assert_eq!(hits as f64 / case.samples as f64, case.score, "{name}: score");
    }
}

#[test]
fn f32_follows_the_same_curve_within_its_precision() {
    for case in tests::fixture::<Fixture>("mlp/loss_curves.json").cases {
        let dataset = case.dataset();
        let single = Dataset::new(dataset.records().mapv(|x| x as f32), dataset.targets().clone());
        let model = case.params().max_iter(5).fit(&single).unwrap();
        let error = worst_relative(model.loss_curve().iter().copied(), &case.loss_curve);
        assert!(error < 1e-3, "seed {}: loss differs by {error:e}", case.seed);
    }
}
