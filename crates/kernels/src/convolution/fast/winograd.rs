//! 3 x 3 convolution by Winograd's F(4 x 4, 3 x 3): a quarter of the multiplications.
//!
//! A tile of 4 x 4 results is A' [(G f G') . (B' d B)] A for the 6 x 6 pixels d under it and the filter
//! f, where . multiplies element by element (Lavin and Gray 2016, with their matrices). Summed over
//! channels, the products at each of the 36 places are a matrix product. The gradient of the filters is
//! G' [sum over tiles of (B' d B) . (A e A')] G for the gradient e at the tile.

use std::array::from_fn;

use super::micro::{Multiply, Product, Work, run};
use super::padding::SLACK;
use super::simd::Simd;
use crate::convolution::kernel::{Correlate, FilterGradient};
use crate::geometry::Geometry;
use crate::path::InstructionSet;
use crate::scratch::Scratch;

/// Results per tile and axis; pixels per tile and axis; places.
const OUT: usize = 4;
const IN: usize = 6;
const PLACES: usize = IN * IN;

/// Tiles whose transforms fit the second-level cache beside the filters.
const TILES: usize = 24;

/// Extra numbers between planes: at a distance of a power of two they would evict each other.
const GAP: usize = 16;

/// G, by which filters are transformed.
const G: [[f32; 3]; IN] = [
    [1.0 / 4.0, 0.0, 0.0],
    [-1.0 / 6.0, -1.0 / 6.0, -1.0 / 6.0],
    [-1.0 / 6.0, 1.0 / 6.0, -1.0 / 6.0],
    [1.0 / 24.0, 1.0 / 12.0, 1.0 / 6.0],
    [1.0 / 24.0, -1.0 / 12.0, 1.0 / 6.0],
    [0.0, 0.0, 1.0],
];

/// Whether the convolution is one that this module computes.
pub(super) fn fits(g: &Geometry, lanes: usize) -> bool {
    (g.kernel_height, g.kernel_width, g.stride) == (3, 3, 1)
        && g.channels.is_multiple_of(lanes)
        && g.filters.is_multiple_of(lanes)
}

/// The tiles of a convolution.
struct Tiling {
    rows: usize,
    columns: usize,
}

impl Tiling {
    fn new(g: &Geometry) -> Self {
        Self { rows: g.out_height.div_ceil(OUT), columns: g.out_width.div_ceil(OUT) }
    }

    fn count(&self) -> usize {
        self.rows * self.columns
    }

    /// The tiles in blocks of nearly equal size.
    fn blocks(&self) -> impl Iterator<Item = std::ops::Range<usize>> + use<> {
        let (count, blocks) = (self.count(), self.count().div_ceil(TILES));
        (0..blocks).map(move |b| b * count / blocks..(b + 1) * count / blocks)
    }

    /// Row and column of a tile's first result.
    fn origin(&self, tile: usize) -> (usize, usize) {
        (tile / self.columns * OUT, tile % self.columns * OUT)
    }
}

/// x * F
pub(super) struct Winograd {
    g: Geometry,
    path: InstructionSet,
    /// G f G': (place, channels, filters)
    filters: Scratch,
}

impl Winograd {
    pub(super) fn new(g: Geometry, path: InstructionSet, filters: &[f32]) -> Self {
        let size = g.channels * g.filters;
        let mut transformed = Scratch::zeros(PLACES * size);
        for place in 0..PLACES {
            let plane = &mut transformed[place * size..][..size];
            for tap in 0..9 {
                let factor = G[place / IN][tap / 3] * G[place % IN][tap % 3];
                if factor != 0.0 {
                    let filter = &filters[tap * size..][..size];
                    plane.iter_mut().zip(filter).for_each(|(to, &f)| *to += factor * f);
                }
            }
        }
        Self { g, path, filters: transformed }
    }
}

impl Correlate<f32> for Winograd {
    fn apply(&self, x: &[f32], bias: Option<&[f32]>, y: &mut [f32]) {
        let tiling = Tiling::new(&self.g);
        run(self.path, Forward { kernel: self, tiling, x, bias, y });
    }
}

struct Forward<'a> {
    kernel: &'a Winograd,
    tiling: Tiling,
    x: &'a [f32],
    bias: Option<&'a [f32]>,
    y: &'a mut [f32],
}

