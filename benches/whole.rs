//! All packs on one organization with ten vendors, three incidents and five requests: findings, and how long it takes.

#![allow(clippy::disallowed_methods, reason = "a benchmark reads files and the clock")]

use std::time::{Duration, Instant};

use jobun::{Day, Engine, Facts, Params, PolicySet};
use serde_json::{Value, json};

/// Evaluations counted, after one that is not.
const RUNS: usize = 31;

/// Brings the list at `key` to `wanted` elements: the first of them, or more like them under other ids.
fn resize(facts: &mut Value, key: &str, wanted: usize) {
    let list = facts[key].as_array_mut().expect("a list");
    list.truncate(wanted);
    let known = list.len();
    for number in known..wanted {
        let mut more = list[number % known].clone();
        more["id"] = json!(format!("{}-{number}", more["id"].as_str().expect("an id")));
        list.push(more);
    }
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1e3
}

fn main() {
    let path = format!("{}/fixtures/organizations/inazawa-kitei-passing.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("a file");
    let mut facts: Value = serde_json::from_str(&text).expect("JSON");
    let vendors: Vec<Value> = facts["vendors"].as_array().expect("vendors").clone();
    resize(&mut facts, "vendors", 10);
    // Each new vendor has a contract like that of the vendor it was made from.
    let contracts = facts["contracts"].as_array().expect("contracts").clone();
    let made: Vec<Value> = facts["vendors"].as_array().expect("vendors")[vendors.len()..].to_vec();
    for (number, vendor) in made.iter().enumerate() {
        let mut contract = contracts[number % contracts.len()].clone();
        contract["id"] = json!(format!("contract-{number}"));
        contract["vendor_id"] = vendor["id"].clone();
        facts["contracts"].as_array_mut().expect("contracts").push(contract);
    }
    resize(&mut facts, "incidents", 3);
    resize(&mut facts, "data_subject_requests", 5);
    let count = |key: &str| facts[key].as_array().map_or(0, Vec::len);
    assert_eq!((count("vendors"), count("incidents"), count("data_subject_requests")), (10, 3, 5));
    let bytes = serde_json::to_vec(&facts).expect("JSON");
    let engine = Engine::new(PolicySet::embedded().check().expect("sound"), Params::default()).expect("an engine");
    let as_of = Day::parse("2026-11-22").expect("a day");
    let timed = |work: &mut dyn FnMut()| {
        work();
        let run = |_| {
            let start = Instant::now();
            work();
            start.elapsed()
        };
        median((0..RUNS).map(run).collect())
    };
    let read = timed(&mut || drop(Facts::from_slice(&engine, &bytes).expect("valid facts")));
    let document = Facts::from_slice(&engine, &bytes).expect("valid facts");
    let mut findings = Vec::new();
    let traced = timed(&mut || findings = engine.evaluate(&document, as_of).expect("an evaluation").findings);
    let mut runner = engine.runner();
    let bare = timed(&mut || {
        runner.verdicts(&document, as_of).expect("verdicts");
    });
    let applies = findings.iter().filter(|finding| finding.verdict != jobun::Verdict::NotApplicable).count();
    println!(
        "all packs, 10 vendors, {} contracts, 3 incidents, 5 requests, {} KB: {} findings ({applies} apply); read and validated in {read:.2} ms, verdicts {bare:.2} ms, findings with reasons {traced:.1} ms",
        facts["contracts"].as_array().map_or(0, Vec::len),
        bytes.len() / 1024,
        findings.len(),
    );
}
