//! Line charts: loss curves, accuracies, scaling.

use super::axis::{Axis, AxisStyle};
use super::canvas::{Canvas, Stroke, figure};
use super::figure::Figure;
use super::frame::{Frame, LegendEntry, Symbol, legend};
use super::size;
use super::style::{Dash, MUTED, Marker, colour, dash, px};
use crate::{Error, Result};
use fashion_base::text::Number;
use plotters::style::Color;

/// Several named curves over a common axis.
///
/// ```
/// use fashion::show::LineChart;
///
/// let figure = LineChart::new("Training loss", "epoch", "cross-entropy")
///     .series("learning rate 0.1", &[2.1, 0.9, 0.5])
///     .series("learning rate 0.01", &[2.3, 2.0, 1.8])
///     .log_y()
///     .draw()?;
/// assert!(figure.svg().contains("learning rate 0.1"));
/// # Ok::<(), fashion::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a chart is drawn by `draw()`"]
pub struct LineChart {
    title: String,
    x: AxisStyle,
    y: AxisStyle,
    series: Vec<Series>,
    references: Vec<Reference>,
    size: (i32, i32),
}

#[derive(Debug, Clone)]
struct Series {
    name: String,
    x: Vec<f64>,
    y: Vec<f64>,
    band: Option<(Vec<f64>, Vec<f64>)>,
    /// Which colour, marker and dash it has.
    style: usize,
    /// Whether it is the second of a pair.
    paired: bool,
    /// Whether its points were measured: only those get markers.
    measured: bool,
}

#[derive(Debug, Clone)]
struct Reference {
    name: String,
    value: f64,
    vertical: bool,
}

/// What can be drawn as a line through points that were measured, such as a law fitted to them.
pub trait Formula {
    /// What the legend says.
    fn name(&self) -> String;
    /// The value at x.
    fn value(&self, x: f64) -> f64;
}

fn numbers<T: Number>(values: &[T]) -> Vec<f64> {
    values.iter().map(|value| value.as_f64()).collect()
}

