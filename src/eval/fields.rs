//! Fields of maps, elements of lists, and what optionals make of them.

use std::num::NonZeroU32;

use bumpalo::collections::Vec as BumpVec;

use super::value::MapValue;
use super::{Element, FaultKind, Leaves, List, Missing, Run, Value};
use crate::bound::{Made, Rows};
use crate::json::NodeId;
use crate::program::{Atom, Constant, Op, OpId, Scalar};

/// The members of a list being walked through, each with the facts that decide whether it is one.
pub(super) enum Members<'a> {
    Tape {
        next: Option<NodeId>,
        list: NodeId,
        scalar: Scalar,
    },
    /// The rows that are left, and how their elements are read.
    Rows(Made, Scalar),
    Values(std::slice::Iter<'a, Value<'a>>),
    Maybe(std::slice::Iter<'a, (Value<'a>, Missing<'a>)>),
}

impl<'a> Members<'a> {
    #[inline]
    pub(super) fn next<const TRACE: bool>(&mut self, run: &Run<'a, TRACE>) -> Option<(Value<'a>, Missing<'a>)> {
        match self {
            Members::Tape { next, list, scalar } => {
                let node = (*next)?;
                *next = run.tape.next_element(*list, node);
                Some((run.scalar(node, *scalar), Leaves::NONE))
            }
            Members::Rows(rows, scalar) => {
                let row = rows.next()?;
                Some((run.element(run.bound.row_of(row)?, Some(row), *scalar), Leaves::NONE))
            }
            Members::Values(values) => values.next().map(|value| (*value, Leaves::NONE)),
            Members::Maybe(members) => members.next().copied(),
        }
    }
}

/// The entries of a map being walked through.
pub(super) enum Entries<'a> {
    Tape { next: Option<NodeId>, map: NodeId },
    Values(std::slice::Iter<'a, (Value<'a>, Value<'a>)>),
}

impl<'a> Entries<'a> {
    pub(super) fn next<const TRACE: bool>(&mut self, run: &Run<'a, TRACE>) -> Option<(Value<'a>, Value<'a>)> {
        match self {
            Entries::Tape { next, map } => {
                let key = (*next)?;
                let value = NodeId(key.0 + 1);
                *next = run.tape.next_element(*map, value);
                Some((Value::Str(run.string(key)), run.scalar(value, Scalar::Raw)))
            }
            Entries::Values(entries) => entries.next().copied(),
        }
    }
}

impl<'a, const TRACE: bool> Run<'a, TRACE> {
    /// The members of a list.
    pub(super) fn members(&self, list: List<'a>) -> Members<'a> {
        match list {
            List::Tape(Rows { made: Some(made), scalar, .. }) => Members::Rows(made, scalar),
            List::Tape(Rows { node: list, scalar, .. }) => {
                Members::Tape { next: self.tape.first_element(list), list, scalar }
            }
            List::Values(values) => Members::Values(values.iter()),
            List::Maybe(members) => Members::Maybe(members.iter()),
        }
    }

    /// An element of a list of the document, which may have a row.
    #[inline]
    pub(super) fn element(&self, node: NodeId, row: Option<u32>, scalar: Scalar) -> Value<'a> {
        match self.scalar(node, scalar) {
            Value::Record(_) => Value::Record(Element { node, row: row.and_then(NonZeroU32::new) }),
            scalar => scalar,
        }
    }

