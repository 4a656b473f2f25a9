//! Direct convolution with vectors along a row of pixels, for few filters.

use super::micro::{Multiply, Product, Work, run};
use super::padding::lanes;
use crate::convolution::kernel::Correlate;
use crate::geometry::Geometry;
use crate::path::InstructionSet;
use crate::scratch::Scratch;

/// x * F for stride 1: channels become planes, and a vector holds neighbouring pixels.
pub(super) struct Planar {
    g: Geometry,
    path: InstructionSet,
    /// (filters, channels, kh, kw)
    packed: Vec<f32>,
    /// Pixels of a row of the result, rounded up to whole vectors.
    columns: usize,
}

impl Planar {
    pub(super) fn new(g: Geometry, path: InstructionSet, filters: &[f32]) -> Self {
        let taps = g.kernel_height * g.kernel_width;
        let mut packed = vec![0.0; filters.len()];
        for (index, &f) in filters.iter().enumerate() {
            let (tap, channel, filter) = (
                index / (g.channels * g.filters),
                index / g.filters % g.channels,
                index % g.filters,
            );
            packed[(filter * g.channels + channel) * taps + tap] = f;
        }
        Self { g, path, packed, columns: g.out_width.next_multiple_of(lanes(path)) }
    }

    /// Rows of a plane, and numbers in a row: vectors read up to `columns` pixels past each tap.
    fn plane(&self) -> (usize, usize) {
        let (rows, width) = (self.g.out_height + self.g.kernel_height - 1, self.columns);
        (rows, (width + self.g.kernel_width - 1).next_multiple_of(16))
    }

    /// The image as padded planes, one per channel.
    fn planes(&self, x: &[f32]) -> Scratch {
        let g = &self.g;
        let (rows, row) = self.plane();
        let mut planes = Scratch::zeros(g.channels * rows * row);
        for y in 0..g.height.min(rows - g.top) {
            let line = &x[y * g.width * g.channels..][..g.width * g.channels];
            for channel in 0..g.channels {
                let plane = &mut planes[(channel * rows + y + g.top) * row + g.left..];
                let pixels = g.width.min(row - g.left);
                for (to, from) in plane[..pixels].iter_mut().zip(line.chunks_exact(g.channels)) {
                    *to = from[channel];
                }
            }
        }
        planes
    }
}

impl Correlate<f32> for Planar {
    fn apply(&self, x: &[f32], bias: Option<&[f32]>, y: &mut [f32]) {
        let g = &self.g;
        let planes = self.planes(x);
        let mut result = Scratch::new(g.filters * g.out_height * self.columns);
        run(self.path, Forward { kernel: self, planes: &planes, result: &mut result });
        for (index, line) in y.chunks_exact_mut(g.out_width * g.filters).enumerate() {
            for filter in 0..g.filters {
                let result = &result[(filter * g.out_height + index) * self.columns..];
                let line = line.iter_mut().skip(filter).step_by(g.filters);
                match bias {
                    Some(bias) => line.zip(result).for_each(|(y, &r)| *y = r + bias[filter]),
                    None => line.zip(result).for_each(|(y, &r)| *y += r),
                }
            }
        }
    }
}

struct Forward<'a> {
    kernel: &'a Planar,
    planes: &'a [f32],
    result: &'a mut [f32],
}

impl Work for Forward<'_> {
    #[inline(always)]
    unsafe fn run<S: Multiply>(self) {
        let Planar { g, columns, packed, .. } = self.kernel;
        let (rows, row) = self.kernel.plane();
        assert_eq!(self.planes.len(), g.channels * rows * row);
        assert_eq!(self.result.len(), g.filters * g.out_height * columns);
        let segments: Vec<_> = (0..g.channels * g.kernel_height)
            .map(|line| (line / g.kernel_height, line % g.kernel_height, line * g.kernel_width))
            .map(|(channel, down, tap)| (tap, (channel * rows + down) * row))
            .collect();
        for y in 0..g.out_height {
            // SAFETY: a plane's row is `columns + kernel_width - 1` numbers or more, so the vectors of
            // every tap lie in it; the packed filters hold one number per tap; the rows of the result
            // are one plane apart.
            unsafe {
                S::product(&Product {
                    rows: g.filters,
                    vectors: columns / S::LANES,
                    a: packed.as_ptr(),
                    a_row: g.channels * g.kernel_height * g.kernel_width,
                    a_step: 1,
                    b: self.planes[y * row..].as_ptr(),
                    b_step: 1,
                    c: self.result[y * columns..].as_mut_ptr(),
                    c_row: g.out_height * columns,
                    segments: &segments,
                    length: g.kernel_width,
                    accumulate: false,
                });
            }
        }
    }
}
