//! What everything here returns.

/// Any error ends the measurements, with its words.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;
