//! Mean and spread of repeated measurements.

/// The arithmetic mean; not a number for an empty slice.
///
/// ```
/// assert_eq!(fashion::evaluate::mean(&[1.0, 2.0, 6.0]), 3.0);
/// ```
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The standard deviation of a sample, `sqrt(Σ (x - mean)² / (n - 1))`, as NumPy's `std(ddof=1)`;
/// not a number for fewer than two values.
///
/// ```
/// assert_eq!(fashion::evaluate::std_dev(&[1.0, 3.0]), 2.0_f64.sqrt());
/// ```
pub fn std_dev(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return f64::NAN;
    }
    let centre = mean(values);
    let squares: f64 = values.iter().map(|value| (value - centre).powi(2)).sum();
    (squares / (values.len() as f64 - 1.0)).sqrt()
}
