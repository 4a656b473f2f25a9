//! What the page calls.
//!
//! Numbers go in as arguments, bytes through a buffer that [`input`] makes, and results come out of
//! another one: each call gives the length of what it has left at [`output`], as 32-bit floats, or -1
//! with the reason, in UTF-8, at [`reason`]. The page reads both before its next call.

// Names that a page can call need an unsafe attribute; no pointer is read here.
#![allow(unsafe_code)]

use std::cell::RefCell;

use crate::Result;
use crate::change::Change;
use crate::desk::Desk;

/// Everything that is there between two calls.
#[derive(Default)]
struct State {
    input: Vec<u8>,
    output: Vec<f32>,
    reason: String,
    desk: Desk,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// Runs `work` on the bytes that came in, and keeps what it gives.
fn answer(work: impl FnOnce(&mut Desk, &[u8]) -> Result<Vec<f32>>) -> i32 {
    STATE.with_borrow_mut(|state| match work(&mut state.desk, &state.input) {
        Ok(output) => {
            state.output = output;
            i32::try_from(state.output.len()).unwrap_or(-1)
        }
        Err(error) => {
            state.reason = error.to_string();
            -1
        }
    })
}

/// A number that JavaScript gave, as a count.
fn count(number: i32) -> usize {
    usize::try_from(number).unwrap_or(0)
}

/// Room for so many bytes, which the page writes.
#[unsafe(no_mangle)]
pub extern "C" fn input(length: i32) -> *mut u8 {
    STATE.with_borrow_mut(|state| {
        state.input = vec![0; count(length)];
        state.input.as_mut_ptr()
    })
}

/// Where the last result stands.
#[unsafe(no_mangle)]
pub extern "C" fn output() -> *const f32 {
    STATE.with_borrow(|state| state.output.as_ptr())
}

/// Where the reason of the last failure stands.
#[unsafe(no_mangle)]
pub extern "C" fn reason() -> *const u8 {
    STATE.with_borrow(|state| state.reason.as_ptr())
}

/// The reason's length in bytes.
#[unsafe(no_mangle)]
pub extern "C" fn reason_length() -> i32 {
    STATE.with_borrow(|state| i32::try_from(state.reason.len()).unwrap_or(0))
}

/// The three models' files, one after the other; the first two have these lengths.
#[unsafe(no_mangle)]
pub extern "C" fn load_models(mlp: i32, cnn: i32) -> i32 {
    answer(|desk, bytes| desk.load_models(bytes, [count(mlp), count(cnn)]))
}

/// Packed images as levels.
#[unsafe(no_mangle)]
pub extern "C" fn images(images: i32) -> i32 {
    answer(|desk, bytes| desk.images(bytes, count(images)))
}

/// Test images: a label each, then the images packed. They are unpacked by [`unpack`].
#[unsafe(no_mangle)]
pub extern "C" fn load_tests(images: i32) -> i32 {
    answer(|desk, bytes| desk.load_tests(bytes, count(images)))
}

/// Training images, in the same form.
#[unsafe(no_mangle)]
pub extern "C" fn load_lessons(images: i32) -> i32 {
    answer(|desk, bytes| desk.load_lessons(bytes, count(images)))
}

/// Unpacks some more test images; gives how many there are by now.
#[unsafe(no_mangle)]
pub extern "C" fn unpack(images: i32) -> i32 {
    answer(|desk, _| desk.unpack(count(images)))
}

/// Where the unpacked test images stand, 784 bytes each.
#[unsafe(no_mangle)]
pub extern "C" fn tests() -> *const u8 {
    STATE.with_borrow(|state| state.desk.tests().as_ptr())
}

/// A picture changed: 784 levels in and out.
#[allow(clippy::too_many_arguments)] // a page has no structures to give
#[unsafe(no_mangle)]
pub extern "C" fn change(
    flip: i32,
    size: f32,
    turn: f32,
    right: f32,
    down: f32,
    noise: f32,
    seed: i32,
    cover: f32,
    x: f32,
    y: f32,
) -> i32 {
    let seed = seed.unsigned_abs();
    let change =
        Change { flip: flip != 0, size, turn, right, down, noise, seed, cover, at: [x, y] };
    answer(|_, pixels| Ok(change.apply(pixels).into_iter().map(f32::from).collect()))
}

/// What the three say of the pictures that came in; see [`Desk::say`].
#[unsafe(no_mangle)]
pub extern "C" fn say() -> i32 {
    answer(|desk, pixels| desk.say(pixels))
}

/// What the three say of so many test images, from this one on.
#[unsafe(no_mangle)]
pub extern "C" fn say_tests(first: i32, images: i32) -> i32 {
    answer(|desk, _| desk.say_tests(count(first), count(images)))
}

/// The machine's decision against a rival, or with -1 against the closest; see [`Desk::duel`].
#[unsafe(no_mangle)]
pub extern "C" fn duel(rival: i32, vectors: i32) -> i32 {
    answer(|desk, pixels| desk.duel(pixels, usize::try_from(rival).ok(), count(vectors)))
}

/// Filters and their responses; see [`Desk::filters`].
#[unsafe(no_mangle)]
pub extern "C" fn filters() -> i32 {
    answer(|desk, pixels| desk.filters(pixels))
}

/// A reader's picture (red, green, blue, opacity) as 784 levels.
#[unsafe(no_mangle)]
pub extern "C" fn photo(width: i32, height: i32) -> i32 {
    answer(|desk, bytes| desk.photo(bytes, [count(width), count(height)]))
}

/// Starts a perceptron.
#[unsafe(no_mangle)]
pub extern "C" fn lesson(units: i32, rate: f64, seed: i32) -> i32 {
    answer(|desk, _| desk.lesson(count(units), rate, seed.unsigned_abs()))
}

/// Lets it learn; see [`Desk::learn`].
#[unsafe(no_mangle)]
pub extern "C" fn learn(steps: i32) -> i32 {
    answer(|desk, _| desk.learn(count(steps)))
}

/// Its loss and accuracy on the lesson's test images.
#[unsafe(no_mangle)]
pub extern "C" fn examine() -> i32 {
    answer(|desk, _| desk.examine())
}

/// Its hidden units' weights, 784 each.
#[unsafe(no_mangle)]
pub extern "C" fn units() -> i32 {
    answer(|desk, _| desk.units())
}

/// Fits a machine to so many images; see [`Desk::machine`].
#[unsafe(no_mangle)]
pub extern "C" fn machine(images: i32, c: f64, gamma: f64) -> i32 {
    answer(|desk, _| desk.machine(count(images), c, gamma))
}

fn no_seeds(_: &mut [u8]) -> Result<(), getrandom::Error> {
    Err(getrandom::Error::UNSUPPORTED)
}
getrandom::register_custom_getrandom!(no_seeds);
