//! Histograms of oriented gradients.

use ndarray::{Array2, ArrayBase, Data, Ix2};
use rayon::prelude::*;

use crate::{Error, Float, Result};
use fashion_base::{memory, threads};

/// What keeps a block without any edge from being divided by 0 (scikit-image's value).
const EPSILON: f64 = 1e-5;
/// No number of a block is larger, so that one strong edge does not drown the others.
const LARGEST: f64 = 0.2;

/// Histograms of oriented gradients (Dalal and Triggs, *Histograms of oriented gradients for human
/// detection*, CVPR 2005): in which direction brightness changes, and where.
///
/// At each pixel the gradient is the difference of its neighbours, right minus left and below minus above.
/// The image is cut into square cells. A cell's histogram sums the lengths of its gradients by their
/// direction, 0 to 180 degrees in equal bins: an edge from dark to bright and one from bright to dark are the same.
/// Blocks of neighbouring cells overlap by all but one cell, and each is scaled to length 1, cut off at 0.2 and
/// scaled again ("L2-Hys"). The features are the blocks' numbers, one block after the other, in a block its cells row by
/// row, in a cell its directions from 0 degrees on, as in scikit-image's `hog`.
///
/// ```
/// use fashion::features::Hog;
/// use fashion::ndarray::Array2;
///
/// let images = Array2::<f32>::from_shape_fn((3, 784), |(i, pixel)| ((i + pixel) % 7) as f32);
/// let features = Hog::new().apply(&images, [28, 28])?;
/// assert_eq!(features.dim(), (3, 1296)); // 6 x 6 blocks of 2 x 2 cells with 9 directions
/// # Ok::<(), fashion::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hog {
    orientations: usize,
    cell: usize,
    block: usize,
}

impl Default for Hog {
    fn default() -> Self {
        Self { orientations: 9, cell: 4, block: 2 }
    }
}

impl Hog {
    /// 9 directions, cells of 4 x 4 pixels, blocks of 2 x 2 cells.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of directions between 0 and 180 degrees.
    #[must_use]
    pub fn orientations(self, orientations: usize) -> Self {
        Self { orientations, ..self }
    }

    /// The side of a cell, in pixels.
    #[must_use]
    pub fn pixels_per_cell(self, cell: usize) -> Self {
        Self { cell, ..self }
    }

    /// The side of a block, in cells.
    #[must_use]
    pub fn cells_per_block(self, block: usize) -> Self {
        Self { block, ..self }
    }

    /// The number of features of an image of this height and width. Pixels that fill no whole cell count for nothing.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for a setting of 0, or a block larger than the image;
    /// [`Error::Memory`](fashion_kernels::Error::Memory) for more than memory holds.
    pub fn n_features(&self, [height, width]: [usize; 2]) -> Result<usize> {
        let [down, across] = self.blocks([height, width])?;
        let sizes = [down, across, self.block, self.block, self.orientations];
        memory::check("the features of an image", memory::bytes_of::<f64>(&sizes))?;
        Ok(sizes.iter().product())
    }

