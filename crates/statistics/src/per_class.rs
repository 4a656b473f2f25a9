//! In which classes two fitted models differ.

use crate::holm::holm;
use crate::mcnemar::mcnemar_exact;
use crate::moments::as_many;
use crate::{Error, Result};

/// McNemar's test for the images of one class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassTest {
    /// The class's label.
    pub class: usize,
    /// How many images of the class only the first model gets right.
    pub only_first: usize,
    /// How many only the second gets right.
    pub only_second: usize,
    /// The exact two-sided p-value of this class alone.
    pub p_value: f64,
    /// The p-value adjusted for all classes, by [`holm`].
    pub adjusted: f64,
}

/// McNemar's exact test for each class, adjusted for all of them by Holm. A class without images, or
/// where the models agree, has p-value 1.
///
/// ```
/// let truth = [0, 0, 1, 1];
/// let first = [true, true, false, true];
/// let second = [false, true, true, true];
/// let tests = fashion_statistics::per_class(&truth, &first, &second, 2)?;
/// assert_eq!((tests[0].only_first, tests[0].only_second), (1, 0));
/// assert_eq!(tests[1].only_second, 1);
/// # Ok::<(), fashion_statistics::Error>(())
/// ```
///
/// # Errors
/// If there are not as many of all three, or a label is not below `classes`.
pub fn per_class(
    truth: &[usize],
    first: &[bool],
    second: &[bool],
    classes: usize,
) -> Result<Vec<ClassTest>> {
    as_many(
        "per_class",
        "predictions of the first model, one for each label",
        truth.len(),
        first.len(),
    )?;
    as_many("per_class", "predictions of the second model", first.len(), second.len())?;
    let mut counts = vec![(0, 0); classes];
    for ((&class, &first), &second) in truth.iter().zip(first).zip(second) {
        let Some(count) = counts.get_mut(class) else {
            return Err(Error::parameter("truth", format!("labels below {classes}"), class));
        };
        count.0 += usize::from(first && !second);
        count.1 += usize::from(second && !first);
    }
    let p_values: Vec<f64> = counts.iter().map(|&(b, c)| mcnemar_exact(b, c)).collect();
    let adjusted = holm(&p_values)?;
    let tests = counts.into_iter().zip(p_values.into_iter().zip(adjusted)).enumerate();
    Ok(tests
        .map(|(class, ((only_first, only_second), (p_value, adjusted)))| ClassTest {
            class,
            only_first,
            only_second,
            p_value,
            adjusted,
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_errors_and_an_empty_class_is_none() {
        assert!(per_class(&[0, 1], &[true], &[true, true], 2).is_err());
        assert!(per_class(&[0, 1], &[true, true], &[true], 2).is_err());
        let error = per_class(&[0, 2], &[true; 2], &[true; 2], 2).unwrap_err().to_string();
        assert_eq!(error, "truth: expected labels below 2, got 2");
        let tests = per_class(&[0, 0], &[true; 2], &[false; 2], 3).unwrap();
        assert_eq!((tests.len(), tests[2].p_value, tests[0].p_value), (3, 1.0, 0.5));
    }
}
