//! Where a window (a filter or a pool) falls on an image.

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// The most numbers in one image, padded image, set of filters or result of one image: 2^20 times less
/// than memory can address on 64 bits, so that no size computed from it wraps.
pub(crate) const MOST: usize = if usize::BITS > 32 { 1 << 43 } else { 1 << 24 };

/// How an image is surrounded with zeros before the filters slide over it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Padding {
    /// None: the filter stays inside the image.
    #[default]
    Valid,
    /// So that the result has ceil(size / stride) rows and columns. Keras' rule: of an odd number of
    /// zeros the extra one goes to the bottom and right (kernel 10 pads 4 before and 5 after).
    Same,
    /// These numbers of zeros.
    Explicit {
        /// Rows above.
        top: usize,
        /// Rows below.
        bottom: usize,
        /// Columns before.
        left: usize,
        /// Columns after.
        right: usize,
    },
}

/// The size and step of a pooling window, which stays inside the image (Keras' `padding="valid"`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool2d {
    /// Rows and columns of the window.
    pub size: (usize, usize),
    /// Steps from one window to the next, down and across.
    pub stride: (usize, usize),
}

impl Pool2d {
    /// Windows of `size` x `size` that touch but do not overlap: Keras' `pool_size=size`.
    pub fn square(size: usize) -> Self {
        Self { size: (size, size), stride: (size, size) }
    }

    /// Rows and columns of the result for an image of `height` x `width`.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] if a size or step is 0 or the window has more than 65,535 pixels,
    /// [`Error::Shape`] if the window is larger than the image.
    pub fn output(&self, height: usize, width: usize) -> Result<(usize, usize)> {
        let (size, stride) = (self.size, self.stride);
        if size.0 == 0 || size.1 == 0 || stride.0 == 0 || stride.1 == 0 {
            return Err(Error::parameter("Pool2d", "sizes and strides of at least 1", self));
        }
        if size.0.checked_mul(size.1).is_none_or(|pixels| pixels > usize::from(u16::MAX)) {
            return Err(Error::parameter("Pool2d", "a window of at most 65,535 pixels", self));
        }
        if size.0 > height || size.1 > width {
            return Err(Error::shape(
                "pool2d",
                format!("an image of at least {size:?} for the window {size:?}"),
                (height, width),
            ));
        }
        Ok(((height - size.0) / stride.0 + 1, (width - size.1) / stride.1 + 1))
    }
}

/// (images, height, width, channels)
pub type ImageShape = (usize, usize, usize, usize);

/// A pool on images of one shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pooling {
    pub(crate) from: ImageShape,
    pub(crate) to: ImageShape,
    pub(crate) pool: Pool2d,
}

impl Pooling {
    /// The pool `pool` on images of the shape `from`.
    ///
    /// # Errors
    /// As [`Pool2d::output`]; [`Error::Shape`] for images larger than memory can address.
    pub fn new(from: ImageShape, pool: Pool2d) -> Result<Self> {
        let (n, height, width, channels) = from;
        let (rows, columns) = pool.output(height, width)?;
        batch_of("pool2d", n, &[height, width, channels])?;
        Ok(Self { from, to: (n, rows, columns, channels), pool })
    }

    /// The shape of the pooled images.
    pub fn output(&self) -> ImageShape {
        self.to
    }
}

/// Zeros before, and the number of window positions, along one axis of an image.
///
/// # Errors
/// [`Error::InvalidParameter`] for a kernel or stride of 0, [`Error::Shape`] for an image without
/// pixels, or smaller than the kernel with its padding, or padded beyond what memory can address.
pub fn slide(
    size: usize,
    kernel: usize,
    stride: usize,
    same: bool,
    (before, after): (usize, usize),
) -> Result<(usize, usize)> {
    const OPERATION: &str = "conv2d";
    if kernel == 0 || stride == 0 {
        let expected = "a kernel and stride of at least 1";
        return Err(Error::parameter(OPERATION, expected, (kernel, stride)));
    }
    // With these limits, nothing below or in a kernel wraps; no image is near them.
    let most = MOST.isqrt();
    let parts = [size, kernel, stride.min(size), before, after];
    if size == 0 || parts.into_iter().any(|part| part > most) {
        let expected = format!("an image, kernel and padding of 1 to {most} pixels");
        return Err(Error::shape(OPERATION, expected, (size, kernel, before, after)));
    }
    if same {
        let output = size.div_ceil(stride);
        // A stride beyond the image has one position, whose window starts at the first pixel.
        let covered = if output > 1 { (output - 1) * stride + kernel } else { kernel };
        return Ok((covered.saturating_sub(size) / 2, output));
    }
    let padded = size + before + after;
    if kernel > padded {
        return Err(Error::shape(
            OPERATION,
            format!("an image of at least the kernel's size, {kernel}"),
            format_args!("{size} with {} of padding", before + after),
        ));
    }
    Ok((before, (padded - kernel) / stride + 1))
}

/// The numbers of a batch of `n` samples with these axes, if both can be addressed.
pub(crate) fn batch_of(operation: &'static str, n: usize, axes: &[usize]) -> Result<usize> {
    let product = axes.iter().try_fold(1_usize, |size, &axis| size.checked_mul(axis));
    let batch = product.filter(|&size| size <= MOST).and_then(|size| size.checked_mul(n));
    batch
        .filter(|&numbers| numbers <= isize::MAX as usize / size_of::<f64>())
        .ok_or_else(|| Error::shape(operation, "a batch that memory can address", (n, axes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keras_pads_an_even_kernel_more_at_the_end() {
        assert_eq!(slide(28, 10, 1, true, (0, 0)), Ok((4, 28)));
        assert_eq!(slide(28, 3, 2, true, (0, 0)), Ok((0, 14)));
    }

    #[test]
    fn sizes_that_would_wrap_are_refused() {
        let huge = 1 << (usize::BITS - 2);
        assert!(slide(28, 1, huge, false, (100, huge - 127)).is_err());
        assert!(slide(usize::MAX, 3, 1, true, (0, 0)).is_err());
        assert!(slide(28, usize::MAX, 1, true, (0, 0)).is_err());
        assert_eq!(slide(28, 3, usize::MAX, true, (0, 0)), Ok((0, 1)));
        assert_eq!(slide(28, 3, usize::MAX, false, (1, 1)), Ok((1, 1)));
        assert!(Pool2d { size: (huge, 4), stride: (1, 1) }.output(huge, 4).is_err());
        assert!(Pooling::new((1, huge, 2, 3), Pool2d::square(2)).is_err());
        assert!(Pooling::new((huge, 4, 4, 1), Pool2d::square(2)).is_err());
    }
}
