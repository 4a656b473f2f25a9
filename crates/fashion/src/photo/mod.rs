//! A reader's own picture, brought to 28 x 28 pixels the way that the data set was made.
//!
//! Xiao, Rasul and Vollgraf (2017, arXiv:1708.07747, section 2) took shop photographs on an almost white
//! ground and: trimmed edges within 5 % of the corners' colour, brought the longest edge to 28 by
//! leaving out rows and columns, sharpened with a Gaussian of radius and deviation 1, extended the
//! shortest edge to 28 around the centre, negated, and converted to grey. The same steps are taken here,
//! with what pictures from elsewhere need:
//!
//! | step | here |
//! |---|---|
//! | grey | first, with transparent parts on white |
//! | ground | the median of the outermost pixels, of any brightness |
//! | negation | an object darker than the ground is negated, a lighter one is not; the ground becomes 0 |
//! | size | a large picture is averaged before anything is left out, as a shop's thumbnails are |
//!
//! The data set has hardly any white clothes: they did not stand out from the white ground.

mod grey;
mod prepare;

pub use grey::Photo;
pub use prepare::Prepared;
