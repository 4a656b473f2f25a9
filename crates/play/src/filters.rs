//! What the first convolution of a network makes of a picture.

use fashion::Result;
use fashion::dfdx::shapes::HasShape;
use fashion::dfdx::tensor::{Cpu, TensorFromVec};
use fashion::ndarray::{Array3, Axis};
use fashion::nn::ops::{self, Conv2dOptions};
use fashion::nn::{LayerKind, Network};

use crate::change::SIDE;

/// The filters of the first layer and their responses to one picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Filters {
    /// The weights: (filters, height, width).
    pub weights: Array3<f32>,
    /// After the activation: (filters, height, width).
    pub responses: Array3<f32>,
}

impl Filters {
    /// Those of a network that begins with a convolution of grey pictures, for a picture of 28 x 28
    /// levels; `None` if it begins otherwise or the picture has another size.
    ///
    /// # Errors
    /// [`Error::Base`](fashion::Error::Base) or [`Error::Device`](fashion::Error::Device) as the layer itself.
    pub fn new(network: &Network<f32>, picture: &[u8]) -> Result<Option<Self>> {
        let first = network.architecture().layers().first();
        let Some((name, LayerKind::Conv2d(config))) = first.map(|layer| (&layer.name, &layer.kind))
        else {
            return Ok(None);
        };
        if picture.len() != SIDE * SIDE || network.input_shape() != [SIDE, SIDE, 1] {
            return Ok(None);
        }
        let cpu = Cpu::default();
        let [height, width] = config.kernel;
        let (weights, biases) = (network.filters(name)?, network.biases(name)?);
        let stored = network.weights(name)?.iter().copied().collect();
        let filters = cpu.try_tensor_from_vec(stored, (height, width, 1, config.filters))?;
        let biases = cpu.try_tensor_from_vec(biases.to_vec(), (config.filters,))?;
        let levels = picture.iter().map(|&level| f32::from(level) / 255.0).collect();
        let options = Conv2dOptions {
            stride: config.stride,
            padding: config.padding,
            activation: config.weights.activation,
            ..Conv2dOptions::default()
        };
        let picture = cpu.try_tensor_from_vec(levels, (1, SIDE, SIDE, 1))?;
        let maps = ops::conv2d(picture, &filters, &biases, options)?;
        let (_, rows, columns, count) = *maps.shape();
        let values = maps.as_vec();
        let responses = Array3::from_shape_fn((count, rows, columns), |(filter, row, column)| {
            values[(row * columns + column) * count + filter]
        });
        let weights = weights.index_axis_move(Axis(1), 0);
        Ok(Some(Self { weights, responses }))
    }
}
