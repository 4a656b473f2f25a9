//! The three commands.

use std::path::{Path, PathBuf};

use fashion::data::{FashionMnist, excerpt_dir};
use fashion::program::{Model, Opinion, Panel, Program, TestReport};
use fashion::text::{percent, thousands};

use crate::cli::{Options, Trainee};
use crate::out::{complain, say};
use crate::picture;

/// Why a command failed, in words.
type Done = Result<(), String>;

/// How to come by a model, and how long that takes on two cores.
const TRAIN_FIRST: &str = "\
Train first. `fashion --train-model` makes all three models in ten to forty minutes, and goes on where it was if \
it is stopped; `fashion train mlnn --epochs 5` makes a first network in half a minute, `fashion train svm` a support vector \
machine in seconds (for `predict`).";

/// A failure in words; for a missing model, also what to do.
fn advised(error: &fashion::Error) -> String {
    match error {
        fashion::Error::ModelMissing { .. } => format!("{error}\n{TRAIN_FIRST}"),
        other => other.to_string(),
    }
}

fn program(options: &Options) -> Program {
    let mut program = Program::new(&options.models).seed(options.seed);
    if let Some(epochs) = options.epochs {
        program = program.epochs(epochs);
    }
    if let Some(batch_size) = options.batch_size {
        program = program.batch_size(batch_size);
    }
    program
}

fn load(options: &Options) -> fashion::Result<FashionMnist> {
    let same = |folder: &Path| match (folder.canonicalize(), excerpt_dir().canonicalize()) {
        (Ok(folder), Ok(excerpt)) => folder == excerpt,
        _ => false,
    };
    match &options.data {
        Some(folder) if same(folder) => FashionMnist::excerpt(),
        Some(folder) => FashionMnist::load_from(folder),
        None => FashionMnist::load(),
    }
}

/// `fashion train`
pub fn train(what: &[Trainee], options: &Options) -> Done {
    let run = || -> fashion::Result<()> {
        let data = load(options)?;
        let program = program(options);
        let (train, validation) = program.split(&data.train)?;
        let images = |count: usize| thousands(count);
        say(format_args!(
            "{} images for training, {} for validation, from {}",
            images(train.len()),
            images(validation.len()),
            data.dir().display()
        ));
        let mut files = Vec::new();
        for trainee in what {
            match *trainee {
                Trainee::Network(model) => {
                    train_network(&program, model, &data)?;
                    files.push(program.path(model));
                }
                Trainee::Svm => {
                    let svm = program.train_svm(&data.train)?;
                    say(format_args!(
                        "SVM: {} images, {} support vectors; saved as {}",
                        images(train.len().min(Program::SVM_IMAGES)),
                        images(svm.support_vectors()),
                        program.svm_path().display()
                    ));
                    files.push(program.svm_path());
                }
            }
        }
        say_files("Saved", &files);
        Ok(())
    };
    run().map_err(|error| error.to_string())
}

/// Where to find what a command has written.
fn say_files(done: &str, files: &[PathBuf]) {
    let whole = |file: &PathBuf| file.canonicalize().unwrap_or_else(|_| file.clone());
    for file in files {
        say(format_args!("{done}: {}", whole(file).display()));
    }
}

fn train_network(program: &Program, model: Model, data: &FashionMnist) -> fashion::Result<()> {
    say(format_args!("{model}: {} parameters", thousands(model.architecture().n_parameters()?)));
    let (network, history) = program.train(model, &data.train)?;
    let epoch = history.restored_epoch.unwrap_or(history.len());
    let accuracy = history.epochs[epoch - 1].val_accuracy.unwrap_or(f64::NAN);
    say(format_args!(
        "{model}: weights of epoch {epoch}, {} on changed validation images; saved as {}",
        percent(accuracy, 2),
        program.path(model).display()
    ));
    let report = TestReport::new(&network, &data.test)?;
    say(format_args!("{model} on the test images: {}\n{}", report.evaluation, report.classes()?));
    Ok(())
}

/// `fashion test`
pub fn test(options: &Options) -> Done {
    let run = || -> fashion::Result<()> {
        let program = program(options);
        // A missing model should show before anything is computed.
        let networks = [program.load(Model::Mlnn)?, program.load(Model::Cnn)?];
        let test = load(options)?.test;
        let mut files = Vec::new();
        for (model, network) in Model::ALL.into_iter().zip(&networks) {
            let report = TestReport::new(network, &test)?;
            let file = options.output.join(model.report_name());
            report.write(&file)?;
            say(format_args!("{model}: {}\n{}", report.evaluation, report.classes()?));
            files.push(file);
        }
        say_files("Written", &files);
        Ok(())
    };
    run().map_err(|error| advised(&error))
}

/// `fashion predict`
pub fn predict(pictures: &[PathBuf], options: &Options) -> Done {
    let panel = Panel::load(&program(options)).map_err(|error| advised(&error))?;
    for missing in panel.missing() {
        say(format_args!("{missing}"));
    }
    let mut seen = Vec::new();
    for path in pictures {
        // One bad picture does not keep the others from their answers.
        match ask(&panel, path) {
            Ok(picture) => seen.push(picture),
            Err(problem) => complain(problem),
        }
    }
    if !seen.is_empty() {
        draw(&seen, options)?;
    }
    match pictures.len() - seen.len() {
        0 => Ok(()),
        failed => Err(format!("{failed} of {} pictures could not be used", pictures.len())),
    }
}

type Seen = (String, fashion::photo::Prepared, Vec<Opinion>);

fn ask(panel: &Panel, path: &Path) -> Result<Seen, String> {
    let photo = picture::read(path)?;
    let said = |error: fashion::Error| format!("{}: {error}", path.display());
    let prepared = photo.prepare().map_err(said)?;
    let opinions = panel.ask(&prepared).map_err(said)?;
    let (width, height) = photo.size();
    let ground = if prepared.dark_on_light() { "dark on light" } else { "light on dark" };
    let title = format!("{} ({width} x {height}, {ground})", path.display());
    say(Opinion::table(&title, &opinions).to_string().trim_end());
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into());
    Ok((name, prepared, opinions))
}

fn draw(seen: &[Seen], options: &Options) -> Done {
    std::fs::create_dir_all(&options.output)
        .map_err(|error| format!("making the folder {}: {error}", options.output.display()))?;
    for (index, page) in seen.chunks(Opinion::PAGE).enumerate() {
        let number = if index == 0 { String::new() } else { format!("-{}", index + 1) };
        let file = options.output.join(format!("predict{number}.svg"));
        let figure = Opinion::gallery(page).and_then(|figure| figure.save(&file));
        figure.map_err(|error| error.to_string())?;
        say(format_args!("what the models saw: {}", file.display()));
    }
    Ok(())
}
