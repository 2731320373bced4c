//! One expression. Records are no values: a path below one is followed at once, so that only
//! leaves are loaded.

use std::collections::HashMap;

use super::{Compiler, MAX_DEPTH, MAX_OPENINGS, Unit, pattern_too_large};
use crate::cel::{BinaryOp, Expr, ExprId, Expression, Literal, Macro, UnaryOp};
use crate::check::environment::TYPE_NAMES;
use crate::check::typed::{BindingId, Meaning, Typed};
use crate::limits::Limits;
use crate::pattern::{Pattern, PatternError};
use crate::policy::ParameterValue;
use crate::program::{
    Arithmetic, Base, CellId, Comparison, Constant, Decode, Double, FaultKind, Function, LocalId, LoopKind, Op, OpId,
    Opened, Path, Scalar, ScopeId,
};
use crate::source::Span;
use crate::time::{Duration, Timestamp};
use crate::types::{RecordId, Type};
use crate::value::Day;

/// How long a string may be, in bytes, that is put together while compiling.
const MAX_FOLDED: usize = 4096;

/// What the names of an expression stand for while it is compiled.
#[derive(Clone, Default)]
pub(super) struct Env {
    /// Loop variables.
    pub bindings: HashMap<BindingId, LocalId>,
    /// Variables of the rule.
    pub variables: Vec<Operand>,
    /// Arguments of the definition being opened.
    pub arguments: Vec<Operand>,
}

/// A value, or a record that is still to be selected from.
#[derive(Clone)]
pub(super) enum Operand {
    Op(OpId),
    Place(Place),
}

/// An object of the document that may still be selected from: where it starts, and the keys below.
#[derive(Clone)]
pub(super) struct Place {
    start: Start,
    keys: Vec<String>,
    /// What the vocabulary knows of it, where there is one.
    record: Option<RecordId>,
}

#[derive(Clone, Copy)]
enum Start {
    Root,
    Local(LocalId),
    Record(OpId),
}

impl Start {
    fn base(self) -> Base {
        match self {
            Start::Root => Base::Root,
            Start::Local(local) => Base::Local(local),
            Start::Record(op) => Base::Record(op),
        }
    }
}

