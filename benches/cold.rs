//! A cold `jobun eval`: start, all packs, one document, report. Wall time and peak memory.
//!
//! Prints the fastest, the median and the slowest of some runs beside the bound the design sets.

#![allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

/// Runs counted, after one that is not.
const RUNS: usize = 31;
/// The bound on the median.
const BOUND: Duration = Duration::from_millis(20);

fn run() -> Duration {
    let start = Instant::now();
    let status = Command::new(env!("CARGO_BIN_EXE_jobun"))
        .args(["eval", "fixtures/organizations/center.json", "--as-of", "2026-11-22"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("the command starts");
    let time = start.elapsed();
    assert_eq!(status.code(), Some(1), "the centre has failures");
    time
}

fn main() {
    run();
    let mut times: Vec<Duration> = (0..RUNS).map(|_| run()).collect();
    times.sort();
    let median = times[RUNS / 2];
    // The largest resident set of any child so far, in KiB on Linux.
    let peak = getrusage(UsageWho::RUSAGE_CHILDREN).map_or(0, |usage| usage.max_rss());
    println!(
        "cold eval, {RUNS} runs: fastest {:.1} ms, median {:.1} ms, slowest {:.1} ms; peak memory {:.1} MiB",
        times[0].as_secs_f64() * 1e3,
        median.as_secs_f64() * 1e3,
        times[RUNS - 1].as_secs_f64() * 1e3,
        peak as f64 / 1024.0
    );
    let verdict = if median <= BOUND { "kept" } else { "not kept" };
    println!("bound on the median: {} ms, {verdict}", BOUND.as_millis());
}
