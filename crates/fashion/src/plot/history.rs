//! The course of a training: training and validation curves side by side.

use super::{LineChart, Row, row};
use crate::{Error, Result};
use fashion_base::text::Number;

/// One chart per quantity, with its training and its validation curve: Keras's four curves `loss`,
/// `val_loss`, `accuracy` and `val_accuracy` make two charts.
///
/// Curves are given by name, one value per epoch; a name that starts with `val_` belongs to the
/// curve with the rest of the name.
///
/// ```
/// let figures = fashion::plot::history("Dense network", &[
///     ("loss", &[0.9, 0.6][..]), ("val_loss", &[0.7, 0.6]),
///     ("accuracy", &[0.7, 0.8]), ("val_accuracy", &[0.75, 0.79]),
/// ])?;
/// # Ok::<(), fashion::Error>(())
/// ```
///
/// # Errors
/// If there is no curve, or one is empty or not finite.
pub fn history<T: Number>(title: &str, curves: &[(&str, &[T])]) -> Result<Row> {
    let mut quantities: Vec<&str> = Vec::new();
    for (name, _) in curves {
        let quantity = name.strip_prefix("val_").unwrap_or(name);
        if !quantities.contains(&quantity) {
            quantities.push(quantity);
        }
    }
    if quantities.is_empty() {
        return Err(Error::parameter("history", "at least one curve", 0));
    }
    let charts = quantities.into_iter().map(|quantity| {
        let mut chart =
            LineChart::new(format!("{title}: {quantity}"), "epoch", quantity).size(440, 330);
        if let Some((_, values)) = curves.iter().find(|(name, _)| *name == quantity) {
            chart = chart.series("training", values);
        }
        let validation =
            curves.iter().find(|(name, _)| name.strip_prefix("val_") == Some(quantity));
        if let Some((_, values)) = validation {
            chart = chart.series("validation", values);
        }
        chart.draw()
    });
    Ok(row(charts.collect::<Result<Vec<_>>>()?))
}
