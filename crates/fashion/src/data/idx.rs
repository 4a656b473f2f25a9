//! Files in the IDX format of the MNIST family, plain or compressed with gzip.
//!
//! An IDX file is a magic number (two zero bytes, the element type, the number of dimensions),
//! each dimension as a big-endian `u32`, and the elements in row-major order.

use std::io::Read;
use std::path::Path;

use fashion_base::whole_file;
use ndarray::{Array1, Array3};

use super::content::{Content, LARGEST};
use crate::{Error, Result};

const UNSIGNED_BYTES: u8 = 0x08;

/// One IDX file of unsigned bytes with `N` dimensions.
pub(super) struct Idx<const N: usize> {
    /// The bytes before the elements, as they stand in the file.
    pub header: Vec<u8>,
    pub dimensions: [usize; N],
    pub elements: Vec<u8>,
}

/// Reads images from an IDX file: number x rows x columns.
///
/// # Errors
/// [`Error::Io`](fashion_base::Error::Io), [`Error::IdxMagic`], [`Error::IdxDimensions`], [`Error::Truncated`],
/// [`Error::TrailingBytes`] or [`Error::Gzip`], each with the file's name.
pub fn read_images(path: impl AsRef<Path>) -> Result<Array3<u8>> {
    let Idx { dimensions, elements, .. } = read::<3>(path.as_ref(), None)?;
    Array3::from_shape_vec(dimensions, elements)
        .map_err(|e| Error::shape("reading images", format!("{dimensions:?}"), e))
}

/// Reads labels from an IDX file.
///
/// # Errors
/// As [`read_images`].
pub fn read_labels(path: impl AsRef<Path>) -> Result<Array1<u8>> {
    Ok(Array1::from_vec(read::<1>(path.as_ref(), None)?.elements))
}

/// Reads the file at `path`; with `expected`, its dimensions must be these.
pub(super) fn read<const N: usize>(path: &Path, expected: Option<[usize; N]>) -> Result<Idx<N>> {
    let file = whole_file::read(path, LARGEST + 4 * (1 + N as u64))?;
    let mut content = Content::of(&file);
    let idx = parse(path, &mut content, expected)?;
    match content.rest() {
        0 => Ok(idx),
        more => Err(Error::TrailingBytes {
            path: path.to_owned(),
            expected: "the end of the file after the gzip stream".into(),
            got: format!("{more} more bytes"),
        }),
    }
}

fn parse<const N: usize>(
    path: &Path,
    reader: &mut impl Read,
    expected: Option<[usize; N]>,
) -> Result<Idx<N>> {
    let mut header = vec![0; 4 + 4 * N];
    fill(path, reader, &mut header[..4])?;
    if header[..4] != [0, 0, UNSIGNED_BYTES, N as u8] {
        return Err(Error::IdxMagic {
            path: path.to_owned(),
            expected: format!("00 00 {UNSIGNED_BYTES:02x} {N:02x}"),
            got: header[..4].iter().map(|b| format!("{b:02x}")).collect::<Vec<_>>().join(" "),
        });
    }
    fill(path, reader, &mut header[4..])?;
    let dimensions: [usize; N] = std::array::from_fn(|i| {
        let at = 4 + 4 * i;
        u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]) as usize
    });
    let wrong = |expected: String| Error::IdxDimensions {
        path: path.to_owned(),
        expected,
        got: dimensions.map(|d| d.to_string()).join(" x "),
    };
    if let Some(expected) = expected.filter(|&e| e != dimensions) {
        return Err(wrong(expected.map(|d| d.to_string()).join(" x ")));
    }
    let size = dimensions
        .iter()
        .try_fold(1u64, |product, &d| product.checked_mul(d as u64))
        .filter(|&size| size <= LARGEST)
        .ok_or_else(|| wrong(format!("at most {LARGEST} bytes")))?;
    let mut elements = vec![0; size as usize];
    fill(path, reader, &mut elements)?;
    // One byte too many is enough to know; a stream that goes on for ever is not followed. At the
    // end of a gzip stream this read also compares its checksum.
    match reader.read(&mut [0]) {
        Ok(0) => Ok(Idx { header, dimensions, elements }),
        Ok(_) => Err(Error::TrailingBytes {
            path: path.to_owned(),
            expected: format!("{size} bytes after the header, as it declares"),
            got: "more".into(),
        }),
        Err(source) => Err(broken(path, source, size as usize, size as usize)),
    }
}

/// Fills the buffer, in pieces so that a checksum reads them while they are in the cache.
fn fill(path: &Path, reader: &mut impl Read, buffer: &mut [u8]) -> Result<()> {
    const PIECE: usize = 1 << 16;
    let mut done = 0;
    while done < buffer.len() {
        let end = buffer.len().min(done + PIECE);
        match reader.read(&mut buffer[done..end]) {
            Ok(0) => return Err(truncated(path, buffer.len(), done)),
            Ok(count) => done += count,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(broken(path, e, buffer.len(), done)),
        }
    }
    Ok(())
}

