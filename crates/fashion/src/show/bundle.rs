//! How values show themselves at the end of a notebook cell.
//!
//! The evcxr kernel calls `evcxr_display` on the value that ends a cell, if the cell has such a
//! method: [`NotebookDisplay`], from the prelude, gives it to all types that implement [`Render`].

use std::io::Write as _;

use super::html::escape;
use super::picture::{self, Picture};

/// One value in several formats; a front end shows the richest that it knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    parts: Vec<(&'static str, String)>,
}

impl Bundle {
    /// A bundle with its plain text, which every front end and terminal can show.
    pub fn text(text: impl Into<String>) -> Self {
        Self { parts: vec![("text/plain", text.into())] }
    }

    /// The same bundle with one more format.
    #[must_use]
    pub fn with(mut self, mime: &'static str, body: impl Into<String>) -> Self {
        self.parts.push((mime, body.into()));
        self
    }

    /// The same bundle with an HTML form.
    #[must_use]
    pub fn html(self, html: impl Into<String>) -> Self {
        self.with("text/html", html)
    }

    /// The same bundle with a picture as a part of its own, for those who show no pictures in HTML: some hosts of
    /// code take them out. Front ends that keep them prefer the HTML.
    pub(super) fn picture(self, picture: Option<Picture>) -> Self {
        match picture {
            Some(picture) => self.with(picture::MIME, picture.svg()),
            None => self,
        }
    }

    /// The formats, in the order in which they were added.
    pub fn parts(&self) -> &[(&'static str, String)] {
        &self.parts
    }

    /// Hands the bundle to the evcxr kernel, in one piece so that other output cannot split it.
    pub fn emit(&self) {
        let mut message = String::new();
        for (mime, body) in &self.parts {
            // A title or file name must not end its part.
            let body = body.replace("EVCXR_END_CONTENT", "EVCXR-END-CONTENT");
            message += &format!("EVCXR_BEGIN_CONTENT {mime}\n{body}\nEVCXR_END_CONTENT\n");
        }
        // A closed stdout means that nobody is left to read.
        let _ = std::io::stdout().lock().write_all(message.as_bytes());
    }
}

impl Render for Bundle {
    fn render(&self) -> Bundle {
        self.clone()
    }
}

/// Several values one below the other, because a cell shows only one bundle.
///
/// If one of them has a picture, there is one of them all, in which the others are text. Machine-readable parts are
/// kept; if two values have the same one, the last counts, as it would in the front end.
///
/// ```
/// use fashion::show::{Table, stack};
///
/// let both = stack(&[&Table::new("one", ["a"]), &Table::new("two", ["b"])]);
/// assert!(both.parts()[0].1.contains("one") && both.parts()[0].1.contains("two"));
/// ```
pub fn stack(values: &[&dyn Render]) -> Bundle {
    let (mut text, mut html, mut others) = (String::new(), String::new(), Vec::new());
    let (mut pictures, mut has_picture) = (Vec::new(), false);
    for bundle in values.iter().map(|value| value.render()) {
        let mut plain = String::new();
        let (mut rich, mut picture) = (None, None);
        for (mime, body) in bundle.parts {
            match mime {
                "text/plain" => plain = body,
                "text/html" => rich = Some(body),
                picture::MIME => picture = Picture::of(&body),
                _ => others.push((mime, body)),
            }
        }
        html += &rich.unwrap_or_else(|| format!("<pre>{}</pre>", escape(&plain)));
        text += plain.trim_end();
        text += "\n\n";
        has_picture |= picture.is_some();
        pictures.push(picture.unwrap_or_else(|| Picture::of_text(&plain)));
    }
    let picture = has_picture.then(|| picture::below_each_other(&pictures)).flatten();
    let mut bundle = Bundle::text(text.trim_end()).html(html).picture(picture);
    bundle.parts.extend(others);
    bundle
}

/// A value that can end a notebook cell.
pub trait Render {
    /// The value in every format that it has.
    fn render(&self) -> Bundle;
}

/// The method that the evcxr kernel looks for on the value that ends a cell.
///
/// Every type that implements [`Render`] has it, in whichever crate it is defined.
pub trait NotebookDisplay {
    /// Shows the value in a notebook.
    fn evcxr_display(&self);
}

impl<T: Render + ?Sized> NotebookDisplay for T {
    fn evcxr_display(&self) {
        self.render().emit();
    }
}
