//! Platt's sigmoid: a probability from a decision value.

/// `1 / (1 + exp(a decision + b))`
pub(crate) fn sigmoid(decision: f64, (a, b): (f64, f64)) -> f64 {
    let x = decision * a + b;
    // Either form never overflows on its side.
    if x >= 0.0 { (-x).exp() / (1.0 + (-x).exp()) } else { 1.0 / (1.0 + x.exp()) }
}

/// Minimises the cross-entropy of the sigmoid by Newton's method with backtracking, against
/// Platt's targets `(n1 + 1) / (n1 + 2)` and `1 / (n2 + 2)` (Lin, Lin and Weng 2007).
///
/// The first `positive` decisions belong to the first class.
pub(crate) fn fit_sigmoid(decisions: &[f64], positive: usize) -> (f64, f64) {
    const RIDGE: f64 = 1e-12;
    let (n1, n2) = (positive as f64, (decisions.len() - positive) as f64);
    let target = |k: usize| if k < positive { (n1 + 1.0) / (n1 + 2.0) } else { 1.0 / (n2 + 2.0) };
    let loss = |(a, b): (f64, f64)| -> f64 {
        decisions
            .iter()
            .enumerate()
            .map(|(k, &f)| {
                let x = f * a + b;
                // t x + log(1 + exp(-x)) in the form that does not overflow.
                if x >= 0.0 {
                    target(k) * x + (-x).exp().ln_1p()
                } else {
                    (target(k) - 1.0) * x + x.exp().ln_1p()
                }
            })
            .sum()
    };
    let mut ab = (0.0, ((n2 + 1.0) / (n1 + 1.0)).ln());
    let mut value = loss(ab);
    for _ in 0..100 {
        let (mut h11, mut h22, mut h21) = (RIDGE, RIDGE, 0.0);
        let (mut g1, mut g2) = (0.0, 0.0);
        for (k, &f) in decisions.iter().enumerate() {
            let p = sigmoid(f, ab);
            let (slope, curvature) = (target(k) - p, p * (1.0 - p));
            h11 += f * f * curvature;
            h22 += curvature;
            h21 += f * curvature;
            g1 += f * slope;
            g2 += slope;
        }
        if g1.abs() < 1e-5 && g2.abs() < 1e-5 {
            break;
        }
        let determinant = h11 * h22 - h21 * h21;
        let step = (-(h22 * g1 - h21 * g2) / determinant, -(h11 * g2 - h21 * g1) / determinant);
        let descent = g1 * step.0 + g2 * step.1;
        let mut length = 1.0;
        let accepted = loop {
            let next = (ab.0 + length * step.0, ab.1 + length * step.1);
            let next_value = loss(next);
            if next_value < value + 1e-4 * length * descent {
                break Some((next, next_value));
            }
            length /= 2.0;
            if length < 1e-10 {
                break None;
            }
        };
        match accepted {
            Some((next, next_value)) => (ab, value) = (next, next_value),
            None => break,
        }
    }
    ab
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    /// From SciPy, by `tests/fixtures/svm/generate.py`.
    #[derive(Deserialize)]
    struct Fixture {
        sigmoids: Vec<Case>,
    }

    #[derive(Deserialize)]
    struct Case {
        decisions: Vec<f64>,
        first: usize,
        ab: (f64, f64),
    }

    #[test]
    fn sigmoids_are_where_another_optimiser_finds_them() {
        let fixture: Fixture =
            serde_json::from_str(include_str!("../fixtures/platt.json")).unwrap();
        for case in fixture.sigmoids {
            let (a, b) = fit_sigmoid(&case.decisions, case.first);
            let error = (a - case.ab.0).abs().max((b - case.ab.1).abs());
            assert!(error < 1e-5, "({a}, {b}) and {:?}", case.ab);
        }
    }
}
