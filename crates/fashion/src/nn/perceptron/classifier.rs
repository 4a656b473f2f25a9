//! The fitted model.

use std::fmt;
use std::time::Duration;

use fashion_base::numbers::argmax;
use linfa::dataset::AsTargets;
use linfa::traits::{Fit, PredictInplace};
use linfa::{DatasetBase, ParamGuard};
use ndarray::{Array1, Array2, ArrayBase, ArrayView1, ArrayView2, Data, Ix1, Ix2};

use super::descent::{Descend, Descended};
use super::params::{MlpParams, MlpValidParams};
use crate::nn::infer::Infer;
use crate::nn::network::Network;
use crate::nn::parameters::Parameters as _;
use crate::show::{Bundle, Render, Table};
use crate::{Classifier, Dataset, Error, Float, Result};

/// A fitted multi-layer perceptron.
///
/// ```
/// use fashion::linfa::Dataset;
/// use fashion::linfa::traits::Fit;
/// use fashion::nn::MlpClassifier;
/// use fashion::ndarray::{Array, array};
///
/// let records = Array::from_shape_fn((40, 2), |(i, j)| if j == i % 2 { 1.0 } else { 0.01 * i as f64 });
/// let dataset = Dataset::new(records, Array::from_shape_fn(40, |i| i % 2));
/// let model = MlpClassifier::params().hidden_layer_sizes([8]).learning_rate_init(0.1).fit(&dataset)?;
/// assert_eq!(model.predict(&array![[1.0, 0.0], [0.0, 1.0]])?, array![0, 1]);
/// assert!(model.loss_curve().last() < model.loss_curve().first());
/// # Ok::<(), fashion::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct MlpClassifier<F: Float> {
    network: Network<F>,
    classes: Vec<usize>,
    loss_curve: Vec<f64>,
    converged: bool,
    fit_time: Duration,
}

impl MlpClassifier<f64> {
    /// Hyper-parameters with scikit-learn's defaults; `fit` takes datasets of `f32` or `f64`.
    pub fn params() -> MlpParams {
        MlpParams::default()
    }
}

impl<F: Infer> MlpClassifier<F> {
    /// The loss of each epoch: the mean over its samples, with the penalty, measured while the
    /// weights change.
    pub fn loss_curve(&self) -> &[f64] {
        &self.loss_curve
    }

    /// How many epochs the fit took.
    pub fn n_iter(&self) -> usize {
        self.loss_curve.len()
    }

    /// Whether the fit ended because the loss stopped falling, not because of `max_iter`.
    pub fn converged(&self) -> bool {
        self.converged
    }

    /// How long the fit took.
    pub fn fit_time(&self) -> Duration {
        self.fit_time
    }

    /// The labels seen in training, ascending; the columns of [`predict_proba`](Self::predict_proba).
    pub fn classes(&self) -> &[usize] {
        &self.classes
    }

    /// The network: dense layers with a softmax at the end.
    pub fn network(&self) -> &Network<F> {
        &self.network
    }

    /// The weights of each layer, inputs in rows and units in columns (scikit-learn's `coefs_`).
    pub fn coefs(&self) -> Vec<ArrayView2<'_, F>> {
        let weights = self.network.parameters().into_iter().filter(|p| p.name == "weights");
        weights
            .filter_map(|p| {
                let (sizes, values) = (p.tensor.sizes(), p.tensor.values().ok()?);
                ArrayView2::from_shape((sizes[0], sizes[1]), values).ok()
            })
            .collect()
    }

    /// The biases of each layer (scikit-learn's `intercepts_`).
    pub fn intercepts(&self) -> Vec<ArrayView1<'_, F>> {
        let biases = self.network.parameters().into_iter().filter(|p| p.name == "biases");
        biases.filter_map(|p| p.tensor.values().ok().map(ArrayView1::from)).collect()
    }

    /// How many weights and biases the network has.
    pub fn n_parameters(&self) -> usize {
        self.network.n_parameters()
    }

    /// The probability of each class for each sample (row).
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) if the number of features is not that of the
    /// training data.
    pub fn predict_proba<D: Data<Elem = F>>(&self, x: &ArrayBase<D, Ix2>) -> Result<Array2<F>> {
        self.network.predict_proba(x)
    }

    /// The class with the highest probability for each sample, the first of several.
    ///
    /// # Errors
    /// As [`predict_proba`](Self::predict_proba).
    pub fn predict<D: Data<Elem = F>>(&self, x: &ArrayBase<D, Ix2>) -> Result<Array1<usize>> {
        let probabilities = self.predict_proba(x)?;
        let rows = probabilities.rows().into_iter();
        Ok(rows.map(|row| self.classes[argmax(row.iter().copied())]).collect())
    }
}

