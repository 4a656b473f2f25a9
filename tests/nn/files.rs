//! Saved networks, checkpoints and fits that are killed.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::support::{bits, training};
use fashion::linfa::Dataset;
use fashion::ndarray::Array1;
use fashion::nn::{Network, Optimizer, Sequential, Training};
use tests::networks::{learnable, small_cnn};
use tests::seal::resealed;

/// A fresh folder for the files of one test.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn a_saved_network_comes_back_with_the_same_bits() {
    let file = folder("saved").join("network.safetensors");
    let mut network = small_cnn().build(9).unwrap();
    network.fit(&learnable(60), &training()).unwrap();
    network.save(&file).unwrap();
    let loaded = Network::<f32>::load(&file).unwrap();
    assert_eq!(bits(&loaded), bits(&network));
    assert_eq!(loaded.architecture(), network.architecture());
    assert!(network.fit_time().is_some() && loaded.fit_time().is_none());
    let mut other = small_cnn().build(1).unwrap();
    other.load_weights(&file).unwrap();
    assert_eq!(bits(&other), bits(&network));
}

#[test]
fn a_file_that_is_not_the_network_says_why() {
    let folder = folder("wrong");
    let file = folder.join("network.safetensors");
    let network = small_cnn().build(9).unwrap();
    network.save(&file).unwrap();
    let whole = std::fs::read(&file).unwrap();
    let error = |result: fashion::Result<Network<f32>>| result.unwrap_err().to_string();

    let cut = folder.join("cut");
    for length in [0, 4, 100, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&cut, &whole[..length]).unwrap();
        let error = error(Network::load(&cut));
        assert!(error.contains("no whole safetensors file"), "{length}: {error}");
    }
    std::fs::write(&cut, "not a model at all, but longer than a header").unwrap();
    assert!(error(Network::load(&cut)).contains("no whole safetensors file"));
    assert!(error(Network::load(folder.join("absent"))).contains("reading"));
    let double = Network::<f64>::load(&file).unwrap_err().to_string();
    assert!(double.contains("F64") && double.contains("F32"), "{double}");

    let edited = |key: &'static str, from: &str, to: &str| {
        let edit = |text: &mut BTreeMap<String, String>| {
            let entry = text.get_mut(key).unwrap();
            assert!(entry.contains(from), "{from} is not in {entry}");
            *entry = entry.replace(from, to);
        };
        std::fs::write(&cut, resealed(&whole, edit).unwrap()).unwrap();
        error(Network::load(&cut))
    };
    let message = edited("architecture", "\"units\":3", "\"units\":9");
    assert!(message.contains("have 785 weights and biases, it holds 683"), "{message}");
    let message = edited("architecture", "\"rate\":0.2", "\"rate\":1.5");
    assert!(message.contains("dropout: rate"), "{message}");
    let message = edited("format", "network 2", "network 1");
    assert!(message.contains("train the network again"), "{message}");

    let mut wider =
        Sequential::new([8, 8, 1]).conv2d(4, 3).relu().flatten().dense(3).build(1).unwrap();
    let before = bits(&wider);
    let message = wider.load_weights(&file).unwrap_err().to_string();
    assert!(message.contains("layer 2") && message.contains("MaxPool2d"), "{message}");
    assert_eq!(bits(&wider), before);
}

