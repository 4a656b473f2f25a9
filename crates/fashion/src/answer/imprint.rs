//! What a variable holds, without saying it: its form in words, its values as a hash.
//!
//! The student edition compares a student's variables so with those of the model solution, which a student cannot
//! read out of it. Numbers are rounded to six digits, so that another order of adding up is no difference; whole
//! numbers are whole numbers whatever their type, and a list is a list whether it is a `Vec`, an array or one of
//! ndarray's.
//!
//! A cell that records imprints compiles what is generic here, so that little is.

use std::fmt::Display;

use fashion_base::text::say;
use ndarray::{ArrayBase, Data, Dimension, RawData};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The form of a value and, where it is determined, its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imprint {
    /// In words: `3 x number`, `(whole number, text)`, `600 images`.
    pub form: String,
    /// None for what may differ: texts, and types of which nothing is known here.
    pub seal: Option<String>,
}

/// What can be written into an [`Imprint`].
pub trait Imprinted {
    /// Its form in words.
    fn form(&self) -> String;

    /// Adds its values.
    fn write(&self, values: &mut Values);
}

/// The values of an imprint, on their way into the hash.
#[derive(Default)]
pub struct Values {
    hash: Sha256,
    determined: bool,
}

impl Values {
    /// Adds a number, rounded.
    pub fn number(&mut self, value: f64) {
        self.determined = true;
        self.form_number(value);
    }

    /// Adds a number that the form has already: it says nothing of the values.
    pub fn form_number(&mut self, value: f64) {
        // Differences that are zero but for rounding have no digits to compare.
        let value = if value.abs() < 1e-12 { 0.0 } else { value };
        self.add(&format!("{value:.5e}"));
    }

    fn exact(&mut self, value: &dyn Display) {
        self.determined = true;
        self.add(&value.to_string());
    }

    fn add(&mut self, text: &str) {
        self.hash.update(text);
        self.hash.update(";");
    }
}

impl Imprint {
    /// Of a value; `question` makes the hashes of one question differ from those of others.
    pub fn new(question: &str, value: &dyn Imprinted) -> Self {
        let mut values = Values::default();
        values.add(question);
        value.write(&mut values);
        let hash = values.hash.finalize();
        let seal = hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        Self { form: value.form(), seal: values.determined.then_some(seal) }
    }

    /// Of a value of which only the type is known.
    pub fn of_type<T: ?Sized>() -> Self {
        Self::of_type_named(std::any::type_name::<T>())
    }

    fn of_type_named(path: &str) -> Self {
        let name = path.split('<').next().unwrap_or(path);
        Self { form: name.rsplit("::").next().unwrap_or(name).to_owned(), seal: None }
    }
}

/// Prints imprints on a line of their own, which what executes a notebook takes out of the cell's output.
#[doc(hidden)]
pub fn print_imprints(cell: &str, imprints: &[(&str, Imprint)]) {
    let map: serde_json::Map<String, serde_json::Value> = imprints
        .iter()
        .map(|(name, imprint)| ((*name).to_owned(), serde_json::json!(imprint)))
        .collect();
    say(format_args!("imprints of {cell}: {}", serde_json::Value::Object(map)));
}

/// The imprint of a variable, whatever its type: `imprint!("A1-T1", variable)`.
///
/// ```
/// let (small, large) = (fashion::imprint!("A1-T1", 0.1 + 0.2), fashion::imprint!("A1-T1", 0.3));
/// assert_eq!(small, large);
/// assert_eq!(fashion::imprint!("A1-T1", vec![(1, 0.5)]).form, "1 x (whole number, number)");
/// // Nothing is known of this one but its type.
/// assert_eq!(fashion::imprint!("A1-T1", std::time::Instant::now()).seal, None);
/// ```
#[macro_export]
macro_rules! imprint {
    ($question:expr, $value:expr) => {{
        #[allow(unused_imports)]
        use $crate::answer::{OfType as _, OfValue as _};
        (&$crate::answer::Seen(&$value)).imprint($question)
    }};
}

/// A reference whose imprint is that of the value if the type is [`Imprinted`], else that of the type: of two methods
/// of one name, the compiler takes the one that needs no further reference.
#[doc(hidden)]
pub struct Seen<'a, T: ?Sized>(pub &'a T);

#[doc(hidden)]
pub trait OfValue {
    fn imprint(&self, question: &str) -> Imprint;
}

impl<T: Imprinted + ?Sized> OfValue for Seen<'_, T> {
    fn imprint(&self, question: &str) -> Imprint {
        Imprint::new(question, &self.0)
    }
}

#[doc(hidden)]
pub trait OfType {
    fn imprint(&self, question: &str) -> Imprint;
}

impl<T: ?Sized> OfType for &Seen<'_, T> {
    fn imprint(&self, _: &str) -> Imprint {
        Imprint::of_type::<T>()
    }
}

