//! How an operation reads tensors and records its backward step on dfdx's tape.

use dfdx::shapes::Shape;
use dfdx::tensor::{Cpu, CpuError, Gradients, PutTape, Tape, Tensor, TensorFromVec};

use super::tensor;
use crate::{Error, Float, Result};

/// What a backward step returns to dfdx.
pub(in crate::nn) type Backward = std::result::Result<(), CpuError>;

/// The elements of a tensor in the order of its axes.
///
/// # Errors
/// [`Error::Shape`](fashion_kernels::Error::Shape) for a broadcast or permuted tensor: its elements lie in another order.
pub(in crate::nn) fn read<'a, S: Shape, E: Float, T>(
    operation: &'static str,
    tensor: &'a Tensor<S, E, Cpu, T>,
) -> Result<&'a [E]> {
    tensor::values(tensor).ok_or_else(|| {
        Error::shape(
            operation,
            "a tensor stored in order (make one with `tensor_from_vec(x.as_vec(), shape)`)",
            format_args!("a broadcast or permuted view of shape {:?}", shape_of(tensor)),
        )
    })
}

/// [`read`] inside a backward step, for a tensor that the forward step has read.
pub(in crate::nn) fn reread<S: Shape, E: Float>(
    tensor: &Tensor<S, E, Cpu>,
) -> std::result::Result<&[E], CpuError> {
    tensor::values(tensor).ok_or(CpuError::WrongNumElements)
}

/// The sizes of a tensor's axes.
pub(in crate::nn) fn shape_of<S: Shape, E: Float, T>(tensor: &Tensor<S, E, Cpu, T>) -> S {
    use dfdx::shapes::HasShape;
    *tensor.shape()
}

/// A result of an operation: `values` as a tensor, with `backward` on its tape.
///
/// `backward` gets the result, the gradient that arrived at it, and the gradients to add to.
pub(in crate::nn) fn record<S: Shape, E: Float, T: Tape<E, Cpu>>(
    values: Vec<E>,
    shape: S,
    mut tape: T,
    backward: impl FnOnce(&[E], &[E], &mut Gradients<E, Cpu>) -> Backward + 'static,
) -> Result<Tensor<S, E, Cpu, T>> {
    let result = Cpu::default().try_tensor_from_vec(values, shape).map_err(Error::Device)?;
    let output = result.clone();
    tape.add_backward_op(move |gradients| {
        let gradient = std::mem::take(&mut **gradients.get_or_alloc_mut(&output)?);
        let done = backward(reread(&output)?, &gradient, gradients);
        **gradients.get_or_alloc_mut(&output)? = gradient;
        done
    });
    Ok(result.put_tape(tape))
}

/// The gradient of `tensor`, to add to.
pub(in crate::nn) fn gradient<'a, S: Shape, E: Float>(
    gradients: &'a mut Gradients<E, Cpu>,
    tensor: &Tensor<S, E, Cpu>,
) -> std::result::Result<&'a mut [E], CpuError> {
    Ok(gradients.get_or_alloc_mut(tensor)?)
}
