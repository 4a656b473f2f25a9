//! Writes what the page loads: `play-data SITE KEPT MODULE`.
//!
//! Trains the three classifiers, unless KEPT has those of the same recipe, and writes `play-data.js` into
//! SITE: the WebAssembly MODULE, the models, test images with what the three say of them here, and some
//! training images. KEPT gets their answers as floats, too, for a test that compares a browser's.

use std::error::Error;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use fashion::data::{CLASS_NAMES, FashionMnist, Images};
use fashion::flate2::{Compression, write::DeflateEncoder};
use fashion_play::change::PIXELS;
use fashion_play::models::{Answers, Models};
use fashion_play::{embed, pack, recipes, slim};
use serde_json::{Value, json};

type Done<T = ()> = Result<T, Box<dyn Error>>;

/// Training images that the page brings for lessons: this many of each class.
const LESSONS: usize = 50;
/// The script, and its one constant.
const SCRIPT: &str = "play-data.js";
const NAME: &str = "const PLAY_DATA";
/// Whose the images are.
const NOTE: &str = concat!(
    "Images of Fashion-MNIST, and what the page computes with them.\n\n",
    include_str!("../../../../data/LICENSE")
);

fn main() -> Done {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [site, kept, module] = arguments.as_slice() else {
        return Err("expected three arguments: SITE KEPT MODULE".into());
    };
    fashion::keep_freed_memory();
    let data = FashionMnist::load()?;
    let pictures = recipes::pictures(&data)?;
    let models = kept_or_trained(&pictures, kept)?;
    let answers = models.answer(&data.test.grey())?;
    let numbers = floats(&answers, data.test.labels());
    fashion_base::whole_file::write(&kept.join("answers.f32"), &numbers)?;

    let lessons = some_of_each(&FashionMnist::excerpt()?.train)?;
    let files = ModelFiles::read(kept, &models)?;
    let facts = json!({
        "classes": CLASS_NAMES,
        "pictures": pictures.len(),
        "tests": data.test.len(),
        "lessons": lessons.len(),
        "excerpt": data.is_excerpt(),
        "files": files.lengths,
    });
    let parts = [
        ("module", deflated(&slim::slim(&fs::read(module)?))?),
        ("models", deflated(&files.bytes)?),
        ("vectors", pack::pack(&files.vectors)),
        ("said", deflated(&said(&answers, data.test.len()))?),
        ("tests", packed(&data.test)),
        ("lessons", packed(&lessons)),
    ];
    let script = embed::script(NOTE, NAME, &bundle(facts, &parts));
    fashion_base::whole_file::write(&site.join(SCRIPT), &script)?;
    let sizes: Vec<String> = parts
        .iter()
        .map(|(name, bytes)| format!("{name} {:.2}", bytes.len() as f64 / 1e6))
        .collect();
    println!("{SCRIPT}: {:.2} MB ({})", script.len() as f64 / 1e6, sizes.join(", "));
    Ok(())
}

/// The models of this recipe; training them takes about a minute.
fn kept_or_trained(pictures: &Images, kept: &Path) -> Done<Models> {
    let (identity, file) = (recipes::identity(pictures), kept.join("recipe.txt"));
    if fs::read_to_string(&file).is_ok_and(|known| known == identity) {
        let files = recipes::FILES.map(|name| fs::read(kept.join(name)));
        if let [Ok(mlp), Ok(cnn), Ok(svm)] = files
            && let Ok(models) = Models::from_bytes([&mlp, &cnn, &svm])
        {
            return Ok(models);
        }
    }
    println!(
        "Training the three classifiers of the page on {} images (about 1 min on two cores, once) ..",
        pictures.len()
    );
    let since = Instant::now();
    let _ = fs::remove_file(&file);
    let models = recipes::train(pictures, kept)?;
    // Last, so that it stands for whole models.
    fashion_base::whole_file::write(&file, identity.as_bytes())?;
    println!("Trained after {:.0} s; kept in {}.", since.elapsed().as_secs_f64(), kept.display());
    Ok(models)
}

