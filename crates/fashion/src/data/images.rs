//! Labelled grey images of 28 x 28 pixels.

use std::any::Any;
use std::ops::Range;
use std::path::Path;

use linfa::Dataset;
use ndarray::{Array2, ArrayView2, Axis, Ix1};

use super::classes::{CLASSES, ClassNames};
use super::idx;
use super::random_state::RandomState;
use crate::show::{Bundle, Render, Table};
use crate::{Error, Float, Result};

/// Width and height of an image, in pixels.
pub const SIDE: usize = 28;
/// Pixels of an image.
pub const PIXELS: usize = SIDE * SIDE;
/// Images of 28 x 28 grey levels with their labels, in a fixed order.
///
/// ```
/// use fashion::data::FashionMnist;
///
/// # fn main() -> fashion::Result<()> {
/// let images = FashionMnist::excerpt()?.train;
/// println!("{images}"); // how many of each class
/// let (validation, train) = images.split_at(500)?;
/// assert_eq!((validation.len(), train.len()), (500, 1500));
/// assert_eq!(images.class_name(0)?, "Ankle boot");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Images {
    pixels: Array2<u8>,
    labels: Vec<usize>,
    names: ClassNames,
}

impl Images {
    /// Images from their grey levels (n x 784, each image row by row) and labels (0 to 9).
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) unless there are 784 columns and one label for each row;
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for a label above 9.
    pub fn new(pixels: Array2<u8>, labels: Vec<usize>) -> Result<Self> {
        if pixels.ncols() != PIXELS || pixels.nrows() != labels.len() {
            let expected = format!("{} x {PIXELS} grey levels for the labels", labels.len());
            return Err(Error::shape("Images", expected, pixels.dim()));
        }
        if let Some(&label) = labels.iter().find(|&&label| label >= CLASSES) {
            return Err(Error::parameter("label", format!("0 to {}", CLASSES - 1), label));
        }
        // Rows are handed out as slices, so they must lie in one piece.
        let pixels = if pixels.is_standard_layout() {
            pixels
        } else {
            pixels.as_standard_layout().into_owned()
        };
        Ok(Self { pixels, labels, names: ClassNames::default() })
    }

    /// Images and labels of two IDX files, plain or gzip; not necessarily Fashion-MNIST's.
    ///
    /// # Errors
    /// As [`super::read_images`]; [`Error::ImagesAndLabels`] if their numbers differ,
    /// [`Error::IdxDimensions`] unless the images have 28 x 28 pixels.
    pub fn read(images: impl AsRef<Path>, labels: impl AsRef<Path>) -> Result<Self> {
        let (images, labels) = (images.as_ref(), labels.as_ref());
        Self::from_idx((images, idx::read(images, None)?), (labels, idx::read(labels, None)?))
    }

    pub(super) fn from_idx(
        (image_path, images): (&Path, idx::Idx<3>),
        (label_path, labels): (&Path, idx::Idx<1>),
    ) -> Result<Self> {
        let [count, rows, columns] = images.dimensions;
        if (rows, columns) != (SIDE, SIDE) {
            return Err(Error::IdxDimensions {
                path: image_path.to_owned(),
                expected: format!("n x {SIDE} x {SIDE}"),
                got: format!("{count} x {rows} x {columns}"),
            });
        }
        if count != labels.elements.len() {
            return Err(Error::ImagesAndLabels {
                images: image_path.to_owned(),
                labels: label_path.to_owned(),
                image_count: count,
                label_count: labels.elements.len(),
            });
        }
        let pixels = Array2::from_shape_vec((count, PIXELS), images.elements)
            .map_err(|e| Error::shape("Images", format!("{count} x {PIXELS}"), e))?;
        Self::new(pixels, labels.elements.into_iter().map(usize::from).collect())
    }

    /// How many images there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// All labels.
    pub fn labels(&self) -> &[usize] {
        &self.labels
    }

    /// All grey levels, 0 (background) to 255: n x 784.
    pub fn grey(&self) -> ArrayView2<'_, u8> {
        self.pixels.view()
    }

    /// The label of image `i`.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) if there are not that many images.
    pub fn label(&self, i: usize) -> Result<usize> {
        self.check_index(i)?;
        Ok(self.labels[i])
    }

    /// The name of the class of image `i`.
    ///
    /// # Errors
    /// As [`label`](Self::label).
    pub fn class_name(&self, i: usize) -> Result<&str> {
        Ok(&self.names[self.label(i)?])
    }

    /// The names of the classes, label 0 first; those of Fashion-MNIST unless set by
    /// [`named`](Self::named).
    pub fn class_names(&self) -> &ClassNames {
        &self.names
    }

    /// The same images with other names for their ten classes, such as the digits of MNIST.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) unless there are ten names.
    pub fn named(self, names: impl Into<ClassNames>) -> Result<Self> {
        let names = names.into();
        if names.len() != CLASSES {
            return Err(Error::parameter("names", format!("{CLASSES} names"), names.len()));
        }
        Ok(Self { names, ..self })
    }

    /// The 784 grey levels of image `i`, row by row.
    ///
    /// # Errors
    /// As [`label`](Self::label).
    pub fn pixels(&self, i: usize) -> Result<&[u8]> {
        self.check_index(i)?;
        let all = self.pixels.as_slice().unwrap_or_default();
        Ok(&all[i * PIXELS..(i + 1) * PIXELS])
    }

    /// How many images each class has.
    pub fn frequencies(&self) -> [usize; CLASSES] {
        let mut counts = [0; CLASSES];
        for &label in &self.labels {
            counts[label] += 1;
        }
        counts
    }

    /// The images at `indices`, in that order; an index may come more than once.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for an index that no image has.
    pub fn select(&self, indices: &[usize]) -> Result<Self> {
        for &i in indices {
            self.check_index(i)?;
        }
        Ok(Self {
            pixels: self.pixels.select(Axis(0), indices),
            labels: indices.iter().map(|&i| self.labels[i]).collect(),
            names: self.names.clone(),
        })
    }

    /// All images in the order of a permutation (see [`RandomState::permutation`]).
    ///
    /// # Errors
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) unless every index comes exactly once.
    pub fn permuted(&self, order: &[usize]) -> Result<Self> {
        let mut seen = vec![false; self.len()];
        for &i in order {
            self.check_index(i)?;
            seen[i] = true;
        }
        if order.len() != self.len() || seen.contains(&false) {
            let expected = format!("each number from 0 to {} once", self.len().saturating_sub(1));
            return Err(Error::parameter("order", expected, format!("{} numbers", order.len())));
        }
        self.select(order)
    }

    /// The images in a range of positions.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) if it ends after the last image or before it starts.
    pub fn slice(&self, range: Range<usize>) -> Result<Self> {
        if range.start > range.end || range.end > self.len() {
            return Err(Error::parameter("range", format!("within 0..{}", self.len()), range));
        }
        Ok(Self {
            pixels: self.pixels.slice(ndarray::s![range.clone(), ..]).to_owned(),
            labels: self.labels[range].to_vec(),
            names: self.names.clone(),
        })
    }

    /// The first `n` images.
    ///
    /// # Errors
    /// As [`slice`](Self::slice).
    pub fn head(&self, n: usize) -> Result<Self> {
        self.slice(0..n)
    }

    /// The first `n` images and the others.
    ///
    /// # Errors
    /// As [`slice`](Self::slice).
    pub fn split_at(&self, n: usize) -> Result<(Self, Self)> {
        let first = self.head(n)?;
        Ok((first, self.slice(n..self.len())?))
    }

    /// A training part and a part for validation of `fraction` of the images, drawn at random as
    /// scikit-learn's `train_test_split(test_size=fraction, random_state=seed)` does.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) unless both parts have an image.
    pub fn split_random(&self, fraction: f64, seed: u32) -> Result<(Self, Self)> {
        let held_out = (fraction * self.len() as f64).ceil();
        if !(held_out >= 1.0 && held_out < self.len() as f64) {
            let expected = format!("a part of {} images between 0 and 1", self.len());
            return Err(Error::parameter("fraction", expected, fraction));
        }
        let order = RandomState::new(seed).permutation(self.len());
        let (validation, train) = order.split_at(held_out as usize);
        Ok((self.select(train)?, self.select(validation)?))
    }

    /// All images of several sets, one set after the other, with the class names of the first.
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) if there is no set.
    pub fn concatenate(sets: &[Self]) -> Result<Self> {
        let views: Vec<_> = sets.iter().map(|set| set.pixels.view()).collect();
        let pixels = ndarray::concatenate(Axis(0), &views)
            .map_err(|_| Error::shape("concatenate", "at least 1 set of images", sets.len()))?;
        let labels = sets.iter().flat_map(|set| set.labels.iter().copied()).collect();
        Ok(Self { pixels, labels, names: sets[0].names.clone() })
    }

    /// The images, moved by so many pixels to the right (negative: to the left) and down. What comes in is black.
    ///
    /// ```
    /// # use fashion::data::FashionMnist;
    /// # fn main() -> fashion::Result<()> {
    /// let images = FashionMnist::excerpt()?.test;
    /// let moved = images.shifted(1, 0);
    /// assert_eq!(moved.pixels(3)?[28 * 14 + 15], images.pixels(3)?[28 * 14 + 14]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn shifted(&self, right: isize, down: isize) -> Self {
        let mut pixels = Array2::zeros(self.pixels.raw_dim());
        let side = SIDE as isize;
        let [right, down] = [right, down].map(|by| by.clamp(-side, side));
        for (mut target, source) in pixels.rows_mut().into_iter().zip(self.pixels.rows()) {
            for place in 0..PIXELS as isize {
                let (row, column) = (place / side - down, place % side - right);
                if (0..side).contains(&row) && (0..side).contains(&column) {
                    target[place as usize] = source[(row * side + column) as usize];
                }
            }
        }
        Self { pixels, labels: self.labels.clone(), names: self.names.clone() }
    }

    /// Grey levels divided by 255 (n x 784) with the labels as targets.
    ///
    /// In `f64` the records are NumPy's `X / 255.0` bit for bit.
    pub fn dataset<F: Float>(&self) -> Dataset<F, usize, Ix1> {
        Dataset::new(self.scaled(), self.labels.clone().into())
    }

    /// Grey levels divided by 255: n x 784.
    pub fn scaled<F: Float>(&self) -> Array2<F> {
        // The loops for f32 and f64 are compiled here, not in the notebook cell that calls them.
        let mut scaled: Option<Array2<F>> = None;
        let slot: &mut dyn Any = &mut scaled;
        if let Some(slot) = slot.downcast_mut::<Option<Array2<f64>>>() {
            *slot = Some(self.scaled_f64());
        } else if let Some(slot) = slot.downcast_mut::<Option<Array2<f32>>>() {
            *slot = Some(self.scaled_f32());
        }
        scaled.unwrap_or_else(|| self.pixels.mapv(|grey| F::cast(f64::from(grey) / 255.0)))
    }

    fn scaled_f64(&self) -> Array2<f64> {
        let levels: [f64; 256] = std::array::from_fn(|grey| grey as f64 / 255.0);
        self.pixels.mapv(|grey| levels[usize::from(grey)])
    }

    fn scaled_f32(&self) -> Array2<f32> {
        let levels: [f32; 256] = std::array::from_fn(|grey| grey as f32 / 255.0);
        self.pixels.mapv(|grey| levels[usize::from(grey)])
    }

    fn check_index(&self, i: usize) -> Result<()> {
        if i < self.len() {
            return Ok(());
        }
        Err(Error::parameter("index", format!("below {}, the number of images", self.len()), i))
    }
}

