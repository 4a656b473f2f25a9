//! Moving the pixels of an image.

use crate::Float;

/// A change of places: source = centre + matrix (target - centre - shift), as (row, column). Each pixel of the
/// result is the bilinear mean of the four pixels around its source; outside of the image everything is 0.
#[derive(Debug, Clone, Copy)]
pub struct Warp {
    /// Where a step in the result leads in the source.
    pub matrix: [[f64; 2]; 2],
    /// By how much the result moves, down and to the right.
    pub shift: [f64; 2],
}

impl Warp {
    /// No change.
    pub fn still() -> Self {
        Self { matrix: [[1.0, 0.0], [0.0, 1.0]], shift: [0.0, 0.0] }
    }

    /// Left to right.
    pub fn mirror() -> Self {
        Self { matrix: [[1.0, 0.0], [0.0, -1.0]], ..Self::still() }
    }

    /// About the centre.
    pub fn rotation(degrees: f64) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        Self { matrix: [[cos, -sin], [sin, cos]], ..Self::still() }
    }

    /// Changes the image in place.
    pub fn apply<E: Float>(&self, image: &mut [E], [height, width, channels]: [usize; 3]) {
        let source = image.to_vec();
        let centre = [(height as f64 - 1.0) / 2.0, (width as f64 - 1.0) / 2.0];
        let pixel = |row: isize, column: isize, channel: usize| {
            let inside =
                (0..height as isize).contains(&row) && (0..width as isize).contains(&column);
            let place = (row * width as isize + column) * channels as isize + channel as isize;
            if inside { source[place as usize] } else { E::zero() }
        };
        for (place, target) in image.chunks_exact_mut(channels).enumerate() {
            let y = (place / width) as f64 - centre[0] - self.shift[0];
            let x = (place % width) as f64 - centre[1] - self.shift[1];
            let [row, column] = [0, 1]
                .map(|axis| centre[axis] + self.matrix[axis][0] * y + self.matrix[axis][1] * x);
            let (top, left) = (row.floor(), column.floor());
            let (down, right) = (E::cast(row - top), E::cast(column - left));
            let (top, left) = (top as isize, left as isize);
            let mix = |a: E, b: E, share: E| a + (b - a) * share;
            for (channel, target) in target.iter_mut().enumerate() {
                let upper = mix(pixel(top, left, channel), pixel(top, left + 1, channel), right);
                let lower =
                    mix(pixel(top + 1, left, channel), pixel(top + 1, left + 1, channel), right);
                *target = mix(upper, lower, down);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An image with one bright pixel.
    fn dot(height: usize, width: usize, row: usize, column: usize) -> Vec<f64> {
        let mut image = vec![0.0; height * width];
        image[row * width + column] = 1.0;
        image
    }

    fn changed(matrix: [[f64; 2]; 2], shift: [f64; 2], image: &[f64]) -> Vec<f64> {
        let mut image = image.to_vec();
        Warp { matrix, shift }.apply(&mut image, [5, 5, 1]);
        image
    }

    #[test]
    fn a_whole_pixel_shift_moves_and_half_a_pixel_spreads() {
        let still = [[1.0, 0.0], [0.0, 1.0]];
        assert_eq!(changed(still, [0.0, 0.0], &dot(5, 5, 1, 2)), dot(5, 5, 1, 2));
        assert_eq!(changed(still, [1.0, -2.0], &dot(5, 5, 1, 2)), dot(5, 5, 2, 0));
        assert_eq!(changed(still, [4.0, 0.0], &dot(5, 5, 1, 2)), vec![0.0; 25]);
        let spread = changed(still, [0.0, 0.5], &dot(5, 5, 1, 2));
        assert_eq!((spread[5 + 2], spread[5 + 3]), (0.5, 0.5));
    }

    #[test]
    fn a_quarter_turn_and_a_mirror_move_a_corner_to_another() {
        let turned = changed([[0.0, -1.0], [1.0, 0.0]], [0.0, 0.0], &dot(5, 5, 0, 4));
        assert_eq!(turned, dot(5, 5, 4, 4));
        let mirrored = changed([[1.0, 0.0], [0.0, -1.0]], [0.0, 0.0], &dot(5, 5, 0, 4));
        assert_eq!(mirrored, dot(5, 5, 0, 0));
    }
}