    /// The features of images with one channel, one per row.
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) if the rows do not hold images of this height and width;
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) as [`Self::n_features`].
    pub fn apply<E: Float, D: Data<Elem = E>>(
        &self,
        images: &ArrayBase<D, Ix2>,
        [height, width]: [usize; 2],
    ) -> Result<Array2<E>> {
        let features = self.n_features([height, width])?;
        if height.checked_mul(width) != Some(images.ncols()) {
            let expected = format!("an image of {height} x {width} in each row");
            return Err(Error::shape("hog", expected, images.shape()));
        }
        memory::check("features", memory::bytes_of::<f64>(&[images.nrows(), features, 2]))?;
        let rows: Vec<Vec<f64>> =
            images.rows().into_iter().map(|row| row.iter().map(|&x| x.wide()).collect()).collect();
        let of_image = |image: &Vec<f64>| self.of_image(image, [height, width]);
        let values: Vec<Vec<f64>> = threads::run(|| rows.par_iter().map(of_image).collect())?;
        let values = values.into_iter().flatten().map(E::cast).collect();
        Array2::from_shape_vec((images.nrows(), features), values)
            .map_err(|error| Error::shape("hog", "rows of features", error))
    }

    fn cells(&self, size: [usize; 2]) -> [usize; 2] {
        size.map(|pixels| pixels / self.cell)
    }

    fn blocks(&self, size: [usize; 2]) -> Result<[usize; 2]> {
        if self.orientations == 0 || self.cell == 0 || self.block == 0 {
            return Err(Error::parameter("hog", "settings of at least 1", self));
        }
        let cells = self.cells(size);
        if cells.iter().any(|&cells| cells < self.block) {
            let expected = format!("a block within the {} x {} cells", cells[0], cells[1]);
            return Err(Error::parameter("hog", expected, self));
        }
        Ok(cells.map(|cells| cells - self.block + 1))
    }

    fn of_image(&self, image: &[f64], size: [usize; 2]) -> Vec<f64> {
        let [down, across] = self.cells(size);
        let histograms = self.histograms(image, size);
        let mut features = Vec::new();
        for row in 0..=down - self.block {
            for column in 0..=across - self.block {
                let start = features.len();
                for cell_row in row..row + self.block {
                    let first = (cell_row * across + column) * self.orientations;
                    features.extend(&histograms[first..first + self.block * self.orientations]);
                }
                normalise(&mut features[start..]);
            }
        }
        features
    }

    /// (cell rows, cell columns, orientations): the mean over a cell's pixels.
    fn histograms(&self, image: &[f64], [height, width]: [usize; 2]) -> Vec<f64> {
        let [down, across] = self.cells([height, width]);
        let bin = 180.0 / self.orientations as f64;
        let mut sums = vec![0.0; down * across * self.orientations];
        for row in 0..down * self.cell {
            for column in 0..across * self.cell {
                let at = |row: usize, column: usize| image[row * width + column];
                // At the border nothing is known of one neighbour: no gradient.
                let inner = |place: usize, size: usize| place > 0 && place + 1 < size;
                let dy = if inner(row, height) {
                    at(row + 1, column) - at(row - 1, column)
                } else {
                    0.0
                };
                let dx = if inner(column, width) {
                    at(row, column + 1) - at(row, column - 1)
                } else {
                    0.0
                };
                let direction = dy.atan2(dx).to_degrees().rem_euclid(180.0);
                let of_cell = (row / self.cell * across + column / self.cell) * self.orientations;
                // A direction just below 0 may round to 180 itself, which is the first bin's 0.
                let orientation = (direction / bin) as usize % self.orientations;
                sums[of_cell + orientation] += dx.hypot(dy);
            }
        }
        let pixels = (self.cell * self.cell) as f64;
        sums.iter_mut().for_each(|sum| *sum /= pixels);
        sums
    }
}

/// To length 1, cut off, and to length 1 again.
fn normalise(block: &mut [f64]) {
    let scale = |block: &mut [f64], largest: f64| {
        let length = (block.iter().map(|x| x * x).sum::<f64>() + EPSILON * EPSILON).sqrt();
        block.iter_mut().for_each(|x| *x = (*x / length).min(largest));
    };
    scale(block, LARGEST);
    scale(block, f64::INFINITY);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edge_fills_the_bin_of_its_direction_and_its_negative_is_the_same() {
        let edge = Array2::from_shape_fn((1, 64), |(_, pixel)| f64::from(u8::from(pixel % 8 > 3)));
        let hog = Hog::new().pixels_per_cell(8).cells_per_block(1);
        let features = hog.apply(&edge, [8, 8]).unwrap();
        assert!((features[[0, 0]] - 1.0).abs() < 1e-6 && features.sum() - features[[0, 0]] < 1e-6);
        let negative = edge.mapv(|x| 1.0 - x);
        assert_eq!(hog.apply(&negative, [8, 8]).unwrap(), features);
        let turned = edge.into_shape_with_order((8, 8)).unwrap().reversed_axes();
        let turned = Array2::from_shape_vec((1, 64), turned.iter().copied().collect()).unwrap();
        assert!(hog.apply(&turned, [8, 8]).unwrap()[[0, 4]] > 0.99);
    }

    #[test]
    fn brightness_and_contrast_change_little_and_an_empty_image_is_zero() {
        let image = Array2::from_shape_fn((1, 784), |(_, i)| f64::from((i * i % 97) as u8) / 97.0);
        let paler = image.mapv(|x| 0.5 + 0.3 * x);
        let [features, other] =
            [&image, &paler].map(|image| Hog::new().apply(image, [28, 28]).unwrap());
        assert!(features.iter().zip(&other).all(|(a, b)| (a - b).abs() < 1e-6));
        let empty = Hog::new().apply(&Array2::<f32>::zeros((1, 784)), [28, 28]).unwrap();
        assert!(empty.iter().all(|&x| x == 0.0));
    }

    #[test]
    fn mistakes_are_errors() {
        let images = Array2::<f32>::zeros((2, 784));
        assert!(Hog::new().apply(&images, [28, 27]).is_err());
        assert!(Hog::new().orientations(0).apply(&images, [28, 28]).is_err());
        assert!(Hog::new().pixels_per_cell(0).apply(&images, [28, 28]).is_err());
        assert!(Hog::new().orientations(usize::MAX).apply(&images, [28, 28]).is_err());
        assert!(Hog::new().apply(&images, [usize::MAX, 784]).is_err());
        assert!(Hog::new().pixels_per_cell(20).apply(&images, [28, 28]).is_err());
        assert_eq!(
            Hog::new().apply(&images.slice(ndarray::s![..0, ..]), [28, 28]).unwrap().nrows(),
            0
        );
    }
}
