//! From a picture to what the models take.

use std::ops::Range;

use ndarray::{Array2, ArrayView1, Axis};

use super::Photo;
use crate::data::{PIXELS, SIDE};
use crate::{Error, Result};

/// Longest edge of the picture in which the object is looked for: single noisy pixels vanish in it.
const WORKING: usize = 256;
/// Difference from the ground up to which an edge is trimmed, as a share of the range of grey.
const CLOSE: f32 = 0.05;
/// The shop's thumbnails had about this many pixels for each one that was kept, in each direction.
const SKIP: usize = 2;

/// A picture as the models see it: 28 x 28, ground 0, in the middle.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    pixels: Vec<u8>,
    dark_on_light: bool,
}

impl Photo {
    /// The picture as an image of the data set; the [module](super) says in which steps.
    ///
    /// # Errors
    /// [`Error::BlankPhoto`] if nothing differs from the ground by more than 5 % of the range from black to
    /// white.
    pub fn prepare(&self) -> Result<Prepared> {
        let longest = self.width.max(self.height);
        let working = longest.min(WORKING);
        let scaled = |edge: usize| (edge * working / longest).max(1);
        let small =
            self.resized(0..self.width, 0..self.height, (scaled(self.width), scaled(self.height)));
        let ground = small.ground();
        let (darker, lighter) = small.levels.iter().fold((0.0, 0.0), |(darker, lighter), level| {
            (darker + (ground - level).max(0.0), lighter + (level - ground).max(0.0))
        });
        let dark_on_light = darker >= lighter;
        // How far the object stands out: 0 is the ground, 1 is black on light or white on dark.
        let (sign, range) = if dark_on_light { (-1.0, ground) } else { (1.0, 1.0 - ground) };
        let differs = |level: f32| sign * (level - ground) > CLOSE;
        let (columns, rows) = small.extent(differs).ok_or(Error::BlankPhoto)?;

        let long = columns.len().max(rows.len());
        let fit = |edge: &Range<usize>| ((edge.len() * SIDE + long / 2) / long).max(1);
        let (width, height) = (fit(&columns), fit(&rows));
        let fine = small.resized(columns, rows, (width * SKIP, height * SKIP));
        let kept = (0..height * width).map(|place| {
            let level = fine.levels[place / width * SKIP * fine.width + place % width * SKIP];
            (sign * (level - ground) / range).clamp(0.0, 1.0)
        });
        let object = Photo { width, height, levels: kept.collect() }.sharpened();

        let (top, left) = ((SIDE - height) / 2, (SIDE - width) / 2);
        let mut pixels = vec![0; PIXELS];
        for (place, level) in object.levels.iter().enumerate() {
            let (row, column) = (top + place / width, left + place % width);
            pixels[row * SIDE + column] = (level * 255.0).round() as u8;
        }
        Ok(Prepared { pixels, dark_on_light })
    }

    /// The columns and rows between the outermost pixels that `differ`.
    fn extent(&self, differs: impl Fn(f32) -> bool) -> Option<(Range<usize>, Range<usize>)> {
        let places = || (0..self.levels.len()).filter(|&place| differs(self.levels[place]));
        let columns = || places().map(|place| place % self.width);
        let rows = || places().map(|place| place / self.width);
        Some((columns().min()?..columns().max()? + 1, rows().min()?..rows().max()? + 1))
    }

    /// Each pixel moved away from the Gaussian mean of its neighbours (radius 1, deviation 1), with the
    /// weights of ImageMagick's `sharpen`; beyond an edge its pixels go on.
    fn sharpened(&self) -> Self {
        let gauss = |squared: usize| (-0.5 * squared as f32).exp();
        let sum = 1.0 + 4.0 * gauss(1) + 4.0 * gauss(2);
        let at = |row: usize, column: usize| {
            // Rows and columns are counted from 1, so that the one before the first has a number.
            let (row, column) = (row.clamp(1, self.height) - 1, column.clamp(1, self.width) - 1);
            self.levels[row * self.width + column]
        };
        let sharpen = |place: usize| {
            let (row, column) = (place / self.width + 1, place % self.width + 1);
            let edges = at(row - 1, column) + at(row + 1, column);
            let edges = edges + at(row, column - 1) + at(row, column + 1);
            let corners = at(row - 1, column - 1) + at(row - 1, column + 1);
            let corners = corners + at(row + 1, column - 1) + at(row + 1, column + 1);
            let around = gauss(1) * edges + gauss(2) * corners;
            ((2.0 * sum * at(row, column) - around) / (sum + 1.0)).clamp(0.0, 1.0)
        };
        Self { levels: (0..self.levels.len()).map(sharpen).collect(), ..*self }
    }
}

impl Prepared {
    /// Grey levels as in the data set, 0 (ground) to 255, row by row: 784.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// Whether the object was darker than the ground, and so was negated.
    pub fn dark_on_light(&self) -> bool {
        self.dark_on_light
    }

