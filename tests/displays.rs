//! Everything that a reader may end a cell with shows itself: short in plain text, and in HTML where
//! it is more than a line.

use fashion::answer::variables;
use fashion::nn::Evaluation;
use fashion::prelude::*;
use fashion::show::{Bundle, Render};
use fashion::{Dataset, Result};

/// What a cell may fill before its reader has to scroll for long.
const LONGEST_TEXT: usize = 6_000;

struct Shown {
    name: &'static str,
    bundle: Bundle,
    printed: String,
}

fn shown<T: Render + std::fmt::Display>(name: &'static str, value: &T) -> Shown {
    Shown { name, bundle: value.render(), printed: value.to_string() }
}

fn small() -> Result<(Dataset<f32>, Dataset<f32>)> {
    let data = FashionMnist::excerpt()?;
    Ok((data.train.head(60)?.dataset(), data.test.head(40)?.dataset()))
}

fn everything() -> Result<Vec<Shown>> {
    let data = FashionMnist::excerpt()?;
    let (train, test) = small()?;
    let layers = Sequential::new([28, 28, 1]).flatten().dense(10).softmax();
    let mut network = layers.build(1)?;
    let training = Training::new().epochs(2).verbose(false);
    let history = network.fit_validated(&train, &test, &training)?;
    let mut experiments = Experiments::new(train.clone(), test.clone());
    experiments.run("one", &layers, &training, &[1, 2])?;
    let (a, p) = (network.predict(test.records())?, network.predict_proba(test.records())?);
    let params = MlpClassifier::params().hidden_layer_sizes([5]).max_iter(3).seed(1);
    let mlp = params.fit(&train)?;
    let b = mlp.predict(test.records())?;
    let svc = Svc::params().kernel(Kernel::linear()).verbose(false).fit(&train)?;
    let search = GridSearch::over("alpha", [1e-4, 1e-2], |alpha| params.clone().alpha(alpha))
        .folds(Folds::k_fold(2))
        .verbose(false)
        .fit(&train)?;
    let curve = LearningCurve::new("SVM", [(20, 1)]).verbose(false).fit(
        &data.train,
        &test,
        |train, _| Ok(Svc::params().fit(train)?),
    )?;
    let matrix = ConfusionMatrix::new(test.targets(), &a)?;
    let figure = Bars::new("Title", "y", &["a", "b"]).series("s", &[1.0, 2.0]).draw()?;
    let mut table = Table::new("Title", ["a", "b"]);
    table.push(["1", "2"]);
    let answer = answer("A0-S1").say("Words.").claim("One is one", true, "1 = 1");
    Ok(vec![
        shown("Profile", &Profile::current()?),
        shown("FashionMnist", &data),
        shown("Images", &data.train),
        shown("Sequential", &layers),
        shown("Network<f32>", &network),
        shown("Network<f64>", &layers.build_as::<f64>(1)?),
        shown("History", &history),
        shown("LearningCurveResults", &curve),
        shown("PowerLaw", &PowerLaw::fit(&[1.0, 10.0], &[2.0, 20.0])?),
        shown("Evaluation", &network.evaluate(&test)?),
        shown("Experiments", &experiments),
        shown("MlpClassifier<f32>", &mlp),
        shown("MlpClassifier<f64>", &params.fit(&data.train.head(60)?.dataset::<f64>())?),
        shown("Svc", &svc),
        shown("GridSearchResults", &search),
        shown("ConfusionMatrix", &matrix),
        shown("ClassificationReport", &ClassificationReport::from_matrix(&matrix)),
        shown("McNemar", &McNemar::new(test.targets(), &a, &b)?),
        shown("Calibration", &Calibration::new(test.targets(), &p, 5)?),
        shown("Figure", &figure),
        shown("Row", &row([&figure, &figure])),
        shown("Table", &table),
        shown("Check", &check(&answer)),
        shown("Variables", &variables("A1-T1", Profile::Full)),
        shown("Answer", &answer),
    ])
}

fn part<'a>(shown: &'a Shown, mime: &str) -> Option<&'a str> {
    shown.bundle.parts().iter().find(|(found, _)| *found == mime).map(|(_, body)| body.as_str())
}

