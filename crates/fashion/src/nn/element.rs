//! The number types that networks compute in, and where their code is compiled.

use fashion_base::tensor_file::Stored;
use ndarray::{Array2, ArrayView2};

use super::fit::Job;
use super::infer::Stage;
use super::{History, Network};
use crate::{Float, Result};

/// `f32` or `f64`: what a [`Network`] computes in.
///
/// The methods are the whole of the heavy generic code. They are implemented for concrete types, so it
/// is compiled with this crate and not again in every notebook cell that trains.
pub trait Element: Float + Stored {
    #[doc(hidden)]
    fn bits(self) -> u64;
    #[doc(hidden)]
    fn fit(network: &mut Network<Self>, job: &Job<'_, Self>) -> Result<History>;
    #[doc(hidden)]
    fn infer(
        network: &Network<Self>,
        rows: ArrayView2<'_, Self>,
        stage: Stage,
    ) -> Result<Array2<Self>>;
}

macro_rules! element {
    ($($type:ty),+) => {$(
        impl Element for $type {
            fn bits(self) -> u64 {
                self.to_bits().into()
            }

            fn fit(network: &mut Network<Self>, job: &Job<'_, Self>) -> Result<History> {
                super::fit::run(network, job)
            }

            fn infer(
                network: &Network<Self>,
                rows: ArrayView2<'_, Self>,
                stage: Stage,
            ) -> Result<Array2<Self>> {
                super::infer::run(network, rows, stage)
            }
        }
    )+};
}
element!(f32, f64);
