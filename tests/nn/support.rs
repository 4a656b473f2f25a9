//! What the tests of networks share.

use fashion::nn::{Network, Training};

/// Weights, bit for bit.
pub fn bits(network: &Network<f32>) -> Vec<u32> {
    let layers = network.architecture().layers().iter();
    layers
        .filter(|layer| layer.kind.weight_settings().is_some())
        .flat_map(|layer| {
            let weights = network.weights(&layer.name).unwrap();
            let biases = network.biases(&layer.name).unwrap();
            weights.iter().chain(&biases).map(|w| w.to_bits()).collect::<Vec<_>>()
        })
        .collect()
}

pub fn training() -> Training {
    Training::new().batch_size(16).seed(3).verbose(false)
}
