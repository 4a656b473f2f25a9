//! Small valid files of each kind, made by the code that writes them.

use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use fashion::answer::{Profile, answer};
use fashion::ndarray::{Array1, Array2};
use fashion::nn::layers::Conv2dConfig;
use fashion::nn::{LayerKind, Network, Padding, Sequential, Training};
use fashion::show::Render;
use fashion::svm::{Kernel, Svc};
use fashion::{Classifier, Dataset};
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use image::{DynamicImage, GrayImage, ImageFormat, Luma};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Plain and compressed.
fn idx(dimensions: &[u32]) -> Vec<Vec<u8>> {
    let mut bytes = vec![0, 0, 8, dimensions.len() as u8];
    bytes.extend(dimensions.iter().flat_map(|d| d.to_be_bytes()));
    bytes.extend((0..dimensions.iter().product::<u32>()).map(|i| (i * 7 % 10) as u8));
    vec![gzip(&bytes), bytes]
}

pub fn images() -> Vec<Vec<u8>> {
    idx(&[3, 28, 28])
}

pub fn labels() -> Vec<Vec<u8>> {
    idx(&[40])
}

/// What was read is what stands in the file behind its header, and all of it.
pub fn assert_content(path: &Path, header: usize, read: &[u8]) {
    let bytes = std::fs::read(path).unwrap();
    let mut content = Vec::new();
    if bytes.starts_with(b"\x1f\x8b") {
        MultiGzDecoder::new(&bytes[..]).read_to_end(&mut content).unwrap();
    } else {
        content = bytes;
    }
    assert!(content[header..] == *read, "{} values read", read.len());
}

fn architectures() -> [Sequential; 3] {
    [
        Sequential::new([3]).dense(2).tanh().dense(2).softmax(),
        Sequential::new([5, 5, 1])
            .conv2d(2, 3)
            .relu()
            .max_pool2d(2)
            .dropout(0.1)
            .flatten()
            .dense(2),
        // No weight depends on how it is padded, so its numbers can be any.
        Sequential::new([4, 4, 1])
            .layer(LayerKind::Conv2d(Conv2dConfig {
                stride: 6,
                padding: Padding::Explicit { top: 0, bottom: 0, left: 2, right: 0 },
                ..Conv2dConfig::new(2, 1)
            }))
            .average_pool2d(1)
            .reshape([2]),
    ]
}

fn written(name: &str, write: impl FnOnce(&PathBuf)) -> Vec<u8> {
    let path = std::env::temp_dir().join(format!("fashion-fuzz-{}-{name}", std::process::id()));
    write(&path);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let _ = std::fs::remove_file(format!("{}.cost.json", path.display()));
    bytes
}

pub fn models() -> Vec<Vec<u8>> {
    let networks = architectures().map(|layers| layers.build(1).unwrap());
    networks.iter().map(|network| written("model", |path| network.save(path).unwrap())).collect()
}

/// Whether a network comes out of this file; one that does must predict, and outlive another file.
pub fn predicts(path: &Path) -> bool {
    let Ok(network) = Network::<f32>::load(path) else { return false };
    let samples = Array2::zeros((2, network.n_features()));
    let copy = path.with_extension("copy");
    network.save(&copy).unwrap();
    let copy = Network::<f32>::load(copy).unwrap();
    // Finite weights can still be too large for their sums.
    assert_eq!(network.predict(&samples).ok(), copy.predict(&samples).ok());
    true
}

/// With probabilities of grey levels, and with a polynomial of other numbers.
pub fn machines() -> Vec<Vec<u8>> {
    let data = |step: f64| {
        let records = Array2::from_shape_fn((12, 3), |(i, j)| ((i * 3 + j * 5) % 7) as f64 * step);
        Dataset::new(records, Array1::from_shape_fn(12, |i| i % 3))
    };
    let polynomial = Kernel::polynomial(2, 0.5, 1.0);
    let machines = [
        Svc::params().probability(true).fit(&data(1.0 / 255.0)).unwrap(),
        Svc::params().kernel(polynomial).fit(&data(0.3)).unwrap(),
    ];
    machines.iter().map(|machine| written("svm", |path| machine.save(path).unwrap())).collect()
}

/// Whether a machine comes out of this file; one that does must say one of its classes or an error, and the
/// same again from another file.
pub fn decides(path: &Path) -> bool {
    let Ok(machine) = Svc::load(path) else { return false };
    let samples = Array2::<f64>::zeros((2, machine.n_features()));
    let predicted = machine.predict(&samples).ok();
    assert!(predicted.iter().flatten().all(|class| machine.classes().contains(class)));
    let copy = path.with_extension("copy");
    machine.save(&copy).unwrap();
    assert_eq!(predicted, Svc::load(copy).unwrap().predict(&samples).ok());
    true
}

/// One fit of four samples for one epoch.
fn fit(path: &Path) -> fashion::Result<Network<f32>> {
    let records = Array2::from_shape_fn((4, 3), |(i, j)| ((i * 3 + j) % 5) as f32);
    let data = Dataset::new(records, Array1::from_vec(vec![0, 1, 1, 0]));
    let mut network = architectures()[0].build(1)?;
    network.fit(&data, &Training::new().verbose(false).threads(1).checkpoint(path))?;
    Ok(network)
}

pub fn checkpoints() -> Vec<Vec<u8>> {
    vec![written("checkpoint", |path| drop(fit(path).unwrap()))]
}

/// Whether a fit goes on from this file.
pub fn continues(path: &Path) -> bool {
    fit(path).is_ok()
}

/// A notebook with an answer and its record.
pub fn notebooks() -> Vec<Vec<u8>> {
    let answer = answer("A9-Q1").in_profile(Profile::Quick).claim("It is so", true, "2");
    let data: serde_json::Map<_, _> = answer
        .render()
        .parts()
        .iter()
        .map(|(kind, body)| (kind.to_string(), body.as_str().into()))
        .collect();
    let source = "answer";
    let cell = serde_json::json!({
        "cell_type": "code", "id": "a", "metadata": {"fashion": {"question": "A9-Q1"}},
        "execution_count": 1, "source": source,
        "outputs": [{"output_type": "display_data", "metadata": {}, "data": data}],
    });
    let notebook = serde_json::json!({
        "nbformat": 4, "nbformat_minor": 5, "cells": [cell],
        "metadata": {"kernelspec": {"name": "fashion-rust"}, "fashion": {"profile": "quick"}},
    });
    vec![serde_json::to_vec(&notebook).unwrap()]
}

/// A grey ramp as PNG in colour and in grey, and as JPEG.
pub fn pictures() -> Vec<Vec<u8>> {
    let ramp = |x: u32, y: u32| (x * 8 + y) as u8;
    let grey = GrayImage::from_fn(24, 16, |x, y| Luma([ramp(x, y)]));
    let colour = DynamicImage::from(grey.clone()).into_rgba8();
    let encode = |picture: DynamicImage, kind| {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, kind).unwrap();
        bytes.into_inner()
    };
    vec![
        encode(colour.into(), ImageFormat::Png),
        encode(grey.clone().into(), ImageFormat::Png),
        encode(grey.into(), ImageFormat::Jpeg),
    ]
}
