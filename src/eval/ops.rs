//! Operators and loops.

use super::{Fault, FaultKind, Fold, Leaves, List, Missing, Out, Run, Value};
use crate::program::{Arithmetic, Comparison, LocalId, LoopKind, OpId};
use crate::value::Day;
use std::cmp::Ordering;

impl<'a, const TRACE: bool> Run<'a, TRACE> {
    /// Two operands of a strict operation, or what it comes to without them.
    fn pair(&mut self, left: OpId, right: OpId) -> Result<(Value<'a>, Value<'a>, Leaves<'a>), Out<'a>> {
        let (a, b) = (self.eval(left), self.eval(right));
        match (a.value, b.value) {
            (Value::Error(_), _) => Err(a),
            (_, Value::Error(_)) => Err(b),
            (Value::Unknown(_), _) | (_, Value::Unknown(_)) => {
                Err(Out::of(Value::Unknown(self.union(self.missing_of(a.value), self.missing_of(b.value)))))
            }
            (x, y) => Ok((x, y, self.union(a.why, b.why))),
        }
    }

    pub(super) fn compare(&mut self, id: OpId, comparison: Comparison, left: OpId, right: OpId) -> Out<'a> {
        let (a, b, why) = match self.pair(left, right) {
            Ok(pair) => pair,
            Err(out) => return out,
        };
        let value = match (a, b) {
            (Value::Size(low, high, missing), Value::Int(n)) => size(comparison, (low, high), (n, n), missing),
            (Value::Int(n), Value::Size(low, high, missing)) => size(comparison, (n, n), (low, high), missing),
            (Value::Size(low, high, some), Value::Size(other_low, other_high, more)) => {
                size(comparison, (low, high), (other_low, other_high), self.union(some, more))
            }
            (Value::Size(..) | Value::List(List::Maybe(_)), _) | (_, Value::Size(..) | Value::List(List::Maybe(_))) => {
                Value::Unknown(self.union(self.missing_of(a), self.missing_of(b)))
            }
            _ => match comparison {
                Comparison::Equal => Value::Bool(self.same(a, b)),
                Comparison::NotEqual => Value::Bool(!self.same(a, b)),
                _ => match order(a, b) {
                    Some(order) => Value::Bool(holds(comparison, order)),
                    None if unordered(a, b) => Value::Bool(false),
                    None => return self.fault(FaultKind::Types, id),
                },
            },
        };
        Out { value, why: if matches!(value, Value::Bool(_)) { why } else { Leaves::NONE } }
    }

    /// Whether two values are known, whole, and the same.
    pub(super) fn decided_alike(&self, a: Value<'a>, b: Value<'a>) -> bool {
        let open = |value| matches!(value, Value::Unknown(_) | Value::Size(..) | Value::List(List::Maybe(_)));
        !open(a) && !open(b) && self.same(a, b)
    }

