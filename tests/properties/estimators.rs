use fashion::evaluate::{Folds, GridSearch};
use fashion::ndarray::Array2;
use fashion::nn::MlpClassifier;
use fashion::svm::{Kernel, LinfaSvm, Svc};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::absurd::{cases, count, dataset, few, float, labels};

fn kernel() -> impl Strategy<Value = Kernel> {
    (0..3_usize, float(), float(), 0..5_u32).prop_map(|(which, gamma, coef0, degree)| match which {
        0 => Kernel::linear(),
        1 => Kernel::rbf(gamma),
        _ => Kernel::polynomial(degree, gamma, coef0),
    })
}

fn folds() -> impl Strategy<Value = Folds> {
    (0..3_usize, count(), any::<Option<u32>>()).prop_map(|(which, k, seed)| {
        let folds = match which {
            0 => Folds::k_fold(k),
            1 => Folds::stratified(k),
            _ => Folds::stratified_before_0_22(k),
        };
        seed.map_or(folds, |seed| folds.shuffled(seed))
    })
}

fn assert_distributions(probabilities: &Array2<f64>, rows: usize) -> Result<(), TestCaseError> {
    prop_assert_eq!(probabilities.nrows(), rows);
    for row in probabilities.outer_iter() {
        prop_assert!(row.iter().all(|share| (0.0..=1.0).contains(share)), "{}", row);
        prop_assert!((row.sum() - 1.0).abs() < 1e-9, "{}", row);
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_perceptron(
        data in dataset(), sizes in vec(select(vec![0_usize, 1, 3]), 0..3), numbers in vec(float(), 4),
        counts in (few(), count(), few()),
    ) {
        let params = MlpClassifier::<f64>::params().hidden_layer_sizes(sizes).alpha(numbers[0]);
        let params = params.tol(numbers[1]).learning_rate_init(numbers[2]).momentum(numbers[3]);
        let params = params.max_iter(counts.0).batch_size(counts.1).n_iter_no_change(counts.2);
        if let Ok(model) = params.seed(1).fit(&data) {
            // Weights that a rate or a penalty of 1e308 has moved may be finite, and their products not: that is told.
            let tame = numbers.iter().all(|number| *number < 1e100);
            match (model.predict(&data.records), model.predict_proba(&data.records)) {
                (Ok(predicted), Ok(probabilities)) => {
                    prop_assert_eq!(predicted.len(), data.records.nrows());
                    prop_assert!(predicted.iter().all(|label| data.targets.iter().any(|known| known == label)));
                    if tame {
                        assert_distributions(&probabilities, data.records.nrows())?;
                    }
                }
                (predicted, _) => prop_assert!(!tame, "{:?}", predicted.err()),
            }
            prop_assert!(model.predict(&Array2::zeros((2, 77))).is_err());
        }
    }

    #[test]
    fn any_support_vector_machine(
        data in dataset(), kernel in kernel(), c in float(), tol in float(), steps in few(),
        memory in count(), probability in any::<bool>(), linfa in any::<bool>(),
    ) {
        let params = Svc::params().c(c).kernel(kernel).tol(tol);
        let params = if linfa { params } else { params.max_iter(steps) };
        let params = params.memory_limit(memory).probability(probability);
        if let Ok(model) = if linfa { params.fit_with(&LinfaSvm, &data) } else { params.fit(&data) } {
            let predicted = model.predict(&data.records).unwrap();
            prop_assert_eq!(predicted.len(), data.records.nrows());
            prop_assert!(predicted.iter().all(|label| data.targets.iter().any(|known| known == label)));
            let classes = model.classes().len();
            let values = model.decision_function(&data.records).unwrap();
            prop_assert_eq!(values.dim(), (data.records.nrows(), classes * (classes - 1) / 2));
            let probabilities = model.predict_proba(&data.records);
            prop_assert_eq!(probabilities.is_ok(), probability);
            if let Ok(probabilities) = probabilities {
                assert_distributions(&probabilities, data.records.nrows())?;
            }
            prop_assert!(model.predict(&Array2::<f64>::zeros((2, 77))).is_err());
        }
    }

    #[test]
    fn any_folds(folds in folds(), labels in labels(0..12)) {
        if let Ok(parts) = folds.split(&labels[..]) {
            let whole: Vec<usize> = (0..labels.len()).collect();
            let sorted = |mut numbers: Vec<usize>| { numbers.sort_unstable(); numbers };
            prop_assert_eq!(parts.len(), folds.k());
            prop_assert_eq!(sorted(parts.iter().flat_map(|fold| fold.test.clone()).collect()), whole.clone());
            for fold in &parts {
                prop_assert_eq!(sorted([&fold.train[..], &fold.test].concat()), whole.clone());
            }
        } else {
            // Two folds of anything that fills them are possible.
            prop_assert!(folds.k() != 2 || labels.len() < 2 || folds != Folds::k_fold(2));
        }
    }

    #[test]
    fn any_grid_search(data in dataset(), folds in folds(), values in vec(float(), 0..3)) {
        let params = |c: &f64| Svc::params().c(*c).kernel(Kernel::linear());
        let search = GridSearch::over("C", values.clone(), |c| params(&c)).folds(folds).verbose(false);
        if let Ok(results) = search.fit(&data) {
            prop_assert_eq!(results.labels().len(), values.len());
            prop_assert!(results.get("no such value").is_none());
            let scores = results.mean_test_scores();
            prop_assert!(scores.iter().all(|score| (0.0..=1.0).contains(score)), "{:?}", scores);
            prop_assert!(scores.iter().all(|&score| score <= results.best().mean_test_score));
        }
    }
}
