//! `fashion train` and `fashion test`.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use fashion::data::{FashionMnist, PIXELS};
use fashion::ndarray::{Array1, Array2};
use fashion::nn::{Network, Sequential};
use fashion::program::{Model, Program};
use fashion::svm::Svc;
use fashion::{Classifier, Dataset};

use super::support::{done, failed, fashion, folder, run, text};

#[test]
fn trained_networks_are_tested_into_the_originals_two_files() {
    let folder = folder("two-files");
    let (models, output) = (folder.join("model"), folder.join("results"));
    let common = ["--models", text(&models), "--output", text(&output), "--epochs", "1"];
    let printed = done(&[&["--train-model"][..], &common].concat());
    assert_eq!(printed.matches("Epoch 1/1: loss ").count(), 2, "{printed}");
    assert!(printed.contains("1,600 images for training, 400 for validation"), "{printed}");
    assert_eq!(printed.matches("weighted avg").count(), 2, "{printed}");
    assert_eq!(printed.matches("Saved: ").count(), 3, "{printed}");
    // Test mode is the one without a word.
    let printed = done(&common);
    assert_eq!(printed.matches("weighted avg").count(), 2, "{printed}");
    assert_eq!(printed.matches("Written: ").count(), 2, "{printed}");

    let test = FashionMnist::excerpt().unwrap().test;
    let reports = [("MLNN", "multi-layer-net.txt"), ("CNN", "convolution-neural-net.txt")];
    for (model, report) in reports {
        let file = models.join(format!("{model}.safetensors"));
        let network = Network::<f32>::load(file).unwrap();
        let evaluation = network.evaluate(&test.dataset::<f32>()).unwrap();
        let predicted = network.predict(&test.scaled::<f32>()).unwrap();

        let content = std::fs::read_to_string(output.join(report)).unwrap();
        let mut lines = content.lines();
        assert_eq!(lines.next().unwrap(), format!("loss {:.6}", evaluation.loss));
        assert_eq!(lines.next().unwrap(), format!("accuracy {:.6}", evaluation.accuracy));
        assert_eq!(lines.next().unwrap(), "true predicted");
        let pairs: Vec<String> = test
            .labels()
            .iter()
            .zip(&predicted)
            .map(|(truth, predicted)| format!("{truth} {predicted}"))
            .collect();
        assert_eq!(lines.collect::<Vec<_>>(), pairs, "{report}");
        assert!(evaluation.accuracy > 0.2, "{model} learned nothing: {}", evaluation.accuracy);
    }
}

/// Trains the multilayer network; kills the process (SIGKILL) after it has printed `kill_after`, or lets
/// it end. Gives the lines about epochs.
fn train(models: &Path, kill_after: Option<&str>) -> Vec<String> {
    let arguments = ["train", "mlnn", "--epochs", "40", "--seed", "5", "--models", text(models)];
    let mut program = fashion(&arguments).stdout(Stdio::piped()).spawn().unwrap();
    let mut printed = Vec::new();
    for line in BufReader::new(program.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if line.starts_with("Epoch") || line.starts_with("Read from") {
            printed.push(line);
        }
        if let (Some(mark), Some(last)) = (kill_after, printed.last())
            && last.starts_with(mark)
        {
            program.kill().unwrap();
            break;
        }
    }
    assert_eq!(program.wait().unwrap().success(), kill_after.is_none());
    printed
}

#[test]
fn a_killed_training_goes_on_and_ends_with_the_same_bytes() {
    let folder = folder("killed");
    let (whole, killed) = (folder.join("whole"), folder.join("killed"));
    let uninterrupted = train(&whole, None);

    train(&killed, Some("Epoch 2/"));
    let file = Path::new("MLNN.safetensors");
    assert!(!killed.join(file).exists());
    let resumed = train(&killed, None);
    assert!(resumed[0].starts_with("Read from"), "{resumed:?}");
    assert_eq!(resumed[1..], uninterrupted);
    // Not `assert_eq`: it would print both files.
    let bytes = |folder: &Path| std::fs::read(folder.join(file)).unwrap();
    assert!(bytes(&whole) == bytes(&killed));
}

