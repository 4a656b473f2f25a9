//! The `fashion` program as a user runs it: real processes on the excerpt of the data.

mod program {
    pub mod pictures;
    pub mod support;
    pub mod training;
}
