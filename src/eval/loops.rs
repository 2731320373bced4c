//! Loops over lists and maps.

use bumpalo::collections::Vec as BumpVec;

use super::fields::{Entries, Members};
use super::{FaultKind, Fold, Leaves, List, Missing, Run, Truth, Value};
use crate::bound::Rows;
use crate::program::{LocalId, LoopKind, Op, OpId};

/// What a loop walks through: keys or indices, and elements or values.
enum Steps<'a> {
    /// The members, how many came so far, and what decides whether those before are members.
    List(Members<'a>, i64, Missing<'a>),
    Map(Entries<'a>),
}

impl<'a> Steps<'a> {
    #[inline]
    fn next<const TRACE: bool>(&mut self, run: &Run<'a, TRACE>) -> Option<(Value<'a>, Value<'a>, Missing<'a>)> {
        match self {
            Steps::List(members, index, open) => {
                let (member, uncertain) = members.next(run)?;
                *index += 1;
                // Behind an uncertain member nobody knows the index.
                let at = if open.is_empty() { Value::Int(*index - 1) } else { Value::Unknown(*open) };
                if !uncertain.is_empty() {
                    *open = run.union(*open, uncertain);
                }
                Some((at, member, uncertain))
            }
            Steps::Map(entries) => entries.next(run).map(|(key, value)| (key, value, Leaves::NONE)),
        }
    }
}

/// The parts of a loop that runs.
struct Looped {
    id: OpId,
    kind: LoopKind,
    local: LocalId,
    key: Option<LocalId>,
    filter: Option<(OpId, bool)>,
    body: OpId,
    pure: bool,
    /// Whether it walks through a map with one variable, which stands for the key.
    keys: bool,
}

