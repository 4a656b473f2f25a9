//! Trains a small network with a checkpoint after each epoch; `tests/nn.rs` kills it and starts it again.
//!
//! Arguments: the checkpoint file, the file for the trained network. Prints one line per epoch and, at
//! the end, the whole history.

use std::error::Error;

use fashion::data::Augmentation;
use fashion::nn::{EarlyStopping, Monitor, Network, ReduceLrOnPlateau, Training};
use tests::networks::{learnable, small_cnn};

fn main() -> Result<(), Box<dyn Error>> {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let [checkpoint, trained] = &files[..] else { return Err("two files are needed".into()) };
    let stopping = EarlyStopping { patience: 50, ..EarlyStopping::default() };
    let plateau = ReduceLrOnPlateau {
        monitor: Monitor::ValLoss,
        factor: 0.5,
        patience: 1,
        min_delta: 0.05,
        ..ReduceLrOnPlateau::default()
    };
    let training = Training::new()
        .epochs(6)
        .batch_size(16)
        .seed(3)
        .validation_split(0.25)
        .augment(Augmentation::new().shift(0.1).rotation(5.0))
        .early_stopping(stopping)
        .reduce_lr_on_plateau(plateau)
        .checkpoint(checkpoint);
    let mut network: Network<f32> = small_cnn().build(2)?;
    let history = network.fit(&learnable(6_000), &training)?;
    for epoch in &history.epochs {
        println!("{epoch:?}");
    }
    println!("restored {:?}", history.restored_epoch);
    network.save(trained)?;
    Ok(())
}
