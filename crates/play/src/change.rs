//! Pictures as the sliders change them.

/// Width and height of a picture, in pixels.
pub const SIDE: usize = 28;
/// Pixels of a picture.
pub const PIXELS: usize = SIDE * SIDE;

/// What is done to a picture, in this order: mirrored, scaled and turned about its centre, moved, then
/// noise, then a part of it covered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Left and right change places.
    pub flip: bool,
    /// Factor of its size; 1 leaves it.
    pub size: f32,
    /// Degrees clockwise.
    pub turn: f32,
    /// Pixels to the right.
    pub right: f32,
    /// Pixels down.
    pub down: f32,
    /// Standard deviation of what is added to each pixel, as a share of white.
    pub noise: f32,
    /// Which noise.
    pub seed: u32,
    /// Edge of the square that is painted black, in pixels.
    pub cover: f32,
    /// The square's centre, in pixels from the left and from the top.
    pub at: [f32; 2],
}

impl Default for Change {
    fn default() -> Self {
        let middle = SIDE as f32 / 2.0;
        Self {
            flip: false,
            size: 1.0,
            turn: 0.0,
            right: 0.0,
            down: 0.0,
            noise: 0.0,
            seed: 1,
            cover: 0.0,
            at: [middle, middle],
        }
    }
}

impl Change {
    /// The changed picture of 784 grey levels; other lengths come back as they are. What is not asked for
    /// changes no pixel.
    pub fn apply(&self, pixels: &[u8]) -> Vec<u8> {
        let mut changed = pixels.to_vec();
        if pixels.len() != PIXELS {
            return changed;
        }
        if self.flip {
            changed.chunks_exact_mut(SIDE).for_each(<[u8]>::reverse);
        }
        if [self.size - 1.0, self.turn, self.right, self.down] != [0.0; 4] {
            changed = self.moved(&changed);
        }
        if self.noise > 0.0 {
            for (place, level) in changed.iter_mut().enumerate() {
                let noisy = f32::from(*level) + 255.0 * self.noise * normal(self.seed, place);
                *level = noisy.round().clamp(0.0, 255.0) as u8;
            }
        }
        let covered = |place: usize| {
            let near = |at: usize, middle: f32| (at as f32 + 0.5 - middle).abs() < self.cover / 2.0;
            near(place % SIDE, self.at[0]) && near(place / SIDE, self.at[1])
        };
        changed
            .iter_mut()
            .enumerate()
            .filter(|(place, _)| covered(*place))
            .for_each(|(_, x)| *x = 0);
        changed
    }

    /// Each pixel is the bilinear mean of the four around the place that it comes from; beyond the
    /// picture all is black.
    fn moved(&self, pixels: &[u8]) -> Vec<u8> {
        let (sin, cos) = self.turn.to_radians().sin_cos();
        let middle = (SIDE as f32 - 1.0) / 2.0;
        let size = self.size.max(1e-3);
        let level = |row: f32, column: f32| {
            let inside = |at: f32| (0.0..SIDE as f32).contains(&at);
            if !(inside(row) && inside(column)) {
                return 0.0;
            }
            f32::from(pixels[row as usize * SIDE + column as usize])
        };
        let target = |place: usize| {
            let x = (place % SIDE) as f32 - middle - self.right;
            let y = (place / SIDE) as f32 - middle - self.down;
            let (x, y) = ((cos * x + sin * y) / size + middle, (cos * y - sin * x) / size + middle);
            let (left, top) = (x.floor(), y.floor());
            let (u, v) = (x - left, y - top);
            let upper = (1.0 - u) * level(top, left) + u * level(top, left + 1.0);
            let lower = (1.0 - u) * level(top + 1.0, left) + u * level(top + 1.0, left + 1.0);
            ((1.0 - v) * upper + v * lower).round() as u8
        };
        (0..PIXELS).map(target).collect()
    }
}

/// A draw for one pixel, of mean 0 and deviation 1: the sum of twelve uniform ones, less 6.
fn normal(seed: u32, place: usize) -> f32 {
    let mut state = (u64::from(seed) << 32) | place as u64;
    let mut sum = 0.0;
    for _ in 0..3 {
        // SplitMix64 (Steele, Lea and Flood 2014); four draws of 16 bits from each number.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        sum += (0..4).map(|part| ((mixed >> (16 * part)) & 0xffff) as f32 / 65_536.0).sum::<f32>();
    }
    sum - 6.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture() -> Vec<u8> {
        (0..PIXELS).map(|place| (place * 7919 % 251) as u8).collect()
    }

    #[test]
    fn nothing_asked_for_changes_nothing() {
        assert_eq!(Change::default().apply(&picture()), picture());
        assert_eq!(Change { turn: 30.0, ..Change::default() }.apply(&[1, 2]), [1, 2]);
    }

    #[test]
    fn whole_pixels_and_quarter_turns_move_pixels_as_they_are() {
        let before = picture();
        let after = Change { right: 3.0, down: -2.0, ..Change::default() }.apply(&before);
        let turned = Change { turn: 90.0, ..Change::default() }.apply(&before);
        let flipped = Change { flip: true, ..Change::default() }.apply(&before);
        for row in 0..SIDE {
            for column in 0..SIDE {
                let at = |row: usize, column: usize| {
                    let inside = row < SIDE && column < SIDE;
                    if inside { before[row * SIDE + column] } else { 0 }
                };
                let place = row * SIDE + column;
                assert_eq!(after[place], at(row + 2, column.wrapping_sub(3)));
                // Clockwise: what was on the left is now above.
                assert!(turned[place].abs_diff(at(SIDE - 1 - column, row)) <= 1, "{row} {column}");
                assert_eq!(flipped[place], at(row, SIDE - 1 - column));
            }
        }
    }

    #[test]
    fn noise_has_its_deviation_and_its_seed() {
        let grey = vec![128; PIXELS];
        let noise = |seed| Change { noise: 0.1, seed, ..Change::default() }.apply(&grey);
        assert_eq!(noise(3), noise(3));
        assert_ne!(noise(3), noise(4));
        let squares = noise(3).iter().map(|&x| (f32::from(x) - 128.0).powi(2)).sum::<f32>();
        let deviation = (squares / PIXELS as f32).sqrt() / 255.0;
        assert!((deviation - 0.1).abs() < 0.01, "{deviation}");
    }

    #[test]
    fn the_cover_is_a_square_at_its_place() {
        let white = vec![255; PIXELS];
        let covered = Change { cover: 6.0, at: [10.0, 4.0], ..Change::default() }.apply(&white);
        for (place, &level) in covered.iter().enumerate() {
            let inside = (7..13).contains(&(place % SIDE)) && (1..7).contains(&(place / SIDE));
            assert_eq!(level, if inside { 0 } else { 255 });
        }
    }
}
