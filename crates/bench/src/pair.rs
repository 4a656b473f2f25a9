//! All sides on the same work.

use crate::outcome::Result;
use crate::peer::{Costs, Peers};
use crate::work::{self, Cost, Data, Work};

/// What each side needs.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// This project.
    pub ours: Cost,
    /// The others, by name.
    pub theirs: Costs,
}

impl Comparison {
    /// The fastest of the others.
    pub fn strongest(&self) -> Option<(&str, &Cost)> {
        let by_time = |a: &(&String, &Cost), b: &(&String, &Cost)| a.1.wall.total_cmp(&b.1.wall);
        self.theirs.iter().min_by(by_time).map(|(name, cost)| (name.as_str(), cost))
    }
}

/// A side that takes so many times as long as this crate is not asked for another round.
const HOPELESS: f64 = 5.0;

/// Lets all sides do the work in turns: of each the fastest round.
pub fn compare(work: Work, rounds: usize, data: &Data, peers: &mut Peers) -> Result<Comparison> {
    let mut theirs = Costs::new();
    let mut ours = work::measure(work, data, None)?;
    let mut asked = vec![true; peers.each().count()];
    for round in 0..rounds {
        for (peer, asked) in peers.each().zip(&mut asked).filter(|(_, asked)| **asked) {
            let costs = peer.measure(work)?;
            *asked = costs.values().any(|cost| cost.wall < HOPELESS * ours.wall);
            for (name, cost) in costs {
                let best = theirs.remove(&name).map_or(cost.clone(), |best| best.faster(cost));
                theirs.insert(name, best);
            }
        }
        if round > 0 {
            ours = ours.faster(work::measure(work, data, None)?);
        }
    }
    Ok(Comparison { ours, theirs })
}
