//! What is printed: agreement, table, JSON.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::measure::Times;
use crate::work::Work;
use crate::{Candidate, Ready};

/// The engine that the others are divided by: the first of these that was timed.
const BASELINES: [&str; 2] = ["jobun", "cel"];

/// How the verdicts of the engines relate.
pub struct Agreement {
    rules: usize,
    holding: usize,
    failing: usize,
    /// Rules that no engine can express or decide.
    undecided: usize,
    /// Rules on which two engines differ.
    pub disputed: usize,
}

/// Compares the verdicts rule by rule and prints each dispute to stderr.
pub fn agreement(work: &Work, candidates: &[Candidate]) -> Agreement {
    let mut agreement = Agreement { rules: work.rules.len(), holding: 0, failing: 0, undecided: 0, disputed: 0 };
    for (index, rule) in work.rules.iter().enumerate() {
        let mut verdicts = Vec::new();
        for (candidate, ready) in ready(candidates) {
            if let Some(verdict) = ready.verdicts.get(index).copied().flatten() {
                verdicts.push((candidate.entry.name, verdict));
            }
        }
        let holding = verdicts.iter().filter(|(_, verdict)| *verdict).count();
        if verdicts.is_empty() {
            agreement.undecided += 1;
        } else if holding == verdicts.len() {
            agreement.holding += 1;
        } else if holding == 0 {
            agreement.failing += 1;
        } else {
            agreement.disputed += 1;
            let said: Vec<String> = verdicts.iter().map(|(name, verdict)| format!("{name} {verdict}")).collect();
            eprintln!("disagreement on rule {}: {}\n  {rule}", index + 1, said.join(", "));
        }
    }
    for (candidate, ready) in ready(candidates) {
        eprintln!("{} decides {} of {} rules", candidate.entry.name, decided(ready), work.rules.len());
    }
    eprintln!("{}", sentence(&agreement));
    agreement
}

fn sentence(agreement: &Agreement) -> String {
    let Agreement { rules, holding, failing, undecided, disputed } = agreement;
    let mut text = format!("{rules} rules: {holding} true, {failing} false");
    if *undecided > 0 {
        let _ = write!(text, ", {undecided} decided by no engine");
    }
    if *disputed > 0 {
        let _ = write!(text, ", {disputed} disputed: the times of engines that disagree do not compare");
    }
    text
}

fn ready(candidates: &[Candidate]) -> impl Iterator<Item = (&Candidate, &Ready)> {
    candidates.iter().filter_map(|candidate| Some((candidate, candidate.ready.as_ref().ok()?)))
}

fn decided(ready: &Ready) -> usize {
    ready.verdicts.iter().flatten().count()
}

/// The table, closed by a line on agreement.
pub fn table(candidates: &[Candidate], times: &[Option<Times>], agreement: &Agreement) -> String {
    let timed = |name: &str| {
        candidates.iter().zip(times).find_map(|(candidate, times)| times.filter(|_| candidate.entry.name == name))
    };
    let baseline = BASELINES.iter().find_map(|name| Some((*name, timed(name)?)));
    let over = baseline.map_or_else(String::new, |(name, _)| format!("/{name}"));
    let mut rows =
        vec![["engine", "version", "rules", "evaluate", &over, "from bytes", &over].map(str::to_owned).to_vec()];
    for (candidate, times) in candidates.iter().zip(times) {
        let mut row = vec![candidate.entry.name.to_owned(), candidate.entry.version.to_owned()];
        match (&candidate.ready, times) {
            (Ok(ready), Some(times)) => {
                row.push(decided(ready).to_string());
                row.push(micros(times.evaluate));
                row.push(ratio(times.evaluate, baseline.map(|(_, base)| base.evaluate)));
                row.push(micros(times.from_bytes));
                row.push(ratio(times.from_bytes, baseline.map(|(_, base)| base.from_bytes)));
            }
            (Err(reason), _) => row.push(format!("left out: {reason}")),
            (Ok(_), None) => row.push("not timed".to_owned()),
        }
        rows.push(row);
    }
    let mut text = String::new();
    let widths: Vec<usize> = (0..7).map(|column| width(&rows, column)).collect();
    for row in &rows {
        text.push_str(aligned(row, &widths).trim_end());
        text.push('\n');
    }
    let _ = writeln!(text, "\n{}", sentence(agreement));
    text
}

/// The widest cell of a column; the reason why an engine is left out runs over the rest of its row.
fn width(rows: &[Vec<String>], column: usize) -> usize {
    rows.iter()
        .filter(|row| row.len() > 3 || column < 2)
        .filter_map(|row| row.get(column))
        .map(|cell| cell.chars().count())
        .max()
        .unwrap_or(0)
}

fn aligned(row: &[String], widths: &[usize]) -> String {
    let mut text = String::new();
    for (column, (cell, &width)) in row.iter().zip(widths).enumerate() {
        let written = if column < 2 || row.len() == 3 {
            write!(text, "{cell:<width$}  ")
        } else {
            write!(text, "{cell:>width$}  ")
        };
        debug_assert!(written.is_ok());
    }
    text
}

fn micros(nanoseconds: f64) -> String {
    let micros = nanoseconds / 1e3;
    let digits = if micros < 10.0 { 2 } else { 1 };
    format!("{micros:.digits$} µs")
}

fn ratio(value: f64, base: Option<f64>) -> String {
    base.map_or_else(String::new, |base| {
        let ratio = value / base;
        let digits = if ratio < 0.1 { 4 } else { 2 };
        format!("{ratio:.digits$}×")
    })
}

/// The same as one JSON object; engines that were left out are not in it.
pub fn json(candidates: &[Candidate], times: &[Option<Times>]) -> String {
    let mut bench = Map::new();
    for (candidate, times) in candidates.iter().zip(times) {
        if let (Ok(ready), Some(times)) = (&candidate.ready, times) {
            let figures = json!({
                "evaluate_ns": tenths(times.evaluate),
                "from_bytes_ns": tenths(times.from_bytes),
                "rules": decided(ready),
            });
            bench.insert(candidate.entry.name.to_owned(), figures);
        }
    }
    let packs = Map::new();
    json!({ "bench": Value::Object(bench), "packs": packs }).to_string()
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
