//! Figures as one SVG document, which a bundle has beside its HTML: a bundle holds one picture.

use std::fmt::Write as _;

use super::html::escape;

/// The format of a bundle's picture.
pub(super) const MIME: &str = "image/svg+xml";

/// A page is about as wide.
const LINE: f64 = 960.0;
/// Between two pictures.
const GAP: f64 = 8.0;
/// Text in a picture: the size of its letters, and how wide and high one is with the space around it.
const LETTER: u32 = 13;
const LETTER_WIDTH: f64 = 8.0;
const LETTER_HEIGHT: f64 = 18.0;

/// An SVG document whose size is known.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Picture {
    /// From `<svg` on.
    svg: String,
    width: f64,
    height: f64,
}

impl Picture {
    /// The picture in a document that says in its first tag how wide and high it is.
    pub(super) fn of(document: &str) -> Option<Self> {
        let svg = &document[document.find("<svg")?..];
        let tag = svg.split('>').next()?;
        let size = |name: &str| {
            let value = tag.split(&format!(" {name}=")).nth(1)?;
            let quote = value.chars().next()?;
            let number = value.strip_prefix(quote)?.split(quote).next()?.trim_end_matches("px");
            number.parse::<f64>().ok().filter(|size| size.is_finite() && *size > 0.0)
        };
        Some(Self {
            width: size("width")?,
            height: size("height")?,
            svg: svg.trim_end().to_owned(),
        })
    }

    /// Lines of text, in letters of one width as in a terminal.
    pub(super) fn of_text(text: &str) -> Self {
        let lines = || text.trim_end().lines().map(str::trim_end);
        let longest = lines().map(|line| line.chars().count()).max().unwrap_or(0);
        let mut texts = String::new();
        for (row, line) in lines().enumerate() {
            let y = (row + 1) as f64 * LETTER_HEIGHT;
            let line = escape(line);
            // A String takes whatever is written.
            let _ = write!(texts, "<text x=\"0\" y=\"{y}\" xml:space=\"preserve\">{line}</text>");
        }
        let width = (longest as f64 * LETTER_WIDTH).max(LETTER_WIDTH);
        let height = (lines().count() + 1) as f64 * LETTER_HEIGHT;
        let font = format!("font-family=\"monospace\" font-size=\"{LETTER}\" fill=\"#222222\"");
        let body = format!("<g {font}>{texts}</g>");
        Self { svg: document(width, height, &body), width, height }
    }

    /// The document.
    pub(super) fn svg(&self) -> &str {
        &self.svg
    }

    /// The document as a part of another one.
    fn at(&self, x: f64, y: f64) -> String {
        self.svg.replacen("<svg", &format!("<svg x=\"{x}\" y=\"{y}\""), 1)
    }
}

/// Pictures side by side, as many in a line as a page holds.
pub(super) fn side_by_side(pictures: &[Picture]) -> Option<Picture> {
    put_together(pictures, LINE)
}

/// Pictures below each other.
pub(super) fn below_each_other(pictures: &[Picture]) -> Option<Picture> {
    put_together(pictures, 0.0)
}

/// Pictures in lines of at most this width; a line has one picture at least.
fn put_together(pictures: &[Picture], line: f64) -> Option<Picture> {
    if let [one] = pictures {
        return Some(one.clone());
    }
    let (mut x, mut y, mut line_height) = (0.0, 0.0, 0.0_f64);
    let (mut width, mut body) = (0.0_f64, String::new());
    for picture in pictures {
        if x > 0.0 && x + picture.width > line {
            (x, y, line_height) = (0.0, y + line_height + GAP, 0.0);
        }
        body += &picture.at(x, y);
        width = width.max(x + picture.width);
        line_height = line_height.max(picture.height);
        x += picture.width + GAP;
    }
    let height = y + line_height;
    (width > 0.0).then(|| Picture { svg: document(width, height, &body), width, height })
}

/// A document on white: a viewer's page may be dark.
fn document(width: f64, height: f64, body: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\"><rect width=\"{width}\" height=\"{height}\" fill=\"#FFFFFF\"/>{body}</svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(side: u32) -> Picture {
        Picture::of(&format!(
            "<?xml version='1.0'?>\n<svg width='{side}' height=\"{side}px\"></svg>\n"
        ))
        .expect("a size")
    }

    #[test]
    fn a_document_without_a_size_is_no_picture() {
        for text in
            ["", "words", "<svg viewBox='0 0 1 1'/>", "<svg width='a' height='1'/>", "<svg width='"]
        {
            assert_eq!(Picture::of(text), None, "{text}");
        }
    }

    #[test]
    fn pictures_fill_a_line_and_go_on_in_the_next() {
        let row = side_by_side(&[square(600), square(300), square(200)]).expect("pictures");
        assert_eq!((row.width, row.height), (908.0, 808.0));
        assert!(
            row.svg().contains("<svg x=\"608\" y=\"0\"")
                && row.svg().contains("<svg x=\"0\" y=\"608\"")
        );
        assert!(!row.svg().contains("<?xml"), "{}", row.svg());
        let column = below_each_other(&[square(100), square(300)]).expect("pictures");
        assert_eq!((column.width, column.height), (300.0, 408.0));
    }

    #[test]
    fn one_picture_stays_as_it_is() {
        assert_eq!(side_by_side(&[square(5)]), Some(square(5)));
        assert_eq!(side_by_side(&[]), None);
    }

    #[test]
    fn text_is_escaped_and_fits() {
        let text = Picture::of_text("a < b\n  indented & so on\n");
        assert!(text.svg().contains("a &lt; b") && text.svg().contains(">  indented &amp; so on<"));
        assert_eq!((text.width, text.height), (18.0 * 8.0, 54.0));
        assert_eq!(Picture::of(text.svg()), Some(text));
    }
}
