//! Whether a missing fact really matters: two completions of the facts that differ only there, and are
//! judged differently.

use std::collections::HashMap;

use serde_json::Value;

use super::reads::Reads;
use super::search::{Goal, Search};
use super::supposition::{Budget, Judged, Supposition};
use super::values::{Linked, Values};
use crate::engine::{Document, Engine};
use crate::evaluation::{Answer, Certainty, Completion, Evaluation};
use crate::json::{self, NodeId};
use crate::pointer;
use crate::schema::FactSchema;
use crate::words::Verdict;

/// How many bytes of facts are read to confirm the missing facts of one evaluation.
pub const CONFIRM_BYTES: usize = 16 << 20;

/// The most documents tried for one missing fact.
const MAX_TRIES: usize = 300;
/// How many bytes of facts are read to turn the verdict by the elements of a missing list.
const TURN_BYTES: usize = 256 << 10;
/// The most answers in such elements that are changed.
const MAX_TURNS: usize = 3;

/// Marks the missing facts of `evaluation`, which `engine` made of `document`, that are certain to matter,
/// each with its two completions. At most `bytes` bytes of facts are read for it; what was not found
/// within them stays [`Certainty::Possible`].
pub fn confirm(engine: &Engine, document: &Document<'_>, evaluation: &mut Evaluation, bytes: usize) {
    let mut budget = Budget::new(bytes);
    let numbers: HashMap<&str, usize> =
        engine.program().rules().iter().enumerate().map(|(number, rule)| (rule.id.as_str(), number)).collect();
    let mut whole: Option<(Value, Linked)> = None;
    let mut reads: HashMap<usize, Reads> = HashMap::new();
    let as_of = evaluation.as_of;
    for finding in evaluation.findings.iter_mut().filter(|finding| finding.verdict == Verdict::Unknown) {
        let Some(&rule) = numbers.get(finding.rule.as_str()) else { continue };
        let tape = document.facts().tape();
        let (whole, linked) = whole.get_or_insert_with(|| {
            let whole = json::to_value(tape, NodeId::ROOT);
            let linked = Linked::of(&engine.vocabulary().schema, &whole);
            (whole, linked)
        });
        let reads = reads.entry(rule).or_insert_with(|| Reads::of(engine, rule));
        let subject = finding.subject.as_ref().map_or(("", ""), |subject| (&subject.id, &subject.pointer));
        let supposition = Supposition::new(engine, (rule, reads), whole, as_of, subject);
        let values = Values::new(&engine.vocabulary().schema, reads, &supposition.facts, linked, as_of);
        for missing in &mut finding.missing {
            if budget.is_spent() {
                return;
            }
            let fact = supposition.places.kept(&missing.pointer);
            let mut completer = Completer {
                supposition: &supposition,
                values: &values,
                schema: &engine.vocabulary().schema,
                whole,
                tries: 0,
                budget: &mut budget,
            };
            if let Some(completions) = completer.completions(&fact) {
                missing.certainty = Certainty::Confirmed;
                missing.completions = completions.into();
            }
        }
    }
}

/// The search for one fact.
struct Completer<'s> {
    supposition: &'s Supposition<'s>,
    values: &'s Values<'s>,
    schema: &'s FactSchema,
    /// The whole document.
    whole: &'s Value,
    tries: usize,
    budget: &'s mut Budget,
}

