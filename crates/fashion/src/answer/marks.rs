//! Marks in the text of an answer: `right to the image[^sum]` ticks its sentence with the claim `sum`.

use std::ops::Range;

/// A mark: where it stands in the text, and the name of its claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) at: Range<usize>,
    pub(super) name: String,
}

/// Whether a claim of this name is one that a mark names: a word, not a sentence.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|sign| sign.is_alphanumeric() || "-_".contains(sign))
}

/// The marks of a text, in order.
pub(super) fn marks(text: &str) -> Vec<Mark> {
    let mut found = Vec::new();
    for (start, _) in text.match_indices("[^") {
        let inner = &text[start + 2..];
        if let Some(name) = inner.split(']').next().filter(|name| name.len() < inner.len())
            && is_name(name)
        {
            found.push(Mark { at: start..start + name.len() + 3, name: name.to_owned() });
        }
    }
    found
}

/// The text with something else in the place of each mark.
pub(super) fn replaced(text: &str, mut with: impl FnMut(&str) -> String) -> String {
    let mut result = String::new();
    let mut done = 0;
    for mark in marks(text) {
        result += &text[done..mark.at.start];
        result += &with(&mark.name);
        done = mark.at.end;
    }
    result + &text[done..]
}

/// The sentence in which a mark stands, without marks, bold type and breaks of lines.
pub(super) fn sentence(text: &str, mark: &Mark) -> String {
    let start = sentence_ends(text).filter(|&end| end <= mark.at.start).last().unwrap_or(0);
    let end = sentence_ends(text).find(|&end| end >= mark.at.end).unwrap_or(text.len());
    // A sentence can begin or end within bold type.
    let plain = replaced(&text[start..end], |_| String::new()).replace("**", "");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where sentences end: after a full stop, a question mark or an exclamation mark with a space behind
/// it, or at an empty line. A mark may stand behind the stop.
fn sentence_ends(text: &str) -> impl Iterator<Item = usize> + '_ {
    let marks = marks(text);
    text.char_indices().filter_map(move |(at, sign)| {
        let mut end = at + sign.len_utf8();
        if sign == '\n' {
            return text[end..].starts_with('\n').then_some(end);
        }
        if !matches!(sign, '.' | '?' | '!') || marks.iter().any(|mark| mark.at.contains(&at)) {
            return None;
        }
        while let Some(mark) = marks.iter().find(|mark| mark.at.start == end) {
            end = mark.at.end;
        }
        let rest = text[end..].trim_start_matches(['*', '_', ')', '"']);
        let ends = rest.is_empty() || rest.starts_with(char::is_whitespace);
        (ends && !text[..at].ends_with("e.g") && !text[..at].ends_with("i.e")).then_some(end)
    })
}

/// The text without the indentation that its lines share, so that it can be indented like the code
/// around it; the line on which the string opens does not count.
pub(super) fn dedented(text: &str) -> String {
    let indentation = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let rest = text.lines().skip(1).filter(|line| !line.trim().is_empty());
    let shared = rest.map(indentation).min().unwrap_or(0);
    let mut lines = text.lines();
    let mut result = lines.next().unwrap_or_default().trim_start().to_owned();
    for line in lines {
        result.push('\n');
        result += line.get(shared.min(indentation(line))..).unwrap_or_default();
    }
    result.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(text: &str) -> Vec<String> {
        marks(text).iter().map(|mark| sentence(text, mark)).collect()
    }

    #[test]
    fn a_mark_belongs_to_the_sentence_around_it() {
        let text = "**New data.** It errs on 0.2116 of 5,000[^a]. Is that **new**? Two networks\nnever agree[^b], \
                    to the image.[^c] Last (e.g. one[^d]).\n\nNext paragraph[^e]";
        assert_eq!(
            sentences(text),
            [
                "It errs on 0.2116 of 5,000.",
                "Two networks never agree, to the image.",
                "Two networks never agree, to the image.",
                "Last (e.g. one).",
                "Next paragraph",
            ]
        );
    }

    #[test]
    fn what_is_no_name_is_no_mark() {
        assert!(marks("[^] [^two words] [^open x[1]").is_empty());
        assert_eq!(marks("é[^a-1_b]")[0], Mark { at: 2..10, name: "a-1_b".into() });
        assert!(!is_name("A sentence.") && !is_name(""));
    }

    #[test]
    fn indentation_that_lines_share_goes() {
        let text = "\n    First line\n    second.\n\n        * deeper\n    ";
        assert_eq!(dedented(text), "First line\nsecond.\n\n    * deeper");
        assert_eq!(dedented("One line"), "One line");
        assert_eq!(dedented("First\n  second"), "First\nsecond");
    }
}
