//! Where a window (a filter or a pool) falls on an image.

use crate::{Error, Result};

/// How an image is surrounded with zeros before the filters slide over it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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
    /// [`Error::InvalidParameter`] if a size or step is 0, [`Error::Shape`] if the window is larger
    /// than the image.
    pub fn output(&self, height: usize, width: usize) -> Result<(usize, usize)> {
        let (size, stride) = (self.size, self.stride);
        if size.0 == 0 || size.1 == 0 || stride.0 == 0 || stride.1 == 0 {
            return Err(Error::parameter("Pool2d", "sizes and strides of at least 1", self));
        }
        if size.0 * size.1 > usize::from(u16::MAX) {
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

/// Zeros before, and the number of window positions, along one axis.
pub(super) fn slide(
    operation: &'static str,
    size: usize,
    kernel: usize,
    stride: usize,
    same: bool,
    (before, after): (usize, usize),
) -> Result<(usize, usize)> {
    if kernel == 0 || stride == 0 {
        return Err(Error::parameter(
            operation,
            "a kernel and stride of at least 1",
            (kernel, stride),
        ));
    }
    if same {
        let output = size.div_ceil(stride);
        let padding = (output.saturating_sub(1) * stride + kernel).saturating_sub(size);
        return Ok((padding / 2, output));
    }
    let padded = size + before + after;
    if kernel > padded {
        return Err(Error::shape(
            operation,
            format!("an image of at least the kernel's size, {kernel}"),
            format_args!("{size} with {} of padding", before + after),
        ));
    }
    Ok((before, (padded - kernel) / stride + 1))
}
