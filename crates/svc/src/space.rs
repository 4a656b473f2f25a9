//! Blocks of the kernel matrix, whatever the samples are.

use std::ops::Range;

use fashion_kernels::path::InstructionSet;

use crate::classes::{TILE, tiles, within};
use crate::kernel::Kernel;
use crate::recent::RowOf;

/// What kernel values are computed of, and by which instructions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kernels {
    pub path: InstructionSet,
    /// With gamma as a number.
    pub kernel: Kernel,
}

/// Samples in a form that kernels take.
pub(crate) trait Space: Sized + Sync {
    /// Some rows as the second factor of products.
    type Panel: Sync;
    /// What products are written to.
    type Buffers: Default;

    fn len(&self) -> usize;

    /// Bytes of the rows and their panels.
    fn bytes(&self) -> u64;

    /// The rows at `order`, in that order.
    fn select(&self, order: &[usize]) -> Self;

    /// These rows in panels that start anew with each of `classes`.
    fn panels(&self, path: InstructionSet, classes: &[Range<usize>]) -> Vec<Self::Panel>;

    /// The first row of a panel.
    fn start(panel: &Self::Panel) -> usize;

    /// Kernel values between some rows and one panel: the first row into `out` from `start(0)` on,
    /// the next from `start(1)` on.
    fn tile(
        &self,
        kernels: Kernels,
        rows: Range<usize>,
        panel: &Self::Panel,
        buffers: &mut Self::Buffers,
        out: (&mut [f32], impl Fn(usize) -> usize),
    );
}

/// Kernel values in tiles, with the buffers for them.
pub(crate) struct Tiles<S: Space> {
    buffers: S::Buffers,
}

impl<S: Space> Tiles<S> {
    pub fn new() -> Self {
        Self { buffers: S::Buffers::default() }
    }

    /// Kernel values between some rows and the panel that starts at `column`; see [`Space::tile`].
    pub fn compute(
        &mut self,
        kernels: Kernels,
        (x, rows): (&S, Range<usize>),
        (panels, column): (&[S::Panel], usize),
        out: (&mut [f32], impl Fn(usize) -> usize),
    ) {
        if let Ok(at) = panels.binary_search_by_key(&column, S::start) {
            x.tile(kernels, rows, &panels[at], &mut self.buffers, out);
        }
    }

    /// The symmetric block of one class with itself, into `out` (n, n).
    pub fn symmetric(
        &mut self,
        kernels: Kernels,
        x: &S,
        panels: &[S::Panel],
        class: &Range<usize>,
        out: &mut [f32],
    ) {
        let n = class.len();
        for rows in tiles(n) {
            for columns in tiles(rows.end) {
                let start = |at: usize| (rows.start + at) * n + columns.start;
                let column = class.start + columns.start;
                let part = within(class, &rows);
                self.compute(kernels, (x, part), (panels, column), (&mut *out, start));
                if columns != rows {
                    mirror(out, n, &rows, &columns);
                }
            }
        }
        if kernels.kernel.depends_on_distance_only() {
            // Exactly, not up to the rounding of |x|^2 + |x|^2 - 2 <x, x>.
            (0..n).for_each(|k| out[k * n + k] = 1.0);
        }
    }

    /// Kernel values between some samples and a whole class, into rows of `out` (samples of their
    /// class, samples of the other): `places` in their class, which starts at `start`.
    pub fn rows(
        &mut self,
        kernels: Kernels,
        (x, panels): (&S, &[S::Panel]),
        (start, places): (usize, &[usize]),
        other: &Range<usize>,
        out: &mut [f32],
    ) {
        let samples: Vec<usize> = places.iter().map(|&place| start + place).collect();
        let x = x.select(&samples);
        for columns in tiles(other.len()) {
            let start = |at: usize| places[at] * other.len() + columns.start;
            let panel = (panels, other.start + columns.start);
            self.compute(kernels, (&x, 0..places.len()), panel, (&mut *out, start));
        }
    }

    /// Kernel values between some samples and both classes of a pair, each sample's into a row of its own.
    pub fn whole_rows(
        &mut self,
        kernels: Kernels,
        (x, panels): (&S, &[S::Panel]),
        [first, second]: [&Range<usize>; 2],
        rows: &mut [RowOf<'_>],
    ) {
        let in_order = |&(sample, _): &RowOf<'_>| match sample.checked_sub(first.len()) {
            Some(place) => second.start + place,
            None => first.start + sample,
        };
        let x = x.select(&rows.iter().map(in_order).collect::<Vec<usize>>());
        let mut values = vec![0.0; rows.len() * TILE];
        for (class, offset) in [(first, 0), (second, first.len())] {
            for columns in tiles(class.len()) {
                let panel = (panels, class.start + columns.start);
                self.compute(kernels, (&x, 0..rows.len()), panel, (&mut values, |at| at * TILE));
                let place = offset + columns.start..offset + columns.end;
                for ((_, row), values) in rows.iter_mut().zip(values.chunks_exact(TILE)) {
                    row[place.clone()].copy_from_slice(&values[..columns.len()]);
                }
            }
        }
        if kernels.kernel.depends_on_distance_only() {
            rows.iter_mut().for_each(|(sample, row)| row[*sample] = 1.0);
        }
    }

    /// The kernel of each sample of a class with itself.
    pub fn diagonal(
        &mut self,
        kernels: Kernels,
        (x, panels): (&S, &[S::Panel]),
        class: &Range<usize>,
    ) -> Vec<f32> {
        if kernels.kernel.depends_on_distance_only() {
            return vec![1.0; class.len()];
        }
        let mut diagonal = Vec::with_capacity(class.len());
        let mut values = vec![0.0; TILE * TILE];
        for part in tiles(class.len()) {
            let (start, rows) = (class.start + part.start, within(class, &part));
            self.compute(kernels, (x, rows), (panels, start), (&mut values, |at| at * TILE));
            diagonal.extend((0..part.len()).map(|at| values[at * TILE + at]));
        }
        diagonal
    }
}

/// Copies a tile of a square matrix to its mirror image: in squares of 16, so that each cache line
/// is filled while it is near.
fn mirror(out: &mut [f32], stride: usize, rows: &Range<usize>, columns: &Range<usize>) {
    const SQUARE: usize = 16;
    for start in rows.clone().step_by(SQUARE) {
        let end = rows.end.min(start + SQUARE);
        for column in columns.clone() {
            for row in start..end {
                out[column * stride + row] = out[row * stride + column];
            }
        }
    }
}