fn truncated(path: &Path, expected: usize, got: usize) -> Error {
    Error::Truncated { path: path.to_owned(), expected, got }
}

fn broken(path: &Path, source: std::io::Error, expected: usize, got: usize) -> Error {
    if source.kind() == std::io::ErrorKind::UnexpectedEof {
        truncated(path, expected, got)
    } else {
        Error::Gzip { path: path.to_owned(), source }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::path::PathBuf;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    /// Two images of 2 x 3 pixels.
    fn images() -> Vec<u8> {
        let mut file = vec![0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3];
        file.extend(0..12);
        file
    }

    /// Reads `content` as a file of images; the file's name must be in the error.
    fn read_bytes(test: &str, content: &[u8]) -> Result<Array3<u8>> {
        let name = format!("fashion-idx-{}-{test}", std::process::id());
        let path: PathBuf = std::env::temp_dir().join(&name);
        std::fs::write(&path, content).unwrap();
        let result = read_images(&path);
        std::fs::remove_file(&path).unwrap();
        if let Err(error) = &result {
            assert!(error.to_string().contains(&name), "{error}");
        }
        result
    }

    #[test]
    fn plain_and_compressed_files_hold_the_same_images() {
        for (test, file) in [("plain", images()), ("gzip", gzip(&images()))] {
            let images = read_bytes(test, &file).unwrap();
            assert_eq!(images.dim(), (2, 2, 3));
            assert_eq!(images[[1, 0, 2]], 8);
        }
    }

    #[test]
    fn several_gzip_streams_are_one_file_wherever_it_is_cut_into_them() {
        let whole = images();
        for cut in [0, 3, 16, 20, whole.len()] {
            let file = [gzip(&whole[..cut]), gzip(&whole[cut..])].concat();
            let images = read_bytes(&format!("members-{cut}"), &file).unwrap();
            assert_eq!(images[[1, 0, 2]], 8, "{cut}");
        }
    }

    #[test]
    fn labels_read_as_images_have_the_wrong_magic_number() {
        let labels = [0, 0, 8, 1, 0, 0, 0, 2, 7, 7];
        let error = read_bytes("magic", &labels).unwrap_err();
        assert!(matches!(error, Error::IdxMagic { .. }));
        assert!(error.to_string().contains("expected the IDX magic number 00 00 08 03"), "{error}");
        assert!(error.to_string().contains("got 00 00 08 01"), "{error}");
    }

    #[test]
    fn other_dimensions_than_expected_are_refused_before_the_elements_are_read() {
        let header = &images()[..16];
        let path = Path::new("some-images");
        let error = parse(path, &mut &*header, Some([2, 28, 28])).err().unwrap();
        assert!(matches!(error, Error::IdxDimensions { .. }));
        assert!(error.to_string().contains("expected dimensions 2 x 28 x 28"), "{error}");
        assert!(error.to_string().contains("declares 2 x 2 x 3"), "{error}");
    }

    #[test]
    fn a_file_cut_anywhere_is_truncated() {
        for (kind, whole) in [("plain", images()), ("gzip", gzip(&images()))] {
            for length in 0..whole.len() {
                // Without its second byte a gzip file no longer shows that it is one.
                let error = read_bytes(&format!("cut-{kind}-{length}"), &whole[..length]);
                assert!(matches!(error, Err(Error::Truncated { .. })), "{length}: {error:?}");
            }
        }
    }

    #[test]
    fn bytes_after_the_end_are_refused() {
        let longer = [images(), vec![0]].concat();
        let after_gzip = [gzip(&images()), vec![0]].concat();
        for (test, file) in
            [("plain-tail", longer.clone()), ("gzip-tail", gzip(&longer)), ("after", after_gzip)]
        {
            let error = read_bytes(test, &file);
            assert!(matches!(error, Err(Error::TrailingBytes { .. })), "{test}: {error:?}");
        }
    }

    #[test]
    fn a_bomb_is_refused_by_what_its_header_declares() {
        // A kilobyte that unpacks to a megabyte, but declares 12 bytes.
        let bomb = gzip(&[images(), vec![0; 1 << 20]].concat());
        assert!(matches!(read_bytes("bomb", &bomb), Err(Error::TrailingBytes { .. })));
        // A header that declares 2^96 bytes must not be allocated.
        let mut giant = images();
        giant[4..16].fill(0xff);
        let error = read_bytes("giant", &gzip(&giant));
        assert!(matches!(error, Err(Error::IdxDimensions { .. })), "{error:?}");
    }

    #[test]
    fn a_damaged_stream_is_named_as_such() {
        let mut damaged = gzip(&images());
        let checksum = damaged.len() - 8;
        damaged[checksum] ^= 1;
        let error = read_bytes("checksum", &damaged);
        assert!(matches!(error, Err(Error::Gzip { .. })), "{error:?}");
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = read_labels("/no/such/labels").unwrap_err();
        assert!(error.to_string().contains("reading /no/such/labels"), "{error}");
    }
}
