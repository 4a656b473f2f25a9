//! `cargo xtask bench`.

use crate::checkout::Checkout;
use crate::failure::{Failure, Result};

/// Says that there is no benchmark yet.
pub fn run(_checkout: &Checkout) -> Result<()> {
    Err(Failure::new("there is no benchmark yet"))
}
