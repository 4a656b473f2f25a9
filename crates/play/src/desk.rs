//! What the page has loaded, and what it asks: bytes in, floats out.
//!
//! The same calls work in a test on this machine and through [`exports`](crate) in a browser.

use fashion::data::Images;
use fashion::ndarray::{Array2, ArrayView1, ArrayView2};
use fashion::photo::Photo;

use crate::Result;
use crate::change::PIXELS;
use crate::duel::Duel;
use crate::filters::Filters;
use crate::lesson::Lesson;
use crate::machine;
use crate::models::{CLASSES, Models};
use crate::pack::Unpacker;

/// Test images of each class that lessons are examined with: the first, as in the data's excerpt.
pub const EXAMINED: usize = 100;

/// Everything that the page has loaded.
#[derive(Default)]
pub struct Desk {
    models: Option<Models>,
    vectors: Array2<u8>,
    labels: Vec<u8>,
    tests: Vec<u8>,
    packed: Option<Unpacker>,
    lessons: Option<Images>,
    lesson: Option<Lesson>,
}

fn error(name: &'static str, expected: &str, got: impl std::fmt::Debug) -> fashion::Error {
    fashion_base::Error::parameter(name, expected, got).into()
}

impl Desk {
    /// The three models' files, one after the other; the first two have these lengths. Gives the number
    /// of weights of the networks and of support vectors.
    ///
    /// # Errors
    /// As [`Models::from_bytes`].
    pub fn load_models(&mut self, files: &[u8], [mlp, cnn]: [usize; 2]) -> Result<Vec<f32>> {
        let cut = |bytes: &[u8]| error("models", "three files", bytes.len());
        let (mlp, rest) = files.split_at_checked(mlp).ok_or_else(|| cut(files))?;
        let (cnn, svm) = rest.split_at_checked(cnn).ok_or_else(|| cut(rest))?;
        let models = Models::from_bytes([mlp, cnn, svm])?;
        let vectors = models.svm.support_levels();
        self.vectors = vectors.ok_or_else(|| error("machine", "one of grey levels", "floats"))?;
        let sizes = [models.mlp.n_parameters(), models.cnn.n_parameters(), self.vectors.nrows()];
        self.models = Some(models);
        Ok(sizes.map(|size| size as f32).to_vec())
    }

    /// Images as [`crate::pack::pack`] writes them, so many: 784 levels each.
    ///
    /// # Errors
    /// None.
    pub fn images(&self, packed: &[u8], images: usize) -> Result<Vec<f32>> {
        let mut packed = Unpacker::new(packed.to_vec());
        Ok((0..images).flat_map(|_| packed.image()).map(f32::from).collect())
    }

    /// The labels of so many test images, and the images as [`crate::pack::pack`] writes them.
    ///
    /// # Errors
    /// [`Error::Base`](crate::Error::Base) if there are too few bytes.
    pub fn load_tests(&mut self, bytes: &[u8], images: usize) -> Result<Vec<f32>> {
        let Some((labels, packed)) = bytes.split_at_checked(images) else {
            return Err(error("test images", "a label for each", bytes.len()));
        };
        self.labels = labels.to_vec();
        self.tests = Vec::with_capacity(images * PIXELS);
        self.packed = Some(Unpacker::new(packed.to_vec()));
        Ok(Vec::new())
    }

    /// Unpacks some more test images; gives how many there are by now.
    ///
    /// # Errors
    /// None.
    pub fn unpack(&mut self, images: usize) -> Result<Vec<f32>> {
        let there = self.tests.len() / PIXELS;
        if let Some(packed) = &mut self.packed {
            for _ in 0..images.min(self.labels.len() - there) {
                self.tests.extend(packed.image());
            }
        }
        Ok(vec![(self.tests.len() / PIXELS) as f32])
    }

    /// The unpacked test images.
    pub fn tests(&self) -> &[u8] {
        &self.tests
    }

