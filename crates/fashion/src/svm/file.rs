//! Support vector machines in files: safetensors, like networks.

use std::ops::Range;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::gram::{self, shift};
use super::levels::Levels;
use super::samples::{Panels, Rows, Support};
use super::{Kernel, PairReport, Solver, Svc};
use crate::nn::Element;
use crate::{Error, Result};
use fashion_base::tensor_file::TensorFile;

const FORMAT: &str = "fashion svm 1";

/// Everything that is not a long list of numbers.
#[derive(Serialize, Deserialize)]
struct Header {
    classes: Vec<usize>,
    kernel: Kernel,
    c: f64,
    solver: Solver,
    samples: usize,
    features: usize,
    /// Whether the features were grey levels, whose kernels are computed in whole numbers.
    levels: bool,
    ranges: Vec<Range<usize>>,
    indices: Vec<usize>,
    pairs: Vec<PairReport>,
    sigmoids: Option<Vec<(f64, f64)>>,
    seconds: f64,
    bytes: usize,
}

impl Svc {
    /// The number of features that a sample has.
    pub fn features(&self) -> usize {
        self.center.len()
    }

    /// Writes the machine as a safetensors file. The file appears whole or not at all; a file of that name
    /// is replaced.
    ///
    /// # Errors
    /// [`Error::Io`](fashion_base::Error::Io) if the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let header = Header {
            classes: self.classes.clone(),
            kernel: self.kernel,
            c: self.c,
            solver: self.solver,
            samples: self.samples,
            features: self.features(),
            levels: match &self.support {
                Support::F32(panels) => panels.levels.is_some(),
                Support::F64(panels) => panels.levels.is_some(),
            },
            ranges: self.ranges.clone(),
            indices: self.indices.clone(),
            pairs: self.pairs.clone(),
            sigmoids: self.sigmoids.clone(),
            seconds: self.seconds,
            bytes: self.bytes,
        };
        let header =
            serde_json::to_string(&header).map_err(|e| Error::model_file(path, e.to_string()))?;
        let mut file = TensorFile::default();
        file.set_text("format", FORMAT);
        file.set_text("machine", header);
        file.set("center", &[self.features()], &self.center);
        match &self.support {
            Support::F32(panels) => set_support(&mut file, panels, &self.ranges),
            Support::F64(panels) => set_support(&mut file, panels, &self.ranges),
        }
        for (class, values) in self.coefficients.iter().enumerate() {
            let shape = [self.ranges[class].len(), self.classes.len() - 1];
            file.set(&coefficients(class), &shape, values);
        }
        Ok(file.write(path)?)
    }

    /// Reads a machine that [`Self::save`] wrote: it decides as the saved one did, to the last bit.
    ///
    /// # Errors
    /// [`Error::Io`](fashion_base::Error::Io) if the file cannot be read,
    /// [`Error::ModelFile`](fashion_base::Error::ModelFile) if it is cut off or not one of ours.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        read(&TensorFile::read(path)?).map_err(|error| Error::model_file(path, error))
    }
}

fn coefficients(class: usize) -> String {
    format!("coefficients/{class}")
}

/// Support vectors row by row: how they lie in memory is nobody else's business.
fn set_support<E: gram::Element + Element>(
    file: &mut TensorFile,
    panels: &Panels<E>,
    classes: &[Range<usize>],
) {
    let (count, width) = (panels.norms.len(), panels.width);
    let mut values = vec![E::ZERO; count * width];
    for class in classes {
        for part in gram::ranges(class.len()) {
            let rows = shift(&part, class);
            let panel = panels.panel(rows.clone());
            for (place, &value) in panel.iter().enumerate() {
                let (feature, row) = (place / rows.len(), rows.start + place % rows.len());
                values[row * width + feature] = value;
            }
        }
    }
    file.set("support vectors", &[count, width], &values);
    file.set("squared lengths", &[count], &panels.norms);
}

