//! Tables and figures, which know nothing of what they show.
//!
//! A value that ends a notebook cell implements [`Render`]; terminals get the `text/plain` part of
//! the same [`Bundle`] through `Display`. Results hand over plain numbers and names:
//! `matrix.plot("CNN")` returns a [`ConfusionPlot`], `history.plot("CNN")` a [`Row`].
//!
//! Each chart takes plain slices and arrays and ends with `draw()`, which gives a [`Figure`] as SVG,
//! drawn with plotters. [`row`] puts several side by side, because a cell shows one value. Colours are
//! those of Okabe and Ito; markers and dashes tell the series apart without them.

mod axis;
mod bars;
mod bundle;
mod canvas;
mod colours;
mod confusion;
mod figure;
mod frame;
mod gallery;
mod history;
pub(crate) mod html;
mod line;
mod picture;
mod pixels;
mod scatter;
mod size;
mod style;
mod table;
mod undrawn;
mod weights;

pub use bars::Bars;
pub use bundle::{Bundle, NotebookDisplay, Render, stack};
pub use confusion::ConfusionPlot;
pub use figure::{Figure, Row, row};
pub use gallery::Gallery;
pub use history::HistoryPlot;
pub use line::{Formula, LineChart};
pub use scatter::Scatter;
pub use table::Table;
pub use weights::WeightImages;

#[cfg(test)]
mod tests;
