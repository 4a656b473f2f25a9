//! Files in the IDX format of the MNIST family, plain or compressed with gzip.
//!
//! An IDX file is a magic number (two zero bytes, the element type, the number of dimensions),
//! each dimension as a big-endian `u32`, and the elements in row-major order.

use std::io::{Cursor, Read};
use std::path::Path;

use flate2::bufread::GzDecoder;
use ndarray::{Array1, Array3};

use crate::{Error, Result};

const GZIP: [u8; 2] = [0x1f, 0x8b];
const UNSIGNED_BYTES: u8 = 0x08;
/// Twenty times the largest file of Fashion-MNIST; a header that declares more is not believed.
const LARGEST: u64 = 1 << 30;

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
/// [`Error::Io`], [`Error::IdxMagic`], [`Error::IdxDimensions`], [`Error::Truncated`],
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
    let file = std::fs::read(path).map_err(|source| Error::Io {
        action: "reading",
        path: path.to_owned(),
        source,
    })?;
    if file.starts_with(&GZIP) {
        let mut decoder = GzDecoder::new(file.as_slice());
        let idx = parse(path, &mut decoder, expected)?;
        match decoder.into_inner().len() {
            0 => Ok(idx),
            more => Err(Error::TrailingBytes {
                path: path.to_owned(),
                expected: "the end of the file after the gzip stream".into(),
                got: format!("{more} more bytes"),
            }),
        }
    } else {
        parse(path, &mut Cursor::new(file), expected)
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
