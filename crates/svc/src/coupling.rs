//! Class probabilities from those of pairs.

use ndarray::{Array1, Array2};

/// Class probabilities `p` that minimise `sum over i != j of (r_ji p_i - r_ij p_j)^2` with sum 1,
/// by Wu, Lin and Weng's second method; `r[[i, j]]` is the probability of i against j.
pub(crate) fn couple(r: &Array2<f64>) -> Array1<f64> {
    let classes = r.nrows();
    // The problem is min p'Qp with Q_tj = -r_jt r_tj and Q_tt = the sum over j of r_jt^2.
    let mut q = -(&r.t() * r);
    for (t, against) in r.columns().into_iter().enumerate() {
        q[[t, t]] = against.dot(&against);
    }
    let mut p = Array1::from_elem(classes, 1.0 / classes as f64);
    let tolerance = 0.005 / classes as f64;
    for _ in 0..classes.max(100) {
        let mut qp = q.dot(&p);
        let mut pqp = p.dot(&qp);
        if qp.iter().all(|&value| (value - pqp).abs() < tolerance) {
            break;
        }
        for t in 0..classes {
            // One coordinate, then back to sum 1; Qp and p'Qp follow.
            let change = (pqp - qp[t]) / q[[t, t]];
            pqp = (pqp + change * (change * q[[t, t]] + 2.0 * qp[t])) / (1.0 + change).powi(2);
            p[t] += change;
            p /= 1.0 + change;
            qp.scaled_add(change, &q.column(t));
            qp /= 1.0 + change;
        }
    }
    p
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    /// From SciPy, by `tests/fixtures/svm/generate.py`.
    #[derive(Deserialize)]
    struct Fixture {
        couplings: Vec<Case>,
    }

    #[derive(Deserialize)]
    struct Case {
        pairwise: Vec<Vec<f64>>,
        probabilities: Vec<f64>,
    }

    #[test]
    fn coupling_solves_its_linear_system() {
        let fixture: Fixture =
            serde_json::from_str(include_str!("../fixtures/platt.json")).unwrap();
        for case in fixture.couplings {
            let classes = case.pairwise.len();
            let pairwise = case.pairwise.concat();
            let p = couple(&Array2::from_shape_vec((classes, classes), pairwise).unwrap());
            assert!((p.sum() - 1.0).abs() < 1e-9);
            for (p, expected) in p.iter().zip(&case.probabilities) {
                // LIBSVM's own stopping rule, a thousandth of a uniform probability or so.
                assert!((p - expected).abs() < 5e-3, "{p} and {expected}");
            }
        }
    }
}
