//! Facts, constants and what links lead to, as values.

use bumpalo::Bump;

use super::{Element, FaultKind, LeafRef, Leaves, List, Missing, Run, Value};
use crate::bound::{self, Cell, Rows};
use crate::json::{Kind, NodeId, Tape};
use crate::program::{Absent, Base, CellId, Constant, Decode, OpId, PathId, Scalar, ScopeId};

impl<'a, const TRACE: bool> Run<'a, TRACE> {
    pub(super) fn constant(&self, index: u32) -> Value<'a> {
        match &self.program.constants[index as usize] {
            Constant::Null => Value::Null,
            Constant::Bool(value) => Value::Bool(*value),
            Constant::Int(value) => Value::Int(*value),
            Constant::Uint(value) => Value::Uint(*value),
            Constant::Double(double) => Value::Double(double.value()),
            Constant::String(value) => Value::Str(value),
            Constant::Bytes(value) => Value::Bytes(value),
            Constant::Date(value) => Value::Date(*value),
            Constant::Never => Value::Never,
            Constant::Period(value) => Value::Period(*value),
            Constant::Timestamp(value) => Value::Timestamp(*value),
            Constant::Duration(value) => Value::Duration(*value),
            Constant::Type(name) => Value::Type(name),
            Constant::Regex(index) => Value::Regex(*index),
        }
    }

    /// What binding found at `cell` for the object that `base` is; nothing where it did not bind that.
    #[inline]
    fn cell(&self, base: Base, (scope, cell): (ScopeId, CellId)) -> Option<(NodeId, Cell)> {
        match base {
            Base::Root => Some((NodeId::ROOT, self.bound.root(cell))),
            Base::Local(local) => match self.locals[local.0 as usize] {
                Value::Record(Element { node, row: Some(row) }) => {
                    Some((node, self.bound.field(row.get(), scope, cell)?))
                }
                _ => None,
            },
            Base::Record(_) => None,
        }
    }

    pub(super) fn load(
        &mut self,
        id: OpId,
        base: Base,
        path: PathId,
        decode: Decode,
        cell: Option<(ScopeId, CellId)>,
    ) -> Value<'a> {
        match cell.and_then(|cell| self.cell(base, cell)) {
            Some((node, Cell::Absent)) => self.absent(id, LeafRef { base: node, path }),
            Some((node, cell)) => {
                if TRACE {
                    self.trail.push(LeafRef { base: node, path });
                }
                self.held(cell)
            }
            None => self.load_unbound(id, base, path, decode),
        }
    }

    /// A cell as a value.
    #[inline]
    pub(super) fn held(&self, cell: Cell) -> Value<'a> {
        held(self.tape, self.arena, cell)
    }

    /// A fact that is not there.
    fn absent(&self, id: OpId, leaf: LeafRef) -> Value<'a> {
        match self.program.absent {
            Absent::Unknown => Value::Unknown(Leaves::one(self.arena, leaf)),
            Absent::Error => self.fault(FaultKind::NoSuchKey, id),
        }
    }

    /// A fact of an object that binding did not reach.
    #[cold]
    fn load_unbound(&mut self, id: OpId, base: Base, path: PathId, decode: Decode) -> Value<'a> {
        let over = match base {
            Base::Root => Value::Record(Element::at(NodeId::ROOT)),
            Base::Local(local) => self.locals[local.0 as usize],
            Base::Record(op) => self.eval(op),
        };
        let program = self.program;
        let keys = &program.path(path).keys;
        let node = match (over, program.absent) {
            (Value::Record(Element { node, .. }), Absent::Unknown) => node,
            (other, Absent::Unknown) => return other,
            (other, Absent::Error) => {
                return keys.iter().fold(other, |value, key| self.field(id, value, Value::Str(key), false));
            }
        };
        let leaf = LeafRef { base: node, path };
        match walk(self.tape, node, keys) {
            Some(node) => {
                if TRACE {
                    self.trail.push(leaf);
                }
                match decode {
                    Decode::One(scalar) => self.scalar(node, scalar),
                    Decode::List(scalar) => Value::List(List::Tape(Rows::none(node, scalar))),
                    // No instruction loads one.
                    Decode::Keys | Decode::Entries | Decode::Key => Value::Null,
                }
            }
            None => self.absent(id, leaf),
        }
    }

    /// `timestamp(fact)`
    pub(super) fn spelled(&mut self, base: Base, path: PathId, cell: (ScopeId, CellId), otherwise: OpId) -> Value<'a> {
        match self.cell(base, cell) {
            Some((node, Cell::Timestamp(at))) => {
                if TRACE {
                    self.trail.push(LeafRef { base: node, path });
                }
                Value::Timestamp(at)
            }
            _ => self.eval(otherwise),
        }
    }

    /// `has(fact)`
    pub(super) fn has_fact(
        &mut self,
        base: Base,
        path: PathId,
        cell: (ScopeId, CellId),
        inside: Option<(ScopeId, CellId)>,
        otherwise: OpId,
    ) -> Value<'a> {
        let Some((node, found)) = self.cell(base, cell) else { return self.eval(otherwise) };
        let is = match found {
            Cell::Absent => {
                let object = match inside {
                    Some(inside) => matches!(self.cell(base, inside), Some((_, Cell::Object(_)))),
                    None => self.tape.kind(node) == Kind::Object,
                };
                if !object {
                    return self.eval(otherwise);
                }
                false
            }
            _ => true,
        };
        if TRACE {
            self.trail.push(LeafRef { base: node, path });
        }
        Value::Bool(is)
    }

    /// Reads the JSON value `node` as the schema says.
    pub(crate) fn scalar(&self, node: NodeId, scalar: Scalar) -> Value<'a> {
        read(self.tape, self.arena, node, scalar)
    }

    pub(super) fn string(&self, node: NodeId) -> &'a str {
        string(self.tape, self.arena, node)
    }

    pub(super) fn follow(&mut self, id: OpId, link: OpId, list: u32) -> Value<'a> {
        let value = self.eval(link);
        match (value, self.facts) {
            (Value::Str(name), Some(facts)) => {
                let list = &self.program.lists[list as usize];
                match facts.element(&list.name, name) {
                    Some(node) => Value::Record(Element::at(node)),
                    // The element may stand in a list that nobody answered.
                    None => match self.unanswered(&list.paths) {
                        Some(missing) => Value::Unknown(missing),
                        None => self.fault(FaultKind::Index, id),
                    },
                }
            }
            (Value::Unknown(_) | Value::Error(_), _) => value,
            _ => self.fault(FaultKind::Types, id),
        }
    }

    /// The lists at `paths`, each below an element of the one before, that nobody answered.
    fn unanswered(&self, paths: &[PathId]) -> Option<Missing<'a>> {
        let mut missing: Option<Missing<'a>> = None;
        let mut bases = vec![NodeId::ROOT];
        for path in paths {
            let mut inside = Vec::new();
            for base in bases {
                match walk(self.tape, base, &self.program.path(*path).keys) {
                    Some(list) => inside.extend(self.tape.elements(list)),
                    None => {
                        let leaf = Leaves::one(self.arena, LeafRef { base, path: *path });
                        missing = Some(self.union(missing.unwrap_or_default(), leaf));
                    }
                }
            }
            bases = inside;
        }
        missing
    }
}

