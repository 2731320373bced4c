//! The evaluator: a program and facts in, outcomes out. It knows no policy, schema or YAML.
//!
//! One evaluator, two readings: the bare one yields values, the traced one also the facts that
//! decided them. Unknowns follow one table: what is missing may absorb an error in `&&` and `||`,
//! an error wins in every strict operation.

mod ops;
mod outcome;
mod value;

use bumpalo::Bump;

use crate::facts::Facts;
use crate::json::{Kind, NodeId, Tape};
use crate::program::{Base, Constant, Decode, LocalId, Op, OpId, PathId, Program, Scalar};
use crate::stdlib::{self, Argument, CustomFunctions, Known, NoValue, Returned};
use crate::value::Day;
pub use outcome::{DeadlineOutcome, Due, Outcome};
pub use value::{Fault, FaultKind, LeafRef, Leaves, List, Missing, Out, Value};

/// What one evaluation may cost. Limits are steps and never time, so that a verdict does not depend
/// on the machine, on other rules or on threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Steps of one rule for one subject; 2,000,000 unless set.
    pub steps: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { steps: 2_000_000 }
    }
}

/// What a run takes from its host.
#[derive(Clone, Copy)]
pub struct Settings<'a> {
    /// The functions an embedder added.
    pub functions: &'a CustomFunctions,
    /// What it may cost.
    pub limits: Limits,
    /// Asked now and then whether to stop.
    pub cancelled: Option<&'a dyn Fn() -> bool>,
}

/// How many steps lie between two questions to the host.
const STEPS_BETWEEN: u64 = 4096;

/// One document being evaluated on one day.
pub struct Run<'a, const TRACE: bool> {
    program: &'a Program,
    facts: &'a Facts<'a>,
    tape: &'a Tape<'a>,
    arena: &'a Bump,
    as_of: Day,
    slots: Vec<Result<NodeId, ()>>,
    locals: Vec<Value<'a>>,
    settings: Settings<'a>,
    steps: u64,
    /// Steps until the host is asked again.
    patience: u64,
    /// Whether the host asked to stop.
    pub(crate) stopped: bool,
    /// The due date messages may name.
    pub(crate) due: Value<'a>,
    /// Lists a quantifier found empty.
    vacuous: Vec<NodeId>,
}

impl<'a, const TRACE: bool> Run<'a, TRACE> {
    /// Resolves the slots of `program` in `facts`.
    pub fn new(
        program: &'a Program,
        facts: &'a Facts<'a>,
        arena: &'a Bump,
        as_of: Day,
        settings: Settings<'a>,
    ) -> Self {
        let tape = facts.tape();
        let slots =
            program.slots.iter().map(|path| walk(tape, NodeId::ROOT, &program.path(*path).keys).ok_or(())).collect();
        Run {
            program,
            facts,
            tape,
            arena,
            as_of,
            slots,
            locals: vec![Value::Null; program.locals as usize],
            settings,
            steps: settings.limits.steps,
            patience: 0,
            stopped: false,
            due: Value::Never,
            vacuous: Vec::new(),
        }
    }

    /// The document.
    pub fn tape(&self) -> &'a Tape<'a> {
        self.tape
    }

    /// Lets the loop variable `local` stand at `value`.
    pub fn set_local(&mut self, local: LocalId, value: Value<'a>) {
        self.locals[local.0 as usize] = value;
    }

