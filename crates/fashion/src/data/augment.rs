//! Random changes of images that leave their class as it is.

use ndarray::{Array2, ArrayBase, Data, Ix2};
use rayon::prelude::*;

use crate::{Error, Float, Result};
use fashion_base::random::{Purpose, Stream};
use fashion_base::threads;

/// How far images may be changed. Every image of every epoch gets its own draw, which is a function of
/// seed, epoch and the image's place in the dataset: the same for any number of threads and batches.
///
/// The image is flipped, zoomed, turned about its centre and shifted, in this order, in one step:
/// each pixel of the result is the bilinear mean of the four pixels around the place that it comes
/// from. Outside of the image everything is 0, Fashion-MNIST's background.
///
/// ```
/// use fashion::data::Augmentation;
/// use fashion::ndarray::Array2;
///
/// let augmentation = Augmentation::new().shift(0.1).rotation(10.0).zoom(0.1).horizontal_flip();
/// let images = Array2::<f32>::ones((3, 784));
/// let changed = augmentation.apply(&images, [28, 28, 1], 7, 0)?;
/// assert_eq!(changed.dim(), (3, 784));
/// assert_eq!(changed, augmentation.apply(&images, [28, 28, 1], 7, 0)?);
/// # Ok::<(), fashion::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Augmentation {
    shift: f64,
    rotation: f64,
    zoom: f64,
    flip: bool,
}

/// The draw for one image: source = centre + matrix (target - centre - shift).
struct Change {
    matrix: [[f64; 2]; 2],
    shift: [f64; 2],
}

impl Augmentation {
    /// No change.
    pub fn new() -> Self {
        Self::default()
    }

    /// Moves by up to this share of height and width, in both directions.
    #[must_use]
    pub fn shift(self, share: f64) -> Self {
        Self { shift: share, ..self }
    }

    /// Turns by up to this many degrees, either way.
    #[must_use]
    pub fn rotation(self, degrees: f64) -> Self {
        Self { rotation: degrees, ..self }
    }

    /// Scales by a factor between 1 - `share` and 1 + `share`.
    #[must_use]
    pub fn zoom(self, share: f64) -> Self {
        Self { zoom: share, ..self }
    }

    /// Mirrors every other image, left to right.
    #[must_use]
    pub fn horizontal_flip(self) -> Self {
        Self { flip: true, ..self }
    }

    /// Whether the settings are in range.
    pub(crate) fn check(&self) -> Result<()> {
        let valid = (0.0..=1.0).contains(&self.shift)
            && (0.0..=180.0).contains(&self.rotation)
            && (0.0..1.0).contains(&self.zoom);
        let expected = "shift in [0, 1], rotation in [0, 180] degrees, zoom in [0, 1)";
        if valid { Ok(()) } else { Err(Error::parameter("augmentation", expected, self)) }
    }

    /// The images as epoch `epoch` (from 0) of a fit with this seed would see them.
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) if the rows do not hold images of `shape` (height, width, channels),
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for settings out of range.
    pub fn apply<E: Float, D: Data<Elem = E>>(
        &self,
        images: &ArrayBase<D, Ix2>,
        shape: [usize; 3],
        seed: u64,
        epoch: usize,
    ) -> Result<Array2<E>> {
        self.check()?;
        let pixels = shape.iter().try_fold(1_usize, |size, &axis| size.checked_mul(axis));
        if Some(images.ncols()) != pixels || images.ncols() == 0 {
            let expected = format!("rows of images {shape:?}");
            return Err(Error::shape("augmentation", expected, images.shape()));
        }
        let mut values: Vec<E> = images.iter().copied().collect();
        let indices: Vec<usize> = (0..images.nrows()).collect();
        let place = (seed, Purpose::Augmentation, epoch);
        threads::run(|| self.change(&mut values, &indices, shape, place))?;
        Array2::from_shape_vec(images.raw_dim(), values)
            .map_err(|error| Error::shape("augmentation", "rows of images", error))
    }

    /// Changes images in place; image k is number `indices[k]` of its dataset. Runs on the threads of
    /// the caller's pool.
    pub(crate) fn change<E: Float>(
        &self,
        values: &mut [E],
        indices: &[usize],
        shape: [usize; 3],
        (seed, purpose, epoch): (u64, Purpose, usize),
    ) {
        let images = values.par_chunks_mut(shape.iter().product::<usize>().max(1));
        images.zip(indices).for_each(|(image, &index)| {
            let mut stream = Stream::new(seed, purpose, &[epoch, index]);
            self.draw(shape, &mut stream).apply(image, shape);
        });
    }

    fn draw(&self, [height, width, _]: [usize; 3], stream: &mut Stream) -> Change {
        // Always five draws, so that one setting does not move the others.
        let mut symmetric = || stream.uniform(-1.0, 1.0);
        let shift =
            [symmetric() * self.shift * height as f64, symmetric() * self.shift * width as f64];
        let (sin, cos) = (symmetric() * self.rotation).to_radians().sin_cos();
        let scale = 1.0 / (1.0 + symmetric() * self.zoom);
        let mirror = if symmetric() < 0.0 && self.flip { -1.0 } else { 1.0 };
        let matrix = [[scale * cos, -scale * sin], [mirror * scale * sin, mirror * scale * cos]];
        Change { matrix, shift }
    }
}