/// The whole of a document as a value.
pub fn document<'a>(tape: &'a Tape<'a>, arena: &'a Bump) -> Value<'a> {
    read(tape, arena, NodeId::ROOT, Scalar::Raw)
}

/// Reads the JSON value `node` as `scalar` says.
fn read<'a>(tape: &'a Tape<'a>, arena: &'a Bump, node: NodeId, scalar: Scalar) -> Value<'a> {
    held(tape, arena, bound::decoded(tape, node, scalar))
}

/// A cell as a value.
#[inline]
fn held<'a>(tape: &'a Tape<'a>, arena: &'a Bump, cell: Cell) -> Value<'a> {
    match cell {
        Cell::Bool(value) => Value::Bool(value),
        Cell::Int(value) => Value::Int(value),
        Cell::Double(value) => Value::Double(value),
        Cell::Str(text) => Value::Str(tape.text().get(text.range()).unwrap_or("")),
        Cell::Escaped(node) => Value::Str(string(tape, arena, node)),
        Cell::Date(day) => Value::Date(day),
        Cell::Never => Value::Never,
        Cell::Timestamp(at) => Value::Timestamp(at),
        Cell::Object(node) => Value::Record(Element::at(node)),
        Cell::List(rows) => Value::List(List::Tape(rows)),
        Cell::Null | Cell::Absent | Cell::Header { .. } => Value::Null,
    }
}

fn string<'a>(tape: &'a Tape<'a>, arena: &'a Bump, node: NodeId) -> &'a str {
    match tape.string(node) {
        std::borrow::Cow::Borrowed(text) => text,
        std::borrow::Cow::Owned(text) => arena.alloc_str(&text),
    }
}

/// The value at `keys` below `node`; a `null` is absent.
fn walk(tape: &Tape<'_>, node: NodeId, keys: &[String]) -> Option<NodeId> {
    keys.iter().try_fold(node, |at, key| tape.member(at, key))
}