fn support<E: gram::Element + Element>(
    file: &TensorFile,
    header: &Header,
    center: &[f64],
) -> Result<Panels<E>, String> {
    let (count, width) = (header.indices.len(), header.features);
    let values: Vec<E> = file.get("support vectors", &[count, width])?;
    let norms = file.get("squared lengths", &[count])?;
    let levels = header.levels.then(|| {
        // The vectors stand in the file with the center as their origin.
        let level = |(place, &value): (usize, &E)| {
            let pixel: f64 = value.into() + center[place % width];
            gram::Element::from_f64((255.0 * pixel).round() / 255.0)
        };
        let features: Vec<E> = values.iter().enumerate().map(level).collect();
        Levels::new(&features, width)
    });
    Ok(Rows { values, norms, width, levels: levels.flatten() }.panels(&header.ranges))
}

fn read(file: &TensorFile) -> Result<Svc, String> {
    let format = file.text("format")?;
    if format != FORMAT {
        return Err(format!("expected the format `{FORMAT}`, got `{format}`"));
    }
    let header: Header = serde_json::from_str(file.text("machine")?)
        .map_err(|error| format!("entry `machine`: {error}"))?;
    let classes = header.classes.len();
    let mut ends = header.ranges.iter().map(|range| range.end);
    let starts = header.ranges.iter().map(|range| range.start);
    let contiguous = starts.eq(std::iter::once(0).chain(ends.clone()).take(classes))
        && header.ranges.iter().all(|range| range.start <= range.end)
        && ends.next_back() == Some(header.indices.len());
    let pairs = classes * classes.saturating_sub(1) / 2;
    let sigmoids = header.sigmoids.as_ref().is_none_or(|sigmoids| sigmoids.len() == pairs);
    let complete = classes >= 2 && header.features > 0 && header.ranges.len() == classes;
    if !(complete && contiguous && header.pairs.len() == pairs && sigmoids) {
        return Err("entry `machine`: its lists do not belong together".into());
    }
    let coefficients: Result<Vec<Vec<f64>>, String> = header
        .ranges
        .iter()
        .enumerate()
        .map(|(class, range)| file.get(&coefficients(class), &[range.len(), classes - 1]))
        .collect();
    let center: Vec<f64> = file.get("center", &[header.features])?;
    let support = match support::<f32>(file, &header, &center) {
        Ok(support) => Support::F32(support),
        // Of the two types, the message about this one is as good as about the other.
        Err(_) => Support::F64(support::<f64>(file, &header, &center)?),
    };
    Ok(Svc {
        support,
        center,
        coefficients: coefficients?,
        classes: header.classes,
        kernel: header.kernel,
        c: header.c,
        solver: header.solver,
        samples: header.samples,
        ranges: header.ranges,
        indices: header.indices,
        pairs: header.pairs,
        sigmoids: header.sigmoids,
        seconds: header.seconds,
        bytes: header.bytes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::FashionMnist;
    use crate::{Dataset, Error};

    #[test]
    fn a_saved_machine_comes_back_equal_and_other_files_are_refused() {
        let folder = std::env::temp_dir().join(format!("fashion-svm-{}", std::process::id()));
        let file = folder.join("svm.safetensors");
        let images = FashionMnist::excerpt().unwrap().train.head(400).unwrap();
        let single: Dataset<f32> = images.dataset();
        let double: Dataset<f64> = images.dataset();

        let machine = Svc::params().c(10.0).probability(true).fit(&single).unwrap();
        machine.save(&file).unwrap();
        let loaded = Svc::load(&file).unwrap();
        assert!(loaded == machine);
        let decisions = loaded.decision_values(single.records()).unwrap();
        assert_eq!(decisions, machine.decision_values(single.records()).unwrap());

        let machine = Svc::params().kernel(Kernel::polynomial(2, 0.1, 1.0)).fit(&double).unwrap();
        machine.save(&file).unwrap();
        assert!(Svc::load(&file).unwrap() == machine);

        let whole = std::fs::read(&file).unwrap();
        std::fs::write(&file, &whole[..whole.len() - 9]).unwrap();
        assert!(matches!(
            Svc::load(&file),
            Err(Error::Base(fashion_base::Error::ModelFile { .. }))
        ));
        crate::nn::Sequential::new([784]).dense(10).build(1).unwrap().save(&file).unwrap();
        let error = Svc::load(&file).unwrap_err().to_string();
        assert!(error.contains("expected the format `fashion svm 1`"), "{error}");
        std::fs::remove_dir_all(folder).unwrap();
    }
}
