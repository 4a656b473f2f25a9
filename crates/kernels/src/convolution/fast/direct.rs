//! Direct convolution: a pixel's window, row by row of the filter, times the filters.

use super::micro::{Multiply, Product, Work, run};
use super::padding::{Padded, SLACK, lanes, pad};
use crate::convolution::kernel::{Correlate, FilterGradient};
use crate::geometry::Geometry;
use crate::path::InstructionSet;
use crate::scratch::Scratch;

/// x * F with vectors over the filters.
pub(super) struct Direct {
    g: Geometry,
    path: InstructionSet,
    /// Filters, rounded up to whole vectors.
    columns: usize,
    /// (kh kw channels, columns)
    packed: Scratch,
}

impl Direct {
    pub(super) fn new(g: Geometry, path: InstructionSet, filters: &[f32]) -> Self {
        let columns = g.filters.next_multiple_of(lanes(path));
        let mut packed = Scratch::zeros(filters.len() / g.filters * columns);
        for (to, from) in packed.chunks_exact_mut(columns).zip(filters.chunks_exact(g.filters)) {
            to[..g.filters].copy_from_slice(from);
        }
        Self { g, path, columns, packed }
    }
}

impl Correlate<f32> for Direct {
    fn apply(&self, x: &[f32], bias: Option<&[f32]>, y: &mut [f32]) {
        let g = &self.g;
        let x = pad_for_direct(g, x, false);
        if let Some(bias) = bias {
            y.chunks_exact_mut(g.filters).for_each(|y| y.copy_from_slice(bias));
        }
        if self.columns == g.filters {
            run(self.path, Forward { kernel: self, x: &x, y });
        } else {
            let mut wide = Scratch::zeros(g.output_pixels() * self.columns);
            run(self.path, Forward { kernel: self, x: &x, y: &mut wide });
            for (y, wide) in y.chunks_exact_mut(g.filters).zip(wide.chunks_exact(self.columns)) {
                y.iter_mut().zip(wide).for_each(|(y, &w)| *y += w);
            }
        }
    }
}

/// y += x * F, with rows of `columns` numbers in y.
struct Forward<'a> {
    kernel: &'a Direct,
    x: &'a Padded<'a>,
    y: &'a mut [f32],
}

impl Work for Forward<'_> {
    #[inline(always)]
    unsafe fn run<S: Multiply>(self) {
        let (g, columns, x) = (&self.kernel.g, self.kernel.columns, self.x.pixels());
        let (row, width) = (padded_row(g, self.x), g.kernel_width * g.channels);
        assert_eq!(self.y.len(), g.output_pixels() * columns);
        assert!(x.len() >= (g.padded_height() - 1) * row + g.padded_width() * g.channels);
        let segments: Vec<_> =
            (0..g.kernel_height).map(|down| (down * row, down * width * columns)).collect();
        for (index, y) in self.y.chunks_exact_mut(g.out_width * columns).enumerate() {
            // SAFETY: the windows of a row of pixels lie in the padded image (asserted); the packed
            // filters have one row of `columns` per element of a window; y is the row's own.
            unsafe {
                S::product(&Product {
                    rows: g.out_width,
                    vectors: columns / S::LANES,
                    a: x[index * g.stride * row..].as_ptr(),
                    a_row: g.stride * g.channels,
                    a_step: 1,
                    b: self.kernel.packed.as_ptr(),
                    b_step: columns,
                    c: y.as_mut_ptr(),
                    c_row: columns,
                    segments: &segments,
                    length: width,
                    accumulate: true,
                });
            }
        }
    }
}

/// The gradient of the filters, with vectors over the filters or, if fewer lanes stay empty, over the
/// elements of a row of the window.
pub(super) struct DirectGradient {
    g: Geometry,
    path: InstructionSet,
    over_filters: bool,
    /// Rows and columns of a partial sum, one per row of the filter.
    rows: usize,
    columns: usize,
}

