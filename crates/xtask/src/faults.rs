//! Deliberate faults: each is a change of one line of a copy of the crates that the notebooks must notice.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::checkout::write_atomically;

/// A fault: what goes wrong, and the text that makes it so.
pub struct Fault {
    /// A word, for folders and the table.
    pub name: &'static str,
    /// What goes wrong.
    pub what: &'static str,
    file: &'static str,
    right: &'static str,
    wrong: &'static str,
}

/// Those that a student or a careless change could make.
pub const FAULTS: &[Fault] = &[
    Fault {
        name: "labels",
        what: "labels of T-shirts and shirts are swapped, in training and testing alike",
        file: "crates/fashion/src/data/images.rs",
        right: "Dataset::new(self.scaled(), self.labels.clone().into())",
        wrong: "Dataset::new(self.scaled(), self.labels.iter().map(|&l| match l { 0 => 6, 6 => 0, l => l }).collect())",
    },
    Fault {
        name: "shift",
        what: "the perceptron's predictions are those of the next image",
        file: "crates/fashion/src/nn/perceptron/classifier.rs",
        right: "Ok(rows.map(|row| self.classes[argmax(row.iter().copied())]).collect())",
        wrong: "let mut all: Vec<usize> = rows.map(|row| self.classes[argmax(row.iter().copied())]).collect();\n        all.rotate_left(1);\n        Ok(all.into())",
    },
    Fault {
        name: "leak",
        what: "the test images of a split contain the training images",
        file: "crates/fashion/src/data/images.rs",
        right: "Ok((first, self.slice(n..self.len())?))",
        wrong: "Ok((first, self.slice(0..self.len())?))",
    },
    Fault {
        name: "folds",
        what: "cross-validation learns from the fold that it holds out",
        file: "crates/fashion/src/evaluate/folds.rs",
        right: "            Fold { train, test }\n",
        wrong: "            let _: &Vec<usize> = &train;\n            Fold { train: (0..labels.len()).collect(), test }\n",
    },
    Fault {
        name: "penalty",
        what: "the perceptron ignores its penalty",
        file: "crates/fashion/src/nn/perceptron/descent.rs",
        right: "self.network.set_l2(0.5 * self.params.alpha / samples as f64);",
        wrong: "self.network.set_l2(0.0);",
    },
    Fault {
        name: "rate",
        what: "learning rates are ten times too large",
        file: "crates/fashion/src/nn/perceptron/params.rs",
        right: "self.0.learning_rate_init = rate;",
        wrong: "self.0.learning_rate_init = 10.0 * rate;",
    },
    Fault {
        name: "momentum",
        what: "there is no momentum",
        file: "crates/fashion/src/nn/perceptron/descent.rs",
        right: "momentum(params.learning_rate_init, params.momentum)",
        wrong: "momentum(params.learning_rate_init, 0.0)",
    },
    Fault {
        name: "batch",
        what: "the batch size is ignored",
        file: "crates/fashion/src/nn/perceptron/params.rs",
        right: "self.0.batch_size = Some(samples);",
        wrong: "self.0.batch_size = Some(samples.min(200).max(200));",
    },
    Fault {
        name: "seed",
        what: "one seed is used for all networks",
        file: "crates/fashion/src/nn/perceptron/params.rs",
        right: "self.0.seed = seed;",
        wrong: "self.0.seed = seed.min(1);",
    },
    Fault {
        name: "draw",
        what: "every permutation is the same, whatever its seed",
        file: "crates/fashion/src/data/random_state.rs",
        right: "        self.shuffle(&mut order);\n        order\n",
        wrong: "        Self::new(1).shuffle(&mut order);\n        order\n",
    },
    Fault {
        name: "share",
        what: "accuracies are divided by one image too few",
        file: "crates/fashion/src/data/agreement.rs",
        right: ".count() as f64 / right.len() as f64)",
        wrong: ".count() as f64 / (right.len() - 1) as f64)",
    },
    Fault {
        name: "cost",
        what: "the support vector machine ignores C",
        file: "crates/svc/src/params.rs",
        right: "self.0.c = c;",
        wrong: "self.0.c = c.signum();",
    },
    Fault {
        name: "kernel",
        what: "gamma of the kernel is ten times too large",
        file: "crates/svc/src/kernel.rs",
        right: "    pub fn rbf(gamma: impl Into<Gamma>) -> Self {\n        Self::Rbf { gamma: gamma.into() }",
        wrong: "    pub fn rbf(gamma: impl Into<Gamma>) -> Self {\n        let gamma: Gamma = gamma.into();\n        let gamma = match gamma { Gamma::Value(value) => Gamma::Value(10.0 * value), other => other };\n        Self::Rbf { gamma }",
    },
    Fault {
        name: "interval",
        what: "intervals are ten times too wide",
        file: "crates/statistics/src/difference.rs",
        right: "let quantile = t_quantile(alpha / 2.0, self.degrees_of_freedom);",
        wrong: "let quantile = 10.0 * t_quantile(alpha / 2.0, self.degrees_of_freedom);",
    },
];

