//! Draws one of each figure into `target/figures`, with a page `index.html` that shows them all:
//! `cargo run -p fashion --example figures`, then look at the page.

use std::io::Read as _;
use std::path::Path;

use fashion::answer::{Expect::*, PrintedTable, Profile, answer, percent};
use fashion::display::{Render, Table};
use fashion::plot::{Gallery, LineChart, row};

const CLASSES: [&str; 10] = [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/figures");
    std::fs::create_dir_all(&folder)?;
    let mut page = Page::default();
    lines(&mut page)?;
    images(&mut page)?;
    answers(&mut page);
    std::fs::write(folder.join("index.html"), page.html("#ffffff", "#111111"))?;
    std::fs::write(folder.join("dark.html"), page.html("#111111", "#e0e0e0"))?;
    println!("{}", folder.join("index.html").display());
    Ok(())
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn add(&mut self, value: &dyn Render) {
        let bundle = value.render();
        for (mime, body) in bundle.parts() {
            if *mime == "text/html" {
                println!(
                    "{:>7} bytes: {}",
                    body.len(),
                    bundle.parts()[0].1.lines().next().unwrap_or("")
                );
                self.0 += body;
            }
        }
    }

    fn html(&self, background: &str, text: &str) -> String {
        format!(
            "<!doctype html><meta charset=\"utf-8\"><body style=\"background:{background};color:{text};font:15px sans-serif;max-width:860px;margin:1em auto\">{}",
            self.0
        )
    }
}

fn curve(start: f64, end: f64, rate: f64, epochs: usize) -> Vec<f64> {
    (0..epochs)
        .map(|epoch| {
            let epoch = epoch as f64;
            end + (start - end) * (-rate * epoch).exp() + 0.01 * (epoch * 1.7).sin()
        })
        .collect()
}

fn lines(page: &mut Page) -> fashion::Result<()> {
    let rates = LineChart::new(
        "Loss of the best network by learning rate",
        "epoch",
        "training loss (cross-entropy)",
    )
    .series("learning rate 0.001", &curve(2.3, 0.9, 0.01, 300))
    .series("learning rate 0.01", &curve(2.3, 0.3, 0.03, 300))
    .series("learning rate 0.1", &curve(2.2, 0.02, 0.1, 120));
    page.add(&rates.draw()?);
    let loss = LineChart::new("Loss", "epoch", "cross-entropy")
        .series("training", &curve(1.0, 0.3, 0.4, 10))
        .series("validation", &curve(0.8, 0.4, 0.5, 10))
        .paired()
        .size(440, 320)
        .draw()?;
    let accuracy = LineChart::new(
        "Accuracy of a rather long title that has to be wrapped into two lines",
        "epoch",
        "accuracy",
    )
    .series("training", &curve(0.7, 0.95, 0.4, 10))
    .series("validation", &curve(0.72, 0.89, 0.5, 10))
    .paired()
    .reference_y("always the same class", 0.1)
    .reference_x("best epoch", 7.0)
    .size(440, 320)
    .draw()?;
    page.add(&row([loss, accuracy]));
    let sizes = [600, 2_000, 5_000, 10_000, 20_000, 60_000];
    let means = [0.22, 0.17, 0.145, 0.125, 0.11, 0.10];
    let low = means.map(|mean| mean * 0.93);
    let high = means.map(|mean| mean * 1.07);
    let scaling =
        LineChart::new("Error against training-set size", "training samples", "test error")
            .series_xy("network", &sizes, &means)
            .band(&low, &high)
            .series_xy("SVM", &sizes, &means.map(|mean| mean * 0.9))
            .log_x()
            .log_y();
    let many =
        (0..17).fold(LineChart::new("Seventeen architectures", "epoch", "loss"), |chart, index| {
            chart.series(
                format!("({0},{0})", index * 10 + 10),
                &curve(2.0, 0.05 * f64::from(index), 0.1, 60),
            )
        });
    page.add(&row([scaling.size(440, 340).draw()?, many.size(440, 340).draw()?]));
    Ok(())
}

