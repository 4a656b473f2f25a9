//! Images in few bytes: the test images are most of what the page brings.
//!
//! Pixel by pixel, as in lossless picture formats: its neighbours foretell a pixel, and what it differs
//! by is coded bit after bit, with probabilities that learn as they go (a binary range coder, Martin 1979).
//! Whether a pixel is black comes first, because half of all pixels are. All in whole numbers, so that a
//! browser reads what another machine wrote. The result is a quarter smaller than what deflate makes of
//! the same images.

use crate::change::{PIXELS, SIDE};

/// Probabilities are shares of this.
const ONE: u32 = 1 << 16;

/// One bit in or out: an encoder writes the bit it is given, a decoder gives the bit it reads.
trait Coder {
    fn bit(&mut self, one: u32, bit: bool) -> bool;
}

/// Writes images of 784 levels.
pub fn pack(images: &[u8]) -> Vec<u8> {
    let (mut model, mut encoder) = (Model::default(), Encoder::default());
    for image in images.chunks_exact(PIXELS) {
        model.image(&mut encoder, &mut image.to_vec());
    }
    encoder.finish()
}

/// Reads images that [`pack`] wrote, a few at a time. Bytes of another origin give images of noise.
pub struct Unpacker {
    model: Model,
    decoder: Decoder,
}

impl Unpacker {
    /// Starts with the first image.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self { model: Model::default(), decoder: Decoder::new(bytes) }
    }

    /// The next image.
    pub fn image(&mut self) -> [u8; PIXELS] {
        let mut image = [0; PIXELS];
        self.model.image(&mut self.decoder, &mut image);
        image
    }
}

/// Neighbours of a pixel that have been coded already; black beyond the image.
struct Around {
    west: i32,
    north: i32,
    north_west: i32,
    north_east: i32,
    far_west: i32,
    far_north: i32,
}

/// Bounds of the classes that local contrast and foretold levels fall into.
const CONTRAST: [i32; 13] = [2, 6, 12, 18, 26, 36, 50, 70, 95, 130, 180, 250, 350];
const LEVEL: [i32; 14] = [8, 30, 60, 90, 120, 150, 170, 185, 200, 212, 224, 234, 245, 252];

/// The probabilities of bits, by what is known before them.
struct Model {
    /// That a pixel is black, by which of its neighbours are, and its row.
    black: Vec<u16>,
    /// Those of the eight bits, as a tree, by contrast and foretold level.
    levels: Vec<[u16; 256]>,
}

impl Default for Model {
    fn default() -> Self {
        let even = (ONE / 2) as u16;
        let rows = (CONTRAST.len() + 1) * (LEVEL.len() + 1);
        Self { black: vec![even; 64 * SIDE], levels: vec![[even; 256]; rows] }
    }
}

impl Model {
    fn image(&mut self, coder: &mut impl Coder, image: &mut [u8]) {
        for place in 0..PIXELS {
            let around = Around::of(image, place);
            image[place] = self.pixel(coder, place, &around, image[place]);
        }
    }

    fn pixel(&mut self, coder: &mut impl Coder, place: usize, around: &Around, level: u8) -> u8 {
        let one = &mut self.black[around.black() * SIDE + place / SIDE];
        let black = coder.bit(clamped(u32::from(*one)), level == 0);
        learn(one, black, 5);
        if black {
            return 0;
        }
        let foretold = around.foretold();
        let row = class(around.contrast(), &CONTRAST) * (LEVEL.len() + 1) + class(foretold, &LEVEL);
        let tree = &mut self.levels[row];
        // Near the middle of the tree, so that small differences share their first bits.
        let shift = 128_u8.wrapping_sub(foretold as u8);
        let coded = level.wrapping_add(shift);
        let mut node = 1;
        for bit in (0..8).rev() {
            let one = &mut tree[node];
            let bit = coder.bit(clamped(u32::from(*one)), (coded >> bit) & 1 == 1);
            learn(one, bit, 6);
            node = 2 * node + usize::from(bit);
        }
        (node as u8).wrapping_sub(shift)
    }
}

impl Around {
    fn of(image: &[u8], place: usize) -> Self {
        let column = place % SIDE;
        let level = |inside: bool, back: usize| {
            if inside && back <= place { i32::from(image[place - back]) } else { 0 }
        };
        Self {
            west: level(column > 0, 1),
            north: level(true, SIDE),
            north_west: level(column > 0, SIDE + 1),
            north_east: level(column + 1 < SIDE, SIDE - 1),
            far_west: level(column > 1, 2),
            far_north: level(true, 2 * SIDE),
        }
    }

    /// Which of the six are black.
    fn black(&self) -> usize {
        let Self { west, north, north_west, north_east, far_west, far_north } = *self;
        let levels = [west, north, north_west, north_east, far_west, far_north];
        levels.iter().fold(0, |black, &level| 2 * black + usize::from(level == 0))
    }

