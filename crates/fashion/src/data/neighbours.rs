//! Which image of one set is nearest to each of another.

use rayon::prelude::*;

use super::images::{Images, PIXELS};
use crate::{Error, Result};
use fashion_base::{interrupt, threads};
use fashion_kernels::levels::{Buffers, Panel, measure};
use fashion_kernels::path::{InstructionSet, Kernels};

/// Images that are compared with all others before the next ones are.
const ROWS: usize = 64;
/// Images of the set that is searched, in a block that fits the cache.
const COLUMNS: usize = 1024;

/// The nearest image of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Neighbour {
    /// Its place in the set; of several that are as near, the first.
    pub index: usize,
    /// The sum of the squared differences of all grey levels (0 to 255): 0 for the same image.
    pub squared_distance: u32,
}

impl Neighbour {
    /// The Euclidean distance of the images with pixels from 0 to 1.
    pub fn distance(&self) -> f64 {
        f64::from(self.squared_distance).sqrt() / 255.0
    }
}

impl Images {
    /// For each of these images its nearest neighbour in another set, by the Euclidean distance of the pixels. The search is
    /// exact: all pairs are compared, in whole numbers.
    ///
    /// ```
    /// use fashion::data::FashionMnist;
    ///
    /// # fn main() -> fashion::Result<()> {
    /// let data = FashionMnist::excerpt()?;
    /// let nearest = data.test.nearest(&data.train)?;
    /// assert_eq!(nearest.len(), data.test.len());
    /// assert_eq!(data.train.nearest(&data.train)?[7].squared_distance, 0);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) if the other set is empty;
    /// [`Error::Interrupted`](fashion_base::Error::Interrupted) if the reader interrupts it.
    pub fn nearest(&self, among: &Self) -> Result<Vec<Neighbour>> {
        if among.is_empty() {
            return Err(Error::shape("nearest", "at least 1 image to find", among.len()));
        }
        let _listening = interrupt::listen();
        let path = Kernels::Auto.path()?;
        threads::run(|| {
            let blocks = bytes(among).par_chunks(COLUMNS * PIXELS);
            let blocks: Vec<Block> = blocks.map(|rows| Block::new(path, rows)).collect();
            let found: Vec<Result<Vec<Neighbour>>> = bytes(self)
                .par_chunks(ROWS * PIXELS)
                .map(|rows| search(path, rows, &blocks))
                .collect();
            found.into_iter().collect::<Result<Vec<_>>>().map(|found| found.concat())
        })?
    }
}

/// All images, one after the other: they lie in one piece.
fn bytes(images: &Images) -> &[u8] {
    images.grey().to_slice().unwrap_or_default()
}

/// A part of the set that is searched.
struct Block {
    panel: Panel,
    squares: Vec<i32>,
}

impl Block {
    fn new(path: InstructionSet, rows: &[u8]) -> Self {
        let squares = rows.chunks_exact(PIXELS).map(|row| measure(path, row)[0]).collect();
        Self { panel: Panel::new(path, rows, PIXELS), squares }
    }
}

fn search(path: InstructionSet, rows: &[u8], blocks: &[Block]) -> Result<Vec<Neighbour>> {
    interrupt::check("nearest")?;
    let measures: Vec<[i32; 2]> = rows.chunks_exact(PIXELS).map(|row| measure(path, row)).collect();
    let mut best = vec![Neighbour { index: 0, squared_distance: u32::MAX }; measures.len()];
    let mut buffers = Buffers::default();
    for (number, block) in blocks.iter().enumerate() {
        let products = block.panel.products(rows, &mut buffers);
        let rows = products.chunks_exact(block.panel.count());
        for ((best, [square, sum]), products) in best.iter_mut().zip(&measures).zip(rows) {
            for (place, (product, other)) in products.iter().zip(&block.squares).enumerate() {
                // The panel's products are with levels less 128.
                let squared_distance = (square + other - 2 * (product + 128 * sum)) as u32;
                if squared_distance < best.squared_distance {
                    *best = Neighbour { index: number * COLUMNS + place, squared_distance };
                }
            }
        }
    }
    Ok(best)
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;

    fn noise(n: usize, seed: u64) -> Images {
        let mut stream =
            fashion_base::random::Stream::new(seed, fashion_base::random::Purpose::Weights, &[]);
        let pixels = Array2::from_shape_fn((n, PIXELS), |_| (stream.next_u64() >> 56) as u8);
        Images::new(pixels, vec![0; n]).unwrap()
    }

    #[test]
    fn the_nearest_is_that_of_comparing_pixel_by_pixel() {
        let (queries, set) = (noise(70, 1), noise(1100, 2));
        let distance = |a: &[u8], b: &[u8]| {
            a.iter().zip(b).map(|(&a, &b)| u32::from(a.abs_diff(b)).pow(2)).sum::<u32>()
        };
        for (i, found) in queries.nearest(&set).unwrap().into_iter().enumerate() {
            let all = (0..set.len())
                .map(|j| (distance(queries.pixels(i).unwrap(), set.pixels(j).unwrap()), j));
            assert_eq!((found.squared_distance, found.index), all.min().unwrap());
        }
    }

    #[test]
    fn black_against_white_is_the_longest_and_an_empty_set_an_error() {
        let of = |level| Images::new(Array2::from_elem((1, PIXELS), level), vec![0]).unwrap();
        let found = of(0).nearest(&of(255)).unwrap()[0];
        assert_eq!((found.index, found.squared_distance), (0, 784 * 255 * 255));
        assert_eq!(found.distance(), 28.0);
        assert!(of(0).nearest(&of(0).head(0).unwrap()).is_err());
        assert_eq!(of(0).head(0).unwrap().nearest(&of(0)).unwrap(), []);
    }
}
