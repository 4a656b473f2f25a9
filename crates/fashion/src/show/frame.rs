//! The frame around data: legend, axes with their labels, and the way from values to points.

use plotters::chart::ChartBuilder;
use plotters::coord::Shift;
use plotters::prelude::{Cartesian2d, ChartContext, DrawingArea, SVGBackend};
use plotters::style::{Color, RGBColor};

use super::axis::Axis;
use super::canvas::{Canvas, MARGIN, Point, Stroke, TEXT_SIZE, Type, widest};
use super::style::{Dash, GRID, MUTED, Marker, px, text_width};
use crate::Result;

/// What stands for a series in the legend.
#[derive(Debug, Clone)]
pub(super) struct LegendEntry {
    pub name: String,
    pub colour: RGBColor,
    pub symbol: Symbol,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Symbol {
    Line(Dash, Option<Marker>),
    Point(Marker),
    Box,
}

const SAMPLE: i32 = px(26);
const ROW: i32 = px(19);

/// Draws the legend in rows from `top`, and returns where the next thing may stand.
pub(super) fn legend(canvas: &Canvas<'_>, entries: &[LegendEntry], top: i32) -> Result<i32> {
    let entries: Vec<&LegendEntry> =
        entries.iter().filter(|entry| !entry.name.is_empty()).collect();
    let width = |entry: &LegendEntry| SAMPLE + px(6) + text_width(&entry.name, TEXT_SIZE) + px(14);
    let room = canvas.width - 2 * MARGIN;
    let mut rows: Vec<Vec<&LegendEntry>> = Vec::new();
    let mut used = room;
    for entry in entries {
        if used + width(entry) > room {
            rows.push(Vec::new());
            used = 0;
        }
        used += width(entry);
        if let Some(row) = rows.last_mut() {
            row.push(entry);
        }
    }
    for (index, row) in rows.iter().enumerate() {
        let y = top + ROW * index as i32 + ROW / 2;
        let total: i32 = row.iter().map(|entry| width(entry)).sum();
        let mut x = (canvas.width - total).max(2 * MARGIN) / 2 + px(7);
        for entry in row {
            symbol(canvas, entry, (x, y))?;
            canvas.text((x + SAMPLE + px(6), y), &entry.name, Type::LEFT)?;
            x += width(entry);
        }
    }
    Ok(top + ROW * rows.len() as i32)
}

fn symbol(canvas: &Canvas<'_>, entry: &LegendEntry, (x, y): Point) -> Result<()> {
    let middle = (x + SAMPLE / 2, y);
    let colour = entry.colour;
    match entry.symbol {
        Symbol::Line(dash, marker) => {
            canvas.line(&[(x, y), (x + SAMPLE, y)], Stroke { colour, width: 4, dash })?;
            marker.map_or(Ok(()), |marker| canvas.marker(marker, middle, px(4), colour))
        }
        Symbol::Point(marker) => canvas.marker(marker, middle, px(5), colour),
        Symbol::Box => canvas.rectangle((x + px(6), y - px(6)), (x + px(20), y + px(6)), colour),
    }
}

/// Axes on a canvas.
pub(super) struct Frame<'a> {
    chart: ChartContext<'a, SVGBackend<'a>, Cartesian2d<Axis, Axis>>,
    x: Axis,
    y: Axis,
}

impl<'a> Frame<'a> {
    /// Draws axes below `top`.
    pub(super) fn draw(canvas: &Canvas<'a>, top: i32, x: Axis, y: Axis) -> Result<Self> {
        let left = widest(y.tick_labels(), TEXT_SIZE)
            + px(12)
            + if y.label.is_empty() { 0 } else { px(TEXT_SIZE + 8) };
        let below = px(TEXT_SIZE + 12) + if x.label.is_empty() { 0 } else { px(TEXT_SIZE + 6) };
        // The last tick label of the x axis is centred on its tick and needs room on its right.
        let right =
            MARGIN + x.tick_labels().last().map_or(0, |label| text_width(label, TEXT_SIZE)) / 2;
        let area: DrawingArea<SVGBackend<'a>, Shift> = canvas.area.clone();
        let mut chart = ChartBuilder::on(&area)
            .margin_left(MARGIN)
            .margin_right(right)
            .margin_top(top + px(8))
            .margin_bottom(MARGIN)
            .x_label_area_size(below)
            .y_label_area_size(left)
            .build_cartesian_2d(x.clone(), y.clone())?;
        let text = Type::CENTRED.style();
        let description = Type { colour: MUTED, ..Type::CENTRED }.style();
        let mut mesh = chart.configure_mesh();
        if y.is_named() {
            mesh.disable_y_mesh();
        }
        mesh.bold_line_style(GRID.stroke_width(2))
            .light_line_style(plotters::style::TRANSPARENT)
            .axis_style(MUTED.stroke_width(2))
            .set_all_tick_mark_size(px(4))
            .label_style(text)
            .axis_desc_style(description)
            .x_desc(x.label.clone())
            .y_desc(y.label.clone())
            .draw()?;
        Ok(Self { chart, x, y })
    }

    /// Where a pair of values stands on the canvas.
    pub(super) fn at(&self, x: f64, y: f64) -> Point {
        self.chart.backend_coord(&(x, y))
    }

    /// Where a value stands along the x axis.
    pub(super) fn at_x(&self, x: f64) -> i32 {
        self.chart.backend_coord(&(x, self.y.low)).0
    }

    /// Where a value stands along the y axis.
    pub(super) fn at_y(&self, y: f64) -> i32 {
        self.chart.backend_coord(&(self.x.low, y)).1
    }

    /// The left, top, right and bottom edges of the data's area.
    pub(super) fn edges(&self) -> (i32, i32, i32, i32) {
        let (left, bottom) = self.chart.backend_coord(&(self.x.low, self.y.low));
        let (right, top) = self.chart.backend_coord(&(self.x.high, self.y.high));
        (left, top, right, bottom)
    }
}
