//! The names of the classes, which travel with the images.

use std::borrow::Borrow;
use std::ops::Deref;
use std::sync::Arc;

/// How many classes there are.
pub const CLASSES: usize = 10;
/// The name of each class of Fashion-MNIST, by label.
pub const CLASS_NAMES: [&str; CLASSES] = [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
];

/// One name for each class, label 0 first; a copy costs nothing.
///
/// ```
/// use fashion::data::ClassNames;
///
/// assert_eq!(ClassNames::default()[9], "Ankle boot");
/// assert_eq!(ClassNames::new(["cat", "dog"]).len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassNames(Arc<[String]>);

impl ClassNames {
    /// These names.
    pub fn new<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }
}

/// The classes of Fashion-MNIST.
impl Default for ClassNames {
    fn default() -> Self {
        Self::new(CLASS_NAMES)
    }
}

impl Deref for ClassNames {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.0
    }
}

impl Borrow<[String]> for ClassNames {
    fn borrow(&self) -> &[String] {
        &self.0
    }
}

impl From<&ClassNames> for ClassNames {
    fn from(names: &ClassNames) -> Self {
        names.clone()
    }
}

impl<S: AsRef<str>> From<&[S]> for ClassNames {
    fn from(names: &[S]) -> Self {
        Self::new(names.iter().map(|name| name.as_ref()))
    }
}

impl<S: AsRef<str>, const N: usize> From<&[S; N]> for ClassNames {
    fn from(names: &[S; N]) -> Self {
        names.as_slice().into()
    }
}

impl<S: AsRef<str>> From<&Vec<S>> for ClassNames {
    fn from(names: &Vec<S>) -> Self {
        names.as_slice().into()
    }
}
