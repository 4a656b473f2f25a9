//! What a kernel of a convolution does, whichever instructions it is for.

/// The kernel of a convolution, for one image.
pub(crate) trait Correlate<E>: Send + Sync {
    /// y = x * F + b, or y += x * F without a bias.
    fn apply(&self, x: &[E], bias: Option<&[E]>, y: &mut [E]);
}

/// The kernel of the filters' gradient. Sums have a layout of the kernel's own.
pub(crate) trait FilterGradient<E>: Send + Sync {
    /// Numbers in a sum.
    fn len(&self) -> usize;
    /// sum += one image's gradient; `delta` is followed by 16 readable numbers.
    fn add(&self, x: &[E], delta: &[E], sum: &mut [E]);
    /// filters += the gradient that the sum stands for.
    fn finish(&self, sum: &[E], filters: &mut [E]);
}
