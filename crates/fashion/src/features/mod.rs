//! What can be computed of an image besides its pixels, by a rule that nobody learned.

mod hog;

pub use hog::Hog;
