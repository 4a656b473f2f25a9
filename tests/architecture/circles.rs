//! Ways from a file back to itself.

use std::collections::{BTreeMap, BTreeSet};

/// The circles among arrows between files, each as its files in order.
pub fn circles(arrows: &BTreeSet<(String, String)>) -> Vec<String> {
    let mut arrows: BTreeMap<&str, BTreeSet<&str>> =
        arrows.iter().fold(BTreeMap::new(), |mut all: BTreeMap<_, BTreeSet<_>>, (from, to)| {
            all.entry(from.as_str()).or_default().insert(to.as_str());
            all
        });
    let mut circles = Vec::new();
    // One circle is named and cut at a time, until there is none.
    while let Some(circle) = arrows.keys().find_map(|start| back_to(&arrows, start)) {
        let (from, to) = (circle[circle.len() - 1], circle[0]);
        arrows.get_mut(from).expect("an arrow of the circle").remove(to);
        circles.push(format!("{} -> {to}", circle.join(" -> ")));
    }
    circles
}

/// The shortest way from a file back to itself.
fn back_to<'a>(
    arrows: &BTreeMap<&'a str, BTreeSet<&'a str>>,
    start: &'a str,
) -> Option<Vec<&'a str>> {
    let mut ways = std::collections::VecDeque::from([vec![start]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        for &next in arrows.get(way[way.len() - 1]).into_iter().flatten() {
            if next == start {
                return Some(way);
            }
            if seen.insert(next) {
                ways.push_back([way.as_slice(), &[next]].concat());
            }
        }
    }
    None
}
