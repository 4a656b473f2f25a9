//! What the book's page to play with computes is what the crates compute.

use std::sync::atomic::{AtomicUsize, Ordering};

use fashion::Classifier as _;
use fashion::data::{FashionMnist, Images};
use fashion::ndarray::{Array2, s};
use fashion::nn::{Network, Optimizer, Sequential, Training};
use fashion::svm::{Kernel, Svc};
use fashion_play::desk::Desk;
use fashion_play::duel::Duel;
use fashion_play::filters::Filters;
use fashion_play::models::Models;
use fashion_play::pack::pack;

/// Three small models, quickly trained on few images, and their files.
struct Small {
    models: Models,
    files: [Vec<u8>; 3],
    data: FashionMnist,
}

fn small() -> Small {
    let data = FashionMnist::excerpt().unwrap();
    let train = data.train.head(300).unwrap().dataset::<f32>();
    let training = Training::new().epochs(4).optimizer(Optimizer::adam(3e-3)).verbose(false);
    let fitted = |architecture: Sequential| {
        let mut network = architecture.build(1).unwrap();
        network.fit(&train, &training).unwrap();
        network
    };
    let mlp = fitted(Sequential::new([784]).dense(20).relu().dense(10).softmax());
    let cnn = Sequential::new([28, 28, 1]).conv2d(8, 3).same().leaky_relu(0.1);
    let cnn = fitted(cnn.max_pool2d(2).dropout(0.2).flatten().dense(10).softmax());
    let svm = Svc::params().c(50.0).kernel(Kernel::rbf(0.005)).fit(&train).unwrap();
    // Tests run side by side.
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("fashion-play-{}-{number}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    let file = |name: &str| folder.join(name);
    mlp.save(file("mlp")).unwrap();
    cnn.save(file("cnn")).unwrap();
    svm.save(file("svm")).unwrap();
    let files = ["mlp", "cnn", "svm"].map(|name| std::fs::read(file(name)).unwrap());
    std::fs::remove_dir_all(folder).unwrap();
    Small { models: Models { mlp, cnn, svm }, files, data }
}

fn desk(small: &Small) -> Desk {
    let mut desk = Desk::default();
    let lengths = [small.files[0].len(), small.files[1].len()];
    desk.load_models(&small.files.concat(), lengths).unwrap();
    desk
}

fn packed(images: &Images) -> Vec<u8> {
    let grey: Vec<u8> = images.grey().iter().copied().collect();
    let labels = images.labels().iter().map(|&label| label as u8);
    labels.chain(pack(&grey)).collect()
}

#[test]
fn the_page_says_what_the_models_predict() {
    let small = small();
    let (desk, test) = (desk(&small), small.data.test.head(200).unwrap());
    let grey = test.grey();
    let said = desk.say(grey.as_slice().unwrap()).unwrap();
    let said = Array2::from_shape_vec((200, 34), said).unwrap();
    let records = test.scaled::<f32>();
    let Models { mlp, cnn, svm } = &small.models;
    assert_eq!(said.slice(s![.., ..10]), mlp.predict_proba(&records).unwrap());
    assert_eq!(said.slice(s![.., 10..20]), cnn.predict_proba(&records).unwrap());
    let votes = svm.votes(&records).unwrap().mapv(|votes| votes as f32);
    assert_eq!(said.slice(s![.., 20..30]), votes);
    let classes = |classes: fashion::Result<fashion::ndarray::Array1<usize>>| {
        classes.unwrap().mapv(|class| class as f32)
    };
    assert_eq!(said.column(30), classes(mlp.predict(&records)));
    assert_eq!(said.column(31), classes(cnn.predict(&records)));
    assert_eq!(said.column(32), classes(fashion::Classifier::predict(svm, &records)));
    assert_eq!(said.column(33), svm.margins(&records).unwrap().mapv(|margin| margin as f32));
}

#[test]
fn support_vectors_pull_as_much_as_the_machine_decides() {
    let small = small();
    let svm = &small.models.svm;
    let vectors = svm.support_levels().unwrap();
    let test = small.data.test.head(40).unwrap();
    let winners = svm.predict(&test.grey()).unwrap();
    for (picture, &winner) in test.grey().outer_iter().zip(&winners) {
        for rival in (0..10).map(Some).chain([None]) {
            let duel = Duel::new(svm, vectors.view(), picture, rival).unwrap();
            let Some(duel) = duel else {
                assert_eq!(rival, Some(winner));
                continue;
            };
            assert_eq!(duel.winner, winner);
            let sum = duel.sums[0] - duel.sums[1] + duel.offset;
            assert!((sum - duel.value).abs() < 1e-4, "{sum} {}", duel.value);
            assert!(duel.pulls.iter().all(|pull| pull.weight > 0.0 && pull.weight <= 50.0 + 1e-9));
        }
    }
    // Without a rival it is the closest one: the margin.
    let margins = svm.margins(&test.grey()).unwrap();
    for (picture, margin) in test.grey().outer_iter().zip(margins) {
        let duel = Duel::new(svm, vectors.view(), picture, None).unwrap().unwrap();
        assert!((duel.value - margin).abs() < 1e-12);
    }
}

#[test]
fn filters_respond_as_the_first_layer_does() {
    let small = small();
    let picture = small.data.test.pixels(3).unwrap();
    let filters = Filters::new(&small.models.cnn, picture).unwrap().unwrap();
    // A network of this layer alone, with its weights.
    let first = Sequential::new([28, 28, 1]).conv2d(8, 3).same().leaky_relu(0.1).flatten();
    let mut alone: Network<f32> = first.build(2).unwrap();
    alone.set_weights("conv2d", &small.models.cnn.weights("conv2d").unwrap()).unwrap();
    alone.set_biases("conv2d", &small.models.cnn.biases("conv2d").unwrap()).unwrap();
    let record = small.data.test.scaled::<f32>();
    let outputs = alone.outputs(&record.slice(s![3..4, ..])).unwrap();
    for ((filter, row, column), &response) in filters.responses.indexed_iter() {
        assert_eq!(response, outputs[[0, (row * 28 + column) * 8 + filter]]);
    }
    assert_eq!(filters.weights.dim(), (8, 3, 3));
    assert!(Filters::new(&small.models.mlp, picture).unwrap().is_none());
    assert!(Filters::new(&small.models.cnn, &picture[1..]).unwrap().is_none());
}

#[test]
fn lessons_are_learned_from_packed_images() {
    let small = small();
    let mut desk = desk(&small);
    assert!(desk.lesson(10, 1e-3, 1).is_err() && desk.learn(1).is_err(), "nothing to learn from");
    let (train, test) = (&small.data.train, &small.data.test);
    desk.load_tests(&packed(test), test.len()).unwrap();
    assert_eq!(desk.unpack(700).unwrap(), [700.0]);
    assert_eq!(desk.unpack(700).unwrap(), [1000.0]);
    assert_eq!(desk.tests(), test.grey().as_slice().unwrap());
    let some = train.head(500).unwrap();
    desk.load_lessons(&packed(&some), some.len()).unwrap();

    desk.lesson(30, 3e-3, 1).unwrap();
    let before = desk.examine().unwrap();
    let seen = desk.learn(10).unwrap();
    assert_eq!((seen[0], seen[3]), (500.0, 1.0));
    desk.learn(40).unwrap();
    let after = desk.examine().unwrap();
    assert!(after[0] < before[0] && after[1] > 0.6, "{before:?} {after:?}");
    assert_eq!(desk.units().unwrap().len(), 30 * 784);

    // The same machine, fitted and tested by the crate alone.
    let found = desk.machine(300, 10.0, 0.01).unwrap();
    let params = Svc::params().c(10.0).kernel(Kernel::rbf(0.01));
    let machine = params.fit(&train.head(300).unwrap().dataset::<f32>()).unwrap();
    let score = machine.score(&test.dataset::<f32>()).unwrap();
    assert_eq!(found, [machine.support_vectors() as f32, found[1], score as f32, 1.0]);
    assert!(desk.machine(300, -1.0, 0.01).unwrap_err().to_string().contains("positive"));
}

#[test]
fn what_is_no_model_or_picture_is_refused() {
    let small = small();
    let mut desk = Desk::default();
    assert!(desk.say(&[0; 784]).unwrap_err().to_string().contains("loaded"));
    let lengths = [small.files[0].len(), small.files[1].len()];
    let mut files = small.files.concat();
    assert!(desk.load_models(&files[..lengths[0] / 2], lengths).is_err());
    files.truncate(files.len() - 1);
    assert!(desk.load_models(&files, lengths).is_err());
    assert!(desk.load_models(&small.files.concat(), [lengths[1], lengths[0]]).is_err());
    assert!(desk.load_tests(&[1, 2], 3).is_err());
    let desk = self::desk(&small);
    assert!(desk.say(&[0; 785]).is_err());
    assert!(desk.duel(&[0; 3], None, 4).is_err());
    assert!(desk.photo(&[0; 16], [2, 2]).is_err(), "a blank picture");
}
