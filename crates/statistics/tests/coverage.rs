//! Intervals hold what they promise, on made-up data whose truth is known. Seeds are fixed, so that a
//! test fails always or never.

use fashion_base::random::{Purpose, Stream};
use fashion_statistics::{Interval, Runs, bootstrap_95, two_part_difference};

/// How often an interval contains the truth, of `trials` made anew.
fn coverage(trials: usize, truth: f64, mut interval: impl FnMut(&mut Stream) -> Interval) -> f64 {
    let held = (0..trials).filter(|&trial| {
        interval(&mut Stream::new(29, Purpose::Shuffle, &[trial])).contains(truth)
    });
    held.count() as f64 / trials as f64
}

fn normal(stream: &mut Stream, n: usize, deviation: f64) -> Vec<f64> {
    (0..n).map(|_| deviation * stream.normal()).collect()
}

#[test]
fn intervals_of_five_runs_cover() {
    // Two standard errors of a share over 4000 trials are 0.7 points.
    let mean = coverage(4000, 0.0, |stream| {
        Runs::new(normal(stream, 5, 0.3)).unwrap().interval_95().unwrap()
    });
    assert!((mean - 0.95).abs() < 0.01, "{mean}");
    let welch = coverage(4000, 0.0, |stream| {
        let first = Runs::new(normal(stream, 5, 0.3)).unwrap();
        first.minus(&Runs::new(normal(stream, 5, 0.9)).unwrap()).unwrap().interval_95()
    });
    assert!((welch - 0.95).abs() < 0.015, "{welch}");
    let next = coverage(4000, 0.0, |stream| {
        let interval = Runs::new(normal(stream, 5, 1.0)).unwrap().prediction_interval_95().unwrap();
        let further = stream.normal();
        Interval { low: interval.low - further, high: interval.high - further }
    });
    assert!((next - 0.95).abs() < 0.01, "{next}");
}

#[test]
fn seeds_alone_are_too_sure_of_new_images_and_the_two_parts_are_not() {
    // Images differ between the procedures by 1, seeds by 0.05: nearly all that varies are images.
    let rows = |stream: &mut Stream, images: &[f64]| -> Vec<Vec<f64>> {
        (0..5)
            .map(|_| {
                let seed = 0.05 * stream.normal();
                images.iter().map(|image| image + seed).collect()
            })
            .collect()
    };
    let tables = |stream: &mut Stream| {
        let (first, second) = (normal(stream, 40, 1.0), normal(stream, 40, 1.0));
        (rows(stream, &first), rows(stream, &second))
    };
    let two = coverage(1500, 0.0, |stream| {
        let (first, second) = tables(stream);
        two_part_difference(&first, &second).unwrap().interval_95()
    });
    let seeds = coverage(1500, 0.0, |stream| {
        let (first, second) = tables(stream);
        let means = |rows: &[Vec<f64>]| {
            let means = rows.iter().map(|row| row.iter().sum::<f64>() / row.len() as f64);
            Runs::new(means.collect::<Vec<_>>()).unwrap()
        };
        means(&first).minus(&means(&second)).unwrap().interval_95()
    });
    assert!(two > 0.935 && two < 0.98, "{two}");
    assert!(seeds < 0.5, "{seeds}");
}

#[test]
fn a_bootstrap_of_many_covers_and_one_of_five_does_not() {
    let bootstrap = |stream: &mut Stream, n: usize| {
        let values = normal(stream, n, 1.0);
        let mean = |drawn: &[usize]| drawn.iter().map(|&i| values[i]).sum::<f64>() / n as f64;
        bootstrap_95(n, 400, stream.next_u64(), mean).unwrap()
    };
    let many = coverage(600, 0.0, |stream| bootstrap(stream, 80));
    let five = coverage(600, 0.0, |stream| bootstrap(stream, 5));
    assert!((many - 0.95).abs() < 0.03, "{many}");
    assert!(five < 0.9, "{five}");
}