impl MlpParams {
    /// Fits the network to a dataset: linfa's [`Fit`] in the types that a notebook uses, so that the
    /// kernel can name the result.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for a hyper-parameter, a feature or labels that cannot be;
    /// [`Error::Shape`](fashion_kernels::Error::Shape) for no samples; [`Error::Diverged`] if the weights run away.
    pub fn fit<F: Descend>(&self, dataset: &Dataset<F>) -> Result<MlpClassifier<F>> {
        self.check_ref()?.fit(dataset)
    }
}

impl<F, D, T> Fit<ArrayBase<D, Ix2>, T, Error> for MlpValidParams
where
    F: Descend,
    D: Data<Elem = F>,
    T: AsTargets<Elem = usize, Ix = Ix1>,
{
    type Object = MlpClassifier<F>;

    fn fit(&self, dataset: &DatasetBase<ArrayBase<D, Ix2>, T>) -> Result<MlpClassifier<F>> {
        let Descended { network, classes, loss_curve, converged, fit_time } =
            F::descend(self, dataset.records().view(), dataset.as_targets())?;
        Ok(MlpClassifier { network, classes, loss_curve, converged, fit_time })
    }
}

impl<F: Infer, D: Data<Elem = F>> PredictInplace<ArrayBase<D, Ix2>, Array1<usize>>
    for MlpClassifier<F>
{
    /// [`MlpClassifier::predict`] for code that is generic over linfa's models.
    ///
    /// # Panics
    /// If the number of features is not that of the training data: the trait has no error.
    fn predict_inplace(&self, x: &ArrayBase<D, Ix2>, y: &mut Array1<usize>) {
        *y = self.predict(x).unwrap_or_else(|error| panic!("{error}"));
    }

    fn default_target(&self, x: &ArrayBase<D, Ix2>) -> Array1<usize> {
        Array1::zeros(x.nrows())
    }
}

impl<F: Infer> Classifier<F> for MlpClassifier<F> {
    fn predict<D: Data<Elem = F>>(&self, x: &ArrayBase<D, Ix2>) -> Result<Array1<usize>> {
        self.predict(x)
    }

    fn predict_proba<D: Data<Elem = F>>(&self, x: &ArrayBase<D, Ix2>) -> Result<Array2<F>> {
        self.predict_proba(x)
    }

    fn n_parameters(&self) -> usize {
        self.n_parameters()
    }

    fn fit_time(&self) -> Option<Duration> {
        Some(self.fit_time())
    }
}

impl<F: Infer> Render for MlpClassifier<F> {
    fn render(&self) -> Bundle {
        let sizes: Vec<String> =
            self.intercepts().iter().map(|biases| biases.len().to_string()).collect();
        let end = if self.converged { "converged" } else { "stopped by max_iter, not converged" };
        let loss = self.loss_curve.last().map_or(String::new(), |loss| format!("{loss:.6}"));
        let table = Table::new("MlpClassifier", ["property", "value"])
            .row(["inputs", &self.network.n_features().to_string()])
            .row(["units per layer", &sizes.join(", ")])
            .row(["parameters", &self.n_parameters().to_string()])
            .row(["epochs", &format!("{} ({end})", self.n_iter())])
            .row(["last loss", &loss]);
        table.render()
    }
}

impl<F: Infer> fmt::Display for MlpClassifier<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render().parts()[0].1)
    }
}
