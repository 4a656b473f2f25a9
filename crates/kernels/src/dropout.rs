//! Dropout: random bits from a hash of a counter.

use crate::Float;
use crate::path::{InstructionSet, for_every_path};
use crate::threads::{for_each_piece, make};

/// Elements per shard.
const PIECE: usize = 1 << 14;

/// Which elements a dropout keeps, and their scale.
#[derive(Debug, Clone, Copy)]
pub struct Mask {
    key: u32,
    /// An element is kept if its 32 random bits are not below this.
    threshold: u32,
    scale: f64,
}

impl Mask {
    /// The mask of a share `rate` in [0, 1) of elements to drop, for this seed and step.
    pub fn new(rate: f64, seed: u64, step: u64) -> Self {
        let key = splitmix(splitmix(seed) ^ step);
        Self {
            key: (key >> 32) as u32 ^ key as u32,
            threshold: (rate * 2f64.powi(32)).round().min(f64::from(u32::MAX)) as u32,
            scale: 1.0 / (1.0 - rate),
        }
    }

    #[inline(always)]
    fn keeps(&self, index: u32) -> bool {
        hash(self.key ^ hash(index.wrapping_mul(0x9e37_79b9).wrapping_add(self.key)))
            >= self.threshold
    }
}

/// x / (1 - rate) where the mask keeps the element, else 0.
pub fn masked<E: Float>(path: InstructionSet, mask: &Mask, x: &[E]) -> Vec<E> {
    make((x.len(), PIECE), 4 * x.len(), |piece, y: &mut [E]| {
        let start = piece * PIECE;
        add_masked_from(path, mask, start as u32, &x[start..start + y.len()], y);
    })
}

/// sum += x / (1 - rate) where the mask keeps the element.
///
/// # Panics
/// If the slices differ in length.
pub fn add_masked<E: Float>(path: InstructionSet, mask: &Mask, x: &[E], sum: &mut [E]) {
    assert_eq!(x.len(), sum.len());
    for_each_piece((sum, PIECE), 4 * x.len(), |piece, sum| {
        let start = piece * PIECE;
        let x = &x[start..start + sum.len()];
        add_masked_from(path, mask, start as u32, x, sum);
    });
}

for_every_path! {
    /// sum += x / (1 - rate) where the mask keeps the element, for elements number `start` and on.
    fn add_masked_from<E: Float>(mask: &Mask, start: u32, x: &[E], sum: &mut [E]) {
        let scale = E::of(mask.scale);
        for (index, (sum, &x)) in sum.iter_mut().zip(x).enumerate() {
            let keeps = mask.keeps(start.wrapping_add(index as u32));
            *sum += x * if keeps { scale } else { E::zero() };
        }
    }
}

/// A bijection of 32 bits whose every input bit flips each output bit with probability near 1/2
/// (the two-round multiply-xorshift finaliser "lowbias32", Wellons 2018). It needs no 64-bit
/// multiplication, so compilers vectorise it.
#[inline(always)]
fn hash(mut x: u32) -> u32 {
    x ^= x >> 16;
    x = x.wrapping_mul(0x7feb_352d);
    x ^= x >> 15;
    x = x.wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}

/// One step of SplitMix64 (Steele, Lea, Flood 2014): spreads seeds that lie close together.
fn splitmix(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