impl LineChart {
    /// A chart with its title and what its axes show, with units: `"time (s)"`.
    pub fn new(title: impl Into<String>, x: impl Into<String>, y: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            x: AxisStyle { label: x.into(), whole: true, ..AxisStyle::default() },
            y: AxisStyle { label: y.into(), ..AxisStyle::default() },
            series: Vec::new(),
            references: Vec::new(),
            size: (640, 360),
        }
    }

    /// Adds a curve over 1, 2, 3, ...: one value per epoch.
    pub fn series<T: Number>(self, name: impl Into<String>, y: &[T]) -> Self {
        let x: Vec<usize> = (1..=y.len()).collect();
        self.series_xy(name, &x, y)
    }

    /// Adds a curve through points.
    pub fn series_xy<X: Number, Y: Number>(
        mut self,
        name: impl Into<String>,
        x: &[X],
        y: &[Y],
    ) -> Self {
        let style = self.styles();
        self.series.push(Series {
            name: name.into(),
            x: numbers(x),
            y: numbers(y),
            band: None,
            style,
            paired: false,
            measured: true,
        });
        self
    }

    /// Gives the last curve a band from `low` to `high`, such as the spread over seeds.
    pub fn band<T: Number>(mut self, low: &[T], high: &[T]) -> Self {
        if let Some(last) = self.series.last_mut() {
            last.band = Some((numbers(low), numbers(high)));
        }
        self
    }

    /// Draws the last curve dashed, in the colour of the one before it: validation beside training.
    pub fn paired(mut self) -> Self {
        let count = self.series.len();
        if count >= 2 {
            self.series[count - 1].paired = true;
            self.series[count - 1].style = self.series[count - 2].style;
        }
        self
    }

    /// Adds a formula that was fitted to the last curve, over its x of at least `from`: dashed in the
    /// same colour, without markers.
    pub fn formula(self, formula: &dyn Formula, from: impl Number) -> Self {
        let from = from.as_f64();
        let x: Vec<f64> = self
            .series
            .last()
            .map_or_else(Vec::new, |last| last.x.iter().copied().filter(|&x| x >= from).collect());
        let y: Vec<f64> = x.iter().map(|&x| formula.value(x)).collect();
        let mut chart = self.series_xy(formula.name(), &x, &y).paired();
        if let Some(line) = chart.series.last_mut() {
            line.measured = false;
        }
        chart
    }

    /// Adds the curves and reference lines of another chart after its own, to compare results that each
    /// have a chart: `svm.plot("Error").and(cnn.plot("Error"))`. Title, axes and size stay as they are.
    pub fn and(mut self, other: Self) -> Self {
        let styles = self.styles();
        self.series.extend(
            other
                .series
                .into_iter()
                .map(|series| Series { style: series.style + styles, ..series }),
        );
        for reference in other.references {
            let (value, vertical) = (reference.value, reference.vertical);
            if vertical { &mut self.x } else { &mut self.y }.include.push(value);
            self.references.push(reference);
        }
        self
    }

    /// How many curves have a colour of their own: pairs share one, so that the next curve's does not
    /// depend on whether this one has a pair.
    fn styles(&self) -> usize {
        self.series.iter().filter(|series| !series.paired).count()
    }

    /// Another title.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Another name for what the x axis shows.
    pub fn x_label(mut self, label: impl Into<String>) -> Self {
        self.x.label = label.into();
        self
    }

    /// Another name for what the y axis shows.
    pub fn y_label(mut self, label: impl Into<String>) -> Self {
        self.y.label = label.into();
        self
    }

    /// Makes the x axis logarithmic.
    pub fn log_x(mut self) -> Self {
        self.x.log = true;
        self
    }

    /// Makes the y axis logarithmic.
    pub fn log_y(mut self) -> Self {
        self.y.log = true;
        self
    }

    /// Makes the y axis reach this value, such as 0 or 1.
    pub fn include_y(mut self, value: f64) -> Self {
        self.y.include.push(value);
        self
    }

    /// Adds a horizontal line for comparison, named in the legend.
    pub fn reference_y(mut self, name: impl Into<String>, value: f64) -> Self {
        self.references.push(Reference { name: name.into(), value, vertical: false });
        self.y.include.push(value);
        self
    }

    /// Adds a vertical line, named in the legend.
    pub fn reference_x(mut self, name: impl Into<String>, value: f64) -> Self {
        self.references.push(Reference { name: name.into(), value, vertical: true });
        self.x.include.push(value);
        self
    }

    /// The size in pixels, 640 by 360 unless set; the title stands above that height.
    pub fn size(mut self, width: u16, height: u16) -> Self {
        self.size = (i32::from(width), i32::from(height));
        self
    }

    /// Draws the chart.
    ///
    /// # Errors
    /// If there is no curve, a curve has no values or as many x as y do not come, a value is not
    /// finite, or not positive on a logarithmic axis.
    pub fn draw(&self) -> Result<Figure> {
        if self.series.is_empty() {
            return Err(Error::parameter("LineChart", "at least one series", 0));
        }
        for series in &self.series {
            series.check()?;
        }
        let x_values = self.series.iter().flat_map(|series| series.x.iter().copied());
        let x = Axis::fit("x values", &self.x, x_values, self.size.0 as usize / 80)?;
        let y_values = self.series.iter().flat_map(Series::all_y);
        let y = Axis::fit("y values", &self.y, y_values, 6)?;
        let size = size::checked(self.size)?;
        figure(&self.title, &self.describe(), size, |canvas, top| {
            let top = legend(canvas, &self.legend(), top)?;
            let frame = Frame::draw(canvas, top, x, y)?;
            for series in &self.series {
                series.draw_band(canvas, &frame)?;
            }
            for (index, reference) in self.references.iter().enumerate() {
                reference.draw(canvas, &frame, index)?;
            }
            let markers = (60 / self.series.len()).clamp(4, 12);
            for series in &self.series {
                series.draw(canvas, &frame, markers)?;
            }
            Ok(())
        })
    }

    fn legend(&self) -> Vec<LegendEntry> {
        let series = self.series.iter().map(|series| LegendEntry {
            name: series.name.clone(),
            colour: colour(series.style),
            symbol: Symbol::Line(series.dash(), series.marker()),
        });
        let references = self.references.iter().enumerate().map(|(index, reference)| LegendEntry {
            name: reference.name.clone(),
            colour: MUTED,
            symbol: Symbol::Line(reference_dash(index), None),
        });
        series.chain(references).collect()
    }

    /// What the chart shows, for those who do not see it.
    fn describe(&self) -> String {
        let ends: Vec<String> = self
            .series
            .iter()
            .filter_map(|series| {
                let (first, last) = (series.y.first()?, series.y.last()?);
                Some(format!("{} from {first:.4} to {last:.4}", series.name))
            })
            .collect();
        format!("{} against {}; {}", self.y.label, self.x.label, ends.join("; "))
    }
}

