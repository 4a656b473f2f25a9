//! Weights as images: what the first layer looks for.

use ndarray::{ArrayView2, ArrayView4};
use plotters::style::RGBColor;

use super::canvas::{MARGIN, TEXT_SIZE, Type, figure};
use super::colours::diverging;
use super::figure::Figure;
use super::pixels::Pixels;
use super::size;
use super::style::{px, text_width};
use crate::{Error, Result};
use fashion_base::text::Number;

/// The weights of each unit or filter as a square image: orange below zero, blue above.
///
/// ```
/// use fashion::ndarray::Array2;
/// use fashion::show::WeightImages;
///
/// let weights = Array2::from_shape_fn((784, 12), |(pixel, unit)| (pixel * unit) as f32 % 3.0 - 1.0);
/// let figure = WeightImages::units("First layer", &weights).draw()?;
/// assert!(figure.svg().contains("<image"));
/// # Ok::<(), fashion::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "images are drawn by `draw()`"]
pub struct WeightImages {
    title: String,
    images: Vec<Vec<f64>>,
    columns: usize,
    scale: u16,
    limit: Option<f64>,
}

impl WeightImages {
    /// The weights of a dense layer, inputs in rows and units in columns: (784, units).
    pub fn units<'a, T: Number + 'a>(
        title: impl Into<String>,
        weights: impl Into<ArrayView2<'a, T>>,
    ) -> Self {
        let weights = weights.into();
        let images = weights
            .columns()
            .into_iter()
            .map(|column| column.iter().map(|weight| weight.as_f64()).collect());
        Self::new(title, images.collect(), 10, 2)
    }

    /// The filters of a convolution: (filters, channels, rows, columns), one image per filter and
    /// channel.
    pub fn filters<'a, T: Number + 'a>(
        title: impl Into<String>,
        weights: impl Into<ArrayView4<'a, T>>,
    ) -> Self {
        let weights = weights.into();
        let images = weights.outer_iter().flat_map(|filter| {
            let channels: Vec<Vec<f64>> = filter
                .outer_iter()
                .map(|channel| channel.iter().map(|weight| weight.as_f64()).collect())
                .collect();
            channels
        });
        Self::new(title, images.collect(), 8, 16)
    }

    fn new(title: impl Into<String>, images: Vec<Vec<f64>>, columns: usize, scale: u16) -> Self {
        Self { title: title.into(), images, columns, scale, limit: None }
    }

    /// How many images stand side by side: 10 units or 8 filters unless set.
    pub fn columns(mut self, columns: usize) -> Self {
        self.columns = columns;
        self
    }

    /// How many screen pixels a weight has on each side: 2 for units, 16 for filters unless set.
    /// In a row of two figures, 1 keeps the texts of units' images legible.
    pub fn scale(mut self, scale: u16) -> Self {
        self.scale = scale;
        self
    }

    /// The absolute weight that has the full colour, so that two figures share one scale; the
    /// 99.5th percentile of the absolute weights unless set.
    pub fn limit(mut self, limit: f64) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Draws the images and their colour bar.
    ///
    /// # Errors
    /// If there is no image or no column, the images are not square, a weight is not finite, or
    /// the limit is not positive.
    pub fn draw(&self) -> Result<Figure> {
        let side = self.check()?;
        let limit = self.limit.unwrap_or_else(|| percentile(&self.images, 0.995));
        let columns = self.columns.min(self.images.len());
        let (grid_width, grid_height, mosaic) = self.mosaic(side, columns, limit);
        let scale = i32::from(self.scale);
        let pixels = |length: usize| length as i32 * scale / zoom(side) as i32;
        let (width, height) = (pixels(grid_width), pixels(grid_height));
        let border = 2 * MARGIN / px(1);
        let ends = [format!("≥ {}", short(limit)), "0".to_owned(), format!("≤ −{}", short(limit))];
        let bar_text = text_width(&ends[2], TEXT_SIZE) / px(1) + 1;
        let bar_height = height.clamp(80, 240);
        let total = (width + border + GAP + BAR + 6 + bar_text).max(200);
        let size = size::checked((total, height.max(bar_height + TEXT_SIZE) + border))?;
        let (count, end) = (self.images.len(), short(limit));
        let description =
            format!("{count} images of {side} x {side} weights between -{end} and {end}");
        figure(&self.title, &description, size, |canvas, top| {
            canvas.image((MARGIN, top + px(4)), (px(width), px(height)), &mosaic)?;
            let bar = Pixels::coloured(1, LEVELS, (0..LEVELS as u8).rev().collect(), palette());
            let x = MARGIN + px(width + GAP);
            let y = top + px(4 + TEXT_SIZE / 2);
            canvas.image((x, y), (px(BAR), px(bar_height)), &bar)?;
            for (text, share) in ends.iter().zip([0, 1, 2]) {
                let at = (x + px(BAR + 6), y + px(bar_height) * share / 2);
                canvas.text(at, text, Type::LEFT)?;
            }
            Ok(())
        })
    }

