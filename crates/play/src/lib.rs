//! What the book's page `play.html` computes, in a browser and in tests.
//!
//! The crates that the notebooks use, compiled to WebAssembly: three classifiers that answer, what they
//! look at, and two that learn while one watches. Nothing here needs a file, a thread or a clock.
//!
//! | module | what it does |
//! |---|---|
//! | [`recipes`] | how the three classifiers are trained |
//! | [`models`] | the three, and their answers |
//! | [`change`] | a picture moved, turned, covered |
//! | [`duel`] | the support vectors behind a decision |
//! | [`filters`] | what the first convolution makes of a picture |
//! | [`desk`] | what the page has loaded, and what it asks |
//! | [`lesson`] | a perceptron that learns step by step |
//! | [`machine`] | support vector machines of a few hundred images |
//! | [`pack`] | images in few bytes |
//! | [`embed`] | bytes as a script, which a page may load from a disk |
//! | [`slim`] | WebAssembly without what nobody calls |
//!
//! The page itself is in `page/`; what it calls stands in `exports.rs`.
#![deny(unsafe_code)]

pub mod change;
pub mod desk;
pub mod duel;
pub mod embed;
#[cfg(target_family = "wasm")]
mod exports;
pub mod filters;
pub mod lesson;
pub mod machine;
pub mod models;
pub mod pack;
pub mod recipes;
pub mod slim;

pub use fashion::{Error, Result};
