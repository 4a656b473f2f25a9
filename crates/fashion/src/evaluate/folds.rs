//! Which samples are held out in which round of a cross-validation.
//!
//! Three rules, all without regard to the features:
//!
//! - **k-fold** cuts the samples, in their order, into `k` blocks; the first `n % k` blocks have
//!   one sample more.
//! - **stratified** (scikit-learn since 0.22) deals the samples, sorted by class, to the folds in
//!   turn, which fixes how many of each class a fold gets; then each class fills its places in
//!   order. Fold sizes differ by at most one.
//! - **stratified before 0.22** (scikit-learn up to 0.21) cuts each class on its own by the k-fold
//!   rule. Every class whose size `k` does not divide gives its extra samples to the *first*
//!   folds, so fold sizes differ by up to the number of classes. Those versions therefore weighted
//!   the test scores of the folds by their sizes (`iid=True`).

use crate::data::{AsLabels, RandomState};
use crate::{Error, Result};

/// Indices of the samples of one round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// The samples to fit on, ascending.
    pub train: Vec<usize>,
    /// The samples that are held out, ascending.
    pub test: Vec<usize>,
}

/// A rule that assigns each sample to the fold in which it is held out.
///
/// ```
/// use fashion::evaluate::Folds;
///
/// # fn main() -> fashion::Result<()> {
/// let folds = Folds::stratified(2).split(&[0, 0, 1, 1])?;
/// assert_eq!(folds[0].test, [0, 2]);
/// assert_eq!(folds[0].train, [1, 3]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folds {
    rule: Rule,
    k: usize,
    seed: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    KFold,
    Stratified,
    StratifiedBefore022,
}

impl Folds {
    /// `k` blocks of samples, as scikit-learn's `KFold(k)`.
    pub fn k_fold(k: usize) -> Self {
        Self { rule: Rule::KFold, k, seed: None }
    }

    /// `k` folds with the classes in equal proportion, as `StratifiedKFold(k)` of scikit-learn
    /// since 0.22.
    pub fn stratified(k: usize) -> Self {
        Self { rule: Rule::Stratified, k, seed: None }
    }

    /// `k` folds, each class cut on its own, as `StratifiedKFold(k)` of scikit-learn before 0.22.
    pub fn stratified_before_0_22(k: usize) -> Self {
        Self { rule: Rule::StratifiedBefore022, k, seed: None }
    }

    /// The same rule with the samples shuffled first, as `shuffle=True, random_state=seed`.
    ///
    /// Not for [`stratified_before_0_22`](Self::stratified_before_0_22).
    #[must_use]
    pub fn shuffled(mut self, seed: u32) -> Self {
        self.seed = Some(seed);
        self
    }

    /// How many folds there are.
    pub fn k(&self) -> usize {
        self.k
    }

    /// The `k` rounds for samples with these labels.
    ///
    /// A class with fewer than `k` samples is missing from some folds, as in scikit-learn (which
    /// warns).
    ///
    /// # Errors
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) if `k` is below 2 or above the number of samples (stratified:
    /// of the largest class), or if a rule without a shuffled form is shuffled.
    pub fn split<L: AsLabels + ?Sized>(&self, labels: &L) -> Result<Vec<Fold>> {
        self.split_labels(&labels.as_labels())
    }

    fn split_labels(&self, labels: &[usize]) -> Result<Vec<Fold>> {
        let classes = classes_by_appearance(labels);
        let limit = match self.rule {
            Rule::KFold => labels.len(),
            _ => classes.iter().map(Vec::len).max().unwrap_or(0),
        };
        if self.k < 2 || self.k > limit {
            let whole = if self.rule == Rule::KFold { "samples" } else { "the largest class" };
            let expected = format!("at least 2 and at most {limit}, the size of {whole}");
            return Err(Error::parameter("k", expected, self.k));
        }
        let mut held_out_in = vec![0; labels.len()];
        match self.rule {
            Rule::KFold => {
                let mut order: Vec<usize> = (0..labels.len()).collect();
                if let Some(seed) = self.seed {
                    RandomState::new(seed).shuffle(&mut order);
                }
                for (sample, fold) in order.into_iter().zip(blocks(labels.len(), self.k)) {
                    held_out_in[sample] = fold;
                }
            }
            Rule::Stratified => self.deal(&classes, &mut held_out_in),
            Rule::StratifiedBefore022 => {
                if let Some(seed) = self.seed {
                    let expected = "no shuffling with the rule of scikit-learn before 0.22";
                    return Err(Error::parameter("shuffled", expected, seed));
                }
                for class in &classes {
                    // A class smaller than k fills the first folds with one sample each.
                    for (&sample, fold) in class.iter().zip(blocks(class.len().max(self.k), self.k))
                    {
                        held_out_in[sample] = fold;
                    }
                }
            }
        }
        let fold = |number| {
            let (test, train) = (0..labels.len()).partition(|&i| held_out_in[i] == number);
            Fold { train, test }
        };
        Ok((0..self.k).map(fold).collect())
    }

    /// The rule since 0.22: position `p` of the samples sorted by class goes to fold `p % k`.
    fn deal(&self, classes: &[Vec<usize>], held_out_in: &mut [usize]) {
        let mut random = self.seed.map(RandomState::new);
        let mut position = 0;
        for class in classes {
            let mut folds: Vec<usize> =
                (position..position + class.len()).map(|p| p % self.k).collect();
            position += class.len();
            folds.sort_unstable();
            if let Some(random) = &mut random {
                random.shuffle(&mut folds);
            }
            for (&sample, fold) in class.iter().zip(folds) {
                held_out_in[sample] = fold;
            }
        }
    }
}

/// The fold of each of `n` samples in order, cut into `k` blocks, larger ones first.
fn blocks(n: usize, k: usize) -> impl Iterator<Item = usize> {
    (0..k).flat_map(move |fold| std::iter::repeat_n(fold, n / k + usize::from(fold < n % k)))
}

/// The samples of each class; classes in the order in which they first appear.
fn classes_by_appearance(labels: &[usize]) -> Vec<Vec<usize>> {
    let mut place = std::collections::HashMap::new();
    let mut classes: Vec<Vec<usize>> = Vec::new();
    for (sample, label) in labels.iter().enumerate() {
        let next = classes.len();
        let class = *place.entry(label).or_insert(next);
        if class == next {
            classes.push(Vec::new());
        }
        classes[class].push(sample);
    }
    classes
}
