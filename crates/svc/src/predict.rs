//! From feature rows to decision values, votes and labels.

use std::ops::Range;

use fashion_base::{interrupt, memory, threads};
use fashion_kernels::Float;
use fashion_kernels::matmul::product;
use fashion_kernels::path;
use fashion_kernels::threads::for_each_piece_with;
use linfa::DatasetBase;
use linfa::dataset::{AsTargets, Records as _};
use linfa::traits::PredictInplace;
use ndarray::{Array1, Array2, ArrayBase, ArrayView1, ArrayView2, Data, Ix1, Ix2};

use crate::classes::{pair_index, tiles};
use crate::error::{Error, Result};
use crate::feature::{Feature, Precision, Rows};
use crate::floats::Floats;
use crate::levels::Levels;
use crate::model::Svc;
use crate::samples::{FloatSupport, Support};
use crate::space::{Kernels, Space, Tiles};

/// Samples per task; fixed, so that results do not depend on the number of threads.
const SHARD: usize = 256;
/// So many products take long enough to be interrupted.
const LONG: usize = 1 << 28;

impl Svc {
    /// The decision value of every pair of classes: (samples, pairs), in the order of
    /// [`pairs`](Self::pairs); positive is a vote for the pair's first class. As scikit-learn's
    /// `decision_function` with shape `ovo`, except for two classes, where it turns the sign.
    ///
    /// One product of the samples with the union of support vectors serves all pairs.
    ///
    /// # Errors
    /// If the samples have another number of features than the training data, or a feature is not
    /// finite.
    pub fn decision_function<F: Feature, D: Data<Elem = F>>(
        &self,
        samples: &ArrayBase<D, Ix2>,
    ) -> Result<Array2<f64>> {
        if samples.ncols() != self.n_features {
            return Err(Error::shape(
                "Svc predict",
                format!("{} features, as in training", self.n_features),
                samples.ncols(),
            ));
        }
        self.decisions(F::rows(samples.view()))
    }

    /// The votes for every class: (samples, classes).
    ///
    /// # Errors
    /// As [`decision_function`](Self::decision_function).
    pub fn votes<F: Feature, D: Data<Elem = F>>(
        &self,
        samples: &ArrayBase<D, Ix2>,
    ) -> Result<Array2<usize>> {
        Ok(self.count_votes(&self.decision_function(samples)?))
    }

    /// The label of every sample: most votes, among equals the smallest label, as in LIBSVM.
    ///
    /// # Errors
    /// As [`decision_function`](Self::decision_function).
    pub fn predict<F: Feature, D: Data<Elem = F>>(
        &self,
        samples: &ArrayBase<D, Ix2>,
    ) -> Result<Array1<usize>> {
        Ok(self.winners(&self.decision_function(samples)?))
    }

    /// How safely each sample got its label: the smallest decision value of the label's class
    /// against the others. Above 1 is outside the margins of all its machines, 0 is a tie, and
    /// below 0 a pair voted against the label.
    ///
    /// # Errors
    /// As [`decision_function`](Self::decision_function).
    pub fn margins<F: Feature, D: Data<Elem = F>>(
        &self,
        samples: &ArrayBase<D, Ix2>,
    ) -> Result<Array1<f64>> {
        Ok(self.least_decisions(&self.decision_function(samples)?))
    }

