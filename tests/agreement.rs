//! The engine agrees with the slow interpreter of what a policy means: for every document on every
//! day of a year, and without each leaf.

mod documents;
mod forms;
mod oracle;

use documents::{Document, documents, in_threads, leaves, spread, without};
use jobun::evaluation::Group;
use jobun::words::{Inapplicable, Verdict};
use jobun::{Day, Engine, Evaluation, Facts, Params, PolicySet};
use oracle::Oracle;
use serde_json::Value;

/// How many disagreements are shown.
const SHOWN: usize = 20;

/// What is compared of a finding.
#[derive(Debug, PartialEq)]
struct Said {
    rule: String,
    subject: Option<String>,
    verdict: Verdict,
    reason: Option<Inapplicable>,
    missing_applies: Vec<String>,
    missing_require: Vec<String>,
    due_on: Option<Day>,
}

fn by_engine(evaluation: &Evaluation) -> Vec<Said> {
    let findings = evaluation.findings.iter().map(|finding| {
        let missing = |group: Group| {
            let of_group = finding.missing.iter().filter(|fact| fact.group == group);
            of_group.map(|fact| fact.pointer.clone()).collect()
        };
        Said {
            rule: finding.rule.clone(),
            subject: finding.subject.as_ref().map(|subject| subject.id.clone()),
            verdict: finding.verdict,
            reason: finding.reason,
            missing_applies: missing(Group::Applies),
            missing_require: missing(Group::Require),
            due_on: finding.due_on,
        }
    });
    findings.collect()
}

fn by_oracle(oracle: Oracle<'_>, facts: &Value, as_of: Day) -> Vec<Said> {
    let findings = oracle.findings(facts, as_of).into_iter();
    let findings = findings.map(|finding| Said {
        rule: finding.rule,
        subject: finding.subject,
        verdict: finding.verdict,
        reason: finding.reason,
        missing_applies: finding.missing_applies,
        missing_require: finding.missing_require,
        due_on: finding.due.day(),
    });
    findings.collect()
}

/// What `rule` requires, as written; empty where that is a matter of time alone.
fn required<'e>(engine: &'e Engine, rule: &str) -> &'e str {
    let mut rules = engine.policies().packs.iter().flat_map(|pack| &pack.rules);
    let required = rules.find(|known| known.id.text == rule).and_then(|rule| rule.require.as_ref());
    required.map_or("", |required| required.written.text.trim())
}

/// Where the two readings of `facts` differ on `days`; `name` says what is read.
fn disagreements(engine: &Engine, name: &str, facts: &Value, days: &[Day]) -> Vec<String> {
    let oracle = Oracle::new(engine.checked(), &engine.vocabulary().schema);
    let bytes = serde_json::to_vec(facts).expect("a document can be written");
    let read = match Facts::named(engine, name, &bytes) {
        Ok(read) => read,
        Err(rejected) => return vec![format!("{name} is rejected: {rejected}")],
    };
    let mut runner = engine.runner();
    let mut found = Vec::new();
    for day in days {
        let evaluation = engine.evaluate(&read, *day).expect("nobody cancels");
        let engine_says = by_engine(&evaluation);
        let oracle_says = by_oracle(oracle, facts, *day);
        let pairs = engine_says.iter().zip(&oracle_says);
        let different = pairs.filter(|(engine, oracle)| engine != oracle);
        found.extend(different.map(|(by_engine, by_oracle)| {
            let required = required(engine, &by_oracle.rule);
            format!("{name} on {day}\n  engine: {by_engine:?}\n  oracle: {by_oracle:?}\n  require: {required}")
        }));
        if engine_says.len() != oracle_says.len() {
            let (one, other) = (engine_says.len(), oracle_says.len());
            found.push(format!("{name} on {day}: {one} findings, by the oracle {other}"));
        }
        let bare = runner.verdicts(&read, *day).expect("nobody cancels");
        if !bare.iter().eq(engine_says.iter().map(|said| &said.verdict)) {
            found.push(format!("{name} on {day}: the bare verdicts are others"));
        }
    }
    found
}

fn assert_none(found: &[Vec<String>]) {
    let found = found.concat();
    assert!(
        found.is_empty(),
        "{} disagreements, among them\n{}",
        found.len(),
        found[..found.len().min(SHOWN)].join("\n")
    );
}

fn engine() -> Engine {
    let policies = PolicySet::embedded().check().expect("the packs are sound");
    Engine::new(policies, Params::default()).expect("the packs compile")
}

fn day(year: i16, month: i8, day: i8) -> Day {
    Day::new(year, month, day).expect("the calendar has the day")
}

/// On how many days of a year each document is looked at, and without how many of its leaves; which ones differs
/// from document to document.
const DAYS: usize = 8;
const LEAVES: usize = 10;

#[test]
fn on_days_through_a_year() {
    let engine = engine();
    let documents = documents();
    assert!(!documents.is_empty());
    let days: Vec<Day> = (0..365).filter_map(|number| day(2026, 6, 1).plus_days(number)).collect();
    assert_eq!(days.last(), Some(&day(2027, 5, 31)));
    let chosen: Vec<(&Document, Vec<Day>)> =
        documents.iter().enumerate().map(|(turn, document)| (document, spread(&days, DAYS, turn * 5))).collect();
    let found = in_threads(&chosen, |(document, days)| disagreements(&engine, &document.name, &document.facts, days));
    assert_none(&found);
}

#[test]
fn without_a_leaf() {
    let engine = engine();
    let documents = documents();
    let as_of = day(2026, 11, 22);
    let schema = &engine.vocabulary().schema;
    let shortened: Vec<(&Document, String)> = documents
        .iter()
        .enumerate()
        .flat_map(|(turn, document)| {
            let leaves = spread(&leaves(schema, &document.facts), LEAVES, turn * 7).into_iter();
            leaves.map(move |leaf| (document, leaf))
        })
        .collect();
    assert!(!shortened.is_empty());
    let found = in_threads(&shortened, |(document, leaf)| {
        let name = format!("{} without {leaf}", document.name);
        disagreements(&engine, &name, &without(&document.facts, leaf), &[as_of])
    });
    assert_none(&found);
}

#[test]
fn in_every_form_of_the_language() {
    let mut found = Vec::new();
    for family in forms::families() {
        assert!(!family.documents.is_empty());
        found.extend(in_threads(&family.documents, |facts| {
            let name = format!("{} {facts}", family.name);
            disagreements(&family.engine, &name, facts, &family.days)
        }));
    }
    assert_none(&found);
}