impl Series {
    fn check(&self) -> Result<()> {
        let same = |what, values: &[f64]| {
            if values.len() == self.y.len() {
                return Ok(());
            }
            let expected = format!("{} {what} for {:?}, one per value", self.y.len(), self.name);
            Err(Error::shape("LineChart", expected, values.len()))
        };
        if self.y.is_empty() {
            let expected = format!("at least one value in series {:?}", self.name);
            return Err(Error::shape("LineChart", expected, 0));
        }
        same("x values", &self.x)?;
        if let Some((low, high)) = &self.band {
            same("lower ends of the band", low)?;
            same("upper ends of the band", high)?;
        }
        Ok(())
    }

    fn all_y(&self) -> impl Iterator<Item = f64> {
        let band = self.band.iter().flat_map(|(low, high)| low.iter().chain(high));
        self.y.iter().chain(band).copied()
    }

    fn dash(&self) -> Dash {
        if self.paired { Some((px(6), px(4))) } else { dash(self.style) }
    }

    fn marker(&self) -> Option<Marker> {
        self.measured.then(|| Marker::of(self.style + usize::from(self.paired)))
    }

    fn draw_band(&self, canvas: &Canvas<'_>, frame: &Frame<'_>) -> Result<()> {
        let Some((low, high)) = &self.band else { return Ok(()) };
        let upper = self.x.iter().zip(high);
        let lower = self.x.iter().zip(low).rev();
        let outline: Vec<_> = upper.chain(lower).map(|(&x, &y)| frame.at(x, y)).collect();
        canvas.polygon(&outline, colour(self.style).mix(0.18))
    }

    fn draw(&self, canvas: &Canvas<'_>, frame: &Frame<'_>, markers: usize) -> Result<()> {
        let colour = colour(self.style);
        let points: Vec<_> = self.x.iter().zip(&self.y).map(|(&x, &y)| frame.at(x, y)).collect();
        canvas.line(&points, Stroke { colour, width: 4, dash: self.dash() })?;
        let Some(marker) = self.marker() else { return Ok(()) };
        // Few enough markers that the curve stays visible, at other places for each series.
        let every = points.len().div_ceil(markers);
        let start = if every > 1 { self.style * every / 3 % every } else { 0 };
        for &point in points.iter().skip(start).step_by(every) {
            canvas.marker(marker, point, px(4), colour)?;
        }
        Ok(())
    }
}

/// References differ from each other by their dashes.
fn reference_dash(index: usize) -> Dash {
    [Some((px(3), px(3))), Some((px(10), px(4))), Some((px(1), px(4)))][index % 3]
}

impl Reference {
    fn draw(&self, canvas: &Canvas<'_>, frame: &Frame<'_>, index: usize) -> Result<()> {
        let (left, top, right, bottom) = frame.edges();
        let ends = if self.vertical {
            let x = frame.at_x(self.value);
            [(x, bottom), (x, top)]
        } else {
            let y = frame.at_y(self.value);
            [(left, y), (right, y)]
        };
        canvas.line(&ends, Stroke { colour: MUTED, width: 3, dash: reference_dash(index) })
    }
}
