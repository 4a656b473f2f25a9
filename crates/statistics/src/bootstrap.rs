//! An interval for any figure of images.

use fashion_base::memory;
use fashion_base::random::{Purpose, Stream};

use crate::interval::Interval;
use crate::moments::finite;
use crate::{Error, Result};

/// The fewest replicates whose outer 2.5 % are more than a chance find.
const FEWEST: usize = 100;

/// The 95 % percentile interval of a statistic over m images (Efron and Tibshirani, *An Introduction to
/// the Bootstrap*, 1993, chapter 13): the images are drawn anew, m with replacement, and the middle 95 %
/// of what the statistic then says is the interval. The same seed gives the same interval.
///
/// It is for many images, not for five seeds: of few values it covers too little.
///
/// ```
/// use fashion_statistics::bootstrap_95;
///
/// let right = [true, true, false, true, true, true, false, true, true, true];
/// let interval = bootstrap_95(right.len(), 2_000, 7, |images| {
///     images.iter().filter(|&&image| right[image]).count() as f64 / right.len() as f64
/// })?;
/// assert!(interval.contains(0.8));
/// # Ok::<(), fashion_statistics::Error>(())
/// ```
///
/// # Errors
/// If there are no images or fewer than 100 replicates, or more than memory holds, or the statistic is no finite number on some draw.
pub fn bootstrap_95(
    images: usize,
    replicates: usize,
    seed: u64,
    mut statistic: impl FnMut(&[usize]) -> f64,
) -> Result<Interval> {
    if images == 0 {
        return Err(Error::parameter("images", "at least 1", images));
    }
    if replicates < FEWEST {
        return Err(Error::parameter("replicates", format!("at least {FEWEST}"), replicates));
    }
    memory::check("images of a bootstrap", memory::bytes_of::<usize>(&[images]))?;
    memory::check("replicates of a bootstrap", memory::bytes_of::<f64>(&[replicates]))?;
    let mut drawn = vec![0; images];
    let mut values: Vec<f64> = (0..replicates)
        .map(|replicate| {
            // A stream for each, so that the first thousand are the same with two thousand.
            let mut stream = Stream::new(seed, Purpose::Bootstrap, &[replicate]);
            drawn.fill_with(|| ((u128::from(stream.next_u64()) * images as u128) >> 64) as usize);
            statistic(&drawn)
        })
        .collect();
    finite("the statistic on a bootstrap draw", &values)?;
    values.sort_unstable_by(f64::total_cmp);
    Ok(Interval { low: quantile(&values, 0.025), high: quantile(&values, 0.975) })
}

/// The quantile of sorted values, linear between them (NumPy's default).
fn quantile(sorted: &[f64], p: f64) -> f64 {
    let place = p * (sorted.len() - 1) as f64;
    let (below, share) = (place as usize, place.fract());
    let above = sorted[(below + 1).min(sorted.len() - 1)];
    sorted[below] + share * (above - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_interval() {
        let values: Vec<f64> = (0..50).map(|i| f64::from(i).sin()).collect();
        let mean = |images: &[usize]| images.iter().map(|&i| values[i]).sum::<f64>() / 50.0;
        let interval = |seed| bootstrap_95(50, 500, seed, mean).unwrap();
        assert_eq!(interval(1), interval(1));
        assert_ne!(interval(1), interval(2));
    }

    #[test]
    fn mistakes_are_errors() {
        assert!(bootstrap_95(0, 1000, 1, |_| 0.0).is_err());
        assert!(bootstrap_95(10, 99, 1, |_| 0.0).is_err());
        assert!(bootstrap_95(1 << 45, 100, 1, |_| 0.0).is_err());
        assert!(bootstrap_95(10, usize::MAX, 1, |_| 0.0).is_err());
        assert!(bootstrap_95(10, 100, 1, |_| f64::NAN).is_err());
        assert_eq!(bootstrap_95(1, 100, 1, |images| images[0] as f64).unwrap().width(), 0.0);
    }
}