/// A zeroed block, a bit of an exponent, a bias that is not a number: each once was used.
#[test]
fn a_file_whose_numbers_are_not_those_that_were_saved_is_refused() {
    let file = folder("damaged").join("network.safetensors");
    let mut network = small_cnn().build(9).unwrap();
    network.save(&file).unwrap();
    let whole = std::fs::read(&file).unwrap();
    let end = whole.len();
    let damages: [fn(&mut [u8]); 3] = [
        |bytes| bytes[..200].fill(0),
        |bytes| bytes[43] ^= 0x40,
        |bytes| bytes[40..44].copy_from_slice(&f32::NAN.to_le_bytes()),
    ];
    for damage in damages {
        let mut bytes = whole.clone();
        damage(&mut bytes[end - 400..]);
        std::fs::write(&file, &bytes).unwrap();
        let message = Network::<f32>::load(&file).unwrap_err().to_string();
        assert!(message.contains("it is damaged"), "{message}");
    }
    let biases = Array1::from_vec(vec![0.0, f32::NAN, 1.0]);
    network.set_biases("dense_1", &biases).unwrap();
    network.save(&file).unwrap();
    let message = Network::<f32>::load(&file).unwrap_err().to_string();
    assert!(message.contains("`dense_1/biases`: expected finite numbers"), "{message}");
}

#[test]
fn a_fit_that_was_kept_before_there_were_checksums_is_read_and_a_damaged_one_says_delete_it() {
    let file = folder("kept").join("fit.checkpoint");
    let fit = || {
        let mut network = small_cnn().build(5).unwrap();
        let training = training().epochs(2).checkpoint(&file);
        network.fit(&learnable(60), &training).map(|_| bits(&network))
    };
    let expected = fit().unwrap();
    let whole = std::fs::read(&file).unwrap();
    let older = |bytes: &[u8]| {
        let text =
            String::from_utf8_lossy(bytes).replace("fashion checkpoint 4", "fashion checkpoint 3");
        // The same length, so that the tensors stay where they are.
        assert_eq!(text.len(), String::from_utf8_lossy(bytes).len());
        text
    };
    let header = 8 + u64::from_le_bytes(*whole.first_chunk().unwrap()) as usize;
    let text = older(&whole[8..header]).replace("sha256", "spares");
    let old = [&whole[..8], text.as_bytes(), &whole[header..]].concat();
    std::fs::write(&file, old).unwrap();
    assert_eq!(fit().unwrap(), expected);

    for (from, to) in [(header - 8, 0x20), (whole.len() - 9, 0xFF)] {
        let mut damaged = whole.clone();
        damaged[from..].iter_mut().take(8).for_each(|byte| *byte ^= to);
        std::fs::write(&file, damaged).unwrap();
        let message = fit().unwrap_err().to_string();
        assert!(message.contains("delete it to start anew"), "{message}");
    }
}

#[test]
fn a_fit_goes_on_from_its_checkpoint_and_refuses_another_fits() {
    let folder = folder("checkpoint");
    let (file, data) = (folder.join("fit.checkpoint"), learnable(120));
    let fit = |training: &Training, data: &Dataset<f32, usize, _>| {
        let mut network = small_cnn().build(5).unwrap();
        network.fit(data, training).map(|history| (bits(&network), history))
    };
    let whole = fit(&training().epochs(5), &data).unwrap();
    fit(&training().epochs(2).checkpoint(&file), &data).unwrap();
    assert!(fit(&training().epochs(5).checkpoint(&file), &data).unwrap() == whole);
    // Nothing is left to do.
    assert!(fit(&training().epochs(5).checkpoint(&file), &data).unwrap() == whole);

    let refused = |training: Training, data: &_, part: &str| {
        let error = fit(&training.epochs(6).checkpoint(&file), data).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    };
    refused(training().seed(4), &data, "other settings");
    refused(training(), &learnable(121), "other training data");
    refused(training().optimizer(Optimizer::sgd(0.1)), &data, "Sgd(");
    let error = fit(&training().epochs(3).checkpoint(&file), &data).unwrap_err().to_string();
    assert!(error.contains("after 5 epochs"), "{error}");
}

