//! 3 x 3 convolution whose channels or filters do not fill whole vectors: with zeros behind them they do, and
//! Winograd's algorithm saves more multiplications than the zeros cost.

use super::padding::SLACK;
use super::winograd::{self, Winograd, WinogradGradient};
use crate::convolution::kernel::{Correlate, FilterGradient};
use crate::geometry::Geometry;
use crate::path::InstructionSet;
use crate::scratch::Scratch;

/// The same convolution with whole vectors of channels and filters, if at most half as many products again are then
/// of zeros.
pub(super) fn widened(g: &Geometry, lanes: usize) -> Option<Geometry> {
    let wide = Geometry {
        channels: g.channels.next_multiple_of(lanes),
        filters: g.filters.next_multiple_of(lanes),
        ..*g
    };
    let little = 2 * wide.channels * wide.filters <= 3 * g.channels * g.filters;
    (little && winograd::fits(&wide, lanes)).then_some(wide)
}

/// `from`, rows of `width` numbers, as rows of `wide` with zeros at their ends; whatever is left of `to` is zeros too.
fn widen(from: &[f32], width: usize, to: &mut [f32], wide: usize) {
    let rows = from.len() / width;
    let (rows, rest) = to.split_at_mut(rows * wide);
    for (to, from) in rows.chunks_exact_mut(wide).zip(from.chunks_exact(width)) {
        let (to, zeros) = to.split_at_mut(width);
        to.copy_from_slice(from);
        zeros.fill(0.0);
    }
    rest.fill(0.0);
}

/// What [`widen`] makes of `from`, and [`SLACK`] zeros.
fn widened_rows(from: &[f32], width: usize, wide: usize) -> Scratch {
    let mut to = Scratch::new(from.len() / width * wide + SLACK);
    widen(from, width, &mut to, wide);
    to
}

/// Filters (taps, channels, filters) with the channels and filters of `wide`.
fn widened_filters(filters: &[f32], g: &Geometry, wide: &Geometry) -> Vec<f32> {
    let (of_tap, of_wide_tap) = (g.channels * g.filters, wide.channels * wide.filters);
    let mut to = vec![0.0; filters.len() / of_tap * of_wide_tap];
    for (to, from) in to.chunks_exact_mut(of_wide_tap).zip(filters.chunks_exact(of_tap)) {
        widen(from, g.filters, to, wide.filters);
    }
    to
}

/// x * F
pub(super) struct Widened {
    g: Geometry,
    wide: Geometry,
    kernel: Winograd,
}

impl Widened {
    pub(super) fn new(g: Geometry, wide: Geometry, path: InstructionSet, filters: &[f32]) -> Self {
        let kernel = Winograd::new(wide, path, &widened_filters(filters, &g, &wide));
        Self { g, wide, kernel }
    }
}

impl Correlate<f32> for Widened {
    fn apply(&self, x: &[f32], bias: Option<&[f32]>, y: &mut [f32]) {
        let (g, wide) = (&self.g, &self.wide);
        let x = widened_rows(x, g.channels, wide.channels);
        let x = &x[..wide.pixels() * wide.channels];
        let bias = bias.map(|bias| widened_rows(bias, g.filters, wide.filters));
        let bias = bias.as_ref().map(|bias| &bias[..wide.filters]);
        if wide.filters == g.filters {
            return self.kernel.apply(x, bias, y);
        }
        let size = wide.output_pixels() * wide.filters;
        let mut results = widened_rows(y, g.filters, wide.filters);
        self.kernel.apply(x, bias, &mut results[..size]);
        for (to, from) in y.chunks_exact_mut(g.filters).zip(results.chunks_exact(wide.filters)) {
            to.copy_from_slice(&from[..g.filters]);
        }
    }
}

/// The gradient of the filters.
pub(super) struct WidenedGradient {
    g: Geometry,
    wide: Geometry,
    kernel: WinogradGradient,
}

impl WidenedGradient {
    pub(super) fn new(g: Geometry, wide: Geometry, path: InstructionSet) -> Self {
        Self { g, wide, kernel: WinogradGradient::new(wide, path) }
    }
}

impl FilterGradient<f32> for WidenedGradient {
    fn len(&self) -> usize {
        self.kernel.len()
    }

    fn add(&self, x: &[f32], delta: &[f32], sum: &mut [f32]) {
        let (g, wide) = (&self.g, &self.wide);
        let x = widened_rows(x, g.channels, wide.channels);
        let x = &x[..wide.pixels() * wide.channels];
        if wide.filters == g.filters {
            return self.kernel.add(x, delta, sum);
        }
        let delta = widened_rows(&delta[..g.output_pixels() * g.filters], g.filters, wide.filters);
        self.kernel.add(x, &delta, sum);
    }

    fn finish(&self, sum: &[f32], filters: &mut [f32]) {
        let (g, wide) = (&self.g, &self.wide);
        let of_wide_tap = wide.channels * wide.filters;
        let mut gradient = vec![0.0; filters.len() / (g.channels * g.filters) * of_wide_tap];
        self.kernel.finish(sum, &mut gradient);
        let taps = filters.chunks_exact_mut(g.channels * g.filters);
        for (filters, gradient) in taps.zip(gradient.chunks_exact(of_wide_tap)) {
            let rows = filters.chunks_exact_mut(g.filters);
            for (to, from) in rows.zip(gradient.chunks_exact(wide.filters)) {
                to.iter_mut().zip(from).for_each(|(to, &from)| *to += from);
            }
        }
    }
}
