//! How much a notebook computes.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::show::html::escape;
use crate::show::{Bundle, Render};
use crate::{Error, Result};
use fashion_base::panics;

/// The variable that selects the profile.
const VARIABLE: &str = "FASHION_PROFILE";

/// How much a notebook computes: everything, or enough to see that it works.
///
/// The environment variable `FASHION_PROFILE` selects it. A reader who just opens a notebook gets
/// the full profile, whose results the saved outputs show; the tests set `quick`.
///
/// ```
/// use fashion::answer::Profile;
///
/// assert_eq!(Profile::Quick.choose(2, 20), 2);
/// assert_eq!(Profile::Full.choose(2, 20), 20);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Fewer epochs or samples; claims that need the full run are not evaluated.
    Quick,
    /// Everything as the assignment asks for it.
    #[default]
    Full,
}

impl Profile {
    /// The profile that `FASHION_PROFILE` names; full if it is unset or empty.
    ///
    /// # Errors
    /// If the variable has another value than `quick` or `full`.
    pub fn current() -> Result<Self> {
        // The first call of every notebook.
        panics::print_one_line();
        Self::parse(&std::env::var(VARIABLE).unwrap_or_default())
    }

    fn parse(name: &str) -> Result<Self> {
        match name {
            "" | "full" => Ok(Self::Full),
            "quick" => Ok(Self::Quick),
            other => Err(Error::parameter(VARIABLE, "quick or full", other)),
        }
    }

    /// The first value in the quick profile, the second in the full one.
    pub fn choose<T>(self, quick: T, full: T) -> T {
        match self {
            Self::Quick => quick,
            Self::Full => full,
        }
    }

    /// Whether everything is computed.
    pub fn is_full(self) -> bool {
        self == Self::Full
    }

    fn explanation(self) -> &'static str {
        self.choose(
            "Fewer epochs or samples than the assignment asks for: claims and comparisons that need the full run are shown but not evaluated. Set FASHION_PROFILE=full for the real figures.",
            "Everything runs as the assignment asks for it. Set FASHION_PROFILE=quick for a run that only shows that everything works.",
        )
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.choose("quick", "full"))
    }
}

impl Render for Profile {
    fn render(&self) -> Bundle {
        let colour = self.choose("#D55E00", "#0072B2");
        Bundle::text(format!("Profile: {self}. {}", self.explanation())).html(format!(
            "<div style=\"border-left:4px solid {colour};padding:0.25em 0.8em\"><b>Profile: {self}.</b> {}</div>",
            escape(self.explanation())
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_profile_is_an_error_that_names_the_variable() {
        assert_eq!(Profile::parse("").unwrap(), Profile::Full);
        assert_eq!(Profile::parse("quick").unwrap(), Profile::Quick);
        let message = Profile::parse("qiuck").unwrap_err().to_string();
        assert!(message.contains("FASHION_PROFILE") && message.contains("qiuck"), "{message}");
    }
}
