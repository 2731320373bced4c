//! From an evaluation to bytes, one file per format. Nothing here knows an engine.

pub mod coverage;
pub mod explanation;
pub mod facts;
pub mod human;
pub mod json;
mod paint;
pub mod questions;
pub mod timeline;

pub use paint::Paint;
