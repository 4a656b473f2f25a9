//! Absurd arguments give an error or a result, never a panic: a panic costs the reader of a notebook
//! all variables.
//!
//! What comes instead of an error has the right shape, keeps within its bounds, and adds up. Which words an
//! error has is tested where the thing itself is.

mod absurd;
mod data;
mod estimators;
mod figures;
mod found;
mod measures;
mod networks;
