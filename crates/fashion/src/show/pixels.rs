//! Small images as PNG.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::{Compression, Crc, write::ZlibEncoder};

use crate::{Error, Result};

/// An image with one byte per pixel: a grey level, or an index into a palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pixels {
    width: usize,
    height: usize,
    values: Vec<u8>,
    palette: Vec<[u8; 3]>,
}

impl Pixels {
    /// Grey levels, row by row.
    pub(super) fn grey(width: usize, height: usize, values: Vec<u8>) -> Self {
        Self { width, height, values, palette: Vec::new() }
    }

    /// Indices into a palette of at most 256 colours, row by row.
    pub(super) fn coloured(
        width: usize,
        height: usize,
        values: Vec<u8>,
        palette: Vec<[u8; 3]>,
    ) -> Self {
        Self { width, height, values, palette }
    }

    /// The image as PNG (colour type 0 or 3, eight bits, rows without filters).
    pub(super) fn png(&self) -> Result<Vec<u8>> {
        let io = |error: std::io::Error| Error::Drawing(format!("compressing an image: {error}"));
        let mut header = Vec::new();
        header.extend((self.width as u32).to_be_bytes());
        header.extend((self.height as u32).to_be_bytes());
        header.extend([8, if self.palette.is_empty() { 0 } else { 3 }, 0, 0, 0]);
        let mut data = ZlibEncoder::new(Vec::new(), Compression::best());
        for row in self.values.chunks_exact(self.width) {
            data.write_all(&[0]).map_err(io)?;
            data.write_all(row).map_err(io)?;
        }
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        chunk(&mut png, *b"IHDR", &header);
        if !self.palette.is_empty() {
            chunk(&mut png, *b"PLTE", self.palette.as_flattened());
        }
        chunk(&mut png, *b"IDAT", &data.finish().map_err(io)?);
        chunk(&mut png, *b"IEND", &[]);
        Ok(png)
    }

    pub(super) fn data_uri(&self) -> Result<String> {
        Ok(format!("data:image/png;base64,{}", STANDARD.encode(self.png()?)))
    }
}

fn chunk(png: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    png.extend((data.len() as u32).to_be_bytes());
    let mut checksum = Crc::new();
    checksum.update(&kind);
    checksum.update(data);
    png.extend(kind);
    png.extend(data);
    png.extend(checksum.sum().to_be_bytes());
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn the_pixels_can_be_read_back_from_the_png() {
        let png = Pixels::grey(3, 2, vec![0, 128, 255, 1, 2, 3]).png().unwrap();
        assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
        assert_eq!(&png[16..24], [0, 0, 0, 3, 0, 0, 0, 2]);
        let start = png.windows(4).position(|window| window == b"IDAT").unwrap();
        let length = u32::from_be_bytes(png[start - 4..start].try_into().unwrap()) as usize;
        let mut rows = Vec::new();
        flate2::read::ZlibDecoder::new(&png[start + 4..start + 4 + length])
            .read_to_end(&mut rows)
            .unwrap();
        assert_eq!(rows, [0, 0, 128, 255, 0, 1, 2, 3]);
        // The checksum of the empty end chunk is the same in every PNG.
        assert_eq!(&png[png.len() - 8..], b"IEND\xae\x42\x60\x82");
    }
}
