//! How large a figure may be.

use crate::{Error, Result};

/// Checks that a figure is large enough for its texts and no larger than a page.
pub(super) fn checked((width, height): (i32, i32)) -> Result<(i32, i32)> {
    if (200..=2_000).contains(&width) && (40..=4_000).contains(&height) {
        return Ok((width, height));
    }
    let expected = "200 to 2,000 pixels wide and 40 to 4,000 high";
    Err(Error::parameter("size of the figure", expected, (width, height)))
}
