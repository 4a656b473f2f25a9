//! How large a difference must be to matter, fixed before anything is measured.

/// Half a point of accuracy, as a fraction.
pub const ACCURACY: f64 = 0.005;

/// Ten per cent of time: a ratio of times between 1 / 1.1 and 1.1 is none that matters.
pub const TIME: f64 = 0.10;
