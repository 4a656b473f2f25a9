//! How a support vector classifier shows itself.

use fashion_svc::Svc;

use crate::show::{Bundle, Render, Table};

impl Render for Svc {
    fn render(&self) -> Bundle {
        let title = "Support vector classifier, one class against one";
        let mut table = Table::new(title, ["property", "value"]);
        self.summary().into_iter().for_each(|(name, value)| table.push([name.into(), value]));
        Bundle::text(self.to_string()).html(table.to_html())
    }
}

/// The machines of a classifier as a table.
pub trait PairsTable {
    /// A row for every pair of classes: samples, support vectors, solver steps, objective, rho.
    fn pairs_table(&self) -> Table;
}

impl PairsTable for Svc {
    fn pairs_table(&self) -> Table {
        let mut table = Table::new(
            "Pairs of classes",
            ["pair", "samples", "support vectors", "steps", "objective", "rho", "converged"],
        );
        for pair in self.pairs() {
            table.push([
                format!("{} / {}", pair.classes.0, pair.classes.1),
                pair.samples.to_string(),
                pair.support_vectors.to_string(),
                pair.n_iter.map_or_else(|| "not told".into(), |steps| steps.to_string()),
                format!("{:.4}", pair.objective),
                format!("{:.4}", pair.rho),
                if pair.converged { "yes" } else { "no" }.to_string(),
            ]);
        }
        table
    }
}
