//! Differentiable operations on dfdx tensors with run-time shapes.
