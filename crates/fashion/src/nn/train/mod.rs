//! Training: settings, the loop, what may happen between epochs, and the file that a fit goes on from.

pub(super) mod callbacks;
pub(super) mod checkpoint;
pub(super) mod fit;
pub(super) mod job;
mod progress;
pub(super) mod settings;

pub use callbacks::{EarlyStopping, Monitor, ReduceLrOnPlateau};
#[doc(hidden)]
pub use fit::Train;
pub use settings::Training;
