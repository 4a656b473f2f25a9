//! An optimizer at work.

use dfdx::nn::tensor_collection::{
    RecursiveWalker, TensorCollection, TensorOptions, TensorVisitor, ViewTensorMut,
};
use dfdx::optim::OptimizerUpdateError;
use dfdx::shapes::Shape;
use dfdx::tensor::{Cpu, CpuError, Gradients, Tensor};
use dfdx::tensor_ops::Device;
use fashion_kernels::path::{InstructionSet, Kernels};
use fashion_kernels::update::{Decay, update};

use super::optimizer::Optimizer;
use super::parameters::{Parameters, Weight};
use crate::{Error, Float, Result};

/// An [`Optimizer`] at work on one model: its learning rate, steps and running values.
///
/// [`Self::step`] updates the layers and networks of this crate in place. For dfdx's own models it
/// implements dfdx's `Optimizer`, so that they can be trained by Keras' rules:
///
/// ```
/// use fashion::dfdx::nn::builders::{Linear, ReLU};
/// use fashion::dfdx::optim::Optimizer as _;
/// use fashion::dfdx::prelude::*;
/// use fashion::nn::{Optimizer, OptimizerState};
///
/// let dev = Cpu::default();
/// let mut model = dev.build_module::<(Linear<2, 8>, ReLU, Linear<8, 1>), f32>();
/// let x = dev.tensor([[0.0, 1.0], [1.0, 0.0]]);
/// let mut adam = OptimizerState::new(Optimizer::adam(0.05))?;
/// let mut loss_of = |model: &mut _| {
///     let y = Module::forward(&*model, x.leaky_trace());
///     let loss = mse_loss(y, dev.tensor([[1.0], [-1.0]]));
///     let value = loss.array();
///     adam.update(model, &loss.backward()).map(|()| value)
/// };
/// let first = loss_of(&mut model).unwrap();
/// let last = (0..200).map(|_| loss_of(&mut model).unwrap()).last();
/// assert!(last < Some(0.1 * first));
/// # Ok::<(), fashion::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct OptimizerState<E> {
    settings: Optimizer,
    path: InstructionSet,
    pub(super) learning_rate: f64,
    /// Steps taken so far.
    pub(super) steps: u64,
    /// Per parameter, the running values that the rule keeps; made in the first step.
    pub(super) slots: Vec<Vec<Vec<E>>>,
}

impl<E: Float> OptimizerState<E> {
    /// An optimizer that has not taken a step.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`](fashion_kernels::Error::InvalidParameter) if a number of the rule is
    /// outside its range.
    pub fn new(settings: Optimizer) -> Result<Self> {
        settings.check()?;
        Self::unchecked(settings)
    }

    /// An optimizer whose numbers have been checked elsewhere.
    pub(super) fn unchecked(settings: Optimizer) -> Result<Self> {
        let (path, learning_rate) = (Kernels::Auto.path()?, settings.learning_rate());
        Ok(Self { settings, path, learning_rate, steps: 0, slots: Vec::new() })
    }

    /// The learning rate of the next step.
    pub fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    /// Replaces the learning rate, for a schedule.
    pub fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = learning_rate;
    }

    /// Steps taken so far.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// How many running values the rule keeps per number of a parameter.
    pub(super) fn slots_per_parameter(&self) -> usize {
        self.settings.rule().slots()
    }

    /// One step on all parameters of a layer or network, in place. Uses up their gradients, to which it
    /// adds those of the penalties λ Σ w².
    ///
    /// # Errors
    /// [`Error::Shape`](fashion_kernels::Error::Shape) if the parameters are not those of the steps
    /// before; [`Error::Device`] if there is no memory.
    pub fn step<M: Parameters<E> + ?Sized>(
        &mut self,
        model: &mut M,
        gradients: &mut Gradients<E, Cpu>,
    ) -> Result<()> {
        self.steps += 1;
        let mut count = 0;
        for parameter in model.parameters_mut() {
            let mut g = std::mem::take(parameter.tensor.gradient(gradients)?);
            let p = parameter.tensor.values_mut()?;
            // The gradient of λ w² is 2 λ w, as that of a decay of 2 λ: it is added in the same pass.
            let penalty = 2.0 * parameter.l2;
            let decay = match self.settings.decay() {
                decay if penalty == 0.0 => decay,
                Decay::None => Decay::L2(penalty),
                decay => {
                    let factor = E::of(penalty);
                    g.iter_mut().zip(&*p).for_each(|(g, &p)| *g += factor * p);
                    decay
                }
            };
            self.update(count, decay, p, &g)?;
            count += 1;
        }
        if count != self.slots.len() {
            let expected = format!("{} parameters, as in the first step", self.slots.len());
            return Err(Error::shape("optimizer step", expected, count));
        }
        Ok(())
    }

    /// Updates parameter number `index`.
    fn update(&mut self, index: usize, decay: Decay, p: &mut [E], g: &[E]) -> Result<()> {
        let rule = self.settings.rule();
        if self.steps == 1 && index == self.slots.len() {
            self.slots.push(vec![vec![E::zero(); p.len()]; rule.slots()]);
        }
        let slots = self.slots.get_mut(index);
        let fitting = slots.filter(|slots| slots.iter().all(|slot| slot.len() == p.len()));
        let Some(slots) = fitting.filter(|_| g.len() == p.len()) else {
            let expected = format!("parameter {index} as in the first step, and its gradient");
            return Err(Error::shape("optimizer step", expected, (p.len(), g.len())));
        };
        update(self.path, (&rule, decay), (self.learning_rate, self.steps), p, g, slots);
        Ok(())
    }
}

impl<M, E> dfdx::optim::Optimizer<M, Cpu, E> for OptimizerState<E>
where
    M: TensorCollection<E, Cpu>,
    E: Float,
    Cpu: Device<E>,
{
    /// One step on a model of dfdx's own. It gets the gradients to look at only, and what can be read
    /// of them from outside of dfdx are copies: so it copies them once. A parameter that took no part
    /// in the loss has a gradient of 0.
    fn update(
        &mut self,
        module: &mut M,
        gradients: &Gradients<E, Cpu>,
    ) -> std::result::Result<(), OptimizerUpdateError<CpuError>> {
        self.steps += 1;
        let mut visit = Visit { state: self, gradients: gradients.clone(), index: 0 };
        M::iter_tensors(&mut RecursiveWalker { m: module, f: &mut visit })
            .map(|_| ())
            .map_err(OptimizerUpdateError::DeviceError)
    }
}

/// A step on its way through a dfdx model.
struct Visit<'a, E: Float> {
    state: &'a mut OptimizerState<E>,
    gradients: Gradients<E, Cpu>,
    index: usize,
}

impl<E: Float> TensorVisitor<E, Cpu> for Visit<'_, E>
where
    Cpu: Device<E>,
{
    type Viewer = ViewTensorMut;
    type Err = CpuError;
    type E2 = E;
    type D2 = Cpu;

    fn visit<S: Shape>(
        &mut self,
        options: TensorOptions<S, E, Cpu>,
        p: &mut Tensor<S, E, Cpu>,
    ) -> std::result::Result<Option<Tensor<S, E, Cpu>>, CpuError> {
        if options.do_gradient_update {
            let unfit = |_| CpuError::WrongNumElements;
            let g = std::mem::take(p.gradient(&mut self.gradients).map_err(unfit)?);
            let decay = self.state.settings.decay();
            let p = p.values_mut().map_err(unfit)?;
            self.state.update(self.index, decay, p, &g).map_err(unfit)?;
            self.index += 1;
        }
        Ok(None)
    }
}