impl Work for Forward<'_> {
    #[inline(always)]
    unsafe fn run<S: Multiply>(self) {
        let g = &self.kernel.g;
        let mut inputs = Scratch::new(PLACES * (TILES * g.channels + GAP));
        let mut products = Scratch::new(PLACES * (TILES * g.filters + GAP));
        for tiles in self.tiling.blocks() {
            let (from, to) = (tiles.len() * g.channels + GAP, tiles.len() * g.filters + GAP);
            // SAFETY: the image is whole (asserted in `transform_inputs`); the planes hold a block's
            // tiles; the tiles' results are cut to the image in `finish_results`.
            unsafe {
                transform_inputs::<S>(g, &self.tiling, &tiles, self.x, &mut inputs, from);
                for place in 0..PLACES {
                    S::product(&Product {
                        rows: tiles.len(),
                        vectors: g.filters / S::LANES,
                        a: inputs[place * from..].as_ptr(),
                        a_row: g.channels,
                        a_step: 1,
                        b: self.kernel.filters[place * g.channels * g.filters..].as_ptr(),
                        b_step: g.filters,
                        c: products[place * to..].as_mut_ptr(),
                        c_row: g.filters,
                        segments: &[(0, 0)],
                        length: g.channels,
                        accumulate: false,
                    });
                }
                let products = (&products[..], to);
                finish_results::<S>(g, &self.tiling, &tiles, products, self.bias, self.y);
            }
        }
    }
}

/// The gradient of the filters.
pub(super) struct WinogradGradient {
    g: Geometry,
    path: InstructionSet,
}

impl WinogradGradient {
    pub(super) fn new(g: Geometry, path: InstructionSet) -> Self {
        Self { g, path }
    }
}

impl FilterGradient<f32> for WinogradGradient {
    fn len(&self) -> usize {
        PLACES * self.g.channels * self.g.filters
    }

    fn add(&self, x: &[f32], delta: &[f32], sum: &mut [f32]) {
        let tiling = Tiling::new(&self.g);
        run(self.path, Gradient { g: &self.g, tiling, x, delta, sum });
    }

    fn finish(&self, sum: &[f32], filters: &mut [f32]) {
        let size = self.g.channels * self.g.filters;
        for tap in 0..9 {
            for place in 0..PLACES {
                let factor = G[place / IN][tap / 3] * G[place % IN][tap % 3];
                if factor != 0.0 {
                    let filter = &mut filters[tap * size..][..size];
                    let sum = &sum[place * size..][..size];
                    filter.iter_mut().zip(sum).for_each(|(f, &s)| *f += factor * s);
                }
            }
        }
    }
}

struct Gradient<'a> {
    g: &'a Geometry,
    tiling: Tiling,
    x: &'a [f32],
    delta: &'a [f32],
    sum: &'a mut [f32],
}

impl Work for Gradient<'_> {
    #[inline(always)]
    unsafe fn run<S: Multiply>(self) {
        let g = self.g;
        let size = g.channels * g.filters;
        assert_eq!(self.sum.len(), PLACES * size);
        assert!(self.delta.len() >= g.output_pixels() * g.filters + SLACK);
        let mut inputs = Scratch::new(PLACES * (TILES * g.channels + GAP));
        let mut deltas = Scratch::new(PLACES * (TILES * g.filters + GAP));
        for tiles in self.tiling.blocks() {
            let (from, to) = (tiles.len() * g.channels + GAP, tiles.len() * g.filters + GAP);
            // SAFETY: as in the forward step; the sum holds a plane of (channels, filters) per place.
            unsafe {
                transform_inputs::<S>(g, &self.tiling, &tiles, self.x, &mut inputs, from);
                transform_deltas::<S>(g, &self.tiling, &tiles, self.delta, &mut deltas, to);
                for place in 0..PLACES {
                    S::product(&Product {
                        rows: g.channels,
                        vectors: g.filters / S::LANES,
                        a: inputs[place * from..].as_ptr(),
                        a_row: 1,
                        a_step: g.channels,
                        b: deltas[place * to..].as_ptr(),
                        b_step: g.filters,
                        c: self.sum[place * size..].as_mut_ptr(),
                        c_row: g.filters,
                        segments: &[(0, 0)],
                        length: tiles.len(),
                        accumulate: true,
                    });
                }
            }
        }
    }
}

