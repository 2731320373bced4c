//! Taking an answer away never turns a verdict round: it stays, or becomes `unknown` and names the
//! fact that is gone. A list that is gone leaves one `unknown` where its elements had findings, or one
//! `not_applicable` where the rule concerned none of them.

mod documents;
mod forms;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use documents::{documents, in_threads, leaves, spread, without};
use jobun::words::Verdict;
use jobun::{Day, Engine, Facts, Params, PolicySet};
use serde_json::Value;

/// What a finding is about: its rule and its subject.
type Identity = (String, Option<String>);

/// What is compared of a finding.
#[derive(Debug, PartialEq)]
struct Said {
    verdict: Verdict,
    missing: Vec<String>,
    /// The pointer of the element it is about.
    element: Option<String>,
}

impl Said {
    /// Whether it is open and names the fact at `pointer`.
    fn is_open_for(&self, pointer: &str) -> bool {
        self.verdict == Verdict::Unknown && self.missing.iter().any(|fact| fact == pointer)
    }

    /// Whether it is about an element of the list at `pointer`.
    fn is_below(&self, pointer: &str) -> bool {
        let below = self.element.as_ref().and_then(|element| element.strip_prefix(pointer));
        below.is_some_and(|rest| rest.starts_with('/'))
    }
}

/// What is said of a document.
type Findings = BTreeMap<Identity, Said>;

fn findings(engine: &Engine, facts: &Value, as_of: Day) -> Result<Findings, String> {
    let bytes = serde_json::to_vec(facts).expect("a document can be written");
    let facts = Facts::from_slice(engine, &bytes).map_err(|rejected| format!("rejected: {rejected}"))?;
    let evaluation = engine.evaluate(&facts, as_of).expect("nobody cancels");
    let pairs = evaluation.findings.into_iter().map(|finding| {
        let said = Said {
            verdict: finding.verdict,
            missing: finding.missing.into_iter().map(|fact| fact.pointer).collect(),
            element: finding.subject.as_ref().map(|subject| subject.pointer.clone()),
        };
        ((finding.rule, finding.subject.map(|subject| subject.id)), said)
    });
    Ok(pairs.collect())
}

/// How often each part of the law was put to the test, and what broke it.
#[derive(Default)]
struct Outcome {
    leaves: usize,
    kept: usize,
    opened: usize,
    collapsed: usize,
    broken: Vec<String>,
}

impl Outcome {
    /// Compares the findings before and after the leaf at `pointer` was taken away from `name`.
    fn compare(&mut self, name: &str, pointer: &str, before: &Findings, after: &Findings) {
        self.leaves += 1;
        let mut collapsed: BTreeSet<&str> = BTreeSet::new();
        let mut broken = Vec::new();
        for (identity, old) in before {
            match after.get(identity) {
                Some(new) if new.verdict == old.verdict => self.kept += 1,
                Some(new) if new.is_open_for(pointer) => self.opened += 1,
                Some(new) => broken.push(format!("{identity:?} turns from {old:?} to {new:?}")),
                None if old.is_below(pointer) => {
                    collapsed.insert(&identity.0);
                }
                None => broken.push(format!("{identity:?} vanishes")),
            }
        }
        self.collapsed += collapsed.len();
        for (identity, new) in after.iter().filter(|(identity, _)| !before.contains_key(identity)) {
            // What remains of the elements of a list is about whatever stands around the list.
            let no_element_concerned = || {
                let elements = before.iter().filter(|((rule, _), old)| *rule == identity.0 && old.is_below(pointer));
                elements.map(|(_, old)| old.verdict).all(|verdict| verdict == Verdict::NotApplicable)
            };
            let stands_for_them = match new.verdict {
                Verdict::NotApplicable => no_element_concerned(),
                _ => new.is_open_for(pointer),
            };
            if !(collapsed.remove(identity.0.as_str()) && stands_for_them) {
                broken.push(format!("{identity:?} comes up as {new:?}"));
            }
        }
        broken.extend(collapsed.iter().map(|rule| format!("{rule} says nothing of the list")));
        self.broken.extend(broken.into_iter().map(|what| format!("{name} without {pointer}: {what}")));
    }

    fn add(&mut self, other: Outcome) {
        self.leaves += other.leaves;
        self.kept += other.kept;
        self.opened += other.opened;
        self.collapsed += other.collapsed;
        self.broken.extend(other.broken);
    }

    /// Asserts that the law holds and was tested.
    fn assert(&self) {
        let Outcome { leaves, kept, opened, collapsed, broken } = self;
        let shown = broken.len().min(20);
        assert!(broken.is_empty(), "{} times broken, among them\n{}", broken.len(), broken[..shown].join("\n"));
        println!("{leaves} leaves: {kept} verdicts kept, {opened} opened, {collapsed} rules collapsed");
        assert!(*leaves > 0 && *kept > 0 && *opened > 0 && *collapsed > 0, "a part of the law was never tested");
    }
}

/// How many leaves are taken from each document; which ones differs from document to document.
const LEAVES: usize = 30;

#[test]
fn from_every_document() {
    let policies = PolicySet::embedded().check().expect("the packs are sound");
    let engine = Engine::new(policies, Params::default()).expect("the packs compile");
    let as_of = Day::new(2026, 11, 22).expect("the calendar has the day");
    let mut outcome = Outcome::default();
    for (turn, document) in documents().into_iter().enumerate() {
        let before = findings(&engine, &document.facts, as_of).expect("the document is valid");
        let leaves = spread(&leaves(&engine.vocabulary().schema, &document.facts), LEAVES, turn * 3);
        for part in in_threads(&leaves, |leaf| {
            let mut outcome = Outcome::default();
            let after = findings(&engine, &without(&document.facts, leaf), as_of);
            // `null` is no answer either.
            let mut nulled = document.facts.clone();
            *nulled.pointer_mut(leaf).expect("the leaf is answered") = Value::Null;
            let same = after == findings(&engine, &nulled, as_of);
            match after {
                Ok(after) if same => outcome.compare(&document.name, leaf, &before, &after),
                Ok(_) => outcome.broken.push(format!("{} with null at {leaf} differs", document.name)),
                Err(rejected) => outcome.broken.push(format!("{} without {leaf} is {rejected}", document.name)),
            }
            outcome
        }) {
            outcome.add(part);
        }
    }
    outcome.assert();
}

/// The documents of a family run through all states of the facts: without one of its leaves a
/// document is another of them.
#[test]
fn in_every_form_of_the_language() {
    let mut outcome = Outcome::default();
    for family in forms::families() {
        let schema = &family.engine.vocabulary().schema;
        for as_of in &family.days {
            let all = in_threads(&family.documents, |facts| {
                findings(&family.engine, facts, *as_of).unwrap_or_else(|rejected| panic!("{facts} is {rejected}"))
            });
            let names: Vec<String> = family.documents.iter().map(Value::to_string).collect();
            let by_name: HashMap<&str, &Findings> = names.iter().map(String::as_str).zip(&all).collect();
            for ((facts, name), before) in family.documents.iter().zip(&names).zip(&all) {
                for leaf in leaves(schema, facts) {
                    let after = by_name.get(without(facts, &leaf).to_string().as_str());
                    if let Some(after) = after {
                        outcome.compare(&format!("{} on {as_of}: {name}", family.name), &leaf, before, after);
                    }
                }
            }
        }
    }
    outcome.assert();
}
