//! The work that all sides do, and how this crate does it.

use std::path::PathBuf;
use std::time::Instant;

use fashion::data::{FashionMnist, RandomState};
use fashion::ndarray::{Array2, ArrayView2, s};
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
    /// Classes of test images by A3's convolutional network.
    Predict,
    /// Classes of test images by a dense network with one hidden layer.
    PredictDense,
    /// Reading all four files, verified by their content.
    Load,
    /// Fitting a support vector machine, with A1's parameters up to 5,000 images.
    SvmFit,
    /// Its classes of test images.
    SvmPredict,
}

/// A piece of work for all sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Work {
    /// What is measured.
    pub kind: Kind,
    /// Training samples, or images that a network predicts.
    pub samples: usize,
    /// Samples per step; test images that a machine predicts.
    pub batch: usize,
    /// Units of the hidden layer of dense networks.
    pub width: usize,
    /// What a machine is shown.
    pub rows: Rows,
}

/// What a machine is shown of an image. Only pixels as they are have grey levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rows {
    /// Its pixels.
    Pixels,
    /// Its pixels with noise of up to a quarter of a grey level.
    Noisy,
    /// The 128 numbers that A3's network makes of it.
    Features,
}

/// All images as rows of one kind.
pub struct Shown {
    pub train: Array2<f32>,
    pub test: Array2<f32>,
}

/// Fashion-MNIST.
pub struct Data {
    /// In single precision; the perceptron's few samples are converted when they are needed.
    pub train: Dataset<f32>,
    /// The test images.
    pub test: Array2<f32>,
    /// [`Rows::Noisy`].
    pub noisy: Shown,
    /// [`Rows::Features`].
    pub features: Shown,
    /// Where the four files lie.
    pub folder: PathBuf,
}

impl Data {
    /// All of it, from where it is found.
    pub fn load() -> crate::outcome::Result<Self> {
        let images = FashionMnist::load()?;
        if images.is_excerpt() {
            return Err("the benchmark needs all of Fashion-MNIST: run `cargo xtask data`".into());
        }
        let (train, test) = (images.train.dataset::<f32>(), images.test.scaled::<f32>());
        let mut random = RandomState::new(1);
        let mut noisy = |pixels: &Array2<f32>| {
            pixels.mapv(|pixel| pixel + random.random_sample() as f32 / 1020.0)
        };
        Ok(Self {
            noisy: Shown { train: noisy(&train.records), test: noisy(&test) },
            features: features(&train, &test)?,
            train,
            test,
            folder: images.dir().to_owned(),
        })
    }

    /// The training and the test images as a machine is shown them.
    fn shown(&self, rows: Rows) -> (ArrayView2<'_, f32>, ArrayView2<'_, f32>) {
        match rows {
            Rows::Pixels => (self.train.records.view(), self.test.view()),
            Rows::Noisy => (self.noisy.train.view(), self.noisy.test.view()),
            Rows::Features => (self.features.train.view(), self.features.test.view()),
        }
    }

    /// Bytes of all images, however they are shown.
    pub fn bytes(&self) -> usize {
        let shown = [Rows::Pixels, Rows::Noisy, Rows::Features].map(|rows| self.shown(rows));
        4 * shown.iter().map(|(train, test)| train.len() + test.len()).sum::<usize>()
    }
}

/// What A3's network computes before its last layer, after one epoch; as long as pixels are, about 10, so that the same C
/// and gamma suit.
fn features(train: &Dataset<f32>, test: &Array2<f32>) -> Result<Shown> {
    let work = Work { kind: Kind::A3Cnn, samples: 0, batch: 64, width: 128, rows: Rows::Pixels };
    let mut network = network(work)?;
    network.fit(train, &training(work))?;
    let network = network.up_to("dense")?;
    let (mut train, mut test) = (network.outputs(&train.records)?, network.outputs(test)?);
    let squares: f32 = train.iter().map(|x| x * x).sum();
    let unit = (squares / train.nrows() as f32).sqrt() / 10.0;
    train /= unit;
    test /= unit;
    Ok(Shown { train, test })
}

