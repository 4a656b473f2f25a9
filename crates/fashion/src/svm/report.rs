//! How a model shows itself.

use std::fmt;

use super::{Solver, Svc};
use crate::display::{Bundle, Render, notebook_display};

impl fmt::Display for Solver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Smo => "this crate's SMO",
            Self::Linfa => "linfa-svm",
        })
    }
}

impl Svc {
    /// The facts of the summary, by name.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let machines = match self.pairs.iter().filter(|pair| !pair.converged).count() {
            0 => format!("{}, all converged", self.pairs.len()),
            stopped => format!("{}, {stopped} stopped early", self.pairs.len()),
        };
        let steps = self.iterations().map_or_else(|| "not told".into(), |n| n.to_string());
        vec![
            ("solver", self.solver.to_string()),
            ("kernel", self.kernel.to_string()),
            ("C", self.c.to_string()),
            ("training samples", self.samples.to_string()),
            ("pairs of classes", machines),
            ("solver steps", steps),
            ("support vectors", self.support_vectors().to_string()),
            ("seconds", format!("{:.2}", self.seconds)),
            ("memory", format!("{:.0} MB", self.bytes as f64 / 1e6)),
        ]
    }

    fn per_class(&self) -> impl Iterator<Item = (usize, usize)> {
        self.classes.iter().copied().zip(self.support_vectors_per_class())
    }
}

impl fmt::Display for Svc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Support vector classifier, one class against one")?;
        for (name, value) in self.facts() {
            writeln!(f, "  {name:<17} {value}")?;
        }
        write!(f, "  by class         ")?;
        self.per_class().try_for_each(|(class, count)| write!(f, " {class}: {count}"))
    }
}

impl Render for Svc {
    fn render(&self) -> Bundle {
        let rows: String = self
            .facts()
            .iter()
            .map(|(name, value)| {
                format!("<tr><th style=\"text-align:left\">{name}</th><td>{value}</td></tr>")
            })
            .collect();
        let (classes, counts): (String, String) = self
            .per_class()
            .map(|(class, count)| (format!("<th>{class}</th>"), format!("<td>{count}</td>")))
            .unzip();
        Bundle::text(self.to_string()).html(format!(
            "<table><caption>Support vector classifier, one class against one</caption>{rows}\
             </table><table><caption>Support vectors by class</caption>\
             <tr><th>class</th>{classes}</tr>\
             <tr><th>support vectors</th>{counts}</tr></table>"
        ))
    }
}

notebook_display!(Svc);
