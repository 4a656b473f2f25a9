//! What may have happened to a file.

/// Numbers that programs trip over, in both byte orders they are found in.
const NUMBERS: [u64; 10] =
    [0, 1, 0x7f, 0xff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 1 << 40, 1 << 63, u64::MAX];

/// Sizes that wrap, that no memory has, and that are ordinary.
const SIZES: [u64; 16] = [
    0,
    1,
    2,
    3,
    6,
    28,
    1000,
    1 << 20,
    1 << 21,
    1 << 31,
    1 << 32,
    1 << 40,
    1 << 53,
    1 << 62,
    (1 << 62) - 127,
    u64::MAX,
];

/// Words that mean something to one of the readers.
const WORDS: [&[u8]; 12] = [
    b"null",
    b"-1",
    b"1e999",
    b"99999999999999999999",
    b"[]",
    b"{}",
    b"\"\"",
    b"NaN",
    b"\x1f\x8b",
    b"units",
    b"shape",
    b"\xff\xfe",
];

/// Random damage, a function of the seed.
pub struct Damage {
    state: u64,
}

impl Damage {
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    /// A place in the file: half of the time near its start, where headers are.
    fn place(&mut self, length: usize) -> usize {
        if self.below(2) == 0 { self.below(length.min(64)) } else { self.below(length) }
    }

    /// A copy of `file` with one to four injuries; some of them take a piece of another file.
    pub fn apply(&mut self, file: &[u8], others: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = file.to_vec();
        for _ in 0..=self.below(4) {
            self.injure(&mut bytes, others);
        }
        bytes
    }

    /// The text with one or two of its whole numbers replaced.
    pub fn numbers(&mut self, text: &str) -> String {
        let mut text = text.to_owned();
        for _ in 0..=self.below(2) {
            let digit = |place: usize| text.as_bytes().get(place).is_some_and(u8::is_ascii_digit);
            let starts: Vec<usize> =
                (1..text.len()).filter(|&at| digit(at) && !digit(at - 1)).collect();
            let Some(&start) = starts.get(self.below(starts.len())) else { return text };
            let end = (start..).find(|&at| !digit(at)).unwrap_or(text.len());
            text.replace_range(start..end, &SIZES[self.below(SIZES.len())].to_string());
        }
        text
    }

    fn injure(&mut self, bytes: &mut Vec<u8>, others: &[Vec<u8>]) {
        let at = self.place(bytes.len());
        match self.below(8) {
            0 => bytes.truncate(at),
            1 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << self.below(8);
                }
            }
            2 => {
                let new = self.next() as u8;
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = new;
                }
            }
            3 => {
                let number = NUMBERS[self.below(NUMBERS.len())];
                let wide =
                    if self.below(2) == 0 { number.to_le_bytes() } else { number.to_be_bytes() };
                let width = [1, 2, 4, 8][self.below(4)];
                for (byte, new) in bytes.iter_mut().skip(at).zip(&wide[8 - width..]) {
                    *byte = *new;
                }
            }
            4 => {
                let end = (at + self.below(32)).min(bytes.len());
                bytes.drain(at.min(end)..end);
            }
            5 => {
                let end = (at + self.below(32)).min(bytes.len());
                let piece = bytes[at.min(end)..end].to_vec();
                bytes.splice(at.min(end)..at.min(end), piece);
            }
            6 => {
                let word = WORDS[self.below(WORDS.len())];
                let end = (at + self.below(2) * word.len()).min(bytes.len());
                bytes.splice(at.min(end)..end, word.iter().copied());
            }
            _ => {
                let other = &others[self.below(others.len())];
                let from = self.place(other.len());
                let to = (from + self.below(64)).min(other.len());
                let piece = other.get(from..to).unwrap_or_default().to_vec();
                let at = at.min(bytes.len());
                bytes.splice(at..at, piece);
            }
        }
    }
}
