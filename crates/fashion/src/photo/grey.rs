//! A picture of any size in grey levels.

use crate::{Error, Result};

/// A grey picture of any size, from 0 (black) to 1 (white).
///
/// ```
/// use fashion::photo::Photo;
///
/// // A dark square on a light ground.
/// let dark = |place: usize| (30..70).contains(&(place % 100)) && (20..60).contains(&(place / 100));
/// let levels = (0..100 * 80).map(|place| if dark(place) { 0.1 } else { 0.9 }).collect();
/// let prepared = Photo::new(100, 80, levels)?.prepare()?;
/// assert_eq!(prepared.pixels().len(), 28 * 28);
/// assert!(prepared.pixels().iter().all(|&pixel| pixel > 200), "the square fills the image");
/// # Ok::<(), fashion::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Photo {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Row by row.
    pub(super) levels: Vec<f32>,
}

impl Photo {
    /// A picture from its grey levels, row by row.
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) unless there is one level for each pixel and at least one pixel,
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) for a level outside 0 to 1.
    pub fn new(width: usize, height: usize, levels: Vec<f32>) -> Result<Self> {
        check_size("Photo", (width, height), levels.len(), 1)?;
        match levels.iter().find(|level| !(0.0..=1.0).contains(*level)) {
            Some(level) => Err(Error::parameter("grey level", "a number from 0 to 1", level)),
            None => Ok(Self { width, height, levels }),
        }
    }

    /// A picture from red, green, blue and opacity of each pixel, 0 to 255, row by row.
    ///
    /// Transparent parts are shown on white. Grey is the luma of ITU-R BT.601:
    /// 0.299 R + 0.587 G + 0.114 B.
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) unless there are four bytes for each pixel and at least one pixel.
    pub fn from_rgba(width: usize, height: usize, bytes: &[u8]) -> Result<Self> {
        check_size("Photo", (width, height), bytes.len(), 4)?;
        let (pixels, _) = bytes.as_chunks::<4>();
        let levels = pixels.iter().map(|&[red, green, blue, opacity]| {
            let [red, green, blue, opacity] = [red, green, blue, opacity].map(f32::from);
            let luma = (0.299 * red + 0.587 * green + 0.114 * blue) / 255.0;
            let share = opacity / 255.0;
            (luma * share + 1.0 - share).clamp(0.0, 1.0)
        });
        Ok(Self { width, height, levels: levels.collect() })
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    /// The median of the outermost pixels.
    pub(super) fn ground(&self) -> f32 {
        let (last_row, last_column) = (self.height - 1, self.width - 1);
        let outer = |place: &usize| {
            let (row, column) = (place / self.width, place % self.width);
            row == 0 || column == 0 || row == last_row || column == last_column
        };
        let mut border: Vec<f32> =
            (0..self.levels.len()).filter(outer).map(|place| self.levels[place]).collect();
        let middle = border.len() / 2;
        *border.select_nth_unstable_by(middle, f32::total_cmp).1
    }

    /// The part within these columns and rows, brought to another size: each new pixel is the mean over
    /// the area that it covers.
    pub(super) fn resized(
        &self,
        columns: std::ops::Range<usize>,
        rows: std::ops::Range<usize>,
        (width, height): (usize, usize),
    ) -> Self {
        let across = shares(columns, width);
        let down = shares(rows, height);
        let mut levels = Vec::with_capacity(width * height);
        for row_shares in &down {
            for column_shares in &across {
                let (mut sum, mut area) = (0.0, 0.0);
                for &(row, high) in row_shares {
                    for &(column, wide) in column_shares {
                        sum += self.levels[row * self.width + column] * high * wide;
                        area += high * wide;
                    }
                }
                levels.push(sum / area);
            }
        }
        Self { width, height, levels }
    }
}

/// For each of `count` equal parts of a range, which pixels it covers and how much of each.
fn shares(range: std::ops::Range<usize>, count: usize) -> Vec<Vec<(usize, f32)>> {
    let length = range.len();
    // In units of 1 / count of a pixel, so that ends that should meet do.
    let part = |index: usize| {
        let (start, end) = (index * length, (index + 1) * length);
        let pixels = start / count..end.div_ceil(count);
        let covered = pixels.map(|pixel| {
            let overlap = end.min((pixel + 1) * count) - start.max(pixel * count);
            (range.start + pixel, overlap as f32 / count as f32)
        });
        covered.collect()
    };
    (0..count).map(part).collect()
}

fn check_size(
    operation: &'static str,
    (width, height): (usize, usize),
    got: usize,
    each: usize,
) -> Result<()> {
    let expected = width.checked_mul(height).and_then(|pixels| pixels.checked_mul(each));
    if got > 0 && expected == Some(got) {
        return Ok(());
    }
    let expected = format!("{each} value(s) for each of {width} x {height} pixels, at least one");
    Err(Error::shape(operation, expected, got))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smaller_pixels_are_means_of_the_area_that_they_cover() {
        let photo = Photo::new(3, 1, vec![0.0, 0.6, 0.3]).unwrap();
        assert_eq!(photo.resized(0..3, 0..1, (1, 1)).levels, [0.3]);
        let half = photo.resized(0..3, 0..1, (2, 1)).levels;
        assert!((half[0] - 0.2).abs() < 1e-6 && (half[1] - 0.4).abs() < 1e-6, "{half:?}");
        let part = photo.resized(1..3, 0..1, (4, 2)).levels;
        assert_eq!(part, [0.6, 0.6, 0.3, 0.3, 0.6, 0.6, 0.3, 0.3]);
    }

    #[test]
    fn transparent_parts_are_white_and_green_is_brighter_than_blue() {
        let bytes = [0, 0, 0, 0, 0, 255, 0, 255, 0, 0, 255, 255, 0, 0, 0, 255];
        let photo = Photo::from_rgba(2, 2, &bytes).unwrap();
        let [clear, green, blue, black] = photo.levels[..] else { panic!("four pixels") };
        assert!(clear == 1.0 && clear > green && green > blue && blue > black && black == 0.0);
    }

    #[test]
    fn bytes_that_do_not_fill_the_picture_are_refused() {
        assert!(Photo::from_rgba(2, 2, &[0; 15]).is_err());
        assert!(Photo::new(0, 5, Vec::new()).is_err());
        assert!(Photo::new(usize::MAX, 2, vec![0.0]).is_err());
        assert!(Photo::new(1, 1, vec![f32::NAN]).is_err());
    }
}