    /// CEL equality: numbers by value, lists by their elements.
    pub(super) fn same(&self, a: Value<'a>, b: Value<'a>) -> bool {
        match (a, b) {
            (Value::Null, Value::Null) | (Value::Never, Value::Never) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Str(a), Value::Str(b)) => a == b,
            (Value::Bytes(a), Value::Bytes(b)) => a == b,
            (Value::Period(a), Value::Period(b)) => a == b,
            (Value::Record(a), Value::Record(b)) => a == b,
            (Value::List(a), Value::List(b)) => {
                let (mut a, mut b) = (self.elements(a), self.elements(b));
                loop {
                    match (a.next(), b.next()) {
                        (None, None) => return true,
                        (Some((a, _)), Some((b, _))) if self.same(a, b) => {}
                        _ => return false,
                    }
                }
            }
            _ => order(a, b) == Some(Ordering::Equal),
        }
    }

    /// The elements of a list, each with the facts that decide whether it is one.
    pub(super) fn elements(&self, list: List<'a>) -> Box<dyn Iterator<Item = (Value<'a>, Missing<'a>)> + '_> {
        match list {
            List::Tape(node, scalar) => {
                Box::new(self.tape.elements(node).map(move |element| (self.scalar(element, scalar), Leaves::NONE)))
            }
            List::Values(values) => Box::new(values.iter().map(|value| (*value, Leaves::NONE))),
            List::Maybe(members) => Box::new(members.iter().copied()),
        }
    }

    pub(super) fn contains(&mut self, id: OpId, item: OpId, list: OpId) -> Out<'a> {
        let (item, list, why) = match self.pair(item, list) {
            Ok(pair) => pair,
            Err(out) => return out,
        };
        let Value::List(list) = list else {
            return self.fault(FaultKind::Types, id);
        };
        if let Value::Size(_, _, missing) = item {
            return Out::of(Value::Unknown(missing));
        }
        let mut missing: Missing<'a> = Leaves::NONE;
        let members: Vec<(Value<'a>, Missing<'a>)> = self.elements(list).collect();
        if !self.step(members.len() as u64) {
            return self.fault(FaultKind::Steps, id);
        }
        for (member, uncertain) in members.iter().copied() {
            if self.same(item, member) {
                if uncertain.is_empty() {
                    return Out { value: Value::Bool(true), why };
                }
                missing = self.union(missing, uncertain);
            }
        }
        if missing.is_empty() { Out { value: Value::Bool(false), why } } else { Out::of(Value::Unknown(missing)) }
    }

    pub(super) fn index(&mut self, id: OpId, list: OpId, index: OpId) -> Out<'a> {
        let (list, index, why) = match self.pair(list, index) {
            Ok(pair) => pair,
            Err(out) => return out,
        };
        if let Value::Size(..) = index {
            return Out::of(Value::Unknown(self.union(self.missing_of(list), self.missing_of(index))));
        }
        let (Value::List(list), Value::Int(index)) = (list, index) else {
            return self.fault(FaultKind::Types, id);
        };
        let Ok(index) = usize::try_from(index) else {
            return self.fault(FaultKind::Index, id);
        };
        if let List::Maybe(members) = list {
            // Certain only while nothing uncertain stands before it.
            let certain = members.iter().take(index + 1).all(|(_, missing)| missing.is_empty());
            return match members.get(index) {
                Some((value, _)) if certain => Out { value: *value, why },
                _ => Out::of(Value::Unknown(self.missing_of(Value::List(list)))),
            };
        }
        let element = self.elements(list).nth(index);
        match element {
            Some((value, _)) => Out { value, why },
            None => self.fault(FaultKind::Index, id),
        }
    }

    pub(super) fn arithmetic(&mut self, id: OpId, arithmetic: Arithmetic, left: OpId, right: OpId) -> Out<'a> {
        let (a, b, why) = match self.pair(left, right) {
            Ok(pair) => pair,
            Err(out) => return out,
        };
        let number = |value: Option<i64>| value.map(Value::Int).ok_or(FaultKind::Overflow);
        let result = match (arithmetic, a, b) {
            (_, Value::Size(..), _) | (_, _, Value::Size(..)) => {
                Ok(Value::Unknown(self.union(self.missing_of(a), self.missing_of(b))))
            }
            (Arithmetic::Add, Value::Int(a), Value::Int(b)) => number(a.checked_add(b)),
            (Arithmetic::Subtract, Value::Int(a), Value::Int(b)) => number(a.checked_sub(b)),
            (Arithmetic::Multiply, Value::Int(a), Value::Int(b)) => number(a.checked_mul(b)),
            (Arithmetic::Divide | Arithmetic::Remainder, Value::Int(_), Value::Int(0)) => {
                Err(FaultKind::DivisionByZero)
            }
            (Arithmetic::Divide, Value::Int(a), Value::Int(b)) => number(a.checked_div(b)),
            (Arithmetic::Remainder, Value::Int(a), Value::Int(b)) => number(a.checked_rem(b)),
            (Arithmetic::Add, Value::Double(a), Value::Double(b)) => Ok(Value::Double(a + b)),
            (Arithmetic::Subtract, Value::Double(a), Value::Double(b)) => Ok(Value::Double(a - b)),
            (Arithmetic::Multiply, Value::Double(a), Value::Double(b)) => Ok(Value::Double(a * b)),
            (Arithmetic::Divide, Value::Double(a), Value::Double(b)) => Ok(Value::Double(a / b)),
            (Arithmetic::Add, Value::Str(a), Value::Str(b)) => {
                if !self.step((a.len() + b.len()) as u64 / 4) {
                    return self.fault(FaultKind::Steps, id);
                }
                let mut text = bumpalo::collections::String::with_capacity_in(a.len() + b.len(), self.arena);
                text.push_str(a);
                text.push_str(b);
                Ok(Value::Str(text.into_bump_str()))
            }
            (Arithmetic::Add, Value::List(List::Maybe(_)), _) | (Arithmetic::Add, _, Value::List(List::Maybe(_))) => {
                Ok(Value::Unknown(self.union(self.missing_of(a), self.missing_of(b))))
            }
            (Arithmetic::Add, Value::List(a), Value::List(b)) => {
                let mut all = bumpalo::collections::Vec::new_in(self.arena);
                all.extend(self.elements(a).chain(self.elements(b)).map(|(value, _)| value));
                if !self.step(all.len() as u64) {
                    return self.fault(FaultKind::Steps, id);
                }
                Ok(Value::List(List::Values(all.into_bump_slice())))
            }
            _ => Err(FaultKind::Types),
        };
        match result {
            Ok(value) => Out { value, why: if matches!(value, Value::Unknown(_)) { Leaves::NONE } else { why } },
            Err(kind) => self.fault(kind, id),
        }
    }

    pub(super) fn run_loop(
        &mut self,
        id: OpId,
        kind: LoopKind,
        list: OpId,
        local: LocalId,
        body: OpId,
        pure: bool,
    ) -> Out<'a> {
        let over = self.eval(list);
        let elements = match over.value {
            Value::List(elements) => elements,
            Value::Unknown(_) | Value::Error(_) => return over,
            _ => return self.fault(FaultKind::Types, id),
        };
        let members: &'a [(Value<'a>, Missing<'a>)] = match elements {
            List::Maybe(members) => members,
            other => {
                let mut all = bumpalo::collections::Vec::new_in(self.arena);
                all.extend(self.elements(other));
                all.into_bump_slice()
            }
        };
        if TRACE
            && members.is_empty()
            && matches!(kind, LoopKind::All | LoopKind::Exists)
            && let List::Tape(node, _) = elements
            && !self.vacuous.contains(&node)
        {
            self.vacuous.push(node);
        }
        let outer = self.locals[local.0 as usize];
        let out = match kind {
            LoopKind::All | LoopKind::Exists => {
                self.quantifier(kind == LoopKind::Exists, members, local, body, over.why)
            }
            LoopKind::ExistsOne | LoopKind::Filter | LoopKind::Map => {
                self.collect(id, kind, members, local, body, pure, over.why)
            }
        };
        self.locals[local.0 as usize] = outer;
        out
    }

    fn quantifier(
        &mut self,
        exists: bool,
        members: &'a [(Value<'a>, Missing<'a>)],
        local: LocalId,
        body: OpId,
        why: Leaves<'a>,
    ) -> Out<'a> {
        let mut fold = Fold::new(exists);
        for (member, uncertain) in members.iter().copied() {
            self.locals[local.0 as usize] = member;
            let out = self.eval(body);
            // `member && body` for exists, `!member || body` for all: both absorb the same way.
            let out = match out.value {
                _ if uncertain.is_empty() => out,
                Value::Bool(value) if value != exists => out,
                Value::Unknown(missing) => Out::of(Value::Unknown(self.union(uncertain, missing))),
                _ => Out::of(Value::Unknown(uncertain)),
            };
            if let Some(decided) = fold.add(self, out, body) {
                return Out { value: decided.value, why: self.union(why, decided.why) };
            }
        }
        let out = fold.finish();
        match out.value {
            Value::Bool(_) => Out { value: out.value, why: self.union(why, out.why) },
            _ => out,
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one loop")]
    fn collect(
        &mut self,
        id: OpId,
        kind: LoopKind,
        members: &'a [(Value<'a>, Missing<'a>)],
        local: LocalId,
        body: OpId,
        pure: bool,
        mut why: Leaves<'a>,
    ) -> Out<'a> {
        let mut kept = bumpalo::collections::Vec::new_in(self.arena);
        let mut missing: Missing<'a> = Leaves::NONE;
        let mut unknown = false;
        let mut error = None;
        for (member, uncertain) in members.iter().copied() {
            self.locals[local.0 as usize] = member;
            let out = self.eval(body);
            why = self.union(why, out.why);
            match (kind, out.value) {
                (_, Value::Error(_)) if uncertain.is_empty() => error = error.or(Some(out)),
                (_, Value::Error(_)) => {
                    unknown = true;
                    missing = self.union(missing, uncertain);
                }
                (LoopKind::Map, value) => {
                    // Whether there is a member was read first.
                    if !uncertain.is_empty() {
                        unknown = true;
                        missing = self.union(missing, uncertain);
                    }
                    if let Value::Unknown(more) | Value::Size(_, _, more) = value {
                        unknown = true;
                        missing = self.union(missing, more);
                    }
                    kept.push((value, Leaves::NONE));
                }
                (_, Value::Bool(false)) => {}
                (_, Value::Bool(true)) => {
                    if kind == LoopKind::ExistsOne && !uncertain.is_empty() {
                        unknown = true;
                        missing = self.union(missing, uncertain);
                    }
                    kept.push((member, uncertain));
                }
                (_, Value::Unknown(more)) => {
                    let decides = self.union(uncertain, more);
                    if !pure || kind == LoopKind::ExistsOne {
                        unknown = true;
                        missing = self.union(missing, decides);
                    }
                    kept.push((member, decides));
                }
                _ => error = error.or(Some(self.fault(FaultKind::Types, body))),
            }
        }
        if let Some(error) = error {
            return error;
        }
        if unknown {
            return Out::of(Value::Unknown(missing));
        }
        let value = match kind {
            LoopKind::ExistsOne => Value::Bool(kept.len() == 1),
            _ if kept.iter().any(|(_, uncertain)| !uncertain.is_empty()) => {
                Value::List(List::Maybe(kept.into_bump_slice()))
            }
            _ => {
                let mut values = bumpalo::collections::Vec::with_capacity_in(kept.len(), self.arena);
                values.extend(kept.iter().map(|(value, _)| *value));
                Value::List(List::Values(values.into_bump_slice()))
            }
        };
        let _ = id;
        Out { value, why }
    }
}

