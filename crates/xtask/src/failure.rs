//! What a failure says: what happened, and what the person at the keyboard can do about it.

use std::fmt::Display;

use anyhow::Error;

const BY_HAND: &str = "What to do: ";

/// A context that says what to do. It is shown below the error; an outer one takes the place of an inner.
pub fn by_hand(text: impl Display) -> String {
    format!("{BY_HAND}{text}")
}

/// What happened, without what to do about it.
pub fn what(error: &Error) -> String {
    let texts = error.chain().map(ToString::to_string);
    texts.filter(|text| !text.starts_with(BY_HAND)).collect::<Vec<_>>().join(": ")
}

/// All that a person should read.
pub fn explained(error: &Error) -> String {
    let hint = error.chain().map(ToString::to_string).find(|text| text.starts_with(BY_HAND));
    let hint = hint.map(|hint| format!("\n\n{hint}")).unwrap_or_default();
    format!("error: {}{hint}", what(error))
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn what_to_do_stands_below_what_happened() {
        let error = anyhow!("the cause").context(by_hand("that")).context("step 1");
        assert_eq!(explained(&error), "error: step 1: the cause\n\nWhat to do: that");
        let error = error.context(by_hand("this"));
        assert_eq!(explained(&error), "error: step 1: the cause\n\nWhat to do: this");
    }
}
