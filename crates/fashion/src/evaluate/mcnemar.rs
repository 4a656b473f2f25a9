//! Do two classifiers differ, on the samples where only one of them is right?

use super::counts::total;
use crate::data::{AsLabels, correct};
use crate::show::{Bundle, Render, Table};
use crate::{Error, Result};
use fashion_base::text::thousands;
use fashion_statistics::mcnemar_exact;

/// McNemar's test for two classifiers on the same samples (*Psychometrika* 12, 1947).
///
/// Under the null hypothesis both have the same error rate, so a sample that only one gets right
/// is as likely to be the one's as the other's.
///
/// ```
/// use fashion::evaluate::McNemar;
///
/// # fn main() -> fashion::Result<()> {
/// let test = McNemar::from_table([[8600, 330], [280, 790]])?;
/// assert!(test.corrected().p_value < 0.05);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct McNemar {
    table: [[usize; 2]; 2],
}

/// A test statistic and how likely one at least as extreme is under the null hypothesis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SignificanceTest {
    /// The statistic.
    pub statistic: f64,
    /// The two-sided p-value.
    pub p_value: f64,
}

impl McNemar {
    /// The test for the predictions of two classifiers.
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) unless both have one prediction for each label, and there are at least 2.
    pub fn new<T, A, B>(truth: &T, first: &A, second: &B) -> Result<Self>
    where
        T: AsLabels + ?Sized,
        A: AsLabels + ?Sized,
        B: AsLabels + ?Sized,
    {
        Self::from_correct(&correct(truth, first)?, &correct(truth, second)?)
    }

    /// The test for two lists that say for each sample whether the prediction is right.
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) unless both have the same length, at least 2.
    pub fn from_correct(first: &[bool], second: &[bool]) -> Result<Self> {
        if first.len() != second.len() {
            let expected = format!("{} predictions of the second classifier", first.len());
            return Err(Error::shape("McNemar", expected, second.len()));
        }
        let mut table = [[0; 2]; 2];
        for (&first, &second) in first.iter().zip(second) {
            table[usize::from(!first)][usize::from(!second)] += 1;
        }
        Self::from_table(table)
    }

    /// The test for a table of counts: rows for the first classifier, right and wrong; columns for
    /// the second.
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) if it counts fewer than 2 samples.
    pub fn from_table(table: [[usize; 2]; 2]) -> Result<Self> {
        let samples = total("table", table.as_flattened())?;
        if samples < 2 {
            return Err(Error::shape("McNemar", "at least 2 samples", samples));
        }
        Ok(Self { table })
    }

    /// The counts: rows for the first classifier, right and wrong; columns for the second.
    pub fn table(&self) -> [[usize; 2]; 2] {
        self.table
    }

    /// How many samples only the first classifier gets right.
    pub fn only_first(&self) -> usize {
        self.table[0][1]
    }

    /// How many samples only the second classifier gets right.
    pub fn only_second(&self) -> usize {
        self.table[1][0]
    }

    fn total(&self) -> usize {
        self.table.iter().flatten().sum()
    }

    /// The exact test: the statistic is the smaller of the two counts, which is binomial with
    /// probability 1/2 under the null hypothesis. Prefer it below about 25 samples that differ.
    pub fn exact(&self) -> SignificanceTest {
        let smaller = self.only_first().min(self.only_second());
        let p_value = mcnemar_exact(self.only_first(), self.only_second());
        SignificanceTest { statistic: smaller as f64, p_value }
    }

    /// The chi-squared test with the continuity correction of Edwards:
    /// `(|b - c| - 1)^2 / (b + c)` with one degree of freedom.
    ///
    /// Where nothing differs, statistic 0 and p-value 1.
    pub fn corrected(&self) -> SignificanceTest {
        let (b, c) = (self.only_first(), self.only_second());
        if b + c == 0 {
            return SignificanceTest { statistic: 0.0, p_value: 1.0 };
        }
        let statistic = (b.abs_diff(c) as f64 - 1.0).powi(2) / (b + c) as f64;
        // The upper tail of chi-squared with one degree of freedom.
        SignificanceTest { statistic, p_value: libm::erfc((statistic / 2.0).sqrt()) }
    }

    /// The error rate of the first classifier minus that of the second.
    pub fn difference(&self) -> f64 {
        (self.only_second() as f64 - self.only_first() as f64) / self.total() as f64
    }

    /// The 95 % confidence interval of [`difference`](Self::difference): mean of the paired
    /// differences plus or minus 1.96 standard errors.
    pub fn interval_95(&self) -> (f64, f64) {
        const QUANTILE: f64 = 1.959_963_984_540_054;
        let n = self.total() as f64;
        let mean = self.difference();
        let squares = (self.only_first() + self.only_second()) as f64;
        let variance = (squares - n * mean * mean) / (n - 1.0);
        let half = QUANTILE * (variance / n).sqrt();
        (mean - half, mean + half)
    }
}

/// A p-value as far as anyone reads it.
fn in_words(p: f64) -> String {
    match p {
        ..1e-6 => "< 0.000001".to_owned(),
        ..0.001 => format!("= {p:.6}"),
        _ => format!("= {p:.3}"),
    }
}

impl Render for McNemar {
    fn render(&self) -> Bundle {
        let [[both, first], [second, neither]] = self.table;
        let (exact, corrected) = (self.exact(), self.corrected());
        let (low, high) = self.interval_95();
        let result = format!(
            "McNemar: exact p {}; chi-squared {:.3} (corrected), p {}; error of the first minus \
             the second {:+.4}, 95 % interval {low:+.4} to {high:+.4}",
            in_words(exact.p_value),
            corrected.statistic,
            in_words(corrected.p_value),
            self.difference()
        );
        Table::new("", ["", "second right", "second wrong"])
            .row(["first right".to_owned(), thousands(both), thousands(first)])
            .row(["first wrong".to_owned(), thousands(second), thousands(neither)])
            .caption(result)
            .render()
    }
}

impl std::fmt::Display for McNemar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.render().parts()[0].1)
    }
}
