//! Several tests at once.

use crate::{Error, Result};

/// p-values adjusted for all tests of one table (Holm, *Scandinavian Journal of Statistics* 6, 1979), in
/// the order given: those at most 0.05 are significant, with at most 5 % for a single false one among
/// them.
///
/// The smallest is multiplied by the number of tests k, the next by k - 1 and so on; none becomes
/// smaller than one before it, and none larger than 1.
///
/// ```
/// let adjusted = fashion_statistics::holm(&[0.01, 0.25, 0.03])?;
/// assert_eq!(adjusted, [0.03, 0.25, 0.06]);
/// # Ok::<(), fashion_statistics::Error>(())
/// ```
///
/// # Errors
/// If a p-value does not lie between 0 and 1.
pub fn holm(p_values: &[f64]) -> Result<Vec<f64>> {
    if let Some(p) = p_values.iter().find(|p| !(0.0..=1.0).contains(*p)) {
        return Err(Error::parameter("p_values", "numbers between 0 and 1", p));
    }
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![0.0; p_values.len()];
    let mut largest = 0.0_f64;
    for (place, &test) in order.iter().enumerate() {
        largest = largest.max(p_values[test] * (p_values.len() - place) as f64).min(1.0);
        adjusted[test] = largest;
    }
    Ok(adjusted)
}

#[cfg(test)]
mod tests {
    use super::holm;

    #[test]
    fn no_tests_need_no_adjustment_and_no_p_value_is_an_error() {
        assert!(holm(&[]).unwrap().is_empty());
        assert!(holm(&[0.5, f64::NAN]).is_err() && holm(&[1.5]).is_err());
    }
}