/// The first bytes of a gzip file, without its header.
fn gzip(name: &str, header: usize, count: usize) -> std::io::Result<Vec<u8>> {
    let folder = std::env::var("FASHION_MNIST_DIR")
        .unwrap_or_else(|_| "/usr/share/datasets/fashion-mnist".to_owned());
    let mut bytes = vec![0; header + count];
    flate2::read::GzDecoder::new(std::fs::File::open(Path::new(&folder).join(name))?)
        .read_exact(&mut bytes)?;
    Ok(bytes.split_off(header))
}

fn images(page: &mut Page) -> Result<(), Box<dyn std::error::Error>> {
    let images = gzip("t10k-images-idx3-ubyte.gz", 16, 784 * 60)?;
    let labels = gzip("t10k-labels-idx1-ubyte.gz", 8, 60)?;
    let named = |gallery: Gallery, index: usize| {
        let class = CLASSES[usize::from(labels[index])];
        let other = CLASSES[usize::from(labels[index + 1])];
        gallery.bytes(&images[index * 784..][..784], format!("true: {class}\npredicted: {other}"))
    };
    page.add(&(0..6).fold(Gallery::new("The six worst errors"), named).draw()?);
    let sample: Vec<f32> = images[..784].iter().map(|&byte| f32::from(byte) / 255.0).collect();
    page.add(&Gallery::new("One image").image(&sample, "Ankle boot").draw()?);
    let many = (0..50).fold(Gallery::new("Fifty images"), |gallery, index| {
        gallery.bytes(&images[index * 784..][..784], CLASSES[usize::from(labels[index])])
    });
    page.add(&many.columns(8).scale(2).draw()?);
    Ok(())
}

fn answers(page: &mut Page) {
    page.add(&Profile::Quick);
    page.add(
        &Table::new(
            "Grid search: mean scores of five folds",
            ["hidden layers", "test score", "train score"],
        )
        .row(["(10,)", "0.755000", "0.998333"])
        .row(["(100,)", "0.803333", "1.000000"])
        .row(["(100, 100, 100)", "0.790000", "1.000000"])
        .best(1)
        .caption("600 samples, per-class folds"),
    );
    let score = 0.803_333_33;
    let build = |profile| {
        answer("A1-Q1")
            .in_profile(profile)
            .say(format!("One wide layer does best: `(100,)` reaches **{}**.\nThe loss is $L = -\\sum_i y_i \\log p_i$, and `Vec<f32>` stays as it is.", percent(score, 2)))
            .claim("One layer of 100 units scores best", true, "0.8033 against 0.7950 of the second, `(80,)`")
            .claim("Deeper is better", false, "0.7900 of `(100, 100, 100)` against 0.8033")
            .in_full(|full| full.claim("More epochs would change nothing: all fits converged before `max_iter`", true, "at most 211 of 300 epochs"))
            .compare("mean test score of `(100,)`", "0.8033333333333333", 0.8033333333333333, ToTheDigit)
            .compare("validation accuracy", "88.48 %", 0.8812, Within(0.01))
            .compare("training error on 5,000 samples", "0.211600", 0.0, NotReproduced("the original evaluated the network that was fitted on 600 samples on new data"))
            .compare("label frequencies", "63 62 53", [63, 62, 54], ToTheDigit)
            .compare_table(
                PrintedTable::new("Test scores by learning rate", ["test score", "train score"])
                    .row("0.001", [("0.7586363636363637", 45_063.0 / 59_400.0), ("1.0", 1.0)])
                    .row("0.01", [("0.7738720538720538", 0.773_872_053_872_053_8), ("1.0", 1.0)])
                    .row("0.1", [("0.7802188552188553", 0.780_3), ("1.0", 1.0)]),
                ToTheDigit,
            )
    };
    page.add(&build(Profile::Full));
    page.add(&build(Profile::Quick));
    println!("{}", build(Profile::Full));
}
