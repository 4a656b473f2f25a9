//! What happened in each epoch.

use std::time::Duration;

use crate::show::{Bundle, HistoryPlot, Render, Table};
use fashion_base::interrupt::Unfinished;

/// One epoch of a fit.
#[derive(Debug, Clone, Copy)]
pub struct Epoch {
    /// Counted from 1.
    pub epoch: usize,
    /// Mean over the epoch's batches, each with the weights that it met, with the L2 penalty and with
    /// dropout at work: what Keras reports.
    pub loss: f64,
    /// Mean over the epoch's batches, likewise.
    pub accuracy: f64,
    /// Loss on the validation data after the epoch, with the L2 penalty, without dropout.
    pub val_loss: Option<f64>,
    /// Accuracy on the validation data after the epoch.
    pub val_accuracy: Option<f64>,
    /// The learning rate that the epoch was trained with.
    pub learning_rate: f64,
    /// Wall-clock time, with validation.
    pub seconds: f64,
}

/// Two epochs are equal if everything but the time is.
impl PartialEq for Epoch {
    fn eq(&self, other: &Self) -> bool {
        let values = |e: &Self| (e.loss, e.accuracy, e.val_loss, e.val_accuracy, e.learning_rate);
        self.epoch == other.epoch && values(self) == values(other)
    }
}

impl std::fmt::Display for Epoch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "loss {:.4}, accuracy {:.4}", self.loss, self.accuracy)?;
        if let (Some(loss), Some(accuracy)) = (self.val_loss, self.val_accuracy) {
            write!(f, ", val_loss {loss:.4}, val_accuracy {accuracy:.4}")?;
        }
        Ok(())
    }
}

/// The epochs of a fit, from first to last.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    /// One entry per epoch.
    pub epochs: Vec<Epoch>,
    /// Whether early stopping ended the fit.
    pub stopped_early: bool,
    /// The epoch (from 1) whose weights the network has, if early stopping restored them.
    pub restored_epoch: Option<usize>,
    pub(in crate::nn) unfinished: Option<Unfinished>,
}

impl History {
    /// Whether the reader interrupted the fit. The network has then the weights of the last epoch here (or of
    /// [`restored_epoch`](Self::restored_epoch)), and experiments, learning curves and answers refuse it.
    pub fn interrupted(&self) -> bool {
        self.unfinished.is_some()
    }

    /// The number of epochs.
    pub fn len(&self) -> usize {
        self.epochs.len()
    }

    /// Whether there was no epoch.
    pub fn is_empty(&self) -> bool {
        self.epochs.is_empty()
    }

    /// The last epoch.
    pub fn last(&self) -> Option<&Epoch> {
        self.epochs.last()
    }

    /// The epoch with the highest validation accuracy, or training accuracy if there was no
    /// validation; of equal ones the first.
    pub fn best(&self) -> Option<&Epoch> {
        let score = |epoch: &Epoch| epoch.val_accuracy.unwrap_or(epoch.accuracy);
        self.epochs.iter().reduce(|best, next| if score(next) > score(best) { next } else { best })
    }

    /// Training loss per epoch.
    pub fn loss(&self) -> Vec<f64> {
        self.epochs.iter().map(|epoch| epoch.loss).collect()
    }

    /// Training accuracy per epoch.
    pub fn accuracy(&self) -> Vec<f64> {
        self.epochs.iter().map(|epoch| epoch.accuracy).collect()
    }

    /// Validation loss per epoch; empty without validation.
    pub fn val_loss(&self) -> Vec<f64> {
        self.epochs.iter().filter_map(|epoch| epoch.val_loss).collect()
    }

    /// Validation accuracy per epoch; empty without validation.
    pub fn val_accuracy(&self) -> Vec<f64> {
        self.epochs.iter().filter_map(|epoch| epoch.val_accuracy).collect()
    }

    /// Learning rate per epoch.
    pub fn learning_rate(&self) -> Vec<f64> {
        self.epochs.iter().map(|epoch| epoch.learning_rate).collect()
    }

    /// Wall-clock time of all epochs.
    pub fn fit_time(&self) -> Duration {
        // The seconds may come from a file, and a file may be damaged.
        Duration::try_from_secs_f64(self.epochs.iter().map(|epoch| epoch.seconds).sum())
            .unwrap_or_default()
    }

    /// Two charts side by side, loss and accuracy, each with its training and its validation curve.
    pub fn plot(&self, title: impl Into<String>) -> HistoryPlot {
        HistoryPlot::new(title)
            .curve("loss", &self.loss())
            .curve("val_loss", &self.val_loss())
            .curve("accuracy", &self.accuracy())
            .curve("val_accuracy", &self.val_accuracy())
    }

    /// One row per epoch, without times: they differ from run to run.
    pub fn table(&self) -> Table {
        let mut columns = vec!["epoch", "loss", "accuracy"];
        let validated = self.epochs.iter().any(|epoch| epoch.val_loss.is_some());
        if validated {
            columns.extend(["val_loss", "val_accuracy"]);
        }
        columns.push("learning rate");
        let mut table = Table::new("", columns);
        let number = |value: Option<f64>| value.map_or(String::new(), |v| format!("{v:.4}"));
        for epoch in &self.epochs {
            let mut row = vec![epoch.epoch.to_string()];
            row.extend([number(Some(epoch.loss)), number(Some(epoch.accuracy))]);
            if validated {
                row.extend([number(epoch.val_loss), number(epoch.val_accuracy)]);
            }
            row.push(format!("{}", epoch.learning_rate));
            table.push(row);
        }
        match (self.stopped_early, self.restored_epoch) {
            _ if self.interrupted() => table.caption("interrupted"),
            (_, Some(epoch)) => table.caption(format!("weights of epoch {epoch}")),
            (true, None) => table.caption("stopped early"),
            (false, None) => table,
        }
    }
}

impl std::fmt::Display for History {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.table().fmt(f)
    }
}

impl Render for History {
    fn render(&self) -> Bundle {
        self.table().render()
    }
}
