//! What the crate computes, shows and refuses, and what the documents say: everything that needs no
//! process of its own.

mod a1;
mod architecture;
mod data;
mod displays;
mod documents;
mod features;
mod folds;
mod interrupts;
mod metrics;
mod mlp;
mod nn;
mod ops;
mod package;
mod play;
mod properties;
mod readme;
mod student;
mod supply_chain;
mod svm;
mod wasm;
