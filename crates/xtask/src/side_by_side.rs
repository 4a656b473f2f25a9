//! Work for several cores.

use std::sync::Mutex;

use anyhow::{Result, anyhow};

/// Does all jobs, so many at a time; `work` gets the number of its worker, from 1. After a failure no other job
/// is begun.
pub fn work_off<T: Send>(
    workers: usize,
    jobs: Vec<T>,
    work: impl Fn(usize, T) -> Result<()> + Sync,
) -> Result<()> {
    let queue = Mutex::new(jobs.into_iter());
    let next = || queue.lock().ok()?.next();
    let worker = |number| {
        while let Some(job) = next() {
            if let Err(error) = work(number, job) {
                while next().is_some() {}
                return Err(error);
            }
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let worker = &worker;
        let all: Vec<_> = (1..=workers).map(|number| scope.spawn(move || worker(number))).collect();
        let ended: Vec<_> = all.into_iter().map(|one| one.join()).collect();
        let panicked = |_| Err(anyhow!("one of several jobs panicked"));
        ended.into_iter().try_for_each(|one| one.unwrap_or_else(panicked))
    })
}

/// Both at a time.
pub fn both<'a>(
    one: impl FnOnce() -> Result<()> + Send + 'a,
    other: impl FnOnce() -> Result<()> + Send + 'a,
) -> Result<()> {
    let jobs: Vec<Box<dyn FnOnce() -> Result<()> + Send + 'a>> =
        vec![Box::new(one), Box::new(other)];
    work_off(2, jobs, |_, job| job())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use anyhow::bail;

    use super::*;

    #[test]
    fn every_job_is_done_once() {
        let sum = AtomicUsize::new(0);
        let add = |_, job| {
            sum.fetch_add(job, Ordering::Relaxed);
            Ok(())
        };
        work_off(3, (1..=100).collect(), add).unwrap();
        assert_eq!(sum.into_inner(), 5050);
    }

    #[test]
    fn nothing_is_begun_after_a_failure_which_is_told() {
        let begun = AtomicUsize::new(0);
        let work = |_, job| {
            begun.fetch_add(1, Ordering::Relaxed);
            if job == 2 { bail!("job {job}") } else { Ok(()) }
        };
        let error = work_off(1, (0..10).collect(), work).unwrap_err();
        assert_eq!((error.to_string().as_str(), begun.into_inner()), ("job 2", 3));
    }
}
