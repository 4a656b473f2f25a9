//! Draws one of each figure into `target/figures`, with a page `index.html` that shows them all:
//! `cargo run -p fashion --example figures`, then look at the page.

use std::path::Path;

use fashion::answer::{PrintedTable, Profile, answer};
use fashion::data::{CLASS_NAMES, FashionMnist};
use fashion::ndarray::{Array2, Array4};
use fashion::show::{
    Bars, ConfusionPlot, Gallery, HistoryPlot, LineChart, Render, Scatter, Table, WeightImages, row,
};
use fashion::statistics::Runs;
use fashion::text::percent;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/figures");
    std::fs::create_dir_all(&folder)?;
    let mut page = Page::default();
    lines(&mut page)?;
    images(&mut page)?;
    matrices(&mut page)?;
    comparisons(&mut page)?;
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
    let history = HistoryPlot::new("Dense network")
        .curve("loss", &curve(1.0, 0.3, 0.4, 10))
        .curve("val_loss", &curve(0.8, 0.4, 0.5, 10))
        .curve("accuracy", &curve(0.7, 0.95, 0.4, 10))
        .curve("val_accuracy", &curve(0.72, 0.89, 0.5, 10));
    page.add(&history.draw()?);
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

fn images(page: &mut Page) -> fashion::Result<()> {
    let images = FashionMnist::load()?.test;
    let mut worst = Gallery::new("The six worst errors");
    for index in 0..6 {
        let (class, other) = (images.class_name(index)?, images.class_name(index + 1)?);
        worst = worst.bytes(images.pixels(index)?, format!("true: {class}\npredicted: {other}"));
    }
    page.add(&worst.draw()?);
    let scaled = images.head(1)?.scaled::<f32>();
    page.add(&Gallery::new("One image").image(&scaled, images.class_name(0)?).draw()?);
    let mut many = Gallery::new("Fifty images").columns(8).scale(2);
    for index in 0..50 {
        many = many.bytes(images.pixels(index)?, images.class_name(index)?);
    }
    page.add(&many.draw()?);
    Ok(())
}