impl<'a, const TRACE: bool> Run<'a, TRACE> {
    pub(super) fn run_loop(&mut self, id: OpId) -> Value<'a> {
        let Op::Loop { kind, list, local, key, filter, body, pure } = self.program.op(id) else {
            return self.fault(FaultKind::Types, id);
        };
        let over = self.eval(list);
        let mut looped = Looped { id, kind, local, key, filter, body, pure, keys: false };
        let steps = match over {
            Value::List(list) => Steps::List(self.members(list), 0, Leaves::NONE),
            Value::Record(_) | Value::Map(_) => {
                looped.keys = key.is_none();
                Steps::Map(self.entries(over))
            }
            Value::Unknown(_) | Value::Error(_) => return over,
            _ => return self.fault(FaultKind::Types, id),
        };
        if TRACE
            && matches!(kind, LoopKind::All | LoopKind::Exists)
            && let Value::List(List::Tape(Rows { node, .. })) = over
            && self.tape.first_element(node).is_none()
            && self.vacuous.last() != Some(&node)
        {
            self.vacuous.push(node);
        }
        let outer = (self.locals[local.0 as usize], key.map(|key| self.locals[key.0 as usize]));
        let value = match kind {
            LoopKind::All | LoopKind::Exists => self.quantifier(&looped, steps),
            _ => self.collect(&looped, steps),
        };
        self.locals[local.0 as usize] = outer.0;
        if let (Some(key), Some(outer)) = (key, outer.1) {
            self.locals[key.0 as usize] = outer;
        }
        value
    }

    /// Lets the variables of a loop stand at its next step.
    #[inline]
    fn stand_at(&mut self, looped: &Looped, key: Value<'a>, value: Value<'a>) {
        self.locals[looped.local.0 as usize] = if looped.keys { key } else { value };
        if let Some(local) = looped.key {
            self.locals[local.0 as usize] = key;
        }
    }

    fn quantifier(&mut self, looped: &Looped, mut steps: Steps<'a>) -> Value<'a> {
        let exists = looped.kind == LoopKind::Exists;
        let mut fold = Fold::new(exists, self.trail.len());
        while let Some((key, value, uncertain)) = steps.next(self) {
            self.stand_at(looped, key, value);
            let mark = self.trail.len();
            let mut truth = self.truth(looped.body);
            // `member && body` for exists, `!member || body` for all: both absorb the same way.
            if !uncertain.is_empty() && truth != Truth::from(!exists) {
                self.open = match self.open {
                    Value::Unknown(missing) if truth == Truth::Open => Value::Unknown(self.union(uncertain, missing)),
                    _ => Value::Unknown(uncertain),
                };
                self.trail.truncate(mark);
                truth = Truth::Open;
            }
            if let Some(decided) = fold.add(self, truth, mark) {
                return Value::Bool(decided == Truth::True);
            }
        }
        match fold.finish(self) {
            Truth::True => Value::Bool(true),
            Truth::False => Value::Bool(false),
            Truth::Open => self.open,
        }
    }

    /// The steps that the filter of a loop keeps, some of them uncertain.
    fn filtered(
        &mut self,
        looped: &Looped,
        filter: OpId,
        pure: bool,
        steps: &mut Steps<'a>,
    ) -> Result<BumpVec<'a, (Value<'a>, Value<'a>, Missing<'a>)>, Value<'a>> {
        let mut kept = BumpVec::new_in(self.arena);
        let mut missing: Option<Missing<'a>> = None;
        let mut error = None;
        while let Some((key, value, mut uncertain)) = steps.next(self) {
            self.stand_at(looped, key, value);
            match self.truth(filter) {
                Truth::True => {}
                Truth::False => continue,
                Truth::Open => match self.open {
                    Value::Unknown(more) => {
                        uncertain = self.union(uncertain, more);
                        if !pure {
                            missing = Some(self.union(missing.unwrap_or_default(), uncertain));
                        }
                    }
                    fault if uncertain.is_empty() => error = error.or(Some(fault)),
                    _ => missing = Some(self.union(missing.unwrap_or_default(), uncertain)),
                },
            }
            if let Err(kind) = self.make(std::mem::size_of::<(Value<'_>, Value<'_>, Missing<'_>)>()) {
                return Err(self.fault(kind, looped.id));
            }
            kept.push((key, value, uncertain));
        }
        match (error, missing) {
            (Some(error), _) => Err(error),
            (None, Some(missing)) => Err(Value::Unknown(missing)),
            (None, None) => Ok(kept),
        }
    }

    fn collect(&mut self, looped: &Looped, mut steps: Steps<'a>) -> Value<'a> {
        let kind = looped.kind;
        let mut kept: BumpVec<'_, (Value<'a>, Missing<'a>)> = BumpVec::new_in(self.arena);
        let mut entries: BumpVec<'_, (Value<'a>, Value<'a>)> = BumpVec::new_in(self.arena);
        let mut missing: Option<Missing<'a>> = None;
        let mut error: Option<Value<'a>> = None;
        // What decides which elements there are, where a filter as a whole is unknown.
        let mut members = Leaves::NONE;
        let mut count = 0usize;
        let mut kept_steps = None;
        if let Some((filter, pure)) = looped.filter {
            match self.filtered(looped, filter, pure, &mut steps) {
                Ok(all) => kept_steps = Some(all.into_iter()),
                Err(value) => return value,
            }
        }
        loop {
            let step = match &mut kept_steps {
                Some(kept) => kept.next(),
                None => steps.next(self),
            };
            let Some((key, value, uncertain)) = step else { break };
            self.stand_at(looped, key, value);
            let result = self.eval(looped.body);
            if let Err(kind) = self.make(std::mem::size_of::<(Value<'_>, Value<'_>)>()) {
                return self.fault(kind, looped.id);
            }
            match (kind, result) {
                (_, Value::Error(_)) if uncertain.is_empty() => error = error.or(Some(result)),
                (_, Value::Error(_)) => {
                    members = self.union(members, uncertain);
                    missing = Some(self.union(missing.unwrap_or_default(), uncertain));
                }
                (LoopKind::Map | LoopKind::TransformMap | LoopKind::TransformMapEntry, result) => {
                    // Whether there is a member was read first.
                    if !uncertain.is_empty() {
                        missing = Some(self.union(missing.unwrap_or_default(), uncertain));
                    }
                    match (kind, result) {
                        (_, Value::Unknown(_) | Value::Size(_) | Value::List(List::Maybe(_))) => {
                            missing = Some(self.union(missing.unwrap_or_default(), self.missing_of(result)));
                        }
                        (LoopKind::TransformMap, result) => entries.push((key, result)),
                        (LoopKind::TransformMapEntry, result) => {
                            let mut made = self.entries(result);
                            while let Some(entry) = made.next(self) {
                                entries.push(entry);
                            }
                        }
                        (_, result) => kept.push((result, Leaves::NONE)),
                    }
                }
                (_, Value::Bool(false)) => {}
                (_, Value::Bool(true)) => {
                    if kind == LoopKind::ExistsOne {
                        count += 1;
                        if !uncertain.is_empty() {
                            missing = Some(self.union(missing.unwrap_or_default(), uncertain));
                        }
                    } else {
                        members = self.union(members, uncertain);
                        kept.push((self.locals[looped.local.0 as usize], uncertain));
                    }
                }
                (_, Value::Unknown(more)) => {
                    let decides = self.union(uncertain, more);
                    members = self.union(members, decides);
                    if !looped.pure || kind == LoopKind::ExistsOne {
                        missing = Some(self.union(missing.unwrap_or_default(), decides));
                    }
                    kept.push((value, decides));
                }
                _ => error = error.or(Some(self.fault(FaultKind::Types, looped.body))),
            }
        }
        if let Some(error) = error {
            return error;
        }
        if let Some(missing) = missing {
            return Value::Unknown(if kind == LoopKind::Filter { members } else { missing });
        }
        match kind {
            LoopKind::ExistsOne => Value::Bool(count == 1),
            LoopKind::TransformMap | LoopKind::TransformMapEntry => self.make_map(looped.id, entries.into_bump_slice()),
            _ if kept.iter().any(|(_, uncertain)| !uncertain.is_empty()) => {
                Value::List(List::Maybe(kept.into_bump_slice()))
            }
            _ => {
                let mut values = BumpVec::with_capacity_in(kept.len(), self.arena);
                values.extend(kept.iter().map(|(value, _)| *value));
                Value::List(List::Values(values.into_bump_slice()))
            }
        }
    }
}
