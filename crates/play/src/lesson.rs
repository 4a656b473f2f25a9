//! A perceptron that learns step by step, so that one can watch.

use fashion::Result;
use fashion::data::{Images, RandomState};
use fashion::dfdx::nn::ModuleMut as _;
use fashion::dfdx::tensor::{AsArray as _, Cpu, TensorFromVec, Trace};
use fashion::dfdx::tensor_ops::Backward as _;
use fashion::ndarray::Array2;
use fashion::nn::{Evaluation, Network, Optimizer, OptimizerState, Sequential, ops};

use crate::change::PIXELS;

/// Pictures per step.
pub const BATCH: usize = 50;

/// A perceptron with one hidden layer, its pictures, and where it stands in them.
pub struct Lesson {
    network: Network<f32>,
    optimizer: OptimizerState<f32>,
    rows: Array2<f32>,
    labels: Vec<usize>,
    seed: u32,
    order: Vec<usize>,
    /// Steps taken.
    steps: usize,
}

/// What some steps have seen, before each of them changed the weights.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Seen {
    /// Pictures.
    pub pictures: usize,
    /// Mean cross-entropy.
    pub loss: f64,
    /// The share that was right.
    pub accuracy: f64,
    /// Passes over all pictures since the start.
    pub epochs: f64,
}

impl Lesson {
    /// A perceptron with so many hidden units (ReLU) and Adam at this rate; weights and order come from
    /// the seed.
    ///
    /// # Errors
    /// [`Error::Base`](fashion::Error::Base) for no units, no pictures or an impossible rate.
    pub fn new(images: &Images, units: usize, rate: f64, seed: u32) -> Result<Self> {
        if images.is_empty() {
            return Err(fashion_base::Error::parameter("images", "at least one", 0).into());
        }
        // Without a softmax at the end: the loss has it.
        let network = Sequential::new([PIXELS]).dense(units).relu().dense(10).build(seed.into())?;
        Ok(Self {
            network,
            optimizer: OptimizerState::new(Optimizer::adam(rate))?,
            rows: images.scaled(),
            labels: images.labels().to_vec(),
            seed,
            order: Vec::new(),
            steps: 0,
        })
    }

    /// Takes so many steps, each on the next pictures in random order.
    ///
    /// # Errors
    /// [`Error::Device`](fashion::Error::Device) if there is no memory.
    pub fn take(&mut self, steps: usize) -> Result<Seen> {
        let per_epoch = self.labels.len().div_ceil(BATCH);
        let (mut pictures, mut loss, mut right) = (0, 0.0, 0.0);
        for _ in 0..steps {
            let place = self.steps % per_epoch;
            if place == 0 {
                let epoch = (self.steps / per_epoch) as u32;
                let mut stream = RandomState::new(self.seed.wrapping_mul(1000).wrapping_add(epoch));
                self.order = stream.permutation(self.labels.len());
            }
            let end = self.labels.len().min((place + 1) * BATCH);
            let batch = &self.order[place * BATCH..end];
            let labels: Vec<usize> = batch.iter().map(|&index| self.labels[index]).collect();
            let rows = batch.iter().flat_map(|&index| self.rows.row(index)).copied().collect();
            let rows = Cpu::default().try_tensor_from_vec(rows, (batch.len(), PIXELS))?;
            let logits = self.network.try_forward_mut(rows.leaky_traced())?;
            right += agreeing(&logits.as_vec(), &labels);
            let mean = ops::softmax_cross_entropy(logits, &labels)?;
            loss += f64::from(mean.array()) * labels.len() as f64;
            let mut gradients = mean.try_backward()?;
            self.optimizer.step(&mut self.network, &mut gradients)?;
            pictures += labels.len();
            self.steps += 1;
        }
        let count = pictures.max(1) as f64;
        let epochs = self.steps as f64 / per_epoch as f64;
        Ok(Seen { pictures, loss: loss / count, accuracy: right / count, epochs })
    }

    /// Loss and accuracy on other pictures.
    ///
    /// # Errors
    /// [`Error::Base`](fashion::Error::Base) for no pictures.
    pub fn test(&self, images: &Images) -> Result<Evaluation> {
        self.network.evaluate(&images.dataset::<f32>())
    }

    /// The weights of the hidden layer: (784, units).
    ///
    /// # Errors
    /// None: there is such a layer.
    pub fn weights(&self) -> Result<Array2<f32>> {
        let weights = self.network.weights("dense")?;
        let shape = (PIXELS, weights.len() / PIXELS);
        let values = weights.iter().copied().collect();
        Array2::from_shape_vec(shape, values).map_err(|_| {
            fashion_base::Error::shape("weights", format!("{shape:?}"), "others").into()
        })
    }
}

/// How many rows are largest at their label.
fn agreeing(rows: &[f32], labels: &[usize]) -> f64 {
    let width = rows.len() / labels.len().max(1);
    let right = |(row, &label): (&[f32], &usize)| row.iter().all(|&value| value <= row[label]);
    rows.chunks_exact(width.max(1)).zip(labels).filter(|&pair| right(pair)).count() as f64
}