impl Change {
    fn apply<E: Float>(&self, image: &mut [E], [height, width, channels]: [usize; 3]) {
        let source = image.to_vec();
        let centre = [(height as f64 - 1.0) / 2.0, (width as f64 - 1.0) / 2.0];
        let pixel = |row: isize, column: isize, channel: usize| {
            let inside =
                (0..height as isize).contains(&row) && (0..width as isize).contains(&column);
            let place = (row * width as isize + column) * channels as isize + channel as isize;
            if inside { source[place as usize] } else { E::zero() }
        };
        for (place, target) in image.chunks_exact_mut(channels).enumerate() {
            let y = (place / width) as f64 - centre[0] - self.shift[0];
            let x = (place % width) as f64 - centre[1] - self.shift[1];
            let [row, column] = [0, 1]
                .map(|axis| centre[axis] + self.matrix[axis][0] * y + self.matrix[axis][1] * x);
            let (top, left) = (row.floor(), column.floor());
            let (down, right) = (E::cast(row - top), E::cast(column - left));
            let (top, left) = (top as isize, left as isize);
            let mix = |a: E, b: E, share: E| a + (b - a) * share;
            for (channel, target) in target.iter_mut().enumerate() {
                let upper = mix(pixel(top, left, channel), pixel(top, left + 1, channel), right);
                let lower =
                    mix(pixel(top + 1, left, channel), pixel(top + 1, left + 1, channel), right);
                *target = mix(upper, lower, down);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An image with one bright pixel.
    fn dot(height: usize, width: usize, row: usize, column: usize) -> Vec<f64> {
        let mut image = vec![0.0; height * width];
        image[row * width + column] = 1.0;
        image
    }

    fn changed(matrix: [[f64; 2]; 2], shift: [f64; 2], image: &[f64]) -> Vec<f64> {
        let mut image = image.to_vec();
        Change { matrix, shift }.apply(&mut image, [5, 5, 1]);
        image
    }

    #[test]
    fn a_whole_pixel_shift_moves_and_half_a_pixel_spreads() {
        let still = [[1.0, 0.0], [0.0, 1.0]];
        assert_eq!(changed(still, [0.0, 0.0], &dot(5, 5, 1, 2)), dot(5, 5, 1, 2));
        assert_eq!(changed(still, [1.0, -2.0], &dot(5, 5, 1, 2)), dot(5, 5, 2, 0));
        assert_eq!(changed(still, [4.0, 0.0], &dot(5, 5, 1, 2)), vec![0.0; 25]);
        let spread = changed(still, [0.0, 0.5], &dot(5, 5, 1, 2));
        assert_eq!((spread[5 + 2], spread[5 + 3]), (0.5, 0.5));
    }

    #[test]
    fn a_quarter_turn_and_a_mirror_move_a_corner_to_another() {
        let turned = changed([[0.0, -1.0], [1.0, 0.0]], [0.0, 0.0], &dot(5, 5, 0, 4));
        assert_eq!(turned, dot(5, 5, 4, 4));
        let mirrored = changed([[1.0, 0.0], [0.0, -1.0]], [0.0, 0.0], &dot(5, 5, 0, 4));
        assert_eq!(mirrored, dot(5, 5, 0, 0));
    }

    #[test]
    fn images_differ_by_epoch_and_place_and_not_by_threads_or_batch() {
        let images = Array2::from_shape_fn((6, 49), |(i, j)| ((i * 31 + j * 7) % 11) as f32);
        let all = Augmentation::new().shift(0.2).rotation(20.0).zoom(0.2).horizontal_flip();
        let apply = |epoch| all.apply(&images, [7, 7, 1], 5, epoch).unwrap();
        assert_ne!(apply(0), apply(1));
        let single = threads::run_with(1, || apply(0)).unwrap();
        let several = threads::run_with(7, || apply(0)).unwrap();
        assert_eq!(single, several);
        let mut alone = images.row(4).to_vec();
        all.change(&mut alone, &[4], [7, 7, 1], (5, Purpose::Augmentation, 0));
        assert_eq!(alone, several.row(4).to_vec());
    }

    #[test]
    fn without_settings_nothing_changes_and_wrong_ones_are_errors() {
        let images = Array2::from_shape_fn((2, 49), |(i, j)| (i + j) as f64);
        assert_eq!(Augmentation::new().apply(&images, [7, 7, 1], 1, 1).unwrap(), images);
        assert!(Augmentation::new().zoom(1.0).apply(&images, [7, 7, 1], 1, 1).is_err());
        assert!(Augmentation::new().apply(&images, [7, 8, 1], 1, 1).is_err());
    }
}
