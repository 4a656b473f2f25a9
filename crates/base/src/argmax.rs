//! The place of the largest value.

/// The index of the largest value, of equal ones the first; 0 if there is none.
pub fn argmax<N: PartialOrd>(values: impl IntoIterator<Item = N>) -> usize {
    let mut best: Option<(usize, N)> = None;
    for (index, value) in values.into_iter().enumerate() {
        if best.as_ref().is_none_or(|(_, most)| value > *most) {
            best = Some((index, value));
        }
    }
    best.map_or(0, |(index, _)| index)
}

#[cfg(test)]
mod tests {
    use super::argmax;

    #[test]
    fn of_equal_values_the_first_wins() {
        assert_eq!(argmax([1, 3, 2, 3]), 1);
        assert_eq!(argmax([f64::NAN, 1.0]), 0);
        assert_eq!(argmax(Vec::<f32>::new()), 0);
    }
}