    /// What the loop variable `local` stands at.
    pub fn local(&self, local: LocalId) -> Value<'a> {
        self.locals[local.0 as usize]
    }

    /// The members of a list, uncertain ones included.
    pub fn members(&self, list: List<'a>) -> Vec<Value<'a>> {
        self.elements(list).map(|(value, _)| value).collect()
    }

    /// Gives the next evaluation its full number of steps.
    pub fn refill(&mut self) {
        self.steps = self.settings.limits.steps;
    }

    fn step(&mut self, cost: u64) -> bool {
        self.steps = self.steps.saturating_sub(cost);
        match self.patience.checked_sub(cost) {
            Some(left) => self.patience = left,
            None => {
                self.patience = STEPS_BETWEEN;
                self.stopped |= self.settings.cancelled.is_some_and(|cancelled| cancelled());
            }
        }
        self.steps > 0 && !self.stopped
    }

    fn fault(&self, kind: FaultKind, op: OpId) -> Out<'a> {
        Out::of(Value::Error(Fault { kind, op }))
    }

    /// Works out the instruction `id`.
    pub fn eval(&mut self, id: OpId) -> Out<'a> {
        if !self.step(1) {
            return self.fault(FaultKind::Steps, id);
        }
        match self.program.op(id) {
            Op::Constant(index) => Out::of(self.constant(index)),
            Op::AsOf => Out::of(Value::Date(self.as_of)),
            Op::DueOn => Out::of(self.due),
            Op::Load { base, path, decode } => self.load(base, path, decode),
            Op::Element(local) => Out::of(self.locals[local.0 as usize]),
            Op::Follow { link, list } => self.follow(id, link, list),
            Op::And(operands) => self.fold(self.program.operands(operands), false),
            Op::Or(operands) => self.fold(self.program.operands(operands), true),
            Op::Not(operand) => {
                let out = self.eval(operand);
                match out.value {
                    Value::Bool(value) => Out { value: Value::Bool(!value), ..out },
                    Value::Unknown(_) | Value::Error(_) => out,
                    _ => self.fault(FaultKind::Types, id),
                }
            }
            Op::Negate(operand) => {
                let out = self.eval(operand);
                let value = match out.value {
                    Value::Int(value) => value.checked_neg().map(Value::Int),
                    Value::Double(value) => Some(Value::Double(-value)),
                    Value::Unknown(_) | Value::Error(_) => return out,
                    Value::Size(_, _, missing) => Some(Value::Unknown(missing)),
                    _ => return self.fault(FaultKind::Types, id),
                };
                value.map_or_else(|| self.fault(FaultKind::Overflow, id), |value| Out { value, ..out })
            }
            Op::Conditional { condition, yes, no, pure } => self.conditional(id, condition, yes, no, pure),
            Op::Compare(comparison, left, right) => self.compare(id, comparison, left, right),
            Op::In(item, list) => self.contains(id, item, list),
            Op::Arithmetic(arithmetic, left, right) => self.arithmetic(id, arithmetic, left, right),
            Op::Index(list, index) => self.index(id, list, index),
            Op::Call(function, operands) => self.call(id, function, self.program.operands(operands)),
            Op::Custom(index, operands) => self.custom(id, index, self.program.operands(operands)),
            Op::Loop { kind, list, local, body, pure } => self.run_loop(id, kind, list, local, body, pure),
            Op::List(operands) => {
                let operands = self.program.operands(operands);
                match self.strict(operands) {
                    Ok((values, why)) => Out { value: Value::List(List::Values(values)), why },
                    Err(out) => out,
                }
            }
        }
    }

    fn constant(&self, index: u32) -> Value<'a> {
        match &self.program.constants[index as usize] {
            Constant::Null => Value::Null,
            Constant::Bool(value) => Value::Bool(*value),
            Constant::Int(value) => Value::Int(*value),
            Constant::Uint(value) => Value::Uint(*value),
            Constant::Double(value) => Value::Double(*value),
            Constant::String(value) => Value::Str(value),
            Constant::Bytes(value) => Value::Bytes(value),
            Constant::Date(value) => Value::Date(*value),
            Constant::Never => Value::Never,
            Constant::Period(value) => Value::Period(*value),
            Constant::Regex(index) => Value::Regex(*index),
        }
    }

    fn load(&mut self, base: Base, path: PathId, decode: Decode) -> Out<'a> {
        let (record, mut why): (NodeId, Leaves<'a>) = match base {
            Base::Root(slot) => {
                let leaf = LeafRef { base: NodeId::ROOT, path };
                return match self.slots[slot.0 as usize] {
                    Ok(node) => self.answered(node, decode, leaf, Leaves::NONE),
                    Err(()) => Out::of(Value::Unknown(self.one(leaf))),
                };
            }
            Base::Local(local) => match self.locals[local.0 as usize] {
                Value::Record(node) => (node, Leaves::NONE),
                other => return Out::of(other),
            },
            Base::Record(op) => {
                let out = self.eval(op);
                match out.value {
                    Value::Record(node) => (node, out.why),
                    _ => return out,
                }
            }
        };
        let leaf = LeafRef { base: record, path };
        if !TRACE {
            why = Leaves::NONE;
        }
        match walk(self.tape, record, &self.program.path(path).keys) {
            Some(node) => self.answered(node, decode, leaf, why),
            None => Out::of(Value::Unknown(self.one(leaf))),
        }
    }

    fn answered(&mut self, node: NodeId, decode: Decode, leaf: LeafRef, before: Leaves<'a>) -> Out<'a> {
        let value = match decode {
            Decode::One(scalar) => self.scalar(node, scalar),
            Decode::List(scalar) => Value::List(List::Tape(node, scalar)),
        };
        let why = if TRACE { self.union(before, self.one(leaf)) } else { Leaves::NONE };
        Out { value, why }
    }

    /// Reads the JSON value `node` as the schema says.
    pub(crate) fn scalar(&self, node: NodeId, scalar: Scalar) -> Value<'a> {
        let tape = self.tape;
        match (scalar, tape.kind(node)) {
            (Scalar::Bool | Scalar::Raw, Kind::Bool(value)) => Value::Bool(value),
            (Scalar::Double, Kind::Number) => tape.double(node).map_or(Value::Null, Value::Double),
            (Scalar::Int | Scalar::Raw, Kind::Number) => match tape.int(node) {
                Some(value) => Value::Int(value),
                None => tape.double(node).map_or(Value::Null, Value::Double),
            },
            (Scalar::String | Scalar::Raw, Kind::String(_)) => Value::Str(self.string(node)),
            (Scalar::Date | Scalar::DateOrNever, Kind::String(_)) => {
                let text = self.string(node);
                match Day::parse(text) {
                    Some(day) => Value::Date(day),
                    None => Value::Never,
                }
            }
            (_, Kind::Object) => Value::Record(node),
            (_, Kind::Array) => Value::List(List::Tape(node, Scalar::Raw)),
            _ => Value::Null,
        }
    }

    fn string(&self, node: NodeId) -> &'a str {
        match self.tape.string(node) {
            std::borrow::Cow::Borrowed(text) => text,
            std::borrow::Cow::Owned(text) => self.arena.alloc_str(&text),
        }
    }

    fn follow(&mut self, id: OpId, link: OpId, list: u32) -> Out<'a> {
        let out = self.eval(link);
        match out.value {
            Value::Str(name) => {
                let list = &self.program.lists[list as usize];
                match self.facts.element(&list.name, name) {
                    Some(node) => Out { value: Value::Record(node), ..out },
                    // Nobody answered the list that the element would stand in.
                    None if walk(self.tape, NodeId::ROOT, &self.program.path(list.path).keys).is_none() => {
                        Out::of(Value::Unknown(self.one(LeafRef { base: NodeId::ROOT, path: list.path })))
                    }
                    None => self.fault(FaultKind::Index, id),
                }
            }
            Value::Unknown(_) | Value::Error(_) => out,
            _ => self.fault(FaultKind::Types, id),
        }
    }

    /// Folds `&&` (`absorbing` false) or `||` (`absorbing` true) over instructions.
    pub(crate) fn fold(&mut self, operands: &[OpId], absorbing: bool) -> Out<'a> {
        let mut fold = Fold::new(absorbing);
        for operand in operands {
            let out = self.eval(*operand);
            if let Some(decided) = fold.add(self, out, *operand) {
                return decided;
            }
        }
        fold.finish()
    }

    fn conditional(&mut self, id: OpId, condition: OpId, yes: OpId, no: OpId, pure: bool) -> Out<'a> {
        let decided = self.eval(condition);
        match decided.value {
            Value::Bool(holds) => {
                let out = self.eval(if holds { yes } else { no });
                let why = self.union(decided.why, out.why);
                Out { value: out.value, why }
            }
            Value::Error(_) => decided,
            Value::Unknown(missing) => {
                let (a, b) = (self.eval(yes), self.eval(no));
                match (a.value, b.value) {
                    (Value::Error(_), Value::Error(_)) => a,
                    _ if pure && self.decided_alike(a.value, b.value) => {
                        Out { value: a.value, why: self.union(a.why, b.why) }
                    }
                    _ => {
                        let missing = self.union(missing, self.missing_of(a.value));
                        Out::of(Value::Unknown(self.union(missing, self.missing_of(b.value))))
                    }
                }
            }
            _ => self.fault(FaultKind::Types, id),
        }
    }

    /// Evaluates operands of a strict operation: an error wins over what is missing.
    #[allow(clippy::type_complexity, reason = "the values, or what the operation comes to without them")]
    fn strict(&mut self, operands: &[OpId]) -> Result<(&'a [Value<'a>], Leaves<'a>), Out<'a>> {
        let mut values = bumpalo::collections::Vec::with_capacity_in(operands.len(), self.arena);
        let mut missing: Option<Missing<'a>> = None;
        let mut error = None;
        let mut why = Leaves::NONE;
        for operand in operands {
            let out = self.eval(*operand);
            match out.value {
                Value::Error(_) => error = error.or(Some(out)),
                Value::Unknown(_) | Value::Size(..) | Value::List(List::Maybe(_)) => {
                    missing = Some(self.union(missing.unwrap_or_default(), self.missing_of(out.value)));
                }
                value => values.push(value),
            }
            why = self.union(why, out.why);
        }
        match (error, missing) {
            (Some(error), _) => Err(error),
            (None, Some(missing)) => Err(Out::of(Value::Unknown(missing))),
            (None, None) => Ok((values.into_bump_slice(), why)),
        }
    }

    fn call(&mut self, id: OpId, function: crate::program::Function, operands: &[OpId]) -> Out<'a> {
        if function == crate::program::Function::Size {
            let out = self.eval(operands[0]);
            if let Value::List(List::Maybe(members)) = out.value {
                let certain = members.iter().filter(|(_, missing)| missing.is_empty()).count() as i64;
                return Out::of(Value::Size(certain, members.len() as i64, self.missing_of(out.value)));
            }
        }
        let (known, why) = match self.known(id, operands) {
            Ok(known) => known,
            Err(out) => return out,
        };
        let arena = self.arena;
        let value = match stdlib::call(function, known, |made| arena.alloc_str(&made)) {
            Ok(Known::Bool(value)) => Value::Bool(value),
            Ok(Known::Int(value)) => Value::Int(value),
            Ok(Known::Double(value)) => Value::Double(value),
            Ok(Known::String(value)) => Value::Str(value),
            Ok(Known::Date(value)) => Value::Date(value),
            Ok(Known::Never) => Value::Never,
            Ok(Known::Period(value)) => Value::Period(value),
            Ok(Known::List(_) | Known::Regex(_)) | Err(NoValue::Arguments) => {
                return self.fault(FaultKind::Types, id);
            }
            Err(NoValue::DateRange) => return self.fault(FaultKind::DateRange, id),
            Err(NoValue::Conversion) => return self.fault(FaultKind::Conversion, id),
        };
        Out { value, why }
    }

    /// Operands as functions see them, or what the call comes to without them.
    #[allow(clippy::type_complexity, reason = "the values, or what the call comes to without them")]
    fn known(&mut self, id: OpId, operands: &[OpId]) -> Result<(&'a [Known<'a>], Leaves<'a>), Out<'a>> {
        let (values, why) = self.strict(operands)?;
        let mut known = bumpalo::collections::Vec::with_capacity_in(values.len(), self.arena);
        for value in values {
            known.push(match *value {
                Value::Bool(value) => Known::Bool(value),
                Value::Int(value) => Known::Int(value),
                Value::Double(value) => Known::Double(value),
                Value::Str(value) => Known::String(value),
                Value::Date(value) => Known::Date(value),
                Value::Never => Known::Never,
                Value::Period(value) => Known::Period(value),
                Value::Regex(index) => Known::Regex(&self.program.regexes[index as usize]),
                Value::List(List::Tape(node, _)) => Known::List(self.tape.elements(node).count()),
                Value::List(List::Values(values)) => Known::List(values.len()),
                _ => return Err(self.fault(FaultKind::Types, id)),
            });
        }
        for value in &known {
            if let Known::String(text) = value
                && !self.step(text.len() as u64 / 16)
            {
                return Err(self.fault(FaultKind::Steps, id));
            }
        }
        Ok((known.into_bump_slice(), why))
    }

    fn custom(&mut self, id: OpId, index: u32, operands: &[OpId]) -> Out<'a> {
        let (known, why) = match self.known(id, operands) {
            Ok(known) => known,
            Err(out) => return out,
        };
        let functions = self.settings.functions.functions();
        let Some(function) = functions.get(index as usize) else { return self.fault(FaultKind::Types, id) };
        if !self.step(function.cost) {
            return self.fault(FaultKind::Steps, id);
        }
        let value = match (function.result, function.call(known)) {
            (Argument::Bool, Some(Returned::Bool(value))) => Value::Bool(value),
            (Argument::Int, Some(Returned::Int(value))) => Value::Int(value),
            (Argument::Double, Some(Returned::Double(value))) => Value::Double(value),
            (Argument::String, Some(Returned::String(value))) => Value::Str(self.arena.alloc_str(&value)),
            (Argument::Date | Argument::DateOrNever, Some(Returned::Date(value))) => Value::Date(value),
            (Argument::DateOrNever, Some(Returned::Never)) => Value::Never,
            (_, None) => return self.fault(FaultKind::Conversion, id),
            // The host broke its own declaration.
            _ => return self.fault(FaultKind::Types, id),
        };
        Out { value, why }
    }

    /// The facts `a`, then those of `b`.
    pub(crate) fn union(&self, a: Leaves<'a>, b: Leaves<'a>) -> Leaves<'a> {
        a.and(self.arena, b)
    }

    /// The facts a value depends on that is unknown, or known in part only.
    pub(crate) fn missing_of(&self, value: Value<'a>) -> Missing<'a> {
        match value {
            Value::Unknown(missing) | Value::Size(_, _, missing) => missing,
            Value::List(List::Maybe(members)) => {
                members.iter().fold(Leaves::NONE, |all, (_, missing)| self.union(all, *missing))
            }
            _ => Leaves::NONE,
        }
    }

    fn one(&self, leaf: LeafRef) -> Leaves<'a> {
        Leaves::one(self.arena, leaf)
    }
}

