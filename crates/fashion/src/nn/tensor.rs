//! Reading and writing dfdx tensors in place: the only unsafe code of this crate.
//!
//! dfdx shows a tensor's single elements, and copies whole tensors in and out; a copy of a batch costs
//! as much as some layers do, and copies of all weights in every step cost more than the steps.
#![allow(unsafe_code)]

use dfdx::shapes::{HasShape, Shape};
use dfdx::tensor::{Cpu, NoneTape, Tensor};

use crate::Float;

/// The elements of a tensor, or `None` if they are not stored one after the other in the order of
/// its axes (a broadcast or permuted tensor).
pub(super) fn values<S: Shape, E: Float, T>(tensor: &Tensor<S, E, Cpu, T>) -> Option<&[E]> {
    let (first, count) = extent(tensor)?;
    // SAFETY: `extent` has found `count` elements from `first` on in the tensor's storage, a vector
    // that lives, and is not changed, as long as the tensor is borrowed.
    Some(unsafe { std::slice::from_raw_parts(first, count) })
}

/// The elements of a tensor, to change, or `None` as for [`values`].
///
/// If another tensor (on a tape, say) shares the storage, it keeps what it has: dfdx copies the storage
/// before an element is written to, and so does this.
pub(super) fn values_mut<S: Shape, E: Float>(
    tensor: &mut Tensor<S, E, Cpu, NoneTape>,
) -> Option<&mut [E]> {
    let (_, count) = extent(tensor)?;
    if count == 0 {
        return Some(&mut []);
    }
    // `IndexMut` of dfdx makes the storage this tensor's own (`Arc::make_mut`).
    let first: *mut E = &mut tensor[S::Concrete::default()];
    // SAFETY: the storage has `count` elements in order, as `extent` has found; a copy that `IndexMut`
    // may have made of it has the same layout. Nothing else shares it now, and the tensor is
    // exclusively borrowed.
    Some(unsafe { std::slice::from_raw_parts_mut(first, count) })
}

/// Where the elements start and how many they are, if they lie in the order of the axes.
///
/// What this relies on: dfdx's `Index` gives a reference into the one vector that stores the tensor,
/// at the sum of index times stride (`dfdx-core`, `tensor/cpu/index.rs`), and every index below the
/// shape lies in that vector. So if the neighbours of the first element along every axis lie where
/// row-major order puts them, the last element is at `first + count - 1`, in the same vector.
fn extent<S: Shape, E: Float, T>(tensor: &Tensor<S, E, Cpu, T>) -> Option<(*const E, usize)> {
    let sizes = tensor.shape().concrete();
    // dfdx multiplies without a check; a product that wraps belongs to no storage.
    let count = sizes.into_iter().try_fold(1_usize, usize::checked_mul)?;
    if count == 0 {
        return Some((std::ptr::NonNull::dangling().as_ptr(), 0));
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
    Some((first, count))
}

#[cfg(test)]
mod tests {
    use dfdx::prelude::*;

    use super::*;

    #[test]
    fn only_tensors_in_order_are_read() {
        let cpu = Cpu::default();
        let tensor = cpu.tensor_from_vec(vec![1.0_f32, 2.0, 3.0, 4.0, 5.0, 6.0], (2, 3));
        assert_eq!(values(&tensor), Some(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0][..]));
        let permuted: Tensor<(usize, usize), f32, Cpu> =
            tensor.clone().try_permute::<_, Axes2<1, 0>>().unwrap();
        assert_eq!(values(&permuted), None);
        let row = cpu.tensor_from_vec(vec![1.0_f32, 2.0], (2,));
        let wide: Tensor<(usize, usize), f32, Cpu> = row.broadcast_like::<_, Axis<0>>(&(3, 2));
        assert_eq!(values(&wide), None);
        let empty = cpu.tensor_from_vec(Vec::<f32>::new(), (0, 3));
        assert_eq!(values(&empty), Some(&[][..]));
    }

    #[test]
    fn a_tensor_that_shares_its_storage_is_left_alone() {
        let cpu = Cpu::default();
        let mut tensor = cpu.tensor_from_vec(vec![1.0_f64, 2.0, 3.0], (3,));
        let shared = tensor.clone();
        values_mut(&mut tensor).unwrap()[1] = 7.0;
        assert_eq!((tensor.as_vec(), shared.as_vec()), (vec![1.0, 7.0, 3.0], vec![1.0, 2.0, 3.0]));
        let own = values(&tensor).unwrap().as_ptr();
        values_mut(&mut tensor).unwrap()[0] = 5.0;
        assert!(std::ptr::eq(own, values(&tensor).unwrap().as_ptr()), "no copy without need");
    }
}
