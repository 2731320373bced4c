//! The clock.

use std::time::{Duration, Instant};

use crate::Candidate;
use crate::engines::Engine;

/// How long one batch runs.
const BATCH: Duration = Duration::from_millis(20);
/// How many batches a sample takes the minimum of.
const BATCHES: usize = 5;

/// What is timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// All rules over facts that are bound.
    Evaluate,
    /// The JSON text read, bound and judged.
    FromBytes,
    /// The same, held against a JSON Schema.
    Validated,
    /// All rules with the facts that decided each.
    Traced,
}

impl Task {
    pub const ALL: [Task; 4] = [Task::Evaluate, Task::FromBytes, Task::Validated, Task::Traced];

    /// Its key in the JSON.
    pub fn key(self) -> &'static str {
        match self {
            Task::Evaluate => "evaluate_ns",
            Task::FromBytes => "from_bytes_ns",
            Task::Validated => "validated_ns",
            Task::Traced => "traced_ns",
        }
    }

    /// Does it once; false where the engine cannot.
    fn run(self, engine: &mut dyn Engine) -> bool {
        match self {
            Task::Evaluate => engine.evaluate(),
            Task::FromBytes => engine.from_bytes(),
            Task::Validated => return engine.validated(),
            Task::Traced => return engine.traced(),
        }
        true
    }
}

/// Nanoseconds for all rules once, for each task; `None` where the engine cannot do it.
#[derive(Clone, Copy, Default)]
pub struct Times([Option<f64>; Task::ALL.len()]);

impl Times {
    pub fn of(&self, task: Task) -> Option<f64> {
        self.0[task as usize]
    }
}

/// Times every engine that is ready, in rounds; the answer is in the order of the candidates.
pub fn all(candidates: &mut [Candidate], rounds: u32) -> Vec<Option<Times>> {
    let mut counts = Vec::new();
    for candidate in candidates.iter_mut() {
        counts.push(candidate.ready.as_mut().ok().map(|ready| {
            let counts = Task::ALL.map(|task| calibrate(ready.engine.as_mut(), task));
            eprintln!("calibrated {}: {} runs in a batch", candidate.name, counts[0].unwrap_or(0));
            counts
        }));
    }
    let mut samples = vec![[const { Vec::new() }; Task::ALL.len()]; candidates.len()];
    for round in 1..=rounds {
        eprintln!("round {round} of {rounds}");
        for ((candidate, counts), samples) in candidates.iter_mut().zip(&counts).zip(&mut samples) {
            let (Ok(ready), Some(counts)) = (&mut candidate.ready, counts) else { continue };
            for (task, count) in Task::ALL.into_iter().zip(counts) {
                samples[task as usize].extend(count.map(|count| sample(ready.engine.as_mut(), task, count)));
            }
        }
    }
    let times = counts.iter().zip(samples);
    times.map(|(counts, samples)| counts.is_some().then(|| Times(samples.map(median)))).collect()
}

/// How many runs fill one batch.
fn calibrate(engine: &mut dyn Engine, task: Task) -> Option<u32> {
    if !task.run(engine) {
        return None;
    }
    let mut count = 1;
    loop {
        let elapsed = batch(engine, task, count);
        if elapsed >= BATCH / 2 || count >= 1 << 28 {
            let fitting = f64::from(count) * BATCH.as_secs_f64() / elapsed.as_secs_f64();
            return Some((fitting as u32).max(1));
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
        task.run(engine);
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
