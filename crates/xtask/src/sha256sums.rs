//! The list of checksums that this program and the crate `fashion` share: `data/SHA256SUMS`.

use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

// The crate's own reader: this program does not wait for the crate to be compiled.
#[path = "../../fashion/src/data/content.rs"]
mod content;
use content::{Content, LARGEST};

const LIST: &str = include_str!("../../../data/SHA256SUMS");

/// Name and SHA-256 of each uncompressed file.
pub fn entries() -> impl Iterator<Item = (&'static str, &'static str)> {
    LIST.lines().filter_map(|line| line.split_once("  ")).map(|(sum, name)| (name, sum))
}

/// Whether the content of a file, uncompressed if it is compressed, has this SHA-256: exactly what the
/// crate will accept.
///
/// # Errors
/// If the file cannot be read, is far too large, or is broken gzip.
pub fn matches(path: &Path, sum: &str) -> std::io::Result<bool> {
    let mut file = Vec::new();
    std::fs::File::open(path)?.take(LARGEST + 1).read_to_end(&mut file)?;
    if file.len() as u64 > LARGEST {
        return Ok(false);
    }
    let mut content = Content::of(&file);
    let mut hash = Sha256::new();
    let (mut piece, mut read) = (vec![0; 1 << 16], 0);
    loop {
        let length = content.read(&mut piece)?;
        if length == 0 {
            break;
        }
        hash.update(&piece[..length]);
        // What unpacks to more than any of the files is none of them.
        read += length as u64;
        if read > LARGEST {
            return Ok(false);
        }
    }
    Ok(content.rest() == 0 && hex(&hash.finalize()) == sum)
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

    #[test]
    fn what_counts_is_the_content_whatever_the_name_says_and_nothing_may_follow() {
        use std::io::Write;
        let gzip = |bytes: &[u8]| {
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        };
        let path = std::env::temp_dir().join(format!("xtask-sums-{}.gz", std::process::id()));
        let sum = hex(&Sha256::digest(b"content"));
        let accepted = |file: &[u8]| {
            std::fs::write(&path, file).unwrap();
            matches(&path, &sum).is_ok_and(|matches| matches)
        };
        assert!(accepted(b"content") && accepted(&gzip(b"content")));
        assert!(accepted(&[gzip(b"con"), gzip(b"tent")].concat()));
        assert!(!accepted(&[gzip(b"content"), vec![0]].concat()) && !accepted(b"another"));
        std::fs::remove_file(&path).unwrap();
    }
}
