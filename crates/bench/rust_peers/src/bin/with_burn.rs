//! burn on its own backend for processors, Flex.

use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::loss::CrossEntropyLossConfig;
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::nn::{Dropout, DropoutConfig, Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams};
use burn::prelude::*;
use burn::tensor::activation::relu;
use rust_peers::{Result, Work, batches, serve};

#[derive(Module, Debug)]
struct Network {
    first: Conv2d,
    second: Conv2d,
    pool: MaxPool2d,
    quarter: Dropout,
    hidden: Linear,
    half: Dropout,
    classes: Linear,
}

impl Network {
    fn new(device: &Device) -> Self {
        Self {
            first: Conv2dConfig::new([1, 32], [3, 3]).init(device),
            second: Conv2dConfig::new([32, 64], [3, 3]).init(device),
            pool: MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init(),
            quarter: DropoutConfig::new(0.25).init(),
            hidden: LinearConfig::new(9216, 128).init(device),
            half: DropoutConfig::new(0.5).init(),
            classes: LinearConfig::new(128, 10).init(device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<2> {
        let x = relu(self.second.forward(relu(self.first.forward(x))));
        let x = self.quarter.forward(self.pool.forward(x)).flatten::<2>(1, 3);
        self.classes.forward(self.half.forward(relu(self.hidden.forward(x))))
    }
}

fn main() -> Result<()> {
    serve("burn (flex)", "0.22.1", |images| {
        let device = Device::flex().autodiff();
        let mut network = Some(Network::new(&device));
        let mut steps = AdamConfig::new().init();
        let loss_of = CrossEntropyLossConfig::new().init(&device);
        Ok(Box::new(move |work: Work| {
            let mut total = 0.0;
            for batch in batches(work) {
                let size = batch.len();
                let of =
                    |&image: &u32| images.pixels[image as usize * 784..][..784].iter().copied();
                let x: Vec<f32> = batch.iter().flat_map(of).collect();
                let y: Vec<i32> =
                    batch.iter().map(|&i| i32::from(images.classes[i as usize])).collect();
                let x = Tensor::<4>::from_data(TensorData::new(x, [size, 1, 28, 28]), &device);
                let y = Tensor::<1, Int>::from_data(TensorData::new(y, [size]), &device);
                let trained = network.take().ok_or("the network is lost")?;
                let loss = loss_of.forward(trained.forward(x), y);
                total += loss.clone().into_scalar::<f64>() * size as f64;
                let slopes = GradientsParams::from_grads(loss.backward(), &trained);
                network = Some(steps.step(1e-3, trained, slopes));
            }
            Ok(total / work.samples as f64)
        }))
    })
}
