//! What would have to change for a rule to be met: the fewest facts, each to a value that can still be had.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::reads::Reads;
use super::search::{Goal, Search};
use super::supposition::{self, Budget, Supposition};
use super::values::{Linked, Values};
use crate::engine::{Document, Engine, summed};
use crate::evaluation::{Answer, Evaluation, Finding};
use crate::explanation::{Change, Fix, Turn, Unchangeable};
use crate::json::{self, Finder, NodeId};
use crate::pointer;
use crate::redact;
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
/// links; a day that was answered is only moved to the day of the evaluation or a later one. For a rule that
/// sums up others, each of them has to be met: its fix is what all of theirs are together.
///
/// A fix is judged again in the whole document before it is told. At most `bytes` bytes of facts are read in
/// search of each. `None` if the engine has no such rule.
pub fn fix(engine: &Engine, id: &str, document: &Document<'_>, as_of: Day, bytes: usize) -> Option<Vec<Fix>> {
    let rules = engine.program().rules();
    let rule = rules.iter().position(|rule| rule.id == id)?;
    let Ok(before) = engine.evaluate(document, as_of) else { return Some(Vec::new()) };
    let whole = json::to_value(document.facts().tape(), NodeId::ROOT);
    let linked = Linked::of(&engine.vocabulary().schema, &whole);
    let fixer = Fixer { engine, document, whole, linked, before, bytes };
    let mut fixes = Vec::new();
    for finding in fixer.open_findings(rule) {
        let mut searched = Searched::default();
        if rules[rule].rolls_up.is_empty() {
            searched.add(fixer.search(rule, finding));
        } else {
            for part in fixer.parts(rule) {
                fixer.open_findings(part).for_each(|finding| searched.add(fixer.search(part, finding)));
            }
        }
        let mut fix = fixer.fix(finding, searched);
        fix.texts_of_answers(&mut engine.hiding());
        fixes.push(fix);
    }
    Some(fixes)
}

/// What the searches for one finding came to.
#[derive(Default)]
struct Searched {
    answers: Vec<Answer>,
    unchangeable: BTreeSet<String>,
    /// Whether one of them found nothing.
    failed: bool,
    /// Whether one of them left something untried.
    cut: bool,
}

impl Searched {
    fn add(&mut self, other: Searched) {
        for answer in other.answers {
            if self.answers.iter().all(|known| known.pointer != answer.pointer) {
                self.answers.push(answer);
            }
        }
        self.unchangeable.extend(other.unchangeable);
        self.failed |= other.failed;
        self.cut |= other.cut;
    }
}

struct Fixer<'f> {
    engine: &'f Engine,
    document: &'f Document<'f>,
    whole: Value,
    linked: Linked,
    before: Evaluation,
    bytes: usize,
}

impl Fixer<'_> {
    /// The findings of the rule number `rule` that are not met, or open.
    fn open_findings(&self, rule: usize) -> impl Iterator<Item = &Finding> {
        let id = &self.engine.program().rules()[rule].id;
        let is_open = |finding: &Finding| matches!(finding.verdict, Verdict::Fail | Verdict::Unknown);
        self.before.findings.iter().filter(move |finding| finding.rule == *id && is_open(finding))
    }

    /// The rules that the rule number `rule` sums up, and those that they do, each once; no sums themselves.
    fn parts(&self, rule: usize) -> Vec<usize> {
        summed(self.engine, rule, &|sum| self.open_findings(sum).next().is_some())
    }

    /// The fewest answers with which the rule number `rule` is met for the subject of `finding`.
    fn search(&self, rule: usize, finding: &Finding) -> Searched {
        let (engine, as_of) = (self.engine, self.before.as_of);
        let schema = &engine.vocabulary().schema;
        let reads = Reads::of(engine, rule);
        let subject = finding.subject.as_ref().map_or(("", ""), |subject| (&subject.id, &subject.pointer));
        let supposition = Supposition::new(engine, (rule, &reads), &self.whole, as_of, subject);
        let values = Values::new(schema, &reads, &supposition.facts, &self.linked, as_of);
        let mut budget = Budget::new(self.bytes);
        let mut search = Search::new(&supposition, &values, schema, Goal::Met);
        let found = search.fewest(MAX_CHANGES, &mut budget);
        let failed = found.is_none();
        let mut answers = found.unwrap_or_default();
        for answer in &mut answers {
            answer.pointer = supposition.places.original(&answer.pointer);
        }
        let unchangeable = search.unchangeable.iter().map(|pointer| supposition.places.original(pointer)).collect();
        Searched { answers, unchangeable, failed, cut: search.cut }
    }

    fn fix(&self, finding: &Finding, searched: Searched) -> Fix {
        let writer = Writer {
            document: self.document,
            lines: Lines::of(self.document.facts().tape().text()),
            schema: &self.engine.vocabulary().schema,
            whole: &self.whole,
            shows_sensitive: self.engine.shows_sensitive(),
        };
        let tried = !searched.failed && !searched.answers.is_empty();
        let mut searched = searched;
        let mut after = tried.then(|| self.verified(&searched.answers, finding)).flatten();
        // A search that could not try everything may have changed more than it needed.
        let mut at = searched.answers.len();
        while after.is_some() && searched.answers.len() > 1 && at > 0 {
            at -= 1;
            let mut fewer = searched.answers.clone();
            fewer.remove(at);
            if let Some(met) = self.verified(&fewer, finding) {
                (searched.answers, after) = (fewer, Some(met));
            }
        }
        Fix {
            subject: key(finding).1.to_string(),
            verdict: finding.verdict,
            changes: after.is_some().then(|| writer.changes(&searched.answers)),
            unchangeable: searched.unchangeable.into_iter().map(|pointer| writer.unchangeable(pointer)).collect(),
            turns: after.map_or_else(Vec::new, |after| turns(&self.before, &after, finding)),
            complete: !searched.cut,
        }
    }

    /// The evaluation of the document with `answers` in it, if the rule of `finding` is then met.
    fn verified(&self, answers: &[Answer], finding: &Finding) -> Option<Evaluation> {
        let mut facts = self.whole.clone();
        let placed = answers.iter().all(|answer| supposition::set(&mut facts, &answer.pointer, answer.value.clone()));
        let text = facts.to_string();
        let changed = Document::named(self.engine, "", text.as_bytes()).ok().filter(|_| placed)?;
        let after = self.engine.evaluate(&changed, self.before.as_of).ok()?;
        let own = || after.findings.iter().filter(|other| other.rule == finding.rule);
        let is_met = own().any(|own| key(own) == key(finding) && own.verdict == Verdict::Pass);
        // A list that nobody had answered has findings of its elements now.
        let all_met =
            finding.subject.is_none() && own().all(|own| own.verdict == Verdict::Pass) && own().next().is_some();
        (is_met || all_met).then_some(after)
    }
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

/// Puts what was found into words of the document.
struct Writer<'w> {
    document: &'w Document<'w>,
    lines: Lines,
    schema: &'w FactSchema,
    whole: &'w Value,
    shows_sensitive: bool,
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
            let is_my_number = |value: &Value| value.as_number().is_some_and(redact::is_my_number);
            let place = self.lines.place(tape.text(), tape.range(finder.nearest(&answer.pointer)).0);
            let from = self.whole.pointer(&answer.pointer).filter(|value| !value.is_null()).cloned();
            let sensitive = field.is_some_and(|field| field.sensitive) || from.as_ref().is_some_and(is_my_number);
            let masked = sensitive && !self.shows_sensitive;
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
