//! Convolutions of `f32` in vector registers, one image at a time.
//!
//! | kernel | vectors run over | for |
//! |---|---|---|
//! | [`winograd`] | channels | 3 x 3 filters with stride 1 and whole vectors of channels |
//! | [`direct`] | filters | everything else |
//! | [`planar`] | a row of pixels | fewer filters than fill a vector |

mod direct;
mod micro;
mod planar;
mod simd;
mod winograd;

use super::convolution::{Correlate, FilterGradient, Geometry};
use super::path::Path;
use super::scratch::Scratch;

/// Vectors may be read this far past an image's end.
pub(super) const SLACK: usize = 16;

/// The fastest kernel for x * F.
pub(super) fn correlate(g: Geometry, path: Path, filters: &[f32]) -> Box<dyn Correlate<f32>> {
    let lanes = lanes(path);
    let direct = g.out_width * g.filters.next_multiple_of(lanes);
    let planar = g.out_width.next_multiple_of(lanes) * g.filters;
    if winograd::fits(&g, lanes) {
        Box::new(winograd::Winograd::new(g, path, filters))
    } else if g.stride == 1 && planar < direct {
        Box::new(planar::Planar::new(g, path, filters))
    } else {
        Box::new(direct::Direct::new(g, path, filters))
    }
}

/// The fastest kernel for the filters' gradient.
pub(super) fn filter_gradient(g: Geometry, path: Path) -> Box<dyn FilterGradient<f32>> {
    let lanes = lanes(path);
    if winograd::fits(&g, lanes) {
        Box::new(winograd::WinogradGradient::new(g, path))
    } else {
        Box::new(direct::DirectGradient::new(g, path))
    }
}

fn lanes(path: Path) -> usize {
    if path == Path::Avx512 { 16 } else { 8 }
}

/// An image with the zeros around it that the filters reach into.
enum Padded<'a> {
    Original(&'a [f32]),
    Copy(Scratch),
}

impl Padded<'_> {
    fn pixels(&self) -> &[f32] {
        match self {
            Self::Original(pixels) => pixels,
            Self::Copy(pixels) => pixels,
        }
    }
}

/// `x` with zeros around it, `height` x `width` pixels in all; itself, if none are needed and the
/// reader neither needs [`SLACK`] nor another width.
fn pad<'a>(g: &Geometry, x: &'a [f32], height: usize, width: usize, slack: bool) -> Padded<'a> {
    let fits = g.top == 0 && g.left == 0 && height <= g.height && width == g.width;
    if fits && !slack {
        return Padded::Original(x);
    }
    let row = width * g.channels;
    let mut padded = Scratch::new(height * row + SLACK);
    let copied = g.width.min(width - g.left) * g.channels;
    let before = g.left * g.channels;
    for (y, line) in padded[..height * row].chunks_exact_mut(row).enumerate() {
        let y = y.wrapping_sub(g.top);
        if y < g.height {
            line[..before].fill(0.0);
            line[before..before + copied].copy_from_slice(&x[y * g.width * g.channels..][..copied]);
            line[before + copied..].fill(0.0);
        } else {
            line.fill(0.0);
        }
    }
    padded[height * row..].fill(0.0);
    Padded::Copy(padded)
}
