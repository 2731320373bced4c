//! Values of plain CEL as a host holds them, and as an evaluation does.

use std::fmt;

use bumpalo::Bump;

use crate::cel::quoted;
use crate::eval::{self, Fault, FaultKind, Run};
use crate::program::OpId;
use crate::stdlib::network::{Cidr, Ip};
use crate::time::{Duration, Timestamp};
use crate::value::{Day, Period};

/// How deep a value may nest that a host gives; as deep as JSON.
const MAX_DEPTH: usize = crate::json::MAX_DEPTH;
/// How many values a result may hold.
const MAX_VALUES: usize = 1 << 19;

/// A value of CEL, owned.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// `null`
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// An unsigned number.
    Uint(u64),
    /// A number.
    Double(f64),
    /// A string.
    String(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A list.
    List(Vec<Value>),
    /// A map, in the order it was made; keys are booleans, whole numbers or strings.
    Map(Vec<(Value, Value)>),
    /// A point of time.
    Timestamp(Timestamp),
    /// A length of time.
    Duration(Duration),
    /// A type, by its name.
    Type(String),
    /// An optional.
    Optional(Option<Box<Value>>),
    /// An IP address.
    Ip(Ip),
    /// A network.
    Cidr(Cidr),
    /// A day.
    Date(Day),
    /// The answer `never`.
    Never,
    /// A period.
    Period(Period),
}

/// A value as CEL writes it: `2u`, `'a'`, `[1, 2]`, `timestamp('2026-11-22T00:00:00Z')`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, values: &[Value]| -> fmt::Result {
            for (at, value) in values.iter().enumerate() {
                write!(f, "{}{value}", if at == 0 { "" } else { ", " })?;
            }
            Ok(())
        };
        match self {
            Value::Null => f.write_str("null"),
            Value::Bool(value) => write!(f, "{value}"),
            Value::Int(value) => write!(f, "{value}"),
            Value::Uint(value) => write!(f, "{value}u"),
            Value::Double(value) if value.is_finite() => write!(f, "{value:?}"),
            Value::Double(value) => write!(f, "double('{value}')"),
            Value::String(text) => f.write_str(&quoted(text)),
            Value::Bytes(bytes) => f.write_str(&crate::cel::literal_text(&crate::cel::Literal::Bytes(bytes.clone()))),
            Value::List(values) => {
                f.write_str("[")?;
                list(f, values)?;
                f.write_str("]")
            }
            Value::Map(entries) => {
                f.write_str("{")?;
                for (at, (key, value)) in entries.iter().enumerate() {
                    write!(f, "{}{key}: {value}", if at == 0 { "" } else { ", " })?;
                }
                f.write_str("}")
            }
            Value::Timestamp(at) => write!(f, "timestamp('{at}')"),
            Value::Duration(length) => write!(f, "duration('{length}')"),
            Value::Type(name) => f.write_str(name),
            Value::Optional(None) => f.write_str("optional.none()"),
            Value::Optional(Some(held)) => write!(f, "optional.of({held})"),
            Value::Ip(ip) => write!(f, "ip('{ip}')"),
            Value::Cidr(cidr) => write!(f, "cidr('{cidr}')"),
            Value::Date(day) => write!(f, "date('{day}')"),
            Value::Never => f.write_str("never"),
            Value::Period(period) => write!(f, "period('{period}')"),
        }
    }
}

