//! The course of a training: training and validation curves side by side.

use super::bundle::{Bundle, Render};
use super::figure::{Row, row};
use super::line::LineChart;
use crate::{Error, Result};
use fashion_base::text::Number;

/// One chart per quantity, with its training and its validation curve: Keras's four curves `loss`,
/// `val_loss`, `accuracy` and `val_accuracy` make two charts.
///
/// ```
/// use fashion::show::HistoryPlot;
///
/// let charts = HistoryPlot::new("Dense network")
///     .curve("loss", &[0.9, 0.6]).curve("val_loss", &[0.7, 0.6])
///     .curve("accuracy", &[0.7, 0.8]).curve("val_accuracy", &[0.75, 0.79])
///     .draw()?;
/// # Ok::<(), fashion::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "charts are drawn by `draw()`"]
pub struct HistoryPlot {
    title: String,
    curves: Vec<(String, Vec<f64>)>,
}

impl HistoryPlot {
    /// No chart yet; each will have this title and the name of its quantity.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), curves: Vec::new() }
    }

    /// Adds a curve, one value per epoch. A name that starts with `val_` belongs to the curve with
    /// the rest of the name. A curve without values, as of a training without validation, is left out.
    pub fn curve<T: Number>(mut self, name: &str, values: &[T]) -> Self {
        if !values.is_empty() {
            let values = values.iter().map(|value| value.as_f64()).collect();
            self.curves.push((name.to_owned(), values));
        }
        self
    }

    /// Puts the chart of this quantity first.
    pub fn first(mut self, quantity: &str) -> Self {
        self.curves.sort_by_key(|(name, _)| quantity_of(name) != quantity);
        self
    }

    /// One undrawn chart per quantity.
    pub fn charts(&self) -> Vec<LineChart> {
        let mut quantities: Vec<&str> = Vec::new();
        for (name, _) in &self.curves {
            let quantity = quantity_of(name);
            if !quantities.contains(&quantity) {
                quantities.push(quantity);
            }
        }
        let chart = |quantity: &str| {
            let title = format!("{}: {quantity}", self.title);
            let chart = LineChart::new(title, "epoch", quantity).size(440, 330);
            let mut curves: Vec<_> =
                self.curves.iter().filter(|(name, _)| quantity_of(name) == quantity).collect();
            curves.sort_by_key(|(name, _)| name != quantity);
            curves.into_iter().fold(chart, |chart, (name, values)| {
                chart.series(if name == quantity { "training" } else { "validation" }, values)
            })
        };
        quantities.into_iter().map(chart).collect()
    }

    /// Draws the charts side by side.
    ///
    /// # Errors
    /// If there is no curve, or one is not finite.
    pub fn draw(&self) -> Result<Row> {
        if self.curves.is_empty() {
            return Err(Error::parameter("history", "at least one curve", 0));
        }
        Ok(row(self.charts().iter().map(LineChart::draw).collect::<Result<Vec<_>>>()?))
    }
}

impl Render for HistoryPlot {
    fn render(&self) -> Bundle {
        match self.draw() {
            Ok(row) => row.render(),
            Err(error) => Bundle::text(error.to_string()),
        }
    }
}

fn quantity_of(name: &str) -> &str {
    name.strip_prefix("val_").unwrap_or(name)
}
