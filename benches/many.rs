//! Many organizations in one file, one on each line: time for each, and the largest resident set.
//!
//! `ORGANIZATIONS` says how many (20,000). Prints the memory beside the bound the design sets for a million.

#![allow(clippy::disallowed_methods, reason = "a benchmark writes files and reads the clock")]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

/// The bound on the resident set, in MiB.
const BOUND: f64 = 256.0;
/// The organization that stands on each line, and the pack that judges it.
const ORGANIZATION: &str = "fixtures/organizations/call-center-dispatched-staff.json";
const PACK: &str = "ppc-callcenter";

fn main() {
    let count: usize = std::env::var("ORGANIZATIONS").map_or(20_000, |count| count.parse().expect("a number"));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let facts = std::fs::read_to_string(root.join(ORGANIZATION)).expect("a file");
    let facts: serde_json::Value = serde_json::from_str(&facts).expect("JSON");
    let line = facts.to_string();
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("many.ndjson");
    let mut file = BufWriter::new(File::create(&path).expect("a file"));
    (0..count).for_each(|_| writeln!(file, "{line}").expect("space"));
    file.into_inner().expect("space");
    println!("{count} organizations of {} bytes, pack {PACK}", line.len());

    // The largest resident set is that of the largest so far: a run on one organization comes first.
    let one = Path::new(env!("CARGO_TARGET_TMPDIR")).join("one.ndjson");
    std::fs::write(&one, &line).expect("a file");
    for (format, path) in [("ndjson", &one), ("ndjson", &path), ("csv", &path), ("human", &path)] {
        let time = run(format, path);
        let peak = getrusage(UsageWho::RUSAGE_CHILDREN).map_or(0.0, |usage| usage.max_rss() as f64 / 1024.0);
        let count = if *path == one { 1 } else { count };
        println!(
            "{format:>8}  {count:>8} organizations  {:>8.2} s  {:>7.0} for a second  peak {peak:.0} MiB, bound {BOUND} MiB: {}",
            time.as_secs_f64(),
            count as f64 / time.as_secs_f64(),
            if peak <= BOUND { "kept" } else { "not kept" }
        );
    }
    std::fs::remove_file(&path).expect("the file is there");
}

/// How long it takes to judge the organizations of `path`.
fn run(format: &str, path: &Path) -> Duration {
    let start = Instant::now();
    let status = Command::new(env!("CARGO_BIN_EXE_jobun"))
        .args(["eval", path.to_str().expect("UTF-8"), "--as-of", "2026-11-22", "--pack", PACK, "--format", format])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("the command starts");
    assert_eq!(status.code(), Some(1), "the call centre has failures");
    start.elapsed()
}
