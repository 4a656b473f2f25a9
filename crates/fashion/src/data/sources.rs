//! Where the files are looked for, and what they must contain.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::idx::{self, Idx};
use crate::{Error, Result};

/// The one list of checksums (SHA-256 of the uncompressed files), which `cargo xtask data` reads
/// too.
const SUMS: &str = include_str!("../../../../data/SHA256SUMS");
const EXCERPT_SUMS: &str = include_str!("../../../../data/excerpt/SHA256SUMS");

/// Images and labels of one part of the data.
pub(super) struct Part {
    pub images: &'static str,
    pub labels: &'static str,
    pub count: usize,
}

/// The training and test part of Fashion-MNIST or of its excerpt.
pub(super) struct Edition {
    pub train: Part,
    pub test: Part,
    sums: &'static str,
}

pub(super) const FULL: Edition = edition(60_000, 10_000, SUMS);
pub(super) const EXCERPT: Edition = edition(2_000, 1_000, EXCERPT_SUMS);

const fn edition(train: usize, test: usize, sums: &'static str) -> Edition {
    Edition {
        train: Part {
            images: "train-images-idx3-ubyte",
            labels: "train-labels-idx1-ubyte",
            count: train,
        },
        test: Part {
            images: "t10k-images-idx3-ubyte",
            labels: "t10k-labels-idx1-ubyte",
            count: test,
        },
        sums,
    }
}

/// The folders that are searched for the full files, in order: `FASHION_MNIST_DIR` (alone, if it
/// is set), `data/fashion-mnist` in the checkout, and the folder of Debian's and Ubuntu's package
/// `dataset-fashion-mnist`.
pub fn source_dirs() -> Vec<PathBuf> {
    match std::env::var_os("FASHION_MNIST_DIR").filter(|dir| !dir.is_empty()) {
        Some(dir) => vec![dir.into()],
        None => vec![
            data_dir().join("fashion-mnist"),
            PathBuf::from("/usr/share/datasets/fashion-mnist"),
        ],
    }
}

/// The folder of the excerpt that is part of the checkout.
pub fn excerpt_dir() -> PathBuf {
    data_dir().join("excerpt")
}

/// The checkout's `data`: where it was when this crate was compiled, or, if the checkout has moved
/// since, beside or above the current folder.
fn data_dir() -> PathBuf {
    let compiled = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data");
    find_data_dir(&compiled, &std::env::current_dir().unwrap_or_default())
}

fn find_data_dir(compiled: &Path, here: &Path) -> PathBuf {
    let beside = here.ancestors().map(|dir| dir.join("data"));
    let found = std::iter::once(compiled.to_owned())
        .chain(beside)
        .find(|dir| dir.join("SHA256SUMS").is_file());
    let dir = found.unwrap_or_else(|| compiled.to_owned());
    // Without the `..`: the path is shown to readers.
    dir.canonicalize().unwrap_or(dir)
}

/// The file called `name` in `dir`, compressed or not.
pub(super) fn file(dir: &Path, name: &str) -> Option<PathBuf> {
    places(dir, name).into_iter().find(|path| path.is_file())
}

fn places(dir: &Path, name: &str) -> [PathBuf; 2] {
    [dir.join(format!("{name}.gz")), dir.join(name)]
}

/// Whether `dir` has all files of an edition.
pub(super) fn is_complete(dir: &Path, edition: &Edition) -> bool {
    [&edition.train, &edition.test]
        .iter()
        .all(|part| file(dir, part.images).is_some() && file(dir, part.labels).is_some())
}

/// Reads one file of an edition and compares its content with the checksum.
pub(super) fn read_verified<const N: usize>(
    dir: &Path,
    edition: &Edition,
    name: &'static str,
    dimensions: [usize; N],
) -> Result<(PathBuf, Idx<N>)> {
    let missing = || std::io::ErrorKind::NotFound.into();
    // What is there and is no file is named when it is read.
    let other = || places(dir, name).into_iter().find(|path| path.exists());
    let path = file(dir, name)
        .or_else(other)
        .ok_or_else(|| Error::io("looking for", &dir.join(format!("{name}.gz")), missing()))?;
    let idx = idx::read(&path, Some(dimensions))?;
    let mut hash = Sha256::new();
    hash.update(&idx.header);
    hash.update(&idx.elements);
    let got: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let expected = sum(edition.sums, name);
    if got == expected {
        return Ok((path, idx));
    }
    Err(Error::NotFashionMnist { path, expected: expected.into(), got, hint: hint(&idx) })
}