impl Render for Images {
    fn render(&self) -> Bundle {
        counts_table(
            &format!("{} images of {SIDE} x {SIDE} grey levels", self.len()),
            &[("images", self)],
        )
    }
}

impl std::fmt::Display for Images {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.render().parts()[0].1)
    }
}

/// How many images of each class each part has.
pub(super) fn counts_table(title: &str, parts: &[(&str, &Images)]) -> Bundle {
    let names = parts.iter().map(|(name, _)| *name);
    let mut table = Table::new(title, ["label", "class"].into_iter().chain(names));
    let counts: Vec<_> = parts.iter().map(|(_, images)| images.frequencies()).collect();
    let classes =
        parts.first().map_or_else(ClassNames::default, |(_, images)| images.names.clone());
    for (label, class) in classes.iter().enumerate() {
        let counts = counts.iter().map(|counts| counts[label].to_string());
        table.push([label.to_string(), class.clone()].into_iter().chain(counts));
    }
    table.render()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Image `i` has grey level `i` everywhere and label `i % 10`.
    fn numbered(n: usize) -> Images {
        let pixels = Array2::from_shape_fn((n, PIXELS), |(i, _)| i as u8);
        Images::new(pixels, (0..n).map(|i| i % CLASSES).collect()).unwrap()
    }

    fn greys(images: &Images) -> Vec<u8> {
        images.grey().column(0).to_vec()
    }

    #[test]
    fn selections_keep_images_with_their_labels() {
        let images = numbered(23);
        let picked = images.select(&[22, 3, 3]).unwrap();
        assert_eq!(greys(&picked), [22, 3, 3]);
        assert_eq!(picked.labels(), [2, 3, 3]);
        assert_eq!(picked.pixels(0).unwrap(), [22; PIXELS]);
        assert_eq!(picked.class_name(0).unwrap(), "Pullover");

        let (first, rest) = images.split_at(20).unwrap();
        assert_eq!((greys(&rest), first.len()), (vec![20, 21, 22], 20));
        assert_eq!(images.frequencies(), [3, 3, 3, 2, 2, 2, 2, 2, 2, 2]);

        let order: Vec<usize> = (0..23).rev().collect();
        assert_eq!(images.permuted(&order).unwrap().label(0).unwrap(), 2);
    }

    #[test]
    fn scaled_pixels_are_the_quotients_in_the_type_that_is_asked_for() {
        let images = numbered(256);
        let (wide, narrow) = (images.dataset::<f64>(), images.dataset::<f32>());
        for grey in 0..=255u8 {
            let row = usize::from(grey);
            assert_eq!(wide.records[[row, 9]], f64::from(grey) / 255.0);
            assert_eq!(narrow.records[[row, 9]], f32::from(grey) / 255.0);
        }
        assert_eq!(wide.targets.to_vec(), images.labels());
    }

    #[test]
    fn pixels_in_column_order_are_put_in_rows() {
        let turned = Array2::from_shape_fn((PIXELS, 2), |(_, i)| i as u8).reversed_axes();
        let images = Images::new(turned, vec![0, 1]).unwrap();
        assert_eq!(images.pixels(1).unwrap(), [1; PIXELS]);
    }

    #[test]
    fn what_is_out_of_range_is_an_error_that_says_the_range() {
        let images = numbered(5);
        for error in [
            images.label(5).err(),
            images.pixels(9).err(),
            images.select(&[0, 5]).err(),
            images.head(6).err(),
            images.slice(Range { start: 3, end: 2 }).err(),
            images.permuted(&[0, 1, 2, 3, 3]).err(),
            images.permuted(&[0, 1]).err(),
            images.split_random(1.0, 0).err(),
            images.split_random(f64::NAN, 0).err(),
            Images::new(Array2::zeros((1, PIXELS)), vec![10]).err(),
        ] {
            assert!(error.is_some_and(|error| error.to_string().contains("expected")));
        }
        assert!(Images::new(Array2::zeros((2, 4)), vec![0, 1]).is_err());
    }

    #[test]
    fn the_names_of_the_classes_travel_with_the_images() {
        let digits: Vec<String> = (0..10).map(|digit| format!("digit {digit}")).collect();
        let images = numbered(23).named(&digits).unwrap();
        let part = images.select(&[7, 3]).unwrap().head(1).unwrap();
        assert_eq!(part.class_name(0).unwrap(), "digit 7");
        assert!(part.to_string().contains("digit 9"));
        assert!(images.named(&["one"]).is_err());
    }

    #[test]
    fn sets_are_joined_in_their_order_and_a_shift_and_its_opposite_lose_only_the_border() {
        let of =
            |level: u8| Images::new(Array2::from_elem((2, PIXELS), level), vec![1, 2]).unwrap();
        let both = Images::concatenate(&[of(3), of(7).head(1).unwrap()]).unwrap();
        assert_eq!((both.labels(), both.pixels(2).unwrap()[0]), (&[1, 2, 1][..], 7));
        assert!(Images::concatenate(&[]).is_err());
        let back = of(9).shifted(1, -2).shifted(-1, 2);
        let kept = back.pixels(0).unwrap().iter().filter(|&&level| level == 9).count();
        assert_eq!(kept, (SIDE - 1) * (SIDE - 2));
        assert_eq!(of(9).shifted(28, 0).pixels(0).unwrap(), [0; PIXELS]);
        assert_eq!(of(9).shifted(0, isize::MIN).pixels(0).unwrap(), [0; PIXELS]);
    }

    #[test]
    fn images_and_labels_of_different_files_are_refused() {
        let dir = crate::data::excerpt_dir();
        let file = |name: &str| dir.join(format!("{name}.gz"));
        let error = Images::read(file("train-images-idx3-ubyte"), file("t10k-labels-idx1-ubyte"))
            .unwrap_err();
        assert!(
            matches!(error, Error::ImagesAndLabels { image_count: 2_000, label_count: 1_000, .. }),
            "{error}"
        );
    }
}
