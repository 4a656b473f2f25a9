//! Support vector machines of a few pictures, with C and gamma of the reader's choice.

use fashion::Result;
use fashion::data::Images;
use fashion::linfa::Dataset;
use fashion::ndarray::Array1;
use fashion::svm::{Kernel, Svc};

/// How a machine came out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// Support vectors of all classes.
    pub vectors: usize,
    /// The share of its own pictures that it gets right.
    pub learned: f64,
    /// The share of the other pictures.
    pub tested: f64,
    /// Whether the solver met its tolerance.
    pub converged: bool,
}

/// Fits a machine with a radial kernel, and tests it on other pictures.
///
/// # Errors
/// [`Error::Svc`](fashion::Error::Svc) for a C or gamma that is not positive, or pictures of one class.
pub fn fit(images: &Images, tests: &Images, c: f64, gamma: f64) -> Result<Outcome> {
    let dataset = |images: &Images| {
        Dataset::new(images.grey().to_owned(), Array1::from(images.labels().to_vec()))
    };
    let train = dataset(images);
    // A bound for a reader who waits: no setting of the page needs as many steps.
    let machine = Svc::params().c(c).kernel(Kernel::rbf(gamma)).max_iter(200_000).fit(&train)?;
    Ok(Outcome {
        vectors: machine.support_vectors(),
        learned: machine.score(&train)?,
        tested: machine.score(&dataset(tests))?,
        converged: machine.converged(),
    })
}
