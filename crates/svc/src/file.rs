//! Support vector machines in files: safetensors with the numbers that the model computed with.

use std::ops::Range;
use std::path::Path;

use fashion_base::tensor_file::{Stored, TensorFile};
use fashion_kernels::{Float, path};
use serde::{Deserialize, Serialize};

use crate::cost::Cost;
use crate::error::Result;
use crate::floats::{FloatPanel, Floats};
use crate::kernel::{Gamma, Kernel};
use crate::levels::{LevelPanel, Levels};
use crate::model::{PairReport, Svc};
use crate::samples::{FloatSupport, Support};
use crate::space::Space as _;

const FORMAT: &str = "fashion svm 3";

const VECTORS: &str = "support vectors";

/// Everything that is not a long list of numbers.
#[derive(Serialize, Deserialize)]
struct Header {
    classes: Vec<usize>,
    kernel: Kernel,
    c: f64,
    solver: String,
    samples: usize,
    n_features: usize,
    features: Features,
    ranges: Vec<Range<usize>>,
    indices: Vec<usize>,
    pairs: Vec<PairReport>,
    sigmoids: Option<Vec<(f64, f64)>>,
}

/// What the features are.
#[derive(Clone, Copy, Serialize, Deserialize)]
enum Features {
    F32,
    F64,
    Levels,
}

impl Svc {
    /// Writes the machine as a safetensors file. The file appears whole or not at all; a file of that name
    /// is replaced. Equal fits give equal files: how long the fit took stands in a file beside it, whose
    /// name ends in `.cost.json`.
    ///
    /// # Errors
    /// [`Error::Io`](fashion_base::Error::Io) if the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let header = Header {
            classes: self.classes.clone(),
            kernel: self.kernel,
            c: self.c,
            solver: self.solver.clone(),
            samples: self.samples,
            n_features: self.n_features,
            features: match &self.support {
                Support::F32(_) => Features::F32,
                Support::F64(_) => Features::F64,
                Support::Levels(_) => Features::Levels,
            },
            ranges: self.ranges.clone(),
            indices: self.indices.clone(),
            pairs: self.pairs.clone(),
            sigmoids: self.sigmoids.clone(),
        };
        let header = serde_json::to_string(&header)
            .map_err(|error| fashion_base::Error::model_file(path, error.to_string()))?;
        let mut file = TensorFile::default();
        file.set_text("format", FORMAT);
        file.set_text("machine", header);
        match &self.support {
            Support::F32(support) => set_floats(&mut file, support),
            Support::F64(support) => set_floats(&mut file, support),
            Support::Levels(panels) => {
                let rows: Vec<u8> = panels.iter().flat_map(|panel| panel.levels.rows()).collect();
                file.set(VECTORS, &[self.indices.len(), self.n_features], &rows);
            }
        }
        for (class, values) in self.coefficients.iter().enumerate() {
            let shape = [self.ranges[class].len(), self.classes.len() - 1];
            file.set(&coefficients(class), &shape, values);
        }
        file.write(path)?;
        if let Some(cost) = self.cost {
            cost.save(path, file.checksum());
        }
        Ok(())
    }

    /// Reads a machine that [`Self::save`] wrote: it decides as the saved one did, to the last bit.
    ///
    /// # Errors
    /// [`Error::Io`](fashion_base::Error::Io) if the file cannot be read,
    /// [`Error::ModelFile`](fashion_base::Error::ModelFile) if it is damaged, not one of ours, of another
    /// version, or has a parameter that no fit could have.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let file = TensorFile::read(path)?;
        let mut machine = Self::of_file(&file, path)?;
        machine.cost = Cost::load(path, &file.checksum());
        Ok(machine)
    }

    /// [`Self::load`] from the bytes of such a file, where there are no files: in a browser. What the fit cost
    /// is not known then.
    ///
    /// # Errors
    /// As [`Self::load`], but for [`Error::Io`](fashion_base::Error::Io).
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let path = Path::new("support vector machine");
        Self::of_file(&TensorFile::from_bytes(bytes, path)?, path)
    }

    fn of_file(file: &TensorFile, path: &Path) -> Result<Self> {
        let instructions = path::Kernels::Auto.path()?;
        Ok(read(file, instructions)
            .map_err(|problem| fashion_base::Error::model_file(path, problem))?)
    }
}