macro_rules! whole_numbers {
    ($($type:ty),+) => {$(
        impl Imprinted for $type {
            fn form(&self) -> String {
                "whole number".into()
            }

            fn write(&self, values: &mut Values) {
                values.exact(self);
            }
        }
    )+};
}
whole_numbers!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

macro_rules! numbers {
    ($($type:ty),+) => {$(
        impl Imprinted for $type {
            fn form(&self) -> String {
                "number".into()
            }

            fn write(&self, values: &mut Values) {
                values.number(f64::from(*self));
            }
        }
    )+};
}
numbers!(f32, f64);

impl Imprinted for bool {
    fn form(&self) -> String {
        "yes or no".into()
    }

    fn write(&self, values: &mut Values) {
        values.exact(self);
    }
}

/// The words are a student's own.
impl Imprinted for str {
    fn form(&self) -> String {
        "text".into()
    }

    fn write(&self, _: &mut Values) {}
}

impl Imprinted for String {
    fn form(&self) -> String {
        self.as_str().form()
    }

    fn write(&self, _: &mut Values) {}
}

impl<T: Imprinted + ?Sized> Imprinted for &T {
    fn form(&self) -> String {
        (**self).form()
    }

    fn write(&self, values: &mut Values) {
        (**self).write(values);
    }
}

impl<T: Imprinted> Imprinted for Option<T> {
    fn form(&self) -> String {
        self.as_ref().map_or_else(|| "nothing".into(), Imprinted::form)
    }

    fn write(&self, values: &mut Values) {
        match self {
            Some(value) => value.write(values),
            None => values.exact(&"none"),
        }
    }
}

/// The form of a list is that of its first element; an empty one has no element to tell.
impl<T: Imprinted> Imprinted for [T] {
    fn form(&self) -> String {
        match self.first() {
            Some(first) => format!("{} x {}", self.len(), first.form()),
            None => "an empty list".into(),
        }
    }

    fn write(&self, values: &mut Values) {
        self.iter().for_each(|value| value.write(values));
    }
}

impl<T: Imprinted> Imprinted for Vec<T> {
    fn form(&self) -> String {
        self.as_slice().form()
    }

    fn write(&self, values: &mut Values) {
        self.as_slice().write(values);
    }
}

impl<T: Imprinted, const N: usize> Imprinted for [T; N] {
    fn form(&self) -> String {
        self.as_slice().form()
    }

    fn write(&self, values: &mut Values) {
        self.as_slice().write(values);
    }
}

impl<S, D> Imprinted for ArrayBase<S, D>
where
    S: Data + RawData<Elem: Imprinted>,
    D: Dimension,
{
    fn form(&self) -> String {
        let sizes: Vec<String> = self.shape().iter().map(usize::to_string).collect();
        match self.first() {
            Some(first) => format!("{} x {}", sizes.join(" x "), first.form()),
            None => "an empty list".into(),
        }
    }

    fn write(&self, values: &mut Values) {
        self.iter().for_each(|value| value.write(values));
    }
}

macro_rules! tuples {
    ($(($($name:ident $place:tt),+)),+) => {$(
        impl<$($name: Imprinted),+> Imprinted for ($($name,)+) {
            fn form(&self) -> String {
                format!("({})", [$(self.$place.form()),+].join(", "))
            }

            fn write(&self, values: &mut Values) {
                $(self.$place.write(values);)+
            }
        }
    )+};
}
tuples!((A 0, B 1), (A 0, B 1, C 2), (A 0, B 1, C 2, D 3));

#[cfg(test)]
mod tests {
    use super::*;

    fn seal(value: impl Imprinted) -> String {
        Imprint::new("A1-T1", &value).seal.unwrap()
    }

    #[test]
    fn what_is_equal_but_for_its_type_has_one_imprint() {
        let list = Imprint::new("A1-T1", &vec![3_usize, 4]);
        assert_eq!(list, Imprint::new("A1-T1", &[3_u8, 4]));
        assert_eq!(list, Imprint::new("A1-T1", &ndarray::arr1(&[3_i64, 4])));
        assert_eq!(list.form, "2 x whole number");
    }

    #[test]
    fn rounding_is_no_difference_and_a_digit_is_one() {
        assert_eq!(seal(0.1 + 0.2), seal(0.3));
        assert_eq!(seal(1e-17), seal(0.0));
        assert_ne!(seal(0.300_002), seal(0.3));
        assert_ne!(seal((1, 23)), seal((12, 3)));
        assert_ne!(seal(vec![1.0, 2.0]), seal(vec![2.0, 1.0]));
    }

    #[test]
    fn a_hash_belongs_to_its_question() {
        assert_ne!(Imprint::new("A1-T1", &1), Imprint::new("A1-T2", &1));
    }

    #[test]
    fn words_are_not_compared_and_numbers_beside_them_are() {
        assert_eq!(Imprint::new("A1-T1", &"wide").seal, None);
        assert_eq!(seal(("wide", 1)), seal(("broad".to_owned(), 1)));
        assert_ne!(seal(("wide", 1)), seal(("wide", 2)));
    }
}
