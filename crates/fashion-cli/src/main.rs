//! The `fashion` program.
fn main() {}