    /// How much the neighbours differ from each other.
    fn contrast(&self) -> i32 {
        let across = (self.west - self.north_west).abs() + (self.west - self.far_west).abs();
        let down = (self.north - self.north_west).abs() + (self.north - self.far_north).abs();
        across + down + (self.north - self.north_east).abs()
    }

    /// The median of west, north and the plane through both and their corner, as in JPEG-LS.
    fn foretold(&self) -> i32 {
        let (low, high) = (self.west.min(self.north), self.west.max(self.north));
        (self.west + self.north - self.north_west).clamp(low, high)
    }
}

/// The class of a value: how many bounds it reaches.
fn class(value: i32, bounds: &[i32]) -> usize {
    bounds.iter().filter(|&&bound| value >= bound).count()
}

/// Neither bit may be impossible.
fn clamped(one: u32) -> u32 {
    one.clamp(32, ONE - 32)
}

/// Moves a probability of 1 towards what has come.
fn learn(one: &mut u16, bit: bool, slowness: u32) {
    if bit {
        *one += (u16::MAX - *one) >> slowness;
    } else {
        *one -= *one >> slowness;
    }
}

struct Encoder {
    low: u64,
    range: u32,
    /// The last byte that a carry can still change, and how many of 255 follow it.
    last: u8,
    pending: u64,
    bytes: Vec<u8>,
}

impl Default for Encoder {
    fn default() -> Self {
        Self { low: 0, range: u32::MAX, last: 0, pending: 1, bytes: Vec::new() }
    }
}

impl Encoder {
    fn byte(&mut self) {
        let carry = (self.low >> 32) as u8;
        if self.low < 0xff00_0000 || carry > 0 {
            let mut byte = self.last;
            for _ in 0..self.pending {
                self.bytes.push(byte.wrapping_add(carry));
                byte = 0xff;
            }
            self.pending = 0;
            self.last = (self.low >> 24) as u8;
        }
        self.pending += 1;
        self.low = (self.low & 0x00ff_ffff) << 8;
    }

    fn finish(mut self) -> Vec<u8> {
        (0..5).for_each(|_| self.byte());
        self.bytes
    }
}

impl Coder for Encoder {
    fn bit(&mut self, one: u32, bit: bool) -> bool {
        let bound = (self.range >> 16) * one;
        if bit {
            self.range = bound;
        } else {
            self.low += u64::from(bound);
            self.range -= bound;
        }
        while self.range < 1 << 24 {
            self.range <<= 8;
            self.byte();
        }
        bit
    }
}

struct Decoder {
    code: u32,
    range: u32,
    bytes: std::vec::IntoIter<u8>,
}

impl Decoder {
    fn new(bytes: Vec<u8>) -> Self {
        let mut decoder = Self { code: 0, range: u32::MAX, bytes: bytes.into_iter() };
        (0..5).for_each(|_| decoder.byte());
        decoder
    }

    fn byte(&mut self) {
        self.code = self.code << 8 | u32::from(self.bytes.next().unwrap_or(0));
    }
}

impl Coder for Decoder {
    fn bit(&mut self, one: u32, _: bool) -> bool {
        let bound = (self.range >> 16) * one;
        let bit = self.code < bound;
        if bit {
            self.range = bound;
        } else {
            self.code -= bound;
            self.range -= bound;
        }
        while self.range < 1 << 24 {
            self.range <<= 8;
            self.byte();
        }
        bit
    }
}

#[cfg(test)]
mod tests {
    use fashion::data::FashionMnist;
    use fashion::flate2::{Compression, write::DeflateEncoder};
    use std::io::Write as _;

    use super::*;

    #[test]
    fn images_come_back_and_take_less_than_with_deflate() {
        let images = FashionMnist::excerpt().unwrap().test;
        let grey: Vec<u8> = images.grey().iter().copied().collect();
        let packed = pack(&grey);
        let mut deflate = DeflateEncoder::new(Vec::new(), Compression::best());
        deflate.write_all(&grey).unwrap();
        assert!(packed.len() * 10 < deflate.finish().unwrap().len() * 9, "{}", packed.len());
        let mut unpacker = Unpacker::new(packed);
        assert!(grey.chunks_exact(PIXELS).all(|image| unpacker.image() == image));
    }

    #[test]
    fn extremes_come_back_and_foreign_bytes_do_no_harm() {
        let mut seed = 1_u32;
        let mut noise = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 24) as u8
        };
        let mut images = vec![0; PIXELS];
        images.extend([255; PIXELS]);
        images.extend((0..20 * PIXELS).map(|_| noise()));
        images.extend((0..PIXELS).map(|place| if place % 2 == 0 { 255 } else { 0 }));
        let mut unpacker = Unpacker::new(pack(&images));
        assert!(images.chunks_exact(PIXELS).all(|image| unpacker.image() == image));
        let mut foreign = Unpacker::new(vec![0xff; 3]);
        for _ in 0..3 {
            let _ = foreign.image();
        }
    }
}
