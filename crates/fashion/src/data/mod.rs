//! Fashion-MNIST: the files, splits, and a NumPy-compatible random state.
//!
//! ```
//! use fashion::data::{FashionMnist, RandomState};
//!
//! # fn main() -> fashion::Result<()> {
//! let data = FashionMnist::excerpt()?; // in a notebook: FashionMnist::load()?
//! let order = RandomState::new(1234429).permutation(data.train.len());
//! let (train, test) = data.train.permuted(&order)?.split_at(600)?;
//! println!("{:?}", train.frequencies());
//! let dataset = train.dataset::<f64>(); // linfa::Dataset, pixels / 255
//! # assert_eq!((dataset.records.nrows(), test.len()), (600, 1400));
//! # Ok(())
//! # }
//! ```

mod agreement;
mod augment;
mod classes;
mod content;
mod corruption;
mod each_image;
mod fashion_mnist;
mod idx;
mod images;
mod labels;
mod neighbours;
mod random_state;
mod sources;
mod warp;

pub(crate) use agreement::paired;
pub use agreement::{accuracy, correct, error_rate};
pub use augment::Augmentation;
pub use classes::{CLASS_NAMES, CLASSES, ClassNames};
pub use corruption::Corruption;
pub use fashion_mnist::FashionMnist;
pub use idx::{read_images, read_labels};
pub use images::{Images, PIXELS, SIDE};
pub use labels::{AsLabels, Dataset};
pub use neighbours::Neighbour;
pub use random_state::RandomState;
pub use sources::{excerpt_dir, source_dirs};
