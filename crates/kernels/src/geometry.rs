//! The sizes of a convolution, checked once for all kernels.

use crate::window::{ImageShape, Padding, batch_of, slide};
use crate::{Error, Result, memory};

/// The sizes of a convolution, of which every product that a kernel computes can be addressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    pub(crate) n: usize,
    pub(crate) height: usize,
    pub(crate) width: usize,
    pub(crate) channels: usize,
    pub(crate) kernel_height: usize,
    pub(crate) kernel_width: usize,
    pub(crate) filters: usize,
    pub(crate) stride: usize,
    /// Rows of zeros above the image.
    pub(crate) top: usize,
    /// Columns of zeros before the image.
    pub(crate) left: usize,
    pub(crate) out_height: usize,
    pub(crate) out_width: usize,
}

impl Geometry {
    /// Images (n, height, width, channels) under filters (height, width, channels, filters).
    ///
    /// # Errors
    /// [`Error::Shape`] if the channels differ, an axis but n is 0, the filters are larger than the
    /// padded images, or a size cannot be addressed; [`Error::InvalidParameter`] for a stride of 0;
    /// [`Error::Memory`] for an image that takes more than there may be.
    pub fn new(
        (n, height, width, channels): ImageShape,
        (kernel_height, kernel_width, filter_channels, filters): ImageShape,
        stride: usize,
        padding: Padding,
    ) -> Result<Self> {
        let images = (n, height, width, channels);
        if channels != filter_channels || channels == 0 || filters == 0 {
            return Err(Error::shape(
                "conv2d",
                format!(
                    "filters (height, width, {}, 1 or more) for images {images:?}",
                    channels.max(1)
                ),
                (kernel_height, kernel_width, filter_channels, filters),
            ));
        }
        let same = padding == Padding::Same;
        let (rows, columns) = match padding {
            Padding::Explicit { top, bottom, left, right } => ((top, bottom), (left, right)),
            Padding::Valid | Padding::Same => ((0, 0), (0, 0)),
        };
        let (top, out_height) = slide(height, kernel_height, stride, same, rows)?;
        let (left, out_width) = slide(width, kernel_width, stride, same, columns)?;
        let g = Self {
            n,
            height,
            width,
            channels,
            kernel_height,
            kernel_width,
            filters,
            stride,
            top,
            left,
            out_height,
            out_width,
        };
        let check = |n, axes: &[usize]| batch_of("conv2d", n, axes).map(|_| ());
        // Rows and columns that a kernel's copy of the padded image may have.
        let (deep, wide) =
            (g.padded_height().max(height + top), g.padded_width().max(width + left));
        check(n, &[height, width, channels])?;
        check(1, &[deep, wide, channels])?;
        check(n, &[out_height, out_width, filters])?;
        check(1, &[kernel_height, kernel_width, channels, filters])?;
        // What a kernel allocates for one image, at most: the padded image, its result in whole vectors,
        // and the filters as Winograd's algorithm transforms them (16 numbers for 9), with zeros that make them
        // half as many again.
        let wide_filters = filters.next_multiple_of(16);
        let image = memory::bytes_of::<f32>(&[deep + 1, wide + 32, channels]);
        let result = memory::bytes_of::<f32>(&[out_height, out_width + 16, wide_filters]);
        let taps =
            memory::bytes_of::<f32>(&[3, kernel_height, kernel_width, channels, wide_filters]);
        let one = image.saturating_add(result).saturating_add(taps);
        memory::check("a convolution of one image", one.saturating_mul(2))?;
        Ok(g)
    }

    /// The shape of the result.
    pub fn output(&self) -> ImageShape {
        (self.n, self.out_height, self.out_width, self.filters)
    }

    pub(crate) fn pixels(&self) -> usize {
        self.height * self.width
    }

    pub(crate) fn output_pixels(&self) -> usize {
        self.out_height * self.out_width
    }

    /// Rows of pixels that the windows cover.
    pub(crate) fn padded_height(&self) -> usize {
        (self.out_height - 1) * self.stride + self.kernel_height
    }

    /// Columns of pixels that the windows cover.
    pub(crate) fn padded_width(&self) -> usize {
        (self.out_width - 1) * self.stride + self.kernel_width
    }

    /// The convolution that takes the gradient at the result back to the images, for stride 1.
    pub(crate) fn reversed(&self) -> Option<Self> {
        let (top, left) = (
            (self.kernel_height - 1).checked_sub(self.top)?,
            (self.kernel_width - 1).checked_sub(self.left)?,
        );
        (self.stride == 1).then_some(Self {
            height: self.out_height,
            width: self.out_width,
            channels: self.filters,
            filters: self.channels,
            top,
            left,
            out_height: self.height,
            out_width: self.width,
            ..*self
        })
    }

    /// Multiplications, as far as they can be counted.
    pub(crate) fn cost(&self) -> usize {
        let factors = [self.n, self.output_pixels(), self.kernel_height, self.kernel_width];
        let factors = factors.into_iter().chain([self.channels, self.filters]);
        factors.fold(1, usize::saturating_mul)
    }

    /// Calls `each` with output pixel, input pixel and tap (a filter's pixel) wherever the filter
    /// lies on the image.
    pub(crate) fn for_each_tap(&self, mut each: impl FnMut(usize, usize, usize)) {
        for pixel in 0..self.output_pixels() {
            let (row, column) = (pixel / self.out_width, pixel % self.out_width);
            for down in 0..self.kernel_height {
                let y = (row * self.stride + down).wrapping_sub(self.top);
                if y >= self.height {
                    continue;
                }
                for across in 0..self.kernel_width {
                    let x = (column * self.stride + across).wrapping_sub(self.left);
                    if x < self.width {
                        each(pixel, y * self.width + x, down * self.kernel_width + across);
                    }
                }
            }
        }
    }
}
