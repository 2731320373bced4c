//! Until when an outcome stands while the facts stay what they are.
//!
//! Only the day of the evaluation moves. What compares it with another day comes out otherwise on a day that is
//! known beforehand; what makes anything else of it may come out otherwise on the next. As long as no comparison
//! that was read comes out otherwise, the same instructions are run with the same values.

use super::{Run, Value};
use crate::program::{Atom, Comparison, Op, RuleCode, Term};
use crate::value::Day;

/// The earlier day; `None` is no day at all.
pub fn sooner(a: Option<Day>, b: Option<Day>) -> Option<Day> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// The first day after `as_of` on which a comparison of the day of the evaluation, on the left, with `day` comes
/// out otherwise.
fn turn(comparison: Comparison, as_of: Day, day: Day) -> Option<Day> {
    let reached = Some(day).filter(|day| *day > as_of);
    let passed = || day.next().filter(|next| *next > as_of);
    match comparison {
        Comparison::Less | Comparison::GreaterEqual => reached,
        Comparison::LessEqual | Comparison::Greater => passed(),
        Comparison::Equal | Comparison::NotEqual => reached.or_else(passed),
    }
}

impl RuleCode {
    /// The first day after `as_of` on which the rule comes into its validity or goes out of it.
    pub fn validity_turns(&self, as_of: Day) -> Option<Day> {
        let begins = self.valid_from.and_then(|from| turn(Comparison::GreaterEqual, as_of, from));
        let ends = self.valid_until.and_then(|until| turn(Comparison::LessEqual, as_of, until));
        sooner(begins, ends)
    }
}

impl<'a, const TRACE: bool> Run<'a, TRACE> {
    /// The day of the evaluation, for whatever is made of it: tomorrow it is another one.
    pub(super) fn today(&mut self) -> Day {
        if TRACE {
            self.stable_until = sooner(self.stable_until, self.as_of.next());
        }
        self.as_of
    }

    /// The day of the evaluation compared with `day`.
    pub(super) fn today_against(&mut self, comparison: Comparison, day: Day) -> bool {
        if TRACE {
            self.stable_until = sooner(self.stable_until, turn(comparison, self.as_of, day));
        }
        comparison.holds(self.as_of.cmp(&day))
    }

    /// Reads a side of a comparison. The day of the evaluation itself does not count as read there: what the
    /// comparison comes to does, when both sides are known.
    #[inline(always)]
    pub(super) fn side<T>(&mut self, is_today: bool, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.stable_until;
        let value = read(self);
        if TRACE && is_today {
            self.stable_until = before;
        }
        value
    }

    /// Notes when a comparison comes out otherwise, of which the left or the right side is the day of the evaluation
    /// itself, and the other one the day given.
    #[inline(always)]
    pub(super) fn compared_days(
        &mut self,
        comparison: Comparison,
        (left_is_today, left): (bool, Option<Day>),
        (right_is_today, right): (bool, Option<Day>),
    ) {
        if !TRACE || left_is_today == right_is_today {
            return;
        }
        let (comparison, other) = if left_is_today { (comparison, right) } else { (comparison.turned(), left) };
        let turns = other.and_then(|day| turn(comparison, self.as_of, day));
        self.stable_until = sooner(self.stable_until, turns);
    }
}

impl Op {
    /// Whether it is the day of the evaluation itself.
    pub(super) fn is_today(&self) -> bool {
        matches!(self, Op::AsOf)
    }
}

impl Term {
    /// Whether it is the day of the evaluation itself.
    pub(super) fn is_today(&self) -> bool {
        match self {
            Term::AsOf => true,
            Term::Held(_, term) => term.is_today(),
            _ => false,
        }
    }
}

impl Value<'_> {
    pub(super) fn day(&self) -> Option<Day> {
        if let Value::Date(day) = self { Some(*day) } else { None }
    }
}

impl Atom<'_> {
    pub(super) fn day(&self) -> Option<Day> {
        if let Atom::Date(day) = self { Some(*day) } else { None }
    }
}
