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
    /// The notebooks that must notice it.
    pub notebooks: &'static [&'static str],
    file: &'static str,
    right: &'static str,
    wrong: &'static str,
}

/// The notebook whose perceptrons train in a minute.
const A1: &[&str] = &["A1"];
/// Those whose networks take long to train: the faults are in what is made of trained networks.
const NETWORKS: &[&str] = &["A2", "A3", "A4", "A5", "A6", "A7"];
/// Those of them that show losses, accuracies and histories as the crate computes them.
const HISTORIES: &[&str] = &["A2", "A3", "A4", "A5"];
/// All of them.
const ALL: &[&str] = &["A1", "A2", "A3", "A4", "A5", "A6", "A7"];

/// Those that a student or a careless change could make.
pub const FAULTS: &[Fault] = &[
    Fault {
        name: "labels",
        what: "labels of T-shirts and shirts are swapped, in training and testing alike",
        notebooks: A1,
        file: "crates/fashion/src/data/images.rs",
        right: "Dataset::new(self.scaled(), self.labels.clone().into())",
        wrong: "Dataset::new(self.scaled(), self.labels.iter().map(|&l| match l { 0 => 6, 6 => 0, l => l }).collect())",
    },
    Fault {
        name: "misread",
        what: "one label of each file is read wrongly",
        notebooks: A1,
        file: "crates/fashion/src/data/images.rs",
        right: "Self::new(pixels, labels.elements.into_iter().map(usize::from).collect())",
        wrong: "let mut labels: Vec<usize> = labels.elements.into_iter().map(usize::from).collect();\n        labels[0] = (labels[0] + 1) % 10;\n        Self::new(pixels, labels)",
    },
    Fault {
        name: "shift",
        what: "the perceptron's predictions are those of the next image",
        notebooks: A1,
        file: "crates/fashion/src/nn/perceptron/classifier.rs",
        right: "Ok(rows.map(|row| self.classes[argmax(row.iter().copied())]).collect())",
        wrong: "let mut all: Vec<usize> = rows.map(|row| self.classes[argmax(row.iter().copied())]).collect();\n        all.rotate_left(1);\n        Ok(all.into())",
    },
    Fault {
        name: "leak",
        what: "the test images of a split contain the training images",
        notebooks: A1,
        file: "crates/fashion/src/data/images.rs",
        right: "Ok((first, self.slice(n..self.len())?))",
        wrong: "Ok((first, self.slice(0..self.len())?))",
    },
    Fault {
        name: "folds",
        what: "cross-validation learns from the fold that it holds out",
        notebooks: A1,
        file: "crates/fashion/src/evaluate/folds.rs",
        right: "            Fold { train, test }\n",
        wrong: "            let _: &Vec<usize> = &train;\n            Fold { train: (0..labels.len()).collect(), test }\n",
    },
    Fault {
        name: "penalty",
        what: "the perceptron ignores its penalty",
        notebooks: A1,
        file: "crates/fashion/src/nn/perceptron/descent.rs",
        right: "self.network.set_l2(0.5 * self.params.alpha / samples as f64);",
        wrong: "self.network.set_l2(0.0);",
    },
    Fault {
        name: "rate",
        what: "learning rates are ten times too large",
        notebooks: A1,
        file: "crates/fashion/src/nn/perceptron/params.rs",
        right: "self.0.learning_rate_init = rate;",
        wrong: "self.0.learning_rate_init = 10.0 * rate;",
    },
    Fault {
        name: "constant",
        what: "every learning rate is 0.01",
        notebooks: A1,
        file: "crates/fashion/src/nn/perceptron/params.rs",
        right: "self.0.learning_rate_init = rate;",
        wrong: "self.0.learning_rate_init = rate.clamp(0.01, 0.01);",
    },
    Fault {
        name: "momentum",
        what: "there is no momentum",
        notebooks: A1,
        file: "crates/fashion/src/nn/perceptron/descent.rs",
        right: "momentum(params.learning_rate_init, params.momentum)",
        wrong: "momentum(params.learning_rate_init, 0.0)",
    },
    Fault {
        name: "frozen",
        what: "the perceptron's first layer does not learn",
        notebooks: A1,
        file: "crates/fashion/src/nn/perceptron/descent.rs",
        right: "self.optimizer.step(&mut self.network, &mut gradients)?;",
        wrong: "let first = self.network.weights(\"dense\")?;\n        self.optimizer.step(&mut self.network, &mut gradients)?;\n        self.network.set_weights(\"dense\", &first)?;",
    },
    Fault {
        name: "batch",
        what: "the batch size is ignored",
        notebooks: A1,
        file: "crates/fashion/src/nn/perceptron/params.rs",
        right: "self.0.batch_size = Some(samples);",
        wrong: "self.0.batch_size = Some(samples.min(200).max(200));",
    },
    Fault {
        name: "seed",
        what: "one seed is used for all networks",
        notebooks: A1,
        file: "crates/fashion/src/nn/perceptron/params.rs",
        right: "self.0.seed = seed;",
        wrong: "self.0.seed = seed.min(1);",
    },
    Fault {
        name: "clock",
        what: "networks begin with other weights each time",
        notebooks: A1,
        file: "crates/fashion/src/nn/perceptron/params.rs",
        right: "self.0.seed = seed;",
        wrong: "let now = std::time::SystemTime::UNIX_EPOCH.elapsed();\n        self.0.seed = seed.wrapping_add(now.map_or(0, |now| now.subsec_nanos()));",
    },
    Fault {
        name: "draw",
        what: "every permutation is the same, whatever its seed",
        notebooks: A1,
        file: "crates/fashion/src/data/random_state.rs",
        right: "        self.shuffle(&mut order);\n        order\n",
        wrong: "        Self::new(1).shuffle(&mut order);\n        order\n",
    },
    Fault {
        name: "share",
        what: "accuracies are divided by one image too few",
        notebooks: ALL,
        file: "crates/fashion/src/data/agreement.rs",
        right: ".count() as f64 / right.len() as f64)",
        wrong: ".count() as f64 / (right.len() - 1) as f64)",
    },
    Fault {
        name: "cost",
        what: "the support vector machine ignores C",
        notebooks: &["A1", "A6"],
        file: "crates/svc/src/params.rs",
        right: "self.0.c = c;",
        wrong: "self.0.c = c.signum();",
    },
    Fault {
        name: "kernel",
        what: "gamma of the kernel is ten times too large",
        notebooks: &["A1", "A6"],
        file: "crates/svc/src/kernel.rs",
        right: "    pub fn rbf(gamma: impl Into<Gamma>) -> Self {\n        Self::Rbf { gamma: gamma.into() }",
        wrong: "    pub fn rbf(gamma: impl Into<Gamma>) -> Self {\n        let gamma: Gamma = gamma.into();\n        let gamma = match gamma { Gamma::Value(value) => Gamma::Value(10.0 * value), other => other };\n        Self::Rbf { gamma }",
    },
    Fault {
        name: "threshold",
        what: "the support vector machine forgets its thresholds",
        notebooks: A1,
        file: "crates/svc/src/predict.rs",
        right: "*value = -pair.rho",
        wrong: "*value = 0.0 * pair.rho",
    },
    Fault {
        name: "early",
        what: "the solver of the support vector machine stops a thousand times too early",
        notebooks: A1,
        file: "crates/svc/src/smo.rs",
        right: "highest.value - found.lowest < limits.tol",
        wrong: "highest.value - found.lowest < 1000.0 * limits.tol",
    },
    Fault {
        name: "interval",
        what: "intervals are ten times too wide",
        notebooks: ALL,
        file: "crates/statistics/src/difference.rs",
        right: "let quantile = t_quantile(alpha / 2.0, self.degrees_of_freedom);",
        wrong: "let quantile = 10.0 * t_quantile(alpha / 2.0, self.degrees_of_freedom);",
    },
    Fault {
        name: "next",
        what: "a network's predictions are those of the next image",
        notebooks: NETWORKS,
        file: "crates/fashion/src/nn/infer.rs",
        right: "Ok(logits.rows().into_iter().map(|row| argmax(row.iter().copied())).collect())",
        wrong: "let mut all: Vec<usize> = logits.rows().into_iter().map(|row| argmax(row.iter().copied())).collect();\n        all.rotate_left(1);\n        Ok(all.into())",
    },
    Fault {
        name: "swapped",
        what: "T-shirts and shirts are swapped where a network is evaluated",
        notebooks: HISTORIES,
        file: "crates/fashion/src/nn/infer.rs",
        right: "correct += usize::from(argmax(row.iter().copied()) == label);",
        wrong: "correct += usize::from(argmax(row.iter().copied()) == match label { 0 => 6, 6 => 0, l => l });",
    },
    Fault {
        name: "bits",
        what: "losses are in bits",
        notebooks: HISTORIES,
        file: "crates/fashion/src/nn/loss.rs",
        right: "    largest + logits.iter().map(|z| (z - largest).exp()).sum::<f64>().ln() - logits[label]\n",
        wrong: "    let nats = largest + logits.iter().map(|z| (z - largest).exp()).sum::<f64>().ln() - logits[label];\n    nats / std::f64::consts::LN_2\n",
    },
    Fault {
        name: "untrained",
        what: "a kept network comes back with its first weights",
        notebooks: &["A2", "A3", "A4", "A5", "A6"],
        file: "crates/fashion/src/nn/train/fit.rs",
        right: "checkpoint::load(&path, &identity, network, epochs, &mut state)?;",
        wrong: "let first = network.all_values()?;\n            checkpoint::load(&path, &identity, network, epochs, &mut state)?;\n            network.assign_all(&first)?;",
    },
    Fault {
        name: "backwards",
        what: "the history of a kept training comes back in reverse",
        notebooks: HISTORIES,
        file: "crates/fashion/src/nn/train/checkpoint.rs",
        right: "rows.iter().enumerate().map(|(index, row)| {",
        wrong: "rows.iter().rev().enumerate().map(|(index, row)| {",
    },
    Fault {
        name: "shares",
        what: "intervals of shares are ten times too narrow",
        notebooks: &["A2", "A4"],
        file: "crates/statistics/src/proportion.rs",
        right: "let z = normal_quantile(outside(level)? / 2.0);",
        wrong: "let z = 0.1 * normal_quantile(outside(level)? / 2.0);",
    },
    Fault {
        name: "vague",
        what: "intervals of shares are ten times too wide",
        notebooks: &["A6", "A7"],
        file: "crates/statistics/src/proportion.rs",
        right: "let z = normal_quantile(outside(level)? / 2.0);",
        wrong: "let z = 10.0 * normal_quantile(outside(level)? / 2.0);",
    },
    Fault {
        name: "single",
        what: "the interval for one more run is that of the mean",
        notebooks: &["A2", "A3", "A4", "A5", "A7"],
        file: "crates/statistics/src/runs.rs",
        right: "(self.variance() * (1.0 + 1.0 / n) + images).sqrt()",
        wrong: "(self.variance() * (1.0 / n) + images).sqrt()",
    },
    Fault {
        name: "slopes",
        what: "the tape gives a convolution twice the slopes of its filters",
        notebooks: &["A3"],
        file: "crates/kernels/src/convolution/mod.rs",
        right: "        kernel.finish(filter_sum, filters);\n",
        wrong: "        kernel.finish(filter_sum, filters);\n        filters.iter_mut().for_each(|slope| *slope = *slope + *slope);\n",
    },
    Fault {
        name: "winners",
        what: "max pooling passes slopes to every pixel of a window",
        notebooks: &["A3"],
        file: "crates/kernels/src/loops.rs",
        right: "if winner == place { a } else { E::zero() }",
        wrong: "if winner == place { a } else { a }",
    },
    Fault {
        name: "padding",
        what: "of an odd number of zeros around an image the extra one goes to the top and left",
        notebooks: &["A2"],
        file: "crates/kernels/src/window.rs",
        right: "covered.saturating_sub(size) / 2, output",
        wrong: "covered.saturating_sub(size).div_ceil(2), output",
    },
    Fault {
        name: "history",
        what: "the validation curve is the training curve",
        notebooks: &["A3", "A4", "A5"],
        file: "crates/fashion/src/nn/history.rs",
        right: "self.epochs.iter().filter_map(|epoch| epoch.val_accuracy).collect()",
        wrong: "self.epochs.iter().map(|epoch| epoch.accuracy).collect()",
    },
    Fault {
        name: "transposed",
        what: "confusion matrices are transposed",
        notebooks: &["A3", "A5"],
        file: "crates/fashion/src/evaluate/confusion.rs",
        right: "let cell = counts.get_mut((truth, predicted)).ok_or_else(|| {",
        wrong: "let cell = counts.get_mut((predicted, truth)).ok_or_else(|| {",
    },
    Fault {
        name: "mcnemar",
        what: "McNemar's test takes the first classifier for the second",
        notebooks: &["A5", "A6"],
        file: "crates/fashion/src/evaluate/mcnemar.rs",
        right: "table[usize::from(!first)][usize::from(!second)] += 1;",
        wrong: "table[usize::from(!second)][usize::from(!first)] += 1;",
    },
    Fault {
        name: "certain",
        what: "p-values of differences are a thousand times too small",
        notebooks: &["A5", "A6"],
        file: "crates/statistics/src/difference.rs",
        right: "t_two_sided(self.estimate / self.standard_error, self.degrees_of_freedom)",
        wrong: "t_two_sided(self.estimate / self.standard_error, self.degrees_of_freedom) / 1000.0",
    },
    Fault {
        name: "modest",
        what: "overconfidence has the wrong sign",
        notebooks: &["A6"],
        file: "crates/fashion/src/evaluate/calibration.rs",
        right: "bin.count as f64 * (bin.confidence - bin.accuracy);",
        wrong: "bin.count as f64 * (bin.accuracy - bin.confidence);",
    },
    Fault {
        name: "chance",
        what: "kappa does not take chance out",
        notebooks: &["A7"],
        file: "crates/statistics/src/kappa.rs",
        right: "let expected = p * q + (1.0 - p) * (1.0 - q);",
        wrong: "let expected = 0.0 * (p * q + (1.0 - p) * (1.0 - q));",
    },
    Fault {
        name: "doubt",
        what: "labels that are beyond doubt are given as doubtful",
        notebooks: &["A7"],
        file: "crates/fashion/src/evaluate/label_issues.rs",
        right: "if suggested != label && most_probable != label {",
        wrong: "if suggested == label && most_probable == label {",
    },
    Fault {
        name: "still",
        what: "moved copies of training images stay where they were",
        notebooks: &["A7"],
        file: "crates/fashion/src/data/images.rs",
        right: "(place / side - down, place % side - right);",
        wrong: "(place / side - 0 * down, place % side - 0 * right);",
    },
    Fault {
        name: "edges",
        what: "HOG takes all edges for vertical ones",
        notebooks: &["A7"],
        file: "crates/fashion/src/features/hog.rs",
        right: "dy.atan2(dx).to_degrees().rem_euclid(180.0);",
        wrong: "0.0 * dy.atan2(dx).to_degrees().rem_euclid(180.0);",
    },
    Fault {
        name: "flip",
        what: "no image is mirrored",
        notebooks: &["A5"],
        file: "crates/fashion/src/data/augment.rs",
        right: "let mirror = if symmetric() < 0.0 && self.flip { -1.0 } else { 1.0 };",
        wrong: "let mirror = if symmetric() < 0.0 && self.flip { 1.0 } else { 1.0 };",
    },
    Fault {
        name: "sign",
        what: "differences have the wrong sign",
        notebooks: NETWORKS,
        file: "crates/statistics/src/difference.rs",
        right: "        Self { estimate, standard_error: total.sqrt(), degrees_of_freedom }\n",
        wrong: "        Self { estimate: -estimate, standard_error: total.sqrt(), degrees_of_freedom }\n",
    },
    Fault {
        name: "once",
        what: "all runs are the first run",
        notebooks: NETWORKS,
        file: "crates/statistics/src/runs.rs",
        right: "        finite(\"runs\", &values)?;\n        Ok(Self { values })\n",
        wrong: "        finite(\"runs\", &values)?;\n        Ok(Self { values: vec![values[0]; values.len()] })\n",
    },
    Fault {
        name: "narrow",
        what: "intervals are ten times too narrow",
        notebooks: ALL,
        file: "crates/statistics/src/difference.rs",
        right: "let quantile = t_quantile(alpha / 2.0, self.degrees_of_freedom);",
        wrong: "let quantile = 0.1 * t_quantile(alpha / 2.0, self.degrees_of_freedom);",
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
        for notebook in ALL {
            let of = |fault: &&Fault| fault.notebooks.contains(notebook);
            assert!(FAULTS.iter().filter(of).count() >= 12, "{notebook}");
        }
    }

    #[test]
    fn fits_can_still_be_kept_where_no_fault_touches_them() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        assert_eq!(std::fs::read_to_string(root.join(FITS)).unwrap().matches(FIT).count(), 1);
        let changes = |fault: &&Fault| fault.notebooks.contains(&A1[0]) && !fault.leaves_fits();
        let names: Vec<&str> = FAULTS.iter().filter(changes).map(|fault| fault.name).collect();
        assert_eq!(names, ["penalty", "momentum", "frozen"]);
    }
}