    /// The members of a list, uncertain ones included.
    pub fn all_members(&self, list: List<'a>) -> Vec<Value<'a>> {
        let mut members = self.members(list);
        std::iter::from_fn(|| members.next(self)).map(|(value, _)| value).collect()
    }

    /// The entries of a map; none of anything else.
    pub(super) fn entries(&self, map: Value<'a>) -> Entries<'a> {
        match map {
            Value::Record(Element { node: map, .. }) => Entries::Tape { next: self.tape.first_element(map), map },
            Value::Map(map) => Entries::Values(map.entries().iter()),
            _ => Entries::Values([].iter()),
        }
    }

    /// The entries of a map, as the host sees them.
    pub fn all_entries(&self, map: Value<'a>) -> Vec<(Value<'a>, Value<'a>)> {
        let mut entries = self.entries(map);
        std::iter::from_fn(|| entries.next(self)).collect()
    }

    /// How many elements or entries a list or a map has.
    pub(super) fn size_of(&self, value: Value<'a>) -> usize {
        match value {
            Value::List(List::Tape(Rows { made: Some(made), .. })) => made.len() as usize,
            Value::List(List::Tape(Rows { node, .. })) => self.tape.elements(node).count(),
            Value::List(List::Values(values)) => values.len(),
            Value::List(List::Maybe(members)) => members.len(),
            Value::Record(Element { node, .. }) => self.tape.members(node).count(),
            Value::Map(map) => map.entries().len(),
            _ => 0,
        }
    }

    /// The value under `key` of a map.
    pub(super) fn get(&self, map: Value<'a>, key: Value<'_>) -> Option<Value<'a>> {
        match (map, key) {
            (Value::Record(Element { node, .. }), Value::Str(key)) => {
                self.tape.field(node, key).map(|value| self.scalar(value, Scalar::Raw))
            }
            (Value::Map(map), key) => map.get(&key),
            _ => None,
        }
    }

    fn some(&self, value: Value<'a>) -> Value<'a> {
        Value::Optional(Some(self.arena.alloc(value)))
    }

    fn key(&self, key: u32) -> Value<'a> {
        match &self.program.constants[key as usize] {
            Constant::String(text) => Value::Str(text),
            _ => Value::Null,
        }
    }

    /// `operand.field`, `operand.?field`
    pub(super) fn select(&mut self, id: OpId, operand: OpId, key: u32, optional: bool) -> Value<'a> {
        let value = self.eval(operand);
        let key = self.key(key);
        self.field(id, value, key, optional)
    }

