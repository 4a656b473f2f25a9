//! The work that both sides do, and how this crate does it.

use std::path::PathBuf;
use std::time::Instant;

use fashion::data::FashionMnist;
use fashion::ndarray::s;
use fashion::nn::MlpParams;
use fashion::nn::{Network, Optimizer, Sequential, Training};
use fashion::svm::{Kernel, Svc, SvcParams};
use fashion::{Classifier, Dataset, Result};
use serde::{Deserialize, Serialize};

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One epoch of assignment A3's convolutional network.
    A3Cnn,
    /// One epoch of A2's convolutional network.
    A2Cnn,
    /// One epoch of a dense network with one hidden layer: A2's with 700 units.
    Dense,
    /// One epoch of a dense network with one hidden layer of sigmoids: A4's with 64 units.
    Sigmoid,
    /// Twenty epochs of A1's perceptron in scikit-learn's manner, in double precision.
    Mlp,
    /// Classes of images by A3's convolutional network.
    Predict,
    /// Reading all four files, verified by their content.
    Load,
    /// Fitting A1's support vector machine.
    SvmFit,
    /// Its decisions on as many other images.
    SvmPredict,
}

/// A piece of work for both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Work {
    /// What is measured.
    pub kind: Kind,
    /// Training samples, or images to predict.
    pub samples: usize,
    /// Samples per step.
    pub batch: usize,
    /// Units of the hidden layer of dense networks.
    pub width: usize,
}

/// Fashion-MNIST's training images.
pub struct Data {
    /// In single precision; the perceptron's few samples are converted when they are needed.
    pub train: Dataset<f32>,
    /// Where the four files lie.
    pub folder: PathBuf,
}

/// Epochs of [`Kind::Mlp`].
pub const MLP_EPOCHS: usize = 20;

/// Seconds that a piece of work takes.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Cost {
    /// By the clock.
    pub wall: f64,
    /// By the processors, all threads together; 0 where the system does not say.
    pub processor: f64,
}

/// What `work` costs.
fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<Cost> {
    let (start, processor) = (Instant::now(), processor_time());
    work()?;
    Ok(Cost { wall: start.elapsed().as_secs_f64(), processor: processor_time() - processor })
}

/// Seconds of this process on all processors, in steps of 10 ms (Linux).
fn processor_time() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the program's name, which stands in parentheses: user time is field 12, system time 13.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks = fields.split_whitespace().skip(11).take(2).filter_map(|t| t.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}

/// What this crate needs, without building the network.
pub fn measure(work: Work, data: &Data, threads: Option<usize>) -> Result<Cost> {
    if work.kind == Kind::Load {
        return timed(|| FashionMnist::load_from(&data.folder));
    }
    let records = data.train.records.slice(s![..work.samples, ..]);
    let targets = data.train.targets.slice(s![..work.samples]);
    let mut training = training(work);
    if let Some(threads) = threads {
        training = training.threads(threads);
    }
    match work.kind {
        Kind::Mlp => {
            let records = records.mapv(f64::from);
            let params = MlpParams::default()
                .hidden_layer_sizes([work.width])
                .batch_size(work.batch)
                .learning_rate_init(0.1)
                .max_iter(MLP_EPOCHS)
                .n_iter_no_change(MLP_EPOCHS + 1)
                .seed(1);
            let train = Dataset::new(records, targets.to_owned());
            timed(|| params.fit(&train))
        }
        Kind::Predict => {
            let network = network(work)?;
            timed(|| network.predict(&records))
        }
        Kind::SvmFit => {
            let train = Dataset::new(records.to_owned(), targets.to_owned());
            timed(|| Ok(svm().fit(&train)?))
        }
        Kind::SvmPredict => {
            let machine = svm().fit(&Dataset::new(records.to_owned(), targets.to_owned()))?;
            let unseen = data.train.records.slice(s![work.samples..2 * work.samples, ..]);
            timed(|| Ok(machine.predict(&unseen)?))
        }
        _ => {
            let mut network = network(work)?;
            let train = fashion::linfa::DatasetBase::new(records, targets);
            timed(|| network.fit(&train, &training))
        }
    }
}

fn svm() -> SvcParams {
    Svc::params().c(50.0).kernel(Kernel::rbf(0.005))
}

fn training(work: Work) -> Training {
    let optimizer = match work.kind {
        Kind::A3Cnn | Kind::Predict => Optimizer::adadelta(1.0),
        Kind::A2Cnn | Kind::Dense => Optimizer::adam(1e-4),
        _ => Optimizer::adam(1e-3),
    };
    Training::new().batch_size(work.batch).optimizer(optimizer).verbose(false)
}

fn network(work: Work) -> Result<Network<f32>> {
    let images = Sequential::new([28, 28, 1]);
    let architecture = match work.kind {
        Kind::A3Cnn | Kind::Predict => {
            let convolutions = images.conv2d(32, 3).relu().conv2d(64, 3).relu().max_pool2d(2);
            let hidden = convolutions.dropout(0.25).flatten().dense(128).relu().dropout(0.5);
            hidden.dense(10).softmax()
        }
        Kind::A2Cnn => {
            let wide = |network: Sequential| network.conv2d(5, 10).same().relu();
            let pooled = wide(wide(wide(images))).average_pool2d(2);
            let flat = pooled.conv2d(16, 5).relu().average_pool2d(2).flatten();
            flat.dense(84).relu().l2(1e-4).dense(10).softmax().l2(1e-4)
        }
        Kind::Dense => images.flatten().dense(work.width).relu().l2(1e-4).dense(10).softmax(),
        _ => images.flatten().dense(work.width).sigmoid().dense(10).softmax(),
    };
    architecture.build(1)
}
