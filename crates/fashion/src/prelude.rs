//! What a notebook imports: `use fashion::prelude::*;`.

pub use crate::answer::{Answer, Check, Expect, Expect::*, PrintedTable, Profile, answer, check};
pub use crate::data::{Augmentation, CLASS_NAMES, FashionMnist, Images, RandomState};
pub use crate::display::{Table, stack};
pub use crate::metrics::{
    Calibration, ClassificationReport, ConfusionMatrix, McNemar, PowerLaw, RiskCoverage, mean,
    std_dev,
};
pub use crate::mlp::{MlpClassifier, MlpParams};
pub use crate::nn::{
    Activation, EarlyStopping, Experiments, History, Initializer, Loss, Monitor, Network,
    NetworkParams, Optimizer, ReduceLrOnPlateau, Run, Sequential, Training,
};
pub use crate::plot::*;
pub use crate::selection::{
    Candidate, Fitted, Folds, GridSearch, GridSearchResults, LearningCurve, Measurement,
};
pub use crate::svm::{Gamma, Kernel, LinfaSvm, PairReport, PairsTable, Svc, SvcParams};
pub use crate::{Classifier, Dataset, Error, Result};
pub use fashion_base::text::{percent, points, thousands};
pub use linfa::traits::Fit;
pub use ndarray::{Array1, Array2, ArrayView1, ArrayView2};
