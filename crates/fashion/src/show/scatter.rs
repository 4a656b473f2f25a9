//! Scatter plots: accuracy against time or size.

use plotters::style::text_anchor::HPos;

use super::axis::{Axis, AxisStyle};
use super::canvas::{Canvas, Point, Stroke, TEXT_SIZE, Type, figure};
use super::figure::Figure;
use super::frame::{Frame, LegendEntry, Symbol, legend};
use super::size;
use super::style::{MUTED, Marker, colour, px, text_width};
use crate::{Error, Result};
use fashion_base::text::Number;

/// Labelled points in groups.
///
/// ```
/// use fashion::show::Scatter;
///
/// let figure = Scatter::new("Accuracy against training time", "time (s)", "test accuracy")
///     .point("dense", "64 units", 12.0, 0.8763)
///     .point("dense", "128 units", 15.0, 0.8815)
///     .point("convolutional", "2 layers", 140.0, 0.9174)
///     .log_x()
///     .pareto()
///     .draw()?;
/// assert!(figure.svg().contains("128 units"));
/// # Ok::<(), fashion::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a plot is drawn by `draw()`"]
pub struct Scatter {
    title: String,
    x: AxisStyle,
    y: AxisStyle,
    /// In the order in which they first came: their colours and markers.
    groups: Vec<String>,
    points: Vec<Labelled>,
    lines: Vec<Line>,
    pareto: bool,
    size: (i32, i32),
}

/// A line through the plane: a border, a contour.
#[derive(Debug, Clone)]
struct Line {
    name: String,
    points: Vec<(f64, f64)>,
}

#[derive(Debug, Clone)]
struct Labelled {
    group: usize,
    label: String,
    x: f64,
    y: f64,
}

