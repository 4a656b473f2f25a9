//! Random numbers that are a function of where they are needed.
//!
//! A stream is named by a seed and a path of numbers (epoch, batch, layer). Nothing has to be stored
//! to resume a training run, and no thread waits for another's draw.

/// A stream of uniform 64-bit numbers: SplitMix64 (Steele, Lea and Flood, "Fast splittable
/// pseudorandom number generators", OOPSLA 2014).
#[derive(Debug, Clone)]
pub struct Stream {
    state: u64,
}

/// What a stream is for; streams for different purposes never meet.
#[derive(Debug, Clone, Copy)]
pub enum Purpose {
    /// Initial weights.
    Weights = 1,
    /// The order of the samples.
    Shuffle = 2,
    /// Dropout masks.
    Dropout = 3,
    /// Changes of training images.
    Augmentation = 4,
    /// Changes of validation images.
    ValidationAugmentation = 5,
    /// Draws of a bootstrap.
    Bootstrap = 6,
    /// Changes of test images.
    Corruption = 7,
}

impl Stream {
    /// The stream of `seed` for `purpose` at `path`.
    pub fn new(seed: u64, purpose: Purpose, path: &[usize]) -> Self {
        let mut stream = Self { state: seed };
        for part in std::iter::once(purpose as u64).chain(path.iter().map(|&p| p as u64)) {
            // Each part moves the state to a place that depends on all parts before it.
            stream.state = stream.next_u64().wrapping_add(part.wrapping_mul(0xA24B_AED4_963E_E407));
        }
        stream
    }

    /// The next number.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Uniform in [0, 1), from the upper 53 bits.
    pub fn unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform in [low, high).
    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Standard normal, by Box and Muller.
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// 0..n in random order (Fisher and Yates).
    pub fn permutation(&mut self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        for last in (1..n).rev() {
            let other = (u128::from(self.next_u64()) * (last as u128 + 1)) >> 64;
            order.swap(last, other as usize);
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permutation_holds_every_index_once_and_depends_on_its_place() {
        let order = |path: &[usize]| Stream::new(7, Purpose::Shuffle, path).permutation(100);
        let mut sorted = order(&[0]);
        sorted.sort_unstable();
        assert_eq!(sorted, (0..100).collect::<Vec<_>>());
        assert_ne!(order(&[0]), order(&[1]));
        assert_eq!(order(&[3]), order(&[3]));
        assert_ne!(order(&[0, 1]), order(&[1, 0]));
    }

    #[test]
    fn draws_have_the_moments_of_their_distribution() {
        let mut stream = Stream::new(1, Purpose::Weights, &[]);
        let n = 100_000;
        let uniform: Vec<f64> = (0..n).map(|_| stream.uniform(-1.0, 3.0)).collect();
        let normal: Vec<f64> = (0..n).map(|_| stream.normal()).collect();
        let mean = |x: &[f64]| x.iter().sum::<f64>() / n as f64;
        let variance =
            |x: &[f64], m: f64| x.iter().map(|v| (v - m).powi(2)).sum::<f64>() / n as f64;
        // Five standard errors of a mean over 100,000 draws.
        assert!((mean(&uniform) - 1.0).abs() < 0.02);
        assert!((variance(&uniform, 1.0) - 16.0 / 12.0).abs() < 0.02);
        assert!(mean(&normal).abs() < 0.016);
        assert!((variance(&normal, 0.0) - 1.0).abs() < 0.025);
    }
}
