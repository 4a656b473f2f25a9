//! A line on the terminal that tells how far an epoch is, and for how long it goes on.

use std::io::{IsTerminal as _, Write as _, stderr};

use fashion_base::time::Stopwatch;

/// How long the line stays as it is, in seconds.
const EVERY: f64 = 0.25;

/// The line. There is none where nobody watches a terminal: in a notebook, a file, a pipe.
pub(super) struct Progress {
    watched: bool,
    epoch: Stopwatch,
    shown: f64,
}

impl Progress {
    pub(super) fn new(verbose: bool) -> Self {
        let watched = verbose && stderr().is_terminal();
        Self { watched, epoch: Stopwatch::start(), shown: 0.0 }
    }

    /// An epoch starts.
    pub(super) fn start(&mut self) {
        (self.epoch, self.shown) = (Stopwatch::start(), 0.0);
    }

    /// So many batches of epoch `epoch` (from 1) of at most `epochs` are done.
    pub(super) fn batch(&mut self, epoch: usize, epochs: usize, done: usize, batches: usize) {
        let seconds = self.epoch.elapsed().as_secs_f64();
        if !self.watched || seconds - self.shown < EVERY {
            return;
        }
        self.shown = seconds;
        let line = line(epoch, epochs, done, batches, seconds);
        // Carriage return, text, and what is left of an older line goes. Nobody needs to read it.
        let _ = write!(stderr().lock(), "\r{line}\x1b[K");
    }

    /// The epoch is over: its figures take the place of the line.
    pub(super) fn clear(&self) {
        if self.watched {
            let _ = write!(stderr().lock(), "\r\x1b[K");
        }
    }
}

/// `Epoch 3/100: batch 128 of 375, 9 s to its end; at most 19 min in all`.
fn line(epoch: usize, epochs: usize, done: usize, batches: usize, seconds: f64) -> String {
    let each = seconds / done.max(1) as f64;
    let (left, further) = (batches.saturating_sub(done), epochs.saturating_sub(epoch));
    let (now, most) = (each * left as f64, each * (left + further * batches) as f64);
    format!(
        "Epoch {epoch}/{epochs}: batch {done} of {batches}, {} to its end; at most {} in all",
        spoken(now),
        spoken(most)
    )
}

/// `42 s`, `19 min`, `2.5 h`.
fn spoken(seconds: f64) -> String {
    match seconds {
        ..99.5 => format!("{seconds:.0} s"),
        ..5970.0 => format!("{:.0} min", seconds / 60.0),
        _ => format!("{:.1} h", seconds / 3600.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_to_expect_follows_from_the_batches_that_are_done() {
        let text = line(3, 100, 125, 375, 5.0);
        assert_eq!(text, "Epoch 3/100: batch 125 of 375, 10 s to its end; at most 24 min in all");
        assert_eq!(
            line(1, 1, 0, 10, 0.0),
            "Epoch 1/1: batch 0 of 10, 0 s to its end; at most 0 s in all"
        );
        assert_eq!(spoken(9000.0), "2.5 h");
    }

    #[test]
    fn nobody_watches_a_test() {
        let mut progress = Progress::new(false);
        progress.start();
        progress.batch(1, 2, 3, 4);
        progress.clear();
        assert!(!progress.watched);
    }
}
