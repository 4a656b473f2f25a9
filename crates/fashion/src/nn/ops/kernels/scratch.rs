//! Memory that is used again instead of allocated in every step.

use std::any::TypeId;
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
    ///
    /// # Panics
    /// For elements other than `f32` and `f64`, for which not every bit pattern may be a number.
    pub(crate) fn new(length: usize) -> Self {
        let element = TypeId::of::<E>();
        assert!(element == TypeId::of::<f32>() || element == TypeId::of::<f64>());
        let needed = (length * size_of::<E>()).div_ceil(size_of::<Line>());
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
        // pattern is a number of `E`, which `new` has checked to be f32 or f64.
        unsafe { std::slice::from_raw_parts(self.lines.as_ptr().cast(), self.length) }
    }
}

impl<E> DerefMut for Scratch<E> {
    fn deref_mut(&mut self) -> &mut [E] {
        // SAFETY: as above, and `self` is exclusively borrowed.
        unsafe { std::slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), self.length) }
    }
}

/// Makes the C library keep memory that is freed, for the next step to use again.
///
/// By default glibc gives large blocks back to the system when they are freed, and every page of the
/// next block costs a fault and is cleared: together as much as a layer. dfdx allocates results and
/// gradients anew in every step, so this cannot be had by reusing buffers here. Other C libraries are
/// left as they are.
pub(crate) fn keep_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        unsafe extern "C" {
            fn mallopt(parameter: i32, value: i32) -> i32;
        }
        /// M_TRIM_THRESHOLD, M_TOP_PAD and M_MMAP_THRESHOLD of malloc.h.
        const SETTINGS: [(i32, i32); 3] = [(-1, 1 << 30), (-2, 64 << 20), (-3, 32 << 20)];
        static ONCE: std::sync::Once = std::sync::Once::new();
        ONCE.call_once(|| {
            for (parameter, value) in SETTINGS {
                // SAFETY: mallopt takes any values and locks what it changes; a setting that it
                // refuses costs time only.
                unsafe { mallopt(parameter, value) };
            }
        });
    }
}