/// A comparison of two sizes that lie in ranges: decided where all their values agree.
fn size<'a>(comparison: Comparison, a: (i64, i64), b: (i64, i64), missing: Missing<'a>) -> Value<'a> {
    let decided = match comparison {
        Comparison::Equal | Comparison::NotEqual => {
            let apart = a.1 < b.0 || b.1 < a.0;
            let single = a.0 == a.1 && a == b;
            (apart || single).then_some(single == (comparison == Comparison::Equal))
        }
        // Monotone in both: the two far corners decide.
        _ => {
            let (one, other) = (holds(comparison, a.0.cmp(&b.1)), holds(comparison, a.1.cmp(&b.0)));
            (one == other).then_some(one)
        }
    };
    decided.map_or(Value::Unknown(missing), Value::Bool)
}

fn holds(comparison: Comparison, order: Ordering) -> bool {
    match comparison {
        Comparison::Equal => order == Ordering::Equal,
        Comparison::NotEqual => order != Ordering::Equal,
        Comparison::Less => order == Ordering::Less,
        Comparison::LessEqual => order != Ordering::Greater,
        Comparison::Greater => order == Ordering::Greater,
        Comparison::GreaterEqual => order != Ordering::Less,
    }
}

fn order(a: Value<'_>, b: Value<'_>) -> Option<Ordering> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(&b)),
        (Value::Uint(a), Value::Uint(b)) => Some(a.cmp(&b)),
        (Value::Int(a), Value::Uint(b)) => Some(i128::from(a).cmp(&i128::from(b))),
        (Value::Uint(a), Value::Int(b)) => Some(i128::from(a).cmp(&i128::from(b))),
        (Value::Double(a), Value::Double(b)) => a.partial_cmp(&b),
        (Value::Double(a), Value::Int(b)) => a.partial_cmp(&(b as f64)),
        (Value::Int(a), Value::Double(b)) => (a as f64).partial_cmp(&b),
        (Value::Double(a), Value::Uint(b)) => a.partial_cmp(&(b as f64)),
        (Value::Uint(a), Value::Double(b)) => (a as f64).partial_cmp(&b),
        (Value::Str(a), Value::Str(b)) => Some(a.cmp(b)),
        (Value::Bytes(a), Value::Bytes(b)) => Some(a.cmp(b)),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(&b)),
        (Value::Date(a), Value::Date(b)) => Some(Day::cmp(&a, &b)),
        _ => None,
    }
}

/// Numbers without an order: one is not a number.
fn unordered(a: Value<'_>, b: Value<'_>) -> bool {
    let number = |value| matches!(value, Value::Int(_) | Value::Uint(_) | Value::Double(_));
    number(a) && number(b)
}

impl Fault {
    /// What happened, in both languages.
    pub fn text(self) -> crate::lang::Text {
        use crate::lang::Text;
        match self.kind {
            FaultKind::DivisionByZero => Text::new("0で割っています", "division by zero"),
            FaultKind::Overflow => Text::new("数が大きすぎます", "the number does not fit"),
            FaultKind::DateRange => Text::new("暦にない日になります", "the result is no day of the calendar"),
            FaultKind::Index => Text::new("リストにその要素はありません", "the list has no such element"),
            FaultKind::Conversion => Text::new("値を変換できません", "the value does not convert"),
            FaultKind::Types => Text::new("この値にはできない演算です", "the operation does not exist for this value"),
            FaultKind::Steps => Text::new("計算が長すぎます", "the evaluation takes too many steps"),
        }
    }
}
