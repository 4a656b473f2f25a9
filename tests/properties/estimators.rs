use fashion::mlp::MlpClassifier;
use fashion::selection::{Folds, GridSearch};
use fashion::svm::{Kernel, LinfaSvm, Svc};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::absurd::{cases, count, dataset, few, float, labels};

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
        if let Ok(model) = params.random_state(1).fit(&data) {
            let _ = (model.predict(&data.records), model.predict_proba(&data.records));
            prop_assert!(model.predict(&fashion::ndarray::Array2::zeros((2, 77))).is_err());
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
            let _ = (model.predict(&data.records), model.decision_function(&data.records), model.predict_proba(&data.records));
            prop_assert!(model.predict(&fashion::ndarray::Array2::<f64>::zeros((2, 77))).is_err());
        }
    }

    #[test]
    fn any_folds(folds in folds(), labels in labels(0..12)) {
        if let Ok(parts) = folds.split(&labels[..]) {
            let held_out: usize = parts.iter().map(|fold| fold.test.len()).sum();
            prop_assert_eq!(held_out, labels.len());
        }
    }

    #[test]
    fn any_grid_search(data in dataset(), folds in folds(), values in vec(float(), 0..3)) {
        let params = |c: &f64| Svc::params().c(*c).kernel(Kernel::linear());
        let search = GridSearch::over("C", values, |c| params(&c)).folds(folds).verbose(false);
        if let Ok(results) = search.fit(&data) {
            let _ = (results.best(), results.labels(), results.get("no such value"));
        }
    }
}
