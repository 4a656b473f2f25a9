//! The machine of two classes that decided, and the support vectors that it decided by.

use fashion::Result;
use fashion::ndarray::{ArrayView1, ArrayView2};
use fashion::svm::{Kernel, Svc};

use crate::models::CLASSES;

/// What one support vector adds to a decision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pull {
    /// Its number among the support vectors.
    pub vector: usize,
    /// Its class.
    pub class: usize,
    /// The kernel value K(z, x), which is 1 for the same picture.
    pub similarity: f64,
    /// Its multiplier, from 0 to C.
    pub weight: f64,
}

/// One pair's decision f(x) = sum of (weight times similarity, negative for the rival) - rho.
#[derive(Debug, Clone, PartialEq)]
pub struct Duel {
    /// The class that the machines voted for.
    pub winner: usize,
    /// The class that it is compared with.
    pub rival: usize,
    /// The decision value; positive for the winner.
    pub value: f64,
    /// What is added to the pulls of both sides.
    pub offset: f64,
    /// What the support vectors of the winner and of the rival add up to.
    pub sums: [f64; 2],
    /// Those of both classes that pull at all, strongest first.
    pub pulls: Vec<Pull>,
}

impl Duel {
    /// The decision on a picture between the class with the most votes and the rival, or without one the
    /// class that comes closest; `vectors` are the machine's
    /// [support vectors](Svc::support_levels). `None` for a rival that is the winner, or for a machine
    /// without a radial kernel on ten classes.
    ///
    /// # Errors
    /// [`Error::Svc`](fashion::Error::Svc) for a picture of another size.
    pub fn new(
        svm: &Svc,
        vectors: ArrayView2<'_, u8>,
        picture: ArrayView1<'_, u8>,
        rival: Option<usize>,
    ) -> Result<Option<Self>> {
        let sample = picture.insert_axis(fashion::ndarray::Axis(0));
        let (winner, decisions) = (svm.predict(&sample)?[0], svm.decision_function(&sample)?);
        let Kernel::Rbf { gamma } = svm.kernel() else { return Ok(None) };
        // The value for `winner` against each other class, and what the machine adds to it.
        let against = |other: usize| {
            let sign = if winner < other { 1.0 } else { -1.0 };
            let classes = (winner.min(other), winner.max(other));
            let pair = svm.pairs().iter().position(|pair| pair.classes == classes)?;
            Some((sign * decisions[[0, pair]], -sign * svm.pairs()[pair].rho))
        };
        let closest = || {
            let values = (0..CLASSES).filter_map(|other| Some((against(other)?.0, other)));
            values.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, other)| other)
        };
        let Some(rival) = rival.or_else(closest) else { return Ok(None) };
        let Some((value, offset)) = against(rival) else { return Ok(None) };

        let mut pulls = Vec::new();
        let mut start = 0;
        let mut sums = [0.0; 2];
        for (class, count) in svm.support_vectors_per_class().into_iter().enumerate() {
            for (side, (own, other)) in [(winner, rival), (rival, winner)].into_iter().enumerate() {
                let Some(weights) = svm.coefficients(class).filter(|_| class == own) else {
                    continue;
                };
                let column = if other < own { other } else { other - 1 };
                for (at, weight) in weights.column(column).into_iter().enumerate() {
                    if *weight == 0.0 {
                        continue;
                    }
                    let similarity =
                        (-gamma.value() * distance(vectors.row(start + at), picture)).exp();
                    let pull = Pull { vector: start + at, class, similarity, weight: weight.abs() };
                    sums[side] += pull.strength();
                    pulls.push(pull);
                }
            }
            start += count;
        }
        pulls.sort_by(|a, b| b.strength().total_cmp(&a.strength()));
        Ok(Some(Self { winner, rival, value, offset, sums, pulls }))
    }
}

impl Pull {
    /// What it adds for its class: weight times similarity.
    pub fn strength(&self) -> f64 {
        self.weight * self.similarity
    }
}

/// The squared distance of two pictures whose white is 1.
fn distance(a: ArrayView1<'_, u8>, b: ArrayView1<'_, u8>) -> f64 {
    let square = |(&a, &b): (&u8, &u8)| {
        let difference = i32::from(a) - i32::from(b);
        difference * difference
    };
    f64::from(a.iter().zip(b).map(square).sum::<i32>()) / (255.0 * 255.0)
}
