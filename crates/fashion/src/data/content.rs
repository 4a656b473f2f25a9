//! The content of a data file, which may be compressed: the one way in which the crate and `cargo xtask data`
//! (which includes this file) read it, so that what the one accepts the other does too.

use std::io::{self, Read};

use flate2::bufread::GzDecoder;

const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The largest file that is read: five times the largest of Fashion-MNIST.
pub const LARGEST: u64 = 1 << 28;

/// The content of a file, to read. Its first bytes say whether it is compressed, not its name; several gzip
/// streams one behind the other are one content, as for `gzip` itself.
pub enum Content<'a> {
    /// As it stands in the file.
    Plain(&'a [u8]),
    /// Compressed.
    Gzip(Box<GzDecoder<&'a [u8]>>),
}

impl<'a> Content<'a> {
    /// The content of this file.
    pub fn of(file: &'a [u8]) -> Self {
        if file.starts_with(&GZIP) {
            Self::Gzip(Box::new(GzDecoder::new(file)))
        } else {
            Self::Plain(file)
        }
    }

    /// The bytes after what was read: after the end of a content, those that do not belong to it.
    pub fn rest(&self) -> usize {
        match self {
            Self::Plain(rest) => rest.len(),
            Self::Gzip(stream) => stream.get_ref().len(),
        }
    }
}

impl Read for Content<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let stream = match self {
                Self::Plain(rest) => return rest.read(buffer),
                Self::Gzip(stream) => stream,
            };
            let count = stream.read(buffer)?;
            let rest = *stream.get_ref();
            if count > 0 || buffer.is_empty() || !rest.starts_with(&GZIP) {
                return Ok(count);
            }
            **stream = GzDecoder::new(rest);
        }
    }
}
