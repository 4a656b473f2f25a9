//! What was executed: the saved notebooks, and what `cargo xtask test` executes besides.

mod determinism;
mod notebooks;
