//! Numbers as people read them, and lines that they read.

use std::borrow::Cow;
use std::io::Write as _;

/// A number of any kind that figures and texts show.
pub trait Number: Copy {
    /// The number as `f64`.
    fn as_f64(self) -> f64;
}

macro_rules! numbers {
    ($($type:ty),+) => {$(
        impl Number for $type {
            fn as_f64(self) -> f64 {
                self as f64
            }
        }
    )+};
}
numbers!(f32, f64, i32, i64, u8, u32, u64, usize);

/// The most decimals: all that an `f64` has. The standard library panics for more than 65,535.
pub const MOST_DECIMALS: usize = 1074;

/// The text, and blanks behind it up to a width in characters. (The standard library's `{:<width$}` panics
/// beyond 65,535.)
pub fn left(text: impl Into<String>, width: usize) -> String {
    let text = text.into();
    let blanks = width.saturating_sub(text.chars().count());
    text + &" ".repeat(blanks)
}

/// The text, and blanks before it up to a width in characters.
pub fn right(text: impl Into<String>, width: usize) -> String {
    let text = text.into();
    " ".repeat(width.saturating_sub(text.chars().count())) + &text
}

/// A fraction as per cent: `percent(0.8033, 1)` is `80.3 %`.
pub fn percent(fraction: f64, decimals: usize) -> String {
    let decimals = decimals.min(MOST_DECIMALS);
    format!("{:.decimals$} %", fraction * 100.0)
}

/// The difference of two fractions in percentage points, with its sign: `+1.2 points`.
pub fn points(from: f64, to: f64, decimals: usize) -> String {
    let decimals = decimals.min(MOST_DECIMALS);
    format!("{:+.decimals$} points", (to - from) * 100.0)
}

/// A whole number with separators: `thousands(59_400)` is `59,400`. Fractions are rounded.
pub fn thousands(number: impl Number) -> String {
    let digits = format!("{:.0}", number.as_f64());
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits.as_str()), |rest| ("-", rest));
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return format!("{sign}{digits}");
    }
    let mut grouped = String::from(sign);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Prints a line about the progress of a computation. If nobody can read it (a closed pipe, a full disk),
/// the computation goes on: `println!` would end it with a panic.
pub fn say(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout().lock(), "{}", printable(&line.to_string()));
}

/// The text without control characters, each replaced by U+FFFD: a file name with escape sequences must
/// not reach a terminal, and SVG may not contain them. Tabs and line breaks stay.
///
/// ```
/// assert_eq!(fashion_base::text::printable("a\u{1b}[31mb\n"), "a\u{fffd}[31mb\n");
/// ```
pub fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_harmful) {
        text.chars().map(|c| if is_harmful(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
    } else {
        Cow::Borrowed(text)
    }
}

/// Control characters, those that turn the direction of writing around, and those that no XML may have.
fn is_harmful(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => false,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}' => true,
        other => other.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_read_them() {
        assert_eq!(percent(0.80333, 2), "80.33 %");
        assert!(percent(0.1, usize::MAX).ends_with("0 %"));
        assert_eq!(
            (left("é", 3), right("é", 3), right("long", 2)),
            ("é  ".into(), "  é".into(), "long".into())
        );
        assert_eq!(left("a", 70_000).len(), 70_000);
        assert_eq!(points(0.80, 0.79, 1), "-1.0 points");
        assert_eq!(thousands(1_491_338_usize), "1,491,338");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(-1000), "-1,000");
        assert_eq!(thousands(f64::NAN), "NaN");
    }
}
