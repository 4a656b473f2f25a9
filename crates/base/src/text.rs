//! Numbers as people read them.

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

/// A fraction as per cent: `percent(0.8033, 1)` is `80.3 %`.
pub fn percent(fraction: f64, decimals: usize) -> String {
    format!("{:.decimals$} %", fraction * 100.0)
}

/// The difference of two fractions in percentage points, with its sign: `+1.2 points`.
pub fn points(from: f64, to: f64, decimals: usize) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_read_them() {
        assert_eq!(percent(0.80333, 2), "80.33 %");
        assert_eq!(points(0.80, 0.79, 1), "-1.0 points");
        assert_eq!(thousands(1_491_338_usize), "1,491,338");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(-1000), "-1,000");
        assert_eq!(thousands(f64::NAN), "NaN");
    }
}
