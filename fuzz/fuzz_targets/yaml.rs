//! Bytes as the rules of a pack: they are refused at a place, or make an engine.

#![no_main]

mod common;

use jobun::{Engine, EngineError, Params, PolicyFiles};
use libfuzzer_sys::fuzz_target;

const PACK: &str = "pack: p
title: { ja: p, en: p }
source:
  key: p
  title: { ja: p, en: p }
  publisher: { ja: p, en: p }
  kind: guide
  status: final
  binding: must
  verified_on: 2026-01-01
";

const OUTLINE: &str = "provisions:\n  - { locator: '1', caption: c, kind: duty, requirements: [] }\n";

fuzz_target!(|bytes: &[u8]| {
    let mut files = PolicyFiles::new("");
    files.add("p/pack.yaml", PACK);
    files.add("p/outline.yaml", OUTLINE);
    files.add("p/rules.yaml", bytes);
    match files.read().check() {
        Ok(policies) => {
            if let Err(EngineError::Rejected(rejected)) = Engine::new(policies, Params::default()) {
                common::refused(&rejected);
            }
        }
        Err(rejected) => common::refused(&rejected),
    }
});
