//! Faults: damaged files in this process, and real processes killed at random moments, out of room,
//! refused a folder, cut off from the network. Afterwards no half file is read as a whole one, and the
//! next run works.
//!
//! `FAULT_KILLS=100` kills each program 100 times instead of the few times of every test run.

// Here and not in `main.rs`: it measures the memory of its process, in which little else happens.
#[path = "../fuzz/mod.rs"]
mod fuzz;
#[cfg(unix)]
mod hostile;
#[cfg(unix)]
mod kernel;
#[cfg(unix)]
mod kills;
#[cfg(unix)]
mod notebooks;
#[cfg(unix)]
mod room;
#[cfg(unix)]
mod setup;
#[cfg(unix)]
mod support;
