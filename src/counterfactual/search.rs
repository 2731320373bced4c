//! The fewest answers that turn a verdict.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::supposition::{Budget, Judged, Supposition};
use super::values::Values;
use crate::evaluation::Answer;
use crate::pointer;
use crate::schema::FactSchema;
use crate::types::Type;
use crate::value::Day;
use crate::words::Verdict;

/// What is searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal<'g> {
    /// The rule is met by what can still be done: history stays as it is, and nothing is backdated.
    Met,
    /// It is decided in another way than this, by other answers at or below this pointer.
    OtherThan(Verdict, &'g str),
}

/// A search, deeper and deeper, along the facts that decide.
///
/// Whatever turns a verdict changes one of the facts that decided it, or answers one that is missing: no
/// other fact can. So only those are changed, one after another.
pub struct Search<'s> {
    supposition: &'s Supposition<'s>,
    values: &'s Values<'s>,
    schema: &'s FactSchema,
    goal: Goal<'s>,
    budget: &'s mut Budget,
    /// Facts that had a part and are history.
    pub unchangeable: BTreeSet<String>,
    /// The answers that were tried, in the order of their pointers.
    seen: HashSet<String>,
    /// Whether something was left untried.
    pub cut: bool,
}

impl<'s> Search<'s> {
    pub fn new(
        supposition: &'s Supposition<'s>,
        values: &'s Values<'s>,
        schema: &'s FactSchema,
        goal: Goal<'s>,
        budget: &'s mut Budget,
    ) -> Self {
        let (unchangeable, seen) = (BTreeSet::new(), HashSet::new());
        Search { supposition, values, schema, goal, budget, unchangeable, seen, cut: false }
    }

    /// The fewest changes that reach the goal, and at most `most`.
    pub fn fewest(&mut self, most: usize) -> Option<Vec<Answer>> {
        for most in 1..=most {
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

    fn change(&mut self, answers: &mut Vec<Answer>, most: usize) -> Option<Vec<Answer>> {
        let mut state: Vec<String> =
            answers.iter().map(|answer| format!("{}={}", answer.pointer, answer.value)).collect();
        state.sort_unstable();
        if !self.seen.insert(state.join("\n")) {
            return None;
        }
        let judged = self.supposition.judge(answers, self.budget)?;
        if self.is_reached(&judged) {
            return Some(answers.clone());
        }
        for fact in self.open_facts(judged) {
            if answers.iter().any(|answer| pointer::is_within(&answer.pointer, &fact)) || !self.may_change(&fact) {
                continue;
            }
            // What a new element of a list is asked belongs to the change of the list.
            let is_part = answers.iter().any(|answer| self.is_made_up(&fact, &answer.pointer));
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

    fn is_reached(&self, judged: &Judged) -> bool {
        match self.goal {
            Goal::Met => judged.verdict == Verdict::Pass,
            Goal::OtherThan(other, _) => judged.decision().is_some_and(|verdict| verdict != other),
        }
    }

    /// The facts one of which has to change; a list is changed where nothing smaller will do.
    fn open_facts(&self, judged: Judged) -> Vec<String> {
        let mut facts = self.unordered(judged);
        facts.sort_by_key(|fact| self.supposition.facts.pointer(fact).is_some_and(Value::is_array));
        facts
    }

    fn unordered(&self, judged: Judged) -> Vec<String> {
        match (judged.verdict, self.goal) {
            (Verdict::Unknown, _) => judged.missing,
            (Verdict::Fail, Goal::Met) => judged.deciding,
            (_, Goal::Met) | (Verdict::Error, _) => Vec::new(),
            (_, Goal::OtherThan(_, below)) => {
                judged.deciding.into_iter().filter(|fact| pointer::is_within(fact, below)).collect()
            }
        }
    }

    fn may_change(&mut self, fact: &str) -> bool {
        let Some((ty, field)) = self.schema.at_pointer(fact) else { return false };
        // Ids and links tell objects apart and tie them together.
        if pointer::parts(fact).last().is_some_and(|name| name == "id")
            || matches!(&ty, Type::Link(link) if link.word.is_none() && self.is_answered(fact))
        {
            return false;
        }
        let is_history = self.goal == Goal::Met && self.is_answered(fact) && field.is_some_and(|field| field.fixed);
        if is_history {
            self.unchangeable.insert(fact.to_string());
        }
        !is_history
    }

    /// Whether `fact` belongs to what an answer at `changed` made up: of a list, to an element that was not there.
    fn is_made_up(&self, fact: &str, changed: &str) -> bool {
        if !pointer::is_within(fact, changed) {
            return false;
        }
        let before = self.supposition.facts.pointer(changed).and_then(Value::as_array).map_or(0, Vec::len);
        let element = pointer::parts(&fact[changed.len()..]).next().and_then(|part| part.parse::<usize>().ok());
        element.is_none_or(|element| element >= before)
    }

    fn is_answered(&self, fact: &str) -> bool {
        self.supposition.facts.pointer(fact).is_some()
    }

    /// Whether `value` changes nothing, or backdates what was answered.
    fn is_idle(&self, fact: &str, value: &Value) -> bool {
        let Some(current) = self.supposition.facts.pointer(fact) else { return false };
        let is_past = |day: Day| self.goal == Goal::Met && day < self.supposition.as_of;
        let is_date = self.schema.at_pointer(fact).is_some_and(|(ty, _)| ty.is_day());
        current == value || is_date && value.as_str().and_then(Day::parse).is_some_and(is_past)
    }
}
