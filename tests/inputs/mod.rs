//! Inputs that stopped other engines, made here, and the ways an expression takes through this one.

#![allow(dead_code, unused_imports, reason = "a test and a benchmark use their own parts")]

mod expressions;
mod policies;
mod random;
mod ways;

pub use expressions::{Ends, Input, expressions};
pub use policies::{judged, sets};
pub use random::Numbers;
pub use ways::*;
