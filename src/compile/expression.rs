//! One expression. Records are no values: a path below one is followed at once, so that only
//! leaves are loaded.

use std::collections::HashMap;

use super::{Compiler, Unit};
use crate::cel::{BinaryOp, Expr, ExprId, Expression, Literal, Macro, UnaryOp};
use crate::check::environment::TYPE_NAMES;
use crate::check::typed::{BindingId, Meaning, Typed};
use crate::policy::ParameterValue;
use crate::program::{
    Arithmetic, Base, Comparison, Constant, Decode, FaultKind, Function, LocalId, LoopKind, Op, OpId, Opened, Path,
    Scalar,
};
use crate::source::Span;
use crate::types::{RecordId, Type};
use crate::value::Day;

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

/// A record: where it starts, and the keys below.
#[derive(Clone)]
pub(super) struct Place {
    start: Start,
    keys: Vec<String>,
    record: RecordId,
}

#[derive(Clone, Copy)]
enum Start {
    Root,
    Local(LocalId),
    Record(OpId),
}

impl Compiler<'_> {
    pub(super) fn operand(&mut self, e: &Expression, typed: &Typed, id: ExprId, env: &Env) -> Operand {
        let span = e.span(id);
        let op = match e.ast.node(id) {
            Expr::Ident(name) => return self.ident(typed, id, name, span, env),
            Expr::Select(operand, field) => {
                match (typed.meanings[id.index()], self.unit) {
                    (Meaning::Parameter(index), Unit::Policies(_, _, parameter)) => {
                        let value = parameter(self.pack, index);
                        return Operand::Op(self.parameter_constant(value, span));
                    }
                    (Meaning::Global(variable), _) => {
                        return Operand::Op(self.emit(Op::Variable(variable as u32), span, false));
                    }
                    (Meaning::TypeName(at), _) => {
                        return Operand::Op(self.constant(Constant::Type(TYPE_NAMES[at].1), span));
                    }
                    (_, Unit::Plain(_)) => {
                        let operand = self.op(e, typed, *operand, env);
                        let key = self.constant_index(Constant::String(field.text.clone()));
                        return Operand::Op(self.emit(Op::Select { operand, key, optional: false }, span, true));
                    }
                    _ => {}
                }
                return match self.operand(e, typed, *operand, env) {
                    Operand::Place(place) => self.member(place, &field.text, span),
                    // The checker lets no other selection through.
                    op => op,
                };
            }
            Expr::Error | Expr::Message(_) => self.emit(Op::Fault(FaultKind::UnknownName), span, true),
            Expr::Has(operand, field) | Expr::SelectOptional(operand, field) => {
                let operand = self.op(e, typed, *operand, env);
                let key = self.constant_index(Constant::String(field.text.clone()));
                let op = match e.ast.node(id) {
                    Expr::Has(..) => Op::Has { operand, key },
                    _ => Op::Select { operand, key, optional: true },
                };
                self.emit(op, span, true)
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
                    Literal::Double(value) => Constant::Double(*value),
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
                let operand = self.op(e, typed, *operand, env);
                self.emit(Op::Negate(operand), span, int)
            }
            Expr::Binary(op, left, right) => {
                let int = typed.types[left.index()] == Type::Int;
                let (a, b) = (self.op(e, typed, *left, env), self.op(e, typed, *right, env));
                let (op, may_err) = binary(*op, a, b, int);
                self.emit(op, span, may_err)
            }
            Expr::Index(list, index) => {
                let (a, b) = (self.op(e, typed, *list, env), self.op(e, typed, *index, env));
                let op = self.emit(Op::Index(a, b), span, true);
                if let Type::Record(record) = typed.types[id.index()] {
                    return Operand::Place(Place { start: Start::Record(op), keys: Vec::new(), record });
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
        match self.operand(e, typed, id, env) {
            Operand::Op(op) => op,
            Operand::Place(_) => self.constant(Constant::Null, e.span(id)),
        }
    }

    fn ops(&mut self, e: &Expression, typed: &Typed, ids: &[ExprId], env: &Env) -> Vec<OpId> {
        ids.iter().map(|id| self.op(e, typed, *id, env)).collect()
    }

    fn ident(&mut self, typed: &Typed, id: ExprId, name: &str, span: Span, env: &Env) -> Operand {
        match typed.meanings[id.index()] {
            Meaning::Fact => match self.unit {
                Unit::Policies(_, schema, _) => {
                    let place = Place { start: Start::Root, keys: Vec::new(), record: schema.root() };
                    self.member(place, name, span)
                }
                Unit::Plain(_) => Operand::Op(self.emit(Op::Fault(FaultKind::UnknownName), span, true)),
            },
            Meaning::Global(variable) => Operand::Op(self.emit(Op::Variable(variable as u32), span, false)),
            Meaning::TypeName(at) => Operand::Op(self.constant(Constant::Type(TYPE_NAMES[at].1), span)),
            Meaning::Unresolved => Operand::Op(self.emit(Op::Fault(FaultKind::UnknownName), span, true)),
            Meaning::AsOf => Operand::Op(self.emit(Op::AsOf, span, false)),
            Meaning::DueOn => Operand::Op(self.emit(Op::DueOn, span, false)),
            Meaning::Never => Operand::Op(self.constant(Constant::Never, span)),
            Meaning::Binding(binding) => {
                let local = env.bindings[&binding];
                match typed.types[id.index()] {
                    Type::Record(record) => {
                        Operand::Place(Place { start: Start::Local(local), keys: Vec::new(), record })
                    }
                    _ => Operand::Op(self.emit(Op::Element(local), span, false)),
                }
            }
            Meaning::Variable(index) => env.variables[index].clone(),
            Meaning::Argument(index) => env.arguments[index].clone(),
            _ => Operand::Op(self.constant(Constant::Null, span)),
        }
    }

    /// The property `name` of a record: a deeper record, or a fact to load.
    fn member(&mut self, mut place: Place, name: &str, span: Span) -> Operand {
        let Unit::Policies(_, schema, _) = self.unit else {
            return Operand::Op(self.emit(Op::Fault(FaultKind::UnknownName), span, true));
        };
        let record = schema.record(place.record);
        let Some(field) = record.field(name) else {
            return Operand::Op(self.constant(Constant::Null, span));
        };
        place.keys.push(name.to_string());
        if let Type::Record(inner) = field.ty {
            place.record = inner;
            return Operand::Place(place);
        }
        let path = self.path(Path { keys: place.keys, pattern: record.path_of(name) });
        let base = match place.start {
            Start::Root => Base::Root(self.slot(path)),
            Start::Local(local) => Base::Local(local),
            Start::Record(op) => Base::Record(op),
        };
        Operand::Op(self.emit(Op::Load { base, path, decode: decode(&field.ty) }, span, false))
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
                Operand::Place(Place { start: Start::Record(op), keys: Vec::new(), record })
            }
            Meaning::Definition(definition) => {
                let arguments = args.iter().map(|arg| self.operand(e, typed, *arg, env)).collect();
                let Unit::Policies(checked, ..) = self.unit else {
                    return Operand::Op(self.emit(Op::Fault(FaultKind::UnknownFunction), span, true));
                };
                let entry = checked.definitions.get(definition);
                let inner = Env { arguments, ..Env::default() };
                if self.too_large.is_some() {
                    return Operand::Op(OpId(0));
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
                let operands = self.operands(&ops);
                Operand::Op(self.emit(Op::Call(signature.function, operands), span, signature.may_err))
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

    fn regex(&mut self, pattern: &str, span: Span) -> OpId {
        match crate::stdlib::compile_regex(pattern) {
            Ok(regex) => {
                self.program.regexes.push(regex);
                let index = self.program.regexes.len() as u32 - 1;
                self.constant(Constant::Regex(index), span)
            }
            Err(_) => self.emit(Op::Fault(FaultKind::Pattern), span, true),
        }
    }

    /// A local for what the node `id` binds, and the names with it.
    fn bound(&mut self, typed: &Typed, id: ExprId, env: &Env) -> (LocalId, Env) {
        let local = self.local();
        let mut inner = env.clone();
        if let Meaning::Binding(binding) = typed.meanings[id.index()] {
            inner.bindings.insert(binding, local);
        }
        (local, inner)
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
            let (local, inner) = self.bound(typed, id, env);
            let body = self.op(e, typed, condition, &inner);
            let pure = !self.errs[body.0 as usize];
            let kind = LoopKind::Filter;
            list = self.emit(Op::Loop { kind, list, local, key: None, filter: None, body, pure }, span, false);
            filter = None;
        }
        let kind = match kind {
            Macro::All => LoopKind::All,
            Macro::Exists => LoopKind::Exists,
            Macro::ExistsOne => LoopKind::ExistsOne,
            Macro::Filter => LoopKind::Filter,
            Macro::Map | Macro::TransformList => LoopKind::Map,
            Macro::TransformMap => LoopKind::TransformMap,
            Macro::TransformMapEntry => LoopKind::TransformMapEntry,
        };
        let (first, mut inner) = self.bound(typed, id, env);
        let (local, key) = match (second, typed.meanings[id.index()]) {
            (Some(_), Meaning::Binding(binding)) => {
                let local = self.local();
                inner.bindings.insert(binding.next(), local);
                (local, Some(first))
            }
            _ => (first, None),
        };
        let filter = filter.map(|filter| self.op(e, typed, filter, &inner));
        let body = self.op(e, typed, *body, &inner);
        let pure = !self.errs[body.0 as usize];
        self.emit(Op::Loop { kind, list, local, key, filter, body, pure }, span, false)
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
        _ => Scalar::Raw,
    }
}
