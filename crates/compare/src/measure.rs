//! The clock.

use std::time::{Duration, Instant};

use crate::Candidate;
use crate::engines::Engine;

/// How long one batch runs.
const BATCH: Duration = Duration::from_millis(20);
/// How many batches a sample takes the minimum of.
const BATCHES: usize = 5;

/// Nanoseconds for all rules once.
#[derive(Clone, Copy)]
pub struct Times {
    pub evaluate: f64,
    pub from_bytes: f64,
}

/// What is timed: its name, its call, and where its result goes.
type Task = fn(&mut dyn Engine);
const TASKS: [(&str, Task); 2] =
    [("evaluate", |engine| engine.evaluate()), ("from bytes", |engine| engine.from_bytes())];

/// Times every engine that is ready, in rounds; the answer is in the order of the candidates.
pub fn all(candidates: &mut [Candidate], rounds: u32) -> Vec<Option<Times>> {
    let mut counts = Vec::new();
    for candidate in candidates.iter_mut() {
        counts.push(candidate.ready.as_mut().ok().map(|ready| {
            let counts = TASKS.map(|(_, task)| calibrate(ready.engine.as_mut(), task));
            eprintln!("calibrated {}: {counts:?} runs in a batch", candidate.entry.name);
            counts
        }));
    }
    let mut samples = vec![[const { Vec::new() }; TASKS.len()]; candidates.len()];
    for round in 1..=rounds {
        eprintln!("round {round} of {rounds}");
        for ((candidate, counts), samples) in candidates.iter_mut().zip(&counts).zip(&mut samples) {
            let (Ok(ready), Some(counts)) = (&mut candidate.ready, counts) else { continue };
            for (index, (_, task)) in TASKS.iter().enumerate() {
                samples[index].push(sample(ready.engine.as_mut(), *task, counts[index]));
            }
        }
    }
    let median_times = |samples: [Vec<f64>; TASKS.len()]| {
        let [evaluate, from_bytes] = samples.map(median);
        Some(Times { evaluate: evaluate?, from_bytes: from_bytes? })
    };
    samples.into_iter().map(median_times).collect()
}

/// How many runs fill one batch.
fn calibrate(engine: &mut dyn Engine, task: Task) -> u32 {
    let mut count = 1;
    loop {
        let elapsed = batch(engine, task, count);
        if elapsed >= BATCH / 2 || count >= 1 << 28 {
            let fitting = f64::from(count) * BATCH.as_secs_f64() / elapsed.as_secs_f64();
            return (fitting as u32).max(1);
        }
        count *= 2;
    }
}

/// Nanoseconds of one run in the fastest of several batches.
fn sample(engine: &mut dyn Engine, task: Task, count: u32) -> f64 {
    let fastest = (0..BATCHES).map(|_| batch(engine, task, count)).min().unwrap_or_default();
    fastest.as_secs_f64() * 1e9 / f64::from(count)
}

fn batch(engine: &mut dyn Engine, task: Task, count: u32) -> Duration {
    let start = Instant::now();
    for _ in 0..count {
        task(engine);
    }
    start.elapsed()
}

fn median(mut samples: Vec<f64>) -> Option<f64> {
    samples.sort_by(f64::total_cmp);
    let middle = samples.len() / 2;
    if samples.len() % 2 == 1 {
        samples.get(middle).copied()
    } else {
        Some((samples.get(middle.checked_sub(1)?)? + samples[middle]) / 2.0)
    }
}