fn coefficients(class: usize) -> String {
    format!("coefficients/{class}")
}

/// Support vectors row by row: how they lie in memory is nobody else's business.
fn set_floats<E: Float + Stored>(file: &mut TensorFile, support: &FloatSupport<E>) {
    let (panels, width) = (&support.panels, support.center.len());
    let rows: Vec<E> = panels.iter().flat_map(FloatPanel::rows).collect();
    let norms: Vec<E> = panels.iter().flat_map(|panel| panel.norms.iter().copied()).collect();
    file.set(VECTORS, &[norms.len(), width], &rows);
    file.set("squared lengths", &[norms.len()], &norms);
    file.set("center", &[width], &support.center);
}

fn floats<E: Float + Stored>(
    file: &TensorFile,
    header: &Header,
    instructions: path::InstructionSet,
) -> Result<FloatSupport<E>, String> {
    let (count, width) = (header.indices.len(), header.n_features);
    let values = finite(file, VECTORS, &[count, width])?;
    let norms = finite(file, "squared lengths", &[count])?;
    let panels = Floats { values, norms, width }.panels(instructions, &header.ranges);
    Ok(FloatSupport { panels, center: finite(file, "center", &[width])? })
}

/// A tensor of finite numbers.
fn finite<E: Float + Stored>(
    file: &TensorFile,
    name: &str,
    shape: &[usize],
) -> Result<Vec<E>, String> {
    let values: Vec<E> = file.get(name, shape)?;
    if values.iter().all(|value| value.is_finite()) {
        return Ok(values);
    }
    Err(format!("tensor `{name}`: expected finite numbers, got others"))
}

impl Header {
    /// Whether a fit could have made it, apart from the lengths of its lists.
    fn check(&self) -> Result<(), String> {
        self.kernel.check().map_err(|error| error.to_string())?;
        if let Kernel::Rbf { gamma } | Kernel::Polynomial { gamma, .. } = self.kernel
            && !matches!(gamma, Gamma::Value(_))
        {
            return Err(format!("gamma: expected a number, got {gamma}"));
        }
        if !(self.c > 0.0 && self.c.is_finite()) {
            return Err(format!("C: expected a positive number, got {}", self.c));
        }
        let ascending = |values: &[usize]| values.windows(2).all(|pair| pair[0] < pair[1]);
        let classes = &self.classes;
        let pairs = (0..classes.len())
            .flat_map(|i| (i + 1..classes.len()).map(move |j| (classes[i], classes[j])));
        if !ascending(classes) || !self.pairs.iter().map(|pair| pair.classes).eq(pairs) {
            return Err("expected classes in order, and each pair of them once".into());
        }
        let of_class = |range: &Range<usize>| self.indices.get(range.clone()).is_none_or(ascending);
        if !self.ranges.iter().all(of_class) || self.indices.iter().any(|&i| i >= self.samples) {
            return Err("expected support vectors among the samples, in order".into());
        }
        let sigmoids = self.sigmoids.iter().flatten().flat_map(|&(a, b)| [a, b]);
        let numbers = self.pairs.iter().flat_map(|pair| [pair.rho, pair.objective]);
        if !numbers.chain(sigmoids).all(f64::is_finite) {
            return Err("expected finite thresholds, objectives and probabilities".into());
        }
        Ok(())
    }
}