    /// Training images for lessons, in the form of [`Self::load_tests`].
    ///
    /// # Errors
    /// As there, and for a label that is no class.
    pub fn load_lessons(&mut self, bytes: &[u8], images: usize) -> Result<Vec<f32>> {
        let Some((labels, packed)) = bytes.split_at_checked(images) else {
            return Err(error("training images", "a label for each", bytes.len()));
        };
        let mut packed = Unpacker::new(packed.to_vec());
        let pixels = (0..images).flat_map(|_| packed.image()).collect();
        self.lessons = Some(self::images(pixels, labels)?);
        Ok(Vec::new())
    }

    fn models(&self) -> Result<&Models> {
        self.models.as_ref().ok_or_else(|| error("models", "loaded ones", "none"))
    }

    /// What the three say of pictures of 784 levels. For each picture: the perceptron's ten
    /// probabilities, the convolutional network's, the machines' votes for ten classes, the three
    /// classes, and the machine's margin.
    ///
    /// # Errors
    /// [`Error::Base`](crate::Error::Base) for parts of a picture, or before there are models.
    pub fn say(&self, pixels: &[u8]) -> Result<Vec<f32>> {
        let (whole, rest) = pixels.as_chunks::<PIXELS>();
        if !rest.is_empty() {
            return Err(error("pictures", "784 levels each", pixels.len()));
        }
        let pixels = ArrayView2::from(whole);
        let answers = self.models()?.answer(&pixels)?;
        let mut numbers = Vec::new();
        for row in 0..pixels.nrows() {
            numbers.extend(answers.mlp.row(row));
            numbers.extend(answers.cnn.row(row));
            numbers.extend(answers.votes.row(row).iter().map(|&votes| votes as f32));
            numbers.extend(answers.classes(row).map(|class| class as f32));
            numbers.push(answers.confidence(row)[2]);
        }
        Ok(numbers)
    }

    /// [`Self::say`] of so many test images, from this one on; fewer if there are not as many yet.
    ///
    /// # Errors
    /// As there.
    pub fn say_tests(&self, first: usize, images: usize) -> Result<Vec<f32>> {
        let end = self.tests.len().min((first + images) * PIXELS);
        self.say(self.tests.get(first * PIXELS..end).unwrap_or_default())
    }

    /// Why the machine decided as it did: winner, rival, decision value, offset, the sums of both sides,
    /// and how many support vectors pull; then up to so many of them for each side, strongest first:
    /// class, similarity, weight, and 784 levels. Nothing for a rival that is the winner.
    ///
    /// # Errors
    /// As [`Duel::new`].
    pub fn duel(&self, picture: &[u8], rival: Option<usize>, vectors: usize) -> Result<Vec<f32>> {
        let svm = &self.models()?.svm;
        let found = Duel::new(svm, self.vectors.view(), ArrayView1::from(picture), rival)?;
        let Some(duel) = found else { return Ok(Vec::new()) };
        let mut numbers = vec![duel.winner as f32, duel.rival as f32];
        let sums = [duel.value, duel.offset, duel.sums[0], duel.sums[1]];
        numbers.extend(sums.map(|sum| sum as f32));
        numbers.push(duel.pulls.len() as f32);
        for class in [duel.winner, duel.rival] {
            for pull in duel.pulls.iter().filter(|pull| pull.class == class).take(vectors) {
                numbers.extend([class as f32, pull.similarity as f32, pull.weight as f32]);
                numbers.extend(self.vectors.row(pull.vector).iter().map(|&level| f32::from(level)));
            }
        }
        Ok(numbers)
    }

    /// The first convolution at work: filters, their height and width, height and width of the
    /// responses; then all weights, then all responses.
    ///
    /// # Errors
    /// As [`Filters::new`].
    pub fn filters(&self, picture: &[u8]) -> Result<Vec<f32>> {
        let Some(filters) = Filters::new(&self.models()?.cnn, picture)? else {
            return Ok(Vec::new());
        };
        let (count, height, width) = filters.weights.dim();
        let (_, rows, columns) = filters.responses.dim();
        let mut numbers = [count, height, width, rows, columns].map(|size| size as f32).to_vec();
        numbers.extend(&filters.weights);
        numbers.extend(&filters.responses);
        Ok(numbers)
    }

