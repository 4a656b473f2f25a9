//! How values show themselves at the end of a notebook cell.
//!
//! The evcxr kernel calls `evcxr_display` on the value that ends a cell. A type of this crate
//! implements [`Render`] and is named once in `notebook_display!`; terminals get the
//! `text/plain` part of the same bundle through `Display`.

mod table;

use std::io::Write as _;

pub use table::Table;

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

    /// The formats, in the order in which they were added.
    pub fn parts(&self) -> &[(&'static str, String)] {
        &self.parts
    }

    /// Hands the bundle to the evcxr kernel, in one piece so that other output cannot split it.
    pub fn emit(&self) {
        let mut message = String::new();
        for (mime, body) in &self.parts {
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

notebook_display!(Bundle);

/// Several values one below the other, because a cell shows only one bundle.
///
/// Machine-readable parts (other formats than text and HTML) are kept; if two values have the same
/// one, the last counts, as it would in the front end.
///
/// ```
/// use fashion::display::{Table, stack};
///
/// let both = stack(&[&Table::new("one", ["a"]), &Table::new("two", ["b"])]);
/// assert!(both.parts()[0].1.contains("one") && both.parts()[0].1.contains("two"));
/// ```
pub fn stack(values: &[&dyn Render]) -> Bundle {
    let (mut text, mut html, mut others) = (String::new(), String::new(), Vec::new());
    for bundle in values.iter().map(|value| value.render()) {
        let mut plain = String::new();
        let mut rich = None;
        for (mime, body) in bundle.parts {
            match mime {
                "text/plain" => plain = body,
                "text/html" => rich = Some(body),
                _ => others.push((mime, body)),
            }
        }
        html += &rich.unwrap_or_else(|| format!("<pre>{}</pre>", escape_html(&plain)));
        text += plain.trim_end();
        text += "\n\n";
    }
    let mut bundle = Bundle::text(text.trim_end()).html(html);
    bundle.parts.extend(others);
    bundle
}

/// Text as it may stand in HTML, in an attribute too.
pub(crate) fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            other => escaped.push(other),
        }
    }
    escaped
}

/// A value that can end a notebook cell.
pub trait Render {
    /// The value in every format that it has.
    fn render(&self) -> Bundle;
}

/// Gives types that implement [`Render`] the method that the evcxr kernel looks for.
macro_rules! notebook_display {
    ($($type:ty),+ $(,)?) => {$(
        impl $type {
            /// Shows the value in a notebook; evcxr calls it on the value that ends a cell.
            pub fn evcxr_display(&self) {
                $crate::display::Render::render(self).emit();
            }
        }
    )+};
}
pub(crate) use notebook_display;
