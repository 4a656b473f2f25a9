//! The rows of a pair's kernel matrix that were used most recently: for pairs whose blocks do not fit into memory, or for
//! less than half of the threads.

use crate::likely::with_likely;
use crate::smo::KernelRows;

/// A sample of the pair (those of the first class first) and the place for its row.
pub(crate) type RowOf<'a> = (usize, &'a mut [f32]);

/// Computes whole rows.
pub(crate) type FillRows<'a> = dyn FnMut(&mut [RowOf<'_>]) + 'a;

/// No row of this sample is held, or no sample's row at this place.
const NONE: u32 = u32::MAX;

/// As many rows as there is room for. A row that is not there is computed when the solver asks for it, with others that
/// it is likely to ask for; once there is no more room, it alone, in place of the row that was not used for longest.
pub(crate) struct Recent<'a> {
    sizes: [usize; 2],
    diagonal: Vec<f32>,
    /// Whole rows, one after the other.
    values: &'a mut [f32],
    /// For each sample the place of its row.
    place: Vec<u32>,
    /// For each sample whether it has one.
    ready: Vec<bool>,
    /// For each place the sample, and when its row was last asked for.
    held: Vec<(u32, u64)>,
    /// How many places have a row.
    filled: usize,
    now: u64,
    fill: &'a mut FillRows<'a>,
}

impl<'a> Recent<'a> {
    /// With two rows a step could be made. With less than this, nearly every row would be computed in every step.
    pub const LEAST: usize = 64;

    /// Rows in `values`, which has room for all of them or for [`Self::LEAST`] at least.
    pub fn new(
        sizes: [usize; 2],
        diagonal: Vec<f32>,
        values: &'a mut [f32],
        fill: &'a mut FillRows<'a>,
    ) -> Self {
        let samples = sizes[0] + sizes[1];
        let rows = values.len() / samples;
        Self {
            sizes,
            diagonal,
            values,
            place: vec![NONE; samples],
            ready: vec![false; samples],
            held: vec![(NONE, 0); rows],
            filled: 0,
            now: 0,
            fill,
        }
    }

    /// The next place that is free, else that of the row that was not used for longest.
    fn next_place(&self) -> usize {
        let used = |&place: &usize| self.held[place].1;
        if self.filled < self.held.len() {
            self.filled
        } else {
            (0..self.held.len()).min_by_key(used).unwrap_or(0)
        }
    }

    /// Gives the sample a place; the one whose row was there has none afterwards.
    fn take(&mut self, sample: usize, place: usize) {
        let (before, _) = std::mem::replace(&mut self.held[place], (sample as u32, self.now));
        if before != NONE {
            self.place[before as usize] = NONE;
            self.ready[before as usize] = false;
        }
        self.place[sample] = place as u32;
        self.ready[sample] = true;
    }
}

impl KernelRows for Recent<'_> {
    fn sizes(&self) -> [usize; 2] {
        self.sizes
    }

    fn ensure(&mut self, k: usize, value: &[f64]) {
        self.now += 1;
        if !self.ready[k] {
            let class = usize::from(k >= self.sizes[0]);
            let start = class * self.sizes[0];
            let of_class = &self.ready[start..start + self.sizes[class]];
            let room = self.held.len() - self.filled;
            let samples = with_likely(k, (class, start), value, of_class, room);
            let first = self.next_place();
            for (at, &sample) in samples.iter().enumerate() {
                self.take(sample, first + at);
            }
            self.filled = self.held.len().min(self.filled + samples.len());
            let width = self.place.len();
            let values = &mut self.values[first * width..(first + samples.len()) * width];
            let mut rows: Vec<RowOf<'_>> =
                samples.into_iter().zip(values.chunks_exact_mut(width)).collect();
            (self.fill)(&mut rows);
        }
        self.held[self.place[k] as usize].1 = self.now;
    }

    fn row(&self, k: usize) -> (&[f32], &[f32]) {
        let width = self.place.len();
        self.values[self.place[k] as usize * width..][..width].split_at(self.sizes[0])
    }

    fn diagonal(&self) -> Vec<f32> {
        self.diagonal.clone()
    }
}
