//! What every figure must keep to: clear errors, small files, documents that a browser can read.

use ndarray::{Array2, array};

use super::*;
use crate::Result;

fn message<T: std::fmt::Debug>(result: Result<T>) -> String {
    result.unwrap_err().to_string()
}

/// Fails if tags do not match or a text holds a bare `<` or `&`: browsers refuse such an image.
fn assert_well_formed(svg: &str) {
    let mut open = Vec::new();
    for piece in svg.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or_else(|| panic!("no end of <{piece}"));
        let name = tag.split_whitespace().next().unwrap_or_default();
        if let Some(name) = name.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{svg}");
        } else if !tag.ends_with('/') {
            open.push(name);
        }
        for entity in text.split('&').skip(1) {
            assert!(entity.split(';').next().is_some_and(|name| name.len() <= 5), "{text}");
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn names_with_special_characters_give_a_readable_document() {
    let name = "a < b & \"c\" 'd' – é";
    let figure = LineChart::new(name, name, name).series(name, &[1.0, 2.0]).draw().unwrap();
    assert_well_formed(figure.svg());
    let figure = Gallery::new(name).bytes(&[0; 4], format!("{name}\n{name}")).draw().unwrap();
    assert_well_formed(figure.svg());
    let figure = ConfusionPlot::new(name, &array![[1, 2], [3, 4]], &[name, name]).draw().unwrap();
    assert_well_formed(figure.svg());
    let bundle = figure.render();
    let html = &bundle.parts()[1].1;
    assert_eq!(html.matches('<').count(), 3, "one div with one image: {html}");
}

/// Some hosts of code show no picture that stands in HTML.
#[test]
fn a_value_with_figures_is_one_picture_too() {
    let picture = |value: &dyn Render| {
        let bundle = value.render();
        let found = bundle.parts().iter().find(|(mime, _)| *mime == "image/svg+xml");
        found.map(|(_, svg)| svg.clone())
    };
    let bars = |name: &str| Bars::new(name, "y", &["a"]).series("s", &[1.0]).draw().unwrap();
    let (one, two) = (bars("first"), bars("second"));
    assert_eq!(picture(&one).unwrap(), one.svg().trim_end());
    let both = picture(&row([&one, &two])).unwrap();
    assert_well_formed(&both);
    assert!(both.contains("first") && both.contains("second") && both.matches("<svg").count() == 3);
    let table = Table::new("a < b", ["n"]).row(["42"]);
    let mixed = picture(&stack(&[&table, &one])).unwrap();
    assert_well_formed(&mixed);
    assert!(mixed.contains("a &lt; b") && mixed.contains("42") && mixed.contains("first"));
    assert_eq!(picture(&stack(&[&table, &table])), None, "without a figure the HTML is enough");
}

#[test]
fn a_line_chart_says_what_is_wrong_with_its_data() {
    let chart = || LineChart::new("t", "x", "y");
    assert!(message(chart().draw()).contains("at least one series"));
    assert!(message(chart().series::<f64>("loss", &[]).draw()).contains("\"loss\""));
    assert!(message(chart().series("a", &[1.0, f64::NAN]).draw()).contains("finite"));
    assert!(message(chart().series("a", &[1.0, f64::INFINITY]).draw()).contains("finite"));
    assert!(message(chart().series("a", &[0.0]).log_y().draw()).contains("positive"));
    assert!(message(chart().series_xy("a", &[1, 2], &[1.0]).draw()).contains("1 x values"));
    let band = chart().series("a", &[1.0, 2.0]).band(&[1.0], &[2.0, 3.0]);
    assert!(message(band.draw()).contains("band"));
    assert!(message(chart().series("a", &[1.0]).size(10, 10).draw()).contains("pixels wide"));
    assert!(message(HistoryPlot::new("t").draw()).contains("at least one curve"));
}

#[test]
fn a_formula_says_its_name_and_spans_only_what_was_fitted() {
    struct Law;
    impl Formula for Law {
        fn name(&self) -> String {
            "slope −0.50".into()
        }
        fn value(&self, x: f64) -> f64 {
            2.0 / x.sqrt()
        }
    }
    let chart = |from: i32| {
        let chart = LineChart::new("t", "n", "error").log_x().log_y();
        chart.series_xy("SVM", &[1, 100, 400], &[3.0, 0.2, 0.1]).formula(&Law, from).draw()
    };
    let figure = chart(100).unwrap();
    assert!(figure.svg().contains("slope −0.50"));
    assert!(figure.to_string().contains("slope −0.50 from 0.2000 to 0.1000"), "{figure}");
    assert!(message(chart(500)).contains("at least one value"));
}

#[test]
fn charts_put_together_look_like_one_chart_with_all_curves() {
    let part = |name: &str, y: &[f64; 2]| {
        LineChart::new("Error", "n", "error")
            .series_xy(name, &[1, 9], y)
            .band(&[0.1, 0.1], y)
            .log_y()
    };
    let pair = |chart: LineChart| chart.series_xy("fitted", &[1, 9], &[0.5, 0.5]).paired();
    let together = pair(part("SVM", &[0.4, 0.2]))
        .and(pair(part("CNN", &[0.3, 0.2])).reference_y("bound", 0.6));
    let by_hand = pair(part("SVM", &[0.4, 0.2])).series_xy("CNN", &[1, 9], &[0.3, 0.2]);
    let by_hand = pair(by_hand.band(&[0.1, 0.1], &[0.3, 0.2])).reference_y("bound", 0.6);
    assert_eq!(together.draw().unwrap().svg(), by_hand.draw().unwrap().svg());
}

#[test]
fn the_curves_of_a_training_make_a_chart_per_quantity() {
    let plot = HistoryPlot::new("CNN").curve("loss", &[0.9, 0.5]).curve("val_loss", &[0.8, 0.6]);
    let plot = plot.curve("accuracy", &[0.5, 0.8]).curve::<f64>("val_accuracy", &[]);
    let titles = |plot: &HistoryPlot| plot.draw().unwrap().to_string();
    assert!(titles(&plot).starts_with("[figure] CNN: loss: loss against epoch; training from 0.9"));
    assert!(titles(&plot.first("accuracy")).starts_with("[figure] CNN: accuracy"));
}

#[test]
fn extreme_but_finite_data_can_be_drawn() {
    for values in [[5.0, 5.0], [0.0, 0.0], [-1e-12, 1e-12], [-1e15, 1e15], [1e-300, 1e300]] {
        let chart = LineChart::new("t", "x", "y").series("a", &values);
        assert_well_formed(chart.draw().unwrap().svg());
    }
    let log = LineChart::new("t", "x", "y").series("a", &[1e-30, 1e30]).log_y();
    assert_well_formed(log.draw().unwrap().svg());
    let one = Scatter::new("t", "x", "y").point("g", "p", 1, 1).pareto();
    assert_well_formed(one.draw().unwrap().svg());
    let zero = Bars::new("t", "x", &["a"]).series("s", &[0.0]);
    assert_well_formed(zero.draw().unwrap().svg());
}

#[test]
fn galleries_and_weights_say_what_is_wrong_with_their_images() {
    assert!(message(Gallery::new("t").draw()).contains("at least one image"));
    assert!(message(Gallery::new("t").bytes(&[0; 783], "").draw()).contains("square"));
    assert!(message(Gallery::new("t").image(&[1.5_f32; 4], "").draw()).contains("0 to 1"));
    assert!(message(Gallery::new("t").image(&[f32::NAN; 4], "").draw()).contains("0 to 1"));
    let none = Gallery::new("t").bytes(&[0; 4], "").columns(0);
    assert!(message(none.draw()).contains("columns"));
    let wide = Array2::<f32>::zeros((783, 3));
    assert!(message(WeightImages::units("t", &wide).draw()).contains("783"));
    let none = Array2::<f32>::zeros((784, 0));
    assert!(message(WeightImages::units("t", &none).draw()).contains("at least one unit"));
    let bad = Array2::from_elem((4, 1), f64::NAN);
    assert!(message(WeightImages::units("t", &bad).draw()).contains("finite"));
    let zeros = Array2::<f32>::zeros((4, 1));
    assert_well_formed(WeightImages::units("all zero", &zeros).draw().unwrap().svg());
}

#[test]
fn matrices_bars_and_points_say_what_is_wrong() {
    let square = array![[1_usize, 2], [3, 4]];
    assert!(message(ConfusionPlot::new("t", &square, &["a"]).draw()).contains("1 names"));
    let other = Array2::<usize>::zeros((3, 3));
    let difference = ConfusionPlot::difference("t", &square, &other, &["a", "b"]);
    assert!(message(difference.draw()).contains("[3, 3]"));
    let empty = Array2::<usize>::zeros((0, 0));
    assert!(message(ConfusionPlot::new::<&str>("t", &empty, &[]).draw()).contains("0 names"));
    let bars = || Bars::new("t", "x", &["a", "b"]);
    assert!(message(bars().draw()).contains("one series"));
    assert!(message(bars().series("s", &[1.0]).draw()).contains("2 values"));
    assert!(message(bars().series("s", &[1.0, f64::NAN]).draw()).contains("finite"));
    assert!(
        message(bars().series("s", &[1.0, 2.0]).spread(&[1.0, -1.0]).draw()).contains("negative")
    );
    assert!(message(Scatter::new("t", "x", "y").draw()).contains("at least one point"));
}

#[test]
fn an_empty_class_and_equal_matrices_can_be_drawn() {
    let counts = array![[0_usize, 0], [1, 9]];
    let same = ConfusionPlot::difference("t", &counts, &counts, &["a", "b"]).draw().unwrap();
    assert_well_formed(same.svg());
    assert!(!same.svg().contains("NaN"));
}

#[test]
fn large_figures_stay_small_files() {
    let curves = (0..17).fold(LineChart::new("t", "x", "y"), |chart, series| {
        let values: Vec<f64> = (0..300).map(|x| f64::from(x * series)).collect();
        chart.series(format!("series {series}"), &values)
    });
    let counts = Array2::from_shape_fn((10, 10), |(row, column)| row * 100 + column);
    let names: Vec<String> = (0..10).map(|class| format!("class {class}")).collect();
    let mut state = 1_u32;
    let weights = Array2::from_shape_fn((784, 100), |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 - 8_388_608.0
    });
    for figure in [
        curves.draw().unwrap(),
        ConfusionPlot::new("t", &counts, &names).draw().unwrap(),
        WeightImages::units("noise", &weights).draw().unwrap(),
    ] {
        assert_well_formed(figure.svg());
        let size = figure.render().parts()[1].1.len();
        assert!(size < 150_000, "{size} bytes: {figure}");
    }
}

#[test]
fn a_figure_can_be_saved_and_a_wrong_path_is_named() {
    let figure = LineChart::new("t", "x", "y").series("a", &[1.0]).draw().unwrap();
    let path = std::env::temp_dir().join(format!("figure-{}.svg", std::process::id()));
    figure.save(&path).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), figure.svg());
    assert!(message(figure.save(path.join("below/a/file.svg"))).contains("below/a/file.svg"));
    std::fs::remove_file(&path).unwrap();
}
