//! What is left when a reader interrupts a computation, as in a notebook: each test runs in a process of its own that
//! has the folder of interrupts, and asks itself.

use std::path::{Path, PathBuf};
use std::process::Command;

use fashion::answer::answer;
use fashion::data::{FashionMnist, Images};
use fashion::evaluate::{Experiments, GridSearch, LearningCurve, repeat};
use fashion::linfa::traits::Fit;
use fashion::ndarray::{Array1, Array2};
use fashion::nn::{MlpClassifier, Network, Sequential, Training};
use fashion::program::{Model, Program};
use fashion::svm::Svc;
use fashion::{Classifier, Dataset, Error, Result, interrupted};
use tests::networks::learnable;

const VARIABLE: &str = "FASHION_INTERRUPTS";

/// The folder, in the process of the test `name`; elsewhere runs that process, and gives none.
fn in_a_notebook(name: &str) -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os(VARIABLE) {
        return Some(folder.into());
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("interrupts-{name}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("interrupts::{name}"), "--nocapture"])
        .env(VARIABLE, &folder)
        .env("RAYON_NUM_THREADS", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    let left = |start: &str| names(&folder, start);
    assert!(left("listening").is_empty() && left("asked").is_empty(), "nothing listens afterwards");
    std::fs::remove_dir_all(folder).unwrap();
    None
}

fn names(folder: &Path, start: &str) -> Vec<PathBuf> {
    let entries = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(start)).collect()
}

/// What the starter does: `crates/starter/src/interrupt.rs`.
fn ask(folder: &Path) {
    for path in names(folder, "listening-") {
        let name = path.file_name().unwrap().to_string_lossy().replacen("listening", "asked", 1);
        std::fs::rename(&path, path.with_file_name(name)).unwrap();
    }
}

/// Does `work` inside a computation that has been interrupted.
fn while_asked(folder: &Path, work: impl Fn() + Sync + Send) {
    let outcome = repeat([()], |()| {
        ask(folder);
        while repeat([()], |()| Ok(())).is_ok() {}
        work();
        Ok(())
    });
    assert!(outcome.unwrap_err().is_interrupt());
}

fn layers() -> Sequential {
    Sequential::new([64]).dense(16).relu().dense(3).softmax()
}

fn training() -> Training {
    Training::new().verbose(false)
}

/// All numbers of a network.
fn weights(network: &Network<f32>) -> Vec<u32> {
    let of = |layer| network.weights(layer).unwrap().into_iter().map(f32::to_bits);
    let names =
        network.architecture().layers().iter().filter(|layer| layer.name.starts_with("dense"));
    names.flat_map(|layer| of(&layer.name).collect::<Vec<_>>()).collect()
}

#[test]
fn a_fit_keeps_its_whole_epochs_says_so_and_can_go_on() {
    let name = "a_fit_keeps_its_whole_epochs_says_so_and_can_go_on";
    let Some(folder) = in_a_notebook(name) else { return };
    let (data, checkpoint) = (learnable(300), folder.join("checkpoint"));
    let long = || training().epochs(10_000_000).checkpoint(&checkpoint);
    let mut network = layers().build(1).unwrap();
    let history = std::thread::scope(|scope| {
        scope.spawn(|| {
            // The first epoch is over.
            while !checkpoint.exists() {
                std::thread::yield_now();
            }
            ask(&folder);
        });
        network.fit(&data, &long()).unwrap()
    });
    let epochs = history.len();
    assert!(history.interrupted() && network.interrupted() && epochs > 0);
    assert!(history.to_string().contains("interrupted"), "{history}");

    // The weights are those of a fit of as many epochs, and so is what comes after.
    let fitted = |epochs| {
        let mut whole = layers().build(1).unwrap();
        let history = whole.fit(&data, &training().epochs(epochs)).unwrap();
        assert!(!history.interrupted() && !whole.interrupted());
        (weights(&whole), history)
    };
    let (whole, whole_history) = fitted(epochs);
    assert_eq!(weights(&network), whole);
    assert_eq!(history.epochs, whole_history.epochs);
    let mut resumed = layers().build(1).unwrap();
    resumed.fit(&data, &training().epochs(epochs + 2).checkpoint(&checkpoint)).unwrap();
    assert_eq!(weights(&resumed), fitted(epochs + 2).0);
    assert!(!resumed.interrupted());

    // Neither a file nor an answer takes it for finished.
    let file = folder.join("network");
    network.save(&file).unwrap();
    assert!(Network::<f32>::load(&file).unwrap().interrupted());
    let faults = || answer("A1-Q1").say("Half[^a].").claim("a", true, "1").record().faults;
    assert_eq!(faults().len(), 1);
    let copy = history.clone();
    drop((network, history));
    assert!(faults()[0].contains("interrupted"), "{:?}", faults());
    drop(copy);
    assert!(faults().is_empty());
}

#[test]
fn what_has_no_result_yet_is_an_error_and_changes_nothing() {
    let name = "what_has_no_result_yet_is_an_error_and_changes_nothing";
    let Some(folder) = in_a_notebook(name) else { return };
    let data = learnable(300);
    let excerpt = FashionMnist::excerpt().unwrap();
    let svm = Svc::params().fit(&data).unwrap();
    let fitted = layers().build(1).unwrap();
    let is_interrupt = |result: Result<()>| {
        let error = result.expect_err("an interrupt is an error here");
        assert!(error.is_interrupt(), "{error}");
        assert!(error.to_string().contains("interrupted"), "{error}");
    };
    while_asked(&folder, || {
        let mut network = layers().build(1).unwrap();
        is_interrupt(network.fit(&data, &training().epochs(3)).map(drop));
        assert_eq!(weights(&network), weights(&fitted));
        assert!(!network.interrupted());
        is_interrupt(network.predict(&data.records).map(drop));
        is_interrupt(MlpClassifier::params().fit(&data).map(drop));
        is_interrupt(Svc::params().fit(&data).map(drop).map_err(Error::from));
        is_interrupt(svm.predict(&data.records).map(drop).map_err(Error::from));
        is_interrupt(FashionMnist::excerpt().map(drop));
        let candidates =
            GridSearch::over("max_iter", [1, 2], |n| MlpClassifier::params().max_iter(n));
        is_interrupt(candidates.verbose(false).fit(&data).map(drop));

        let mut runs = Experiments::new(data.clone(), data.clone());
        is_interrupt(runs.run("small", &layers(), &training(), &[1, 2]).map(drop));
        assert!(runs.runs().is_empty());
        let curve = LearningCurve::new("SVM", [(50, 1)]).verbose(false);
        let test = excerpt.test.dataset::<f32>();
        is_interrupt(curve.fit(&excerpt.train, &test, |_, _| Ok(svm.clone())).map(drop));

        let program = Program::new(folder.join("models")).epochs(1).verbose(false);
        let images: Images = excerpt.train.head(100).unwrap();
        is_interrupt(program.train(Model::Mlnn, &images).map(drop));
        assert!(!program.path(Model::Mlnn).exists());
    });
    // The interrupt ended with the computation that it was for.
    assert!(layers().build(1).unwrap().fit(&data, &training()).is_ok());
    assert!(svm.predict(&data.records).is_ok());
}

/// Fits by `steps`; from 1 on, the reader interrupts it.
struct Steps(usize, PathBuf);

impl Fit<Array2<f32>, Array1<usize>, Error> for Steps {
    type Object = MlpClassifier<f32>;

    fn fit(&self, data: &Dataset<f32>) -> Result<MlpClassifier<f32>> {
        let model =
            MlpClassifier::params().hidden_layer_sizes([4]).max_iter(1 + self.0).fit(data)?;
        if self.0 > 0 {
            ask(&self.1);
            while repeat([()], |()| Ok(())).is_ok() {}
        }
        Ok(model)
    }
}

#[test]
fn a_search_gives_the_candidates_that_were_through() {
    let name = "a_search_gives_the_candidates_that_were_through";
    let Some(folder) = in_a_notebook(name) else { return };
    let data = learnable(90);
    let search = |steps: Vec<usize>| {
        let steps = GridSearch::over("steps", steps, |steps| Steps(steps, folder.clone()));
        steps.verbose(false).fit(&data).unwrap()
    };
    let (cut, whole) = (search(vec![0, 1, 2]), search(vec![0]));
    assert!(cut.interrupted() && !whole.interrupted());
    assert_eq!(cut.labels(), ["0"]);
    assert_eq!(cut.best().test_scores, whole.best().test_scores);
    assert_eq!(cut.best_params().0, 0);
    assert!(cut.to_string().contains("interrupted"), "{cut}");
}

#[test]
fn a_loop_of_ones_own_hears_each_interrupt_once() {
    let name = "a_loop_of_ones_own_hears_each_interrupt_once";
    let Some(folder) = in_a_notebook(name) else { return };
    for _ in 0..2 {
        assert!(!interrupted(), "nobody has asked yet");
        ask(&folder);
        while !interrupted() {}
    }
    assert!(names(&folder, "listening").is_empty() && names(&folder, "asked").is_empty());
}