    /// A reader's picture, four bytes a pixel, as the data set would have it: 784 levels.
    ///
    /// # Errors
    /// As [`Photo::from_rgba`] and [`Photo::prepare`].
    pub fn photo(&self, bytes: &[u8], [width, height]: [usize; 2]) -> Result<Vec<f32>> {
        let prepared = Photo::from_rgba(width, height, bytes)?.prepare()?;
        Ok(prepared.pixels().iter().map(|&level| f32::from(level)).collect())
    }

    fn lessons(&self) -> Result<&Images> {
        self.lessons.as_ref().ok_or_else(|| error("training images", "loaded ones", "none"))
    }

    /// The first [`EXAMINED`] test images of each class, of those that are unpacked.
    fn examined(&self) -> Result<Images> {
        let mut seen = [0; CLASSES];
        let (mut pixels, mut labels) = (Vec::new(), Vec::new());
        for (image, &label) in self.tests.chunks_exact(PIXELS).zip(&self.labels) {
            let Some(seen) = seen.get_mut(usize::from(label)).filter(|seen| **seen < EXAMINED)
            else {
                continue;
            };
            *seen += 1;
            pixels.extend(image);
            labels.push(label);
        }
        images(pixels, &labels)
    }

    /// Starts a perceptron with so many hidden units.
    ///
    /// # Errors
    /// As [`Lesson::new`].
    pub fn lesson(&mut self, units: usize, rate: f64, seed: u32) -> Result<Vec<f32>> {
        self.lesson = Some(Lesson::new(self.lessons()?, units, rate, seed)?);
        Ok(Vec::new())
    }

    /// Takes some steps: the pictures seen, mean loss, accuracy, epochs since the start.
    ///
    /// # Errors
    /// As [`Lesson::take`], and before there is one.
    pub fn learn(&mut self, steps: usize) -> Result<Vec<f32>> {
        let Some(lesson) = &mut self.lesson else {
            return Err(error("lesson", "a started one", "none"));
        };
        let seen = lesson.take(steps)?;
        Ok([seen.pictures as f64, seen.loss, seen.accuracy, seen.epochs].map(|x| x as f32).to_vec())
    }

    fn perceptron(&self) -> Result<&Lesson> {
        self.lesson.as_ref().ok_or_else(|| error("lesson", "a started one", "none"))
    }

    /// Loss and accuracy of the perceptron on [`EXAMINED`] test images of each class.
    ///
    /// # Errors
    /// As [`Lesson::test`].
    pub fn examine(&self) -> Result<Vec<f32>> {
        let found = self.perceptron()?.test(&self.examined()?)?;
        Ok(vec![found.loss as f32, found.accuracy as f32])
    }

    /// The weights of the perceptron's hidden units, 784 each.
    ///
    /// # Errors
    /// As [`Lesson::weights`].
    pub fn units(&self) -> Result<Vec<f32>> {
        Ok(self.perceptron()?.weights()?.t().iter().copied().collect())
    }

    /// Fits a machine to the first of the training images: support vectors, accuracy on its own images
    /// and on the examined test images, 1 if the solver met its tolerance.
    ///
    /// # Errors
    /// As [`machine::fit`].
    pub fn machine(&self, images: usize, c: f64, gamma: f64) -> Result<Vec<f32>> {
        let lessons = self.lessons()?;
        let some = lessons.head(images.min(lessons.len()))?;
        let found = machine::fit(&some, &self.examined()?, c, gamma)?;
        let converged = if found.converged { 1.0 } else { 0.0 };
        Ok(vec![found.vectors as f32, found.learned as f32, found.tested as f32, converged])
    }
}

fn images(pixels: Vec<u8>, labels: &[u8]) -> Result<Images> {
    let pixels = Array2::from_shape_vec((labels.len(), PIXELS), pixels)
        .map_err(|_| error("images", "784 levels each", labels.len()))?;
    Images::new(pixels, labels.iter().map(|&label| usize::from(label)).collect())
}
