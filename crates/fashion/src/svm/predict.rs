//! From feature rows to decision values, votes and labels.

use linfa::traits::PredictInplace;
use ndarray::{Array1, Array2, ArrayBase, Data, Ix2};
use rayon::prelude::*;

use super::Svc;
use super::gram::{Element, Tiles, product, ranges};
use super::samples::{Features, Panels, Rows, Support};
use crate::{Classifier, Error, Float, Result};
use fashion_base::threads;

/// Samples per task; fixed, so that results do not depend on the number of threads.
const SHARD: usize = 256;

impl Svc {
    /// The decision value of every pair of classes: (samples, pairs), in the order of
    /// [`pairs`](Self::pairs); positive is a vote for the pair's first class. As scikit-learn's
    /// `decision_function` with shape `ovo`, except for two classes, where it turns the sign.
    ///
    /// One product of the samples with the union of support vectors serves all pairs.
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) if the samples have another number of features than the training data;
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for a feature that is not finite.
    pub fn decision_values<F: Float, D: Data<Elem = F>>(
        &self,
        samples: &ArrayBase<D, Ix2>,
    ) -> Result<Array2<f64>> {
        let width = self.center.len();
        if samples.ncols() != width {
            return Err(Error::shape(
                "Svc predict",
                format!("{width} features, as in training"),
                samples.ncols(),
            ));
        }
        let samples = samples.view();
        threads::run(|| self.decide(self.support.like(samples)))?
    }

    /// The votes for every class: (samples, classes).
    ///
    /// # Errors
    /// As [`decision_values`](Self::decision_values).
    pub fn votes<F: Float, D: Data<Elem = F>>(
        &self,
        samples: &ArrayBase<D, Ix2>,
    ) -> Result<Array2<usize>> {
        Ok(self.count_votes(&self.decision_values(samples)?))
    }

    /// The label of every sample: most votes, among equals the smallest label, as in LIBSVM.
    ///
    /// # Errors
    /// As [`decision_values`](Self::decision_values).
    pub fn predict<F: Float, D: Data<Elem = F>>(
        &self,
        samples: &ArrayBase<D, Ix2>,
    ) -> Result<Array1<usize>> {
        Ok(self.winners(&self.decision_values(samples)?))
    }

    /// How safely each sample got its label: the smallest decision value of the label's class
    /// against the others. Above 1 is outside the margins of all its machines, 0 is a tie, and
    /// below 0 a pair voted against the label.
    ///
    /// # Errors
    /// As [`decision_values`](Self::decision_values).
    pub fn margins<F: Float, D: Data<Elem = F>>(
        &self,
        samples: &ArrayBase<D, Ix2>,
    ) -> Result<Array1<f64>> {
        Ok(self.least_decisions(&self.decision_values(samples)?))
    }

    fn least_decisions(&self, decisions: &Array2<f64>) -> Array1<f64> {
        let labels = self.winners(decisions);
        let margin = |(row, &label): (ndarray::ArrayView1<'_, f64>, &usize)| {
            row.iter().zip(&self.pairs).fold(f64::INFINITY, |least, (&value, pair)| {
                match pair.classes {
                    (first, _) if first == label => least.min(value),
                    (_, second) if second == label => least.min(-value),
                    _ => least,
                }
            })
        };
        decisions.outer_iter().zip(&labels).map(margin).collect()
    }

    fn decide(&self, x: Features) -> Result<Array2<f64>> {
        match (x, &self.support) {
            (Features::F32(x), Support::F32(support)) => self.decide_rows(x, support),
            (Features::F64(x), Support::F64(support)) => self.decide_rows(x, support),
            // `Support::like` gives the precision of the support vectors.
            _ => Err(Error::shape("Svc predict", "the precision of training", "another")),
        }
    }

    fn decide_rows<E: Element>(&self, mut x: Rows<E>, support: &Panels<E>) -> Result<Array2<f64>> {
        let count = self.pairs.len();
        let mut decisions = vec![0.0; x.len() * count];
        x.prepare(&self.center, support.levels.is_some());
        x.check_lengths(|row| row)?;
        let x = &x;
        decisions.par_chunks_mut(SHARD * count).enumerate().for_each_init(
            || (Tiles::new(), Vec::new(), Vec::new()),
            |(tiles, tile, wide), (shard, out)| {
                let rows = shard * SHARD..x.len().min((shard + 1) * SHARD);
                self.decide_shard(tiles, (tile, wide), (x, rows), support, out);
            },
        );
        Array2::from_shape_vec((x.len(), count), decisions)
            .map_err(|_| Error::shape("Svc predict", "rows of decisions", "another number"))
    }

    fn decide_shard<E: Element>(
        &self,
        tiles: &mut Tiles<E>,
        (tile, wide): (&mut Vec<f32>, &mut Vec<f64>),
        (x, rows): (&Rows<E>, std::ops::Range<usize>),
        support: &Panels<E>,
        out: &mut [f64],
    ) {
        let (classes, count) = (self.classes.len(), self.pairs.len());
        let others = classes - 1;
        for row in out.chunks_exact_mut(count) {
            row.iter_mut().zip(&self.pairs).for_each(|(value, pair)| *value = -pair.rho);
        }
        let mut sums = vec![0.0; rows.len() * others];
        for (class, (range, coefficients)) in self.ranges.iter().zip(&self.coefficients).enumerate()
        {
            sums.fill(0.0);
            for part in ranges(range.len()) {
                let columns = range.start + part.start..range.start + part.end;
                tile.resize(rows.len() * part.len(), 0.0);
                let start = |at| at * part.len();
                tiles.compute(self.kernel, x, rows.clone(), support, columns, (&mut *tile, start));
                // Sums over thousands of support vectors need more digits than the terms.
                wide.clear();
                wide.extend(tile.iter().map(|&value| f64::from(value)));
                let weights = &coefficients[part.start * others..part.end * others];
                product(wide, weights, [part.len(), others], &mut sums, true);
            }
            for (out, sums) in out.chunks_exact_mut(count).zip(sums.chunks_exact(others)) {
                for (column, &sum) in sums.iter().enumerate() {
                    let other = if column < class { column } else { column + 1 };
                    out[pair_index(class.min(other), class.max(other), classes)] += sum;
                }
            }
        }
    }

    pub(super) fn count_votes(&self, decisions: &Array2<f64>) -> Array2<usize> {
        let classes = self.classes.len();
        let mut votes = Array2::zeros((decisions.nrows(), classes));
        for (mut votes, decisions) in votes.outer_iter_mut().zip(decisions.outer_iter()) {
            let mut values = decisions.iter();
            for first in 0..classes {
                for second in first + 1..classes {
                    let positive = values.next().is_some_and(|&value| value > 0.0);
                    votes[if positive { first } else { second }] += 1;
                }
            }
        }
        votes
    }

    fn winners(&self, decisions: &Array2<f64>) -> Array1<usize> {
        let votes = self.count_votes(decisions);
        let winner = |row: ndarray::ArrayView1<'_, usize>| {
            let best = row.iter().enumerate().rev().max_by_key(|&(_, &count)| count);
            self.classes[best.map_or(0, |(class, _)| class)]
        };
        votes.outer_iter().map(winner).collect()
    }
}

