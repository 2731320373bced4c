//! Arithmetic.

use super::{FaultKind, List, Run, Value};
use crate::program::{Arithmetic, OpId};

impl<'a, const TRACE: bool> Run<'a, TRACE> {
    pub(super) fn negate(&mut self, id: OpId, operand: OpId) -> Value<'a> {
        let result = match self.eval(operand) {
            value @ (Value::Unknown(_) | Value::Error(_)) => return value,
            Value::Size(interval) => return Value::Unknown(interval.missing),
            value => match value.atom() {
                Some(atom) => atom.negate().map(Value::of_atom),
                None => Err(FaultKind::Types),
            },
        };
        result.unwrap_or_else(|kind| self.fault(kind, id))
    }

    pub(super) fn arithmetic(&mut self, id: OpId, arithmetic: Arithmetic, left: OpId, right: OpId) -> Value<'a> {
        let (a, b) = match self.pair(left, right) {
            Ok(pair) => pair,
            Err(value) => return value,
        };
        let open = |value| matches!(value, Value::Size(_) | Value::List(List::Maybe(_)));
        if open(a) || open(b) {
            return Value::Unknown(self.union(self.missing_of(a), self.missing_of(b)));
        }
        self.calculate(arithmetic, a, b).unwrap_or_else(|kind| self.fault(kind, id))
    }

    /// The text `a` and then `b`.
    pub(super) fn concatenated(&mut self, a: &str, b: &str) -> Result<&'a str, FaultKind> {
        self.make(a.len() + b.len())?;
        let mut text = bumpalo::collections::String::with_capacity_in(a.len() + b.len(), self.arena);
        text.push_str(a);
        text.push_str(b);
        Ok(text.into_bump_str())
    }

    fn calculate(&mut self, arithmetic: Arithmetic, a: Value<'a>, b: Value<'a>) -> Result<Value<'a>, FaultKind> {
        use Arithmetic::Add;
        Ok(match (arithmetic, a, b) {
            (Add, Value::Str(a), Value::Str(b)) => Value::Str(self.concatenated(a, b)?),
            (Add, Value::Bytes(a), Value::Bytes(b)) => {
                self.make(a.len() + b.len())?;
                let mut bytes = bumpalo::collections::Vec::with_capacity_in(a.len() + b.len(), self.arena);
                bytes.extend_from_slice(a);
                bytes.extend_from_slice(b);
                Value::Bytes(bytes.into_bump_slice())
            }
            (Add, Value::List(first), Value::List(second)) => {
                let len = self.size_of(a) + self.size_of(b);
                self.make(len * std::mem::size_of::<Value<'_>>())?;
                let mut all = bumpalo::collections::Vec::with_capacity_in(len, self.arena);
                for list in [first, second] {
                    let mut members = self.members(list);
                    while let Some((value, _)) = members.next(self) {
                        all.push(value);
                    }
                }
                Value::List(List::Values(all.into_bump_slice()))
            }
            _ => {
                let (Some(a), Some(b)) = (a.atom(), b.atom()) else { return Err(FaultKind::Types) };
                Value::of_atom(a.arithmetic(arithmetic, b)?)
            }
        })
    }
}
