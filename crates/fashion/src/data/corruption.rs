//! One change of test images at a time, of a given strength.

use ndarray::{Array2, ArrayBase, Data, Ix2};

use super::each_image::each_image;
use super::warp::Warp;
use crate::{Error, Float, Result};
use fashion_base::random::{Purpose, Stream};

/// What may happen to an image that its class survives. Where chance has a part (a direction, a place, the noise),
/// each image has its own draw.
///
/// ```
/// use fashion::data::Corruption;
/// use fashion::ndarray::Array2;
///
/// let images = Array2::<f32>::ones((3, 784));
/// let darker = Corruption::Darkness(0.25).apply(&images, [28, 28, 1], 7)?;
/// assert_eq!(darker[[0, 0]], 0.75);
/// # Ok::<(), fashion::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Corruption {
    /// Moved by so many pixels up, down, left or right.
    Shift(f64),
    /// Turned by so many degrees about the centre, either way.
    Rotation(f64),
    /// Mirrored, left to right.
    Flip,
    /// Normal noise of this standard deviation is added to each value, which stays between 0 and 1.
    Noise(f64),
    /// All values lose this share of themselves.
    Darkness(f64),
    /// A square of zeros with this side, in pixels, lies somewhere on the image.
    Cover(usize),
}

impl Corruption {
    /// The images, changed.
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) if the rows do not hold images of `shape` (height, width, channels),
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for a strength that is negative or no number, a
    /// shift or a square larger than the image, or a [`Self::Darkness`] above 1.
    pub fn apply<E: Float, D: Data<Elem = E>>(
        &self,
        images: &ArrayBase<D, Ix2>,
        shape: [usize; 3],
        seed: u64,
    ) -> Result<Array2<E>> {
        self.check(shape)?;
        each_image("corruption", images, shape, |index, image| {
            let mut stream = Stream::new(seed, Purpose::Corruption, &[index]);
            self.change(image, shape, &mut stream);
        })
    }

    fn check(&self, [height, width, _]: [usize; 3]) -> Result<()> {
        let (valid, expected) = match *self {
            Self::Shift(pixels) => {
                let most = height.max(width);
                ((0.0..=most as f64).contains(&pixels), format!("a shift from 0 to {most} pixels"))
            }
            Self::Rotation(strength) | Self::Noise(strength) => {
                (strength >= 0.0 && strength.is_finite(), "a strength of at least 0".into())
            }
            Self::Flip => (true, String::new()),
            Self::Darkness(share) => ((0.0..=1.0).contains(&share), "a share from 0 to 1".into()),
            Self::Cover(side) => {
                (side <= height.min(width), format!("a square within {height} x {width}"))
            }
        };
        if valid { Ok(()) } else { Err(Error::parameter("corruption", expected, self)) }
    }

    fn change<E: Float>(&self, image: &mut [E], shape: [usize; 3], stream: &mut Stream) {
        let [height, width, channels] = shape;
        let below = |n: usize, stream: &mut Stream| (stream.unit() * n as f64) as usize;
        match *self {
            Self::Shift(pixels) => {
                let shift = [[pixels, 0.0], [-pixels, 0.0], [0.0, pixels], [0.0, -pixels]];
                Warp { shift: shift[below(4, stream)], ..Warp::still() }.apply(image, shape);
            }
            Self::Rotation(degrees) => {
                let sign = if below(2, stream) == 0 { 1.0 } else { -1.0 };
                Warp::rotation(sign * degrees).apply(image, shape);
            }
            Self::Flip => Warp::mirror().apply(image, shape),
            Self::Noise(deviation) => {
                let noisy =
                    |x: E, noise: f64| E::cast((x.wide() + deviation * noise).clamp(0.0, 1.0));
                image.iter_mut().for_each(|x| *x = noisy(*x, stream.normal()));
            }
            Self::Darkness(share) => {
                image.iter_mut().for_each(|x| *x = E::cast(x.wide() * (1.0 - share)));
            }
            Self::Cover(side) => {
                let (top, left) =
                    (below(height - side + 1, stream), below(width - side + 1, stream));
                for row in image.chunks_exact_mut(width * channels).skip(top).take(side) {
                    row[left * channels..(left + side) * channels].fill(E::zero());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn images() -> Array2<f32> {
        Array2::from_shape_fn((20, 49), |(i, j)| ((i * 31 + j * 7) % 11) as f32 / 11.0)
    }

    fn apply(corruption: Corruption) -> Array2<f32> {
        corruption.apply(&images(), [7, 7, 1], 3).unwrap()
    }

    #[test]
    fn strength_zero_changes_nothing_and_a_flip_undoes_itself() {
        use Corruption::{Cover, Darkness, Flip, Noise, Rotation, Shift};
        for corruption in [Shift(0.0), Rotation(0.0), Noise(0.0), Darkness(0.0), Cover(0)] {
            assert_eq!(apply(corruption), images(), "{corruption:?}");
        }
        assert_ne!(apply(Flip), images());
        assert_eq!(Flip.apply(&apply(Flip), [7, 7, 1], 3).unwrap(), images());
    }

    #[test]
    fn a_shift_moves_by_whole_pixels_in_all_four_directions() {
        let mut dot = Array2::<f32>::zeros((40, 49));
        dot.column_mut(3 * 7 + 3).fill(1.0);
        let moved = Corruption::Shift(2.0).apply(&dot, [7, 7, 1], 3).unwrap();
        let mut places: Vec<usize> =
            moved.rows().into_iter().filter_map(|row| row.iter().position(|&x| x == 1.0)).collect();
        assert_eq!(places.len(), 40);
        places.sort_unstable();
        places.dedup();
        assert_eq!(places, [7 + 3, 3 * 7 + 1, 3 * 7 + 5, 5 * 7 + 3]);
    }

    #[test]
    fn noise_has_its_deviation_and_stays_in_range_and_a_cover_its_size() {
        let grey = Array2::<f64>::from_elem((50, 784), 0.5);
        let noisy = Corruption::Noise(0.1).apply(&grey, [28, 28, 1], 1).unwrap();
        assert!(
            (noisy.std(0.0) - 0.1).abs() < 0.002 && (noisy.mean().unwrap() - 0.5).abs() < 0.002
        );
        let loud = Corruption::Noise(5.0).apply(&grey, [28, 28, 1], 1).unwrap();
        assert!(loud.iter().all(|x| (0.0..=1.0).contains(x)));
        let covered = Corruption::Cover(9).apply(&grey, [28, 28, 1], 1).unwrap();
        assert!(
            covered.rows().into_iter().all(|row| row.iter().filter(|&&x| x == 0.0).count() == 81)
        );
    }

    #[test]
    fn draws_follow_seed_and_place_and_mistakes_are_errors() {
        assert_eq!(apply(Corruption::Noise(0.2)), apply(Corruption::Noise(0.2)));
        let one = Corruption::Noise(0.2).apply(&images().slice(ndarray::s![..1, ..]), [7, 7, 1], 3);
        assert_eq!(one.unwrap().row(0), apply(Corruption::Noise(0.2)).row(0));
        let fails = |corruption: Corruption| corruption.apply(&images(), [7, 7, 1], 3).is_err();
        assert!(fails(Corruption::Shift(8.0)) && fails(Corruption::Shift(f64::MAX)));
        assert!(fails(Corruption::Shift(-1.0)) && fails(Corruption::Noise(f64::NAN)));
        assert!(fails(Corruption::Darkness(1.1)) && fails(Corruption::Cover(8)));
        assert!(Corruption::Flip.apply(&images(), [7, 8, 1], 3).is_err());
    }
}
