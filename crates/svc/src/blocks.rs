//! The kernel matrix of a pair in four blocks.

use crate::likely::{BATCH, with_likely};
use crate::smo::KernelRows;

/// Computes rows of the kernel between the classes: of the class 0 or 1, the samples at these
/// places in it, into their places of the block.
pub(crate) type Fill<'a> = dyn FnMut(usize, &[usize], &mut [f32]) + 'a;

/// Rows of the first class, then of the second.
///
/// Both classes' own blocks are there; the rows between them are computed when the solver first
/// asks for one, with others that it is likely to ask for: on images an eighth of a pair's samples
/// support it, and the rest are hardly ever needed.
pub(crate) struct Blocks<'a> {
    sizes: [usize; 2],
    own: [&'a [f32]; 2],
    /// (n1, n2) and (n2, n1).
    between: [&'a mut [f32]; 2],
    ready: Vec<bool>,
    fill: &'a mut Fill<'a>,
}

impl<'a> Blocks<'a> {
    pub fn new(
        sizes: [usize; 2],
        own: [&'a [f32]; 2],
        between: [&'a mut [f32]; 2],
        fill: &'a mut Fill<'a>,
    ) -> Self {
        Self { sizes, own, between, ready: vec![false; sizes[0] + sizes[1]], fill }
    }

    /// The class of sample `k` and its place there.
    fn place(&self, k: usize) -> (usize, usize) {
        if k < self.sizes[0] { (0, k) } else { (1, k - self.sizes[0]) }
    }
}

impl KernelRows for Blocks<'_> {
    fn sizes(&self) -> [usize; 2] {
        self.sizes
    }

    fn ensure(&mut self, k: usize, value: &[f64]) {
        if self.ready[k] {
            return;
        }
        let (class, _) = self.place(k);
        let start = class * self.sizes[0];
        let of_class = &self.ready[start..start + self.sizes[class]];
        let mut rows = with_likely(k, (class, start), value, of_class, BATCH);
        for row in &mut rows {
            self.ready[*row] = true;
            *row -= start;
        }
        (self.fill)(class, &rows, self.between[class]);
    }

    fn row(&self, k: usize) -> (&[f32], &[f32]) {
        let (class, place) = self.place(k);
        let row = |width: usize| place * width..(place + 1) * width;
        let own = &self.own[class][row(self.sizes[class])];
        let other = &self.between[class][row(self.sizes[1 - class])];
        if class == 0 { (own, other) } else { (other, own) }
    }

    fn diagonal(&self) -> Vec<f32> {
        let of_class = |class: usize| self.own[class].iter().step_by(self.sizes[class] + 1);
        of_class(0).chain(of_class(1)).copied().collect()
    }
}
