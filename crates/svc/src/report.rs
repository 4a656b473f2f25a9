//! How a model shows itself.

use std::fmt;

use crate::cost::Cost;
use crate::model::Svc;

impl Svc {
    /// What is to say about the fit: names of properties and their values.
    pub fn summary(&self) -> Vec<(&'static str, String)> {
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
        let kind = if self.grey_levels() { "grey levels" } else { "floats" };
        let cost = |say: &dyn Fn(Cost) -> String| self.cost.map_or("not known".into(), say);
        let steps = self.n_iter().map_or_else(|| "not told".into(), |steps| steps.to_string());
        vec![
            ("solver", self.solver.clone()),
            ("kernel", self.kernel.to_string()),
            ("C", self.c.to_string()),
            ("training samples", self.samples.to_string()),
            ("features", format!("{}, {kind}", self.n_features)),
            ("pairs of classes", machines),
            ("solver steps", steps),
            ("support vectors", self.support_vectors().to_string()),
            ("of each class", per_class.join(", ")),
            ("fit time", cost(&|cost| format!("{:.2} s", cost.fit_time.as_secs_f64()))),
            ("memory", cost(&|cost| format!("{:.0} MB", cost.bytes as f64 / 1e6))),
        ]
    }
}

impl fmt::Display for Svc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Support vector classifier, one class against one")?;
        self.summary().iter().try_for_each(|(name, value)| writeln!(f, "{name:<16}  {value}"))
    }
}