    /// The sample that models take: (1, 784), from 0 to 1.
    pub fn record(&self) -> Array2<f32> {
        ArrayView1::from(&self.pixels).mapv(|pixel| f32::from(pixel) / 255.0).insert_axis(Axis(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::FashionMnist;

    /// A picture with a rectangle of `object` on `ground`.
    fn rectangle(
        (width, height): (usize, usize),
        (columns, rows): (Range<usize>, Range<usize>),
        (object, ground): (f32, f32),
    ) -> Photo {
        let level = |place: usize| {
            let inside = columns.contains(&(place % width)) && rows.contains(&(place / width));
            if inside { object } else { ground }
        };
        Photo::new(width, height, (0..width * height).map(level).collect()).unwrap()
    }

    /// Columns and rows of the pixels above 0.
    fn extent(prepared: &Prepared) -> (Range<usize>, Range<usize>) {
        let levels = prepared.pixels.iter().map(|&pixel| f32::from(pixel)).collect();
        let image = Photo { width: SIDE, height: SIDE, levels };
        image.extent(|level| level > 0.0).unwrap()
    }

    #[test]
    fn the_object_keeps_its_proportions_and_stands_in_the_middle() {
        for (size, factor) in [((60, 90), 1), ((250, 200), 2), ((1024, 900), 12)] {
            let place = (10 * factor..30 * factor, 20 * factor..60 * factor);
            let upright = rectangle(size, place, (0.2, 0.9)).prepare().unwrap();
            assert_eq!(extent(&upright), (7..21, 0..28), "{size:?}");
            assert!(upright.dark_on_light());
        }
        let lying = rectangle((80, 80), (3..73, 5..15), (0.8, 0.1)).prepare().unwrap();
        assert_eq!(extent(&lying), (0..28, 12..16));
        assert!(!lying.dark_on_light());
    }

    #[test]
    fn where_it_stood_and_on_which_ground_does_not_show() {
        let reference = rectangle((100, 100), (10..50, 10..66), (0.0, 1.0)).prepare().unwrap();
        let moved = rectangle((150, 90), (90..130, 20..76), (0.0, 1.0)).prepare().unwrap();
        let inverted = rectangle((100, 100), (10..50, 10..66), (1.0, 0.0)).prepare().unwrap();
        assert_eq!(moved.pixels, reference.pixels);
        assert_eq!(inverted.pixels, reference.pixels);
        let middling = rectangle((100, 100), (10..50, 10..66), (0.2, 0.45)).prepare().unwrap();
        assert_eq!(extent(&middling), extent(&reference));
    }

    #[test]
    fn a_blank_picture_is_an_error_and_a_single_pixel_is_not() {
        for level in [0.0, 0.5, 1.0] {
            let blank = Photo::new(50, 40, vec![level; 2000]).unwrap();
            assert!(matches!(blank.prepare(), Err(Error::BlankPhoto)));
        }
        let faint = rectangle((40, 40), (10..20, 10..20), (0.92, 0.95));
        assert!(faint.prepare().unwrap_err().to_string().contains("5 %"));
        // All of it is border, so all of it is ground.
        assert!(Photo::new(1, 1, vec![0.3]).unwrap().prepare().is_err());
        let dot = rectangle((3, 3), (1..2, 1..2), (0.0, 1.0)).prepare().unwrap();
        assert!(dot.pixels.iter().all(|&pixel| pixel == 255));
    }

    #[test]
    fn extreme_proportions_leave_one_line() {
        let thread = rectangle((250, 40), (5..245, 20..21), (0.0, 1.0)).prepare().unwrap();
        assert_eq!(extent(&thread), (0..28, 13..14));
    }

    #[test]
    fn sharpening_keeps_flat_parts_and_steepens_edges() {
        let step = Photo::new(6, 1, vec![0.4, 0.4, 0.4, 0.6, 0.6, 0.6]).unwrap().sharpened();
        assert!((step.levels[0] - 0.4).abs() < 1e-6 && (step.levels[5] - 0.6).abs() < 1e-6);
        assert!(step.levels[2] < 0.37 && step.levels[3] > 0.63, "{:?}", step.levels);
    }

    #[test]
    fn an_enlarged_image_of_the_data_set_keeps_its_outline() {
        let test = FashionMnist::excerpt().unwrap().test;
        let mut overlap = 0.0;
        for index in 0..100 {
            let image = test.pixels(index).unwrap();
            // Five times as large, dark on a light ground, with a margin.
            let level = |place: usize| {
                let (row, column) =
                    ((place / 200).wrapping_sub(30) / 5, (place % 200).wrapping_sub(30) / 5);
                let inside = row < SIDE && column < SIDE;
                1.0 - if inside { f32::from(image[row * SIDE + column]) / 255.0 } else { 0.0 }
            };
            let photo = Photo::new(200, 200, (0..40_000).map(level).collect()).unwrap();
            let prepared = photo.prepare().unwrap();
            let both = |a: u8, b: u8| f64::from(a.min(b));
            let either = |a: u8, b: u8| f64::from(a.max(b));
            let sum = |f: &dyn Fn(u8, u8) -> f64| -> f64 {
                image.iter().zip(prepared.pixels()).map(|(&a, &b)| f(a, b)).sum()
            };
            overlap += sum(&both) / sum(&either) / 100.0;
        }
        assert!(overlap > 0.7, "{overlap}");
    }
}
