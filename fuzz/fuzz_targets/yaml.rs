//! Bytes as the rules of a pack: they are refused at a place, or make an engine.

#![no_main]

mod common;
#[path = "../../tests/support/pack.rs"]
mod pack;

use jobun::{Engine, EngineError, Params};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut files = pack::files();
    files.add("made/rules.yaml", bytes);
    match files.read().check() {
        Ok(policies) => {
            if let Err(EngineError::Rejected(rejected)) = Engine::new(policies, Params::default()) {
                common::refused(&rejected);
            }
        }
        Err(rejected) => common::refused(&rejected),
    }
});
