//! Figures and image galleries as SVG, drawn with plotters.
//!
//! Each builder takes plain slices and arrays and ends with `draw()`, which gives a [`Figure`] that
//! shows itself in a notebook. [`row`] puts several side by side, because a cell shows one value.
//! Colours are those of Okabe and Ito; markers and dashes tell the series apart without them.

mod axis;
mod bars;
mod canvas;
mod colours;
mod confusion;
mod figure;
mod frame;
mod gallery;
mod history;
mod line;
mod pixels;
mod scatter;
mod style;
mod undrawn;
mod weights;

pub use bars::Bars;
pub use confusion::ConfusionPlot;
pub use figure::{Figure, Row, row};
pub use gallery::Gallery;
pub use history::history;
pub use line::LineChart;
pub use scatter::Scatter;
pub use weights::WeightImages;

#[cfg(test)]
mod tests;

use crate::{Error, Result};

/// Checks that a figure is large enough for its texts and no larger than a page.
fn check_size((width, height): (i32, i32)) -> Result<(i32, i32)> {
    if (200..=2_000).contains(&width) && (40..=4_000).contains(&height) {
        return Ok((width, height));
    }
    let expected = "200 to 2,000 pixels wide and 40 to 4,000 high";
    Err(Error::parameter("size of the figure", expected, (width, height)))
}