#[test]
fn a_saved_fit_is_read_again_and_any_change_trains_anew() {
    let folder = folder("saved");
    let files = || std::fs::read_dir(&folder).map_or(0, Iterator::count);
    let (saved, data) = (training().epochs(3).saved_in(folder.join("")), learnable(120));
    std::fs::remove_dir_all(&folder).unwrap();
    let fit = |training: &Training, seed| {
        let mut network = small_cnn().build(seed).unwrap();
        let history = network.fit(&data, training).unwrap();
        (bits(&network), history.fit_time())
    };
    let first = fit(&saved, 5);
    // Computed again, the seconds would differ.
    assert!(fit(&saved, 5) == first);
    assert_eq!(files(), 1);

    fit(&saved, 6);
    fit(&saved.clone().epochs(2), 5);
    fit(&saved.clone().seed(9), 5);
    assert_eq!(files(), 4);
    std::fs::remove_dir_all(&folder).unwrap();
    let again = fit(&saved, 5);
    assert!(again.0 == first.0 && again.1 != first.1);
}

/// Starts the training program; kills it (SIGKILL) after it has printed `kill_after`, or lets it end.
/// Gives what it printed.
fn run_program(checkpoint: &Path, trained: &Path, kill_after: Option<&str>) -> Vec<String> {
    let mut program = Command::new(env!("CARGO_BIN_EXE_fit_with_checkpoint"))
        .args([checkpoint, trained])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut printed = Vec::new();
    for line in BufReader::new(program.stdout.take().unwrap()).lines() {
        printed.push(line.unwrap());
        if kill_after.is_some_and(|mark| printed[printed.len() - 1].starts_with(mark)) {
            program.kill().unwrap();
            break;
        }
    }
    assert_eq!(program.wait().unwrap().success(), kill_after.is_none());
    printed
}

#[test]
fn a_killed_fit_ends_with_the_same_bits() {
    let folder = folder("killed");
    let path = |name: &str| folder.join(name);
    let whole = run_program(&path("whole.checkpoint"), &path("whole"), None);

    let (checkpoint, trained) = (path("killed.checkpoint"), path("killed"));
    run_program(&checkpoint, &trained, Some("Epoch 2/"));
    let second = run_program(&checkpoint, &trained, Some("Epoch 4/"));
    assert!(second[0].starts_with("Read from") && second[2].starts_with("Epoch 2/"), "{second:?}");
    assert!(!trained.exists());
    let last = run_program(&checkpoint, &trained, None);

    // Not `assert_eq`: it would print both files.
    assert!(std::fs::read(&trained).unwrap() == std::fs::read(path("whole")).unwrap());
    // The history, without the lines before it and without times.
    let history = |printed: &[String]| -> Vec<String> {
        let before = |line: &&String| !line.contains(": loss") && !line.starts_with("Read from");
        let epochs = printed.iter().filter(before);
        epochs.map(|line| line.split(", seconds").next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(history(&last).len(), 7);
    assert_eq!(history(&last), history(&whole));
}

#[test]
fn the_last_layer_on_what_the_layers_before_it_give_is_the_whole_network() {
    let layers = Sequential::new([28, 28, 1]).conv2d(4, 3).relu().max_pool2d(2).dropout(0.3);
    let network = layers.flatten().dense(6).relu().dense(3).softmax().build(4).unwrap();
    let images = learnable(20).records;
    let images = fashion::ndarray::Array2::from_shape_fn((20, 784), |(i, j)| {
        images[[i, j % images.ncols()]] * (j % 5) as f32
    });
    let seen = network.up_to("dense").unwrap().outputs(&images).unwrap();
    assert_eq!(seen.dim(), (20, 6));
    let weights = network.weights("dense_1").unwrap();
    let weights = weights.into_shape_with_order((6, 3)).unwrap();
    let logits = seen.dot(&weights) + &network.biases("dense_1").unwrap();
    let expected = network.logits(&images).unwrap();
    assert!(logits.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-5));
    // A part that gives images gives them as rows.
    let pooled = network.up_to("max_pooling2d").unwrap().outputs(&images).unwrap();
    assert_eq!(pooled.dim(), (20, 13 * 13 * 4));
    let error = network.up_to("dens").unwrap_err().to_string();
    assert!(error.contains("\"dense\""), "{error}");
}
