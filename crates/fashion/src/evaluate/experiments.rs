//! Many trainings of which each is to be compared with the others.

use super::spread::{mean, std_dev};
use crate::nn::{Activation, History, LayerKind, Network, Sequential, Training};
use crate::show::{Bundle, LineChart, Render, Table};
use crate::{Dataset, Error, Result};
use fashion_base::interrupt;
use fashion_base::text::say;
use fashion_statistics::Runs;

/// A table of trainings on the same data, each of them repeated for several seeds: what one training
/// gives more than another counts only beside the spread between seeds.
///
/// ```
/// use fashion::linfa::Dataset;
/// use fashion::ndarray::{Array1, Array2};
/// use fashion::evaluate::Experiments;
/// use fashion::nn::{Sequential, Training};
///
/// let records = Array2::from_shape_fn((60, 2), |(i, j)| ((i * 37 + j * 101) % 64) as f32 / 64.0);
/// let labels = records.rows().into_iter().map(|x| usize::from(x[1] > x[0])).collect::<Array1<_>>();
/// let data = Dataset::new(records, labels);
///
/// let mut runs = Experiments::new(data.clone(), data);
/// let layers = Sequential::new([2]).dense(4).tanh().dense(2).softmax();
/// runs.run("small", &layers, &Training::new().epochs(3), &[1, 2])?;
/// assert_eq!(runs.accuracy("small")?.n(), 2);
/// assert_eq!(runs.curve("small")?.len(), 3);
/// # Ok::<(), fashion::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Experiments {
    train: Dataset<f32>,
    held_out: Dataset<f32>,
    runs: Vec<Run>,
}

/// One training.
#[derive(Debug, Clone)]
pub struct Run {
    /// The name of the experiment: the same for all seeds.
    pub name: String,
    /// The layers with weights, in short: `conv 32 - dense 10`.
    pub architecture: String,
    /// The activation of the first layer with weights, by Keras' name.
    pub activation: String,
    /// The optimizer's, at the start.
    pub learning_rate: f64,
    /// Of weights, order of samples and dropout.
    pub seed: u64,
    /// The number of weights and biases.
    pub n_parameters: usize,
    /// Every epoch; what Keras calls validation is the held-out data.
    pub history: History,
}

impl Run {
    /// Loss on the held-out data after the last epoch.
    pub fn loss(&self) -> f64 {
        self.history.val_loss().last().copied().unwrap_or(f64::NAN)
    }

    /// Accuracy on the held-out data after the last epoch.
    pub fn accuracy(&self) -> f64 {
        self.history.val_accuracy().last().copied().unwrap_or(f64::NAN)
    }
}

impl Experiments {
    /// No runs yet; all of them will train on `train` and be measured on `held_out` after each epoch.
    pub fn new(train: Dataset<f32>, held_out: Dataset<f32>) -> Self {
        Self { train, held_out, runs: Vec::new() }
    }

    /// Trains once per seed and gives the trained networks. Prints one line for each. The seed
    /// replaces that of `training` and draws the weights too.
    ///
    /// Runs that already have this name are replaced, so that a cell can be run again.
    ///
    /// # Errors
    /// As [`Network::fit_validated`]; [`Error::Interrupted`](fashion_base::Error::Interrupted) if the reader
    /// interrupts it: runs of this name are then as they were.
    pub fn run(
        &mut self,
        name: impl Into<String>,
        layers: &Sequential,
        training: &Training,
        seeds: &[u64],
    ) -> Result<Vec<Network<f32>>> {
        let name = name.into();
        let _listening = interrupt::listen();
        let mut networks = Vec::new();
        let mut runs = Vec::new();
        for &seed in seeds {
            let mut network = layers.build(seed)?;
            let training = training.clone().seed(seed).verbose(false);
            let history = network.fit_validated(&self.train, &self.held_out, &training)?;
            // Also what was kept before an interrupt is no whole training.
            interrupt::check("experiment")?;
            let run = Run {
                name: name.clone(),
                architecture: architecture(layers),
                activation: activation(layers),
                learning_rate: history.learning_rate().first().copied().unwrap_or(f64::NAN),
                seed,
                n_parameters: network.n_parameters(),
                history,
            };
            let (epochs, loss, accuracy) = (run.history.len(), run.loss(), run.accuracy());
            say(format_args!(
                "{name}, seed {seed}: {epochs} epochs, loss {loss:.4}, accuracy {accuracy:.4}"
            ));
            runs.push(run);
            networks.push(network);
        }
        self.runs.retain(|run| run.name != name);
        self.runs.extend(runs);
        Ok(networks)
    }

