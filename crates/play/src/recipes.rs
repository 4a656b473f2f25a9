//! How the three classifiers of the page are trained: on the same pictures, as in notebook A1.

use std::path::Path;

use fashion::Result;
use fashion::data::{FashionMnist, Images, RandomState};
use fashion::nn::{MlpClassifier, MlpParams, Optimizer, Sequential, Training};
use fashion::program::Model;
use fashion::svm::{Kernel, Svc, SvcParams};

use crate::models::Models;

/// A1's seed, which chooses the pictures and the weights.
pub const SEED: u32 = 1_234_429;
/// How many training pictures the three learn from; fewer if there are not as many.
pub const PICTURES: usize = 5000;

/// The pictures that the three learn from: the first of A1's permutation.
///
/// # Errors
/// None: the permutation is one.
pub fn pictures(data: &FashionMnist) -> Result<Images> {
    let order = RandomState::new(SEED).permutation(data.train.len());
    data.train.permuted(&order)?.head(PICTURES.min(data.train.len()))
}

/// A1's perceptron for 5,000 pictures: 100 hidden units.
pub fn mlp() -> MlpParams {
    let params = MlpClassifier::params().max_iter(300).alpha(1e-4).tol(1e-4).seed(SEED);
    params.learning_rate_init(0.1).hidden_layer_sizes([100]).batch_size(200)
}

/// A network of A5's kind with fewer filters, 16; 32; 32: what a page can bring.
pub fn cnn() -> Sequential {
    Model::convolutional(&[(16, 1), (32, 1), (32, 1)])
}

/// How it is trained: plainly, on the pictures as they are, so that all three have seen the same.
pub fn cnn_training() -> Training {
    let training = Training::new().epochs(30).batch_size(64).optimizer(Optimizer::adam(1e-3));
    training.seed(SEED.into())
}

/// A1's support vector machine.
pub fn svm() -> SvcParams {
    Svc::params().c(50.0).kernel(Kernel::rbf(0.005))
}

/// Trains all three and saves the files of [`FILES`] in a folder.
///
/// # Errors
/// Those of the fits and of files.
pub fn train(images: &Images, folder: &Path) -> Result<Models> {
    let floats = images.dataset::<f32>();
    let svm = svm().fit(&floats)?;
    svm.save(folder.join(FILES[2]))?;
    let mlp = mlp().fit(&floats)?.network().clone();
    mlp.save(folder.join(FILES[0]))?;
    let mut cnn = cnn().build(SEED.into())?;
    cnn.fit(&floats, &cnn_training().verbose(false))?;
    cnn.save(folder.join(FILES[1]))?;
    Ok(Models { mlp, cnn, svm })
}

/// The files of the perceptron, the convolutional network and the machine.
pub const FILES: [&str; 3] = ["MLP.safetensors", "CNN.safetensors", "SVM.safetensors"];

/// Everything that decides what [`train`] gives.
pub fn identity(images: &Images) -> String {
    format!(
        "engine {}, {} pictures, {:?}, {:?}, {:?}, {:?}",
        fashion::ENGINE,
        images.len(),
        mlp(),
        cnn(),
        cnn_training(),
        svm()
    )
}
