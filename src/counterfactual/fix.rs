//! What would have to change for a rule to be met: the fewest facts, each to a value that can still be had.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::Value;

use super::reads::Reads;
use super::supposition::{self, Budget, Judged, Supposition};
use super::values::{Values, is_identity};
use crate::engine::{Document, Engine};
use crate::evaluation::{Answer, Evaluation, Finding};
use crate::explanation::{Change, Fix, Turn, Unchangeable};
use crate::json::{self, Finder, NodeId};
use crate::pointer;
use crate::schema::FactSchema;
use crate::source::Lines;
use crate::value::Day;
use crate::words::Verdict;

/// How many bytes of facts are read in search of one fix.
pub const FIX_BYTES: usize = 32 << 20;

/// The most facts a fix changes.
const MAX_CHANGES: usize = 24;

/// For each subject of the rule `id` that is not met, or open: the fewest facts that would have to change for
/// it to be met. Facts that the vocabulary marks as history (`x-fixed`) are left alone, and so are ids and
/// links; a day that was answered is only moved to the day of the evaluation or a later one.
///
/// A fix is judged again in the whole document before it is told. At most `bytes` bytes of facts are read in
/// search of each. `None` if the engine has no such rule.
pub fn fix(engine: &Engine, id: &str, document: &Document<'_>, as_of: Day, bytes: usize) -> Option<Vec<Fix>> {
    let rule = engine.program().rules().iter().position(|rule| rule.id == id)?;
    let tape = document.facts().tape();
    let whole = json::to_value(tape, NodeId::ROOT);
    let reads = Reads::of(engine, rule);
    let schema = &engine.vocabulary().schema;
    let Ok(before) = engine.evaluate(document, as_of) else { return Some(Vec::new()) };
    let mut fixes = Vec::new();
    for finding in before.findings.iter().filter(|finding| finding.rule == id) {
        if !matches!(finding.verdict, Verdict::Fail | Verdict::Unknown) {
            continue;
        }
        let subject = finding.subject.as_ref().map_or(("", ""), |subject| (&subject.id, &subject.pointer));
        let supposition = Supposition::new(engine, (rule, &reads), &whole, as_of, subject);
        let values = Values::new(schema, &reads, &supposition.facts, as_of);
        let mut search = Search {
            supposition: &supposition,
            values: &values,
            schema,
            as_of,
            budget: Budget::new(bytes),
            unchangeable: BTreeSet::new(),
            seen: HashSet::new(),
            cut: false,
        };
        let mut found = search.fewest();
        let mut after = None;
        if let Some(answers) = &mut found {
            for answer in answers.iter_mut() {
                answer.pointer = supposition.places.original(&answer.pointer);
            }
            after = verified(engine, &whole, answers, finding, as_of);
        }
        let writer = Writer { document, lines: Lines::of(tape.text()), schema, whole: &whole };
        let unchangeable = search.unchangeable.iter().map(|pointer| supposition.places.original(pointer));
        fixes.push(Fix {
            subject: subject.0.to_string(),
            verdict: finding.verdict,
            changes: found.filter(|_| after.is_some()).map(|answers| writer.changes(&answers)),
            unchangeable: unchangeable.map(|pointer| writer.unchangeable(pointer)).collect(),
            turns: after.map_or_else(Vec::new, |after| turns(&before, &after, finding)),
            complete: !search.cut,
        });
    }
    Some(fixes)
}

/// The evaluation of the document with `answers` in it, if the rule of `finding` is then met.
fn verified(engine: &Engine, whole: &Value, answers: &[Answer], finding: &Finding, as_of: Day) -> Option<Evaluation> {
    let mut facts = whole.clone();
    let placed = answers.iter().all(|answer| supposition::set(&mut facts, &answer.pointer, answer.value.clone()));
    let text = facts.to_string();
    let changed = Document::named(engine, "", text.as_bytes()).ok().filter(|_| placed)?;
    let after = engine.evaluate(&changed, as_of).ok()?;
    let is_own = |other: &&Finding| key(other) == key(finding);
    let is_met = after.findings.iter().find(is_own).is_some_and(|own| own.verdict == Verdict::Pass);
    // A list that nobody had answered has findings of its elements now.
    let own = || after.findings.iter().filter(|other| other.rule == finding.rule);
    let all_met = finding.subject.is_none() && own().all(|own| own.verdict == Verdict::Pass) && own().count() > 0;
    (is_met || all_met).then_some(after)
}

fn key(finding: &Finding) -> (&str, &str) {
    (&finding.rule, finding.subject.as_ref().map_or("", |subject| &subject.id))
}

/// What becomes of other findings.
fn turns(before: &Evaluation, after: &Evaluation, own: &Finding) -> Vec<Turn> {
    let then: HashMap<(&str, &str), Verdict> =
        after.findings.iter().map(|finding| (key(finding), finding.verdict)).collect();
    let mut turns = Vec::new();
    for finding in before.findings.iter().filter(|finding| key(finding) != key(own)) {
        let (rule, subject) = key(finding);
        if let Some(to) = then.get(&(rule, subject)).filter(|to| **to != finding.verdict) {
            turns.push(Turn { rule: rule.into(), subject: subject.into(), from: finding.verdict, to: *to });
        }
    }
    turns
}