/// `value` in the arena of a run; `None` if it nests too deeply or a map has a key twice.
pub(super) fn lend<'a>(arena: &'a Bump, value: &Value, depth: usize) -> Option<eval::Value<'a>> {
    if depth > MAX_DEPTH {
        return None;
    }
    Some(match value {
        Value::Null => eval::Value::Null,
        Value::Bool(value) => eval::Value::Bool(*value),
        Value::Int(value) => eval::Value::Int(*value),
        Value::Uint(value) => eval::Value::Uint(*value),
        Value::Double(value) => eval::Value::Double(*value),
        Value::String(text) => eval::Value::Str(arena.alloc_str(text)),
        Value::Bytes(bytes) => eval::Value::Bytes(arena.alloc_slice_copy(bytes)),
        Value::List(values) => {
            let lent = arena.alloc_slice_fill_copy(values.len(), eval::Value::Null);
            for (slot, value) in lent.iter_mut().zip(values) {
                *slot = lend(arena, value, depth + 1)?;
            }
            eval::Value::List(eval::List::Values(lent))
        }
        Value::Map(entries) => {
            let lent = arena.alloc_slice_fill_copy(entries.len(), (eval::Value::Null, eval::Value::Null));
            for (slot, (key, value)) in lent.iter_mut().zip(entries) {
                *slot = (lend(arena, key, depth + 1)?, lend(arena, value, depth + 1)?);
            }
            eval::Value::Map(arena.alloc(eval::MapValue::new(arena, lent)?))
        }
        Value::Timestamp(at) => eval::Value::Timestamp(*at),
        Value::Duration(length) => eval::Value::Duration(*length),
        Value::Type(name) => eval::Value::Type(arena.alloc_str(name)),
        Value::Optional(None) => eval::Value::Optional(None),
        Value::Optional(Some(held)) => eval::Value::Optional(Some(arena.alloc(lend(arena, held, depth + 1)?))),
        Value::Ip(ip) => eval::Value::Ip(arena.alloc(*ip)),
        Value::Cidr(cidr) => eval::Value::Cidr(arena.alloc(*cidr)),
        Value::Date(day) => eval::Value::Date(*day),
        Value::Never => eval::Value::Never,
        Value::Period(period) => eval::Value::Period(*period),
    })
}

/// `value` out of the arena of a run; `left` counts how many values may still be taken.
pub(super) fn own<'a>(
    run: &Run<'a, false>,
    value: eval::Value<'a>,
    op: OpId,
    left: &mut usize,
) -> Result<Value, Fault> {
    *left = left.checked_sub(1).ok_or(Fault { kind: FaultKind::Bytes, op })?;
    let size = |text: usize, left: &mut usize| -> Result<(), Fault> {
        *left = left.checked_sub(text / 16).ok_or(Fault { kind: FaultKind::Bytes, op })?;
        Ok(())
    };
    Ok(match value {
        eval::Value::Null => Value::Null,
        eval::Value::Bool(value) => Value::Bool(value),
        eval::Value::Int(value) => Value::Int(value),
        eval::Value::Uint(value) => Value::Uint(value),
        eval::Value::Double(value) => Value::Double(value),
        eval::Value::Str(text) => {
            size(text.len(), left)?;
            Value::String(text.to_string())
        }
        eval::Value::Bytes(bytes) => {
            size(bytes.len(), left)?;
            Value::Bytes(bytes.to_vec())
        }
        eval::Value::Timestamp(at) => Value::Timestamp(at),
        eval::Value::Duration(length) => Value::Duration(length),
        eval::Value::Date(day) => Value::Date(day),
        eval::Value::Never => Value::Never,
        eval::Value::Period(period) => Value::Period(period),
        eval::Value::Type(name) => Value::Type(name.to_string()),
        eval::Value::Ip(ip) => Value::Ip(*ip),
        eval::Value::Cidr(cidr) => Value::Cidr(*cidr),
        eval::Value::Record(_) | eval::Value::Map(_) => {
            let mut entries = Vec::new();
            for (key, value) in run.all_entries(value) {
                entries.push((own(run, key, op, left)?, own(run, value, op, left)?));
            }
            Value::Map(entries)
        }
        eval::Value::List(list) => {
            let mut values = Vec::new();
            for value in run.all_members(list) {
                values.push(own(run, value, op, left)?);
            }
            Value::List(values)
        }
        eval::Value::Optional(held) => match held {
            None => Value::Optional(None),
            Some(held) => Value::Optional(Some(Box::new(own(run, *held, op, left)?))),
        },
        eval::Value::Error(fault) => return Err(fault),
        eval::Value::Regex(_) | eval::Value::Size(_) | eval::Value::Unknown(_) => {
            return Err(Fault { kind: FaultKind::Types, op });
        }
    })
}

/// How many values a result may hold.
pub(super) fn most() -> usize {
    MAX_VALUES
}
