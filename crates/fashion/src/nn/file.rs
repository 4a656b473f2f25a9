//! Networks in files: safetensors with the architecture inside.

use std::path::Path;

use super::element::Element;
use super::layer::Layer;
use super::layers::settings::Settings as _;
use super::loss::Loss;
use super::network::Network;
use super::sequential::Sequential;
use crate::{Error, Result};
use fashion_base::interrupt::Unfinished;
use fashion_base::tensor_file::TensorFile;

const FORMAT: &str = "fashion network 2";
/// An entry that only a network has whose last fit was interrupted.
const INTERRUPTED: &str = "interrupted";

impl<E: Element> Network<E> {
    /// Writes weights, architecture and loss as a safetensors file. The file appears whole or not at
    /// all; a file of that name is replaced.
    ///
    /// # Errors
    /// [`Error::Io`](fashion_base::Error::Io) if the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let mut file = TensorFile::default();
        file.set_text("format", FORMAT);
        file.set_text("architecture", to_json(path, self.architecture())?);
        file.set_text("loss", to_json(path, &self.loss)?);
        if self.interrupted() {
            file.set_text(INTERRUPTED, "true");
        }
        for (name, parameter) in self.named_parameters() {
            file.set(&name, &parameter.tensor.sizes(), parameter.tensor.values()?);
        }
        Ok(file.write(path)?)
    }

    /// Reads a network that [`Self::save`] wrote.
    ///
    /// # Errors
    /// [`Error::Io`](fashion_base::Error::Io) if the file cannot be read,
    /// [`Error::ModelFile`](fashion_base::Error::ModelFile) if it is damaged, not one of ours, of another
    /// version or number type, or its numbers are not finite.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        Self::of_file(&TensorFile::read(path)?, path)
    }

    /// [`Self::load`] from the bytes of such a file, where there are no files: in a browser.
    ///
    /// # Errors
    /// As [`Self::load`], but for [`Error::Io`](fashion_base::Error::Io).
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let path = Path::new("network");
        Self::of_file(&TensorFile::from_bytes(bytes, path)?, path)
    }

    fn of_file(file: &TensorFile, path: &Path) -> Result<Self> {
        let mut network = architecture(file, path)?.build_as::<E>(0)?;
        network.read_weights(path, file)?;
        Ok(network)
    }

    /// Reads the weights of a network of the same architecture.
    ///
    /// # Errors
    /// As [`Self::load`], and [`Error::ModelFile`](fashion_base::Error::ModelFile) with the first difference if
    /// the architectures differ.
    pub fn load_weights(&mut self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let file = TensorFile::read(path)?;
        match difference(self.architecture(), &architecture(&file, path)?) {
            Some(difference) => Err(Error::model_file(path, difference)),
            None => self.read_weights(path, &file),
        }
    }

    fn read_weights(&mut self, path: &Path, file: &TensorFile) -> Result<()> {
        let parameters = self.named_parameters();
        let values: Result<Vec<Vec<E>>, String> =
            parameters.iter().map(|(name, p)| file.get(name, &p.tensor.sizes())).collect();
        // Nothing is changed before everything has been read.
        let values = values.map_err(|error| Error::model_file(path, error))?;
        let mut named = parameters.iter().zip(&values);
        if let Some(((name, _), _)) = named.find(|(_, v)| v.iter().any(|x| !x.is_finite())) {
            let problem = format!("tensor `{name}`: expected finite numbers, got others");
            return Err(Error::model_file(path, problem));
        }
        let loss = from_json::<Loss>(path, file, "loss")?;
        loss.check(self.last_activation())
            .map_err(|error| Error::model_file(path, error.to_string()))?;
        self.loss = loss;
        self.unfinished = file.text(INTERRUPTED).is_ok().then(Unfinished::new);
        self.assign_all(&values)
    }
}

/// The architecture that a file of this format holds the weights of.
fn architecture(file: &TensorFile, path: &Path) -> Result<Sequential> {
    let format = file.text("format").map_err(|error| Error::model_file(path, error))?;
    if format != FORMAT {
        let hint = match format.strip_prefix("fashion network ") {
            Some(_) => "another version wrote it: train the network again and save it",
            None => "it holds no network",
        };
        let problem = format!("expected the format `{FORMAT}`, got `{format}`; {hint}");
        return Err(Error::model_file(path, problem));
    }
    file.sealed().map_err(|error| Error::model_file(path, error))?;
    let architecture: Sequential = from_json(path, file, "architecture")?;
    // Before a network is built: a broken file could ask for all of the memory.
    let needed =
        architecture.n_parameters().map_err(|error| Error::model_file(path, error.to_string()))?;
    let there = file.values();
    if there != needed {
        let problem = format!("its layers have {needed} weights and biases, it holds {there}");
        return Err(Error::model_file(path, problem));
    }
    Ok(architecture)
}

pub(in crate::nn) fn to_json<T: serde::Serialize>(path: &Path, value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::model_file(path, error.to_string()))
}

fn from_json<T: serde::de::DeserializeOwned>(
    path: &Path,
    file: &TensorFile,
    key: &str,
) -> Result<T> {
    let text = file.text(key).map_err(|error| Error::model_file(path, error))?;
    serde_json::from_str(text)
        .map_err(|error| Error::model_file(path, format!("entry `{key}`: {error}")))
}

/// The first difference between an architecture and that of a file, in words.
pub(crate) fn difference(own: &Sequential, file: &Sequential) -> Option<String> {
    if own.input_shape() != file.input_shape() {
        let (own, file) = (own.input_shape(), file.input_shape());
        return Some(format!("the network takes {own:?}, the file's takes {file:?}"));
    }
    let count = own.layers().len().max(file.layers().len());
    (0..count).map(|index| (index, own.layers().get(index), file.layers().get(index))).find_map(
        |(index, own, file)| {
            let say = |layer: Option<&Layer>| {
                layer.map_or("none".into(), |l| format!("{} ({})", l.name, l.kind.describe()))
            };
            let (mut ours, mut theirs) = (say(own), say(file));
            if ours == theirs {
                // The difference is in a setting that the short description leaves out.
                (ours, theirs) = (format!("{own:?}"), format!("{file:?}"));
            }
            let number = index + 1;
            (own != file)
                .then(|| format!("layer {number}: the network has {ours}, the file has {theirs}"))
        },
    )
}
