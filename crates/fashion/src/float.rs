//! The element types that the estimators and networks take.

/// `f32` or `f64`.
///
/// Networks train in either; `f64` is what scikit-learn's `MLPClassifier` computes in, `f32` what
/// Keras does.
pub trait Float:
    linfa::Float + dfdx::dtypes::Dtype + fashion_kernels::Float + fashion_svc::Feature
{
}

impl Float for f32 {}
impl Float for f64 {}
