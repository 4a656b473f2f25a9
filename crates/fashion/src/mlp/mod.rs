//! A multi-layer perceptron with scikit-learn's semantics.