struct Search<'s> {
    supposition: &'s Supposition<'s>,
    values: &'s Values<'s>,
    schema: &'s FactSchema,
    as_of: Day,
    budget: Budget,
    /// Facts that had a part and are history.
    unchangeable: BTreeSet<String>,
    /// The answers that were tried, in the order of their pointers.
    seen: HashSet<String>,
    /// Whether something was left untried.
    cut: bool,
}

impl Search<'_> {
    /// The fewest changes with which the rule is met.
    fn fewest(&mut self) -> Option<Vec<Answer>> {
        for most in 1..=MAX_CHANGES {
            self.seen.clear();
            self.cut = false;
            let found = self.change(&mut Vec::new(), most);
            if found.is_some() || self.budget.is_spent() || !self.cut {
                self.cut |= self.budget.is_spent();
                return found;
            }
        }
        None
    }

    /// Changes up to `most` facts more. Whatever meets the rule changes one of the facts that decide
    /// against it, or answers one that is missing.
    fn change(&mut self, answers: &mut Vec<Answer>, most: usize) -> Option<Vec<Answer>> {
        let mut state: Vec<String> =
            answers.iter().map(|answer| format!("{}={}", answer.pointer, answer.value)).collect();
        state.sort_unstable();
        if !self.seen.insert(state.join("\n")) {
            return None;
        }
        let Judged { verdict, missing, deciding } = self.supposition.judge(answers, &mut self.budget)?;
        let facts = match verdict {
            Verdict::Pass => return Some(answers.clone()),
            Verdict::Fail => deciding,
            Verdict::Unknown => missing,
            Verdict::NotApplicable | Verdict::Error => return None,
        };
        for fact in facts {
            if answers.iter().any(|answer| pointer::is_within(&answer.pointer, &fact))
                || is_identity(self.schema, &fact)
            {
                continue;
            }
            let is_answered = self.supposition.facts.pointer(&fact).is_some();
            if is_answered && self.schema.at_pointer(&fact).is_some_and(|(_, field)| field.is_some_and(|f| f.fixed)) {
                self.unchangeable.insert(fact);
                continue;
            }
            // What a new element of a list is asked belongs to the change of the list.
            let is_part = answers.iter().any(|answer| pointer::is_within(&fact, &answer.pointer));
            if !is_part && most == 0 {
                self.cut = true;
                continue;
            }
            let facts = self.supposition.with(answers)?;
            for value in self.values.at(&fact, &facts) {
                if self.is_idle(&fact, &value) {
                    continue;
                }
                answers.push(Answer { pointer: fact.clone(), value });
                let found = self.change(answers, if is_part { most } else { most - 1 });
                answers.pop();
                if found.is_some() || self.budget.is_spent() {
                    return found;
                }
            }
        }
        None
    }

    /// Whether `value` changes nothing, or makes a day of the past out of an answer.
    fn is_idle(&self, fact: &str, value: &Value) -> bool {
        let Some(current) = self.supposition.facts.pointer(fact) else { return false };
        let day = value.as_str().and_then(Day::parse);
        let is_date = self.schema.at_pointer(fact).is_some_and(|(ty, _)| ty.is_day());
        current == value || is_date && day.is_some_and(|day| day < self.as_of)
    }
}

/// Puts what was found into words of the document.
struct Writer<'w> {
    document: &'w Document<'w>,
    lines: Lines,
    schema: &'w FactSchema,
    whole: &'w Value,
}

impl Writer<'_> {
    /// The changes in the order they were found, what belongs to one of them put into it.
    fn changes(&self, answers: &[Answer]) -> Vec<Change> {
        let mut after = self.whole.clone();
        for answer in answers {
            supposition::set(&mut after, &answer.pointer, answer.value.clone());
        }
        let mut changes: Vec<Change> = Vec::new();
        let tape = self.document.facts().tape();
        let mut finder = Finder::of(tape);
        for answer in answers {
            if changes.iter().any(|change| pointer::is_within(&answer.pointer, &change.pointer)) {
                continue;
            }
            let field = self.schema.at_pointer(&answer.pointer).and_then(|(_, field)| field);
            let masked = field.is_some_and(|field| field.sensitive);
            let place = self.lines.place(tape.text(), tape.range(finder.nearest(&answer.pointer)).0);
            let from = self.whole.pointer(&answer.pointer).filter(|value| !value.is_null()).cloned();
            changes.push(Change {
                pointer: answer.pointer.clone(),
                line: place.line,
                column: place.column,
                question: field.and_then(|field| field.question.clone()),
                from: from.map(|from| if masked { Value::Null } else { from }),
                to: after.pointer(&answer.pointer).cloned().unwrap_or_default(),
                masked,
            });
        }
        changes
    }

    fn unchangeable(&self, pointer: String) -> Unchangeable {
        let field = self.schema.at_pointer(&pointer).and_then(|(_, field)| field);
        let question = field.and_then(|field| field.question.clone());
        Unchangeable { pointer, question }
    }
}
