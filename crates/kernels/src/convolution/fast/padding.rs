//! Images with the zeros around them that filters reach into.

use crate::geometry::Geometry;
use crate::path::InstructionSet;
use crate::scratch::Scratch;

/// Vectors may be read this far past an image's end.
pub(super) const SLACK: usize = 16;

pub(super) fn lanes(path: InstructionSet) -> usize {
    if path == InstructionSet::Avx512 { 16 } else { 8 }
}

/// An image with the zeros around it that the filters reach into.
pub(super) enum Padded<'a> {
    Original(&'a [f32]),
    Copy(Scratch),
}

impl Padded<'_> {
    pub(super) fn pixels(&self) -> &[f32] {
        match self {
            Self::Original(pixels) => pixels,
            Self::Copy(pixels) => pixels,
        }
    }
}

/// `x` with zeros around it, `height` x `width` pixels in all; itself, if none are needed and the
/// reader neither needs [`SLACK`] nor another width.
pub(super) fn pad<'a>(
    g: &Geometry,
    x: &'a [f32],
    height: usize,
    width: usize,
    slack: bool,
) -> Padded<'a> {
    let fits = g.top == 0 && g.left == 0 && height <= g.height && width == g.width;
    if fits && !slack {
        return Padded::Original(x);
    }
    let row = width * g.channels;
    let mut padded = Scratch::new(height * row + SLACK);
    // With a stride, the windows may end before the image does, or even before it begins.
    let left = g.left.min(width);
    let copied = g.width.min(width - left) * g.channels;
    let before = left * g.channels;
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
