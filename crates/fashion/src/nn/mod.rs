//! Networks built at run time on dfdx.

pub mod ops;
