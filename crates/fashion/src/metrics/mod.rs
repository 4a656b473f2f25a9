//! Measures of how well a classifier does.
