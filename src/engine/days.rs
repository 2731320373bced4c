//! One document, day after day: a rule is judged again only on days on which it may turn.

use std::borrow::Cow;

use bumpalo::Bump;

use super::sums::Verdicts;
use super::{Document, Engine, EvaluateError};
use crate::bound::Bound;
use crate::eval::sooner;
use crate::value::Day;
use crate::words::Verdict;

/// The verdicts of one document while the day moves on and the answers stay.
///
/// Each verdict carries the first day on which it may be another one; until then it is not worked out again. So
/// years take little longer than the days on which something turns, and come out as a daily run does.
#[derive(Debug)]
pub struct Days<'e> {
    engine: &'e Engine,
    facts: &'e Document<'e>,
    bound: Cow<'e, Bound>,
    arena: Bump,
    day: Day,
    /// Of each rule.
    rules: Vec<Judged>,
    /// All of them, with the sums.
    verdicts: Verdicts,
}

/// What a rule came to.
#[derive(Clone, Debug, Default, PartialEq)]
struct Judged {
    /// For each subject.
    verdicts: Vec<Verdict>,
    /// The first day on which one of them may be another; the rule itself for sums is not judged.
    stable_until: Option<Day>,
}

impl<'e> Days<'e> {
    pub(super) fn new(engine: &'e Engine, facts: &'e Document<'e>, from: Day) -> Result<Self, EvaluateError> {
        let rules = vec![Judged::default(); engine.program().rules().len()];
        let (bound, arena, verdicts) = (engine.bound(facts), Bump::new(), Verdicts::default());
        let mut days = Days { engine, facts, bound, arena, day: from, rules, verdicts };
        for rule in 0..days.rules.len() {
            days.judge(rule)?;
        }
        days.sum_up();
        Ok(days)
    }

    /// The day they are of.
    pub fn day(&self) -> Day {
        self.day
    }

    /// The verdicts, in the order of the findings of [`Engine::evaluate`].
    pub fn verdicts(&self) -> &[Verdict] {
        self.verdicts.all()
    }

    /// The first later day on which a verdict may be another one, if there is any.
    pub fn stable_until(&self) -> Option<Day> {
        let rules = self.rules.iter().map(|rule| rule.stable_until);
        let sums = self.engine.program().rules().iter().filter(|code| !code.rolls_up.is_empty());
        rules.chain(sums.map(|code| code.validity_turns(self.day))).fold(None, sooner)
    }

    /// Moves on to the later day `to`. The numbers of the rules whose verdicts are others than before, in order.
    pub fn move_to(&mut self, to: Day) -> Result<Vec<usize>, EvaluateError> {
        if to <= self.day {
            return Ok(Vec::new());
        }
        self.day = to;
        let before = std::mem::take(&mut self.verdicts);
        for rule in 0..self.rules.len() {
            if self.rules[rule].stable_until.is_some_and(|day| day <= to) {
                self.judge(rule)?;
            }
        }
        self.sum_up();
        Ok((0..self.rules.len()).filter(|rule| before.of(*rule) != self.verdicts.of(*rule)).collect())
    }

    fn judge(&mut self, rule: usize) -> Result<(), EvaluateError> {
        let judged = &mut self.rules[rule];
        judged.verdicts.clear();
        judged.stable_until = None;
        let judge = self.engine.judging(self.facts, &self.bound, self.day, None);
        let ended = judge.each::<true>(rule..rule + 1, &mut self.arena, &mut |_, _, outcome| {
            judged.verdicts.push(outcome.verdict);
            judged.stable_until = sooner(judged.stable_until, outcome.stable_until);
        });
        if ended { Ok(()) } else { Err(EvaluateError::Cancelled) }
    }

    fn sum_up(&mut self) {
        self.verdicts.clear();
        for (code, rule) in self.engine.program().rules().iter().zip(&self.rules) {
            self.verdicts.begin(code);
            rule.verdicts.iter().for_each(|verdict| self.verdicts.push(*verdict));
        }
        self.verdicts.roll_up(self.engine, self.day);
    }
}
