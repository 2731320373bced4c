//! Taking an answer away never turns a verdict round: it stays, or becomes `unknown` and names the
//! fact that is gone. A list that is gone leaves one `unknown` where its elements had findings.

mod documents;

use std::collections::{BTreeMap, BTreeSet};

use documents::{documents, leaves, without};
use jobun::evaluation::Standing;
use jobun::words::Verdict;
use jobun::{Day, Engine, Evaluation, Facts, Finding, Params, PolicySet};
use serde_json::Value;

/// What a finding is about: its rule and its subject.
type Identity = (String, Option<String>);

/// How often each part of the law was put to the test.
#[derive(Debug, Default)]
struct Tested {
    leaves: usize,
    kept: usize,
    opened: usize,
    collapsed: usize,
}

fn evaluate(engine: &Engine, name: &str, facts: &Value, as_of: Day) -> Result<Evaluation, String> {
    let bytes = serde_json::to_vec(facts).expect("a document can be written");
    let facts = Facts::named(engine, name, &bytes).map_err(|rejected| format!("{name} is rejected: {rejected}"))?;
    Ok(engine.evaluate(&facts, as_of).expect("nobody cancels"))
}

fn by_identity(evaluation: &Evaluation) -> BTreeMap<Identity, &Finding> {
    let findings = evaluation.findings.iter();
    let pairs = findings.map(|finding| {
        let subject = finding.subject.as_ref().map(|subject| subject.id.clone());
        ((finding.rule.clone(), subject), finding)
    });
    pairs.collect()
}

/// Whether `finding` is open and names the fact at `pointer`. A roll-up names rules, not facts.
fn is_open_for(finding: &Finding, pointer: &str) -> bool {
    finding.verdict == Verdict::Unknown
        && (finding.standing == Standing::RollUp || finding.missing.iter().any(|fact| fact.pointer == pointer))
}

/// Whether `finding` is about an element of the list at `pointer`.
fn is_below(finding: &Finding, pointer: &str) -> bool {
    let subject = finding.subject.as_ref();
    subject.is_some_and(|subject| subject.pointer.starts_with(&format!("{pointer}/")))
}

/// Compares the findings before and after the leaf at `pointer` was taken away; returns what breaks
/// the law.
fn compare(before: &Evaluation, after: &Evaluation, pointer: &str, tested: &mut Tested) -> Vec<String> {
    let (before, after) = (by_identity(before), by_identity(after));
    let mut collapsed: BTreeSet<&str> = BTreeSet::new();
    let mut broken = Vec::new();
    for (identity, old) in &before {
        match after.get(identity) {
            Some(new) if new.verdict == old.verdict => tested.kept += 1,
            Some(new) if is_open_for(new, pointer) => tested.opened += 1,
            Some(new) => {
                let missing: Vec<&String> = new.missing.iter().map(|fact| &fact.pointer).collect();
                broken.push(format!("{identity:?} turns from {:?} to {:?} {missing:?}", old.verdict, new.verdict));
            }
            None if is_below(old, pointer) => {
                collapsed.insert(&identity.0);
            }
            None => broken.push(format!("{identity:?} vanishes")),
        }
    }
    tested.collapsed += collapsed.len();
    for (identity, new) in &after {
        if before.contains_key(identity) {
            continue;
        }
        // What remains of the elements of a list is about whatever stands around the list.
        if !(collapsed.remove(identity.0.as_str()) && is_open_for(new, pointer)) {
            broken.push(format!("{identity:?} comes up as {:?}", new.verdict));
        }
    }
    broken.extend(collapsed.iter().map(|rule| format!("{rule} says nothing of the list")));
    broken
}

#[test]
fn a_missing_answer_turns_no_verdict_round() {
    let policies = PolicySet::embedded().check().expect("the packs are sound");
    let engine = Engine::new(policies, Params::default()).expect("the packs compile");
    let as_of = Day::new(2026, 11, 22).expect("the calendar has the day");
    let mut tested = Tested::default();
    let mut broken = Vec::new();
    for document in documents() {
        let before = evaluate(&engine, &document.name, &document.facts, as_of).expect("the document is valid");
        for leaf in leaves(&engine.vocabulary().schema, &document.facts) {
            tested.leaves += 1;
            let name = format!("{} without {leaf}", document.name);
            match evaluate(&engine, &name, &without(&document.facts, &leaf), as_of) {
                Ok(after) => {
                    let found = compare(&before, &after, &leaf, &mut tested);
                    broken.extend(found.into_iter().map(|what| format!("{name}: {what}")));
                }
                Err(rejected) => broken.push(rejected),
            }
        }
    }
    assert!(broken.is_empty(), "{} times broken:\n{}", broken.len(), broken.join("\n"));
    let Tested { leaves, kept, opened, collapsed } = tested;
    assert!(leaves > 0 && kept > 0 && opened > 0 && collapsed > 0, "too little was tested: {tested:?}");
    println!("{leaves} leaves: {kept} verdicts kept, {opened} opened, {collapsed} collapsed");
}