/// Where the copy's perceptron is fitted, and what [`keep_fits`] changes there.
const FITS: &str = "crates/fashion/src/nn/perceptron/descent.rs";
const FIT: &str = "threads::alone(|| descend(params, x, labels))";
const KEPT_FIT: &str = "threads::alone(|| kept(params, x, labels, || descend(params, x, labels)))";

/// Makes the copy below `root` keep fits of perceptrons in a folder and read those that are there, so that a
/// fault that does not touch them need not wait for them.
///
/// What tells a fit from another is its data and settings: so this is not for faults of the fit itself.
pub fn keep_fits(root: &Path, folder: &Path) -> Result<()> {
    let path = root.join(FITS);
    let text =
        std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    if text.matches(FIT).count() != 1 {
        bail!("expected `{FIT}` once in {FITS}");
    }
    let kept = include_str!("../faults/kept_fits.rs");
    let kept = kept.replace("FOLDER", &folder.display().to_string());
    write_atomically(&path, (text.replace(FIT, KEPT_FIT) + &kept).as_bytes())
}

impl Fault {
    /// Whether a fit of the same data with the same settings comes out as it would without the fault.
    pub fn leaves_fits(&self) -> bool {
        let before_or_after = ["perceptron/classifier.rs", "perceptron/params.rs"];
        let below = ["crates/base", "crates/kernels", "crates/fashion/src/nn"];
        before_or_after.iter().any(|file| self.file.ends_with(file))
            || !below.iter().any(|folder| self.file.starts_with(folder))
    }

    /// The file below `root` with the fault in it.
    ///
    /// The text that it replaces must be there once, so that a fault that no longer applies is noticed.
    fn text(&self, root: &Path) -> Result<String> {
        let path = root.join(self.file);
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("reading {}", path.display()))?;
        match text.matches(self.right).count() {
            1 => Ok(text.replace(self.right, self.wrong)),
            count => bail!(
                "fault `{}`: expected {:?} once in {}, found it {count} times",
                self.name,
                self.right,
                self.file
            ),
        }
    }

    /// Puts the fault into the crates below `root`.
    pub fn commit(&self, root: &Path) -> Result<()> {
        write_atomically(&root.join(self.file), self.text(root)?.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_can_still_be_made_and_has_a_name_of_its_own() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for (index, fault) in FAULTS.iter().enumerate() {
            assert!(fault.text(&root).is_ok(), "{:?}", fault.text(&root));
            assert!(FAULTS[..index].iter().all(|other| other.name != fault.name), "{}", fault.name);
        }
        assert!(FAULTS.len() >= 12);
    }

    #[test]
    fn fits_can_still_be_kept_where_no_fault_touches_them() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        assert_eq!(std::fs::read_to_string(root.join(FITS)).unwrap().matches(FIT).count(), 1);
        let changes = |fault: &&Fault| !fault.leaves_fits();
        let names: Vec<&str> = FAULTS.iter().filter(changes).map(|fault| fault.name).collect();
        assert_eq!(names, ["penalty", "momentum"]);
    }
}