impl Compiler<'_> {
    pub(super) fn operand(&mut self, e: &Expression, typed: &Typed, id: ExprId, env: &Env) -> Operand {
        self.depth += 1;
        let operand = if self.depth > MAX_DEPTH {
            let span = e.span(id);
            self.too_large.get_or_insert(span);
            Operand::Op(self.emit(Op::Fault(FaultKind::Steps), span, true))
        } else {
            self.opened(e, typed, id, env)
        };
        self.depth -= 1;
        operand
    }

    fn opened(&mut self, e: &Expression, typed: &Typed, id: ExprId, env: &Env) -> Operand {
        let span = e.span(id);
        let op = match e.ast.node(id) {
            Expr::Ident(name) => return self.ident(typed, id, name, span, env),
            Expr::Select(operand, field) => {
                match (typed.meanings[id.index()], self.unit) {
                    (Meaning::Parameter(index), Unit::Policies(_, _, parameter)) => {
                        let value = parameter(self.pack, index);
                        return Operand::Op(self.parameter_constant(value, span));
                    }
                    (Meaning::Global(variable), _) => return self.variable(variable, span),
                    (Meaning::TypeName(at), _) => {
                        return Operand::Op(self.constant(Constant::Type(TYPE_NAMES[at].1), span));
                    }
                    _ => {}
                }
                return match (self.operand(e, typed, *operand, env), self.unit) {
                    (Operand::Place(place), _) => self.member(place, &field.text, span),
                    (Operand::Op(operand), Unit::Plain(_)) => {
                        let key = self.constant_index(Constant::String(field.text.clone()));
                        Operand::Op(self.emit(Op::Select { operand, key, optional: false }, span, true))
                    }
                    // The checker lets no other selection through.
                    (op, Unit::Policies(..)) => op,
                };
            }
            Expr::Error | Expr::Message(_) => self.emit(Op::Fault(FaultKind::UnknownName), span, true),
            Expr::Has(operand, field) => {
                let over = self.operand(e, typed, *operand, env);
                let operand = self.loaded(over.clone(), e.span(*operand));
                let key = self.constant_index(Constant::String(field.text.clone()));
                let otherwise = self.emit(Op::Has { operand, key }, span, true);
                match over {
                    Operand::Place(place) => self.has_fact(place, &field.text, operand, otherwise, span),
                    Operand::Op(_) => otherwise,
                }
            }
            Expr::SelectOptional(operand, field) => {
                let operand = self.op(e, typed, *operand, env);
                let key = self.constant_index(Constant::String(field.text.clone()));
                self.emit(Op::Select { operand, key, optional: true }, span, true)
            }
            Expr::Map(entries) => {
                let ids: Vec<ExprId> = entries.iter().flat_map(|(key, value)| [*key, *value]).collect();
                let ops = self.ops(e, typed, &ids, env);
                let operands = self.operands(&ops);
                self.emit(Op::Map(operands), span, true)
            }
            Expr::Optional(value) => {
                let value = self.op(e, typed, *value, env);
                self.emit(Op::Optional(value), span, true)
            }
            Expr::IndexOptional(list, index) => {
                let (a, b) = (self.op(e, typed, *list, env), self.op(e, typed, *index, env));
                self.emit(Op::IndexOptional(a, b), span, true)
            }
            Expr::Bind { value, body, .. } => {
                let value = self.op(e, typed, *value, env);
                let (local, inner) = self.bound(typed, id, env);
                if self.errs[value.0 as usize] {
                    self.erring.insert(local);
                }
                let body = self.op(e, typed, *body, &inner);
                self.emit(Op::Bind { local, value, body }, span, false)
            }
            Expr::OptMap { flat, optional, body, .. } => {
                let optional = self.op(e, typed, *optional, env);
                let (local, inner) = self.bound(typed, id, env);
                let body = self.op(e, typed, *body, &inner);
                self.emit(Op::OptMap { flat: *flat, optional, local, body }, span, true)
            }
            Expr::Literal(literal) => {
                let constant = match literal {
                    Literal::Null => Constant::Null,
                    Literal::Bool(value) => Constant::Bool(*value),
                    Literal::Int(value) => Constant::Int(*value),
                    Literal::Uint(value) => Constant::Uint(*value),
                    Literal::Double(value) => Constant::Double(Double::of(*value)),
                    Literal::String(value) => Constant::String(value.clone()),
                    Literal::Bytes(value) => Constant::Bytes(value.clone()),
                };
                self.constant(constant, span)
            }
            Expr::Call(target, name, args) => {
                return self.call(e, typed, id, *target, &name.text, args, env);
            }
            Expr::List(items) => {
                let ops = self.ops(e, typed, items, env);
                let operands = self.operands(&ops);
                self.emit(Op::List(operands), span, false)
            }
            Expr::And(items) => {
                let ops = self.ops(e, typed, items, env);
                let operands = self.operands(&ops);
                self.emit(Op::And(operands), span, false)
            }
            Expr::Or(items) => {
                let ops = self.ops(e, typed, items, env);
                let operands = self.operands(&ops);
                self.emit(Op::Or(operands), span, false)
            }
            Expr::Unary(UnaryOp::Not, operand) => {
                let operand = self.op(e, typed, *operand, env);
                self.emit(Op::Not(operand), span, false)
            }
            Expr::Unary(UnaryOp::Negate, operand) => {
                let int = typed.types[operand.index()] == Type::Int;
                let op = Op::Negate(self.op(e, typed, *operand, env));
                self.calculated_or(op, span, int)
            }
            Expr::Binary(op, left, right) => {
                let int = typed.types[left.index()] == Type::Int;
                let (a, b) = (self.op(e, typed, *left, env), self.op(e, typed, *right, env));
                let (op, may_err) = binary(*op, a, b, int);
                self.calculated_or(op, span, may_err)
            }
            Expr::Index(list, index) => {
                let list_operand = self.operand(e, typed, *list, env);
                if let (Operand::Place(place), Expr::Literal(Literal::String(key)), Unit::Plain(_)) =
                    (&list_operand, e.ast.node(*index), self.unit)
                {
                    return self.member(place.clone(), key, span);
                }
                let (a, b) = (self.loaded(list_operand, e.span(*list)), self.op(e, typed, *index, env));
                let op = self.emit(Op::Index(a, b), span, true);
                if let Type::Record(record) = typed.types[id.index()] {
                    return Operand::Place(Place { start: Start::Record(op), keys: Vec::new(), record: Some(record) });
                }
                op
            }
            Expr::Conditional(condition, yes, no) => {
                let condition = self.op(e, typed, *condition, env);
                let (yes, no) = (self.op(e, typed, *yes, env), self.op(e, typed, *no, env));
                let pure = !self.errs[condition.0 as usize];
                self.emit(Op::Conditional { condition, yes, no, pure }, span, false)
            }
            Expr::Loop { .. } => return Operand::Op(self.compile_loop(e, typed, id, env)),
        };
        Operand::Op(op)
    }

    /// A node whose type is no record.
    fn op(&mut self, e: &Expression, typed: &Typed, id: ExprId, env: &Env) -> OpId {
        let operand = self.operand(e, typed, id, env);
        self.loaded(operand, e.span(id))
    }

    /// An operand as a value.
    fn loaded(&mut self, operand: Operand, span: Span) -> OpId {
        match operand {
            Operand::Op(op) => op,
            Operand::Place(place) => self.load(place, span),
        }
    }

    fn ops(&mut self, e: &Expression, typed: &Typed, ids: &[ExprId], env: &Env) -> Vec<OpId> {
        ids.iter().map(|id| self.op(e, typed, *id, env)).collect()
    }

    fn ident(&mut self, typed: &Typed, id: ExprId, name: &str, span: Span, env: &Env) -> Operand {
        match typed.meanings[id.index()] {
            Meaning::Fact => match self.unit {
                Unit::Policies(_, schema, _) => {
                    let place = Place { start: Start::Root, keys: Vec::new(), record: Some(schema.root()) };
                    self.member(place, name, span)
                }
                Unit::Plain(_) => Operand::Op(self.emit(Op::Fault(FaultKind::UnknownName), span, true)),
            },
            Meaning::Global(variable) => self.variable(variable, span),
            Meaning::TypeName(at) => Operand::Op(self.constant(Constant::Type(TYPE_NAMES[at].1), span)),
            Meaning::Unresolved => Operand::Op(self.emit(Op::Fault(FaultKind::UnknownName), span, true)),
            Meaning::AsOf => Operand::Op(self.emit(Op::AsOf, span, false)),
            Meaning::DueOn => Operand::Op(self.emit(Op::DueOn, span, false)),
            Meaning::Never => Operand::Op(self.constant(Constant::Never, span)),
            Meaning::Binding(binding) => {
                let local = env.bindings[&binding];
                match (&typed.types[id.index()], self.unit) {
                    (Type::Record(record), _) => {
                        Operand::Place(Place { start: Start::Local(local), keys: Vec::new(), record: Some(*record) })
                    }
                    (_, Unit::Plain(_)) if self.scopes.contains_key(&local) => {
                        Operand::Place(Place { start: Start::Local(local), keys: Vec::new(), record: None })
                    }
                    _ => Operand::Op(self.emit(Op::Element(local), span, false)),
                }
            }
            Meaning::Variable(index) => env.variables[index].clone(),
            Meaning::Argument(index) => env.arguments[index].clone(),
            _ => Operand::Op(self.constant(Constant::Null, span)),
        }
    }

    /// A variable of plain CEL: the document, or a value of the host.
    fn variable(&mut self, variable: usize, span: Span) -> Operand {
        match self.unit {
            Unit::Plain(environment) if environment.document == Some(variable) => {
                Operand::Place(Place { start: Start::Root, keys: Vec::new(), record: None })
            }
            _ => Operand::Op(self.emit(Op::Variable(variable as u32), span, false)),
        }
    }

    /// The member `name` of an object: a deeper object, or a fact to load.
    fn member(&mut self, mut place: Place, name: &str, span: Span) -> Operand {
        place.keys.push(name.to_string());
        let (Unit::Policies(_, schema, _), Some(record)) = (self.unit, place.record) else {
            return Operand::Place(place);
        };
        let record = schema.record(record);
        let Some(field) = record.field(name) else {
            return Operand::Op(self.constant(Constant::Null, span));
        };
        if let Type::Record(inner) = field.ty {
            place.record = Some(inner);
            return Operand::Place(place);
        }
        let pattern = record.path_of(name);
        let decode = decode(&field.ty);
        Operand::Op(self.emit_load(place, pattern, decode, span, false))
    }

    /// The object at `place` as a value of plain CEL.
    pub(super) fn load(&mut self, place: Place, span: Span) -> OpId {
        match (self.unit, place.start) {
            // The checker lets no record of a policy through here.
            (Unit::Policies(..), _) => self.constant(Constant::Null, span),
            (Unit::Plain(environment), Start::Root) if place.keys.is_empty() => {
                self.emit(Op::Variable(environment.document.unwrap_or(0) as u32), span, false)
            }
            (_, Start::Local(local)) if place.keys.is_empty() => self.emit(Op::Element(local), span, false),
            _ => {
                let pattern = place.keys.join(".");
                self.emit_load(place, pattern, Decode::One(Scalar::Raw), span, true)
            }
        }
    }

    fn emit_load(&mut self, place: Place, pattern: String, decode: Decode, span: Span, may_err: bool) -> OpId {
        let cell = self.cell(place.start, &place.keys, decode);
        let path = self.path(Path { keys: place.keys, pattern });
        self.emit(Op::Load { base: place.start.base(), path, decode, cell }, span, may_err)
    }

    /// Where binding puts what stands at `keys` below `start`.
    fn cell(&mut self, start: Start, keys: &[String], decode: Decode) -> Option<(ScopeId, CellId)> {
        let scope = match start {
            Start::Root => ScopeId::DOCUMENT,
            Start::Local(local) => *self.scopes.get(&local)?,
            Start::Record(_) => return None,
        };
        Some((scope, self.program.layout.cell(scope, keys, decode)?))
    }

    /// `has(place.name)`, told by binding where it can.
    fn has_fact(&mut self, place: Place, name: &str, operand: OpId, otherwise: OpId, span: Span) -> OpId {
        let inside = match self.program.op(operand) {
            Op::Load { cell, .. } if cell.is_some() => cell,
            Op::Load { .. } => return otherwise,
            _ => None,
        };
        let start = place.start;
        let mut keys = place.keys;
        keys.push(name.to_string());
        let Some(cell) = self.cell(start, &keys, Decode::One(Scalar::Raw)) else { return otherwise };
        let pattern = keys.join(".");
        let path = self.path(Path { keys, pattern });
        self.emit(Op::HasFact { base: start.base(), path, cell, inside, otherwise }, span, true)
    }

    fn parameter_constant(&mut self, value: ParameterValue, span: Span) -> OpId {
        self.constant(
            match value {
                ParameterValue::Period(value) => Constant::Period(value),
                ParameterValue::Int(value) => Constant::Int(value),
                ParameterValue::Bool(value) => Constant::Bool(value),
                ParameterValue::Date(value) => Constant::Date(value),
                ParameterValue::String(value) => Constant::String(value),
            },
            span,
        )
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one call")]
    fn call(
        &mut self,
        e: &Expression,
        typed: &Typed,
        id: ExprId,
        target: Option<ExprId>,
        name: &str,
        args: &[ExprId],
        env: &Env,
    ) -> Operand {
        let span = e.span(id);
        match typed.meanings[id.index()] {
            Meaning::Follow => {
                let link = self.op(e, typed, args[0], env);
                let Type::Link(target) = &typed.types[args[0].index()] else {
                    return Operand::Op(self.emit(Op::Fault(FaultKind::Types), span, true));
                };
                let (list, record) = (target.list.clone(), target.record);
                let list = self.list_index(&list);
                let op = self.emit(Op::Follow { link, list }, span, false);
                Operand::Place(Place { start: Start::Record(op), keys: Vec::new(), record: Some(record) })
            }
            Meaning::Definition(definition) => {
                let arguments = args.iter().map(|arg| self.operand(e, typed, *arg, env)).collect();
                let Unit::Policies(checked, ..) = self.unit else {
                    return Operand::Op(self.emit(Op::Fault(FaultKind::UnknownFunction), span, true));
                };
                let entry = checked.definitions.get(definition);
                let inner = Env { arguments, ..Env::default() };
                self.openings += 1;
                if self.openings > MAX_OPENINGS {
                    self.too_large.get_or_insert(span);
                }
                if self.too_large.is_some() {
                    return Operand::Op(self.emit(Op::Fault(FaultKind::Steps), span, true));
                }
                // Parameters of shared definitions do not exist, so the pack stays the caller's.
                let body = self.operand(&entry.expression, &entry.typed, entry.expression.ast.root(), &inner);
                if let Operand::Op(op) = body {
                    let opened = Opened { definition: name.to_string(), call: span };
                    self.program.opened.entry(op).or_insert(opened);
                }
                body
            }
            Meaning::Function(signature) => {
                // A receiver that only names the function, as in `math.abs`, is no operand.
                let operands: Vec<ExprId> =
                    target.into_iter().filter(|_| signature.method).chain(args.iter().copied()).collect();
                if let (Function::ToDate, [only]) = (signature.function, &operands[..])
                    && let Expr::Literal(Literal::String(text)) = e.ast.node(*only)
                    && let Some(day) = Day::parse(text)
                {
                    return Operand::Op(self.constant(Constant::Date(day), span));
                }
                let mut ops = Vec::new();
                for (at, operand) in operands.iter().enumerate() {
                    ops.push(match e.ast.node(*operand) {
                        Expr::Literal(Literal::String(pattern)) if signature.pattern == Some(at) => {
                            self.regex(pattern, e.span(*operand))
                        }
                        _ => self.op(e, typed, *operand, env),
                    });
                }
                let folded = self.folded(signature.function, &ops);
                let operands = self.operands(&ops);
                if let Some(constant) = folded {
                    let call = Op::Call(signature.function, operands);
                    return Operand::Op(self.stand_in(constant, call, span, signature.may_err));
                }
                let call = self.emit(Op::Call(signature.function, operands), span, signature.may_err);
                Operand::Op(self.spelled(signature.function, &ops, call, span))
            }
            Meaning::Unresolved => Operand::Op(self.emit(Op::Fault(FaultKind::UnknownFunction), span, true)),
            Meaning::Custom(index) => {
                let ops = self.ops(e, typed, args, env);
                let operands = self.operands(&ops);
                let may_err = self.functions().functions()[index].may_err;
                Operand::Op(self.emit(Op::Custom(index as u32, operands), span, may_err))
            }
            _ => Operand::Op(self.constant(Constant::Null, span)),
        }
    }

    /// The value of a calculation with constants, where it has one.
    fn calculated(&self, op: Op) -> Option<Constant> {
        let constant = |op: OpId| match self.program.op(op) {
            Op::Constant(index) => Some(&self.program.constants[index as usize]),
            _ => None,
        };
        let atom = match op {
            Op::Negate(operand) => constant(operand)?.atom()?.negate(),
            Op::Arithmetic(arithmetic, left, right) => match (constant(left)?, constant(right)?) {
                (Constant::String(a), Constant::String(b)) if arithmetic == Arithmetic::Add => {
                    let long = a.len() + b.len() > MAX_FOLDED;
                    return (!long).then(|| Constant::String(format!("{a}{b}")));
                }
                (left, right) => left.atom()?.arithmetic(arithmetic, right.atom()?),
            },
            _ => return None,
        };
        // What errs is told where it is run.
        atom.ok().map(Constant::of)
    }

    /// The instruction `op`, worked out where it can be.
    fn calculated_or(&mut self, op: Op, span: Span, may_err: bool) -> OpId {
        match self.calculated(op) {
            Some(constant) => self.stand_in(constant, op, span, may_err),
            None => self.emit(op, span, may_err),
        }
    }

    /// The value of `op` in its place. Whether an expression may err is a matter of its form, which a reader
    /// can see, and not of what was worked out beforehand.
    fn stand_in(&mut self, constant: Constant, op: Op, span: Span, may_err: bool) -> OpId {
        let may_err = may_err || self.program.operands_of(op).into_iter().any(|operand| self.errs[operand.0 as usize]);
        let index = self.constant_index(constant);
        self.emit(Op::Constant(index), span, may_err)
    }

    /// The value of a call whose argument is written out.
    fn folded(&self, function: Function, operands: &[OpId]) -> Option<Constant> {
        let [operand] = operands else { return None };
        let Op::Constant(index) = self.program.op(*operand) else { return None };
        match (function, &self.program.constants[index as usize]) {
            (Function::ToTimestamp, Constant::String(text)) => {
                Timestamp::parse(text.as_bytes()).map(Constant::Timestamp)
            }
            (Function::ToDuration, Constant::String(text)) => Duration::parse(text).map(Constant::Duration),
            (Function::Size, Constant::String(text)) => i64::try_from(text.chars().count()).ok().map(Constant::Int),
            _ => None,
        }
    }

    /// `timestamp(fact)`, which binding works out once.
    fn spelled(&mut self, function: Function, operands: &[OpId], otherwise: OpId, span: Span) -> OpId {
        let (Function::ToTimestamp, [operand]) = (function, operands) else { return otherwise };
        let Op::Load { base, path, cell: Some((scope, _)), .. } = self.program.op(*operand) else { return otherwise };
        let keys = &self.program.paths[path.0 as usize].keys;
        let decode = Decode::One(Scalar::Timestamp);
        match self.program.layout.cell(scope, keys, decode) {
            Some(cell) => self.emit(Op::Spelled { base, path, cell: (scope, cell), otherwise }, span, true),
            None => otherwise,
        }
    }

    fn regex(&mut self, pattern: &str, span: Span) -> OpId {
        if let Some(index) = self.patterns.get(pattern) {
            return match *index {
                Some(index) => self.constant(Constant::Regex(index), span),
                None => self.emit(Op::Fault(FaultKind::Pattern), span, true),
            };
        }
        let index = match self.compiled(pattern, span) {
            Some(pattern) => {
                self.program.patterns.push(pattern);
                Some(self.program.patterns.len() as u32 - 1)
            }
            None => None,
        };
        self.patterns.insert(pattern.to_string(), index);
        self.regex(pattern, span)
    }

    /// The pattern, unless it is none, or too large by itself or with all the others.
    fn compiled(&mut self, pattern: &str, span: Span) -> Option<Pattern> {
        if self.patterns_full {
            return None;
        }
        let Limits { pattern_bytes, patterns_bytes, .. } = self.limits;
        let most = patterns_bytes.saturating_sub(self.pattern_bytes).min(pattern_bytes);
        let compiled = match Pattern::new(pattern, most) {
            Err(PatternError::Syntax(_)) => return None,
            Err(PatternError::TooLarge) => Err(most),
            Ok(compiled) => Ok(compiled),
        };
        self.pattern_bytes = self.pattern_bytes.saturating_add(compiled.as_ref().map_or(pattern_bytes, Pattern::size));
        if let Err(most) = &compiled {
            self.patterns_full = *most < pattern_bytes;
            self.refused.push(pattern_too_large(span, self.limits, *most == pattern_bytes));
        }
        compiled.ok()
    }

    /// A local for what the node `id` binds, and the names with it.
    fn bound(&mut self, typed: &Typed, id: ExprId, env: &Env) -> (LocalId, Env) {
        let local = self.local();
        (local, self.binding(typed, id, env, local))
    }

    /// The names with `local` for what the node `id` binds.
    fn binding(&mut self, typed: &Typed, id: ExprId, env: &Env, local: LocalId) -> Env {
        let mut inner = env.clone();
        if let Meaning::Binding(binding) = typed.meanings[id.index()] {
            inner.bindings.insert(binding, local);
        }
        inner
    }

    fn compile_loop(&mut self, e: &Expression, typed: &Typed, id: ExprId, env: &Env) -> OpId {
        let span = e.span(id);
        let Expr::Loop { kind, list, second, filter, body, .. } = e.ast.node(id) else {
            return self.emit(Op::Fault(FaultKind::Types), span, true);
        };
        let mut list = self.op(e, typed, *list, env);
        let mut filter = *filter;
        if let (Macro::Map, Some(condition)) = (kind, filter) {
            // `map(x, p, f)` is `filter(x, p)` and then `map(x, f)`.
            let local = self.element_local(list);
            let inner = self.binding(typed, id, env, local);
            let body = self.op(e, typed, condition, &inner);
            let pure = !self.errs[body.0 as usize];
            let kind = LoopKind::Filter;
            list = self.emit(Op::Loop { kind, list, local, key: None, filter: None, body, pure }, span, false);
            filter = None;
        }
        let sorts = *kind == Macro::SortBy;
        let kind = match kind {
            Macro::All => LoopKind::All,
            Macro::Exists => LoopKind::Exists,
            Macro::ExistsOne => LoopKind::ExistsOne,
            Macro::Filter => LoopKind::Filter,
            // The keys by which it is sorted.
            Macro::Map | Macro::TransformList | Macro::SortBy => LoopKind::Map,
            Macro::TransformMap => LoopKind::TransformMap,
            Macro::TransformMapEntry => LoopKind::TransformMapEntry,
        };
        let first = if second.is_some() { self.local() } else { self.element_local(list) };
        let mut inner = self.binding(typed, id, env, first);
        let (local, key) = match (second, typed.meanings[id.index()]) {
            (Some(_), Meaning::Binding(binding)) => {
                let local = self.element_local(list);
                inner.bindings.insert(binding.next(), local);
                (local, Some(first))
            }
            _ => (first, None),
        };
        let filter = filter.map(|filter| {
            let filter = self.op(e, typed, filter, &inner);
            (filter, !self.errs[filter.0 as usize])
        });
        let body = self.op(e, typed, *body, &inner);
        let pure = !self.errs[body.0 as usize];
        let made = self.emit(Op::Loop { kind, list, local, key, filter, body, pure }, span, false);
        if sorts {
            let operands = self.operands(&[list, made]);
            return self.emit(Op::Call(Function::SortBy, operands), span, true);
        }
        made
    }
}

