//! How a model shows itself.

use std::fmt;

use super::{Solver, Svc};
use crate::show::{Bundle, Render, Table};

impl fmt::Display for Solver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Smo => "this crate's SMO",
            Self::Linfa => "linfa-svm",
        })
    }
}

impl Svc {
    fn summary(&self) -> Table {
        let machines = match self.pairs.iter().filter(|pair| !pair.converged).count() {
            0 => format!("{}, all converged", self.pairs.len()),
            stopped => format!("{}, {stopped} stopped early", self.pairs.len()),
        };
        let per_class: Vec<String> = self
            .classes
            .iter()
            .zip(self.support_vectors_per_class())
            .map(|(class, count)| format!("{class}: {count}"))
            .collect();
        Table::new("Support vector classifier, one class against one", ["property", "value"])
            .row(["solver", &self.solver.to_string()])
            .row(["kernel", &self.kernel.to_string()])
            .row(["C", &self.c.to_string()])
            .row(["training samples", &self.samples.to_string()])
            .row(["pairs of classes", &machines])
            .row(["solver steps", &steps(self.iterations())])
            .row(["support vectors", &self.support_vectors().to_string()])
            .row(["of each class", &per_class.join(", ")])
            .row(["fit time", &format!("{:.2} s", self.seconds)])
            .row(["memory", &format!("{:.0} MB", self.bytes as f64 / 1e6)])
    }

    /// A row for every pair of classes: samples, support vectors, solver steps, objective, rho.
    pub fn pairs_table(&self) -> Table {
        let mut table = Table::new(
            "Pairs of classes",
            ["pair", "samples", "support vectors", "steps", "objective", "rho", "converged"],
        );
        for pair in &self.pairs {
            table.push([
                format!("{} / {}", pair.classes.0, pair.classes.1),
                pair.samples.to_string(),
                pair.support_vectors.to_string(),
                steps(pair.iterations),
                format!("{:.4}", pair.objective),
                format!("{:.4}", pair.rho),
                if pair.converged { "yes" } else { "no" }.to_string(),
            ]);
        }
        table
    }
}

fn steps(count: Option<usize>) -> String {
    count.map_or_else(|| "not told".into(), |count| count.to_string())
}

impl fmt::Display for Svc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.summary().fmt(f)
    }
}

impl Render for Svc {
    fn render(&self) -> Bundle {
        self.summary().render()
    }
}