#[test]
fn a_missing_or_foreign_model_file_says_what_to_do() {
    let models = folder("foreign");
    let test = ["test", "--models", text(&models)];
    let error = failed(&test);
    assert!(error.contains("MLNN.safetensors, which is not there"), "{error}");
    assert!(error.contains("`fashion train mlnn`"), "{error}");
    assert!(error.contains("`fashion --train-model`") && error.contains("minutes"), "{error}");
    let error = failed(&["predict", "any.png", "--models", text(&models)]);
    assert!(error.contains("`fashion train cnn`"), "{error}");
    assert!(error.contains("`fashion --train-model`") && error.contains("minutes"), "{error}");

    let file = models.join("MLNN.safetensors");
    std::fs::write(&file, "a text that somebody left here, longer than a header").unwrap();
    let error = failed(&test);
    assert!(error.contains("no whole safetensors file"), "{error}");
    assert!(error.contains("move it away and train"), "{error}");

    Sequential::new([64]).dense(3).build(1).unwrap().save(&file).unwrap();
    let error = failed(&test);
    assert!(error.contains("the network takes [28, 28, 1], the file's takes [64]"), "{error}");

    // The other network of the two: its figures would stand under the wrong name.
    Model::Cnn.architecture().build(1).unwrap().save(&file).unwrap();
    let error = failed(&test);
    assert!(error.contains("expected the MLNN") && error.contains("layer 1"), "{error}");

    // A machine that knows a class which the data has not.
    std::fs::remove_file(&file).unwrap();
    let records = Array2::from_shape_fn((20, PIXELS), |(i, j)| ((i * j) % 7) as f32);
    let labels = Array1::from_shape_fn(20, |i| i % 2 * 12);
    let machine = Svc::params().fit(&Dataset::new(records, labels)).unwrap();
    machine.save(models.join("SVM.safetensors")).unwrap();
    let error = failed(&["predict", "any.png", "--models", text(&models)]);
    assert!(error.contains("it knows a class 12"), "{error}");
}

/// A pipe in the place of a model would be waited for, for ever.
#[test]
fn a_pipe_or_a_folder_in_a_models_place_is_named() {
    let models = folder("pipe");
    let file = models.join("MLNN.safetensors");
    assert!(Command::new("mkfifo").arg(&file).status().unwrap().success());
    let error = failed(&["test", "--models", text(&models)]);
    assert!(error.contains("got a pipe or device"), "{error}");
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    let error = failed(&["test", "--models", text(&models)]);
    assert!(error.contains("got a folder"), "{error}");
}

/// `fashion train | head -1`: the reader goes, the training does not.
#[test]
fn a_training_goes_on_when_nobody_reads_what_it_prints() {
    let models = folder("unread");
    let arguments = ["train", "mlnn", "--epochs", "2", "--models", text(&models)];
    let mut program = fashion(&arguments).stdout(Stdio::piped()).spawn().unwrap();
    drop(program.stdout.take());
    assert!(program.wait().unwrap().success());
    assert!(models.join("MLNN.safetensors").is_file());

    // A full disk ends no training either, but the reader is told.
    std::fs::remove_dir_all(&models).unwrap();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let ended = fashion(&arguments).stdout(full).output().unwrap();
    let error = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(1), "{error}");
    assert!(error.contains("standard output") && !error.contains("panicked"), "{error}");
    assert!(models.join("MLNN.safetensors").is_file());
}

/// Equal trainings, equal files: what differs from run to run stands beside them.
#[test]
fn a_machine_that_is_trained_twice_is_the_same_file() {
    let folders = ["once", "again"].map(|name| folder("same").join(name));
    for models in &folders {
        done(&["train", "svm", "--models", text(models)]);
    }
    let bytes = |models: &Path| std::fs::read(models.join("SVM.safetensors")).unwrap();
    assert!(bytes(&folders[0]) == bytes(&folders[1]));
    assert!(Program::new(&folders[0]).load_svm().unwrap().fit_time().is_some());
}

/// One of 24 once died of another's clean-up.
#[test]
fn many_trainings_of_one_folder_at_once_all_end_well() {
    let models = folder("parallel");
    let arguments = ["train", "mlnn", "--epochs", "1", "--models", text(&models)];
    let start = |_| fashion(&arguments).stdout(Stdio::null()).spawn().unwrap();
    let programs: Vec<_> = (0..6).map(start).collect();
    for mut program in programs {
        assert!(program.wait().unwrap().success());
    }
    let names = |folder: &Path| folder.read_dir().unwrap().count();
    assert_eq!((names(&models), names(&models.join("training"))), (2, 1), "nothing is left over");
}

#[test]
fn exit_codes_tell_a_wrong_command_line_from_a_failure() {
    let (code, out, err) = run(&["train", "tree"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("mlnn, cnn, svm or all") && err.contains("fashion --help"), "{err}");
    assert!(done(&["--help"]).contains("fashion predict shoe.jpg"));

    let nowhere = folder("nowhere");
    let error = failed(&["train", "svm", "--models", "/dev/null/model"]);
    assert!(error.contains("/dev/null/model"), "{error}");
    let mut program = fashion(&[]);
    program.env_clear().args(["train", "--data", text(&nowhere), "--models", text(&nowhere)]);
    let ended = program.output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    let error = String::from_utf8(ended.stderr).unwrap();
    assert!(error.contains("train-labels-idx1-ubyte"), "{error}");
}
