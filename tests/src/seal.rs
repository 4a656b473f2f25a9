//! Model files with another content and a checksum that fits: without it every change would be refused for its
//! checksum, and what stands behind it would not be tested.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest, Sha256};

/// A model file with its texts changed by `edit`, and with the checksum of what it then holds; `None` if the
/// bytes are no safetensors file with our entry.
pub fn resealed(bytes: &[u8], edit: impl FnOnce(&mut BTreeMap<String, String>)) -> Option<Vec<u8>> {
    let length = u64::from_le_bytes(*bytes.first_chunk()?);
    let (header, data) = bytes.get(8..)?.split_at_checked(usize::try_from(length).ok()?)?;
    let mut header: BTreeMap<String, Value> = serde_json::from_slice(header).ok()?;
    let entry = header.get_mut("__metadata__")?.get_mut("fashion")?;
    let mut text: BTreeMap<String, String> = serde_json::from_str(entry.as_str()?).ok()?;
    edit(&mut text);
    text.remove("sha256");
    let mut parts: Vec<Vec<u8>> =
        text.iter().flat_map(|(key, text)| [key, text]).map(|part| part.clone().into()).collect();
    for (name, tensor) in header.iter().filter(|(name, _)| *name != "__metadata__") {
        let [from, to] = [0, 1].map(|end| tensor["data_offsets"][end].as_u64());
        let content = data.get(from? as usize..to? as usize)?;
        let shape: Vec<u64> = serde_json::from_value(tensor["shape"].clone()).ok()?;
        parts.push(format!("{name} {} {shape:?}", tensor["dtype"].as_str()?).into());
        parts.push(content.into());
    }
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    text.insert("sha256".into(), hash.finalize().iter().map(|b| format!("{b:02x}")).collect());
    let entry = header.get_mut("__metadata__")?.get_mut("fashion")?;
    *entry = serde_json::to_string(&text).ok()?.into();
    let header = serde_json::to_vec(&header).ok()?;
    Some([&(header.len() as u64).to_le_bytes(), &header[..], data].concat())
}