/// B' d B of every tile, where d is 0 outside of the image: planes of (tile, channels), `plane` apart.
///
/// # Safety
/// The processor must have the instructions of `S`.
#[inline(always)]
unsafe fn transform_inputs<S: Simd>(
    g: &Geometry,
    tiling: &Tiling,
    tiles: &std::ops::Range<usize>,
    x: &[f32],
    to: &mut [f32],
    plane: usize,
) {
    assert!(x.len() >= g.pixels() * g.channels);
    assert!(to.len() >= (PLACES - 1) * plane + tiles.len() * g.channels);
    for (index, tile) in tiles.clone().enumerate() {
        let (y0, x0) = tiling.origin(tile);
        // The tile's rows and columns that lie on the image.
        let rows = g.top.saturating_sub(y0)..IN.min((g.top + g.height).saturating_sub(y0));
        let columns = g.left.saturating_sub(x0)..IN.min((g.left + g.width).saturating_sub(x0));
        let inside = rows == (0..IN) && columns == (0..IN);
        for channel in (0..g.channels).step_by(S::LANES) {
            // SAFETY: rows and columns are cut to the image; the plane holds (index, channel).
            unsafe {
                let pixel = |y: usize, x: usize| {
                    (y0 + y - g.top) * g.width * g.channels
                        + (x0 + x - g.left) * g.channels
                        + channel
                };
                let to = to.as_mut_ptr().add(index * g.channels + channel);
                let mut half = [[S::splat(0.0); IN]; IN];
                if inside {
                    let from = x.as_ptr().add(pixel(0, 0));
                    for (column, half) in half.iter_mut().enumerate() {
                        let from = from.add(column * g.channels);
                        *half =
                            input_axis(from_fn(|y| S::load(from.add(y * g.width * g.channels))));
                    }
                } else {
                    for column in columns.clone() {
                        let mut d = [S::splat(0.0); IN];
                        for y in rows.clone() {
                            d[y] = S::load(x.as_ptr().add(pixel(y, column)));
                        }
                        half[column] = input_axis(d);
                    }
                }
                for y in 0..IN {
                    let line = row(&half, y);
                    for (x, value) in input_axis(line).into_iter().enumerate() {
                        value.store(to.add((y * IN + x) * plane));
                    }
                }
            }
        }
    }
}

/// A e A' of every tile, where e is 0 outside of the image.
///
/// # Safety
/// The processor must have the instructions of `S`.
#[inline(always)]
unsafe fn transform_deltas<S: Simd>(
    g: &Geometry,
    tiling: &Tiling,
    tiles: &std::ops::Range<usize>,
    delta: &[f32],
    to: &mut [f32],
    plane: usize,
) {
    assert!(delta.len() >= g.output_pixels() * g.filters);
    assert!(to.len() >= (PLACES - 1) * plane + tiles.len() * g.filters);
    for (index, tile) in tiles.clone().enumerate() {
        let (y0, x0) = tiling.origin(tile);
        let (rows, columns) = (OUT.min(g.out_height - y0), OUT.min(g.out_width - x0));
        for filter in (0..g.filters).step_by(S::LANES) {
            // SAFETY: rows and columns are cut to the image; the plane holds (index, filter).
            unsafe {
                let from = delta.as_ptr().add((y0 * g.out_width + x0) * g.filters + filter);
                let to = to.as_mut_ptr().add(index * g.filters + filter);
                let mut half = [[S::splat(0.0); IN]; OUT];
                for (column, half) in half.iter_mut().enumerate().take(columns) {
                    let mut e = [S::splat(0.0); OUT];
                    for (y, e) in e.iter_mut().enumerate().take(rows) {
                        *e = S::load(from.add((y * g.out_width + column) * g.filters));
                    }
                    *half = delta_axis(e);
                }
                for y in 0..IN {
                    let line = row(&half, y);
                    for (x, value) in delta_axis(line).into_iter().enumerate() {
                        value.store(to.add((y * IN + x) * plane));
                    }
                }
            }
        }
    }
}

