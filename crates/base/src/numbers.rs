//! Numbers in a row.

/// The place of the largest value, of equal ones the first (NumPy's `argmax`); 0 for no value.
///
/// A value that compares with nothing, such as not a number, is never the largest, unless it comes
/// first.
///
/// ```
/// assert_eq!(fashion_base::numbers::argmax([1.0, 3.0, 3.0]), 1);
/// ```
pub fn argmax<T: PartialOrd>(values: impl IntoIterator<Item = T>) -> usize {
    let mut values = values.into_iter().enumerate();
    let Some((mut place, mut largest)) = values.next() else { return 0 };
    for (index, value) in values {
        if value > largest {
            (place, largest) = (index, value);
        }
    }
    place
}

#[cfg(test)]
mod tests {
    use super::argmax;

    #[test]
    fn the_first_of_the_largest_wins() {
        assert_eq!(argmax([0.5, 2.0, f64::NAN, 2.0]), 1);
        assert_eq!(argmax([3, 3]), 0);
        assert_eq!(argmax::<f64>([]), 0);
    }
}