impl Scatter {
    /// A plot with its title and what its axes show, with units.
    pub fn new(title: impl Into<String>, x: impl Into<String>, y: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            x: AxisStyle { label: x.into(), ..AxisStyle::default() },
            y: AxisStyle { label: y.into(), ..AxisStyle::default() },
            groups: Vec::new(),
            points: Vec::new(),
            lines: Vec::new(),
            pareto: false,
            size: (640, 420),
        }
    }

    /// Adds a point to a group, which gives it its colour; the label may be empty.
    pub fn point(
        mut self,
        group: impl Into<String>,
        label: impl Into<String>,
        x: impl Number,
        y: impl Number,
    ) -> Self {
        let name = group.into();
        let group = self.groups.iter().position(|known| *known == name).unwrap_or_else(|| {
            self.groups.push(name);
            self.groups.len() - 1
        });
        self.points.push(Labelled { group, label: label.into(), x: x.as_f64(), y: y.as_f64() });
        self
    }

    /// Draws a line through these points, behind all others: a border between classes, a contour.
    /// Lines of one name look alike. The axes do not grow for it: what lies outside is not drawn.
    pub fn line<X: Number, Y: Number>(mut self, name: impl Into<String>, x: &[X], y: &[Y]) -> Self {
        let points = x.iter().zip(y).map(|(x, y)| (x.as_f64(), y.as_f64())).collect();
        self.lines.push(Line { name: name.into(), points });
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

    /// Joins the points that no other point beats in both: smaller x (cost) and larger y (gain).
    pub fn pareto(mut self) -> Self {
        self.pareto = true;
        self
    }

    /// The size in pixels, 640 by 420 unless set; the title stands above that height.
    pub fn size(mut self, width: u16, height: u16) -> Self {
        self.size = (i32::from(width), i32::from(height));
        self
    }

    /// Draws the plot.
    ///
    /// # Errors
    /// If there is no point, a value is not finite, or not positive on a logarithmic axis.
    pub fn draw(&self) -> Result<Figure> {
        if self.points.is_empty() {
            return Err(Error::parameter("Scatter", "at least one point", 0));
        }
        let x = Axis::fit(
            "x values",
            &self.x,
            self.points.iter().map(|point| point.x),
            self.size.0 as usize / 80,
        )?;
        let y = Axis::fit("y values", &self.y, self.points.iter().map(|point| point.y), 6)?;
        let size = size::checked(self.size)?;
        figure(&self.title, &self.describe(), size, |canvas, top| {
            let top = legend(canvas, &self.legend(), top)?;
            let frame = Frame::draw(canvas, top, x, y)?;
            for line in &self.lines {
                let style = self.line_names().iter().position(|name| *name == line.name);
                line.draw(canvas, &frame, line_stroke(style.unwrap_or(0)))?;
            }
            if self.pareto {
                let front: Vec<Point> =
                    self.front().into_iter().map(|point| frame.at(point.x, point.y)).collect();
                canvas.line(&front, FRONT)?;
            }
            let places: Vec<Point> =
                self.points.iter().map(|point| frame.at(point.x, point.y)).collect();
            for (point, &place) in self.points.iter().zip(&places) {
                canvas.marker(Marker::of(point.group), place, px(5), colour(point.group))?;
            }
            self.draw_labels(canvas, &frame, &places)
        })
    }

    fn legend(&self) -> Vec<LegendEntry> {
        let groups = self.groups.iter().enumerate().map(|(index, name)| LegendEntry {
            name: name.clone(),
            colour: colour(index),
            symbol: Symbol::Point(Marker::of(index)),
        });
        let front = self.pareto.then(|| LegendEntry {
            name: "Pareto front".to_owned(),
            colour: MUTED,
            symbol: Symbol::Line(FRONT.dash, None),
        });
        let lines = self.line_names().into_iter().enumerate().map(|(index, name)| LegendEntry {
            name: name.to_owned(),
            colour: MUTED,
            symbol: Symbol::Line(line_stroke(index).dash, None),
        });
        groups.chain(lines).chain(front).collect()
    }

    /// The names of the lines, each once.
    fn line_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for line in &self.lines {
            if !names.contains(&line.name.as_str()) {
                names.push(&line.name);
            }
        }
        names
    }

    /// The points that no other one beats, from the cheapest to the best.
    fn front(&self) -> Vec<&Labelled> {
        let mut order: Vec<&Labelled> = self.points.iter().collect();
        order.sort_by(|a, b| a.x.total_cmp(&b.x).then(b.y.total_cmp(&a.y)));
        let mut best = f64::NEG_INFINITY;
        order.retain(|point| {
            let better = point.y > best;
            best = best.max(point.y);
            better
        });
        order
    }

    /// Puts each label where it covers the least: other points, other labels, the edges.
    fn draw_labels(&self, canvas: &Canvas<'_>, frame: &Frame<'_>, places: &[Point]) -> Result<()> {
        let mut taken: Vec<Rect> = places
            .iter()
            .map(|&(x, y)| Rect { x: x - px(6), y: y - px(6), w: px(12), h: px(12) })
            .collect();
        let (left, top, _, bottom) = frame.edges();
        for (point, &(x, y)) in
            self.points.iter().zip(places).filter(|(point, _)| !point.label.is_empty())
        {
            let (w, h) = (text_width(&point.label, SIZE), px(SIZE + 2));
            let candidates = [
                (x + px(9), y - h / 2),
                (x - px(9) - w, y - h / 2),
                (x - w / 2, y - px(8) - h),
                (x - w / 2, y + px(8)),
                (x + px(7), y - px(5) - h),
                (x + px(7), y + px(5)),
                (x - px(7) - w, y - px(5) - h),
                (x - px(7) - w, y + px(5)),
            ];
            let cost = |rect: &Rect| -> i64 {
                let outside = rect.x < left
                    || rect.y < top
                    || rect.x + w > canvas.width - px(2)
                    || rect.y + h > bottom;
                let covered: i64 = taken.iter().map(|other| rect.overlap(other)).sum();
                covered + if outside { 1_000_000 } else { 0 }
            };
            let places = candidates.map(|(x, y)| Rect { x, y, w, h });
            if let Some(best) = places.into_iter().min_by_key(cost) {
                let set = Type { size: SIZE, horizontal: HPos::Left, ..Type::LEFT };
                canvas.text((best.x, best.y + h / 2), &point.label, set)?;
                taken.push(best);
            }
        }
        Ok(())
    }

    /// What the plot shows, for those who do not see it: each point, or where the groups lie if there
    /// are too many to read out.
    fn describe(&self) -> String {
        const FEW: usize = 40;
        let texts: Vec<String> = if self.points.len() <= FEW {
            let name = |point: &Labelled| {
                [self.groups[point.group].as_str(), &point.label].join(" ").trim().to_owned()
            };
            let place = |point| format!("{} ({:.4}, {:.4})", name(point), point.x, point.y);
            self.points.iter().map(place).collect()
        } else {
            (0..self.groups.len()).map(|group| self.describe_group(group)).collect()
        };
        format!("{} against {}: {}", self.y.label, self.x.label, texts.join("; "))
    }

    fn describe_group(&self, group: usize) -> String {
        let points: Vec<&Labelled> = self.points.iter().filter(|p| p.group == group).collect();
        let range = |value: fn(&Labelled) -> f64| {
            let values = || points.iter().map(|point| value(point));
            let (low, high) =
                (values().fold(f64::MAX, f64::min), values().fold(f64::MIN, f64::max));
            format!("{low:.4} to {high:.4}")
        };
        let (x, y) = (range(|point| point.x), range(|point| point.y));
        format!("{}: {} points, x from {x}, y from {y}", self.groups[group], points.len())
    }
}

