//! The shapes of dfdx tensors that layers take and give.

use dfdx::shapes::Rank0;
use dfdx::tensor::{Cpu, NoneTape, Tensor};

/// One number, such as a loss.
pub type Scalar<E, T = NoneTape> = Tensor<Rank0, E, Cpu, T>;
/// (features)
pub type Vector<E, T = NoneTape> = Tensor<(usize,), E, Cpu, T>;
/// (samples, features)
pub type Matrix<E, T = NoneTape> = Tensor<(usize, usize), E, Cpu, T>;
/// (samples, height, width, channels)
pub type ImageBatch<E, T = NoneTape> = Tensor<(usize, usize, usize, usize), E, Cpu, T>;
/// (kernel height, kernel width, channels in, channels out)
pub type Filters<E, T = NoneTape> = Tensor<(usize, usize, usize, usize), E, Cpu, T>;

/// Where the input of a layer comes from, which decides whether its gradient is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Source {
    /// Data: nobody asks for its gradient, so none is computed. The first layer's input.
    Data,
    /// Another operation, or a leaf whose gradient is wanted.
    #[default]
    Layer,
}