/// The place of the pair (first, second) among all pairs.
fn pair_index(first: usize, second: usize, classes: usize) -> usize {
    first * (2 * classes - first - 1) / 2 + second - first - 1
}

impl<F: Float, D: Data<Elem = F>> PredictInplace<ArrayBase<D, Ix2>, Array1<usize>> for Svc {
    /// [`Svc::predict`] for code that is generic over linfa's models.
    ///
    /// # Panics
    /// Where [`Svc::predict`] gives an error: linfa's trait has no room for one.
    fn predict_inplace(&self, samples: &ArrayBase<D, Ix2>, labels: &mut Array1<usize>) {
        *labels = self.predict(samples).unwrap_or_else(|error| panic!("{error}"));
    }

    fn default_target(&self, samples: &ArrayBase<D, Ix2>) -> Array1<usize> {
        Array1::zeros(samples.nrows())
    }
}

impl<F: Float> Classifier<F> for Svc {
    fn predict<D: Data<Elem = F>>(&self, samples: &ArrayBase<D, Ix2>) -> Result<Array1<usize>> {
        self.predict(samples)
    }

    fn predict_proba<D: Data<Elem = F>>(&self, samples: &ArrayBase<D, Ix2>) -> Result<Array2<F>> {
        Ok(self.predict_proba(samples)?.mapv(F::cast))
    }

    fn n_parameters(&self) -> usize {
        self.support_vectors() * (self.features() + self.classes().len() - 1)
    }

    fn fit_time(&self) -> std::time::Duration {
        std::time::Duration::from_secs_f64(self.seconds())
    }
}

#[cfg(test)]
mod tests {
    use super::pair_index;

    #[test]
    fn pairs_are_numbered_row_by_row() {
        let mut expected = 0;
        for first in 0..7 {
            for second in first + 1..7 {
                assert_eq!(pair_index(first, second, 7), expected);
                expected += 1;
            }
        }
    }
}
