//! What a notebook imports: `use fashion::prelude::*;`.

pub use crate::answer::{Answer, Check, PrintedTable, Profile, answer, check};
pub use crate::data::{
    Augmentation, CLASS_NAMES, ClassNames, Corruption, FashionMnist, Images, RandomState,
};
pub use crate::evaluate::{
    Calibration, Candidate, ClassificationReport, ConfusionMatrix, Experiments, Folds, GridSearch,
    GridSearchResults, LearningCurve, LearningCurveResults, McNemar, Measurement, PowerLaw,
    RiskCoverage, Run, label_issues, mean, repeat, std_dev,
};
pub use crate::features::Hog;
pub use crate::nn::{
    Activation, EarlyStopping, History, Initializer, Loss, MlpClassifier, MlpParams, Monitor,
    Network, NetworkParams, Optimizer, ReduceLrOnPlateau, Sequential, Training,
};
pub use crate::show::{
    Bars, ConfusionPlot, Figure, Gallery, HistoryPlot, LineChart, NotebookDisplay, Row, Scatter,
    Table, WeightImages, row, stack,
};
pub use crate::svm::{Gamma, Kernel, LinfaSvm, PairReport, PairsTable, Svc, SvcParams};
pub use crate::{Classifier, Dataset, Error, Result};
pub use fashion_base::interrupt::interrupted;
pub use fashion_base::text::{percent, points, thousands};
pub use fashion_statistics::Direction::{HigherIsBetter, LowerIsBetter};
pub use fashion_statistics::{
    Difference, Interval, Kappa, Runs, Slope, TimeRatio, Verdict, bootstrap_95, holm, per_class,
    ratio_of_times, two_part_difference, two_part_paired_difference, two_part_runs,
};
pub use linfa::traits::Fit;
pub use ndarray::{Array1, Array2, ArrayView1, ArrayView2};
