#[path = "../src/work.rs"]
mod work;

use fashion::data::FashionMnist;
use work::*;
fn main() -> fashion::Result<()> {
    let d = FashionMnist::load()?;
    let data = Data { train: d.train.dataset() };
    let a: Vec<String> = std::env::args().collect();
    let n: usize = a.get(2).map_or(6400, |s| s.parse().unwrap());
    let (kind, batch, width) = match a[1].as_str() {
        "a3" => (Kind::A3Cnn, 64, 0),
        "a2" => (Kind::A2Cnn, 32, 0),
        "dense" => (Kind::Dense, 32, 700),
        "mlp" => (Kind::Mlp, 200, 100),
        "predict" => (Kind::Predict, 0, 0),
        _ => (Kind::Sigmoid, 32, 64),
    };
    for _ in 0..3 {
        println!("{:.3}", measure(Work { kind, samples: n, batch, width }, &data, None)?);
    }
    Ok(())
}
