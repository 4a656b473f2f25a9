//! Safetensors files, written whole or not at all, with a checksum of all that they hold.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::io::Read as _;
use std::path::Path;

use safetensors::tensor::{Dtype, SafeTensors, View, serialize};

use sha2::{Digest as _, Sha256};

use crate::{Error, Result, memory, whole_file};

/// The key of our text in a file's metadata.
const ENTRY: &str = "fashion";
/// The text that has the checksum of the others and of the tensors.
const CHECKSUM: &str = "sha256";
/// The most bytes that the names and shapes of a file's tensors take: safetensors' own limit.
const LONGEST_HEADER: u64 = 100_000_000;

/// A number type that tensors in files may have.
pub trait Stored: Copy {
    /// The type's name in a safetensors file.
    const DTYPE: Dtype;
    /// The values, little-endian.
    fn to_bytes(values: &[Self]) -> Vec<u8>;
    /// The values that [`Self::to_bytes`] has written.
    fn from_bytes(bytes: &[u8]) -> Vec<Self>;
}

macro_rules! stored {
    ($($type:ty => $dtype:ident),+) => {$(
        impl Stored for $type {
            const DTYPE: Dtype = Dtype::$dtype;

            fn to_bytes(values: &[Self]) -> Vec<u8> {
                values.iter().flat_map(|value| value.to_le_bytes()).collect()
            }

            fn from_bytes(bytes: &[u8]) -> Vec<Self> {
                let (values, _) = bytes.as_chunks();
                values.iter().map(|&bytes| Self::from_le_bytes(bytes)).collect()
            }
        }
    )+};
}
stored!(f32 => F32, f64 => F64, u8 => U8);

/// Named tensors and text.
#[derive(Debug, Clone, Default)]
pub struct TensorFile {
    text: BTreeMap<String, String>,
    tensors: BTreeMap<String, Tensor>,
}

#[derive(Debug, Clone)]
struct Tensor {
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl View for &Tensor {
    fn dtype(&self) -> Dtype {
        self.dtype
    }
    fn shape(&self) -> &[usize] {
        &self.shape
    }
    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.bytes)
    }
    fn data_len(&self) -> usize {
        self.bytes.len()
    }
}

impl TensorFile {
    /// Sets a text.
    pub fn set_text(&mut self, key: &str, text: impl Into<String>) {
        self.text.insert(key.into(), text.into());
    }

    /// Sets a tensor of this shape.
    pub fn set<E: Stored>(&mut self, name: &str, shape: &[usize], values: &[E]) {
        let (shape, bytes) = (shape.to_vec(), E::to_bytes(values));
        self.tensors.insert(name.into(), Tensor { dtype: E::DTYPE, shape, bytes });
    }

    /// Text that must be there.
    ///
    /// # Errors
    /// In words, if it is not.
    pub fn text(&self, key: &str) -> Result<&str, String> {
        self.text.get(key).map(String::as_str).ok_or(format!("no entry `{key}`: not ours"))
    }

    /// A tensor that must be there, with this shape and type.
    ///
    /// # Errors
    /// In words, if it is not there or another.
    pub fn get<E: Stored>(&self, name: &str, shape: &[usize]) -> Result<Vec<E>, String> {
        let tensor = self.tensors.get(name).ok_or(format!("no tensor `{name}`"))?;
        if tensor.shape != shape || tensor.dtype != E::DTYPE {
            let Tensor { dtype, shape: got, .. } = tensor;
            let expected = E::DTYPE;
            return Err(format!(
                "tensor `{name}`: expected {shape:?} of {expected:?}, got {got:?} of {dtype:?}"
            ));
        }
        Ok(E::from_bytes(&tensor.bytes))
    }