fn binary(op: BinaryOp, a: OpId, b: OpId, int: bool) -> (Op, bool) {
    let compare = |comparison| (Op::Compare(comparison, a, b), false);
    let arithmetic = |arithmetic| (Op::Arithmetic(arithmetic, a, b), int);
    match op {
        BinaryOp::Equal => compare(Comparison::Equal),
        BinaryOp::NotEqual => compare(Comparison::NotEqual),
        BinaryOp::Less => compare(Comparison::Less),
        BinaryOp::LessEqual => compare(Comparison::LessEqual),
        BinaryOp::Greater => compare(Comparison::Greater),
        BinaryOp::GreaterEqual => compare(Comparison::GreaterEqual),
        BinaryOp::In => (Op::In(a, b), false),
        BinaryOp::Add => arithmetic(Arithmetic::Add),
        BinaryOp::Subtract => arithmetic(Arithmetic::Subtract),
        BinaryOp::Multiply => arithmetic(Arithmetic::Multiply),
        BinaryOp::Divide => arithmetic(Arithmetic::Divide),
        BinaryOp::Remainder => arithmetic(Arithmetic::Remainder),
    }
}

/// How a fact of type `ty` is read from JSON.
fn decode(ty: &Type) -> Decode {
    match ty {
        Type::List(element) => Decode::List(scalar(element)),
        ty => Decode::One(scalar(ty)),
    }
}

fn scalar(ty: &Type) -> Scalar {
    match ty {
        Type::Bool => Scalar::Bool,
        Type::Int => Scalar::Int,
        Type::Double => Scalar::Double,
        Type::String | Type::Enum(_) | Type::Link(_) => Scalar::String,
        Type::Date => Scalar::Date,
        Type::DateOrNever => Scalar::DateOrNever,
        Type::Record(_) => Scalar::Record,
        // Numbers are read as the schema has them; what else it may be tells itself.
        Type::Union(types) if types.contains(&Type::Int) => Scalar::Int,
        Type::Union(types) if types.contains(&Type::Double) => Scalar::Double,
        _ => Scalar::Raw,
    }
}
