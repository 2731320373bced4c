//! Equality, order and membership.

use std::cmp::Ordering;

use super::value::Interval;
use super::{FaultKind, Leaves, List, Missing, Run, Value};
use crate::program::{Comparison, OpId};

impl<'a, const TRACE: bool> Run<'a, TRACE> {
    /// Two operands of a strict operation, or what it comes to without them.
    pub(super) fn pair(&mut self, left: OpId, right: OpId) -> Result<(Value<'a>, Value<'a>), Value<'a>> {
        let (a, b) = (self.eval(left), self.eval(right));
        self.settled(a, b)
    }

    /// Two values for a strict operation, or what it comes to without them.
    fn settled(&mut self, a: Value<'a>, b: Value<'a>) -> Result<(Value<'a>, Value<'a>), Value<'a>> {
        match (a, b) {
            (Value::Error(_), _) => Err(a),
            (_, Value::Error(_)) => Err(b),
            (Value::Unknown(_), _) | (_, Value::Unknown(_)) => {
                Err(Value::Unknown(self.union(self.missing_of(a), self.missing_of(b))))
            }
            pair => Ok(pair),
        }
    }

    pub(super) fn compare(&mut self, id: OpId, comparison: Comparison, left: OpId, right: OpId) -> Value<'a> {
        let is_today = |op| TRACE && self.program.op(op).is_today();
        let (of_left, of_right) = (is_today(left), is_today(right));
        let a = self.side(of_left, |run| run.eval(left));
        let b = self.side(of_right, |run| run.eval(right));
        self.compared_days(comparison, (of_left, a.day()), (of_right, b.day()));
        let (a, b) = match self.settled(a, b) {
            Ok(pair) => pair,
            Err(value) => return value,
        };
        let exact = |n: i64| Interval { low: n, high: n, missing: Leaves::NONE };
        // No list is as long as what is beyond all whole numbers with a sign.
        let signed = |value| match value {
            Value::Uint(n) => Value::Int(i64::try_from(n).unwrap_or(i64::MAX)),
            value => value,
        };
        let (a, b) = match (a, b) {
            (Value::Size(_), _) => (a, signed(b)),
            (_, Value::Size(_)) => (signed(a), b),
            _ => (a, b),
        };
        match (a, b) {
            (Value::Size(own), Value::Double(n)) => self.compare_size(comparison, own, n),
            (Value::Double(n), Value::Size(own)) => self.compare_size(comparison.turned(), own, n),
            (Value::Size(own), Value::Int(n)) => self.compare_sizes(comparison, own, &exact(n)),
            (Value::Int(n), Value::Size(other)) => self.compare_sizes(comparison, &exact(n), other),
            (Value::Size(own), Value::Size(other)) => self.compare_sizes(comparison, own, other),
            (Value::Size(_) | Value::List(List::Maybe(_)), _) | (_, Value::Size(_) | Value::List(List::Maybe(_))) => {
                Value::Unknown(self.union(self.missing_of(a), self.missing_of(b)))
            }
            _ => match self.compare_values(comparison, a, b) {
                Ok(holds) => Value::Bool(holds),
                Err(kind) => self.fault(kind, id),
            },
        }
    }

    pub(super) fn compare_values(
        &mut self,
        comparison: Comparison,
        a: Value<'a>,
        b: Value<'a>,
    ) -> Result<bool, FaultKind> {
        match comparison {
            Comparison::Equal => self.same(a, b),
            Comparison::NotEqual => self.same(a, b).map(|same| !same),
            _ => match (a, b) {
                (Value::Bytes(a), Value::Bytes(b)) => Ok(comparison.holds(a.cmp(b))),
                _ => {
                    let atoms = a.atom().zip(b.atom());
                    atoms.and_then(|(a, b)| a.compare(comparison, b)).ok_or(FaultKind::Types)
                }
            },
        }
    }

    /// A comparison of two sizes that lie in ranges: decided where all their values agree.
    fn compare_sizes(&self, comparison: Comparison, a: &Interval<'a>, b: &Interval<'a>) -> Value<'a> {
        let decided = match comparison {
            Comparison::Equal | Comparison::NotEqual => {
                let apart = a.high < b.low || b.high < a.low;
                let single = a.low == a.high && (a.low, a.high) == (b.low, b.high);
                (apart || single).then_some(single == (comparison == Comparison::Equal))
            }
            // Monotone in both: the two far corners decide.
            _ => {
                let (one, other) = (comparison.holds(a.low.cmp(&b.high)), comparison.holds(a.high.cmp(&b.low)));
                (one == other).then_some(one)
            }
        };
        decided.map_or_else(|| Value::Unknown(self.union(a.missing, b.missing)), Value::Bool)
    }

    /// A comparison of a size that lies in a range with a number: decided where all its values agree.
    fn compare_size(&self, comparison: Comparison, size: &Interval<'a>, number: f64) -> Value<'a> {
        let holds = |size: i64| (size as f64).partial_cmp(&number).is_some_and(|order| comparison.holds(order));
        let inside = size.low as f64 <= number && number <= size.high as f64 && number.fract() == 0.0;
        let decided = match comparison {
            _ if number.is_nan() => Some(comparison == Comparison::NotEqual),
            Comparison::Equal | Comparison::NotEqual if !inside => Some(comparison == Comparison::NotEqual),
            _ => (holds(size.low) == holds(size.high)).then(|| holds(size.low)),
        };
        match (comparison, decided) {
            // Inside the range a size may or may not be the number.
            (Comparison::Equal | Comparison::NotEqual, _) if inside && size.low != size.high => {
                Value::Unknown(size.missing)
            }
            (_, decided) => decided.map_or(Value::Unknown(size.missing), Value::Bool),
        }
    }

    /// Whether two values are known, whole, and the same.
    pub(super) fn decided_alike(&mut self, a: Value<'a>, b: Value<'a>) -> bool {
        let open =
            |value| matches!(value, Value::Unknown(_) | Value::Error(_) | Value::Size(_) | Value::List(List::Maybe(_)));
        !open(a) && !open(b) && self.same(a, b) == Ok(true)
    }

    /// CEL equality: numbers by value, lists and maps by what they hold. Each value looked at is a step.
    pub(super) fn same(&mut self, a: Value<'a>, b: Value<'a>) -> Result<bool, FaultKind> {
        if !self.step(1) {
            return Err(FaultKind::Steps);
        }
        Ok(match (a, b) {
            (Value::Null, Value::Null) | (Value::Never, Value::Never) => true,
            (Value::Str(a), Value::Str(b)) => a == b,
            (Value::Bytes(a), Value::Bytes(b)) => a == b,
            (Value::Period(a), Value::Period(b)) => a == b,
            (Value::Type(a), Value::Type(b)) => a == b,
            (Value::Ip(a), Value::Ip(b)) => a == b,
            (Value::Cidr(a), Value::Cidr(b)) => a == b,
            (Value::Record(a), Value::Record(b)) if a.node == b.node => true,
            (Value::Optional(a), Value::Optional(b)) => match (a, b) {
                (None, None) => true,
                (Some(a), Some(b)) => return self.same(*a, *b),
                _ => false,
            },
            (Value::Record(_) | Value::Map(_), Value::Record(_) | Value::Map(_)) => {
                if self.size_of(a) != self.size_of(b) {
                    return Ok(false);
                }
                let mut entries = self.entries(a);
                while let Some((key, value)) = entries.next(self) {
                    match self.get(b, key) {
                        Some(other) if self.same(value, other)? => {}
                        _ => return Ok(false),
                    }
                }
                true
            }
            (Value::List(a), Value::List(b)) => {
                let (mut a, mut b) = (self.members(a), self.members(b));
                loop {
                    match (a.next(self), b.next(self)) {
                        (None, None) => return Ok(true),
                        (Some((a, _)), Some((b, _))) if self.same(a, b)? => {}
                        _ => return Ok(false),
                    }
                }
            }
            _ => order(a, b) == Some(Ordering::Equal),
        })
    }

    pub(super) fn contains(&mut self, id: OpId, item: OpId, list: OpId) -> Value<'a> {
        let (item, list) = match self.pair(item, list) {
            Ok(pair) => pair,
            Err(value) => return value,
        };
        if let Value::Size(interval) = item {
            return Value::Unknown(interval.missing);
        }
        let list = match list {
            Value::List(list) => list,
            Value::Record(_) | Value::Map(_) => return Value::Bool(self.get(list, item).is_some()),
            _ => return self.fault(FaultKind::Types, id),
        };
        let mut missing: Missing<'a> = Leaves::NONE;
        let mut members = self.members(list);
        while let Some((member, uncertain)) = members.next(self) {
            match self.same(item, member) {
                Ok(false) => {}
                Ok(true) if uncertain.is_empty() => return Value::Bool(true),
                Ok(true) => missing = self.union(missing, uncertain),
                Err(kind) => return self.fault(kind, id),
            }
        }
        if missing.is_empty() { Value::Bool(false) } else { Value::Unknown(missing) }
    }
}

/// The order of two values of like kind.
#[inline]
pub(super) fn order(a: Value<'_>, b: Value<'_>) -> Option<Ordering> {
    match (a, b) {
        (Value::Bytes(a), Value::Bytes(b)) => Some(a.cmp(b)),
        _ => a.atom()?.order(b.atom()?),
    }
}
