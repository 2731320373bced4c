//! Lists, sets, optionals.

use super::super::compare::order;
use super::super::{FaultKind, List, Run, Value};
use super::{Called, times};
use crate::program::Function;
use crate::stdlib::strings;
use crate::time::{Duration, Timestamp};

/// How deep `flatten` goes at most.
const MAX_LEVELS: i64 = 128;

impl<'a, const TRACE: bool> Run<'a, TRACE> {
    pub(super) fn call_list(&mut self, function: Function, arguments: &[Value<'a>]) -> Called<'a> {
        use Value::{Bool, Int, List, Optional};
        Ok(match (function, arguments) {
            (Function::Range, [Int(to)]) => {
                let count = usize::try_from(*to).map_err(|_| FaultKind::Index)?;
                self.make(count.saturating_mul(size_of::<Value<'_>>()))?;
                List(super::List::Values(self.arena.alloc_slice_fill_with(count, |at| Int(at as i64))))
            }
            (Function::Slice, [List(list), Int(from), Int(to)]) => {
                let members = self.read(*list)?;
                let bounds = usize::try_from(*from).ok().zip(usize::try_from(*to).ok());
                let (from, to) = bounds.ok_or(FaultKind::Index)?;
                return self.made_list(members.get(from..to).ok_or(FaultKind::Index)?);
            }
            (Function::Flatten, [List(list)]) => return self.flatten(*list, 1),
            (Function::Flatten, [List(list), Int(levels)]) if *levels >= 0 => return self.flatten(*list, *levels),
            (Function::Flatten, [List(_), Int(_)]) => return Err(FaultKind::Index),
            (Function::Distinct, [List(list)]) => {
                let mut kept: Vec<Value<'a>> = Vec::new();
                for member in self.read(*list)? {
                    if !self.holds(&kept, member)? {
                        kept.push(member);
                    }
                }
                return self.made_list(&kept);
            }
            (Function::Sort, [List(list)]) => {
                let mut members = self.read(*list)?;
                self.can_sort(&members)?;
                members.sort_by(|a, b| order(*a, *b).unwrap_or(std::cmp::Ordering::Equal));
                return self.made_list(&members);
            }
            (Function::SortBy, [List(list), List(keys)]) => {
                let keys = self.read(*keys)?;
                self.can_sort(&keys)?;
                let mut members: Vec<(Value<'a>, Value<'a>)> = keys.into_iter().zip(self.read(*list)?).collect();
                members.sort_by(|(a, _), (b, _)| order(*a, *b).unwrap_or(std::cmp::Ordering::Equal));
                let members: Vec<Value<'a>> = members.into_iter().map(|(_, member)| member).collect();
                return self.made_list(&members);
            }
            (Function::Reverse, [List(list)]) => {
                let mut members = self.read(*list)?;
                members.reverse();
                return self.made_list(&members);
            }
            (Function::Reverse, [Value::Str(text)]) => return self.made(&strings::reverse(text)),
            (Function::SetsContains, [List(all), List(some)]) => {
                let (all, some) = (self.read(*all)?, self.read(*some)?);
                Bool(self.holds_all(&all, &some)?)
            }
            (Function::SetsEquivalent, [List(a), List(b)]) => {
                let (a, b) = (self.read(*a)?, self.read(*b)?);
                Bool(self.holds_all(&a, &b)? && self.holds_all(&b, &a)?)
            }
            (Function::SetsIntersects, [List(a), List(b)]) => {
                let (a, b) = (self.read(*a)?, self.read(*b)?);
                for member in b {
                    if self.holds(&a, member)? {
                        return Ok(Bool(true));
                    }
                }
                Bool(false)
            }
            (Function::First, [List(list)]) => {
                let mut members = self.members(*list);
                Optional(members.next(self).map(|(value, _)| &*self.arena.alloc(value)))
            }
            (Function::Last, [List(list)]) => {
                Optional(self.read(*list)?.last().map(|value| &*self.arena.alloc(*value)))
            }
            (Function::OptionalOf, [value]) => Optional(Some(self.arena.alloc(*value))),
            (Function::OptionalOfNonZero, [value]) => {
                Optional(if self.is_zero(*value) { None } else { Some(self.arena.alloc(*value)) })
            }
            (Function::OptionalNone, []) => Optional(None),
            (Function::HasValue, [Optional(held)]) => Bool(held.is_some()),
            (Function::OptionalValue, [Optional(held)]) => *held.ok_or(FaultKind::NoValue)?,
            (Function::Or, [first @ Optional(Some(_)), Optional(_)]) => *first,
            (Function::Or, [Optional(None), second @ Optional(_)]) => *second,
            (Function::Or, _) => return times::call_time(function, arguments),
            (Function::OrValue, [Optional(Some(held)), _]) => **held,
            (Function::OrValue, [Optional(None), other]) => *other,
            (Function::Unwrap, [List(list)]) => {
                let mut kept = Vec::new();
                for member in self.read(*list)? {
                    match member {
                        Optional(held) => kept.extend(held.copied()),
                        _ => return Err(FaultKind::Types),
                    }
                }
                return self.made_list(&kept);
            }
            _ => return Err(FaultKind::Types),
        })
    }

    /// Whether all `keys` are of one type that has an order; charges for sorting by them.
    fn can_sort(&mut self, keys: &[Value<'a>]) -> Result<(), FaultKind> {
        if keys.iter().any(|key| matches!(key, Value::Double(key) if key.is_nan())) {
            return Err(FaultKind::Unordered);
        }
        let alike = keys.windows(2).all(|pair| {
            std::mem::discriminant(&pair[0]) == std::mem::discriminant(&pair[1]) && order(pair[0], pair[1]).is_some()
        });
        let ordered = keys.first().is_none_or(|first| order(*first, *first).is_some());
        if !alike || !ordered {
            return Err(FaultKind::Types);
        }
        self.spend(keys.len() as u64 * 16)
    }

    /// The members of a list, each counted.
    fn read(&mut self, list: List<'a>) -> Result<Vec<Value<'a>>, FaultKind> {
        let count = self.size_of(Value::List(list));
        if self.step(count as u64) { Ok(self.all_members(list)) } else { Err(FaultKind::Steps) }
    }

    fn holds(&mut self, values: &[Value<'a>], value: Value<'a>) -> Result<bool, FaultKind> {
        for other in values {
            if self.same(*other, value)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn holds_all(&mut self, values: &[Value<'a>], some: &[Value<'a>]) -> Result<bool, FaultKind> {
        for value in some {
            if !self.holds(values, *value)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn flatten(&mut self, list: List<'a>, levels: i64) -> Called<'a> {
        let mut members = self.read(list)?;
        for _ in 0..levels.min(MAX_LEVELS) {
            if !members.iter().any(|member| matches!(member, Value::List(_))) {
                break;
            }
            let mut flat = Vec::new();
            for member in members {
                match member {
                    Value::List(inner) => {
                        let inner = self.read(inner)?;
                        self.make(std::mem::size_of_val(&inner[..]))?;
                        flat.extend(inner);
                    }
                    other => flat.push(other),
                }
            }
            members = flat;
        }
        self.made_list(&members)
    }

    /// Whether a value is the zero, or the empty one, of its type.
    fn is_zero(&self, value: Value<'a>) -> bool {
        match value {
            Value::Null | Value::Bool(false) | Value::Int(0) | Value::Uint(0) | Value::Optional(None) => true,
            Value::Double(value) => value == 0.0,
            Value::Str(text) => text.is_empty(),
            Value::Bytes(bytes) => bytes.is_empty(),
            Value::Timestamp(at) => Timestamp::new(0, 0) == Some(at),
            Value::Duration(length) => length == Duration::default(),
            Value::List(_) | Value::Record(_) | Value::Map(_) => self.size_of(value) == 0,
            _ => false,
        }
    }
}
