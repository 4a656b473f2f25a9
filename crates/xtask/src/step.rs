//! What is said of a step of the set-up.

/// What a person who waits wants to know about a step.
pub struct Description {
    /// A few words.
    pub title: &'static str,
    /// What it does and why.
    pub why: &'static str,
    /// How long it takes on two cores.
    pub about: &'static str,
}
