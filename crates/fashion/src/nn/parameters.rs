//! The tensors of a model that an optimizer changes.

use dfdx::shapes::Shape;
use dfdx::tensor::{Cpu, Gradients, Tensor};

use super::tensor;
use crate::{Error, Float, Result};

/// A tensor of any shape, as optimizers and files see it: its elements in the order of its axes.
pub trait Weight<E: Float> {
    /// The sizes of its axes.
    fn sizes(&self) -> Vec<usize>;
    /// Its elements.
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) for a broadcast or permuted tensor.
    fn values(&self) -> Result<&[E]>;
    /// Its elements, to change; a tape that still holds the tensor keeps the old ones.
    ///
    /// # Errors
    /// As [`Self::values`].
    fn values_mut(&mut self) -> Result<&mut [E]>;
    /// Its gradient, zeros if it took no part in the loss.
    ///
    /// # Errors
    /// [`Error::Device`] if there is no memory for it.
    fn gradient<'g>(&self, gradients: &'g mut Gradients<E, Cpu>) -> Result<&'g mut Vec<E>>;
}

impl<S: Shape, E: Float> Weight<E> for Tensor<S, E, Cpu> {
    fn sizes(&self) -> Vec<usize> {
        use dfdx::shapes::HasShape;
        self.shape().concrete().into_iter().collect()
    }

    fn values(&self) -> Result<&[E]> {
        tensor::values(self).ok_or_else(|| not_in_order(&self.sizes()))
    }

    fn values_mut(&mut self) -> Result<&mut [E]> {
        let sizes = self.sizes();
        tensor::values_mut(self).ok_or_else(|| not_in_order(&sizes))
    }

    fn gradient<'g>(&self, gradients: &'g mut Gradients<E, Cpu>) -> Result<&'g mut Vec<E>> {
        Ok(gradients.get_or_alloc_mut(self).map_err(Error::Device)?)
    }
}

fn not_in_order(sizes: &[usize]) -> Error {
    let expected = "a tensor stored in order";
    Error::shape("weights", expected, format_args!("a broadcast or permuted view of {sizes:?}"))
}

/// A parameter, to read.
pub struct Parameter<'a, E: Float> {
    /// "weights" or "biases".
    pub name: &'static str,
    /// λ of the penalty λ Σ w².
    pub l2: f64,
    /// Its tensor.
    pub tensor: &'a dyn Weight<E>,
}

/// A parameter, to change.
pub struct ParameterMut<'a, E: Float> {
    /// λ of the penalty λ Σ w².
    pub l2: f64,
    /// Its tensor.
    pub tensor: &'a mut dyn Weight<E>,
}

/// A layer or network with parameters, always in the same order.
pub trait Parameters<E: Float> {
    /// The parameters, to read.
    fn parameters(&self) -> Vec<Parameter<'_, E>>;
    /// The parameters, to change.
    fn parameters_mut(&mut self) -> Vec<ParameterMut<'_, E>>;
    /// The number of weights and biases.
    fn n_parameters(&self) -> usize {
        let parameters = self.parameters();
        parameters.iter().map(|p| p.tensor.sizes().iter().product::<usize>()).sum()
    }
}
