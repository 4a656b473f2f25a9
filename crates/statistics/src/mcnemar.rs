//! Two fitted models, on the images where only one of them is right.

/// McNemar's exact test: the two-sided p-value for `only_first` images that only the first gets right and
/// `only_second` that only the second does, twice the binomial tail of the smaller with probability 1/2,
/// at most 1 (*Psychometrika* 12, 1947).
///
/// It is about these two fits, not about the procedures that made them.
///
/// ```
/// assert!(fashion_statistics::mcnemar_exact(3, 14) < 0.05);
/// assert_eq!(fashion_statistics::mcnemar_exact(0, 0), 1.0);
/// ```
pub fn mcnemar_exact(only_first: usize, only_second: usize) -> f64 {
    /// From here on the sum has too many terms, and the normal distribution is as exact.
    const MANY: usize = 10_000_000;
    let smaller = only_first.min(only_second);
    if smaller > MANY {
        let (first, second) = (only_first as f64, only_second as f64);
        let distance = ((first - second).abs() - 1.0).max(0.0) / (first + second).sqrt();
        return libm::erfc(distance / std::f64::consts::SQRT_2);
    }
    (2.0 * half_binomial_tail(smaller, only_first.saturating_add(only_second))).min(1.0)
}

/// The probability of at most `k` heads in `n` throws of a fair coin, as a sum of its terms.
fn half_binomial_tail(k: usize, n: usize) -> f64 {
    // Powers of two are exact, so terms far below f64's smallest number keep their precision when
    // the exponent is carried apart.
    const STEP: i32 = 512;
    let scale = 2f64.powi(-STEP);
    let (mut term, mut sum) = (1.0, 1.0);
    let mut exponent = -(n as i64);
    for i in 1..=k.min(n) {
        term *= (n + 1 - i) as f64 / i as f64;
        sum += term;
        if sum > 2f64.powi(STEP) {
            term *= scale;
            sum *= scale;
            exponent += i64::from(STEP);
        }
    }
    // In steps, because 2^exponent alone may be too small to be held.
    while exponent < -i64::from(STEP) && sum > 0.0 {
        sum *= scale;
        exponent += i64::from(STEP);
    }
    sum * 2f64.powi(exponent as i32)
}

#[cfg(test)]
mod tests {
    use super::mcnemar_exact;

    /// A count of a thousand billions was summed up term by term.
    #[test]
    fn counts_of_any_size_have_a_value_at_once() {
        assert_eq!(mcnemar_exact(1 << 52, 1 << 52), 1.0);
        assert!(mcnemar_exact(usize::MAX, 1 << 50) < 1e-300);
        // Both ways agree where they meet.
        let (sum, normal) =
            (mcnemar_exact(10_000_000, 10_009_000), mcnemar_exact(10_000_001, 10_009_001));
        assert!((sum / normal - 1.0).abs() < 1e-3, "{sum} and {normal}");
    }
}
