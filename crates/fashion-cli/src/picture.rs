//! PNG and JPEG files.

use std::io::Cursor;
use std::path::Path;

use fashion::photo::Photo;
use fashion::whole_file;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

/// The longest edge that is decoded, in pixels.
const LONGEST: u32 = 20_000;
/// The most pixels that are decoded: those of a telephone's camera at its best. With copies in grey and
/// upright, a picture takes up to 500 MB for a moment.
const MOST: u64 = 50_000_000;
/// Bytes that a decoder may take: four for each pixel.
const MEMORY: u64 = MOST * 4;

/// The largest file that is read: more than such a picture takes without compression.
const LARGEST: u64 = MEMORY + (1 << 20);

/// Reads a picture, upright as its camera says.
pub fn read(path: &Path) -> Result<Photo, String> {
    let said = |problem: String| format!("{}: {problem}", path.display());
    let bytes = whole_file::read(path, LARGEST)
        .map_err(|error| format!("a picture cannot be read: {error}"))?;
    // The content tells the kind, whatever the name says.
    let mut reader = ImageReader::new(Cursor::new(&bytes))
        .with_guessed_format()
        .map_err(|error| said(format!("cannot be read: {error}")))?;
    let kind = reader.format();
    if kind == Some(ImageFormat::Jpeg) && !goes_to_its_end(&bytes) {
        return Err(said("cannot be decoded as Jpeg: the file is cut off; copy it again".into()));
    }
    if let Some(advice) = advice(kind, &bytes) {
        return Err(said(advice.into()));
    }
    let broken = |error: image::ImageError| {
        said(match kind {
            None => "expected a PNG or JPEG picture, got another kind of file".into(),
            // The decoder's own words for it differ.
            Some(ImageFormat::Png) if is_cut_off(&error) => {
                "cannot be decoded as Png: the file is cut off; copy it again".into()
            }
            Some(kind) => format!("cannot be decoded as {kind:?}: {error}"),
        })
    };
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY);
    // Before the header is read, too: a colour profile of a few kilobytes unpacks to any size.
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    if width.max(height) > LONGEST || u64::from(width) * u64::from(height) > MOST {
        return Err(said(format!(
            "is too large: {width} x {height} pixels; make it smaller, {LONGEST} on the longest edge and \
             {} million at most",
            MOST / 1_000_000
        )));
    }
    decoder.set_limits(limits).map_err(broken)?;
    let orientation = decoder.orientation().map_err(broken)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    picture.apply_orientation(orientation);
    let picture = picture.into_rgba8();
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    Photo::from_rgba(width, height, picture.as_raw()).map_err(|error| said(error.to_string()))
}

/// Pictures of kinds that are often met and not read here: which it is, and what to do.
fn advice(kind: Option<ImageFormat>, bytes: &[u8]) -> Option<&'static str> {
    match (kind, bytes.get(4..8), bytes.get(8..12)) {
        (Some(ImageFormat::WebP), ..) => Some(
            "is a WebP picture, as web pages have them, and PNG or JPEG is expected; open it and save it as PNG, or \
             `magick picture.webp picture.png`",
        ),
        (Some(ImageFormat::Gif), ..) => Some(
            "is a GIF picture, which may be many, and PNG or JPEG is expected; save the one you mean as PNG, or \
             `magick 'picture.gif[0]' picture.png`",
        ),
        (
            _,
            Some(b"ftyp"),
            Some(b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"mif1" | b"msf1"),
        ) => Some(
            "is a HEIC picture, as telephones take them, and PNG or JPEG is expected; share or export it as JPEG (on an \
             iPhone: Settings, Camera, Formats, Most Compatible), or `magick picture.heic picture.jpg`",
        ),
        _ => None,
    }
}

/// Whether a decoder ran out of bytes.
fn is_cut_off(error: &image::ImageError) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if error.to_string().contains("unexpected end of file") {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Whether a JPEG file has its last marker. The decoder takes one without it, as a broken download leaves
/// it, and fills what is missing with grey.
fn goes_to_its_end(bytes: &[u8]) -> bool {
    const END: u8 = 0xD9;
    let mut rest = bytes.get(2..).unwrap_or_default();
    loop {
        // Among coded pixels 0xFF is followed by 0 or by the number of a restart.
        let is_marker = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0 | 0xD0..=0xD7 | 0xFF);
        let Some(place) = rest.windows(2).position(is_marker) else { return false };
        let code = rest[place + 1];
        rest = &rest[place + 2..];
        let length = match code {
            END => return true,
            // Markers that stand alone.
            0x01 | 0xD8 => continue,
            _ => rest.first_chunk().map_or(2, |&length| u16::from_be_bytes(length)),
        };
        // A segment, such as a thumbnail with an end of its own, is passed over.
        let Some(next) = rest.get(usize::from(length.max(2))..) else { return false };
        rest = next;
    }
}
