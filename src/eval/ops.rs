//! Arithmetic.

use super::{FaultKind, List, Run, Value};
use crate::program::{Arithmetic, OpId};

/// Arithmetic of whole numbers, with or without a sign: what does not fit is an error.
macro_rules! whole {
    ($arithmetic:expr, $a:expr, $b:expr) => {
        match $arithmetic {
            Arithmetic::Add => $a.checked_add($b),
            Arithmetic::Subtract => $a.checked_sub($b),
            Arithmetic::Multiply => $a.checked_mul($b),
            Arithmetic::Divide | Arithmetic::Remainder if $b == 0 => return Err(FaultKind::DivisionByZero),
            Arithmetic::Divide => $a.checked_div($b),
            Arithmetic::Remainder => $a.checked_rem($b),
        }
        .ok_or(FaultKind::Overflow)?
    };
}

impl<'a, const TRACE: bool> Run<'a, TRACE> {
    pub(super) fn negate(&mut self, id: OpId, operand: OpId) -> Value<'a> {
        let result = match self.eval(operand) {
            Value::Int(value) => value.checked_neg().map(Value::Int).ok_or(FaultKind::Overflow),
            Value::Double(value) => Ok(Value::Double(-value)),
            Value::Duration(value) => value.checked_neg().map(Value::Duration).ok_or(FaultKind::Overflow),
            value @ (Value::Unknown(_) | Value::Error(_)) => return value,
            Value::Size(interval) => return Value::Unknown(interval.missing),
            _ => Err(FaultKind::Types),
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

    fn calculate(&mut self, arithmetic: Arithmetic, a: Value<'a>, b: Value<'a>) -> Result<Value<'a>, FaultKind> {
        use Arithmetic::{Add, Divide, Multiply, Remainder, Subtract};
        use FaultKind::Overflow;
        Ok(match (arithmetic, a, b) {
            (_, Value::Int(a), Value::Int(b)) => Value::Int(whole!(arithmetic, a, b)),
            (_, Value::Uint(a), Value::Uint(b)) => Value::Uint(whole!(arithmetic, a, b)),
            (_, Value::Double(a), Value::Double(b)) => Value::Double(match arithmetic {
                Add => a + b,
                Subtract => a - b,
                Multiply => a * b,
                Divide => a / b,
                Remainder => return Err(FaultKind::Types),
            }),
            (Add, Value::Timestamp(at), Value::Duration(by)) | (Add, Value::Duration(by), Value::Timestamp(at)) => {
                Value::Timestamp(at.checked_add(by).ok_or(Overflow)?)
            }
            (Subtract, Value::Timestamp(at), Value::Duration(by)) => {
                Value::Timestamp(at.checked_sub(by).ok_or(Overflow)?)
            }
            (Subtract, Value::Timestamp(a), Value::Timestamp(b)) => Value::Duration(a.since(b).ok_or(Overflow)?),
            (Add, Value::Duration(a), Value::Duration(b)) => Value::Duration(a.checked_add(b).ok_or(Overflow)?),
            (Subtract, Value::Duration(a), Value::Duration(b)) => Value::Duration(a.checked_sub(b).ok_or(Overflow)?),
            (Add, Value::Str(a), Value::Str(b)) => {
                self.make(a.len() + b.len())?;
                let mut text = bumpalo::collections::String::with_capacity_in(a.len() + b.len(), self.arena);
                text.push_str(a);
                text.push_str(b);
                Value::Str(text.into_bump_str())
            }
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
            _ => return Err(FaultKind::Types),
        })
    }
}
