//! The surface that figures are drawn on: plotters' SVG backend with a few shapes in canvas units.

use std::cell::RefCell;
use std::fmt::Write as _;

use plotters::coord::Shift;
use plotters::element::{DashedPathElement, PathElement, Polygon, Rectangle};
use plotters::prelude::{DrawingArea, IntoDrawingArea, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{
    Color, FontDesc, FontFamily, FontStyle, FontTransform, RGBAColor, RGBColor, ShapeStyle,
    TextStyle, WHITE,
};

use super::figure::Figure;
use super::html::escape;
use super::pixels::Pixels;
use super::style::{Dash, INK, UNITS, px, text_width, wrap_text};
use crate::{Error, Result};

/// A point in canvas units.
pub(super) type Point = (i32, i32);
pub(super) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Arial and its metric twins, so that the estimated widths fit on every system.
const FONT: &str = "Arial, Liberation Sans, Helvetica, sans-serif";
pub(super) const TITLE_SIZE: i32 = 16;
pub(super) const TEXT_SIZE: i32 = 13;
/// The empty border of a figure.
pub(super) const MARGIN: i32 = px(10);

/// How a text is set.
#[derive(Clone, Copy)]
pub(super) struct Type {
    /// In pixels.
    pub size: i32,
    pub colour: RGBColor,
    pub bold: bool,
    pub horizontal: HPos,
    pub vertical: VPos,
    pub upward: bool,
}

impl Type {
    /// Ordinary text, centred on its point.
    pub(super) const CENTRED: Self = Self {
        size: TEXT_SIZE,
        colour: INK,
        bold: false,
        horizontal: HPos::Center,
        vertical: VPos::Center,
        upward: false,
    };
    /// Ordinary text that starts at its point.
    pub(super) const LEFT: Self = Self { horizontal: HPos::Left, ..Self::CENTRED };
    /// Ordinary text that ends at its point.
    pub(super) const RIGHT: Self = Self { horizontal: HPos::Right, ..Self::CENTRED };

    pub(super) fn style(self) -> TextStyle<'static> {
        let style = if self.bold { FontStyle::Bold } else { FontStyle::Normal };
        // plotters divides font sizes by 1.24 when it writes them to SVG.
        let size = f64::from(px(self.size)) * 1.24;
        let transform = if self.upward { FontTransform::Rotate270 } else { FontTransform::None };
        let font = FontDesc::new(FontFamily::Name(FONT), size, style).transform(transform);
        let mut text = TextStyle::from(font).pos(Pos::new(self.horizontal, self.vertical));
        text.color = self.colour.to_backend_color();
        text
    }
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stroke {
    pub colour: RGBColor,
    /// In canvas units.
    pub width: u32,
    pub dash: Dash,
}

/// The surface of one figure.
pub(super) struct Canvas<'a> {
    pub area: Area<'a>,
    /// Embedded images; plotters has no element for them without a large image library.
    images: RefCell<String>,
    pub width: i32,
}

