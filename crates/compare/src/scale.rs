//! How the cost grows with the number of rules and with the size of the facts.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Instant;

use jobun::facts::Vocabulary;
use jobun::plain::Schema;
use jobun::{Day, Engine as Compiled, Params};
use serde_json::{Value, json};

use crate::Candidate;
use crate::engines::{Prepared, jobun as plain, policies, unlimited};
use crate::measure::{self, Task, Times};
use crate::pack;
use crate::report::{aligned, micros, tenths};

const RULES: [usize; 4] = [10, 100, 1_000, 10_000];
const BYTES: [usize; 5] = [1_000, 10_000, 100_000, 1_000_000, 10_000_000];
/// The facts of the rows whose rules grow, and the rules of those whose facts do.
const FIXED: (usize, usize) = (4_000, 10);

/// What one size costs.
pub struct Row {
    mode: &'static str,
    rules: usize,
    bytes: usize,
    compile_ns: f64,
    times: Times,
}

/// Compiles so many rules, and holds the facts.
type Mode = fn(usize, &'static str) -> Prepared;

/// Times every size, as plain CEL and as policies.
pub fn measure(rounds: u32) -> Result<Vec<Row>, String> {
    let sizes = RULES.map(|rules| (rules, FIXED.0)).into_iter().chain(BYTES.map(|bytes| (FIXED.1, bytes)));
    let mut rows = Vec::new();
    for (rules, bytes) in sizes {
        let facts: &'static str = facts(bytes).leak();
        let modes: [(&'static str, Mode); 2] = [("plain", as_plain), ("policies", as_policies)];
        for (mode, prepare) in modes {
            let start = Instant::now();
            let prepared = prepare(rules, facts);
            let compile_ns = start.elapsed().as_secs_f64() * 1e9;
            eprintln!("{mode}: {rules} rules over {} bytes", facts.len());
            let mut one = [Candidate::timed(mode, prepared?)];
            let verdicts = one[0].verdicts();
            if verdicts.iter().any(Option::is_none) || verdicts.len() != rules {
                return Err(format!("{mode}: not every one of {rules} rules is decided over {bytes} bytes"));
            }
            let times = measure::all(&mut one, rounds).into_iter().next().flatten().unwrap_or_default();
            rows.push(Row { mode, rules, bytes: facts.len(), compile_ns, times });
        }
    }
    Ok(rows)
}

/// The condition of the rule `at`: loops over the list, and comparisons with constants of its own.
fn condition(at: usize) -> String {
    let (field, limit) = (at % 16, at * 7 % 1000);
    match at % 8 {
        0 => format!("numbers.n{field} >= {limit} && flags.f{field}"),
        1 => format!("words.w{field}.startsWith('{limit}') || flags.f{field}"),
        2 => format!("records.all(r, r.amount != {limit})"),
        3 => format!("records.exists(r, r.kind == 'kind {limit}')"),
        4 => format!("numbers.n{field} + {limit} > numbers.n{} * 2", (at / 16) % 16),
        5 => format!("words.w{field} in ['word {limit}', 'none', 'word {field}']"),
        6 => format!("size(records.filter(r, r.open && r.amount > {limit})) <= 3"),
        _ => format!("!flags.f{field} || records.exists(r, r.open && r.kind.endsWith('{limit}'))"),
    }
}

/// A document of about `bytes` bytes: some fields, and a list that fills it.
fn facts(bytes: usize) -> String {
    let sixteen = |name: &str, value: &dyn Fn(usize) -> Value| -> Value {
        (0..16).map(|at| (format!("{name}{at}"), value(at))).collect::<serde_json::Map<_, _>>().into()
    };
    let facts = json!({
        "numbers": sixteen("n", &|at| json!(at * 61)),
        "flags": sixteen("f", &|at| json!(at % 3 == 0)),
        "words": sixteen("w", &|at| json!(format!("word {at}"))),
    });
    let mut text = facts.to_string();
    text.pop();
    text.push_str(",\"records\":[");
    let mut at = 0;
    while text.len() + 2 < bytes || at == 0 {
        let comma = if at == 0 { "" } else { "," };
        let record = json!({
            "id": format!("r{at}"),
            "kind": format!("kind {}", at % 97),
            "amount": at % 1013 + 1000,
            "open": at % 5 == 0,
            "note": "nothing reads this text",
        });
        let _ = write!(text, "{comma}{record}");
        at += 1;
    }
    text.push_str("]}");
    text
}

fn schema() -> String {
    let sixteen = |name: &str, ty: &str| -> Value {
        let fields: serde_json::Map<_, _> = (0..16).map(|at| (format!("{name}{at}"), json!({ "type": ty }))).collect();
        json!({ "type": "object", "properties": fields, "additionalProperties": false })
    };
    let record = json!({
        "type": "object",
        "properties": {
            "id": { "type": "string" },
            "kind": { "type": "string" },
            "amount": { "type": "integer" },
            "open": { "type": "boolean" },
            "note": { "type": "string" },
        },
        "required": ["id"],
        "additionalProperties": false,
    });
    let schema = json!({
        "type": "object",
        "properties": {
            "numbers": sixteen("n", "integer"),
            "flags": sixteen("f", "boolean"),
            "words": sixteen("w", "string"),
            "records": { "type": "array", "items": record },
        },
        "additionalProperties": false,
    });
    schema.to_string()
}

fn as_plain(rules: usize, facts: &'static str) -> Prepared {
    // The same texts, below the one variable.
    let names = ["numbers.", "flags.", "words.", "records."];
    let below = |text: String| names.iter().fold(text, |text, name| text.replace(name, &format!("facts.{name}")));
    let schema = Schema::from_json(&schema()).map_err(|error| error.to_string())?;
    plain::over(&(0..rules).map(|at| below(condition(at))).collect::<Vec<_>>(), Some(schema), facts)
}

fn as_policies(rules: usize, facts: &'static str) -> Prepared {
    let mut files = pack::files();
    // A file may not hold all of them.
    for first in (0..rules).step_by(500) {
        let rule = |at: usize| pack::rule(&format!("r-{at}"), &pack::field(4, "require", &condition(at)));
        let text: String = (first..rules.min(first + 500)).map(rule).collect();
        files.add(format!("made/rules-{first}.yaml"), format!("rules:\n{text}"));
    }
    let vocabulary = Arc::new(Vocabulary::from_json(&schema()).map_err(|error| error.to_string())?);
    let checked = files.read().check_against(vocabulary).map_err(|error| error.to_string())?;
    let engine = Compiled::new(checked, Params::default()).map_err(|error| error.to_string())?;
    let engine = engine.with_limits(unlimited());
    policies::prepare(Box::leak(Box::new(engine)), facts, Day::new(2026, 11, 22).ok_or("the day is none")?)
}

/// What is counted of a row: its name, the task, and what it is divided by.
const COLUMNS: [(&str, Task, bool); 6] = [
    ("evaluate", Task::Evaluate, false),
    ("traced", Task::Traced, false),
    ("evaluate", Task::Evaluate, true),
    ("from bytes", Task::FromBytes, true),
    ("validated", Task::Validated, true),
    ("traced", Task::Traced, true),
];

impl Row {
    fn per(&self, task: Task, by_bytes: bool) -> Option<f64> {
        Some(self.times.of(task)? / if by_bytes { self.bytes } else { self.rules } as f64)
    }
}

/// One line for each size.
pub fn table(rows: &[Row]) -> String {
    let mut lines = vec![["", "rules", "bytes", "compile/rule"].map(str::to_owned).to_vec()];
    for task in [Task::Evaluate, Task::FromBytes, Task::Validated, Task::Traced] {
        lines[0].push(task.key().trim_end_matches("_ns").replace('_', " "));
    }
    lines[0].extend(COLUMNS.map(|(name, _, by_bytes)| format!("{name}/{}", if by_bytes { "byte" } else { "rule" })));
    for row in rows {
        let mut line = vec![row.mode.to_owned(), row.rules.to_string(), row.bytes.to_string()];
        line.push(micros(row.compile_ns / row.rules as f64));
        for task in Task::ALL {
            line.push(row.times.of(task).map_or_else(String::new, micros));
        }
        for (_, task, by_bytes) in COLUMNS {
            line.push(row.per(task, by_bytes).map_or_else(String::new, |ns| format!("{ns:.2} ns")));
        }
        lines.push(line);
    }
    aligned(&lines, 1)
}

/// The same as JSON.
pub fn json(rows: &[Row]) -> String {
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            let mut value = json!({ "mode": row.mode, "rules": row.rules, "bytes": row.bytes });
            value["compile_ns"] = json!(tenths(row.compile_ns));
            for task in Task::ALL {
                value[task.key()] = json!(row.times.of(task).map(tenths));
            }
            value
        })
        .collect();
    json!({ "scale": rows }).to_string()
}
