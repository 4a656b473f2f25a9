//! Both sides on the same work.

use crate::outcome::Result;
use crate::peer::Peer;
use crate::work::{self, Cost, Data, Work};

/// What both sides need.
#[derive(Debug, Clone, Copy)]
pub struct Pair {
    /// This project.
    pub ours: Cost,
    /// The other.
    pub theirs: Cost,
}

/// Lets both sides do the work in turns: the clock of the fastest round, the processors of all.
pub fn compare(work: Work, rounds: usize, data: &Data, peer: &mut Peer) -> Result<Pair> {
    let add = |sum: &mut Cost, round: Cost| {
        sum.wall = sum.wall.min(round.wall);
        sum.processor += round.processor / rounds as f64;
    };
    let none = Cost { wall: f64::INFINITY, processor: 0.0 };
    let mut pair = Pair { ours: none, theirs: none };
    for _ in 0..rounds {
        add(&mut pair.theirs, peer.measure(work)?);
        add(&mut pair.ours, work::measure(work, data, None)?);
    }
    Ok(pair)
}
