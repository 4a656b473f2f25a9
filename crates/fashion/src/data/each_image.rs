//! Changing many images, each on its own.

use ndarray::{Array2, ArrayBase, Data, Ix2};
use rayon::prelude::*;

use crate::{Error, Float, Result};
use fashion_base::threads;

/// A copy of the rows, each an image of `shape` (height, width, channels), after `change` has been given every one
/// with its place. Images are changed side by side. `what` is named in errors.
pub fn each_image<E: Float, D: Data<Elem = E>>(
    what: &'static str,
    images: &ArrayBase<D, Ix2>,
    shape: [usize; 3],
    change: impl Fn(usize, &mut [E]) + Sync + Send,
) -> Result<Array2<E>> {
    let (rows, width) = images.dim();
    let pixels = shape.iter().try_fold(1_usize, |size, &axis| size.checked_mul(axis));
    if pixels != Some(width) || width == 0 {
        return Err(Error::shape(what, format!("rows of images {shape:?}"), images.shape()));
    }
    let mut values: Vec<E> = images.iter().copied().collect();
    threads::run(|| {
        values.par_chunks_mut(width).enumerate().for_each(|(place, image)| change(place, image));
    })?;
    Array2::from_shape_vec((rows, width), values)
        .map_err(|error| Error::shape(what, "rows of images", error))
}
