//! Colours, line styles, markers and text widths that all figures share.

use plotters::style::RGBColor;

/// Canvas units per pixel: plotters rounds coordinates to whole units, and half a pixel is not
/// visible.
pub(super) const UNITS: i32 = 2;

/// Pixels in canvas units.
pub(super) const fn px(pixels: i32) -> i32 {
    pixels * UNITS
}

pub(super) const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
pub(super) const MUTED: RGBColor = RGBColor(0x66, 0x66, 0x66);
pub(super) const GRID: RGBColor = RGBColor(0xE3, 0xE3, 0xE3);

/// The colours of Okabe and Ito (2008) that stand out on white; they can be told apart with any
/// kind of colour vision.
const COLOURS: [RGBColor; 7] = [
    RGBColor(0x00, 0x72, 0xB2),
    RGBColor(0xD5, 0x5E, 0x00),
    RGBColor(0x00, 0x9E, 0x73),
    RGBColor(0xCC, 0x79, 0xA7),
    RGBColor(0xE6, 0x9F, 0x00),
    RGBColor(0x56, 0xB4, 0xE9),
    INK,
];

/// The colour of the n-th series.
pub(super) fn colour(index: usize) -> RGBColor {
    COLOURS[index % COLOURS.len()]
}

/// The shape of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    Circle,
    Square,
    Triangle,
    Diamond,
    Plus,
    Downward,
    Cross,
}

impl Marker {
    /// The shape of the n-th series.
    pub(super) fn of(index: usize) -> Self {
        [
            Self::Circle,
            Self::Square,
            Self::Triangle,
            Self::Diamond,
            Self::Plus,
            Self::Downward,
            Self::Cross,
        ][index % 7]
    }

    /// The outline around the origin, in canvas units.
    pub(super) fn outline(self, radius: i32) -> Vec<(i32, i32)> {
        let r = f64::from(radius);
        let polygon = |corners: usize, turn: f64, r: f64| -> Vec<(i32, i32)> {
            (0..corners)
                .map(|corner| {
                    let angle = (corner as f64 / corners as f64 + turn) * std::f64::consts::TAU;
                    ((r * angle.cos()).round() as i32, (r * angle.sin()).round() as i32)
                })
                .collect()
        };
        match self {
            Self::Circle => polygon(16, 0.0, r),
            Self::Square => polygon(4, 0.125, r * 1.25),
            Self::Triangle => polygon(3, 0.75, r * 1.3),
            Self::Diamond => polygon(4, 0.0, r * 1.3),
            Self::Downward => polygon(3, 0.25, r * 1.3),
            Self::Plus => plus(radius, (r * 0.35).round() as i32),
            Self::Cross => plus(radius, (r * 0.35).round() as i32)
                .into_iter()
                .map(|(x, y)| {
                    let turned = |a: i32, b: i32| (f64::from(a + b) * 0.75).round() as i32;
                    (turned(x, -y), turned(x, y))
                })
                .collect(),
        }
    }
}

fn plus(long: i32, thin: i32) -> Vec<(i32, i32)> {
    let quarter = [(thin, -thin), (thin, -long), (-thin, -long)];
    let turn = |(x, y): (i32, i32)| (y, -x);
    let mut outline = quarter.to_vec();
    let mut last = quarter;
    for _ in 0..3 {
        last = last.map(turn);
        outline.extend(last);
    }
    outline
}

/// The dashes of a line, in canvas units; `None` is a solid line.
pub(super) type Dash = Option<(i32, i32)>;

/// The line style of the n-th series: solid for as many as there are colours, then dashed.
pub(super) fn dash(index: usize) -> Dash {
    match index / COLOURS.len() % 3 {
        0 => None,
        1 => Some((px(7), px(4))),
        _ => Some((px(2), px(3))),
    }
}

/// About how wide a text is in canvas units, for a font size in pixels. No font is at hand, so
/// this goes by the widths of Arial and errs to the wide side.
pub(super) fn text_width(text: &str, size: i32) -> i32 {
    units(text.chars().map(ems).sum(), size)
}

/// The width of a character in units of the font size.
fn ems(character: char) -> f64 {
    match character {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.27,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | ' ' | '-' | '/' => 0.34,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.88,
        'A'..='Z' | '+' | '=' | '±' | '×' | '→' | '≥' | '≤' => 0.70,
        other if other.is_ascii() => 0.56,
        other if (other as u32) < 0x2E80 => 0.62,
        _ => 1.05,
    }
}

fn units(ems: f64, size: i32) -> i32 {
    (ems * f64::from(px(size)) * 1.04).ceil() as i32
}

/// The text cut to a width in canvas units, with an ellipsis where something is missing.
pub(super) fn fit_text(text: &str, size: i32, width: i32) -> String {
    const ELLIPSIS: char = '…';
    if text_width(text, size) <= width {
        return text.to_owned();
    }
    // The longest beginning that fits: one pass, as texts may be long.
    let mut end = (units(ems(ELLIPSIS), size) <= width).then_some(0);
    let mut sum = 0.0;
    for (place, character) in text.char_indices() {
        sum += ems(character);
        if units(sum + ems(ELLIPSIS), size) > width {
            break;
        }
        // Blanks at the end of a line are left out.
        if !character.is_whitespace() {
            end = Some(place + character.len_utf8());
        }
    }
    end.map_or_else(String::new, |end| text[..end].to_owned() + "…")
}

/// The text broken at spaces into lines of at most a width in canvas units; a word that is too
/// long for a line stands alone on one.
pub(super) fn wrap_text(text: &str, size: i32, width: i32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if line.is_empty() || text_width(&longer, size) <= width {
                line = longer;
            } else {
                lines.push(std::mem::replace(&mut line, word.to_owned()));
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_and_wrapped_to_its_width() {
        let text = "The validation accuracy of seventeen architectures";
        let cut = fit_text(text, 13, px(120));
        assert!(cut.ends_with('…') && text_width(&cut, 13) <= px(120), "{cut}");
        let lines = wrap_text(text, 13, px(150));
        assert!(lines.len() > 1);
        assert!(lines.iter().all(|line| text_width(line, 13) <= px(150)), "{lines:?}");
        assert_eq!(lines.join(" "), text);
        assert!(wrap_text("", 13, 10).is_empty());
    }

    /// It took 15 s, a column of an `x` each time; the text that fits is found in one pass.
    #[test]
    fn a_text_of_any_length_is_cut_at_the_same_place() {
        let text = "a b".repeat(400_000);
        let cut = fit_text(&text, 13, px(120));
        assert_eq!(cut, fit_text(&text[..100], 13, px(120)));
        for width in 0..60 {
            let cut = fit_text("i  mm W", 13, width);
            assert!(text_width(&cut, 13) <= width && !cut.contains(" …"), "{width}: {cut}");
        }
    }
}