fn levels(
    file: &TensorFile,
    header: &Header,
    instructions: path::InstructionSet,
) -> Result<Vec<LevelPanel>, String> {
    let (count, width) = (header.indices.len(), header.n_features);
    let widest = fashion_kernels::levels::WIDEST;
    if width > widest {
        return Err(format!("entry `machine`: expected at most {widest} levels, got {width}"));
    }
    let values = file.get(VECTORS, &[count, width])?;
    Ok(Levels::of(instructions, values, width).panels(instructions, &header.ranges))
}

fn read(file: &TensorFile, instructions: path::InstructionSet) -> Result<Svc, String> {
    let format = file.text("format")?;
    if format != FORMAT {
        let hint = match format.strip_prefix("fashion svm ") {
            Some(_) => "another version wrote it: fit the machine again and save it",
            None => "it holds no support vector machine",
        };
        return Err(format!("expected the format `{FORMAT}`, got `{format}`; {hint}"));
    }
    file.sealed()?;
    let header: Header = serde_json::from_str(file.text("machine")?)
        .map_err(|error| format!("entry `machine`: {error}"))?;
    header.check().map_err(|problem| format!("entry `machine`: {problem}"))?;
    let classes = header.classes.len();
    let mut ends = header.ranges.iter().map(|range| range.end);
    let starts = header.ranges.iter().map(|range| range.start);
    let contiguous = starts.eq(std::iter::once(0).chain(ends.clone()).take(classes))
        && header.ranges.iter().all(|range| range.start <= range.end)
        && ends.next_back() == Some(header.indices.len());
    let pairs = classes * classes.saturating_sub(1) / 2;
    let sigmoids = header.sigmoids.as_ref().is_none_or(|sigmoids| sigmoids.len() == pairs);
    let complete = classes >= 2 && header.n_features > 0 && header.ranges.len() == classes;
    if !(complete && contiguous && header.pairs.len() == pairs && sigmoids) {
        return Err("entry `machine`: its lists do not belong together".into());
    }
    let coefficients: Result<Vec<Vec<f64>>, String> = header
        .ranges
        .iter()
        .enumerate()
        .map(|(class, range)| finite(file, &coefficients(class), &[range.len(), classes - 1]))
        .collect();
    let support = match header.features {
        Features::F32 => Support::F32(floats(file, &header, instructions)?),
        Features::F64 => Support::F64(floats(file, &header, instructions)?),
        Features::Levels => Support::Levels(levels(file, &header, instructions)?),
    };
    Ok(Svc {
        support,
        coefficients: coefficients?,
        classes: header.classes,
        kernel: header.kernel,
        c: header.c,
        solver: header.solver,
        samples: header.samples,
        n_features: header.n_features,
        ranges: header.ranges,
        indices: header.indices,
        pairs: header.pairs,
        sigmoids: header.sigmoids,
        cost: None,
    })
}

#[cfg(test)]
mod tests {
    use linfa::Dataset;
    use ndarray::{Array1, Array2};

    use super::*;
    use crate::error::Error;

    fn level(k: usize) -> u8 {
        (k * 7919 + k / 7) as u8
    }

