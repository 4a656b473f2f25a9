//! Bytes as a script: a page that is read from a disk may load scripts, and nothing else.
//!
//! The script is UTF-16 with a byte order mark, which decides for a browser whatever a server says or
//! does not say. Two bytes are one character, and the few pairs that no text may have are written as two:
//! the escape [`ESCAPE`] and another. That costs 3 %, where Base64 costs 33 %.
//!
//! ```text
//! pairs                                            written as
//! D800..DFFF (halves of other characters)          ESCAPE, pair - D800 + 0100
//! 0000..001F                                       ESCAPE, pair + 0060
//! ", \, 2028, 2029, FEFF, FFFE, FFFF               ESCAPE, its place in this list + 0030
//! ESCAPE                                           ESCAPE, 0080
//! ```

/// Announces the next character as one that stands for another: the first of private use.
pub const ESCAPE: u16 = 0xe000;

/// What a string of a script or a decoder may not take as it is, beside the halves.
const OTHERS: [u16; 7] = [0x22, 0x5c, 0x2028, 0x2029, 0xfeff, 0xfffe, 0xffff];

/// A script `NAME = "..."` with these bytes; `NAME` is some assignment, as `const DATA`. The note stands
/// above it, as a comment.
pub fn script(note: &str, name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut units = vec![0xfeff];
    note.lines().for_each(|line| units.extend(format!("// {line}\n").encode_utf16()));
    units.extend(format!("{name} = \"").encode_utf16());
    for pair in bytes.chunks(2) {
        let unit = u16::from_le_bytes([pair[0], pair.get(1).copied().unwrap_or(0)]);
        match escaped(unit) {
            Some(second) => units.extend([ESCAPE, second]),
            None => units.push(unit),
        }
    }
    units.extend("\";\n".encode_utf16());
    units.into_iter().flat_map(u16::to_le_bytes).collect()
}

/// What stands behind [`ESCAPE`] for a pair that cannot stand for itself.
fn escaped(unit: u16) -> Option<u16> {
    match unit {
        0..=0x1f => Some(unit + 0x60),
        0xd800..=0xdfff => Some(unit - 0xd800 + 0x100),
        ESCAPE => Some(0x80),
        _ => OTHERS.iter().position(|&other| other == unit).map(|place| 0x30 + place as u16),
    }
}

/// The pair that stands behind [`ESCAPE`] as this character; what the page does, too.
#[cfg(test)]
fn unescaped(second: u16) -> u16 {
    match second {
        0x100.. => second - 0x100 + 0xd800,
        0x80 => ESCAPE,
        0x60.. => second - 0x60,
        _ => OTHERS[usize::from(second - 0x30)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_bytes_comes_back_from_a_text() {
        let bytes: Vec<u8> = (0..=u16::MAX).flat_map(u16::to_le_bytes).chain([7]).collect();
        let script = script("A note\nin two lines", "const DATA", &bytes);
        let units: Vec<u16> =
            script.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        assert_eq!(units[0], 0xfeff);
        // A text without halves of characters, in one line, between two quotation marks.
        let text = String::from_utf16(&units[1..]).unwrap();
        let line = text.lines().nth(2).unwrap();
        let inside = line.strip_prefix("const DATA = \"").unwrap().strip_suffix("\";").unwrap();
        assert!(text.lines().count() == 3 && !inside.contains(['"', '\\', '\u{2028}', '\u{2029}']));
        let (mut units, mut found) = (inside.encode_utf16(), Vec::new());
        while let Some(unit) = units.next() {
            let pair = if unit == ESCAPE { unescaped(units.next().unwrap()) } else { unit };
            found.extend(pair.to_le_bytes());
        }
        assert!(found[..bytes.len()] == bytes && found.len() == bytes.len() + 1);
        assert!(script.len() < bytes.len() * 104 / 100);
    }
}
