//! What the builders make: a figure, and figures side by side.

use std::borrow::Borrow;
use std::fmt;
use std::path::Path;

use super::bundle::{Bundle, Render};
use super::html::escape;
use super::picture::{self, Picture};
use crate::Result;
use fashion_base::text::printable;
use fashion_base::whole_file;

/// A drawn figure, as SVG.
#[derive(Clone, PartialEq, Eq)]
pub struct Figure {
    title: String,
    description: String,
    svg: String,
    width: u32,
}

impl Figure {
    /// A figure from an SVG document, as one drawn with plotters by hand.
    ///
    /// The description says in words what it shows; `width` is in pixels.
    pub fn new(title: &str, description: &str, svg: impl Into<String>, width: u32) -> Self {
        Self {
            title: title.to_owned(),
            description: description.to_owned(),
            // A title or label with a control character would make it no XML.
            svg: printable(&svg.into()).into_owned(),
            width,
        }
    }

    /// The SVG document.
    pub fn svg(&self) -> &str {
        &self.svg
    }

    /// Writes the SVG document to a file, whole or not at all.
    ///
    /// # Errors
    /// [`Error::Io`](fashion_base::Error::Io) if the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        Ok(whole_file::write(path.as_ref(), self.svg.as_bytes())?)
    }

    /// The figure as an image that is at most as wide as drawn and `share` per cent of its line.
    ///
    /// An image, not inline SVG: JupyterLab strips inline SVG from the saved outputs of a notebook
    /// that the reader has not run yet, and the page's styles do not reach into an image.
    fn image(&self, share: u32) -> String {
        format!(
            "<img alt=\"{}\" style=\"display:inline-block;vertical-align:top;width:{share}%;min-width:{}px;max-width:{}px;height:auto;margin:2px;background-color:#ffffff\" src=\"{}\">",
            escape(&self.to_string()),
            self.width.min(300),
            self.width,
            data_uri(&self.svg)
        )
    }

    fn picture(&self) -> Option<Picture> {
        Picture::of(&self.svg)
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[figure] {}: {}", self.title, self.description)
    }
}

impl Render for Figure {
    fn render(&self) -> Bundle {
        Bundle::text(self.to_string())
            .html(format!("<div>{}</div>", self.image(100)))
            .picture(self.picture())
    }
}

// The kernel shows a value in this form if the last line of its cell moves a variable; a whole SVG
// document would then fill the page.
impl fmt::Debug for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Figure")
            .field("title", &self.title)
            .field("svg", &format_args!("{} bytes", self.svg.len()))
            .finish_non_exhaustive()
    }
}

/// Figures side by side; they wrap where the page is narrow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    figures: Vec<Figure>,
}

/// Puts figures side by side, because a cell shows one value: `row([&loss, &accuracy])`.
///
/// Figures that are variables go by reference: the kernel shows the last line of a cell as a figure
/// only if that line moves no variable.
pub fn row<F: Borrow<Figure>>(figures: impl IntoIterator<Item = F>) -> Row {
    Row { figures: figures.into_iter().map(|figure| figure.borrow().clone()).collect() }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<String> = self.figures.iter().map(Figure::to_string).collect();
        f.write_str(&texts.join("\n"))
    }
}

impl Render for Row {
    fn render(&self) -> Bundle {
        let total: u32 = self.figures.iter().map(|figure| figure.width).sum();
        let images: String = self
            .figures
            .iter()
            .map(|figure| figure.image(figure.width * 97 / total.max(1)))
            .collect();
        let pictures: Vec<Picture> = self.figures.iter().filter_map(Figure::picture).collect();
        Bundle::text(self.to_string())
            .html(format!("<div>{images}</div>"))
            .picture(picture::side_by_side(&pictures))
    }
}

/// An SVG document as the source of an image; percent-encoding is smaller than base64 here and
/// stays legible.
fn data_uri(svg: &str) -> String {
    let mut uri = String::from("data:image/svg+xml,");
    for byte in svg.bytes() {
        match byte {
            b'"' => uri.push('\''),
            b'\n' => uri.push(' '),
            b'%' | b'#' | b'<' | b'>' | b'&' | b'\'' | 0x80.. | 0..0x20 => {
                uri += &format!("%{byte:02X}");
            }
            other => uri.push(char::from(other)),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_image_source_holds_no_character_that_ends_an_attribute_or_a_uri() {
        let uri = data_uri("<text fill=\"#FFF\">a & b 'é' 100 %</text>\n");
        assert!(uri.starts_with("data:image/svg+xml,%3Ctext fill='%23FFF'%3E"), "{uri}");
        assert!(!uri.contains(['"', '#', '<', '>', '&', '\n']) && uri.is_ascii(), "{uri}");
        assert!(uri.contains("100 %25"));
    }
}