    #[test]
    fn a_saved_machine_comes_back_equal_and_other_files_are_refused() {
        let folder = std::env::temp_dir().join(format!("fashion-svc-{}", std::process::id()));
        let file = folder.join("svm.safetensors");
        let labels = Array1::from_shape_fn(1_300, |k| k * 31 % 7 % 3);
        let grey = Array2::from_shape_fn((1_300, 5), |(i, j)| level(i * 5 + j));
        let float = Dataset::new(grey.mapv(|level| f64::from(level) / 99.0), labels.clone());
        let grey = Dataset::new(grey, labels);

        let machine = Svc::params().c(10.0).probability(true).fit(&grey).unwrap();
        machine.save(&file).unwrap();
        let loaded = Svc::load(&file).unwrap();
        assert!(loaded == machine && loaded.grey_levels());
        let decisions = loaded.decision_function(grey.records()).unwrap();
        assert_eq!(decisions, machine.decision_function(grey.records()).unwrap());
        let bytes = std::fs::read(&file).unwrap();
        let of_bytes = Svc { cost: machine.cost, ..Svc::from_bytes(&bytes).unwrap() };
        assert!(of_bytes == machine);
        assert!(Svc::from_bytes(&bytes[..bytes.len() - 1]).is_err());
        let read = TensorFile::read(&file).unwrap();
        assert!(read.get::<u8>(VECTORS, &[machine.support_vectors(), 5]).is_ok());

        let kernel = Kernel::polynomial(2, 0.1, 1.0);
        let machine = Svc::params().kernel(kernel).max_iter(500).fit(&float).unwrap();
        machine.save(&file).unwrap();
        assert!(Svc::load(&file).unwrap() == machine && !machine.grey_levels());

        let whole = std::fs::read(&file).unwrap();
        std::fs::remove_file(file.with_extension("safetensors.cost.json")).unwrap();
        let alone = Svc::load(&file).unwrap();
        assert!(alone.fit_time().is_zero() && alone.to_string().contains("not known"), "{alone}");
        alone.save(&file).unwrap();
        assert!(std::fs::read(&file).unwrap() == whole, "what it cost is no part of the model");

        std::fs::write(&file, &whole[..whole.len() - 9]).unwrap();
        let error = Svc::load(&file).unwrap_err();
        assert!(matches!(error, Error::Base(fashion_base::Error::ModelFile { .. })), "{error}");
        for (format, words) in [("fashion svm 2", "fit the machine again"), ("x", "no support")] {
            let mut other = TensorFile::default();
            other.set_text("format", format);
            other.set("weights", &[1], &[1.0_f32]);
            other.write(&file).unwrap();
            let error = Svc::load(&file).unwrap_err().to_string();
            assert!(error.contains("`fashion svm 3`") && error.contains(words), "{error}");
        }
        std::fs::remove_dir_all(folder).unwrap();
    }

    /// What a file could say and no fit does; with a checksum of its own, as after a careless change.
    #[test]
    fn every_parameter_that_no_fit_gives_is_refused_by_its_name() {
        let folder = std::env::temp_dir().join(format!("fashion-svc-no-{}", std::process::id()));
        let path = folder.join("svm.safetensors");
        let records = Array2::from_shape_fn((30, 3), |(i, j)| (i % 3 * 7 + j + i) as f64 * 0.1);
        let data = Dataset::new(records, Array1::from_shape_fn(30, |k| k % 3));
        Svc::params().kernel(Kernel::rbf(0.5)).fit(&data).unwrap().save(&path).unwrap();
        let valid = TensorFile::read(&path).unwrap();
        let machine = valid.text("machine").unwrap().to_owned();
        for (from, to, named) in [
            ("\"Value\":0.5", "\"Value\":-1.0", "gamma"),
            ("{\"Value\":0.5}", "\"Scale\"", "gamma"),
            (
                "{\"Rbf\":{\"gamma\":{\"Value\":0.5}}}",
                "{\"Polynomial\":{\"degree\":4000000000,\"gamma\":{\"Value\":0.5},\"coef0\":0.0}}",
                "degree",
            ),
            ("\"c\":1.0", "\"c\":-1.0", "C"),
            ("\"classes\":[0,1,2]", "\"classes\":[0,2,1]", "classes in order"),
            ("\"samples\":30", "\"samples\":3", "among the samples"),
        ] {
            assert!(machine.contains(from), "{from} is not in {machine}");
            let mut file = valid.clone();
            file.set_text("machine", machine.replace(from, to));
            file.write(&path).unwrap();
            let error = Svc::load(&path).unwrap_err().to_string();
            assert!(error.contains(named), "{to}: {error}");
        }
        let mut file = valid.clone();
        file.set("center", &[3], &[f64::NAN; 3]);
        file.write(&path).unwrap();
        assert!(Svc::load(&path).unwrap_err().to_string().contains("`center`"));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
