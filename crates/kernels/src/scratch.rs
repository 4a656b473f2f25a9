//! Memory that is used again instead of allocated in every step.

use std::cell::RefCell;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use crate::Float;

/// A cache line, so that vectors of 64 bytes never straddle two.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([u64; 8]);

/// Buffers that a thread keeps. A convolution uses at most 5 at a time.
const KEPT: usize = 8;

thread_local! {
    static SPARE: RefCell<Vec<Vec<Line>>> = const { RefCell::new(Vec::new()) };
}

/// A buffer that goes back to its thread's spare ones when it is dropped.
pub(crate) struct Scratch<E = f32> {
    lines: Vec<Line>,
    length: usize,
    element: PhantomData<E>,
}

impl<E: Float> Scratch<E> {
    /// A buffer of `length` numbers whose values are whatever was there before.
    pub(crate) fn new(length: usize) -> Self {
        let bytes = length.checked_mul(size_of::<E>()).expect("sizes are checked at the border");
        let needed = bytes.div_ceil(size_of::<Line>());
        let spare = SPARE.with_borrow_mut(|spare| {
            let fits = |(_, lines): &(usize, &Vec<Line>)| lines.len() >= needed;
            let smallest = spare.iter().enumerate().filter(fits).min_by_key(|(_, l)| l.len());
            smallest.map(|(index, _)| index).map(|index| spare.swap_remove(index))
        });
        let lines = spare.unwrap_or_else(|| vec![Line([0; 8]); needed]);
        Self { lines, length, element: PhantomData }
    }

    /// A buffer of `length` zeros.
    pub(crate) fn zeros(length: usize) -> Self {
        let mut scratch = Self::new(length);
        scratch.fill(E::zero());
        scratch
    }
}

impl<E> Drop for Scratch<E> {
    fn drop(&mut self) {
        let lines = std::mem::take(&mut self.lines);
        // During a thread's end its spares may be gone already; then the buffer is simply freed.
        let _ = SPARE.try_with(|spare| {
            let mut spare = spare.borrow_mut();
            spare.push(lines);
            if spare.len() > KEPT {
                let smallest = spare.iter().enumerate().min_by_key(|(_, lines)| lines.len());
                if let Some(index) = smallest.map(|(index, _)| index) {
                    spare.swap_remove(index);
                }
            }
        });
    }
}

impl<E> Deref for Scratch<E> {
    type Target = [E];
    fn deref(&self) -> &[E] {
        // SAFETY: the lines are aligned for any number and hold at least `length` of them; every bit
        // pattern is a number of `E`, which is f32 or f64: `Float` is sealed.
        unsafe { std::slice::from_raw_parts(self.lines.as_ptr().cast(), self.length) }
    }
}

impl<E> DerefMut for Scratch<E> {
    fn deref_mut(&mut self) -> &mut [E] {
        // SAFETY: as above, and `self` is exclusively borrowed.
        unsafe { std::slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), self.length) }
    }
}
