//! Images of the data set with captions.

use super::canvas::{MARGIN, TEXT_SIZE, Type, figure, widest};
use super::figure::Figure;
use super::pixels::Pixels;
use super::size;
use super::style::{MUTED, fit_text, px};
use crate::{Error, Result};
use fashion_base::text::Number;
use plotters::style::text_anchor::VPos;

/// Images in rows, each with a caption of one or two lines.
///
/// ```
/// use fashion::show::Gallery;
///
/// let boot = vec![0_u8; 28 * 28];
/// let figure = Gallery::new("Wrong predictions")
///     .bytes(&boot, "Ankle boot\npredicted Sneaker")
///     .columns(6)
///     .draw()?;
/// assert!(figure.svg().contains("predicted Sneaker"));
/// # Ok::<(), fashion::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a gallery is drawn by `draw()`"]
pub struct Gallery {
    title: String,
    images: Vec<(Picture, String)>,
    columns: usize,
    scale: u16,
}

#[derive(Debug, Clone)]
enum Picture {
    Bytes(Vec<u8>),
    /// Grey levels from 0 to 1.
    Levels(Vec<f64>),
}

impl Gallery {
    /// An empty gallery of square images.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), images: Vec::new(), columns: 6, scale: 3 }
    }

    /// Adds a square image of bytes, row by row, and its caption; a line break in the caption
    /// starts its second line.
    pub fn bytes(mut self, pixels: &[u8], caption: impl Into<String>) -> Self {
        self.images.push((Picture::Bytes(pixels.to_vec()), caption.into()));
        self
    }

    /// Adds a square image of grey levels from 0 to 1, row by row, and its caption: a row of a
    /// data set's records.
    pub fn image<'a, T: Number + 'a>(
        mut self,
        pixels: impl IntoIterator<Item = &'a T>,
        caption: impl Into<String>,
    ) -> Self {
        let levels = pixels.into_iter().map(|value| value.as_f64()).collect();
        self.images.push((Picture::Levels(levels), caption.into()));
        self
    }

    /// How many images stand side by side, 6 unless set.
    pub fn columns(mut self, columns: usize) -> Self {
        self.columns = columns;
        self
    }

    /// How many screen pixels a pixel has on each side, 3 unless set.
    pub fn scale(mut self, scale: u16) -> Self {
        self.scale = scale;
        self
    }

    /// Draws the gallery.
    ///
    /// # Errors
    /// If there is no image or no column, an image is not square, or a grey level is not a number
    /// from 0 to 1.
    pub fn draw(&self) -> Result<Figure> {
        if self.images.is_empty() {
            return Err(Error::parameter("Gallery", "at least one image", 0));
        }
        if self.columns == 0 {
            return Err(Error::parameter("columns", "at least 1", 0));
        }
        if !(1..=20).contains(&self.scale) {
            return Err(Error::parameter("scale", "1 to 20", self.scale));
        }
        let mut pictures = Vec::new();
        for (picture, _) in &self.images {
            pictures.push(picture.pixels()?);
        }
        let side = pictures.iter().map(|(_, side)| *side).max().unwrap_or(1);
        let side = (side * usize::from(self.scale)) as i32;
        let lines = self.images.iter().map(|(_, text)| text.lines().count()).max().unwrap_or(0);
        let captions = self.images.iter().flat_map(|(_, caption)| caption.lines().take(2));
        let cell_width = (side + 12).max((widest(captions, SIZE) / px(1) + 14).min(WIDEST));
        let cell_height = side + lines.min(2) as i32 * LINE + 14;
        let columns = self.columns.min(self.images.len());
        let rows = self.images.len().div_ceil(columns);
        let border = 2 * MARGIN / px(1);
        let width = (columns as i32 * cell_width + border).max(240);
        let size = size::checked((width, rows as i32 * cell_height + border))?;
        figure(&self.title, &self.describe(), size, |canvas, top| {
            let left = (canvas.width - px(columns as i32 * cell_width)) / 2;
            for (index, ((pixels, _), (_, caption))) in
                pictures.iter().zip(&self.images).enumerate()
            {
                let (row, column) = ((index / columns) as i32, (index % columns) as i32);
                let x = left + px(column * cell_width);
                let y = top + px(row * cell_height + 4);
                let inset = px((cell_width - side) / 2);
                canvas.image((x + inset, y), (px(side), px(side)), pixels)?;
                let lines: Vec<&str> = caption.lines().take(2).collect();
                for (line, text) in lines.iter().enumerate() {
                    let colour = if line == 0 { Type::CENTRED.colour } else { MUTED };
                    let set = Type { colour, vertical: VPos::Top, size: SIZE, ..Type::CENTRED };
                    let below = y + px(side + 4 + line as i32 * LINE);
                    let text = fit_text(text, SIZE, px(cell_width - 4));
                    canvas.text((x + px(cell_width) / 2, below), &text, set)?;
                }
            }
            Ok(())
        })
    }

    fn describe(&self) -> String {
        let captions: Vec<String> =
            self.images.iter().map(|(_, caption)| caption.replace('\n', ", ")).collect();
        captions.join("; ")
    }
}

const SIZE: i32 = TEXT_SIZE - 1;
const LINE: i32 = SIZE + 4;
/// The widest that captions make a column, in pixels; longer ones are cut.
const WIDEST: i32 = 160;

impl Picture {
    fn pixels(&self) -> Result<(Pixels, usize)> {
        let values = match self {
            Self::Bytes(bytes) => bytes.clone(),
            Self::Levels(levels) => {
                if let Some(bad) = levels.iter().find(|level| !(0.0..=1.0).contains(*level)) {
                    return Err(Error::parameter("grey level", "a number from 0 to 1", bad));
                }
                levels.iter().map(|level| (level * 255.0).round() as u8).collect()
            }
        };
        let side = values.len().isqrt();
        if side == 0 || side * side != values.len() {
            let expected = "a square image, such as 784 pixels";
            return Err(Error::shape("Gallery", expected, values.len()));
        }
        // Dark on white, as on paper: the data set draws light on black.
        Ok((Pixels::grey(side, side, values.into_iter().map(|value| 255 - value).collect()), side))
    }
}
