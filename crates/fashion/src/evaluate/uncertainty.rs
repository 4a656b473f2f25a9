//! How results with their uncertainty end a cell: as the sentence that they are.

use fashion_statistics::{Interval, RankTest, Runs, Slope, TimeRatio, Words};

use crate::show::{Bundle, Render};

macro_rules! as_text {
    ($($type:ty),+) => {$(
        impl Render for $type {
            fn render(&self) -> Bundle {
                Bundle::text(self.to_string())
            }
        }
    )+};
}
as_text!(Interval, RankTest, Runs, Slope, TimeRatio, Words);
