//! The data set: found, read, verified.

use std::path::{Path, PathBuf};

use super::images::{Images, SIDE, counts_table};
use super::sources::{self, EXCERPT, Edition, FULL, Part, read_verified};
use crate::show::{Bundle, Render};
use crate::{Error, Result};
use fashion_base::text::say;
use fashion_base::{interrupt, panics, threads};

const LOADING: &str = "loading Fashion-MNIST";

/// Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017, arXiv:1708.07747): 60,000 training and 10,000
/// test images of clothing in ten classes, or the excerpt of it that is part of the checkout.
///
/// ```
/// use fashion::data::FashionMnist;
///
/// # fn main() -> fashion::Result<()> {
/// let data = FashionMnist::excerpt()?;
/// assert_eq!(data.train.frequencies(), [200; 10]);
/// assert!(data.is_excerpt());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct FashionMnist {
    /// The training images.
    pub train: Images,
    /// The test images.
    pub test: Images,
    dir: PathBuf,
    is_excerpt: bool,
}

impl FashionMnist {
    /// The full data from the first of [`source_dirs`](super::source_dirs) that has all four
    /// files; without them the excerpt, with a banner that says so.
    ///
    /// # Errors
    /// As [`load_from`](Self::load_from) if `FASHION_MNIST_DIR` is set or a folder has all files;
    /// [`Error::DataMissing`] if not even the excerpt is there.
    pub fn load() -> Result<Self> {
        let demanded = std::env::var_os("FASHION_MNIST_DIR").is_some_and(|dir| !dir.is_empty());
        Self::load_among(sources::source_dirs(), demanded)
    }

    /// Looks in `dirs`; if one is `demanded`, nowhere else.
    fn load_among(dirs: Vec<PathBuf>, demanded: bool) -> Result<Self> {
        if let Some(dir) = dirs.iter().find(|dir| demanded || sources::is_complete(dir, &FULL)) {
            return Self::load_from(dir);
        }
        let excerpt = sources::excerpt_dir();
        if !sources::is_complete(&excerpt, &EXCERPT) {
            let searched = dirs.into_iter().chain([excerpt]).collect();
            return Err(Error::DataMissing { searched });
        }
        let data = Self::excerpt()?;
        let searched: Vec<_> = dirs.iter().map(|dir| dir.display().to_string()).collect();
        say(format_args!(
            "*** EXCERPT: {} training and {} test images instead of 60000 and 10000.\n\
             *** Figures will differ from those in the text. The full files are not in {}.\n\
             *** `cargo xtask data` fetches them.",
            data.train.len(),
            data.test.len(),
            searched.join(" or ")
        ));
        Ok(data)
    }

    /// The full data from the four files in `dir`, plain or gzip, verified by SHA-256.
    ///
    /// # Errors
    /// [`Error::Io`](fashion_base::Error::Io) for a file that cannot be read; [`Error::IdxMagic`],
    /// [`Error::IdxDimensions`], [`Error::Truncated`], [`Error::TrailingBytes`] and
    /// [`Error::Gzip`] for a damaged one; [`Error::NotFashionMnist`] for another content.
    pub fn load_from(dir: impl AsRef<Path>) -> Result<Self> {
        Self::read(dir.as_ref(), &FULL, false)
    }

    /// The excerpt in the checkout: the first 200 training and 100 test images of each class, in
    /// the original order.
    ///
    /// # Errors
    /// As [`load_from`](Self::load_from).
    pub fn excerpt() -> Result<Self> {
        Self::read(&sources::excerpt_dir(), &EXCERPT, true)
    }

    fn read(dir: &Path, edition: &Edition, is_excerpt: bool) -> Result<Self> {
        let part = |part: &Part| {
            interrupt::check(LOADING)?;
            // Labels first: their error can tell the MNIST digits from other content.
            let (label_path, labels) = read_verified(dir, edition, part.labels, [part.count])?;
            let (image_path, images) =
                read_verified(dir, edition, part.images, [part.count, SIDE, SIDE])?;
            Images::from_idx((&image_path, images), (&label_path, labels))
        };
        panics::print_one_line();
        let _listening = interrupt::listen();
        let (train, test) =
            threads::run(|| rayon::join(|| part(&edition.train), || part(&edition.test)))?;
        let (train, test) = (train?, test?);
        interrupt::check(LOADING)?;
        Ok(Self { train, test, dir: dir.to_owned(), is_excerpt })
    }

    /// Whether this is the excerpt and not the full data.
    pub fn is_excerpt(&self) -> bool {
        self.is_excerpt
    }

    /// The folder that the files came from.
    pub fn dir(&self) -> &Path {
        &self.dir
    }
}

impl Render for FashionMnist {
    fn render(&self) -> Bundle {
        let (train, test) = (self.train.len(), self.test.len());
        let name = if self.is_excerpt { "EXCERPT of Fashion-MNIST" } else { "Fashion-MNIST" };
        let title = format!(
            "{name}: {train} training and {test} test images of {SIDE} x {SIDE} grey levels"
        );
        counts_table(&title, &[("training", &self.train), ("test", &self.test)])
    }
}

impl std::fmt::Display for FashionMnist {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.render().parts()[0].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_the_full_files_the_excerpt_stands_in_and_says_so() {
        let data = FashionMnist::load_among(vec!["/no/such/folder".into()], false).unwrap();
        assert!(data.is_excerpt());
        assert_eq!((data.train.frequencies(), data.test.frequencies()), ([200; 10], [100; 10]));
        assert!(data.to_string().starts_with("EXCERPT of Fashion-MNIST: 2000 training"));
    }

    #[test]
    fn a_folder_that_the_reader_names_is_not_replaced_by_another() {
        let error = FashionMnist::load_among(vec!["/no/such/folder".into()], true).unwrap_err();
        assert!(error.to_string().contains("/no/such/folder/"), "{error}");
    }

    #[test]
    fn the_excerpt_does_not_pass_for_the_full_data() {
        let error = FashionMnist::load_from(sources::excerpt_dir()).unwrap_err();
        assert!(error.to_string().contains("expected dimensions 60000"), "{error}");
    }
}
