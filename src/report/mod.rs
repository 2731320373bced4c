//! From an evaluation to bytes, one file per format. Nothing here knows an engine.

pub mod explanation;
pub mod human;
pub mod json;
mod paint;
pub mod questions;

pub use paint::Paint;
