//! Samples by class, and classes by pair.

use std::ops::Range;

use crate::error::{Error, Result};

/// Rows of one panel of a second factor: its tiles stay in the second-level cache.
pub(crate) const TILE: usize = 512;

/// Samples grouped by class, in their own order within each.
pub(crate) struct ByClass {
    /// The samples' own numbers.
    pub samples: Vec<usize>,
    /// The labels, increasing.
    pub classes: Vec<usize>,
    /// Where each class stands in `samples`.
    pub ranges: Vec<Range<usize>>,
}

impl ByClass {
    pub fn new(labels: &[usize]) -> Result<Self> {
        let mut samples: Vec<usize> = (0..labels.len()).collect();
        samples.sort_by_key(|&sample| labels[sample]);
        let mut ranges: Vec<Range<usize>> = Vec::new();
        let mut classes = Vec::new();
        for (at, &sample) in samples.iter().enumerate() {
            match ranges.last_mut() {
                Some(range) if classes.last() == Some(&labels[sample]) => range.end = at + 1,
                _ => {
                    classes.push(labels[sample]);
                    ranges.push(at..at + 1);
                }
            }
        }
        match classes.as_slice() {
            [] => Err(Error::shape("Svc fit", "at least two samples", "none")),
            [only] => Err(Error::parameter(
                "labels",
                "at least two classes",
                format_args!("{} samples of class {only}", labels.len()),
            )),
            _ => Ok(Self { samples, classes, ranges }),
        }
    }

    /// All pairs of positions in `classes`, in LIBSVM's order.
    pub fn pairs(&self) -> Vec<(usize, usize)> {
        let count = self.classes.len();
        (0..count).flat_map(|i| (i + 1..count).map(move |j| (i, j))).collect()
    }
}

/// The place of the pair (first, second) among all pairs.
pub(crate) fn pair_index(first: usize, second: usize, classes: usize) -> usize {
    first * (2 * classes - first - 1) / 2 + second - first - 1
}

/// `0..count` in pieces of [`TILE`].
pub(crate) fn tiles(count: usize) -> impl Iterator<Item = Range<usize>> {
    (0..count).step_by(TILE).map(move |start| start..count.min(start + TILE))
}

/// A range of places in a class as one of all samples.
pub(crate) fn within(class: &Range<usize>, part: &Range<usize>) -> Range<usize> {
    class.start + part.start..class.start + part.end
}

/// The rows of every panel: pieces of [`TILE`] that start anew with each class.
pub(crate) fn panel_ranges(classes: &[Range<usize>]) -> Vec<Range<usize>> {
    let of_class = |class: &Range<usize>| {
        let class = class.clone();
        tiles(class.len()).map(move |part| within(&class, &part))
    };
    classes.iter().flat_map(of_class).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_numbered_row_by_row() {
        let by_class = ByClass::new(&[6, 5, 4, 3, 2, 1, 0]).unwrap();
        for (expected, (first, second)) in by_class.pairs().into_iter().enumerate() {
            assert_eq!(pair_index(first, second, 7), expected);
        }
    }
}
