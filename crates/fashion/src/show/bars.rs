//! Bars with the spread of their values.

use plotters::style::text_anchor::HPos;

use super::axis::{Axis, AxisStyle};
use super::canvas::{Canvas, Stroke, TEXT_SIZE, Type, figure, widest};
use super::figure::Figure;
use super::frame::{Frame, LegendEntry, Symbol, legend};
use super::size;
use super::style::{INK, Marker, colour, px};
use crate::{Error, Result};
use fashion_base::text::Number;

/// Named horizontal bars, one per series and name, with their values written out: train and test
/// scores of many architectures, means over seeds with their spread.
///
/// Bars start at zero, so that their lengths compare; [`Bars::dots`] shows small differences.
///
/// ```
/// use fashion::show::Bars;
///
/// let figure = Bars::new("Test accuracy", "accuracy", &["network", "SVM"])
///     .series("mean of 3 seeds", &[0.86, 0.87])
///     .spread(&[0.004, 0.0])
///     .draw()?;
/// assert!(figure.svg().contains("0.870"));
/// # Ok::<(), fashion::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "bars are drawn by `draw()`"]
pub struct Bars {
    title: String,
    label: String,
    names: Vec<String>,
    series: Vec<Series>,
    decimals: usize,
    width: u16,
    dots: bool,
}

#[derive(Debug, Clone)]
struct Series {
    name: String,
    values: Vec<f64>,
    spread: Option<Vec<f64>>,
}

impl Bars {
    /// Bars with a title, what their length shows, with its unit, and a name for each.
    pub fn new<S: AsRef<str>>(
        title: impl Into<String>,
        label: impl Into<String>,
        names: &[S],
    ) -> Self {
        Self {
            title: title.into(),
            label: label.into(),
            names: names.iter().map(|name| name.as_ref().to_owned()).collect(),
            series: Vec::new(),
            decimals: 3,
            width: 640,
            dots: false,
        }
    }

    /// Adds one bar to each name; several series stand side by side.
    pub fn series<T: Number>(mut self, name: impl Into<String>, values: &[T]) -> Self {
        let values = values.iter().map(|value| value.as_f64()).collect();
        self.series.push(Series { name: name.into(), values, spread: None });
        self
    }

    /// Gives the bars of the last series an error bar of this length to both sides, such as the
    /// standard deviation over seeds.
    pub fn spread<T: Number>(mut self, spread: &[T]) -> Self {
        if let Some(last) = self.series.last_mut() {
            last.spread = Some(spread.iter().map(|value| value.as_f64()).collect());
        }
        self
    }

    /// The decimals of the values beside the bars, 3 unless set.
    pub fn decimals(mut self, decimals: usize) -> Self {
        self.decimals = decimals;
        self
    }

    /// The width in pixels, 640 unless set; the height follows from the number of bars.
    pub fn width(mut self, width: u16) -> Self {
        self.width = width;
        self
    }

    /// Draws points in place of bars, over an axis that need not reach zero: for differences that
    /// are small beside the values.
    pub fn dots(mut self) -> Self {
        self.dots = true;
        self
    }

    /// Draws the bars.
    ///
    /// # Errors
    /// If there is no name or no series, a series has not one value per name, a value is not
    /// finite, or a spread is negative.
    pub fn draw(&self) -> Result<Figure> {
        self.check()?;
        let x = self.value_axis()?;
        // The first name stands at the top, where an axis ends.
        let names = self.names.iter().rev().cloned().collect();
        let y = Axis::fit("names", &AxisStyle { names, ..AxisStyle::default() }, [0.0], 1)?;
        let bars = (self.names.len() * self.series.len()) as i32;
        let bar = if self.series.len() == 1 { 20 } else { 14 };
        let height = bars * bar + 8 * self.names.len() as i32 + 100;
        let size = size::checked((i32::from(self.width), height))?;
        figure(&self.title, &self.describe(), size, |canvas, top| {
            let entries = self.legend();
            let top = if entries.len() > 1 { legend(canvas, &entries, top)? } else { top };
            let frame = Frame::draw(canvas, top, x, y)?;
            for index in 0..self.names.len() {
                self.draw_group(canvas, &frame, index)?;
            }
            Ok(())
        })
    }