/// The three models' files without the machine's support vectors, which take less as images.
struct ModelFiles {
    bytes: Vec<u8>,
    /// 784 levels each.
    vectors: Vec<u8>,
    /// The perceptron's and the network's files; what stands before the vectors in the machine's file; how
    /// many vectors there are.
    lengths: [usize; 4],
}

impl ModelFiles {
    fn read(kept: &Path, models: &Models) -> Done<Self> {
        let [mlp, cnn, svm] = recipes::FILES.map(|name| fs::read(kept.join(name)));
        let (mlp, cnn, svm) = (mlp?, cnn?, svm?);
        let vectors = models.svm.support_levels().ok_or("the machine has no grey levels")?;
        let vectors: Vec<u8> = vectors.into_iter().collect();
        let place = svm.windows(vectors.len()).position(|bytes| bytes == vectors);
        let place = place.ok_or("the machine's file has its vectors in several pieces")?;
        let lengths = [mlp.len(), cnn.len(), place, vectors.len() / PIXELS];
        let bytes = [&mlp, &cnn, &svm[..place], &svm[place + vectors.len()..]].concat();
        Ok(Self { bytes, vectors, lengths })
    }
}

/// The first [`LESSONS`] images of each class, in their order.
fn some_of_each(images: &Images) -> Done<Images> {
    let mut seen = [0; 10];
    let few = |index: &usize| {
        let seen = &mut seen[images.labels()[*index]];
        *seen += 1;
        *seen <= LESSONS
    };
    Ok(images.select(&(0..images.len()).filter(few).collect::<Vec<_>>())?)
}

/// A label for each image, then the images.
fn packed(images: &Images) -> Vec<u8> {
    let grey: Vec<u8> = images.grey().iter().copied().collect();
    let labels = images.labels().iter().map(|&label| label as u8);
    labels.chain(pack::pack(&grey)).collect()
}

/// The classes that the three give each image: all of the perceptron's, then of the network's, then of the
/// machine's; and how sure they are, in the same order: probabilities as shares of 255, margins from -1 to 2
/// as shares of 255.
fn said(answers: &Answers, images: usize) -> Vec<u8> {
    let classes = |model: usize| (0..images).map(move |row| answers.classes(row)[model] as u8);
    let share = |model: usize, value: f32| if model == 2 { (value + 1.0) / 3.0 } else { value };
    let level = move |model: usize, value: f32| (255.0 * share(model, value)).round() as u8;
    let sure =
        |model: usize| (0..images).map(move |row| level(model, answers.confidence(row)[model]));
    (0..3).flat_map(classes).chain((0..3).flat_map(sure)).collect()
}

/// The label of each image, both networks' probabilities and the votes, as the page gives them.
fn floats(answers: &Answers, labels: &[usize]) -> Vec<u8> {
    let rows = labels.iter().enumerate().flat_map(|(row, &label)| {
        let votes = answers.votes.row(row).mapv(|votes| votes as f32);
        let mut numbers = vec![label as f32];
        numbers.extend(answers.mlp.row(row));
        numbers.extend(answers.cnn.row(row));
        numbers.extend(votes);
        numbers
    });
    rows.flat_map(f32::to_le_bytes).collect()
}

fn deflated(bytes: &[u8]) -> Done<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

/// The length of the facts in four bytes, the facts as JSON with the length of each part, the parts.
fn bundle(mut facts: Value, parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    facts["parts"] = parts.iter().map(|(name, bytes)| json!([name, bytes.len()])).collect();
    let facts = facts.to_string();
    let mut all = (facts.len() as u32).to_le_bytes().to_vec();
    all.extend(facts.into_bytes());
    parts.iter().for_each(|(_, bytes)| all.extend(bytes));
    all
}