impl DirectGradient {
    pub(super) fn new(g: Geometry, path: InstructionSet) -> Self {
        let lanes = lanes(path);
        let window = g.kernel_width * g.channels;
        let (over_filters, over_window) =
            (g.filters.next_multiple_of(lanes), window.next_multiple_of(lanes));
        if over_filters * window <= over_window * g.filters {
            Self { g, path, over_filters: true, rows: window, columns: over_filters }
        } else {
            Self { g, path, over_filters: false, rows: g.filters, columns: over_window }
        }
    }
}

impl FilterGradient<f32> for DirectGradient {
    fn len(&self) -> usize {
        self.g.kernel_height * self.rows * self.columns
    }

    fn add(&self, x: &[f32], delta: &[f32], sum: &mut [f32]) {
        let x = pad_for_direct(&self.g, x, !self.over_filters);
        run(self.path, Gradient { kernel: self, x: &x, delta, sum });
    }

    fn finish(&self, sum: &[f32], filters: &mut [f32]) {
        let g = &self.g;
        for (index, filter) in filters.iter_mut().enumerate() {
            let (element, o) = (index / g.filters, index % g.filters);
            let (down, inner) =
                (element / (g.kernel_width * g.channels), element % (g.kernel_width * g.channels));
            let (row, column) = if self.over_filters { (inner, o) } else { (o, inner) };
            *filter += sum[(down * self.rows + row) * self.columns + column];
        }
    }
}

struct Gradient<'a> {
    kernel: &'a DirectGradient,
    x: &'a Padded<'a>,
    delta: &'a [f32],
    sum: &'a mut [f32],
}

impl Work for Gradient<'_> {
    #[inline(always)]
    unsafe fn run<S: Multiply>(self) {
        let DirectGradient { g, over_filters, rows, columns, .. } = self.kernel;
        let (x, row) = (self.x.pixels(), padded_row(g, self.x));
        let reach = (g.padded_height() - 1) * row + g.padded_width() * g.channels;
        assert!(x.len() >= reach + if *over_filters { 0 } else { SLACK });
        assert!(self.delta.len() >= g.output_pixels() * g.filters + SLACK);
        assert_eq!(self.sum.len(), g.kernel_height * rows * columns);
        let x_step = g.stride * g.channels;
        let segments: Vec<_> = (0..g.out_height)
            .map(|y| (y * g.stride * row, y * g.out_width * g.filters))
            .map(|(x, delta)| if *over_filters { (x, delta) } else { (delta, x) })
            .collect();
        for (down, sum) in self.sum.chunks_exact_mut(rows * columns).enumerate() {
            let (x, delta) = (x[down * row..].as_ptr(), self.delta.as_ptr());
            let ((a, a_step), (b, b_step)) = if *over_filters {
                ((x, x_step), (delta, g.filters))
            } else {
                ((delta, g.filters), (x, x_step))
            };
            // SAFETY: windows lie in the padded image and delta has one row of filters per pixel
            // (asserted); vectors that reach past a row fill columns of the sum that nobody reads,
            // and past the last row they end within the slack.
            unsafe {
                S::product(&Product {
                    rows: *rows,
                    vectors: columns / S::LANES,
                    a,
                    a_row: 1,
                    a_step,
                    b,
                    b_step,
                    c: sum.as_mut_ptr(),
                    c_row: *columns,
                    segments: &segments,
                    length: g.out_width,
                    accumulate: true,
                });
            }
        }
    }
}

fn pad_for_direct<'a>(g: &Geometry, x: &'a [f32], slack: bool) -> Padded<'a> {
    let width = if g.left == 0 { g.padded_width().max(g.width) } else { g.padded_width() };
    pad(g, x, g.padded_height(), width, slack)
}

/// Numbers in a row of the padded image.
fn padded_row(g: &Geometry, x: &Padded) -> usize {
    match x {
        Padded::Original(_) => g.width * g.channels,
        Padded::Copy(_) if g.left == 0 => g.padded_width().max(g.width) * g.channels,
        Padded::Copy(_) => g.padded_width() * g.channels,
    }
}
