//! Networks: training against Keras, what a fit promises, and what must survive files and kills.

mod files;
mod keras;
mod support;
mod training;
