//! From instructions to tests: which conditions can be decided over bound facts alone.

use super::Compiler;
use crate::program::{
    Arithmetic, Base, Compared, Comparison, Constant, Decode, FactRef, Function, Known, LocalId, Look, LoopKind,
    MAX_LEVELS, Op, OpId, ScopeId, Term, TermOf, Test, TestId, Tests, Walk, Word,
};

/// The rows a test looks at: of loops around it, and of its own.
#[derive(Default)]
pub(super) struct Levels(Vec<(LocalId, ScopeId, bool)>);

impl Levels {
    /// The level of the row that `local` stands at.
    fn of(&mut self, local: LocalId, scope: ScopeId) -> Option<u8> {
        match self.0.iter().position(|(known, ..)| *known == local) {
            Some(at) => Some(at as u8 + 1),
            None => self.add(local, scope, true),
        }
    }

    fn add(&mut self, local: LocalId, scope: ScopeId, outer: bool) -> Option<u8> {
        self.0.push((local, scope, outer));
        (self.0.len() < MAX_LEVELS).then_some(self.0.len() as u8)
    }
}

/// How many instructions are looked at for one condition. Arguments of definitions are shared, so that a few
/// instructions may stand for very many.
const MAX_LOOKED_AT: usize = 20_000;

impl Compiler<'_> {
    /// `op` with tests before all conditions in it that can be decided so.
    pub(super) fn with_tests(&mut self, op: OpId) -> OpId {
        self.looked_at = 0;
        self.tested(op)
    }

    fn tested(&mut self, op: OpId) -> OpId {
        if self.looked_at > MAX_LOOKED_AT {
            return op;
        }
        let mut levels = Levels::default();
        let before = self.program.tests.len();
        if let Some(test) = self.test(op, &mut levels) {
            let outer = levels.0.iter().enumerate().filter(|(_, (.., outer))| *outer);
            let outer: Box<[(u8, LocalId, ScopeId)]> =
                outer.map(|(at, (local, scope, _))| (at as u8 + 1, *local, *scope)).collect();
            let cost = (self.program.tests.len() - before) as u32 + 1;
            self.program.tested.push(crate::program::Tested { test, outer, cost });
            let index = self.program.tested.len() as u32 - 1;
            let span = self.program.origin(op).span;
            return self.emit(Op::Tested { tested: index, otherwise: op }, span, false);
        }
        self.program.tests.truncate(before);
        let span = self.program.origin(op).span;
        let may_err = self.errs[op.0 as usize];
        let replaced = match self.program.op(op) {
            Op::And(operands) | Op::Or(operands) => {
                let parts: Vec<OpId> = self.program.operands(operands).to_vec();
                let parts: Vec<OpId> = parts.into_iter().map(|part| self.tested(part)).collect();
                let is_and = matches!(self.program.op(op), Op::And(_));
                let operands = self.operands(&parts);
                if is_and { Op::And(operands) } else { Op::Or(operands) }
            }
            Op::Not(operand) => Op::Not(self.tested(operand)),
            Op::Conditional { condition, yes, no, pure } => {
                Op::Conditional { condition: self.tested(condition), yes: self.tested(yes), no: self.tested(no), pure }
            }
            Op::Loop { kind, list, local, key, filter, body, pure } => {
                let filter = filter.map(|(filter, pure)| (self.tested(filter), pure));
                Op::Loop { kind, list, local, key, filter, body: self.tested(body), pure }
            }
            _ => return op,
        };
        let made = self.emit(replaced, span, may_err);
        if let Some(opened) = self.program.opened.get(&op).cloned() {
            self.program.opened.insert(made, opened);
        }
        made
    }

    fn add_test(&mut self, op: OpId, levels: &mut Levels) -> Option<TestId> {
        let test = self.test(op, levels)?;
        self.program.tests.push(test);
        Some(TestId(self.program.tests.len() as u32 - 1))
    }

    fn test(&mut self, op: OpId, levels: &mut Levels) -> Option<Test> {
        self.looked_at += 1;
        if self.looked_at > MAX_LOOKED_AT {
            return None;
        }
        Some(match self.program.op(op) {
            Op::Constant(index) => match self.program.constants[index as usize] {
                Constant::Bool(value) => Test::Constant(value),
                _ => return None,
            },
            Op::Load { .. } | Op::Element(_) => Test::Fact(self.fact(op, levels)?, true),
            Op::HasFact { base, path, cell: (scope, cell), inside, .. } => {
                let level = self.level(base, scope, levels)?;
                let inside = inside.map(|(_, cell)| cell);
                Test::Has(FactRef { level, cell, path: Some(path) }, inside)
            }
            Op::Not(operand) => match self.test(operand, levels)? {
                Test::Fact(fact, wanted) => Test::Fact(fact, !wanted),
                Test::Text(fact, equal, text) => Test::Text(fact, !equal, text),
                test => {
                    self.program.tests.push(test);
                    Test::Not(TestId(self.program.tests.len() as u32 - 1))
                }
            },
            Op::And(operands) => Test::And(self.all_tests(self.program.operands(operands).to_vec(), levels)?),
            Op::Or(operands) => Test::Or(self.all_tests(self.program.operands(operands).to_vec(), levels)?),
            Op::Conditional { condition, yes, no, .. } => {
                Test::If(self.add_test(condition, levels)?, self.add_test(yes, levels)?, self.add_test(no, levels)?)
            }
            Op::Compare(comparison, left, right) => self.comparison(comparison, left, right, levels)?,
            Op::In(item, list) => self.membership(item, list, levels)?,
            Op::Call(function, operands) => {
                let [text, part] = *self.program.operands(operands) else { return None };
                let Op::Constant(index) = self.program.op(part) else { return None };
                let look = match (function, &self.program.constants[index as usize]) {
                    (Function::StartsWith, Constant::String(part)) => Look::Start(part.as_str().into()),
                    (Function::EndsWith, Constant::String(part)) => Look::End(part.as_str().into()),
                    (Function::Contains, Constant::String(part)) => Look::Part(part.as_str().into()),
                    (Function::Matches, Constant::Regex(regex)) => Look::Pattern(*regex),
                    _ => return None,
                };
                Test::Look(self.fact(text, levels)?, Box::new(look))
            }
            Op::Loop { kind: LoopKind::All, .. } => Test::Every(self.walk(op, levels)?),
            Op::Loop { kind: LoopKind::Exists, .. } => Test::Some(self.walk(op, levels)?),
            Op::Loop { kind: LoopKind::ExistsOne, .. } => {
                Test::Count(Box::new(self.walk(op, levels)?), Comparison::Equal, 1)
            }
            _ => return None,
        })
    }

    fn all_tests(&mut self, ops: Vec<OpId>, levels: &mut Levels) -> Option<Tests> {
        let tests: Option<Vec<Test>> = ops.into_iter().map(|op| self.test(op, levels)).collect();
        let tests = tests?;
        let all = &mut self.program.tests;
        let range = Tests { start: all.len() as u32, len: tests.len() as u32 };
        all.extend(tests);
        Some(range)
    }

    fn level(&self, base: Base, scope: ScopeId, levels: &mut Levels) -> Option<u8> {
        match base {
            Base::Root => Some(0),
            Base::Local(local) => levels.of(local, scope),
            Base::Record(_) => None,
        }
    }

    /// The fact that `op` loads.
    fn fact(&mut self, op: OpId, levels: &mut Levels) -> Option<FactRef> {
        match self.program.op(op) {
            Op::Load { base, path, cell: Some((scope, cell)), .. } => {
                Some(FactRef { level: self.level(base, scope, levels)?, cell, path: Some(path) })
            }
            Op::Element(local) => {
                let scope = *self.scopes.get(&local)?;
                let scalar = *self.scalars.get(&local)?;
                let cell = self.program.layout.cell(scope, &[], Decode::One(scalar))?;
                Some(FactRef { level: levels.of(local, scope)?, cell, path: None })
            }
            _ => None,
        }
    }

    /// A loop over a list of the document with one variable and nothing kept back.
    fn walk(&mut self, op: OpId, levels: &mut Levels) -> Option<Walk> {
        let Op::Loop { list, local, key: None, filter: None, body, .. } = self.program.op(op) else { return None };
        let Op::Load { .. } = self.program.op(list) else { return None };
        let list = self.fact(list, levels)?;
        let scope = *self.scopes.get(&local)?;
        let level = levels.add(local, scope, false)?;
        let before = self.program.tests.len();
        let body = self.add_test(body, levels)?;
        Some(Walk { list, scope, level, body, cost: (self.program.tests.len() - before) as u32 })
    }

    fn comparison(&mut self, comparison: Comparison, left: OpId, right: OpId, levels: &mut Levels) -> Option<Test> {
        // A constant stands on the right.
        if matches!(self.program.op(left), Op::Constant(_)) && !matches!(self.program.op(right), Op::Constant(_)) {
            return self.comparison(comparison.turned(), right, left, levels);
        }
        if let (Op::Call(Function::Size, operands), TermOf::Constant(Known::Int(n))) =
            (self.program.op(left), self.term_of(right, levels).unwrap_or(TermOf::AsOf))
        {
            let [operand] = *self.program.operands(operands) else { return None };
            return match self.program.op(operand) {
                Op::Loop { kind: LoopKind::Filter, .. } => {
                    Some(Test::Count(Box::new(self.walk(operand, levels)?), comparison, n))
                }
                _ => Some(Test::Size(self.fact(operand, levels)?, comparison, n)),
            };
        }
        let (left, right) = (self.term(left, levels)?, self.term(right, levels)?);
        let equality = match comparison {
            Comparison::Equal => Some(true),
            Comparison::NotEqual => Some(false),
            _ => None,
        };
        if left.by.is_none() && right.by.is_none() {
            match (&left.of, &right.of) {
                (TermOf::Fact(fact), TermOf::Constant(Known::Text(text))) if equality.is_some() => {
                    return Some(Test::Text(*fact, equality == Some(true), Word::new(text)));
                }
                (TermOf::Fact(fact), TermOf::Constant(Known::Bool(wanted))) if equality.is_some() => {
                    return Some(Test::Fact(*fact, *wanted == (equality == Some(true))));
                }
                (TermOf::Fact(fact), TermOf::Constant(Known::Int(n))) => return Some(Test::Int(*fact, comparison, *n)),
                (TermOf::Fact(fact), TermOf::Constant(Known::Double(n))) => {
                    return Some(Test::Double(*fact, comparison, *n));
                }
                _ => {}
            }
        }
        Some(Test::Compare(Box::new(Compared { comparison, left, right })))
    }

    fn term(&mut self, op: OpId, levels: &mut Levels) -> Option<Term> {
        if let Op::Arithmetic(arithmetic @ (Arithmetic::Add | Arithmetic::Subtract), left, right) = self.program.op(op)
        {
            let Op::Constant(index) = self.program.op(right) else { return None };
            let Constant::Duration(by) = self.program.constants[index as usize] else { return None };
            let by = if arithmetic == Arithmetic::Add { by } else { by.checked_neg()? };
            return Some(Term { of: self.term_of(left, levels)?, by: Some(by) });
        }
        Some(Term { of: self.term_of(op, levels)?, by: None })
    }

    fn term_of(&mut self, op: OpId, levels: &mut Levels) -> Option<TermOf> {
        Some(match self.program.op(op) {
            Op::Constant(index) => TermOf::Constant(known(&self.program.constants[index as usize])?),
            Op::Variable(index) => TermOf::Variable(index),
            Op::AsOf => TermOf::AsOf,
            Op::Spelled { base, path, cell: (scope, cell), .. } => {
                TermOf::Fact(FactRef { level: self.level(base, scope, levels)?, cell, path: Some(path) })
            }
            _ => TermOf::Fact(self.fact(op, levels)?),
        })
    }

    fn membership(&mut self, item: OpId, list: OpId, levels: &mut Levels) -> Option<Test> {
        if let Op::Constant(index) = self.program.op(item) {
            let item = known(&self.program.constants[index as usize])?;
            let Op::Load { .. } = self.program.op(list) else { return None };
            return Some(Test::Holds(self.fact(list, levels)?, Box::new(item)));
        }
        let Op::List(operands) = self.program.op(list) else { return None };
        let mut texts = Vec::new();
        let mut numbers = Vec::new();
        for operand in self.program.operands(operands) {
            let Op::Constant(index) = self.program.op(*operand) else { return None };
            match &self.program.constants[index as usize] {
                Constant::String(text) => texts.push(Word::new(text)),
                Constant::Int(number) => numbers.push(*number),
                _ => return None,
            }
        }
        let fact = self.fact(item, levels)?;
        match (texts.is_empty(), numbers.is_empty()) {
            (false, true) => Some(Test::AmongTexts(fact, texts.into())),
            (true, false) => Some(Test::AmongInts(fact, numbers.into())),
            _ => None,
        }
    }
}

fn known(constant: &Constant) -> Option<Known> {
    Some(match constant {
        Constant::Bool(value) => Known::Bool(*value),
        Constant::Int(value) => Known::Int(*value),
        Constant::Double(value) => Known::Double(*value),
        Constant::String(value) => Known::Text(value.as_str().into()),
        Constant::Timestamp(at) => Known::Time(*at),
        Constant::Date(day) => Known::Date(*day),
        Constant::Never => Known::Never,
        _ => return None,
    })
}