/// The checksum of a file in a list of lines `<sha256>  <name>`.
fn sum<'a>(sums: &'a str, name: &str) -> &'a str {
    sums.lines()
        .filter_map(|line| line.split_once("  "))
        .find(|(_, file)| *file == name)
        .map_or("(not listed)", |(sum, _)| sum)
}

/// What a well-formed file with another content may be.
///
/// The labels of the MNIST digits are known by their counts: Fashion-MNIST has as many of each.
fn hint<const N: usize>(idx: &Idx<N>) -> &'static str {
    const DIGITS: [[usize; 10]; 2] = [
        [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
        [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
    ];
    let mut counts = [0; 10];
    if N == 1 {
        for &label in &idx.elements {
            if let Some(count) = counts.get_mut(usize::from(label)) {
                *count += 1;
            }
        }
    }
    if DIGITS.contains(&counts) {
        "these are the labels of the MNIST digits, which come under the same file names; run \
         `cargo xtask data`"
    } else {
        "not Fashion-MNIST (the MNIST digits come under the same file names); run \
         `cargo xtask data`"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of this test's own, removed at its end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(test: &str) -> Self {
            let name = format!("fashion-sources-{}-{test}", std::process::id());
            let dir = std::env::temp_dir().join(name);
            std::fs::create_dir_all(&dir).unwrap();
            Self(dir)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    /// Reads a file of labels in which each label comes as often as `counts` says.
    fn read_labels_with(test: &str, counts: [usize; 10]) -> Error {
        let folder = Folder::new(test);
        let mut file = vec![0, 0, 8, 1];
        file.extend((counts.iter().sum::<usize>() as u32).to_be_bytes());
        for (label, &count) in counts.iter().enumerate() {
            file.extend(std::iter::repeat_n(label as u8, count));
        }
        std::fs::write(folder.0.join(FULL.test.labels), file).unwrap();
        read_verified(&folder.0, &FULL, FULL.test.labels, [FULL.test.count]).err().unwrap()
    }

    #[test]
    fn the_digits_are_recognised_and_other_content_is_refused() {
        let digits = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009];
        let message = read_labels_with("digits", digits).to_string();
        assert!(message.contains("these are the labels of the MNIST digits"), "{message}");
        assert!(message.contains(FULL.test.labels), "{message}");

        let message = read_labels_with("sorted", [1000; 10]).to_string();
        assert!(message.contains("not Fashion-MNIST"), "{message}");
        assert!(message.contains("SHA-256 0402a96d92fd"), "{message}");
    }

    #[test]
    fn each_file_of_each_edition_has_a_checksum() {
        for edition in [&FULL, &EXCERPT] {
            for part in [&edition.train, &edition.test] {
                for name in [part.images, part.labels] {
                    let sum = sum(edition.sums, name);
                    assert!(sum.len() == 64 && sum.bytes().all(|b| b.is_ascii_hexdigit()), "{sum}");
                }
            }
        }
    }

    #[test]
    fn a_checkout_that_moved_is_found_from_the_folder_of_a_notebook() {
        let checkout = Folder::new("moved");
        let notebooks = checkout.0.join("notebooks");
        std::fs::create_dir_all(&notebooks).unwrap();
        std::fs::create_dir_all(checkout.0.join("data")).unwrap();
        std::fs::write(checkout.0.join("data/SHA256SUMS"), "").unwrap();
        let found = find_data_dir(Path::new("/no/such/checkout/data"), &notebooks);
        assert!(found.ends_with("data") && found.join("SHA256SUMS").is_file(), "{found:?}");
    }

    #[test]
    fn a_folder_without_the_files_is_not_complete_and_names_what_is_missing() {
        let empty = Folder::new("empty");
        assert!(!is_complete(&empty.0, &EXCERPT));
        assert!(is_complete(&excerpt_dir(), &EXCERPT));
        let error = read_verified(&empty.0, &FULL, FULL.train.labels, [60_000]).err().unwrap();
        assert!(error.to_string().contains("train-labels-idx1-ubyte.gz"), "{error}");
        std::fs::create_dir(empty.0.join(FULL.train.labels)).unwrap();
        let error = read_verified(&empty.0, &FULL, FULL.train.labels, [60_000]).err().unwrap();
        assert!(error.to_string().contains("expected a file, got a folder"), "{error}");
    }
}
