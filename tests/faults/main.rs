//! Faults with real processes: killed at random moments, out of room, refused a folder, cut off from
//! the network. Afterwards no half file is read as a whole one, and the next run works.
//!
//! `FAULT_KILLS=100` kills each program 100 times instead of the few times of every test run.
#![cfg(unix)]

mod kernel;
mod kills;
mod notebooks;
mod room;
mod setup;
mod support;
