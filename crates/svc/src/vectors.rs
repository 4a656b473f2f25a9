//! The support vectors of a fitted classifier, to look at.

use ndarray::{Array2, ArrayView2};

use crate::model::Svc;
use crate::samples::Support;

impl Svc {
    /// The grey levels of the support vectors, by class as [`support_indices`](Self::support_indices):
    /// (support vectors, features); `None` unless the model computes with
    /// [grey levels](Self::grey_levels).
    pub fn support_levels(&self) -> Option<Array2<u8>> {
        let Support::Levels(panels) = &self.support else { return None };
        let rows = panels.iter().flat_map(|panel| panel.levels.rows()).collect();
        Array2::from_shape_vec((self.indices.len(), self.n_features), rows).ok()
    }

    /// The weights `y a` of the support vectors of the class at this position of
    /// [`classes`](Self::classes): (its support vectors, other classes), with the other classes in order
    /// and this one left out. Positive weights vote for the first class of a pair, negative ones for the
    /// second; 0 is a sample that supports other machines only. `None` if there is no such position.
    ///
    /// The decision value of a pair is the sum of weight times kernel value over both classes' vectors,
    /// minus the pair's `rho`.
    pub fn coefficients(&self, class: usize) -> Option<ArrayView2<'_, f64>> {
        let shape = (self.ranges.get(class)?.len(), self.classes.len() - 1);
        ArrayView2::from_shape(shape, self.coefficients.get(class)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use linfa::Dataset;
    use ndarray::Array1;

    use super::*;
    use crate::kernel::Kernel;

    /// What is shown of a machine is what it decides with.
    #[test]
    fn weights_and_vectors_add_up_to_the_decision_values() {
        let levels = Array2::from_shape_fn((90, 6), |(i, j)| ((i * 6 + j) * 7919 % 251) as u8);
        let labels = Array1::from_shape_fn(90, |i| [2, 5, 7][i * 31 % 7 % 3]);
        let train = Dataset::new(levels.clone(), labels);
        let gamma = 0.5;
        let machine = Svc::params().c(3.0).kernel(Kernel::rbf(gamma)).fit(&train).unwrap();
        let vectors = machine.support_levels().unwrap();
        let decisions = machine.decision_function(&levels).unwrap();
        let per_class = machine.support_vectors_per_class();
        let starts = [0, per_class[0], per_class[0] + per_class[1]];
        let kernel = |a: usize, b: usize| {
            let pairs = levels.row(a).into_iter().zip(vectors.row(b));
            let square = |(&a, &b): (&u8, &u8)| ((f64::from(a) - f64::from(b)) / 255.0).powi(2);
            (-gamma * pairs.map(square).sum::<f64>()).exp()
        };
        for (pair, (first, second)) in [(0, 1), (0, 2), (1, 2)].into_iter().enumerate() {
            for sample in 0..90 {
                let mut sum = -machine.pairs()[pair].rho;
                for (class, column) in [(first, second - 1), (second, first)] {
                    let weights = machine.coefficients(class).unwrap();
                    for (at, weight) in weights.column(column).into_iter().enumerate() {
                        sum += weight * kernel(sample, starts[class] + at);
                    }
                }
                assert!((sum - decisions[[sample, pair]]).abs() < 1e-4, "{sample} {pair}");
            }
        }
        assert!(machine.coefficients(3).is_none());
        let floats = Dataset::new(levels.mapv(|v| f64::from(v) / 9.0), train.targets().clone());
        assert!(Svc::params().fit(&floats).unwrap().support_levels().is_none());
    }
}
