//! What may happen between epochs: a lower learning rate, an early end.

use crate::nn::history::Epoch;
use crate::{Error, Result};

/// A figure of the history that a callback watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Monitor {
    /// Validation loss; lower is better.
    #[default]
    ValLoss,
    /// Validation accuracy; higher is better.
    ValAccuracy,
    /// Training loss; lower is better.
    Loss,
    /// Training accuracy; higher is better.
    Accuracy,
}

impl Monitor {
    /// Whether there is nothing to watch without validation data.
    pub(super) fn needs_validation(self) -> bool {
        matches!(self, Self::ValLoss | Self::ValAccuracy)
    }

    /// The figure, negated where higher is better: lower is better for the result.
    fn cost(self, epoch: &Epoch) -> Option<f64> {
        match self {
            Self::ValLoss => epoch.val_loss,
            Self::ValAccuracy => epoch.val_accuracy.map(|accuracy| -accuracy),
            Self::Loss => Some(epoch.loss),
            Self::Accuracy => Some(-epoch.accuracy),
        }
    }
}

/// Lowers the learning rate when a figure no longer improves: Keras' `ReduceLROnPlateau`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReduceLrOnPlateau {
    /// What is watched.
    pub monitor: Monitor,
    /// The learning rate is multiplied by this.
    pub factor: f64,
    /// After this many epochs without improvement.
    pub patience: usize,
    /// A change of at most this much is no improvement.
    pub min_delta: f64,
    /// Epochs after a reduction in which none are counted.
    pub cooldown: usize,
    /// The learning rate stays at least this.
    pub min_lr: f64,
}

impl Default for ReduceLrOnPlateau {
    /// Keras' defaults: validation loss, a tenth after 10 epochs, a change of 1e-4 counts.
    fn default() -> Self {
        Self {
            monitor: Monitor::ValLoss,
            factor: 0.1,
            patience: 10,
            min_delta: 1e-4,
            cooldown: 0,
            min_lr: 0.0,
        }
    }
}

/// Ends a fit when a figure no longer improves: Keras' `EarlyStopping`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EarlyStopping {
    /// What is watched.
    pub monitor: Monitor,
    /// After this many epochs without improvement.
    pub patience: usize,
    /// A change of at most this much is no improvement.
    pub min_delta: f64,
    /// Whether the network gets back the weights of its best epoch, however the fit ends.
    pub restore_best: bool,
}

impl Default for EarlyStopping {
    /// Validation loss, 5 epochs, best weights restored. (Keras waits 0 epochs and restores nothing.)
    fn default() -> Self {
        Self { monitor: Monitor::ValLoss, patience: 5, min_delta: 0.0, restore_best: true }
    }
}

pub(super) fn check(
    plateau: Option<ReduceLrOnPlateau>,
    stopping: Option<EarlyStopping>,
    validated: bool,
) -> Result<()> {
    let monitors = [plateau.map(|p| p.monitor), stopping.map(|s| s.monitor)];
    if let Some(monitor) =
        monitors.into_iter().flatten().find(|m| m.needs_validation() && !validated)
    {
        let expected = "validation data for it, or Monitor::Loss or Monitor::Accuracy";
        return Err(Error::parameter("monitor", expected, monitor));
    }
    // Compared with one that is not finite, no epoch, or every one, would be an improvement.
    let deltas = [plateau.map(|p| p.min_delta), stopping.map(|s| s.min_delta)];
    if let Some(delta) = deltas.into_iter().flatten().find(|delta| !delta.is_finite()) {
        return Err(Error::parameter("min_delta", "a finite number", delta));
    }
    match plateau {
        Some(p) if !(p.factor > 0.0 && p.factor < 1.0) => {
            Err(Error::parameter("factor", "a number between 0 and 1", p.factor))
        }
        Some(p) if !(p.min_lr >= 0.0 && p.min_lr.is_finite()) => {
            Err(Error::parameter("min_lr", "a number of at least 0", p.min_lr))
        }
        _ => Ok(()),
    }
}

/// The memory of a [`ReduceLrOnPlateau`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Plateau {
    best: f64,
    wait: usize,
    cooldown: usize,
}

impl Default for Plateau {
    fn default() -> Self {
        Self { best: f64::INFINITY, wait: 0, cooldown: 0 }
    }
}

impl Plateau {
    /// The learning rate after an epoch.
    pub(super) fn after(&mut self, config: &ReduceLrOnPlateau, epoch: &Epoch, lr: f64) -> f64 {
        let Some(cost) = config.monitor.cost(epoch) else { return lr };
        if self.cooldown > 0 {
            self.cooldown -= 1;
            self.wait = 0;
        }
        if cost < self.best - config.min_delta {
            self.best = cost;
            self.wait = 0;
        } else if self.cooldown == 0 {
            self.wait += 1;
            if self.wait >= config.patience && lr > config.min_lr {
                self.cooldown = config.cooldown;
                self.wait = 0;
                return (lr * config.factor).max(config.min_lr);
            }
        }
        lr
    }

