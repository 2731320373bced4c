//! From instructions to tests: which conditions can be decided over bound facts alone.

mod levels;
mod terms;

use std::collections::HashMap;

use super::{Compiler, MAX_OPS, Unit};
use crate::program::{
    Among, Base, Compared, Comparison, Constant, Decode, FactRef, Function, HeldId, LocalId, Look, LoopKind,
    MAX_LEVELS, Op, OpId, Operands, Plan, ScopeId, Stage, Term, Test, TestId, Tested, Tests, TimeCompared, Walk, Word,
};
use levels::{Inside, Levels, Stands};

/// Tests while they are made.
#[derive(Default)]
pub(super) struct Testing {
    /// How many instructions were looked at for the condition, and for all.
    looked_at: usize,
    looked_at_in_all: usize,
    /// Where each test stands.
    known: HashMap<Test, u32>,
    /// Where those stand that stand one after another.
    known_many: HashMap<Vec<Test>, Tests>,
    /// Results that hold for the whole document.
    held: HashMap<Test, HeldId>,
    /// How often each result is asked for.
    uses: Vec<u32>,
}

/// How many instructions are looked at for one condition. Arguments of definitions are shared, so that a few
/// instructions may stand for very many.
const MAX_LOOKED_AT: usize = 20_000;

/// How many are looked at for all conditions of a program.
const MAX_LOOKED_AT_IN_ALL: usize = 2 * MAX_OPS;

impl Testing {
    /// Looks at one more instruction, unless there were too many.
    fn look(&mut self) -> Option<()> {
        self.looked_at += 1;
        self.looked_at_in_all += 1;
        (self.looked_at <= MAX_LOOKED_AT && self.looked_at_in_all <= MAX_LOOKED_AT_IN_ALL).then_some(())
    }
}