    /// The field or element `key` of `value`; in an optional, and asked for with `?`, an optional.
    pub(super) fn field(&mut self, id: OpId, value: Value<'a>, key: Value<'a>, optional: bool) -> Value<'a> {
        let (value, optional) = match value {
            Value::Optional(None) => return value,
            Value::Optional(Some(held)) => (*held, true),
            value => (value, optional),
        };
        let found = match value {
            Value::Unknown(_) | Value::Error(_) => return value,
            Value::Record(_) | Value::Map(_) => self.get(value, key).ok_or(FaultKind::NoSuchKey),
            Value::List(list) => match key.atom().and_then(Atom::position) {
                Some(at) => self.at(list, at).ok_or(FaultKind::Index),
                None if matches!(key, Value::Int(_) | Value::Uint(_) | Value::Double(_)) => Err(FaultKind::Index),
                None => return self.fault(FaultKind::Types, id),
            },
            _ => return self.fault(FaultKind::NoSuchKey, id),
        };
        match (found, optional) {
            (Ok(value), false) => value,
            (Ok(value @ Value::Optional(_)), true) => value,
            (Ok(value), true) => self.some(value),
            (Err(_), true) => Value::Optional(None),
            (Err(kind), false) => self.fault(kind, id),
        }
    }

    fn at(&self, list: List<'a>, at: usize) -> Option<Value<'a>> {
        match list {
            List::Values(values) => values.get(at).copied(),
            List::Tape(rows) => match rows.made {
                Some(made) => {
                    let row = made.at(u32::try_from(at).ok()?)?;
                    Some(self.element(self.bound.row_of(row)?, Some(row), rows.scalar))
                }
                None => self.tape.elements(rows.node).nth(at).map(|node| self.scalar(node, rows.scalar)),
            },
            List::Maybe(_) => None,
        }
    }

    /// `has(operand.field)`
    pub(super) fn has(&mut self, id: OpId, operand: OpId, key: u32) -> Value<'a> {
        let value = match self.eval(operand) {
            Value::Optional(None) => return Value::Bool(false),
            Value::Optional(Some(held)) => *held,
            value => value,
        };
        match value {
            Value::Unknown(_) | Value::Error(_) => value,
            Value::Record(_) | Value::Map(_) => Value::Bool(self.get(value, self.key(key)).is_some()),
            _ => self.fault(FaultKind::Types, id),
        }
    }

    /// `list[index]`, `map[key]`, `list[?index]`, `map[?key]`
    pub(super) fn index(&mut self, id: OpId, list: OpId, index: OpId, optional: bool) -> Value<'a> {
        let (list, index) = match self.pair(list, index) {
            Ok(pair) => pair,
            Err(value) => return value,
        };
        if let Value::Size(_) = index {
            return Value::Unknown(self.union(self.missing_of(list), self.missing_of(index)));
        }
        if let Value::List(List::Maybe(members)) = list {
            let Some(at) = index.atom().and_then(Atom::position) else { return self.fault(FaultKind::Index, id) };
            // Certain only while nothing uncertain stands before it.
            let certain = members.iter().take(at.saturating_add(1)).all(|(_, missing)| missing.is_empty());
            return match members.get(at) {
                Some((value, _)) if certain => *value,
                _ => Value::Unknown(self.missing_of(list)),
            };
        }
        self.field(id, list, index, optional)
    }

    /// A list literal.
    pub(super) fn list(&mut self, id: OpId, operands: &[OpId]) -> Value<'a> {
        if let Err(kind) = self.make(std::mem::size_of_val(operands) * 6) {
            return self.fault(kind, id);
        }
        let mut values = BumpVec::with_capacity_in(operands.len(), self.arena);
        match self.literal(operands, |value, is_absent| {
            if !is_absent {
                values.push(value);
            }
        }) {
            Ok(()) => Value::List(List::Values(values.into_bump_slice())),
            Err(value) => value,
        }
    }

    /// A map literal.
    pub(super) fn map(&mut self, id: OpId, operands: &[OpId]) -> Value<'a> {
        if let Err(kind) = self.make(std::mem::size_of_val(operands) * 6) {
            return self.fault(kind, id);
        }
        let mut entries: BumpVec<'_, (Value<'a>, Value<'a>)> =
            BumpVec::with_capacity_in(operands.len() / 2, self.arena);
        let mut pending = None;
        let mut fault = None;
        let read = self.literal(operands, |value, is_absent| match pending.take() {
            None if !is_absent => {
                if !matches!(value, Value::Bool(_) | Value::Int(_) | Value::Uint(_) | Value::Str(_)) {
                    fault = fault.or(Some(FaultKind::KeyType));
                }
                pending = Some(value);
            }
            None => {}
            // `?key: optional` without a value leaves the entry out.
            Some(key) if !is_absent => entries.push((key, value)),
            Some(_) => {}
        });
        match (read, fault) {
            (Err(value), _) => value,
            (Ok(()), Some(kind)) => self.fault(kind, id),
            (Ok(()), None) => self.make_map(id, entries.into_bump_slice()),
        }
    }

    /// A map of `entries`, unless two have one key.
    pub(super) fn make_map(&mut self, id: OpId, entries: &'a [(Value<'a>, Value<'a>)]) -> Value<'a> {
        match MapValue::new(self.arena, entries) {
            Some(map) => Value::Map(self.arena.alloc(map)),
            None => self.fault(FaultKind::RepeatedKey, id),
        }
    }

    /// The values of a literal: an error wins over what is missing. `add` gets each value, and whether it
    /// stands for an optional that holds none.
    fn literal(&mut self, operands: &[OpId], mut add: impl FnMut(Value<'a>, bool)) -> Result<(), Value<'a>> {
        let mut missing: Option<Missing<'a>> = None;
        let mut error = None;
        for operand in operands {
            let optional = matches!(self.program.op(*operand), Op::Optional(_));
            let value = self.eval(*operand);
            match value {
                Value::Error(_) => error = error.or(Some(value)),
                Value::Unknown(_) | Value::Size(_) | Value::List(List::Maybe(_)) => {
                    missing = Some(self.union(missing.unwrap_or_default(), self.missing_of(value)));
                }
                Value::Optional(Some(held)) if optional => add(*held, false),
                Value::Optional(None) if optional => add(Value::Null, true),
                _ if optional => error = error.or(Some(self.fault(FaultKind::Types, *operand))),
                value => add(value, false),
            }
        }
        match (error, missing) {
            (Some(error), _) => Err(error),
            (None, Some(missing)) => Err(Value::Unknown(missing)),
            (None, None) => Ok(()),
        }
    }

    /// `optional.optMap(x, body)`, `optional.optFlatMap(x, body)`
    pub(super) fn opt_map(
        &mut self,
        id: OpId,
        flat: bool,
        optional: OpId,
        local: crate::program::LocalId,
        body: OpId,
    ) -> Value<'a> {
        let held = match self.eval(optional) {
            Value::Optional(Some(held)) => *held,
            value @ (Value::Optional(None) | Value::Unknown(_) | Value::Error(_)) => return value,
            _ => return self.fault(FaultKind::Types, id),
        };
        let outer = std::mem::replace(&mut self.locals[local.0 as usize], held);
        let value = self.eval(body);
        self.locals[local.0 as usize] = outer;
        match value {
            Value::Unknown(_) | Value::Error(_) => value,
            Value::Optional(_) if flat => value,
            _ if flat => self.fault(FaultKind::Types, id),
            value => self.some(value),
        }
    }
}