/// The value at `keys` below `node`; a `null` is absent.
fn walk(tape: &Tape<'_>, node: NodeId, keys: &[String]) -> Option<NodeId> {
    keys.iter().try_fold(node, |at, key| tape.member(at, key))
}

/// `&&` or `||` being folded. What is missing may absorb an error.
pub(crate) struct Fold<'a> {
    absorbing: bool,
    missing: Option<Missing<'a>>,
    error: Option<Out<'a>>,
    why: Leaves<'a>,
}

impl<'a> Fold<'a> {
    /// `absorbing` is the value that decides alone: false for `&&`, true for `||`.
    pub(crate) fn new(absorbing: bool) -> Self {
        Fold { absorbing, missing: None, error: None, why: Leaves::NONE }
    }

    /// Takes the next operand; `Some` if it decides.
    pub(crate) fn add<const TRACE: bool>(&mut self, run: &Run<'a, TRACE>, out: Out<'a>, op: OpId) -> Option<Out<'a>> {
        match out.value {
            Value::Bool(value) if value == self.absorbing => return Some(out),
            Value::Bool(_) => self.why = run.union(self.why, out.why),
            Value::Unknown(missing) => self.missing = Some(run.union(self.missing.unwrap_or_default(), missing)),
            Value::Error(_) => self.error = self.error.or(Some(out)),
            _ => self.error = self.error.or(Some(run.fault(FaultKind::Types, op))),
        }
        None
    }

    /// What the operands came to.
    pub(crate) fn finish(self) -> Out<'a> {
        match (self.missing, self.error) {
            (Some(missing), _) => Out::of(Value::Unknown(missing)),
            (None, Some(error)) => error,
            (None, None) => Out { value: Value::Bool(!self.absorbing), why: self.why },
        }
    }
}
