//! The version of everything that can move a bit of a result.

/// Raised with every change that may move a bit of a trained network, a fitted machine or a figure: it enters the
/// `source_hash` of the notebooks' cells and the identity of kept trainings, so that neither goes stale unseen.
pub const ENGINE: u32 = 1;
