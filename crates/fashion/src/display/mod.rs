//! How values show themselves at the end of a notebook cell.
//!
//! The evcxr kernel calls `evcxr_display` on the value that ends a cell. A type of this crate
//! implements [`Render`] and is named once in [`notebook_display!`]; terminals get the
//! `text/plain` part of the same bundle through `Display`.

use std::io::Write as _;

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
