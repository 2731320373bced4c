//! From instructions to terms: what tests compare.

use std::collections::HashSet;

use super::Compiler;
use super::levels::{AROUND, Levels, Stands};
use crate::program::{
    Arithmetic, Base, CellId, Constant, Decode, FactRef, Function, HeldId, Item, Linked, LoopKind, Op, OpId, PathId,
    Scalar, ScopeId, Term,
};
use crate::time::Duration;

/// Something of an element of a list that is found by its place or id.
struct Reached {
    steps: Vec<Step>,
    level: u8,
    scope: ScopeId,
    keys: Vec<String>,
    path: Option<PathId>,
    decode: Decode,
}

/// How an element is found.
enum Step {
    Item { list: FactRef, at: Term, scope: ScopeId, level: u8 },
    Linked { link: Term, list: u32, cell: CellId, scope: ScopeId, level: u8 },
}

impl Compiler<'_> {
    /// `op` as a term; one that stays the same while loops go on is kept.
    pub(super) fn term(&mut self, op: OpId, levels: &mut Levels) -> Option<Term> {
        self.testing.look()?;
        levels.cost += 1;
        let before = std::mem::take(&mut levels.used);
        let own = levels.own;
        let term = self.bare_term(op, levels).or_else(|| {
            levels.own = own;
            self.yielded(op, levels)
        });
        let used = levels.used;
        levels.used |= before;
        let term = term?;
        let light = matches!(
            term,
            Term::Fact(_) | Term::Time(..) | Term::Constant(_) | Term::Variable(_) | Term::AsOf | Term::Position(_)
        );
        let held = HeldId(self.program.held);
        if !light && levels.keep(held, used) {
            self.hold();
            self.testing.uses[held.0 as usize] = 2;
            return Some(Term::Held(held, Box::new(term)));
        }
        Some(term)
    }

    fn bare_term(&mut self, op: OpId, levels: &mut Levels) -> Option<Term> {
        if let Op::Element(local) = self.program.op(op)
            && let Some(Stands::Place(key)) = levels.stands(local)
        {
            levels.mark(key.level);
            return Some(Term::Position(key));
        }
        Some(match self.program.op(op) {
            Op::Constant(index) => Term::Constant(self.atomic(index)?),
            Op::Variable(index) => Term::Variable(index),
            Op::AsOf => Term::AsOf,
            Op::Spelled { base, path, cell: (scope, cell), .. } => {
                let level = self.level(base, scope, levels)?;
                Term::Time(FactRef { level, cell, path: Some(path) }, Duration::default())
            }
            Op::Arithmetic(arithmetic, left, right) => match (self.term(left, levels)?, self.term(right, levels)?) {
                (Term::Time(fact, by), Term::Constant(Constant::Duration(more))) if by == Duration::default() => {
                    match arithmetic {
                        Arithmetic::Add => Term::Time(fact, more),
                        Arithmetic::Subtract => Term::Time(fact, more.checked_neg()?),
                        _ => return None,
                    }
                }
                operands => Term::Arithmetic(arithmetic, Box::new(operands)),
            },
            Op::Negate(operand) => Term::Negate(Box::new(self.term(operand, levels)?)),
            Op::Conditional { condition, yes, no, .. } => {
                let condition = self.add_test(condition, levels)?;
                Term::If(condition, Box::new((self.term(yes, levels)?, self.term(no, levels)?)))
            }
            Op::Call(Function::Size, operands) => {
                let [operand] = *self.program.operands(operands) else { return None };
                match self.program.op(operand) {
                    Op::Loop { kind: LoopKind::Filter | LoopKind::Map, .. } => {
                        Term::Count(Box::new(self.walk(operand, levels)?))
                    }
                    _ => Term::Size(self.fact(operand, levels)?),
                }
            }
            Op::Index(..) | Op::Select { .. } | Op::Load { base: Base::Record(_), .. } => self.far(op, levels)?,
            _ => Term::Fact(self.fact(op, levels)?),
        })
    }

    /// Something of an element of a list that is found by its place or id.
    fn far(&mut self, op: OpId, levels: &mut Levels) -> Option<Term> {
        let own = levels.own;
        let Reached { steps, level, scope, keys, path, decode } = self.reached(op, levels)?;
        let cell = self.program.layout.cell(scope, &keys, decode)?;
        let mut whole = keys.is_empty();
        let mut then = Term::Fact(FactRef { level, cell, path });
        for step in steps.into_iter().rev() {
            then = match step {
                Step::Item { list, at, scope, level } => {
                    let whole = std::mem::take(&mut whole);
                    Term::Item(Box::new(Item { list, at, whole, scope, level, then }))
                }
                Step::Linked { link, list, cell, scope, level } => {
                    Term::Linked(Box::new(Linked { link, list, cell, scope, level, then }))
                }
            };
        }
        for level in (own + 1..=levels.own).rev() {
            levels.leave(level);
        }
        Some(then)
    }

    fn reached(&mut self, op: OpId, levels: &mut Levels) -> Option<Reached> {
        match self.program.op(op) {
            Op::Load { base: base @ (Base::Root | Base::Local(_)), path, cell: Some((scope, _)), decode } => {
                let level = self.level(base, scope, levels)?;
                let keys = self.program.path(path).keys.clone();
                Some(Reached { steps: Vec::new(), level, scope, keys, path: Some(path), decode })
            }
            Op::Load { base: Base::Record(record), path, decode, .. } => {
                let reached = self.reached(record, levels)?;
                let keys = self.program.path(path).keys.clone();
                Some(Reached { keys, path: Some(path), decode, ..reached })
            }
            Op::Element(local) => {
                let (scope, scalar) = (*self.scopes.get(&local)?, *self.scalars.get(&local)?);
                let level = levels.of(local, scope)?;
                let decode = Decode::One(scalar);
                Some(Reached { steps: Vec::new(), level, scope, keys: Vec::new(), path: None, decode })
            }
            Op::Select { operand, key, optional: false } => {
                let mut reached = self.reached(operand, levels)?;
                let Constant::String(key) = &self.program.constants[key as usize] else { return None };
                reached.keys.push(key.clone());
                // What stands in an element is read with it.
                (!reached.steps.is_empty()).then_some(Reached {
                    path: None,
                    decode: Decode::One(Scalar::Raw),
                    ..reached
                })
            }
            Op::Index(list, at) => {
                let Reached { mut steps, level, scope, keys, path, decode } = self.reached(list, levels)?;
                let cell = self.program.layout.cell(scope, &keys, decode)?;
                let list = FactRef { level, cell, path };
                let scalar = match decode {
                    Decode::List(scalar) => scalar,
                    _ => Scalar::Raw,
                };
                let scope = self.program.layout.list(scope, &keys)?;
                let at = self.term(at, levels)?;
                let level = levels.enter()?;
                levels.mark(level);
                steps.push(Step::Item { list, at, scope, level });
                Some(Reached { steps, level, scope, keys: Vec::new(), path: None, decode: Decode::One(scalar) })
            }
            Op::Follow { link, list } => {
                let [path] = self.program.lists[list as usize].paths[..] else { return None };
                let keys = self.program.path(path).keys.clone();
                let cell = self.program.layout.cell(ScopeId::DOCUMENT, &keys, Decode::List(Scalar::Record))?;
                let scope = self.program.layout.list(ScopeId::DOCUMENT, &keys)?;
                let link = self.term(link, levels)?;
                let level = levels.enter()?;
                levels.mark(level);
                let steps = vec![Step::Linked { link, list, cell, scope, level }];
                let decode = Decode::One(Scalar::Record);
                Some(Reached { steps, level, scope, keys: Vec::new(), path: None, decode })
            }
            _ => None,
        }
    }

    /// What `op` yields, whatever it does: no loops, no names, nothing of the host.
    fn yielded(&mut self, op: OpId, levels: &mut Levels) -> Option<Term> {
        if matches!(self.program.op(op), Op::List(_) | Op::Map(_) | Op::Optional(_) | Op::Fault(_)) {
            return None;
        }
        let mut seen = HashSet::new();
        let mut open = vec![op];
        while let Some(next) = open.pop() {
            if !seen.insert(next) {
                continue;
            }
            self.testing.look()?;
            let instruction = self.program.op(next);
            let local = match instruction {
                Op::Loop { .. } | Op::Bind { .. } | Op::OptMap { .. } | Op::Custom(..) | Op::DueOn => return None,
                Op::Load { base: Base::Local(local), .. } | Op::Element(local) => Some(local),
                _ => None,
            };
            if let Some(local) = local {
                match levels.stands(local) {
                    Some(Stands::Row(level) | Stands::Place(FactRef { level, .. })) => {
                        levels.mark(level);
                        let walk = levels.walks.iter_mut().find(|walk| walk.level == level)?;
                        if !walk.wanted.contains(&local) {
                            walk.wanted.push(local);
                        }
                    }
                    Some(Stands::Fact(_)) => return None,
                    None => levels.used |= AROUND,
                }
            }
            open.extend(self.program.operands_of(instruction));
        }
        Some(Term::Value(op))
    }
}