    /// The side of the images.
    fn check(&self) -> Result<usize> {
        let weights = self.images.first().map_or(0, Vec::len);
        let side = weights.isqrt();
        if side == 0 || side * side != weights {
            let expected = "at least one unit with a square number of weights, such as 784";
            return Err(Error::shape("WeightImages", expected, (weights, self.images.len())));
        }
        if self.columns == 0 {
            return Err(Error::parameter("columns", "at least 1", 0));
        }
        if !(1..=40).contains(&self.scale) {
            return Err(Error::parameter("scale", "1 to 40", self.scale));
        }
        if let Some(bad) = self.images.iter().flatten().find(|weight| !weight.is_finite()) {
            return Err(Error::parameter("weights", "finite numbers", bad));
        }
        if let Some(limit) = self.limit.filter(|limit| !limit.is_finite() || *limit <= 0.0) {
            return Err(Error::parameter("limit", "a positive number", limit));
        }
        Ok(side)
    }

    /// All images in one, with gaps between them, and its size: one PNG is smaller than hundreds.
    fn mosaic(&self, side: usize, columns: usize, limit: f64) -> (usize, usize, Pixels) {
        let (zoom, gap) = (zoom(side), 2);
        let pitch = side * zoom + gap;
        let rows = self.images.len().div_ceil(columns);
        let (width, height) = (columns * pitch - gap, rows * pitch - gap);
        let mut pixels = vec![LEVELS as u8; width * height];
        for (index, image) in self.images.iter().enumerate() {
            let (top, left) = (index / columns * pitch, index % columns * pitch);
            for y in 0..side * zoom {
                for x in 0..side * zoom {
                    let weight = image[y / zoom * side + x / zoom];
                    pixels[(top + y) * width + left + x] = level(weight / limit);
                }
            }
        }
        (width, height, Pixels::coloured(width, height, pixels, palette()))
    }
}

/// How many image pixels a weight has on each side: small filters need gaps thinner than a weight.
fn zoom(side: usize) -> usize {
    if side > 10 { 1 } else { 4 }
}

/// The width of the colour bar and its distance, in pixels.
const BAR: i32 = 14;
const GAP: i32 = 16;
/// Steps of the colour scale: odd, so that one of them is zero; few, so that images stay small.
const LEVELS: usize = 41;

/// The step of a value from -1 to 1.
fn level(value: f64) -> u8 {
    let half = (LEVELS / 2) as f64;
    (value.clamp(-1.0, 1.0) * half + half).round() as u8
}

/// The colours of the steps, and the one of the gaps.
fn palette() -> Vec<[u8; 3]> {
    let half = (LEVELS / 2) as f64;
    (0..LEVELS)
        .map(|level| diverging(level as f64 / half - 1.0))
        .chain([RGBColor(0xC4, 0xC4, 0xC4)])
        .map(|RGBColor(red, green, blue)| [red, green, blue])
        .collect()
}

fn percentile(images: &[Vec<f64>], share: f64) -> f64 {
    let mut sizes: Vec<f64> = images.iter().flatten().map(|weight| weight.abs()).collect();
    sizes.sort_by(f64::total_cmp);
    let index = ((sizes.len() as f64 - 1.0) * share).round() as usize;
    sizes.get(index).copied().filter(|size| *size > 0.0).unwrap_or(1.0)
}

/// A number with two significant digits.
fn short(value: f64) -> String {
    let decimals = (1.0 - value.log10().floor()).clamp(0.0, 6.0) as usize;
    format!("{value:.decimals$}")
}