/// y = A' m A + b for every tile (y += A' m A without a bias), cut to the image.
///
/// # Safety
/// The processor must have the instructions of `S`.
#[inline(always)]
unsafe fn finish_results<S: Simd>(
    g: &Geometry,
    tiling: &Tiling,
    tiles: &std::ops::Range<usize>,
    (products, plane): (&[f32], usize),
    bias: Option<&[f32]>,
    y: &mut [f32],
) {
    assert!(y.len() >= g.output_pixels() * g.filters);
    assert!(bias.is_none_or(|bias| bias.len() == g.filters));
    assert!(products.len() >= (PLACES - 1) * plane + tiles.len() * g.filters);
    for (index, tile) in tiles.clone().enumerate() {
        let (y0, x0) = tiling.origin(tile);
        let (rows, columns) = (OUT.min(g.out_height - y0), OUT.min(g.out_width - x0));
        for filter in (0..g.filters).step_by(S::LANES) {
            // SAFETY: rows and columns are cut to the image; the plane holds (index, filter).
            unsafe {
                let from = products.as_ptr().add(index * g.filters + filter);
                let to = y.as_mut_ptr().add((y0 * g.out_width + x0) * g.filters + filter);
                let mut half = [[S::splat(0.0); OUT]; IN];
                for (column, half) in half.iter_mut().enumerate() {
                    let from = from.add(column * plane);
                    *half = result_axis(from_fn(|y| S::load(from.add(y * IN * plane))));
                }
                for y in 0..rows {
                    let line = row(&half, y);
                    for (x, value) in result_axis(line).into_iter().enumerate().take(columns) {
                        let to = to.add((y * g.out_width + x) * g.filters);
                        let start = bias.map_or(to.cast_const(), |bias| bias.as_ptr().add(filter));
                        S::load(start).add(value).store(to);
                    }
                }
            }
        }
    }
}

/// Row `y` of a matrix that is stored as its columns.
#[inline(always)]
fn row<S: Copy, const ROWS: usize, const COLUMNS: usize>(
    columns: &[[S; ROWS]; COLUMNS],
    y: usize,
) -> [S; COLUMNS] {
    from_fn(|column| columns[column][y])
}

/// B' d
#[inline(always)]
unsafe fn input_axis<S: Simd>(d: [S; IN]) -> [S; IN] {
    // SAFETY: the caller has the instructions of `S`.
    unsafe {
        let (two, four, five) = (S::splat(2.0), S::splat(4.0), S::splat(-5.0));
        let (minus_two, minus_four) = (S::splat(-2.0), S::splat(-4.0));
        let even = d[2].fma(minus_four, d[4]);
        let odd = d[1].fma(minus_four, d[3]);
        let (far, near) = (d[4].sub(d[2]), d[3].sub(d[1]));
        [
            d[0].fma(four, d[2].fma(five, d[4])),
            even.add(odd),
            even.sub(odd),
            near.fma(two, far),
            near.fma(minus_two, far),
            d[1].fma(four, d[3].fma(five, d[5])),
        ]
    }
}

/// A e
#[inline(always)]
unsafe fn delta_axis<S: Simd>(e: [S; OUT]) -> [S; IN] {
    // SAFETY: the caller has the instructions of `S`.
    unsafe {
        let (two, four, eight) = (S::splat(2.0), S::splat(4.0), S::splat(8.0));
        let (even, odd) = (e[0].add(e[2]), e[1].add(e[3]));
        let (far, near) = (e[2].fma(four, e[0]), e[3].fma(eight, e[1].fma(two, S::splat(0.0))));
        [e[0], even.add(odd), even.sub(odd), far.add(near), far.sub(near), e[3]]
    }
}

/// A' m
#[inline(always)]
unsafe fn result_axis<S: Simd>(m: [S; IN]) -> [S; OUT] {
    // SAFETY: the caller has the instructions of `S`.
    unsafe {
        let (two, four, eight) = (S::splat(2.0), S::splat(4.0), S::splat(8.0));
        let (near, near_odd) = (m[1].add(m[2]), m[1].sub(m[2]));
        let (far, far_odd) = (m[3].add(m[4]), m[3].sub(m[4]));
        [
            m[0].add(near).add(far),
            far_odd.fma(two, near_odd),
            far.fma(four, near),
            far_odd.fma(eight, near_odd).add(m[5]),
        ]
    }
}