    /// The numbers in all tensors together.
    pub fn values(&self) -> usize {
        // Its bytes are there, so their number can be counted.
        self.tensors.values().map(|tensor| tensor.shape.iter().product::<usize>()).sum()
    }

    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        // One entry, because several would be written in an order that differs from run to run.
        let mut text = self.text.clone();
        text.insert(CHECKSUM.into(), self.checksum());
        let text =
            serde_json::to_string(&text).map_err(|e| Error::model_file(path, e.to_string()))?;
        let text = Some(HashMap::from([(ENTRY.to_owned(), text)]));
        let bytes =
            serialize(&self.tensors, &text).map_err(|e| Error::model_file(path, e.to_string()))?;
        whole_file::write(path, &bytes)
    }

    /// The SHA-256 of everything in the file, each part with its length before it, in hexadecimal digits.
    pub fn checksum(&self) -> String {
        let mut hash = Sha256::new();
        let mut part = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        };
        for (key, text) in self.text.iter().filter(|(key, _)| *key != CHECKSUM) {
            part(key.as_bytes());
            part(text.as_bytes());
        }
        for (name, Tensor { dtype, shape, bytes }) in &self.tensors {
            part(format!("{name} {dtype:?} {shape:?}").as_bytes());
            part(bytes);
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether the file has a checksum; [`Self::read`] has then compared it. Files that were written before
    /// there was one have none.
    ///
    /// # Errors
    /// In words, if it has none.
    pub fn sealed(&self) -> Result<(), String> {
        self.text(CHECKSUM)
            .map(drop)
            .map_err(|_| "it has no checksum: another version wrote it".into())
    }

    /// Reads a whole file, and compares its checksum if it has one.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be read, [`Error::ModelFile`] if it is cut off, not ours, or not as it was
    /// written.
    pub fn read(path: &Path) -> Result<Self> {
        Self::from_bytes(&bytes(path)?, path)
    }

    /// The content of a whole file; errors call it `path`. Where there are no files, as in a browser, the
    /// bytes come from elsewhere.
    ///
    /// # Errors
    /// [`Error::ModelFile`] if it is cut off, not ours, or not as it was written.
    pub fn from_bytes(bytes: &[u8], path: &Path) -> Result<Self> {
        let invalid = |error: safetensors::SafeTensorError| {
            Error::model_file(path, format!("no whole safetensors file: {error}"))
        };
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(invalid)?;
        let parsed = SafeTensors::deserialize(bytes).map_err(invalid)?;
        let tensors = parsed.tensors().into_iter().map(|(name, view)| {
            let (shape, bytes) = (view.shape().to_vec(), view.data().to_vec());
            (name, Tensor { dtype: view.dtype(), shape, bytes })
        });
        let entry = header.metadata().as_ref().and_then(|entries| entries.get(ENTRY));
        let text = entry.and_then(|text| serde_json::from_str(text).ok());
        let text: BTreeMap<String, String> =
            text.ok_or_else(|| Error::model_file(path, format!("no entry `{ENTRY}`: not ours")))?;
        let file = Self { text, tensors: tensors.collect() };
        match file.text.get(CHECKSUM) {
            Some(checksum) if *checksum != file.checksum() => Err(Error::model_file(
                path,
                "its content is not what was written (another checksum): it is damaged",
            )),
            _ => Ok(file),
        }
    }
}

/// The content of what may be a safetensors file: the length of its header shows what is none, however
/// large it is.
fn bytes(path: &Path) -> Result<Vec<u8>> {
    let failed = |source| Error::Io { action: "reading", path: path.into(), source };
    let mut file = whole_file::open(path)?;
    let length = file.metadata().map_err(failed)?.len();
    memory::check("a model file", length.saturating_mul(2))
        .map_err(|error| Error::model_file(path, error.to_string()))?;
    let mut bytes = Vec::new();
    file.by_ref().take(8).read_to_end(&mut bytes).map_err(failed)?;
    let header = bytes.as_slice().try_into().map(u64::from_le_bytes);
    if header.is_ok_and(|header| header > LONGEST_HEADER.min(length)) {
        return Err(Error::model_file(path, "no whole safetensors file: its header is cut off"));
    }
    file.take(length).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}
