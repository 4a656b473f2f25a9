//! NumPy's legacy random state, draw for draw.
//!
//! The generator is MT19937 (Matsumoto and Nishimura, *Mersenne Twister*, ACM TOMACS 8(1), 1998),
//! seeded as `numpy.random.RandomState(seed)` does for an integer. The stream is frozen by NumPy's
//! compatibility policy (NEP 19), so what scikit-learn draws can be drawn again here.

use fashion_kernels::memory;
use ndarray::{Array, Dimension, ShapeBuilder};
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

const WORDS: usize = 624;
const SHIFT: usize = 397;

/// `numpy.random.RandomState(seed)`.
///
/// Equal to NumPy bit for bit, except that [`standard_normal`](Self::standard_normal) takes the
/// logarithm of the platform, which may differ in the last bit.
///
/// ```
/// use fashion::data::RandomState;
///
/// let mut random = RandomState::new(0);
/// assert_eq!(random.random_sample(), 0.5488135039273248);
/// assert_eq!(RandomState::new(0).permutation(5), [2, 0, 1, 3, 4]);
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Saved", into = "Saved")]
pub struct RandomState {
    key: [u32; WORDS],
    position: usize,
    /// The second of a pair of normal draws, kept for the next call.
    normal: Option<f64>,
}

impl RandomState {
    /// The state that NumPy gives an integer seed from 0 to 2^32 - 1.
    pub fn new(seed: u32) -> Self {
        let mut key = [seed; WORDS];
        for i in 1..WORDS {
            let last = key[i - 1];
            key[i] = (last ^ (last >> 30)).wrapping_mul(1_812_433_253).wrapping_add(i as u32);
        }
        Self { key, position: WORDS, normal: None }
    }

    /// The next 32 random bits.
    pub fn next_u32(&mut self) -> u32 {
        if self.position == WORDS {
            self.refill();
        }
        let mut y = self.key[self.position];
        self.position += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    fn refill(&mut self) {
        for i in 0..WORDS {
            let y = (self.key[i] & 0x8000_0000) | (self.key[(i + 1) % WORDS] & 0x7fff_ffff);
            let twist = if y & 1 == 0 { 0 } else { 0x9908_b0df };
            self.key[i] = self.key[(i + SHIFT) % WORDS] ^ (y >> 1) ^ twist;
        }
        self.position = 0;
    }

    /// A number from 0 (included) to 1 (excluded) with 53 random bits.
    pub fn random_sample(&mut self) -> f64 {
        let high = f64::from(self.next_u32() >> 5);
        let low = f64::from(self.next_u32() >> 6);
        (high * 67_108_864.0 + low) / 9_007_199_254_740_992.0
    }

    /// An array of `low + (high - low) * random_sample()`, drawn in row-major order.
    ///
    /// # Errors
    /// [`Error::Memory`](fashion_kernels::Error::Memory) for more numbers than there is memory for.
    ///
    /// ```
    /// # use fashion::data::RandomState;
    /// let weights = RandomState::new(1).uniform(-1.0, 1.0, (784, 100))?;
    /// assert_eq!(weights.dim(), (784, 100));
    /// # Ok::<(), fashion::Error>(())
    /// ```
    pub fn uniform<Sh, D>(&mut self, low: f64, high: f64, shape: Sh) -> Result<Array<f64, D>>
    where
        Sh: ShapeBuilder<Dim = D>,
        D: Dimension,
    {
        let shape = shape.into_shape_with_order();
        memory::check("random numbers", memory::bytes_of::<f64>(shape.raw_dim().slice()))?;
        Ok(Array::from_shape_simple_fn(shape, || low + (high - low) * self.random_sample()))
    }

    /// The numbers below `n` in random order, as `RandomState.permutation(n)`.
    pub fn permutation(&mut self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        self.shuffle(&mut order);
        order
    }

    /// Shuffles in place, as `RandomState.shuffle` (Fisher and Yates, from the end).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            let j = self.interval(i as u64) as usize;
            items.swap(i, j);
        }
    }

    /// A number from `low` (included) to `high` (excluded), as `RandomState.randint(low, high)`.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) if no number lies between them.
    pub fn randint(&mut self, low: i64, high: i64) -> Result<i64> {
        if low >= high {
            return Err(Error::parameter("high", format!("a number above low = {low}"), high));
        }
        let width = high.wrapping_sub(low) as u64 - 1;
        Ok(low.wrapping_add(self.interval(width) as i64))
    }

    /// A draw from the normal distribution with mean 0 and variance 1, by Marsaglia's polar
    /// method, as `RandomState.standard_normal()`.
    pub fn standard_normal(&mut self) -> f64 {
        if let Some(kept) = self.normal.take() {
            return kept;
        }
        loop {
            let x = 2.0 * self.random_sample() - 1.0;
            let y = 2.0 * self.random_sample() - 1.0;
            let square = x * x + y * y;
            if square < 1.0 && square != 0.0 {
                let factor = (-2.0 * square.ln() / square).sqrt();
                self.normal = Some(factor * x);
                return factor * y;
            }
        }
    }

    /// A number from 0 to `max`, both included: draws of as many bits as `max` has, until one fits.
    fn interval(&mut self, max: u64) -> u64 {
        if max == 0 {
            return 0;
        }
        let mask = u64::MAX >> max.leading_zeros();
        loop {
            let bits = if max <= u64::from(u32::MAX) {
                u64::from(self.next_u32())
            } else {
                let high = u64::from(self.next_u32());
                high << 32 | u64::from(self.next_u32())
            };
            if bits & mask <= max {
                return bits & mask;
            }
        }
    }
}

impl std::fmt::Debug for RandomState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RandomState(MT19937, position {} of {WORDS})", self.position)
    }
}

/// What a checkpoint stores; checked when it is read back.
#[derive(Serialize, Deserialize)]
struct Saved {
    key: Vec<u32>,
    position: usize,
    normal: Option<f64>,
}

impl From<RandomState> for Saved {
    fn from(state: RandomState) -> Self {
        Self { key: state.key.to_vec(), position: state.position, normal: state.normal }
    }
}

impl TryFrom<Saved> for RandomState {
    type Error = Error;

    fn try_from(saved: Saved) -> Result<Self> {
        let key = <[u32; WORDS]>::try_from(saved.key).map_err(|key| {
            Error::shape("restoring a RandomState", format!("{WORDS} words"), key.len())
        })?;
        if saved.position > WORDS {
            return Err(Error::parameter("position", format!("at most {WORDS}"), saved.position));
        }
        Ok(Self { key, position: saved.position, normal: saved.normal })
    }
}
