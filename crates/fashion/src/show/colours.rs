//! Colour scales for matrices.

use plotters::style::RGBColor;

/// From white to the dark end, for shares from 0 to 1.
pub(super) fn sequential(share: f64) -> RGBColor {
    // The root makes the few confusions visible beside the full diagonal.
    between(WHITE, DARK_BLUE, share.clamp(0.0, 1.0).sqrt() * 0.95)
}

/// Orange below zero, white at zero, blue above, for values from -1 to 1. The two ends differ in
/// hue for any kind of colour vision.
pub(super) fn diverging(value: f64) -> RGBColor {
    let value = value.clamp(-1.0, 1.0);
    if value < 0.0 { between(WHITE, DARK_ORANGE, -value) } else { between(WHITE, DARK_BLUE, value) }
}

const WHITE: RGBColor = RGBColor(255, 255, 255);
const DARK_BLUE: RGBColor = RGBColor(0x00, 0x4C, 0x7A);
const DARK_ORANGE: RGBColor = RGBColor(0xB3, 0x47, 0x00);

fn between(from: RGBColor, to: RGBColor, share: f64) -> RGBColor {
    let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
    RGBColor(mix(from.0, to.0), mix(from.1, to.1), mix(from.2, to.2))
}

/// Black or white, whichever is legible on a colour (by relative luminance).
pub(super) fn text_on(background: RGBColor) -> RGBColor {
    let linear = |channel: u8| (f64::from(channel) / 255.0).powf(2.2);
    let RGBColor(red, green, blue) = background;
    let luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    if luminance < 0.36 { WHITE } else { super::style::INK }
}