impl Compiler<'_> {
    /// `op` with tests before all conditions in it that can be decided so.
    pub(super) fn with_tests(&mut self, op: OpId) -> OpId {
        self.testing.looked_at = 0;
        self.tested(op)
    }

    fn tested(&mut self, op: OpId) -> OpId {
        if self.testing.look().is_none() {
            return op;
        }
        let mut levels = Levels::default();
        match self.test(op, &mut levels) {
            // Without a test the instruction is run at once.
            Some(Test::Is(term)) if matches!(*term, Term::Value(_)) => {}
            Some(test) => {
                let outer = levels.outer.iter().enumerate();
                let outer = outer.map(|(at, (local, scope))| ((MAX_LEVELS - 1 - at) as u8, *local, *scope)).collect();
                let (fresh, cost) = (levels.fresh.into(), levels.cost);
                self.program.tested.push(Tested { test, outer, fresh, cost });
                let index = self.program.tested.len() as u32 - 1;
                let span = self.program.origin(op).span;
                return self.emit(Op::Tested { tested: index, otherwise: op }, span, false);
            }
            None => {}
        }
        let replaced = match self.program.op(op) {
            Op::And(operands) => Op::And(self.all_tested(operands)),
            Op::Or(operands) => Op::Or(self.all_tested(operands)),
            Op::Not(operand) => Op::Not(self.tested(operand)),
            Op::Conditional { condition, yes, no, pure } => {
                Op::Conditional { condition: self.tested(condition), yes: self.tested(yes), no: self.tested(no), pure }
            }
            Op::Loop { kind, list, local, key, filter, body, pure } => {
                let list = match self.program.op(list) {
                    Op::Loop { .. } => self.tested(list),
                    _ => list,
                };
                let filter = filter.map(|(filter, pure)| (self.tested(filter), pure));
                Op::Loop { kind, list, local, key, filter, body: self.tested(body), pure }
            }
            _ => return op,
        };
        let (span, may_err) = (self.program.origin(op).span, self.errs[op.0 as usize]);
        let made = self.emit(replaced, span, may_err);
        if let Some(opened) = self.program.opened.get(&op).cloned() {
            self.program.opened.insert(made, opened);
        }
        made
    }

    fn all_tested(&mut self, operands: Operands) -> Operands {
        let parts = self.program.operands(operands).to_vec();
        let parts: Vec<OpId> = parts.into_iter().map(|part| self.tested(part)).collect();
        self.operands(&parts)
    }

    /// The place of `test` among the tests, where each stands once.
    fn push_test(&mut self, test: Test) -> TestId {
        let tests = &mut self.program.tests;
        if let Some(known) = self.testing.known.get(&test) {
            return TestId(*known);
        }
        let made = tests.len() as u32;
        tests.push(test.clone());
        self.testing.known.insert(test, made);
        TestId(made)
    }

    fn add_test(&mut self, op: OpId, levels: &mut Levels) -> Option<TestId> {
        let test = self.test(op, levels)?;
        Some(self.push_test(test))
    }

    /// `op` as a test; one that stays true or false while loops go on is kept.
    fn test(&mut self, op: OpId, levels: &mut Levels) -> Option<Test> {
        self.testing.look()?;
        levels.cost += 1;
        let before = std::mem::take(&mut levels.used);
        let test = self.bare_test(op, levels);
        let used = levels.used;
        levels.used |= before;
        let test = test?;
        let heavy = matches!(test, Test::Every(_) | Test::Some(_) | Test::Count(..) | Test::Holds(..) | Test::Look(_));
        if !heavy {
            return Some(test);
        }
        if used == 0 {
            // What looks at the document alone may stand in several rules.
            let walked = !levels.walks.is_empty() || matches!(self.unit, Unit::Policies(..));
            let held = match self.testing.held.get(&test) {
                Some(held) => *held,
                None => {
                    let held = self.hold();
                    self.testing.held.insert(test.clone(), held);
                    held
                }
            };
            self.testing.uses[held.0 as usize] += if walked { 2 } else { 1 };
            return Some(Test::Held(held, self.push_test(test)));
        }
        let held = HeldId(self.program.held);
        if levels.keep(held, used) {
            self.hold();
            self.testing.uses[held.0 as usize] = 2;
            return Some(Test::Held(held, self.push_test(test)));
        }
        Some(test)
    }

    /// A result that is kept.
    fn hold(&mut self) -> HeldId {
        self.program.held += 1;
        self.testing.uses.push(0);
        HeldId(self.program.held - 1)
    }

    /// Results that are asked for once need not be kept.
    pub(super) fn release(&mut self) {
        let Compiler { program, testing, .. } = self;
        let released = |test: &Test, tests: &[Test]| match test {
            Test::Held(held, id) if testing.uses[held.0 as usize] < 2 => Some(tests[id.0 as usize].clone()),
            _ => None,
        };
        for at in 0..program.tests.len() {
            if let Some(test) = released(&program.tests[at], &program.tests) {
                program.tests[at] = test;
            }
        }
        for tested in &mut program.tested {
            if let Some(test) = released(&tested.test, &program.tests) {
                tested.test = test;
            }
        }
    }

    fn bare_test(&mut self, op: OpId, levels: &mut Levels) -> Option<Test> {
        Some(match self.program.op(op) {
            Op::Constant(index) => match self.program.constants[index as usize] {
                Constant::Bool(value) => Test::Constant(value),
                _ => return None,
            },
            Op::HasFact { base, path, cell: (scope, cell), inside, .. } => {
                let level = self.level(base, scope, levels)?;
                let inside = inside.map(|(_, cell)| cell);
                Test::Has(FactRef { level, cell, path: Some(path) }, inside)
            }
            Op::Not(operand) => match self.test(operand, levels)? {
                Test::Fact(fact, wanted) => Test::Fact(fact, !wanted),
                Test::Text(fact, equal, text) => Test::Text(fact, !equal, text),
                Test::Constant(value) => Test::Constant(!value),
                test => Test::Not(self.push_test(test)),
            },
            Op::And(_) | Op::Or(_) => self.connection(op, levels)?,
            Op::Conditional { condition, yes, no, .. } => {
                Test::If(self.add_test(condition, levels)?, self.add_test(yes, levels)?, self.add_test(no, levels)?)
            }
            Op::Compare(comparison, left, right) => self.comparison(comparison, left, right, levels)?,
            Op::In(item, list) => self.membership(item, list, levels)?,
            Op::Call(function, operands) => match self.look(function, operands, levels) {
                Some(look) => look,
                None => Test::Is(Box::new(self.term(op, levels)?)),
            },
            Op::Loop { kind: LoopKind::All, .. } => Test::Every(self.walk(op, levels)?),
            Op::Loop { kind: LoopKind::Exists, .. } => Test::Some(self.walk(op, levels)?),
            Op::Loop { kind: LoopKind::ExistsOne, .. } => {
                Test::Count(Box::new(self.walk(op, levels)?), Comparison::Equal, 1)
            }
            Op::Load { .. } | Op::Element(_) | Op::Select { .. } | Op::Index(..) => match self.term(op, levels)? {
                Term::Fact(fact) => Test::Fact(fact, true),
                term => Test::Is(Box::new(term)),
            },
            _ => return None,
        })
    }

    /// `&&` or `||`: the operands as tests that stand one after another. An operand that is the same connective
    /// is taken apart; a constant one has no part, or nothing behind it is looked at.
    fn connection(&mut self, op: OpId, levels: &mut Levels) -> Option<Test> {
        let absorbing = matches!(self.program.op(op), Op::Or(_));
        let operands = self.connected(op);
        let tests: Option<Vec<Test>> = operands.into_iter().map(|op| self.test(op, levels)).collect();
        let mut tests = tests?;
        tests.retain(|test| *test != Test::Constant(!absorbing));
        if let Some(at) = tests.iter().position(|test| *test == Test::Constant(absorbing)) {
            tests.truncate(at + 1);
        }
        match &tests[..] {
            [] => return Some(Test::Constant(!absorbing)),
            [Test::Constant(value)] => return Some(Test::Constant(*value)),
            _ => {}
        }
        let tests = self.push_tests(tests);
        Some(if absorbing { Test::Or(tests) } else { Test::And(tests) })
    }

    fn push_tests(&mut self, tests: Vec<Test>) -> Tests {
        if let Some(many) = self.testing.known_many.get(&tests) {
            return *many;
        }
        let all = &mut self.program.tests;
        let many = Tests { start: all.len() as u32, len: tests.len() as u32 };
        all.extend(tests.iter().cloned());
        self.testing.known_many.insert(tests, many);
        many
    }

    /// The operands of `&&` or `||`, those of the same connective inside it among them.
    fn connected(&self, op: OpId) -> Vec<OpId> {
        let conjunction = matches!(self.program.op(op), Op::And(_));
        let mut flat = Vec::new();
        let mut open = vec![op];
        while let Some(op) = open.pop() {
            match self.program.op(op) {
                Op::And(operands) if conjunction => open.extend(self.program.operands(operands).iter().rev()),
                Op::Or(operands) if !conjunction => open.extend(self.program.operands(operands).iter().rev()),
                _ => flat.push(op),
            }
            // Arguments of definitions are shared.
            if flat.len() > MAX_LOOKED_AT {
                break;
            }
        }
        flat
    }

    fn look(&mut self, function: Function, operands: Operands, levels: &mut Levels) -> Option<Test> {
        let [text, part] = *self.program.operands(operands) else { return None };
        let Op::Constant(index) = self.program.op(part) else { return None };
        let look = match (function, &self.program.constants[index as usize]) {
            (Function::StartsWith, Constant::String(part)) => Look::Start(part.as_str().into()),
            (Function::EndsWith, Constant::String(part)) => Look::End(part.as_str().into()),
            (Function::Contains, Constant::String(part)) => Look::Part(part.as_str().into()),
            (Function::Matches, Constant::Regex(regex)) => Look::Pattern(*regex),
            _ => return None,
        };
        Some(Test::Look(Box::new((self.term(text, levels)?, look))))
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
                if let Some(Stands::Fact(fact)) = levels.stands(local) {
                    levels.mark(fact.level);
                    return Some(FactRef { path: None, ..fact });
                }
                let scope = *self.scopes.get(&local)?;
                let scalar = *self.scalars.get(&local)?;
                let cell = self.program.layout.cell(scope, &[], Decode::One(scalar))?;
                Some(FactRef { level: levels.of(local, scope)?, cell, path: None })
            }
            _ => None,
        }
    }

    /// A loop over a list of the document, perhaps filtered or mapped before.
    fn walk(&mut self, op: OpId, levels: &mut Levels) -> Option<Walk> {
        let (own, locals, walks) = (levels.own, levels.locals.len(), levels.walks.len());
        let walk = self.walk_inside(op, levels);
        levels.locals.truncate(locals);
        levels.walks.truncate(walks);
        if levels.own > own {
            for level in (own + 1..=levels.own).rev() {
                levels.leave(level);
            }
        }
        walk
    }

    fn walk_inside(&mut self, op: OpId, levels: &mut Levels) -> Option<Walk> {
        let Op::Loop { kind, mut list, local, key, filter: None, body, .. } = self.program.op(op) else { return None };
        // What the elements go through, the last first.
        let mut through = Vec::new();
        if matches!(kind, LoopKind::Map) {
            (list, through) = (op, Vec::new());
        }
        while let Op::Loop {
            kind: kind @ (LoopKind::Filter | LoopKind::Map),
            list: inner,
            local,
            key: None,
            filter: None,
            body,
            ..
        } = self.program.op(list)
        {
            through.push((kind, local, body));
            list = inner;
        }
        let (scope, scalar) = self.elements_of(list)?;
        let source = list;
        let list = self.fact(source, levels)?;
        let (around, keys) = self.standing(source)?;
        let decode = if key.is_some() { Decode::Entries } else { Decode::Keys };
        let members = self.program.layout.cell(around, &keys, decode)?;
        let key_cell = match key {
            Some(_) => Some(self.program.layout.cell(scope, &[], Decode::Key)?),
            None => None,
        };
        let level = levels.enter()?;
        levels.walks.push(Inside { level, ..Inside::default() });
        let before = levels.cost;
        let mut stands = Stands::Row(level);
        let mut stages = Vec::new();
        for (kind, local, body) in through.into_iter().rev() {
            levels.locals.push((local, stands));
            if kind == LoopKind::Filter {
                stages.push(Stage::Keep(self.add_test(body, levels)?));
            } else {
                let fact = self.fact(body, levels).filter(|fact| fact.level == level)?;
                levels.cost += 1;
                stages.push(Stage::Take(fact));
                stands = Stands::Fact(fact);
            }
        }
        let body = if matches!(kind, LoopKind::Map) {
            self.push_test(Test::Constant(true))
        } else {
            levels.locals.push((local, stands));
            levels
                .locals
                .extend(key.zip(key_cell).map(|(key, cell)| (key, Stands::Place(FactRef { level, cell, path: None }))));
            self.add_test(body, levels)?
        };
        let inside = levels.walks.pop()?;
        let (keys, locals): (Vec<LocalId>, Vec<LocalId>) =
            inside.wanted.into_iter().partition(|local| Some(*local) == key);
        let plan = Plan {
            stages: stages.into(),
            fresh: inside.fresh.into(),
            locals: locals.into(),
            keys: keys.into(),
            key: key_cell,
            scalar,
        };
        let planned = key.is_some()
            || !(plan.stages.is_empty() && plan.fresh.is_empty() && plan.locals.is_empty() && plan.keys.is_empty());
        let cost = (levels.cost - before).max(1);
        let quantifier = matches!(kind, LoopKind::All | LoopKind::Exists);
        let by_column = !planned
            && match &self.program.tests[body.0 as usize] {
                Test::And(tests) | Test::Or(tests) => {
                    tests.of(&self.program.tests).iter().all(|test| test.is_of_one_cell(level))
                }
                test => test.is_of_one_cell(level),
            };
        let plan = planned.then(|| Box::new(plan));
        Some(Walk { list, members, scope, level, body, cost, quantifier, by_column, plan })
    }

    /// Where the list stands that `op` loads: the scope, and the keys.
    fn standing(&self, op: OpId) -> Option<(ScopeId, Vec<String>)> {
        match self.program.op(op) {
            Op::Load { path, cell: Some((scope, _)), .. } => Some((scope, self.program.path(path).keys.clone())),
            Op::Element(local) => Some((*self.scopes.get(&local)?, Vec::new())),
            _ => None,
        }
    }

    fn comparison(&mut self, comparison: Comparison, left: OpId, right: OpId, levels: &mut Levels) -> Option<Test> {
        // A constant stands on the right.
        if matches!(self.program.op(left), Op::Constant(_)) && !matches!(self.program.op(right), Op::Constant(_)) {
            return self.comparison(comparison.turned(), right, left, levels);
        }
        let (left, right) = (self.term(left, levels)?, self.term(right, levels)?);
        let equality = match comparison {
            Comparison::Equal => Some(true),
            Comparison::NotEqual => Some(false),
            _ => None,
        };
        Some(match (left, right, equality) {
            (Term::Fact(fact), Term::Constant(Constant::String(text)), Some(equal)) => {
                Test::Text(fact, equal, Word::new(&text))
            }
            (Term::Fact(fact), Term::Constant(Constant::Bool(wanted)), Some(equal)) => {
                Test::Fact(fact, wanted == equal)
            }
            (Term::Fact(fact), Term::Constant(Constant::Int(n)), _) => Test::Int(fact, comparison, n),
            (Term::Fact(fact), Term::Constant(Constant::Double(n)), _) => Test::Double(fact, comparison, n),
            (Term::Fact(a), Term::Fact(b), Some(equal)) => Test::Same(a, b, equal),
            (Term::Size(fact), Term::Constant(Constant::Int(n)), _) => Test::Size(fact, comparison, n),
            (Term::Count(walk), Term::Constant(Constant::Int(n)), _) => Test::Count(walk, comparison, n),
            (Term::Constant(a), Term::Constant(b), _) => Test::Constant(a.atom()?.compare(comparison, b.atom()?)?),
            (Term::Time(fact, by), right, _) => Test::Time(Box::new(TimeCompared { fact, by, comparison, right })),
            (left @ Term::Variable(_), Term::Time(fact, by), _) => {
                Test::Time(Box::new(TimeCompared { fact, by, comparison: comparison.turned(), right: left }))
            }
            (left, right, _) => Test::Compare(Box::new(Compared { comparison, left, right })),
        })
    }

    /// A constant that is an atom.
    fn atomic(&self, index: u32) -> Option<Constant> {
        let constant = &self.program.constants[index as usize];
        constant.atom().is_some().then(|| constant.clone())
    }

    fn membership(&mut self, item: OpId, list: OpId, levels: &mut Levels) -> Option<Test> {
        if let Op::List(operands) = self.program.op(list) {
            let operands = self.program.operands(operands);
            let known: Option<Vec<Constant>> = operands
                .iter()
                .map(|operand| match self.program.op(*operand) {
                    Op::Constant(index) => self.atomic(index),
                    _ => None,
                })
                .collect();
            let known = known?;
            let item = self.term(item, levels)?;
            let texts = known.iter().map(|known| match known {
                Constant::String(text) => Some(Word::new(text)),
                _ => None,
            });
            let numbers = known.iter().map(|known| match known {
                Constant::Int(number) => Some(*number),
                _ => None,
            });
            if let (Term::Fact(fact), false) = (&item, known.is_empty()) {
                if let Some(texts) = texts.collect() {
                    return Some(Test::AmongTexts(*fact, texts));
                }
                if let Some(numbers) = numbers.collect() {
                    return Some(Test::AmongInts(*fact, numbers));
                }
            }
            return Some(Test::Among(Box::new(Among { item, known: known.into() })));
        }
        let item = self.term(item, levels)?;
        Some(Test::Holds(self.fact(list, levels)?, Box::new(item)))
    }
}