impl Completer<'_> {
    fn judge(&mut self, answers: &[Answer]) -> Option<Judged> {
        self.tries += 1;
        (self.tries <= MAX_TRIES).then(|| self.supposition.judge(answers, self.budget)).flatten()
    }

    fn completions(&mut self, fact: &str) -> Option<[Completion; 2]> {
        self.others(fact, &mut Vec::new())
    }

    /// Answers what else is missing, as long as `fact` still is, and then asks what `fact` decides.
    fn others(&mut self, fact: &str, answers: &mut Vec<Answer>) -> Option<[Completion; 2]> {
        let judged = self.judge(answers)?;
        // No fact outside the list can decide the verdict.
        if judged.verdict != Verdict::Unknown || !judged.missing.iter().any(|missing| missing == fact) {
            return None;
        }
        let other = judged.missing.iter().find(|other| !pointer::is_within(other, fact));
        let Some(other) = other else { return self.turns(fact, answers) };
        for value in self.values.at(other, &self.supposition.with(answers)?) {
            answers.push(Answer { pointer: other.clone(), value });
            let found = self.others(fact, answers);
            answers.pop();
            if found.is_some() || self.tries > MAX_TRIES {
                return found;
            }
        }
        None
    }

    /// Two answers to `fact` with which `answers` come to different decisions.
    fn turns(&mut self, fact: &str, answers: &[Answer]) -> Option<[Completion; 2]> {
        let mut first: Option<(Vec<Answer>, Verdict)> = None;
        for value in self.values.at(fact, &self.supposition.with(answers)?) {
            // What the first answer made it necessary to ask is answered alike with every other.
            let shared = first.as_ref().map_or(answers, |(decided, _)| decided).iter();
            let mut all: Vec<Answer> =
                shared.filter(|answer| !pointer::is_within(&answer.pointer, fact)).cloned().collect();
            all.push(Answer { pointer: fact.to_string(), value });
            let other = first.as_ref().map(|(_, verdict)| *verdict);
            let Some(verdict) = self.decide(&mut all, other) else { continue };
            match &mut first {
                None => first = Some((all, verdict)),
                Some((decided, known)) if *known != verdict => {
                    // What the second answer made it necessary to ask is answered alike with the first.
                    let more = all.iter().filter(|answer| {
                        !pointer::is_within(&answer.pointer, fact)
                            && decided.iter().all(|known| known.pointer != answer.pointer)
                    });
                    let more: Vec<Answer> = more.cloned().collect();
                    decided.extend(more);
                    return Some([self.completion(fact, decided, *known)?, self.completion(fact, &all, verdict)?]);
                }
                Some(_) => {}
            }
        }
        // A list whose elements were answered so as to decide: answered otherwise, they may decide otherwise.
        let (decided, verdict) = first?;
        let supposition = self.supposition.supposing(&decided)?;
        let mut budget = self.budget.part(TURN_BYTES);
        let goal = Goal::OtherThan(verdict, fact);
        let found = Search::new(&supposition, self.values, self.schema, goal).fewest(MAX_TURNS, &mut budget);
        self.budget.give_back(budget);
        let other: Vec<Answer> = decided.iter().cloned().chain(found?).collect();
        let other_verdict = self.supposition.judge(&other, self.budget)?.decision()?;
        let mut decided = decided;
        decided.extend(other.iter().filter(|answer| !pointer::is_within(&answer.pointer, fact)).cloned());
        Some([self.completion(fact, &decided, verdict)?, self.completion(fact, &other, other_verdict)?])
    }

    /// Answers what is still missing until the verdict is decided, otherwise than `avoided` if it can be.
    fn decide(&mut self, answers: &mut Vec<Answer>, avoided: Option<Verdict>) -> Option<Verdict> {
        let judged = self.judge(answers)?;
        if let Some(verdict) = judged.decision() {
            return Some(verdict);
        }
        let other = judged.missing.first()?;
        let mut spare = None;
        for value in self.values.at(other, &self.supposition.with(answers)?) {
            let before = answers.len();
            answers.push(Answer { pointer: other.clone(), value });
            match self.decide(answers, avoided) {
                Some(verdict) if Some(verdict) != avoided => return Some(verdict),
                Some(verdict) if spare.is_none() => spare = Some((answers.clone(), verdict)),
                _ => {}
            }
            answers.truncate(before);
        }
        let (decided, verdict) = spare?;
        *answers = decided;
        Some(verdict)
    }

    /// The answers as they would stand in the document, that to `fact` first and whole.
    fn completion(&mut self, fact: &str, answers: &[Answer], verdict: Verdict) -> Option<Completion> {
        let whole = self.supposition.with(answers)?;
        let original = |pointer: &str| self.supposition.places.original(pointer);
        let own = Answer { pointer: original(fact), value: whole.pointer(fact)?.clone() };
        let mut all = vec![own];
        for answer in answers.iter().filter(|answer| !pointer::is_within(&answer.pointer, fact)) {
            let answer = Answer { pointer: original(&answer.pointer), value: answer.value.clone() };
            if all.iter().all(|known| known.pointer != answer.pointer) {
                all.push(answer);
            }
        }
        // Elements that are made up may be at odds with links that the rule does not read.
        let has_elements =
            |answer: &Answer| answer.value.as_array().is_some_and(|all| all.iter().any(Value::is_object));
        let is_list = |answer: &Answer| answer.value.as_array().is_some_and(Vec::is_empty) || has_elements(answer);
        if all.iter().any(is_list) && !self.supposition.is_valid(self.whole, &all, self.budget) {
            return None;
        }
        Some(Completion { answers: all, verdict })
    }
}
