//! The few distributions that intervals and tests need: statrs's, and expansions where its continued
//! fraction ends too early. Ten digits agree with SciPy's from 0.7 degrees of freedom to a million.

use libm::erfc;
use statrs::distribution::{ChiSquared, Continuous as _, ContinuousCDF as _, Normal, StudentsT};
use statrs::function::beta::beta_reg;

/// From so many degrees of freedom on, Student's t is taken from the normal distribution. The first terms
/// left out of the expansions are below 1e-12 there.
const MANY: f64 = 3000.0;

/// The value that a standard normal variable exceeds with probability `tail`.
pub(crate) fn normal_quantile(tail: f64) -> f64 {
    -Normal::standard().inverse_cdf(tail)
}

/// The value that Student's t with `df` degrees of freedom exceeds with probability `tail`.
///
/// Asked for by the upper tail, which is below one half, because 1 minus a small tail has lost the tail's
/// digits. Not a number where there is no such distribution.
pub(crate) fn t_quantile(tail: f64, df: f64) -> f64 {
    if df > MANY {
        return expanded(normal_quantile(tail), df);
    }
    let Ok(student) = StudentsT::new(0.0, 1.0, df) else { return f64::NAN };
    let first = -student.inverse_cdf(tail);
    // One of Newton's steps, here and below, because statrs's quantiles stop at seven to ten digits.
    first + (t_two_sided(first, df) / 2.0 - tail) / student.pdf(first)
}

/// Cornish and Fisher's expansion of Student's quantile around the normal one (Abramowitz and Stegun,
/// 26.7.5).
fn expanded(z: f64, df: f64) -> f64 {
    let square = z * z;
    let first = z * (square + 1.0) / 4.0;
    let second = z * ((5.0 * square + 16.0) * square + 3.0) / 96.0;
    let third = z * (((3.0 * square + 19.0) * square + 17.0) * square - 15.0) / 384.0;
    z + (first + (second + third / df) / df) / df
}

/// The probability that Student's t with `df` degrees of freedom is at least `t` away from 0.
pub(crate) fn t_two_sided(t: f64, df: f64) -> f64 {
    if t.is_nan() || df.is_nan() || df <= 0.0 {
        return f64::NAN;
    }
    let square = t * t;
    if square == 0.0 || square.is_infinite() {
        return if square == 0.0 { 1.0 } else { 0.0 };
    }
    if df > MANY {
        // libm's, because statrs's has nine to ten digits around 0.5.
        return erfc(normal_deviate(square, df) / std::f64::consts::SQRT_2);
    }
    // Two forms of the same, each where the argument of the incomplete beta function is not close to 1.
    if square < 3.0 {
        1.0 - beta_reg(0.5, df / 2.0, square / (df + square))
    } else {
        beta_reg(df / 2.0, 0.5, df / (df + square))
    }
}

/// The normal deviate with the tail of Student's t, from t² (Hill, *Communications of the ACM* 13, 1970).
fn normal_deviate(square: f64, df: f64) -> f64 {
    if df.is_infinite() {
        return square.sqrt();
    }
    let a = df - 0.5;
    let b = 48.0 * a * a;
    let y = a * (square / df).ln_1p();
    let last = (((-0.4 * y - 3.3) * y - 24.0) * y - 85.5) / (0.8 * y * y + 100.0 + b);
    ((last + y + 3.0) / b + 1.0) * y.sqrt()
}

/// The value that chi-squared with `df` degrees of freedom stays below with probability `p`.
pub(crate) fn chi_squared_quantile(p: f64, df: f64) -> f64 {
    let Ok(chi) = ChiSquared::new(df) else { return f64::NAN };
    let first = chi.inverse_cdf(p);
    first - (chi.cdf(first) - p) / chi.pdf(first)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Fixture {
        /// Degrees of freedom, confidence level, quantile.
        t: Vec<[f64; 3]>,
        /// Degrees of freedom, t, two-sided tail.
        t_two_sided: Vec<[f64; 3]>,
        /// Degrees of freedom, probability, quantile.
        chi_squared: Vec<[f64; 3]>,
        /// Tail, quantile.
        normal: Vec<[f64; 2]>,
    }

    fn expected() -> Fixture {
        let path =
            concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/statistics/statistics.json");
        let text = std::fs::read_to_string(path).expect("the fixture");
        let mut all: BTreeMap<String, serde_json::Value> = serde_json::from_str(&text).unwrap();
        serde_json::from_value(all.remove("distributions").expect("distributions")).unwrap()
    }

    #[track_caller]
    fn assert_close(got: f64, expected: f64, of: &[f64]) {
        assert!((got / expected - 1.0).abs() <= 1e-10, "{of:?}: {got:e} is not {expected:e}");
    }

    #[test]
    fn quantiles_and_tails_equal_scipys() {
        let expected = expected();
        assert!(expected.t.len() > 1000);
        for case @ [df, level, quantile] in expected.t {
            assert_close(t_quantile((1.0 - level) / 2.0, df), quantile, &case);
        }
        for case @ [df, t, tail] in expected.t_two_sided {
            assert_close(t_two_sided(t, df), tail, &case);
            assert_close(t_two_sided(-t, df), tail, &case);
        }
        for case @ [df, p, quantile] in expected.chi_squared {
            assert_close(chi_squared_quantile(p, df), quantile, &case);
        }
        for case @ [tail, quantile] in expected.normal {
            assert_close(normal_quantile(tail), quantile, &case);
        }
    }

    #[test]
    fn the_expansions_meet_the_distribution() {
        for tail in [0.4, 0.025, 1e-4] {
            let quantile = expanded(normal_quantile(tail), MANY);
            assert_close(quantile, t_quantile(tail, MANY), &[tail]);
            let deviate = normal_deviate(quantile * quantile, MANY);
            assert_close(t_two_sided(quantile, MANY), erfc(deviate / 2_f64.sqrt()), &[tail]);
        }
        assert_eq!(t_quantile(0.025, f64::INFINITY), normal_quantile(0.025));
        assert_close(t_two_sided(1.96, f64::INFINITY), erfc(1.96 / 2_f64.sqrt()), &[]);
    }

    #[test]
    fn what_is_no_distribution_gives_no_number() {
        assert!(t_quantile(0.025, 0.0).is_nan());
        assert!(t_quantile(0.025, f64::NAN).is_nan());
        assert!(t_two_sided(1.0, f64::NAN).is_nan());
        assert!(chi_squared_quantile(0.5, 0.0).is_nan());
        assert_eq!(t_two_sided(0.0, 4.0), 1.0);
        assert_eq!(t_two_sided(f64::INFINITY, 4.0), 0.0);
    }
}
