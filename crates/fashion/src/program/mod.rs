//! What the `fashion` program does, as functions: the program and notebook A5 share them.
//!
//! The original of assignment A5 trains two networks, saves them in a folder, and writes one file with the
//! test results of each. Here too, and a support vector machine stands beside them for predictions.
//!
//! ```no_run
//! use fashion::data::FashionMnist;
//! use fashion::program::{Model, Program};
//!
//! # fn main() -> fashion::Result<()> {
//! let data = FashionMnist::load()?;
//! let program = Program::new("model").seed(1);
//! for model in Model::ALL {
//!     program.train(model, &data.train)?;
//!     let report = program.test(model, &data.test)?;
//!     report.write(model.report_name())?;
//! }
//! # Ok(())
//! # }
//! ```

mod model;
mod predict;
mod report;
mod train;

pub use model::Model;
pub use predict::{Opinion, Panel};
pub use report::TestReport;
pub use train::Program;
