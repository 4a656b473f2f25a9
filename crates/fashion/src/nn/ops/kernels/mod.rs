//! The only unsafe code of the operations: reading a tensor's storage, and gemm.

mod convolution;
#[cfg(target_arch = "x86_64")]
mod fast;
mod loops;
mod mask;
mod matmul;
mod path;
mod pool;
mod portable;
mod scratch;
mod threads;
mod update;

use dfdx::shapes::Shape;
use dfdx::tensor::{Cpu, Tensor};

use crate::Float;

pub(super) use convolution::{Arrived, Convolution, Geometry};
pub(super) use mask::{Mask, add_masked, masked};
pub(super) use matmul::{Layout, matmul};
pub use path::{Kernels, Path};
pub(super) use pool::{average_pool, max_pool, unpool_average, unpool_max};
pub(super) use scratch::keep_freed_memory;
pub(in crate::nn) use update::apply_rule;

/// The elements of a tensor, or `None` if they are not stored one after the other in the order of
/// its axes (a broadcast or permuted tensor).
///
/// dfdx shows single elements only, and copying a batch costs as much as some layers do.
pub(super) fn values<S: Shape, E: Float, T>(tensor: &Tensor<S, E, Cpu, T>) -> Option<&[E]> {
    use dfdx::shapes::HasShape;
    let sizes = tensor.shape().concrete();
    let count = tensor.shape().num_elements();
    if count == 0 {
        return Some(&[]);
    }
    let first: *const E = &tensor[S::Concrete::default()];
    let mut stride = count;
    for (axis, size) in sizes.into_iter().enumerate() {
        stride /= size;
        let mut second = S::Concrete::default();
        if size > 1 {
            second[axis] = 1;
            if !std::ptr::eq(&tensor[second], first.wrapping_add(stride)) {
                return None;
            }
        }
    }
    // SAFETY: `first` is the first element of a vector that lives as long as the tensor is borrowed.
    // Along every axis the next element lies where row-major order puts it, so the element with the
    // largest index, which is in the vector by dfdx's own invariant, is `first + count - 1`.
    Some(unsafe { std::slice::from_raw_parts(first, count) })
}