#[test]
fn each_value_has_a_plain_text_that_fits_and_html() {
    let mut problems = Vec::new();
    for shown in everything().expect("every value can be made") {
        let text = part(&shown, "text/plain").unwrap_or_default();
        if text.trim().is_empty() || text.len() > LONGEST_TEXT {
            problems.push(format!("{}: {} bytes of plain text", shown.name, text.len()));
        }
        if text.trim_end() != shown.printed.trim_end()
            && !["Check", "Profile"].contains(&shown.name)
        {
            problems
                .push(format!("{}: a terminal shows something else than a notebook", shown.name));
        }
        match part(&shown, "text/html") {
            None => problems.push(format!("{}: no HTML", shown.name)),
            // JupyterLab removes them from notebooks that it does not trust.
            Some(html) if html.contains("<svg") || html.contains("<script") => {
                problems.push(format!("{}: HTML that JupyterLab may remove", shown.name));
            }
            Some(html) if html.matches("<table").count() != html.matches("</table>").count() => {
                problems.push(format!("{}: a table without end", shown.name));
            }
            Some(_) => {}
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The type of every `impl Render for`, so that none is forgotten in the list above.
#[test]
fn the_list_above_has_every_type_with_a_display_of_its_own() {
    let list = include_str!("displays.rs");
    let mut missing = Vec::new();
    let mut folders = vec![tests::root().join("crates")];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path())
        {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = std::fs::read_to_string(&path).expect("a source");
                for (_, rest) in source
                    .match_indices(" Render for ")
                    .map(|(at, name)| source.split_at(at + name.len()))
                {
                    let name = rest.split(|sign: char| !sign.is_alphanumeric()).next();
                    missing.extend(name.map(str::to_owned));
                }
            }
        }
    }
    assert!(missing.len() > 20, "{missing:?}");
    // A chart that was not drawn shows its figure, which is in the list; `$chart` stands for the charts.
    let charts = ["", "HistoryPlot", "Bundle"];
    missing.retain(|name| !charts.contains(&name.as_str()));
    missing.retain(|name| {
        !list.contains(&format!("shown(\"{name}\"")) && !list.contains(&format!("shown(\"{name}<"))
    });
    assert!(missing.is_empty(), "not in the list: {missing:?}");
}

/// The prelude gives values the method that the kernel looks for, drawn or not.
#[test]
fn a_cell_can_show_what_it_ends_with() {
    let chart = Bars::new("Title", "y", &["a"]).series("s", &[1.0]);
    let shown: [&dyn NotebookDisplay; 3] =
        [&Table::new("Title", ["a"]), &chart, &HistoryPlot::new("Title")];
    shown.iter().for_each(|value| value.evcxr_display());
}

/// Settings are shown by `{:?}`, as the kernel does with a type that has no display of its own.
#[test]
fn settings_are_one_readable_line() {
    let settings = [
        format!("{:?}", Training::new().epochs(3).early_stopping(EarlyStopping::default())),
        format!("{:?}", Optimizer::nesterov(0.1, 0.9)),
        format!("{:?}", Augmentation::new().shift(0.1).horizontal_flip()),
        format!("{:?}", MlpClassifier::params()),
        format!("{:?}", Svc::params().kernel(Kernel::rbf(Gamma::Scale))),
        format!("{:?}", Folds::stratified(5)),
        format!("{:?}", Initializer::HeNormal),
        format!("{:?}", RandomState::new(7)),
        format!("{:?}", Evaluation { loss: 0.5, accuracy: 0.8 }),
        format!("{:?}", FashionMnist::load_from("no such folder").err()),
    ];
    for text in settings {
        assert!(text.len() < 500 && !text.contains('\n'), "{} bytes: {text:.200}", text.len());
    }
}

/// Both once stood in the page as they were written.
#[test]
fn an_answer_leads_to_no_script_and_loads_no_picture_from_elsewhere() {
    let text = "[a](javascript:alert(1)) [b](JaVaScript:alert(1)) [c](data:text/html,x) \
                ![d](https://elsewhere.example/seen.png) [e](https://example.org) [f](A2.ipynb)";
    let answer = answer("A0-S1").say(text);
    let bundle = answer.render();
    let html = &bundle.parts().iter().find(|(mime, _)| *mime == "text/html").unwrap().1;
    assert!(!html.to_lowercase().contains("javascript:"), "{html}");
    assert!(!html.contains("data:text") && !html.contains("elsewhere.example"), "{html}");
    assert!(html.contains("href=\"https://example.org\"") && html.contains("href=\"A2.ipynb\""));
}
