//! Each format for 10,000 findings: how long writing it takes, and how large it is.

#![allow(clippy::disallowed_methods, reason = "a benchmark reads files and the clock")]

use std::time::{Duration, Instant};

use jobun::evaluation::Evaluation;
use jobun::report::{Format, Options, render};
use jobun::{Day, Engine, Facts, Params, PolicySet};
use nix::sys::resource::{UsageWho, getrusage};

/// How many findings.
const FINDINGS: usize = 10_000;
/// Runs counted, after one that is not.
const RUNS: usize = 5;

/// The findings of a life-like organization again and again, under other subjects, until there are enough.
fn evaluation() -> Evaluation {
    let path = format!("{}/fixtures/organizations/center.json", env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(path).expect("a file");
    let engine = Engine::new(PolicySet::embedded().check().expect("sound"), Params::default()).expect("an engine");
    let facts = Facts::from_slice(&engine, &bytes).expect("valid facts");
    let mut evaluation = engine.evaluate(&facts, Day::parse("2026-11-22").expect("a day")).expect("an evaluation");
    let once = evaluation.findings.clone();
    for round in 1.. {
        for finding in &once {
            if evaluation.findings.len() == FINDINGS {
                return evaluation;
            }
            let mut finding = finding.clone();
            if let Some(subject) = &mut finding.subject {
                subject.id = format!("{}-{round}", subject.id);
            }
            evaluation.findings.push(finding);
        }
    }
    evaluation
}

/// The largest resident set so far, in MiB.
fn peak() -> f64 {
    getrusage(UsageWho::RUSAGE_SELF).map_or(0.0, |usage| usage.max_rss() as f64 / 1024.0)
}

fn main() {
    let mut evaluations = [evaluation()];
    println!("{FINDINGS} findings; peak memory before any report {:.0} MiB", peak());
    for (format, name, _) in Format::ALL {
        let mut written = Vec::new();
        let mut times: Vec<Duration> = (0..=RUNS)
            .map(|_| {
                let start = Instant::now();
                written = render(&mut evaluations, &[(*format, Options::default())]).expect("a report");
                start.elapsed()
            })
            .skip(1)
            .collect();
        times.sort();
        println!(
            "{name:>14}  {:>7.1} ms  {:>6} KB  peak {:.0} MiB",
            times[RUNS / 2].as_secs_f64() * 1e3,
            written.first().map_or(0, Vec::len) / 1024,
            peak()
        );
    }
}
