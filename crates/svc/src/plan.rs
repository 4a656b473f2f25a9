//! How much of the kernel matrix is held at once.

use crate::error::{Error, Result};

/// One way to work: bytes that are held throughout, and by each pair that is being solved.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Need {
    /// Whether the blocks of the classes with themselves are kept for all pairs.
    pub keep: bool,
    pub fixed: u64,
    pub per_worker: u64,
}

/// The way that was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plan {
    pub keep: bool,
    pub workers: usize,
    pub bytes: usize,
}

impl Plan {
    /// The first of `needs` that fits into `limit` bytes, with as many pairs at once as fit and
    /// `threads` can use; the largest pair has this many `samples`.
    pub fn choose(needs: &[Need], threads: usize, limit: usize, samples: usize) -> Result<Self> {
        let fitting = needs.iter().find_map(|need| {
            let room = (limit as u64).checked_sub(need.fixed)?;
            let workers = (threads as u64).min(room / need.per_worker.max(1));
            let bytes = need.fixed + workers * need.per_worker;
            let (workers, bytes) = (workers as usize, bytes as usize);
            (workers > 0).then_some(Self { keep: need.keep, workers, bytes })
        });
        let least = needs.iter().map(|need| need.fixed.saturating_add(need.per_worker)).min();
        fitting.ok_or(Error::Memory { samples, needed: least.unwrap_or(0), limit })
    }

    /// What this crate's own solver can do with classes of these sizes.
    pub fn smo_needs(sizes: &[usize], features: u64, pairs: &[(usize, usize)]) -> [Need; 2] {
        let square = |n: usize, m: usize| (n as u64).saturating_mul(m as u64).saturating_mul(4);
        // A pair's working vectors, and the tile of products and values.
        let vectors = |samples: usize| (samples * 8 * size_of::<f64>()) as u64 + (4 << 20);
        let largest = |bytes: &dyn Fn(usize, usize) -> u64| {
            pairs.iter().map(|&(i, j)| bytes(sizes[i], sizes[j])).max().unwrap_or(0)
        };
        let kept = sizes.iter().map(|&n| square(n, n)).fold(features, u64::saturating_add);
        [
            Need {
                keep: true,
                fixed: kept,
                per_worker: largest(&|n, m| square(2 * n, m).saturating_add(vectors(n + m))),
            },
            Need {
                keep: false,
                fixed: features,
                per_worker: largest(&|n, m| square(n + m, n + m).saturating_add(vectors(n + m))),
            },
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEEDS: [Need; 2] = [
        Need { keep: true, fixed: 1_000, per_worker: 100 },
        Need { keep: false, fixed: 10, per_worker: 300 },
    ];

    #[test]
    fn less_memory_means_fewer_pairs_then_no_kept_blocks_then_an_error() {
        let choose = |limit| Plan::choose(&NEEDS, 4, limit, 9).ok().map(|p| (p.keep, p.workers));
        assert_eq!(choose(10_000), Some((true, 4)));
        assert_eq!(choose(1_250), Some((true, 2)));
        assert_eq!(choose(1_050), Some((false, 3)));
        assert_eq!(choose(310), Some((false, 1)));
        let error = Plan::choose(&NEEDS, 4, 309, 9).unwrap_err().to_string();
        assert!(error.contains("memory_limit") && error.contains("310 bytes"), "{error}");
    }

    #[test]
    fn sixty_thousand_images_fit_the_default() {
        let pairs: Vec<_> = (0..10).flat_map(|i| (i + 1..10).map(move |j| (i, j))).collect();
        let needs = Plan::smo_needs(&[6_000; 10], 2 * 60_000 * 784 * 4, &pairs);
        let plan = Plan::choose(&needs, 2, 3_500_000_000, 12_000).unwrap();
        assert_eq!((plan.keep, plan.workers), (true, 2));
    }
}
