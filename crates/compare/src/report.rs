//! What is printed: agreement, table, JSON.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::measure::{self, Task, Times};
use crate::work::Work;
use crate::{Candidate, Ready};

/// The engine that the others are divided by: the first of these that was timed.
const BASELINES: [&str; 2] = ["jobun", "cel"];

/// Engines that were timed on the same work.
pub struct Table {
    candidates: Vec<Candidate>,
    times: Vec<Option<Times>>,
    agreement: Agreement,
}

impl Table {
    /// Compares the verdicts of the candidates, then times them.
    pub fn new(work: &Work, mut candidates: Vec<Candidate>, rounds: u32) -> Self {
        let agreement = agreement(work, &candidates);
        let times = measure::all(&mut candidates, rounds);
        Self { candidates, times, agreement }
    }

    /// Whether two engines disagree on a rule.
    pub fn is_disputed(&self) -> bool {
        self.agreement.disputed > 0
    }

    /// What the engine `name` took.
    fn times(&self, name: &str) -> Option<Times> {
        self.candidates.iter().zip(&self.times).find_map(|(candidate, times)| times.filter(|_| candidate.name == name))
    }
}

/// How the verdicts of the engines relate.
struct Agreement {
    rules: usize,
    holding: usize,
    failing: usize,
    /// Rules that no engine can express or decide.
    undecided: usize,
    /// Rules on which two engines differ.
    disputed: usize,
}

/// Compares the verdicts rule by rule and prints each dispute to stderr.
fn agreement(work: &Work, candidates: &[Candidate]) -> Agreement {
    let mut agreement = Agreement { rules: work.rules.len(), holding: 0, failing: 0, undecided: 0, disputed: 0 };
    for (index, rule) in work.rules.iter().enumerate() {
        let mut verdicts = Vec::new();
        for (candidate, ready) in ready(candidates) {
            if let Some(verdict) = ready.verdicts.get(index).copied().flatten() {
                verdicts.push((candidate.name, verdict));
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
        eprintln!("{} decides {} of {} rules", candidate.name, decided(ready), work.rules.len());
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

impl Table {
    /// The table, closed by a line on agreement.
    pub fn text(&self) -> String {
        let baseline = BASELINES.iter().find_map(|name| Some((*name, self.times(name)?)));
        let over = baseline.map_or_else(String::new, |(name, _)| format!("/{name}"));
        let mut rows =
            vec![["engine", "version", "rules", "evaluate", &over, "from bytes", &over].map(str::to_owned).to_vec()];
        for (candidate, times) in self.candidates.iter().zip(&self.times) {
            let mut row = vec![candidate.name.to_owned(), candidate.version.to_owned()];
            match (&candidate.ready, times) {
                (Ok(ready), Some(times)) => {
                    row.push(decided(ready).to_string());
                    for task in [Task::Evaluate, Task::FromBytes] {
                        let base = baseline.and_then(|(_, base)| base.of(task));
                        row.push(times.of(task).map_or_else(String::new, micros));
                        row.push(ratio(times.of(task), base));
                    }
                }
                (Err(reason), _) => row.push(format!("left out: {reason}")),
                (Ok(_), None) => row.push("not timed".to_owned()),
            }
            rows.push(row);
        }
        let mut text = aligned(&rows, 2);
        text.push_str(&self.more());
        let _ = writeln!(text, "{}", sentence(&self.agreement));
        text
    }

    /// What jobun alone can do, and how it stands to what it is measured by.
    fn more(&self) -> String {
        let Some(jobun) = self.times("jobun") else { return String::new() };
        let typed = self.times("typed_struct").and_then(|times| times.of(Task::FromBytes));
        let lines = [
            ("from bytes", Task::FromBytes, "typed_struct", typed),
            ("validated from bytes", Task::Validated, "typed_struct", typed),
            ("traced", Task::Traced, "evaluate", jobun.of(Task::Evaluate)),
        ];
        let mut text = String::from("\n");
        for (name, task, than, base) in lines {
            let Some(time) = jobun.of(task) else { continue };
            let by = if base.is_some() { format!(", {} {than}", ratio(Some(time), base)) } else { String::new() };
            let _ = writeln!(text, "jobun {name}: {}{by}", micros(time));
        }
        text
    }

    /// What each engine took, as JSON; null for one that was left out.
    pub fn json(&self) -> Value {
        let figures = self.candidates.iter().zip(&self.times).map(|(candidate, times)| {
            let figures = candidate.ready.as_ref().ok().zip(times.as_ref());
            let figures = figures.map_or(Value::Null, |(ready, times)| engine_json(times, decided(ready)));
            (candidate.name.to_owned(), figures)
        });
        Value::Object(figures.collect())
    }

    /// The engines that were left out, with the reason.
    pub fn left_out(&self) -> Map<String, Value> {
        let reasons = self.candidates.iter().filter_map(|candidate| {
            let reason = candidate.ready.as_ref().err()?;
            Some((candidate.name.to_owned(), json!(reason)))
        });
        reasons.collect()
    }
}

/// The figures of one engine.
pub fn engine_json(times: &Times, rules: usize) -> Value {
    let times = Task::ALL.into_iter().filter_map(|task| Some((task.key().to_owned(), json!(tenths(times.of(task)?)))));
    let mut figures: Map<String, Value> = times.collect();
    figures.insert("rules".to_owned(), json!(rules));
    Value::Object(figures)
}

/// Rows as columns: the first `named` to the left, the others to the right. A row of another length than the first is
/// closed by a remark that runs over what is left of the line.
pub fn aligned(rows: &[Vec<String>], named: usize) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let cells = |row: &Vec<String>| if row.len() == columns { columns } else { row.len().saturating_sub(1) };
    let width = |column: usize| {
        let of_column = rows.iter().filter(|row| column < cells(row)).map(|row| row[column].chars().count());
        of_column.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
            let written = if column < named || column >= cells(row) {
                write!(line, "{cell:<width$}  ")
            } else {
                write!(line, "{cell:>width$}  ")
            };
            debug_assert!(written.is_ok());
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// A time for people.
pub fn micros(nanoseconds: f64) -> String {
    let micros = nanoseconds / 1e3;
    let digits = if micros < 10.0 { 2 } else { 1 };
    format!("{micros:.digits$} µs")
}

fn ratio(value: Option<f64>, base: Option<f64>) -> String {
    value.zip(base).map_or_else(String::new, |(value, base)| {
        let ratio = value / base;
        let digits = if ratio < 0.1 { 4 } else { 2 };
        format!("{ratio:.digits$}×")
    })
}

/// Rounded to tenths.
pub fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
