//! Answers in prose whose figures and claims are computed when the notebook runs.
