//! The two networks of assignment A5 and how they are trained.

use crate::data::Augmentation;
use crate::nn::{
    EarlyStopping, Initializer, Monitor, Optimizer, ReduceLrOnPlateau, Sequential, Training,
};

/// Slope of the leaky ReLU below 0.
const SLOPE: f64 = 0.1;

/// A network of assignment A5.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// The multilayer neural network: dense layers only.
    Mlnn,
    /// The convolutional neural network.
    Cnn,
}

impl Model {
    /// Both, in the order in which they are trained.
    pub const ALL: [Self; 2] = [Self::Mlnn, Self::Cnn];

    /// `MLNN` or `CNN`, as in the original.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mlnn => "MLNN",
            Self::Cnn => "CNN",
        }
    }

    /// The name of its file in the model folder.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Mlnn => "MLNN.safetensors",
            Self::Cnn => "CNN.safetensors",
        }
    }

    /// The name of the file with its test results, as in the original.
    pub fn report_name(self) -> &'static str {
        match self {
            Self::Mlnn => "multi-layer-net.txt",
            Self::Cnn => "convolution-neural-net.txt",
        }
    }

    /// The layers; notebook A5 shows what else was tried.
    pub fn architecture(self) -> Sequential {
        match self {
            Self::Mlnn => Self::multilayer(&[600, 300]),
            Self::Cnn => Self::convolutional(&[(32, 1), (64, 2), (128, 1)]),
        }
    }

    /// Dense layers of these sizes with leaky ReLU and dropout, then ten classes.
    pub fn multilayer(units: &[usize]) -> Sequential {
        let layers = units.iter().fold(Sequential::new([28, 28, 1]).flatten(), |layers, &units| {
            let dense = layers.dense(units).leaky_relu(SLOPE);
            dense.kernel_initializer(Initializer::HeUniform).dropout(0.1)
        });
        layers.dense(10).softmax()
    }

    /// For each pair of filters and depth a block: that many 3 x 3 convolutions with leaky ReLU, a maximum
    /// over 2 x 2 pixels, dropout. Then 256 dense units, and ten classes.
    pub fn convolutional(blocks: &[(usize, usize)]) -> Sequential {
        let start = Initializer::HeUniform;
        let mut layers = Sequential::new([28, 28, 1]);
        for &(filters, depth) in blocks {
            for _ in 0..depth {
                layers = layers.conv2d(filters, 3).same().leaky_relu(SLOPE);
                layers = layers.kernel_initializer(start);
            }
            layers = layers.max_pool2d(2).dropout(0.2);
        }
        let dense = layers.flatten().dense(256).leaky_relu(SLOPE).kernel_initializer(start);
        dense.dropout(0.4).dense(10).softmax()
    }

    /// How often to go through the training images at most. Training ends by itself before.
    pub const EPOCHS: usize = 100;

    /// What is changed at random in every image of every epoch.
    pub fn augmentation(self) -> Augmentation {
        Augmentation::new().shift(0.03).horizontal_flip()
    }

    /// The set-up of the original: images changed anew in every epoch, those for validation too; RMSprop;
    /// a smaller learning rate when validation accuracy stalls; an end before overfitting, with the best
    /// epoch's weights.
    pub fn training(self) -> Training {
        let monitor = Monitor::ValAccuracy;
        let plateau = ReduceLrOnPlateau { monitor, factor: 0.5, patience: 2, ..Default::default() };
        let stopping = EarlyStopping { monitor, patience: 8, ..EarlyStopping::default() };
        Training::new()
            .epochs(Self::EPOCHS)
            .batch_size(128)
            .optimizer(Optimizer::rms_prop(5e-4))
            .augment(self.augmentation())
            .augment_validation(true)
            .reduce_lr_on_plateau(plateau)
            .early_stopping(stopping)
    }
}

impl std::fmt::Display for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_networks_take_images_and_stay_below_a_million_parameters() {
        for model in Model::ALL {
            let network = model.architecture().build(1).unwrap();
            assert_eq!((network.n_features(), network.n_classes()), (784, 10));
            assert!(network.n_parameters() < 1_000_000, "{model}: {}", network.n_parameters());
            model.training().check().unwrap();
        }
    }
}
