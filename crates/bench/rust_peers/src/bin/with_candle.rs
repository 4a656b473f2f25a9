//! candle on the processor.

use candle_core::{D, DType, Device, Tensor};
use candle_nn::{
    AdamW, Conv2d, Dropout, Linear, Module, Optimizer, ParamsAdamW, VarBuilder, VarMap, conv2d,
    linear, loss,
};
use rust_peers::{Result, Work, batches, serve};

struct Network {
    convolutions: [Conv2d; 2],
    dense: [Linear; 2],
    dropout: [Dropout; 2],
}

impl Network {
    fn new(weights: VarBuilder) -> candle_core::Result<Self> {
        Ok(Self {
            convolutions: [
                conv2d(1, 32, 3, Default::default(), weights.pp("first"))?,
                conv2d(32, 64, 3, Default::default(), weights.pp("second"))?,
            ],
            dense: [
                linear(9216, 128, weights.pp("hidden"))?,
                linear(128, 10, weights.pp("classes"))?,
            ],
            dropout: [Dropout::new(0.25), Dropout::new(0.5)],
        })
    }

    fn train(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        let x = self.convolutions[0].forward(x)?.relu()?;
        let x = self.convolutions[1].forward(&x)?.relu()?.max_pool2d(2)?;
        let x = self.dropout[0].forward(&x, true)?.flatten_from(1)?;
        let x = self.dense[0].forward(&x)?.relu()?;
        self.dense[1].forward(&self.dropout[1].forward(&x, true)?)
    }
}

fn main() -> Result<()> {
    serve("candle", "0.11.1", |images| {
        let device = Device::Cpu;
        let count = images.classes.len();
        let pixels = Tensor::from_vec(images.pixels, (count, 1, 28, 28), &device)?;
        let classes = Tensor::from_vec(images.classes, count, &device)?.to_dtype(DType::U32)?;
        let weights = VarMap::new();
        let network = Network::new(VarBuilder::from_varmap(&weights, DType::F32, &device))?;
        let adam = ParamsAdamW { lr: 1e-3, weight_decay: 0.0, ..Default::default() };
        let mut steps = AdamW::new(weights.all_vars(), adam)?;
        Ok(Box::new(move |work: Work| {
            let mut total = 0.0;
            for batch in batches(work) {
                let size = batch.len();
                let chosen = Tensor::from_vec(batch, size, &device)?;
                let scores = network.train(&pixels.index_select(&chosen, 0)?)?;
                let loss =
                    loss::cross_entropy(&scores, &classes.index_select(&chosen, D::Minus1)?)?;
                steps.backward_step(&loss)?;
                total += f64::from(loss.to_scalar::<f32>()?) * size as f64;
            }
            Ok(total / work.samples as f64)
        }))
    })
}
