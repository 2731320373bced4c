//! Bytes as facts: refused at a place, or judged by the shipped packs; and as a document of plain CEL.

#![no_main]

mod common;

use std::sync::LazyLock;

use jobun::plain::{Bindings, Env};
use jobun::{Day, Engine, Facts, Params, PolicySet};
use libfuzzer_sys::fuzz_target;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let policies = PolicySet::embedded().check().expect("the packs are sound");
    Engine::new(policies, Params::default()).expect("the packs compile")
});

fuzz_target!(|bytes: &[u8]| {
    match Facts::from_slice(&ENGINE, bytes) {
        Ok(facts) => {
            let as_of = Day::new(2026, 11, 22).expect("a day");
            let evaluation = ENGINE.evaluate(&facts, as_of).expect("nobody cancels it");
            assert!(!evaluation.findings.is_empty());
        }
        Err(rejected) => common::refused(&rejected),
    }
    let program = Env::new().document("d").compile(&["d == d && has(d.a)"]).expect("sound");
    match program.read(bytes) {
        Ok(document) => drop(program.evaluate(0, &Bindings::new().document(&document))),
        Err(rejected) => common::refused(&rejected),
    }
});
