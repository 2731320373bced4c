//! The shipped packs on the documents of `fixtures/organizations`.

use std::fmt::Write;

use jobun::Day;
use jobun::reference::halves;
use serde_json::{Value, json};

use crate::engines::{ENGINES, policies};
use crate::measure::{self, Task, Times};
use crate::report::{Table, engine_json, micros};
use crate::work::Work;
use crate::{Candidate, candidates};

const PACKS: [&str; 2] = ["inazawa-kitei", "ward-handling"];
const DOCUMENTS: [(&str, &str); 2] = [
    ("center", include_str!("../../../fixtures/organizations/center.json")),
    ("contractor", include_str!("../../../fixtures/organizations/contractor.json")),
];

/// A pack on a document.
pub struct Case {
    pub pack: &'static str,
    pub document: &'static str,
    /// Verdicts it comes to.
    findings: usize,
    /// The policies themselves.
    jobun: Times,
    /// Halves of rules, and how many of them two engines decide as plain CEL.
    written: (usize, usize),
    /// Those halves, by all engines.
    pub halves: Table,
}

/// Times every pack on every document.
pub fn measure(wanted: &dyn Fn(&str) -> bool, rounds: u32) -> Result<Vec<Case>, String> {
    let as_of = Day::new(2026, 11, 22).ok_or("the day is none")?;
    let mut cases = Vec::new();
    for pack in PACKS {
        let engine = policies::compile(pack)?;
        let halves = halves(engine, "facts");
        let texts: Vec<String> = halves.iter().filter_map(|half| half.text.clone()).collect();
        for (document, text) in DOCUMENTS {
            eprintln!("{pack} on {document}");
            let version = env!("VERSION_JOBUN");
            let mut own = [Candidate::new("jobun", version, || policies::prepare(engine, text, as_of))];
            let times = measure::all(&mut own, rounds).into_iter().next().flatten();
            let [own] = own;
            let findings = own.ready.map(|ready| ready.verdicts.len())?;
            let decided = decided_by_two(&texts, text);
            let written = (halves.len(), decided.len());
            let work = Work::of(decided, text.to_owned());
            let halves = Table::new(&work, candidates(&work, wanted), rounds);
            cases.push(Case { pack, document, findings, jobun: times.unwrap_or_default(), written, halves });
        }
    }
    Ok(cases)
}

/// Those of `texts` that both jobun and the crate `cel` decide: an unanswered fact is an error to plain CEL.
fn decided_by_two(texts: &[String], facts: &str) -> Vec<String> {
    let work = Work::of(texts.to_vec(), facts.to_owned());
    let two = ENGINES.iter().filter(|entry| ["jobun", "cel"].contains(&entry.name));
    let mut verdicts = Vec::new();
    for entry in two {
        let candidate = Candidate::new(entry.name, entry.version, || (entry.prepare)(&work));
        verdicts.extend(candidate.ready.map(|ready| ready.verdicts));
    }
    let is_decided = |at: usize| verdicts.iter().all(|verdicts| verdicts.get(at).is_some_and(Option::is_some));
    texts.iter().enumerate().filter(|(at, _)| is_decided(*at)).map(|(_, text)| text.clone()).collect()
}

impl Case {
    pub fn text(&self) -> String {
        let mut text = format!("{} on {}: {} verdicts\n", self.pack, self.document, self.findings);
        let names = [
            (Task::Evaluate, "verdicts of a warm runner"),
            (Task::FromBytes, "from bytes, validated, to verdicts"),
            (Task::Traced, "a whole evaluation, with reasons and messages"),
        ];
        for (task, name) in names {
            let _ = writeln!(text, "  {name}: {}", self.jobun.of(task).map_or_else(String::new, micros));
        }
        let (halves, decided) = self.written;
        let _ =
            writeln!(text, "  {decided} of {halves} halves of rules are decided by jobun and cel as plain CEL too:");
        for line in self.halves.text().lines() {
            let _ = writeln!(text, "  {line}");
        }
        text
    }

    pub fn json(&self) -> Value {
        let (halves, decided) = self.written;
        json!({
            "jobun": engine_json(&self.jobun, self.findings),
            "halves": halves,
            "written_as_plain_cel": decided,
            "as_plain_cel": self.halves.json(),
        })
    }
}