/// Numbers that look random and are the same in every run.
fn noise(seed: usize) -> f64 {
    let mixed = (seed as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (mixed >> 40) as f64 / (1_u64 << 24) as f64 * 2.0 - 1.0
}

fn matrices(page: &mut Page) -> fashion::Result<()> {
    let matrix = |seed: usize| {
        Array2::from_shape_fn((10, 10), |(row, column)| {
            let random = noise(seed + row * 10 + column).abs();
            let similar = [0, 2, 4, 6].contains(&row) && [0, 2, 4, 6].contains(&column);
            let scale = if row == column {
                300.0
            } else if similar {
                90.0
            } else {
                3.0
            };
            let base = if row == column { 700.0 } else { 0.0 };
            (base + random * scale) as usize
        })
    };
    let (network, svm) = (matrix(0), matrix(1_000));
    page.add(&ConfusionPlot::new("Network on the test set", &network, &CLASS_NAMES).draw()?);
    page.add(&row([
        ConfusionPlot::new("SVM", &svm, &CLASS_NAMES).cell(34).draw()?,
        ConfusionPlot::difference("Network minus SVM", &network, &svm, &CLASS_NAMES)
            .cell(34)
            .draw()?,
    ]));
    let weights = Array2::from_shape_fn((784, 100), |(pixel, unit)| {
        let (x, y) = ((pixel % 28) as f64 - 14.0, (pixel / 28) as f64 - 14.0);
        let angle = unit as f64 * 0.37;
        (0.3 * (x * angle.cos() + y * angle.sin()) * 0.6).sin() * (-(x * x + y * y) / 90.0).exp()
            + 0.1 * noise(pixel * 100 + unit)
    });
    page.add(&WeightImages::units("First-layer weights of 100 units", &weights).draw()?);
    let filters = Array4::from_shape_fn((32, 1, 3, 3), |(filter, _, row, column)| {
        noise(filter * 9 + row * 3 + column) as f32 * 0.3
    });
    page.add(&WeightImages::filters("32 filters of 3 x 3", &filters).draw()?);
    Ok(())
}

fn comparisons(page: &mut Page) -> fashion::Result<()> {
    let layers = [
        "(10,)",
        "(20,)",
        "(40,)",
        "(60,)",
        "(80,)",
        "(100,)",
        "(40, 20)",
        "(50, 30)",
        "(40, 20)",
        "(70, 60)",
        "(100, 90)",
        "(100, 100)",
        "(40, 30, 20)",
        "(60, 50, 40)",
        "(80, 70, 60)",
        "(100, 90, 80)",
        "(100, 100, 100)",
    ];
    let test: Vec<f64> = (0..17).map(|index| 0.78 + 0.025 * noise(index)).collect();
    let bars = Bars::new("Mean scores of 17 architectures", "mean score of 5 folds", &layers)
        .series("test", &test)
        .series("training", &[0.998; 17]);
    page.add(&bars.draw()?);
    let seeds = Bars::new(
        "Test accuracy over 3 seeds",
        "test accuracy",
        &["3 dense", "2 dense + 1 conv", "2 dense + 2 conv"],
    )
    .series("mean", &[0.9082, 0.9111, 0.9174])
    .spread(&[0.004, 0.003, 0.002])
    .decimals(4)
    .dots()
    .width(440)
    .draw()?;
    let change = Bars::new("Change of accuracy", "points", &["zero biases", "dropout off", "Adam"])
        .series("change", &[0.14, -1.2, -0.3])
        .spread(&[0.2, 0.3, 0.1])
        .decimals(2)
        .width(440)
        .draw()?;
    page.add(&row([seeds, change]));
    let runs = (0..24).fold(
        Scatter::new("Accuracy against training time", "training time (s)", "test accuracy"),
        |plot, index| {
            let group = ["sigmoid", "ReLU", "leaky ReLU", "tanh"][index % 4];
            let time = 10.0 * 1.2_f64.powi(index as i32);
            plot.point(group, format!("{} units", 64 + index * 8), time, 0.85 + 0.04 * noise(index))
        },
    );
    page.add(&runs.log_x().pareto().draw()?);
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
            .say(format!("
                **One wide layer does best**[^wide]: `(100,)` reaches {}. The loss is $L = -\\sum_i y_i \\log p_i$, and
                `Vec<f32>` stays as it is. Deeper is better[^deep].

                More epochs would change nothing, because all fits converged before `max_iter`[^epochs].
                ", percent(score, 2)))
            .claim("wide", true, "0.8033 against 0.7950 of the second, `(80,)`")
            .claim("deep", false, "0.7900 of `(100, 100, 100)` against 0.8033")
            .in_full(|full| full.claim("epochs", true, "at most 211 of 300 epochs"))
            .beside("mean test score of `(100,)`", "0.8033333333333333", 0.8033333333333333)
            .beside("validation accuracy", "88.48 %", Runs::new([0.8812, 0.8840, 0.8833]).unwrap())
            .beside("training error on 5,000 samples", "0.211600", 0.0)
            .because("the original evaluated the network that was fitted on 600 samples on new data")
            .beside("label frequencies", "63 62 53", [63, 62, 54])
            .shown_beside("accuracy of another network", "0.95", 0.9)
            .beside_table(
                PrintedTable::new("Test scores by learning rate", ["test score", "train score"])
                    .row("0.001", [("0.7586363636363637", 45_063.0 / 59_400.0), ("1.0", 1.0)])
                    .row("0.01", [("0.7738720538720538", 0.773_872_053_872_053_8), ("1.0", 1.0)])
                    .row("0.1", [("0.7802188552188553", 0.780_3), ("1.0", 1.0)]),
            )
    };
    page.add(&build(Profile::Full));
    page.add(&build(Profile::Quick));
    println!("{}", build(Profile::Full));
}
