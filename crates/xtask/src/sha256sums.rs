//! The list of checksums that this program and the crate `fashion` share: `data/SHA256SUMS`.

use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

const LIST: &str = include_str!("../../../data/SHA256SUMS");

/// Name and SHA-256 of each uncompressed file.
pub fn entries() -> impl Iterator<Item = (&'static str, &'static str)> {
    LIST.lines().filter_map(|line| line.split_once("  ")).map(|(sum, name)| (name, sum))
}

/// Whether the content of a file, uncompressed if its name ends in `.gz`, has this SHA-256.
///
/// # Errors
/// If the file cannot be read or is not gzip.
pub fn matches(path: &Path, sum: &str) -> std::io::Result<bool> {
    let file = std::fs::File::open(path)?;
    let mut content: Box<dyn Read> = if path.extension().is_some_and(|end| end == "gz") {
        Box::new(flate2::read::MultiGzDecoder::new(file))
    } else {
        Box::new(file)
    };
    let mut hash = Sha256::new();
    let mut piece = vec![0; 1 << 16];
    loop {
        match content.read(&mut piece)? {
            0 => break,
            length => hash.update(&piece[..length]),
        }
    }
    Ok(hex(&hash.finalize()) == sum)
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_the_four_files_and_whole_checksums() {
        let entries: Vec<_> = entries().collect();
        assert_eq!(entries.len(), 4);
        assert!(entries.iter().all(|(name, sum)| name.ends_with("-ubyte") && sum.len() == 64));
    }
}
