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

/// How a search chooses what to change next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Every value of every fact that may be the one.
    Thorough,
    /// Of every such fact the values that settle it, one for each thing that comes of them.
    Quick,
    /// The same of the first such fact alone.
    Straight,
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
    way: Way,
    /// What the way that is gone may still read.
    budget: Budget,
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
    ) -> Self {
        let (unchangeable, seen) = (BTreeSet::new(), HashSet::new());
        let (way, budget) = (Way::Thorough, Budget::new(0));
        Search { supposition, values, schema, goal, way, budget, unchangeable, seen, cut: false }
    }

    /// The fewest changes that reach the goal, and at most `most`. Where a thorough search spends what it may
    /// read, there may be fewer than those that are found.
    pub fn fewest(&mut self, most: usize, budget: &mut Budget) -> Option<Vec<Answer>> {
        let (mut quick, mut straight) = match self.goal {
            Goal::Met => (budget.share(4), budget.share(4)),
            Goal::OtherThan(..) => (Budget::new(0), Budget::new(0)),
        };
        let mut thorough = budget.share(1);
        let found = self.deeper(most, &mut quick, &mut thorough).or_else(|| {
            // A thorough search that comes to its end leaves nothing to be found.
            let is_open = thorough.is_spent() && !straight.is_spent();
            let found = if is_open { self.go(Way::Straight, most, &mut straight) } else { None };
            self.cut |= thorough.is_spent();
            found
        });
        [quick, straight, thorough].into_iter().for_each(|rest| budget.give_back(rest));
        found
    }

    /// One change, two, and so on.
    fn deeper(&mut self, most: usize, quick: &mut Budget, thorough: &mut Budget) -> Option<Vec<Answer>> {
        for most in 1..=most {
            // Of few changes a thorough search has soon tried all.
            if most > 2 && !quick.is_spent() {
                let found = self.go(Way::Quick, most, quick);
                if found.is_some() {
                    self.cut = thorough.is_spent();
                    return found;
                }
            }
            if !thorough.is_spent() {
                let found = self.go(Way::Thorough, most, thorough);
                if found.is_some() || !self.cut && !thorough.is_spent() {
                    return found;
                }
            }
        }
        None
    }

    /// At most `most` changes along one way.
    fn go(&mut self, way: Way, most: usize, budget: &mut Budget) -> Option<Vec<Answer>> {
        self.way = way;
        self.budget = std::mem::replace(budget, Budget::new(0));
        self.seen.clear();
        self.cut = false;
        let found = self.change(&mut Vec::new(), most, None);
        *budget = std::mem::replace(&mut self.budget, Budget::new(0));
        found
    }

    /// Goes on from `answers`, the last of which changed the fact of `changed`; beside it stands what came of
    /// its other values.
    fn change(
        &mut self,
        answers: &mut Vec<Answer>,
        most: usize,
        changed: Option<(&str, &mut HashSet<Vec<String>>)>,
    ) -> Option<Vec<Answer>> {
        let mut state: Vec<String> =
            answers.iter().map(|answer| format!("{}={}", answer.pointer, answer.value)).collect();
        state.sort_unstable();
        if !self.seen.insert(state.join("\n")) {
            return None;
        }
        let judged = self.supposition.judge(answers, &mut self.budget)?;
        if self.is_reached(&judged) {
            return Some(answers.clone());
        }
        let open = self.open_facts(judged);
        if let Some((fact, outcomes)) = changed
            && self.way != Way::Thorough
        {
            let is_settled = self.is_list(fact) || !open.iter().any(|open| open == fact);
            if !is_settled || !outcomes.insert(open.clone()) {
                return None;
            }
        }
        for fact in open {
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
            let mut outcomes = HashSet::new();
            for value in self.values.at(&fact, &facts) {
                if self.is_idle(&fact, &value) {
                    continue;
                }
                answers.push(Answer { pointer: fact.clone(), value });
                let most = if is_part { most } else { most - 1 };
                let found = self.change(answers, most, Some((&fact, &mut outcomes)));
                answers.pop();
                if found.is_some() || self.budget.is_spent() {
                    return found;
                }
            }
            if self.way == Way::Straight {
                break;
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

    fn is_list(&self, fact: &str) -> bool {
        self.schema.at_pointer(fact).is_some_and(|(ty, _)| matches!(ty, Type::List(_)))
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