impl Line {
    /// Draws the parts inside the frame, in steps short enough that it ends at its edge.
    fn draw(&self, canvas: &Canvas<'_>, frame: &Frame<'_>, stroke: Stroke) -> Result<()> {
        const STEPS: u32 = 200;
        let (left, top, right, bottom) = frame.edges();
        let inside = |&(x, y): &Point| (left..=right).contains(&x) && (top..=bottom).contains(&y);
        let mut part: Vec<Point> = Vec::new();
        for ends in self.points.windows(2) {
            for step in 0..=STEPS {
                let share = f64::from(step) / f64::from(STEPS);
                let between = |from: f64, to: f64| from + share * (to - from);
                let place = frame.at(between(ends[0].0, ends[1].0), between(ends[0].1, ends[1].1));
                if inside(&place) {
                    if part.last() != Some(&place) {
                        part.push(place);
                    }
                } else if part.len() > 1 {
                    canvas.line(&std::mem::take(&mut part), stroke)?;
                } else {
                    part.clear();
                }
            }
        }
        if part.len() > 1 { canvas.line(&part, stroke) } else { Ok(()) }
    }
}

/// Lines of different names differ by their dashes; the first is solid.
fn line_stroke(index: usize) -> Stroke {
    let dash = [None, Some((px(6), px(4))), Some((px(2), px(3)))][index % 3];
    Stroke { colour: MUTED, width: 2, dash }
}

const SIZE: i32 = TEXT_SIZE - 1;
const FRONT: Stroke = Stroke { colour: MUTED, width: 3, dash: Some((px(4), px(3))) };

/// A rectangle in canvas units.
struct Rect {
    x: i32,
    y: i32,
    w: i32,
    h: i32,
}

impl Rect {
    /// The area that two rectangles share.
    fn overlap(&self, other: &Self) -> i64 {
        let shared = |a: i32, a_length: i32, b: i32, b_length: i32| {
            i64::from(((a + a_length).min(b + b_length) - a.max(b)).max(0))
        };
        shared(self.x, self.w, other.x, other.w) * shared(self.y, self.h, other.y, other.h)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_front_holds_exactly_what_nothing_beats() {
        let plot = [(1.0, 0.5), (2.0, 0.4), (3.0, 0.8), (3.0, 0.7), (4.0, 0.8)]
            .into_iter()
            .fold(Scatter::new("", "", ""), |plot, (x, y)| plot.point("", "", x, y));
        let front: Vec<(f64, f64)> = plot.front().iter().map(|point| (point.x, point.y)).collect();
        assert_eq!(front, [(1.0, 0.5), (3.0, 0.8)]);
    }
}
