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
    let smaller = only_first.min(only_second);
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
