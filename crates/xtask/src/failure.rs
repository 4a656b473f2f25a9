//! What went wrong, and what the person at the keyboard can do about it.

use std::fmt;

/// What any step returns.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

/// A failure that ends the command.
#[derive(Debug)]
pub struct Failure {
    /// What happened.
    pub what: String,
    /// What to do by hand; empty where `what` says enough.
    pub by_hand: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.what)?;
        if self.by_hand.is_empty() { Ok(()) } else { write!(f, "\n\nWhat to do: {}", self.by_hand) }
    }
}

impl Failure {
    /// A failure that explains itself.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), by_hand: String::new() }
    }

    /// Adds what to do by hand.
    pub fn by_hand(self, by_hand: impl Into<String>) -> Self {
        Self { by_hand: by_hand.into(), ..self }
    }
}

/// Turns an input or output error into a [`Failure`] that names the file.
pub trait Context<T> {
    /// `action` is a phrase that ends in the file's name: `writing target/x`.
    fn context(self, action: impl FnOnce() -> String) -> Result<T>;
}

impl<T> Context<T> for std::io::Result<T> {
    fn context(self, action: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| Failure::new(format!("{}: {error}", action())))
    }
}
