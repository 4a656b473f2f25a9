//! Sums in a fixed order.

use crate::Float;

/// Σ x², in eight sums that are added up in a fixed order.
pub(super) fn sum_of_squares<E: Float>(values: &[E]) -> f64 {
    let (rows, rest) = values.as_chunks::<8>();
    let mut sums = [E::zero(); 8];
    for row in rows {
        sums.iter_mut().zip(row).for_each(|(sum, &x)| *sum += x * x);
    }
    let rest: E = rest.iter().map(|&x| x * x).sum();
    rest.wide() + sums.into_iter().map(E::wide).sum::<f64>()
}