    pub(super) fn to_numbers(self) -> [f64; 3] {
        [self.best, self.wait as f64, self.cooldown as f64]
    }

    pub(super) fn from_numbers([best, wait, cooldown]: [f64; 3]) -> Self {
        Self { best, wait: wait as usize, cooldown: cooldown as usize }
    }
}

/// The memory of an [`EarlyStopping`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Stopping {
    best: f64,
    wait: usize,
    /// The best epoch so far, from 1; 0 before the first.
    pub(super) best_epoch: usize,
}

impl Default for Stopping {
    fn default() -> Self {
        Self { best: f64::INFINITY, wait: 0, best_epoch: 0 }
    }
}

/// What early stopping says about an epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The best so far.
    Best,
    /// Not better, but within patience.
    Wait,
    /// The end.
    Stop,
}

impl Stopping {
    pub(super) fn after(&mut self, config: &EarlyStopping, epoch: &Epoch) -> Verdict {
        let Some(cost) = config.monitor.cost(epoch) else { return Verdict::Wait };
        self.wait += 1;
        if cost < self.best - config.min_delta || self.best_epoch == 0 {
            *self = Self { best: cost, wait: 0, best_epoch: epoch.epoch };
            Verdict::Best
        } else if self.wait >= config.patience && epoch.epoch > 1 {
            Verdict::Stop
        } else {
            Verdict::Wait
        }
    }

    pub(super) fn to_numbers(self) -> [f64; 3] {
        [self.best, self.wait as f64, self.best_epoch as f64]
    }

    pub(super) fn from_numbers([best, wait, best_epoch]: [f64; 3]) -> Self {
        Self { best, wait: wait as usize, best_epoch: best_epoch as usize }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch(number: usize, val_loss: f64) -> Epoch {
        Epoch {
            epoch: number,
            loss: 0.0,
            accuracy: 0.0,
            val_loss: Some(val_loss),
            val_accuracy: None,
            learning_rate: 1.0,
            seconds: 0.0,
        }
    }

    /// Learning rates that `keras.callbacks.ReduceLROnPlateau` 3.15.1 sets for the same losses
    /// (factor 0.5, patience 2, cooldown 1, min_delta 0.01, min_lr 0.2).
    #[test]
    fn the_learning_rate_falls_where_keras_lowers_it() {
        let losses = [1.0, 0.9, 0.895, 0.894, 0.9, 0.9, 0.9, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6];
        let rates = [1.0, 1.0, 1.0, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.2, 0.2, 0.2, 0.2];
        let config = ReduceLrOnPlateau {
            factor: 0.5,
            patience: 2,
            cooldown: 1,
            min_delta: 0.01,
            min_lr: 0.2,
            ..ReduceLrOnPlateau::default()
        };
        let (mut state, mut lr, mut got) = (Plateau::default(), 1.0, Vec::new());
        for (index, &loss) in losses.iter().enumerate() {
            lr = state.after(&config, &epoch(index + 1, loss), lr);
            got.push(lr);
        }
        assert_eq!(got, rates);
    }

    #[test]
    fn a_change_that_is_no_number_is_refused_and_named() {
        for wrong in [f64::NAN, f64::INFINITY] {
            let plateau = ReduceLrOnPlateau { min_delta: wrong, ..ReduceLrOnPlateau::default() };
            let stopping = EarlyStopping { min_delta: wrong, ..EarlyStopping::default() };
            let floor = ReduceLrOnPlateau { min_lr: wrong, ..ReduceLrOnPlateau::default() };
            for (name, plateau, stopping) in [
                ("min_delta", Some(plateau), None),
                ("min_delta", None, Some(stopping)),
                ("min_lr", Some(floor), None),
            ] {
                let error = check(plateau, stopping, true).unwrap_err().to_string();
                assert!(error.starts_with(name), "{error}");
            }
        }
    }

    #[test]
    fn a_fit_ends_after_its_patience_and_knows_its_best_epoch() {
        let config = EarlyStopping { patience: 2, ..EarlyStopping::default() };
        let mut state = Stopping::default();
        let verdicts: Vec<_> = [1.0, 0.5, 0.6, 0.5]
            .iter()
            .enumerate()
            .map(|(index, &loss)| state.after(&config, &epoch(index + 1, loss)))
            .collect();
        assert_eq!(verdicts, [Verdict::Best, Verdict::Best, Verdict::Wait, Verdict::Stop]);
        assert_eq!(state.best_epoch, 2);
    }

    #[test]
    fn a_figure_of_the_validation_needs_validation_data() {
        assert!(check(Some(ReduceLrOnPlateau::default()), None, false).is_err());
        assert!(check(Some(ReduceLrOnPlateau::default()), None, true).is_ok());
        let on_loss = EarlyStopping { monitor: Monitor::Loss, ..EarlyStopping::default() };
        assert!(check(None, Some(on_loss), false).is_ok());
    }
}
