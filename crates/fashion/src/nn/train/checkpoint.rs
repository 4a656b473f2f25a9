//! The state of a fit in a file, so that a killed fit goes on where it was.

use std::path::{Path, PathBuf};

use fashion_base::tensor_file::TensorFile;

use super::callbacks::{Plateau, Stopping};
use super::job::{Job, Samples, State};
use super::settings::Keep;
use crate::engine::ENGINE;
use crate::nn::element::Element;
use crate::nn::file::to_json;
use crate::nn::history::Epoch;
use crate::nn::network::Network;
use crate::{Error, Result};

const FORMAT: &str = "fashion checkpoint 4";
/// The same without a checksum: what was kept before there was one is still read.
const OLDER: &str = "fashion checkpoint 3";
/// Numbers per epoch: loss, accuracy, validation loss and accuracy, learning rate, seconds.
const FIGURES: usize = 6;
/// Learning rate, then the memory of both callbacks.
const NUMBERS: usize = 7;

/// What a fit must share with a checkpoint to go on from it: each part with its text.
pub(super) struct Identity(Vec<(&'static str, String)>);

impl Identity {
    /// Of a fit that is about to start.
    pub(super) fn new<E: Element>(network: &Network<E>, job: &Job<'_, E>) -> Result<Self> {
        let hash_values = network.all_values()?;
        let weights = hash(hash_values.iter().flatten().map(|value| value.bits()));
        let data = |samples: &Samples<'_, E>| {
            let values = samples.rows.iter().map(|value| value.bits());
            let count = samples.labels.len();
            let labels = samples.labels.iter().map(|&label| label as u64);
            format!("{count} samples, {:016x}", hash(values.chain(labels)))
        };
        let validation = job.validation.as_ref().map_or("none".into(), data);
        Ok(Self(vec![
            ("engine", ENGINE.to_string()),
            ("architecture", format!("{:?}", network.architecture())),
            ("initial weights", format!("{weights:016x}")),
            ("settings", job.training.fingerprint()),
            ("training data", data(&job.train)),
            ("validation data", validation),
        ]))
    }

    /// The file in which `keep` says to keep this fit of so many epochs.
    pub(super) fn file(&self, keep: &Keep, epochs: usize) -> PathBuf {
        match keep {
            Keep::File(path) => path.clone(),
            Keep::Folder(folder) => {
                let text = self.0.iter().flat_map(|(_, text)| text.bytes()).map(u64::from);
                let name = hash(text.chain([epochs as u64]));
                folder.join(format!("{name:016x}.safetensors"))
            }
        }
    }
}

/// FNV-1a over whole words.
fn hash(words: impl Iterator<Item = u64>) -> u64 {
    words.fold(0xCBF2_9CE4_8422_2325, |hash, word| {
        (hash ^ word).wrapping_mul(0x0000_0100_0000_01B3).rotate_left(23)
    })
}

/// Writes the state after an epoch; of a fit that is `over`, without what only further steps need.
pub(super) fn save<E: Element>(
    path: &Path,
    identity: &Identity,
    network: &Network<E>,
    state: &State<E>,
    over: bool,
) -> Result<()> {
    let mut file = TensorFile::default();
    file.set_text("format", FORMAT);
    for (part, text) in &identity.0 {
        file.set_text(part, text);
    }
    file.set_text("stopped early", to_json(path, &state.history.stopped_early)?);
    file.set_text("over", to_json(path, &over)?);
    file.set_text("step", state.optimizer.steps.to_string());
    file.set_text("epoch", state.epoch.to_string());
    file.set_text("best", to_json(path, &state.best.is_some())?);

    for (index, (name, parameter)) in network.named_parameters().into_iter().enumerate() {
        let shape = &parameter.tensor.sizes();
        file.set(&name, shape, parameter.tensor.values()?);
        for (slot, values) in state.optimizer.slots[index].iter().enumerate().filter(|_| !over) {
            file.set(&format!("optimizer/{slot}/{name}"), shape, values);
        }
        if let Some(best) = &state.best {
            file.set(&format!("best/{name}"), shape, &best[index]);
        }
    }
    let history: Vec<f64> = state.history.epochs.iter().flat_map(figures).collect();
    file.set("history", &[state.epoch, FIGURES], &history);
    let memory = [state.plateau.to_numbers(), state.stopping.to_numbers()].concat();
    file.set("callbacks", &[NUMBERS], &[vec![state.optimizer.learning_rate()], memory].concat());
    Ok(file.write(path)?)
}

fn figures(e: &Epoch) -> [f64; FIGURES] {
    let missing = f64::NAN;
    let validation = (e.val_loss.unwrap_or(missing), e.val_accuracy.unwrap_or(missing));
    [e.loss, e.accuracy, validation.0, validation.1, e.learning_rate, e.seconds]
}

/// Reads the state from `path` if there is such a file.
///
/// # Errors
/// [`Error::ModelFile`](fashion_base::Error::ModelFile) if the file is cut off or belongs to another fit.
pub(super) fn load<E: Element>(
    path: &Path,
    identity: &Identity,
    network: &mut Network<E>,
    epochs: usize,
    state: &mut State<E>,
) -> Result<()> {
    // A missing file is the ordinary start; whatever else is wrong with it shows when it is read.
    if matches!(path.try_exists(), Ok(false)) {
        return Ok(());
    }
    let delete =
        |problem: &str| Error::model_file(path, format!("{problem}; delete it to start anew"));
    let file = TensorFile::read(path).map_err(|error| match error {
        fashion_base::Error::ModelFile { problem, .. } => delete(&problem),
        other => other.into(),
    })?;
    let values = read(&file, identity, network, state);
    network.assign_all(&values.map_err(|error| delete(&error))?)?;
    if state.epoch > epochs {
        let done = state.epoch;
        return Err(Error::model_file(
            path,
            format!("is after {done} epochs, {epochs} are asked for; delete it to start anew"),
        ));
    }
    Ok(())
}

/// The parameters in the file; the rest goes into `state`.
fn read<E: Element>(
    file: &TensorFile,
    identity: &Identity,
    network: &Network<E>,
    state: &mut State<E>,
) -> Result<Vec<Vec<E>>, String> {
    let format = file.text("format")?;
    match format {
        FORMAT => file.sealed()?,
        OLDER => {}
        other => return Err(format!("expected the format `{FORMAT}`, got `{other}`")),
    }
    for (part, own) in &identity.0 {
        let found = file.text(part)?;
        if found != own {
            return Err(format!(
                "is of a fit with other {part}: expected `{own}`, found `{found}`"
            ));
        }
    }
    let number = |key: &str| -> Result<u64, String> {
        file.text(key)?.parse().map_err(|error| format!("entry `{key}`: {error}"))
    };
    state.epoch = number("epoch")? as usize;
    // A step counts on from it.
    state.optimizer.steps = number("step")?.min(1 << 53);
    state.history.stopped_early = file.text("stopped early")? == "true";
    let over = file.text("over")? == "true";
    let has_best = file.text("best")? == "true";
    let (mut parameters, mut best) = (Vec::new(), Vec::new());
    for (name, parameter) in network.named_parameters() {
        let shape = &parameter.tensor.sizes();
        parameters.push(file.get(&name, shape)?);
        // A fit that is over takes no further step.
        let slots = if over { 0 } else { state.optimizer.slots_per_parameter() };
        let slots = (0..slots).map(|slot| file.get(&format!("optimizer/{slot}/{name}"), shape));
        state.optimizer.slots.push(slots.collect::<Result<_, String>>()?);
        if has_best {
            best.push(file.get(&format!("best/{name}"), shape)?);
        }
    }
    state.best = has_best.then_some(best);

    let history: Vec<f64> = file.get("history", &[state.epoch, FIGURES])?;
    let (rows, _) = history.as_chunks::<FIGURES>();
    let epochs = rows.iter().enumerate().map(|(index, row)| {
        let [loss, accuracy, val_loss, val_accuracy, learning_rate, seconds] = *row;
        let present = |value: f64| (!value.is_nan()).then_some(value);
        let (val_loss, val_accuracy) = (present(val_loss), present(val_accuracy));
        let epoch = index + 1;
        Epoch { epoch, loss, accuracy, val_loss, val_accuracy, learning_rate, seconds }
    });
    state.history.epochs = epochs.collect();
    let numbers: Vec<f64> = file.get("callbacks", &[NUMBERS])?;
    if let [rate, a, b, c, d, e, f] = numbers[..] {
        state.optimizer.set_learning_rate(rate);
        state.plateau = Plateau::from_numbers([a, b, c]);
        state.stopping = Stopping::from_numbers([d, e, f]);
    }
    Ok(parameters)
}