/// Draws a figure of a size in pixels: its title at the top, then `paint` below the line that it
/// is given.
pub(super) fn figure(
    title: &str,
    description: &str,
    (width, height): (i32, i32),
    paint: impl FnOnce(&Canvas<'_>, i32) -> Result<()>,
) -> Result<Figure> {
    let mut svg = String::new();
    let images;
    let title_lines = wrap_text(title, TITLE_SIZE, px(width) * 93 / 100 - 2 * MARGIN);
    let title_height = px(TITLE_SIZE + 5) * title_lines.len() as i32;
    let (unit_width, unit_height) = (px(width), px(height) + title_height);
    {
        let size = (unit_width.unsigned_abs(), unit_height.unsigned_abs());
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        area.fill(&WHITE)?;
        let canvas = Canvas { area, images: RefCell::default(), width: unit_width };
        let heading = Type { size: TITLE_SIZE, bold: true, vertical: VPos::Top, ..Type::CENTRED };
        for (line, text) in title_lines.iter().enumerate() {
            let y = MARGIN + px(TITLE_SIZE + 5) * line as i32;
            canvas.text((unit_width / 2, y), text, heading)?;
        }
        paint(&canvas, MARGIN + title_height)?;
        canvas.area.present()?;
        images = canvas.images.into_inner();
    }
    let svg = finish(&svg, &images, title, (unit_width, unit_height));
    Ok(Figure::new(title, description, svg, width.unsigned_abs()))
}

/// Adds the images, a title for screen readers and the size in pixels to plotters' document, and
/// says once what plotters repeats in each element.
fn finish(svg: &str, images: &str, title: &str, (width, height): (i32, i32)) -> String {
    let body = svg.split_once('>').map_or("", |(_, body)| body);
    let body = body.trim_end().trim_end_matches("</svg>");
    let font = format!(" font-family=\"{FONT}\"");
    let body =
        [("\n</text>", "</text>"), (" opacity=\"1\"", ""), (" stroke=\"none\"", ""), (&font, "")]
            .into_iter()
            .fold(body.to_owned(), |body, (from, to)| body.replace(from, to));
    let title = escape(title);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {width} {height}\" stroke-linejoin=\"round\"{font} role=\"img\"><title>{title}</title>\n{}{images}</svg>\n",
        width / UNITS,
        height / UNITS,
        body.trim_start(),
    )
}

impl Canvas<'_> {
    pub(super) fn line(&self, points: &[Point], stroke: Stroke) -> Result<()> {
        let style = ShapeStyle {
            color: stroke.colour.to_rgba(),
            filled: false,
            stroke_width: stroke.width,
        };
        match stroke.dash {
            None => self.area.draw(&PathElement::new(points, style))?,
            Some((on, off)) => {
                self.area.draw(&DashedPathElement::new(points.iter().copied(), on, off, style))?
            }
        }
        Ok(())
    }

    pub(super) fn polygon(&self, points: &[Point], colour: RGBAColor) -> Result<()> {
        self.area.draw(&Polygon::new(points, colour.filled()))?;
        Ok(())
    }

    pub(super) fn rectangle(&self, from: Point, to: Point, colour: RGBColor) -> Result<()> {
        self.area.draw(&Rectangle::new([from, to], colour.filled()))?;
        Ok(())
    }

    /// A polygon around a point, with a thin white edge so that overlapping ones stay apart.
    pub(super) fn marker(
        &self,
        marker: super::style::Marker,
        (x, y): Point,
        radius: i32,
        colour: RGBColor,
    ) -> Result<()> {
        let shape = |radius: i32| -> Vec<Point> {
            marker.outline(radius).into_iter().map(|(dx, dy)| (x + dx, y + dy)).collect()
        };
        self.polygon(&shape(radius + UNITS), WHITE.to_rgba())?;
        self.polygon(&shape(radius), colour.to_rgba())
    }

    pub(super) fn text(&self, at: Point, text: &str, set: Type) -> Result<()> {
        self.area.draw_text(text, &set.style(), at)?;
        Ok(())
    }

    /// An image with sharp pixels.
    pub(super) fn image(
        &self,
        (x, y): Point,
        (width, height): Point,
        pixels: &Pixels,
    ) -> Result<()> {
        let mut images = self.images.borrow_mut();
        writeln!(
            images,
            "<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" href=\"{}\"/>",
            pixels.data_uri()?
        )
        .map_err(|error| Error::Drawing(error.to_string()))
    }
}

/// The widest of some texts, in canvas units.
pub(super) fn widest<'t>(texts: impl IntoIterator<Item = &'t str>, size: i32) -> i32 {
    texts.into_iter().map(|text| text_width(text, size)).max().unwrap_or(0)
}

impl<E: std::error::Error + Send + Sync> From<plotters::drawing::DrawingAreaErrorKind<E>>
    for Error
{
    fn from(error: plotters::drawing::DrawingAreaErrorKind<E>) -> Self {
        Self::Drawing(error.to_string())
    }
}
