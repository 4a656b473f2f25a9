//! Absurd arguments give an error or a result, never a panic: a panic costs the reader of a notebook
//! all variables.
//!
//! The properties only call; what a call should say is tested where the thing itself is.

mod absurd;
mod data;
mod estimators;
mod figures;
mod found;
mod measures;
mod networks;
