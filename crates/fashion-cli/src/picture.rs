//! PNG and JPEG files.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use fashion::photo::Photo;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};

/// The longest edge that is decoded, in pixels.
const LONGEST: u32 = 20_000;
/// The most pixels that are decoded: those of a telephone's camera at its best. With copies in grey and
/// upright, a picture takes up to 500 MB for a moment.
const MOST: u64 = 50_000_000;
/// Bytes that a decoder may take: four for each pixel.
const MEMORY: u64 = MOST * 4;

/// Reads a picture, upright as its camera says.
pub fn read(path: &Path) -> Result<Photo, String> {
    let said = |problem: String| format!("{}: {problem}", path.display());
    // The content tells the kind, whatever the name says.
    let reader = File::open(path)
        .and_then(|file| ImageReader::new(BufReader::new(file)).with_guessed_format())
        .map_err(|error| said(format!("cannot be read: {error}")))?;
    let kind = reader.format();
    let broken = |error: image::ImageError| {
        said(match kind {
            None => "expected a PNG or JPEG picture, got another kind of file".into(),
            Some(kind) => format!("cannot be decoded as {kind:?}: {error}"),
        })
    };
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    if width.max(height) > LONGEST || u64::from(width) * u64::from(height) > MOST {
        return Err(said(format!(
            "is too large: {width} x {height} pixels; make it smaller, {LONGEST} on the longest edge and \
             {} million at most",
            MOST / 1_000_000
        )));
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY);
    decoder.set_limits(limits).map_err(broken)?;
    let orientation = decoder.orientation().map_err(broken)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    picture.apply_orientation(orientation);
    let picture = picture.into_rgba8();
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    Photo::from_rgba(width, height, picture.as_raw()).map_err(|error| said(error.to_string()))
}