/// Epochs of [`Kind::Mlp`].
pub const MLP_EPOCHS: usize = 20;

/// Seconds that a piece of work takes.
#[derive(Debug, Clone, Deserialize)]
pub struct Cost {
    /// The mean loss of an epoch, by which one sees that all sides do the same.
    #[serde(default)]
    pub loss: Option<f64>,
    /// What a machine decided, for the same reason.
    #[serde(default)]
    pub classes: Vec<usize>,
    /// By the clock.
    pub wall: f64,
    /// By the processors, all threads together; 0 where the system does not say.
    pub processor: f64,
}

impl Cost {
    /// The one that took less time, with the loss of this one: some peers go on with the network of the round before.
    pub fn faster(self, other: Self) -> Self {
        if other.wall < self.wall { Self { loss: self.loss, ..other } } else { self }
    }
}

/// What `work` costs.
fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<Cost> {
    timed_with(|| work().map(|_| None))
}

/// What `work` costs, with the loss that it returns.
fn timed_with(work: impl FnOnce() -> Result<Option<f64>>) -> Result<Cost> {
    let (start, processor) = (Instant::now(), processor_time());
    let loss = work()?;
    let (wall, processor) = (start.elapsed().as_secs_f64(), processor_time() - processor);
    Ok(Cost { loss, classes: Vec::new(), wall, processor })
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
    let (records, targets) = (data.train.records.view(), data.train.targets.view());
    let mut training = training(work);
    if let Some(threads) = threads {
        training = training.threads(threads);
    }
    match work.kind {
        Kind::Predict | Kind::PredictDense => {
            let (network, images) = (network(work)?, data.test.slice(s![..work.samples, ..]));
            // The peers have predicted before, too: what a first call allocates is not timed.
            network.predict(&images)?;
            timed(|| network.predict(&images))
        }
        Kind::SvmFit => {
            let train = machine_data(work, data);
            timed(|| Ok(svm(work).fit(&train)?))
        }
        Kind::SvmPredict => {
            let machine = svm(work).fit(&machine_data(work, data))?;
            let (_, unseen) = data.shown(work.rows);
            let mut classes = Vec::new();
            let predict = || {
                classes = machine.predict(&unseen.slice(s![..work.batch, ..]))?.to_vec();
                Ok(())
            };
            let cost = timed(predict)?;
            Ok(Cost { classes, ..cost })
        }
        Kind::Mlp => {
            let records = records.slice(s![..work.samples, ..]).mapv(f64::from);
            let params = MlpParams::default()
                .hidden_layer_sizes([work.width])
                .batch_size(work.batch)
                .learning_rate_init(0.1)
                .max_iter(MLP_EPOCHS)
                .n_iter_no_change(MLP_EPOCHS + 1)
                .seed(1);
            let train = Dataset::new(records, targets.slice(s![..work.samples]).to_owned());
            timed_with(|| Ok(params.fit(&train)?.loss_curve().last().copied()))
        }
        _ => {
            let mut network = network(work)?;
            let records = records.slice_move(s![..work.samples, ..]);
            let targets = targets.slice_move(s![..work.samples]);
            let train = fashion::linfa::DatasetBase::new(records, targets);
            timed_with(|| Ok(network.fit(&train, &training)?.loss().last().copied()))
        }
    }
}

fn machine_data(work: Work, data: &Data) -> Dataset<f32> {
    let rows = data.shown(work.rows).0.slice_move(s![..work.samples, ..]).to_owned();
    Dataset::new(rows, data.train.targets.slice(s![..work.samples]).to_owned())
}

/// A1's machine for few images, and one that suits many.
fn svm(work: Work) -> SvcParams {
    let (c, gamma) = if work.samples <= 5_000 { (50.0, 0.005) } else { (10.0, 0.02) };
    Svc::params().c(c).kernel(Kernel::rbf(gamma))
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
        Kind::Dense | Kind::PredictDense => {
            images.flatten().dense(work.width).relu().l2(1e-4).dense(10).softmax()
        }
        _ => images.flatten().dense(work.width).sigmoid().dense(10).softmax(),
    };
    architecture.build(1)
}