    /// All runs, in the order in which they were made.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// The names of the experiments, in the order in which they were made.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for run in &self.runs {
            if !names.contains(&run.name) {
                names.push(run.name.clone());
            }
        }
        names
    }

    /// The runs of one experiment, one per seed.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) if there is no experiment of this name.
    pub fn of(&self, name: &str) -> Result<Vec<&Run>> {
        let found: Vec<&Run> = self.runs.iter().filter(|run| run.name == name).collect();
        if found.is_empty() {
            return Err(Error::parameter("name", format!("one of {:?}", self.names()), name));
        }
        Ok(found)
    }

    /// Accuracy on the held-out data after the last epoch, over the seeds.
    ///
    /// # Errors
    /// As [`Self::of`], or if a run ended in no number.
    pub fn accuracy(&self, name: &str) -> Result<Runs> {
        Ok(Runs::new(self.accuracies(name)?)?)
    }

    /// The same after this epoch, counted from 1.
    ///
    /// # Errors
    /// As [`Self::accuracy`], or if the epoch is 0.
    pub fn accuracy_at(&self, name: &str, epoch: usize) -> Result<Runs> {
        Ok(Runs::new(self.accuracies_at(name, epoch)?)?)
    }

    /// Loss on the held-out data after the last epoch, over the seeds.
    ///
    /// # Errors
    /// As [`Self::accuracy`].
    pub fn loss(&self, name: &str) -> Result<Runs> {
        let losses: Vec<f64> = self.of(name)?.into_iter().map(Run::loss).collect();
        Ok(Runs::new(losses)?)
    }

    /// Accuracy on the held-out data after the last epoch, for each seed.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub fn accuracies(&self, name: &str) -> Result<Vec<f64>> {
        self.accuracies_at(name, usize::MAX)
    }

    /// Accuracy on the held-out data after this epoch (counted from 1), or after the last one if there
    /// were fewer, for each seed.
    ///
    /// # Errors
    /// As [`Self::of`], or if the epoch is 0.
    pub fn accuracies_at(&self, name: &str, epoch: usize) -> Result<Vec<f64>> {
        if epoch == 0 {
            return Err(Error::parameter("epoch", "at least 1", epoch));
        }
        let last = |run: &Run| {
            let accuracies = run.history.val_accuracy();
            accuracies.get(epoch - 1).or(accuracies.last()).copied().unwrap_or(f64::NAN)
        };
        Ok(self.of(name)?.into_iter().map(last).collect())
    }

    /// Accuracy on the held-out data after each epoch: the mean over the seeds, as long as the
    /// shortest run.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub fn curve(&self, name: &str) -> Result<Vec<f64>> {
        let curves: Vec<_> =
            self.of(name)?.into_iter().map(|run| run.history.val_accuracy()).collect();
        let epochs = curves.iter().map(Vec::len).min().unwrap_or(0);
        let at = |epoch: usize| mean(&curves.iter().map(|curve| curve[epoch]).collect::<Vec<_>>());
        Ok((0..epochs).map(at).collect())
    }

    /// The [`curve`](Self::curve) of each of these experiments, in one chart with this title.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub fn plot<S: AsRef<str>>(
        &self,
        title: impl Into<String>,
        names: impl IntoIterator<Item = S>,
    ) -> Result<LineChart> {
        let chart = LineChart::new(title, "epoch", "accuracy on the held-out data");
        names.into_iter().try_fold(chart, |chart, name| {
            let name = name.as_ref();
            Ok(chart.series(name, &self.curve(name)?))
        })
    }

    /// Mean wall-clock time per epoch in seconds, held-out data included, over all seeds.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub fn seconds_per_epoch(&self, name: &str) -> Result<f64> {
        let runs = self.of(name)?;
        let epochs: usize = runs.iter().map(|run| run.history.len()).sum();
        Ok(runs.iter().map(|run| run.history.fit_time().as_secs_f64()).sum::<f64>() / epochs as f64)
    }

    /// One row per experiment: means over the seeds, and the standard deviation of the accuracy.
    pub fn table(&self) -> Table {
        let mut table = Table::new(
            "Experiments",
            [
                "experiment",
                "layers",
                "activation",
                "learning rate",
                "epochs",
                "parameters",
                "seeds",
                "seconds",
                "loss",
                "accuracy",
                "spread",
            ],
        );
        for name in self.names() {
            let runs: Vec<&Run> = self.runs.iter().filter(|run| run.name == name).collect();
            let average = |value: fn(&Run) -> f64| {
                mean(&runs.iter().map(|run| value(run)).collect::<Vec<_>>())
            };
            let accuracies: Vec<f64> = runs.iter().map(|run| run.accuracy()).collect();
            let spread = std_dev(&accuracies);
            table.push([
                name.clone(),
                runs[0].architecture.clone(),
                runs[0].activation.clone(),
                runs[0].learning_rate.to_string(),
                format!("{:.0}", average(|run| run.history.len() as f64)),
                runs[0].n_parameters.to_string(),
                runs.len().to_string(),
                format!("{:.1}", average(|run| run.history.fit_time().as_secs_f64())),
                format!("{:.4}", average(Run::loss)),
                format!("{:.4}", average(Run::accuracy)),
                if spread.is_nan() { String::new() } else { format!("{spread:.4}") },
            ]);
        }
        table.caption(
            "Loss and accuracy are those of the held-out data after the last epoch; spread is the \
             standard deviation of the accuracy between seeds.",
        )
    }
}

/// The layers with weights, in short.
fn architecture(layers: &Sequential) -> String {
    let name = |kind: &LayerKind| match kind {
        LayerKind::Conv2d(conv) => Some(format!("conv {}", conv.filters)),
        LayerKind::Dense(dense) => Some(dense.units.to_string()),
        _ => None,
    };
    let names: Vec<String> = layers.layers().iter().filter_map(|layer| name(&layer.kind)).collect();
    names.join("-")
}

/// The activation of the first layer with weights.
fn activation(layers: &Sequential) -> String {
    let mut settings = layers.layers().iter().filter_map(|layer| layer.kind.weight_settings());
    crate::nn::activation_name(settings.next().map_or(Activation::Linear, |s| s.activation))
}

impl std::fmt::Display for Experiments {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.table().fmt(f)
    }
}

impl Render for Experiments {
    fn render(&self) -> Bundle {
        self.table().render()
    }
}
