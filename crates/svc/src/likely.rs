//! Which rows of a pair's kernel matrix come next.

/// The rows that are computed together, at most.
pub(crate) const BATCH: usize = 32;

/// Sample `k`, of the first or second `class`, with others of its class that are not `ready` and that violate optimality
/// most: they come next. At most `room` in all. The class starts at `start`. Few at first, when the values of optimality
/// do not tell much yet.
pub(crate) fn with_likely(
    k: usize,
    (class, start): (usize, usize),
    value: &[f64],
    ready: &[bool],
    room: usize,
) -> Vec<usize> {
    if room <= 1 {
        return vec![k];
    }
    let samples = start..start + ready.len();
    let known = ready.iter().filter(|&&ready| ready).count();
    let count = known.clamp(4, BATCH).min(room) - 1;
    let mut rows: Vec<usize> = samples.filter(|&l| l != k && !ready[l - start]).collect();
    // The first class supports where it is high, the second where it is low.
    let sign = if class == 0 { -1.0 } else { 1.0 };
    if rows.len() > count {
        rows.select_nth_unstable_by(count, |&a, &b| {
            (sign * value[a]).total_cmp(&(sign * value[b])).then(a.cmp(&b))
        });
        rows.truncate(count);
    }
    rows.push(k);
    rows
}
