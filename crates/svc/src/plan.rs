//! How much of the kernel matrix is held at once.

use crate::error::{Error, Result};
use crate::recent::Recent;

/// What is held of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Held {
    /// The blocks of all classes with themselves, for all pairs, and those between the classes of each pair that is
    /// being solved.
    Classes,
    /// Rows of each pair that is being solved, as many as there is room for.
    Rows,
}

/// One way to work: bytes that are held throughout, and by each pair that is being solved.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Need {
    pub held: Held,
    pub fixed: u64,
    /// The least that a pair needs.
    pub per_worker: u64,
    /// The most that it could use.
    pub most: u64,
}

/// The way that was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plan {
    pub held: Held,
    pub workers: usize,
    pub per_worker: usize,
    pub bytes: usize,
}

impl Plan {
    /// The first of `needs` that fits into `limit` bytes for more than half of the `threads`, else the last, with as
    /// many pairs at once as fit; the largest pair has this many `samples`.
    pub fn choose(needs: &[Need], threads: usize, limit: usize, samples: usize) -> Result<Self> {
        let plan = |need: &Need| {
            let room = (limit as u64).checked_sub(need.fixed)?;
            let workers = (threads as u64).min(room / need.per_worker.max(1));
            let per_worker = room.checked_div(workers)?.min(need.most);
            let bytes = (need.fixed + workers * per_worker) as usize;
            let (workers, per_worker) = (workers as usize, per_worker as usize);
            Some(Self { held: need.held, workers, per_worker, bytes })
        };
        let enough = |plan: &Self| 2 * plan.workers > threads;
        let chosen = needs.iter().filter_map(plan).find(enough);
        let chosen = chosen.or_else(|| needs.last().and_then(plan));
        let least = needs.iter().map(|need| need.fixed.saturating_add(need.per_worker)).min();
        chosen.ok_or(Error::Memory { samples, needed: least.unwrap_or(0), limit })
    }

    /// What this crate's own solver can do with classes of these sizes.
    pub fn smo_needs(sizes: &[usize], features: u64, pairs: &[(usize, usize)]) -> [Need; 2] {
        let square = |n: usize, m: usize| (n as u64).saturating_mul(m as u64).saturating_mul(4);
        let largest = |bytes: &dyn Fn(usize, usize) -> u64| {
            pairs.iter().map(|&(i, j)| bytes(sizes[i], sizes[j])).max().unwrap_or(0)
        };
        let kept = sizes.iter().map(|&n| square(n, n)).fold(features, u64::saturating_add);
        let between = largest(&|n, m| square(2 * n, m).saturating_add(vectors(n + m)));
        let rows = |at_most: usize| {
            largest(&|n, m| square((n + m).min(at_most), n + m).saturating_add(vectors(n + m)))
        };
        let (few, all) = (rows(Recent::LEAST), rows(usize::MAX));
        [
            Need { held: Held::Classes, fixed: kept, per_worker: between, most: between },
            Need { held: Held::Rows, fixed: features, per_worker: few, most: all },
        ]
    }

    /// How many rows of a pair of so many samples a worker has room for.
    pub fn rows(&self, samples: usize) -> usize {
        let room = (self.per_worker as u64).saturating_sub(vectors(samples));
        samples.min((room / (4 * samples as u64)) as usize)
    }
}

/// Bytes of a pair's working vectors, and of the tile of products and values.
fn vectors(samples: usize) -> u64 {
    (samples * 8 * size_of::<f64>()) as u64 + (4 << 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEEDS: [Need; 2] = [
        Need { held: Held::Classes, fixed: 1_000, per_worker: 100, most: 100 },
        Need { held: Held::Rows, fixed: 10, per_worker: 40, most: 300 },
    ];

    #[test]
    fn less_memory_means_fewer_pairs_at_once_then_rows_then_fewer_rows_then_an_error() {
        let choose = |limit| {
            let plan = Plan::choose(&NEEDS, 4, limit, 9).ok()?;
            assert!(plan.bytes <= limit);
            Some((plan.held, plan.workers, plan.per_worker))
        };
        assert_eq!(choose(10_000), Some((Held::Classes, 4, 100)));
        assert_eq!(choose(1_350), Some((Held::Classes, 3, 100)));
        assert_eq!(choose(1_250), Some((Held::Rows, 4, 300)));
        assert_eq!(choose(1_090), Some((Held::Rows, 4, 270)));
        assert_eq!(choose(309), Some((Held::Rows, 4, 74)));
        assert_eq!(choose(50), Some((Held::Rows, 1, 40)));
        let error = Plan::choose(&NEEDS, 4, 49, 9).unwrap_err().to_string();
        assert!(error.contains("memory_limit") && error.contains("50 bytes"), "{error}");
    }

    #[test]
    fn sixty_thousand_images_fit_the_default() {
        let pairs: Vec<_> = (0..10).flat_map(|i| (i + 1..10).map(move |j| (i, j))).collect();
        let needs = Plan::smo_needs(&[6_000; 10], 2 * 60_000 * 784 * 4, &pairs);
        let plan = Plan::choose(&needs, 2, 3_500_000_000, 12_000).unwrap();
        assert_eq!((plan.held, plan.workers), (Held::Classes, 2));
    }

    #[test]
    fn two_classes_of_a_hundred_thousand_fit_the_default_in_rows() {
        let needs = Plan::smo_needs(&[102_121; 2], 2 * 204_242 * 20 * 4, &[(0, 1)]);
        let plan = Plan::choose(&needs, 2, 3_500_000_000, 204_242).unwrap();
        assert_eq!((plan.held, plan.workers), (Held::Rows, 2));
        assert!((2_000..2_200).contains(&plan.rows(204_242)), "{}", plan.rows(204_242));
    }
}
