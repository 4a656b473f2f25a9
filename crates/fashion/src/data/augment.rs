//! Random changes of images that leave their class as it is.

use ndarray::{Array2, ArrayBase, Data, Ix2};
use rayon::prelude::*;

use super::each_image::each_image;
use super::warp::Warp;
use crate::{Error, Float, Result};
use fashion_base::random::{Purpose, Stream};

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
        let place = (seed, Purpose::Augmentation, epoch);
        each_image("augmentation", images, shape, |index, image| {
            self.change_one(image, shape, place, index);
        })
    }

    /// Changes images in place; image k is number `indices[k]` of its dataset. Runs on the threads of
    /// the caller's pool.
    pub(crate) fn change<E: Float>(
        &self,
        values: &mut [E],
        indices: &[usize],
        shape: [usize; 3],
        place: (u64, Purpose, usize),
    ) {
        let images = values.par_chunks_mut(shape.iter().product::<usize>().max(1));
        images.zip(indices).for_each(|(image, &index)| {
            self.change_one(image, shape, place, index);
        });
    }

    fn change_one<E: Float>(
        &self,
        image: &mut [E],
        shape: [usize; 3],
        (seed, purpose, epoch): (u64, Purpose, usize),
        index: usize,
    ) {
        let mut stream = Stream::new(seed, purpose, &[epoch, index]);
        self.draw(shape, &mut stream).apply(image, shape);
    }

    fn draw(&self, [height, width, _]: [usize; 3], stream: &mut Stream) -> Warp {
        // Always five draws, so that one setting does not move the others.
        let mut symmetric = || stream.uniform(-1.0, 1.0);
        let shift =
            [symmetric() * self.shift * height as f64, symmetric() * self.shift * width as f64];
        let (sin, cos) = (symmetric() * self.rotation).to_radians().sin_cos();
        let scale = 1.0 / (1.0 + symmetric() * self.zoom);
        let mirror = if symmetric() < 0.0 && self.flip { -1.0 } else { 1.0 };
        let matrix = [[scale * cos, -scale * sin], [mirror * scale * sin, mirror * scale * cos]];
        Warp { matrix, shift }
    }
}

#[cfg(test)]
mod tests {
    use fashion_base::threads;

    use super::*;

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