    fn least_decisions(&self, decisions: &Array2<f64>) -> Array1<f64> {
        let labels = self.winners(decisions);
        let margin = |(row, &label): (ArrayView1<'_, f64>, &usize)| {
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

    /// The share of samples whose label is predicted right.
    ///
    /// # Errors
    /// As [`decision_function`](Self::decision_function), and for a dataset without samples or with
    /// another number of labels.
    pub fn score<F, D, T>(&self, dataset: &DatasetBase<ArrayBase<D, Ix2>, T>) -> Result<f64>
    where
        F: Feature,
        D: Data<Elem = F>,
        T: AsTargets<Elem = usize, Ix = Ix1>,
    {
        let targets = dataset.as_targets();
        let count = dataset.nsamples();
        if count == 0 || targets.len() != count {
            let expected = format!("one label for each of {} samples", count.max(1));
            return Err(Error::shape("Svc score", expected, targets.len()));
        }
        let labels = self.predict(dataset.records())?;
        let right = labels.iter().zip(targets).filter(|(label, truth)| label == truth).count();
        Ok(right as f64 / count as f64)
    }

    fn decisions(&self, samples: Rows<'_>) -> Result<Array2<f64>> {
        threads::run(|| match samples {
            Rows::F32(samples) => self.decide(samples),
            Rows::F64(samples) => self.decide(samples),
            Rows::Levels(samples) => self.decide(samples),
        })?
    }

    fn decide<F: Feature>(&self, records: ArrayView2<'_, F>) -> Result<Array2<f64>> {
        let path = path::Kernels::Auto.path()?;
        let order: Vec<usize> = (0..records.nrows()).collect();
        match &self.support {
            Support::F32(support) => self.decide_floats(path, support, records, &order),
            Support::F64(support) => self.decide_floats(path, support, records, &order),
            Support::Levels(panels) => match Levels::gather(path, records, &order) {
                Some(x) => self.decide_rows(path, &x, panels),
                None => {
                    let (form, width) = ((path, self.kernel), self.n_features);
                    match F::PRECISION {
                        Precision::F32 => {
                            let support =
                                FloatSupport::<f32>::of_levels(form, panels, width, &self.ranges);
                            self.decide_floats(path, &support, records, &order)
                        }
                        Precision::F64 => {
                            let support =
                                FloatSupport::<f64>::of_levels(form, panels, width, &self.ranges);
                            self.decide_floats(path, &support, records, &order)
                        }
                    }
                }
            },
        }
    }

    fn decide_floats<F: Feature, E: Float>(
        &self,
        path: path::InstructionSet,
        support: &FloatSupport<E>,
        records: ArrayView2<'_, F>,
        order: &[usize],
    ) -> Result<Array2<f64>> {
        let x: Floats<E> = support.like(records, order);
        x.check_lengths(|row| row)?;
        self.decide_rows(path, &x, &support.panels)
    }

    fn decide_rows<S: Space>(
        &self,
        path: path::InstructionSet,
        x: &S,
        support: &[S::Panel],
    ) -> Result<Array2<f64>> {
        let count = self.pairs.len();
        let kernels = Kernels { path, kernel: self.kernel };
        memory::check("decision values", memory::bytes_of::<f64>(&[x.len(), count]))?;
        let mut decisions = vec![0.0; x.len() * count];
        let cost = x.len().saturating_mul(self.indices.len()).saturating_mul(self.n_features);
        let _listening = (cost >= LONG).then(interrupt::listen);
        for_each_piece_with(
            (&mut decisions, SHARD * count),
            cost,
            || (Tiles::new(), Vec::new(), Vec::new()),
            |(tiles, tile, wide), shard, out| {
                if interrupt::is_asked() {
                    return;
                }
                let rows = shard * SHARD..x.len().min((shard + 1) * SHARD);
                self.decide_shard((kernels, tiles), (tile, wide), (x, rows), support, out);
            },
        );
        interrupt::check("Svc predict")?;
        Array2::from_shape_vec((x.len(), count), decisions)
            .map_err(|_| Error::shape("Svc predict", "rows of decisions", "another number"))
    }

    fn decide_shard<S: Space>(
        &self,
        (kernels, buffers): (Kernels, &mut Tiles<S>),
        (tile, wide): (&mut Vec<f32>, &mut Vec<f64>),
        (x, rows): (&S, Range<usize>),
        support: &[S::Panel],
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
            for part in tiles(range.len()) {
                let panel = (support, range.start + part.start);
                tile.resize(rows.len() * part.len(), 0.0);
                let start = |at| at * part.len();
                buffers.compute(kernels, (x, rows.clone()), panel, (&mut *tile, start));
                // Sums over thousands of support vectors need more digits than the terms.
                wide.clear();
                wide.extend(tile.iter().map(|&value| f64::from(value)));
                let weights = &coefficients[part.start * others..part.end * others];
                product((rows.len(), part.len(), others), wide, weights, &mut sums, true);
            }
            for (out, sums) in out.chunks_exact_mut(count).zip(sums.chunks_exact(others)) {
                for (column, &sum) in sums.iter().enumerate() {
                    let other = if column < class { column } else { column + 1 };
                    out[pair_index(class.min(other), class.max(other), classes)] += sum;
                }
            }
        }
    }

    pub(crate) fn count_votes(&self, decisions: &Array2<f64>) -> Array2<usize> {
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
        let winner = |row: ArrayView1<'_, usize>| {
            let best = row.iter().enumerate().rev().max_by_key(|&(_, &count)| count);
            self.classes[best.map_or(0, |(class, _)| class)]
        };
        votes.outer_iter().map(winner).collect()
    }
}

impl<F: Feature, D: Data<Elem = F>> PredictInplace<ArrayBase<D, Ix2>, Array1<usize>> for Svc {
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
