//! Convolutions of `f32` in vector registers, one image at a time.
//!
//! | kernel | vectors run over | for |
//! |---|---|---|
//! | [`winograd`] | channels | 3 x 3 filters with stride 1 and whole vectors of channels |
//! | [`widened`] | channels | the same, where zeros make them whole vectors at little cost |
//! | [`direct`] | filters | everything else |
//! | [`planar`] | a row of pixels | fewer filters than fill a vector |

mod direct;
mod micro;
mod padding;
mod planar;
mod simd;
mod widened;
mod winograd;

use padding::lanes;

use super::kernel::{Correlate, FilterGradient};
use crate::geometry::Geometry;
use crate::path::InstructionSet;

/// The fastest kernel for x * F.
pub(super) fn correlate(
    g: Geometry,
    path: InstructionSet,
    filters: &[f32],
) -> Box<dyn Correlate<f32>> {
    let lanes = lanes(path);
    let direct = g.out_width * g.filters.next_multiple_of(lanes);
    let planar = g.out_width.next_multiple_of(lanes) * g.filters;
    if winograd::fits(&g, lanes) {
        Box::new(winograd::Winograd::new(g, path, filters))
    } else if let Some(wide) = widened::widened(&g, lanes) {
        Box::new(widened::Widened::new(g, wide, path, filters))
    } else if g.stride == 1 && planar < direct {
        Box::new(planar::Planar::new(g, path, filters))
    } else {
        Box::new(direct::Direct::new(g, path, filters))
    }
}

/// The fastest kernel for the filters' gradient.
pub(super) fn filter_gradient(g: Geometry, path: InstructionSet) -> Box<dyn FilterGradient<f32>> {
    let lanes = lanes(path);
    if winograd::fits(&g, lanes) {
        Box::new(winograd::WinogradGradient::new(g, path))
    } else if let Some(wide) = widened::widened(&g, lanes) {
        Box::new(widened::WidenedGradient::new(g, wide, path))
    } else {
        Box::new(direct::DirectGradient::new(g, path))
    }
}
