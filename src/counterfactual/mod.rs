//! What other answers would do to a verdict: whether a missing fact really matters, and what would
//! have to change for a rule to be met.
//!
//! Both are searches among values worth trying: booleans, the words of an enum, and the neighbourhood
//! of everything a rule compares with. What they find is never taken on trust: each document is read,
//! validated and judged like any other. What they do not find may still exist.

use crate::engine::Engine;

mod apart;
mod confirm;
mod fix;
mod reads;
mod search;
mod supposition;
mod values;

/// The facts that the rule number `rule` of `engine` reads, as paths of the vocabulary in alphabetical order.
pub fn reads_of(engine: &Engine, rule: usize) -> Vec<String> {
    reads::Reads::of(engine, rule).paths().map(str::to_string).collect()
}

pub use apart::{Apart, apart};
pub use confirm::{CONFIRM_BYTES, confirm};
pub use fix::{FIX_BYTES, fix};