    /// The axis of the values, with room for the figures beside the longest bars.
    fn value_axis(&self) -> Result<Axis> {
        let zero = (!self.dots).then_some(0.0);
        let ends: Vec<f64> = self.series.iter().flat_map(Series::ends).chain(zero).collect();
        let low = ends.iter().copied().fold(f64::INFINITY, f64::min);
        let high = ends.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let figures: Vec<String> =
            self.series.iter().flat_map(|series| &series.values).map(|&v| self.figure(v)).collect();
        let text = widest(figures.iter().map(String::as_str), TEXT_SIZE) + px(10);
        let names = widest(self.names.iter().map(String::as_str), TEXT_SIZE);
        let line = px(i32::from(self.width)) - names - px(60);
        let room = (high - low) * f64::from(text) / f64::from((line - text).max(text));
        let mut include = vec![high + if high > 0.0 { room } else { 0.0 }];
        if low < 0.0 {
            include.push(low - room);
        }
        let style = AxisStyle { label: self.label.clone(), include, ..AxisStyle::default() };
        Axis::fit("values", &style, ends, usize::from(self.width) / 100)
    }

    /// A value as it stands beside its bar.
    fn figure(&self, value: f64) -> String {
        format!("{value:.*}", self.decimals).replace('-', "−")
    }

    fn check(&self) -> Result<()> {
        if self.names.is_empty() || self.series.is_empty() {
            let got = (self.names.len(), self.series.len());
            return Err(Error::shape("Bars", "at least one name and one series", got));
        }
        for series in &self.series {
            let expected = || format!("{} values for {:?}", self.names.len(), series.name);
            let spreads = series.spread.as_ref().map_or(self.names.len(), Vec::len);
            if series.values.len() != self.names.len() || spreads != self.names.len() {
                return Err(Error::shape("Bars", expected(), (series.values.len(), spreads)));
            }
            if let Some(bad) = series.spread.iter().flatten().find(|spread| **spread < 0.0) {
                return Err(Error::parameter("spread", "no negative values", bad));
            }
        }
        Ok(())
    }

    fn legend(&self) -> Vec<LegendEntry> {
        let entry = |(index, series): (usize, &Series)| LegendEntry {
            name: series.name.clone(),
            colour: colour(index),
            symbol: if self.dots { Symbol::Point(Marker::of(index)) } else { Symbol::Box },
        };
        self.series.iter().enumerate().map(entry).collect()
    }

    fn draw_group(&self, canvas: &Canvas<'_>, frame: &Frame<'_>, index: usize) -> Result<()> {
        let place = (self.names.len() - 1 - index) as f64;
        let (top, bottom) = (frame.at_y(place + 0.4), frame.at_y(place - 0.4));
        let count = self.series.len() as i32;
        for (number, series) in (0..).zip(&self.series) {
            let from = top + (bottom - top) * number / count;
            let to = top + (bottom - top) * (number + 1) / count - px(1);
            let middle = (from + to) / 2;
            let value = series.values[index];
            let end = frame.at_x(value);
            let style = number as usize;
            if !self.dots {
                let zero = frame.at_x(0.0);
                canvas.rectangle((zero.min(end), from), (zero.max(end), to), colour(style))?;
            }
            let (low, high) = series.end(index);
            let mut edge = end;
            if series.spread.is_some() && high > low {
                let (left, right) = (frame.at_x(low), frame.at_x(high));
                let stroke = Stroke { colour: INK, width: 3, dash: None };
                canvas.line(&[(left, middle), (right, middle)], stroke)?;
                for x in [left, right] {
                    canvas.line(&[(x, middle - px(4)), (x, middle + px(4))], stroke)?;
                }
                edge = if value < 0.0 { left } else { right };
            }
            if self.dots {
                canvas.marker(Marker::of(style), (end, middle), px(5), colour(style))?;
                edge = edge.max(end + px(3));
            }
            let (horizontal, offset) =
                if value < 0.0 { (HPos::Right, -px(5)) } else { (HPos::Left, px(5)) };
            let set = Type { horizontal, size: TEXT_SIZE - 1, ..Type::LEFT };
            canvas.text((edge + offset, middle), &self.figure(value), set)?;
        }
        Ok(())
    }

    fn describe(&self) -> String {
        let groups: Vec<String> = self
            .names
            .iter()
            .enumerate()
            .map(|(index, name)| {
                let values: Vec<String> = self
                    .series
                    .iter()
                    .map(|series| format!("{:.*}", self.decimals, series.values[index]))
                    .collect();
                format!("{name}: {}", values.join(" / "))
            })
            .collect();
        format!("{}; {}", self.label, groups.join("; "))
    }
}

impl Series {
    /// The lower and upper end of the error bar, or twice the value.
    fn end(&self, index: usize) -> (f64, f64) {
        let spread = self.spread.as_ref().map_or(0.0, |spread| spread[index]);
        (self.values[index] - spread, self.values[index] + spread)
    }

    fn ends(&self) -> impl Iterator<Item = f64> {
        (0..self.values.len()).map(|index| self.end(index)).flat_map(|(low, high)| [low, high])
    }
}
