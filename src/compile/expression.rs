//! One expression. Records are no values: a path below one is followed at once, so that only
//! leaves are loaded.

use std::collections::HashMap;

use super::Compiler;
use crate::cel::{BinaryOp, Expr, ExprId, Expression, Literal, Macro, UnaryOp};
use crate::check::typed::{BindingId, Meaning, Typed};
use crate::policy::ParameterValue;
use crate::program::{
    Arithmetic, Base, Comparison, Constant, Decode, Function, LocalId, LoopKind, Op, OpId, Opened, Path, Scalar,
};
use crate::source::Span;
use crate::stdlib;
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
                if let Meaning::Parameter(index) = typed.meanings[id.index()] {
                    let value = (self.parameter)(self.pack, index);
                    return Operand::Op(self.parameter_constant(value, span));
                }
                return match self.operand(e, typed, *operand, env) {
                    Operand::Place(place) => self.member(place, &field.text, span),
                    // The checker lets no other selection through.
                    op => op,
                };
            }
            Expr::Error | Expr::Has(..) | Expr::Map(_) => self.constant(Constant::Null, span),
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
            Expr::Loop { kind, list, filter, body, .. } => {
                return Operand::Op(self.compile_loop(e, typed, id, *kind, *list, *filter, *body, env));
            }
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
            Meaning::Fact => {
                let place = Place { start: Start::Root, keys: Vec::new(), record: self.schema.root() };
                self.member(place, name, span)
            }
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
        let schema = self.schema;
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
                let (list, record) = match &typed.types[args[0].index()] {
                    Type::Link(link) => (link.list.clone(), link.record),
                    _ => (String::new(), self.schema.root()),
                };
                let list = self.list_index(&list);
                let op = self.emit(Op::Follow { link, list }, span, false);
                Operand::Place(Place { start: Start::Record(op), keys: Vec::new(), record })
            }
            Meaning::Definition(definition) => {
                let arguments = args.iter().map(|arg| self.operand(e, typed, *arg, env)).collect();
                let entry = self.checked.definitions.get(definition);
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
                let operands: Vec<ExprId> = target.into_iter().chain(args.iter().copied()).collect();
                if let (Function::ToDate, Expr::Literal(Literal::String(text))) =
                    (signature.function, e.ast.node(operands[0]))
                    && let Some(day) = Day::parse(text)
                {
                    return Operand::Op(self.constant(Constant::Date(day), span));
                }
                let mut ops = Vec::new();
                for (argument, operand) in signature.arguments.iter().zip(&operands) {
                    ops.push(match (argument, e.ast.node(*operand)) {
                        (stdlib::Argument::Pattern, Expr::Literal(Literal::String(pattern))) => {
                            self.regex(pattern, e.span(*operand))
                        }
                        _ => self.op(e, typed, *operand, env),
                    });
                }
                let operands = self.operands(&ops);
                Operand::Op(self.emit(Op::Call(signature.function, operands), span, signature.may_err))
            }
            Meaning::Custom(index) => {
                let ops = self.ops(e, typed, args, env);
                let operands = self.operands(&ops);
                let may_err = self.checked.functions.functions()[index].may_err;
                Operand::Op(self.emit(Op::Custom(index as u32, operands), span, may_err))
            }
            _ => Operand::Op(self.constant(Constant::Null, span)),
        }
    }

    fn regex(&mut self, pattern: &str, span: Span) -> OpId {
        match stdlib::compile_regex(pattern) {
            Ok(regex) => {
                self.program.regexes.push(regex);
                let index = self.program.regexes.len() as u32 - 1;
                self.constant(Constant::Regex(index), span)
            }
            Err(_) => self.constant(Constant::Null, span),
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one loop")]
    fn compile_loop(
        &mut self,
        e: &Expression,
        typed: &Typed,
        id: ExprId,
        kind: Macro,
        list: ExprId,
        filter: Option<ExprId>,
        body: ExprId,
        env: &Env,
    ) -> OpId {
        let span = e.span(id);
        let mut list = self.op(e, typed, list, env);
        let mut inner = env.clone();
        if let Some(filter) = filter {
            // `map(x, p, f)` is `filter(x, p)` and then `map(x, f)`.
            list = self.one_loop(e, typed, id, LoopKind::Filter, list, filter, &mut inner, span);
        }
        let kind = match kind {
            Macro::All => LoopKind::All,
            Macro::Exists => LoopKind::Exists,
            Macro::ExistsOne => LoopKind::ExistsOne,
            Macro::Filter => LoopKind::Filter,
            Macro::Map => LoopKind::Map,
        };
        self.one_loop(e, typed, id, kind, list, body, &mut inner, span)
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one loop")]
    fn one_loop(
        &mut self,
        e: &Expression,
        typed: &Typed,
        id: ExprId,
        kind: LoopKind,
        list: OpId,
        body: ExprId,
        env: &mut Env,
        span: Span,
    ) -> OpId {
        let local = self.local();
        if let Meaning::Binding(binding) = typed.meanings[id.index()] {
            env.bindings.insert(binding, local);
        }
        let body = self.op(e, typed, body, env);
        let pure = !self.errs[body.0 as usize];
        self.emit(Op::Loop { kind, list, local, body, pure }, span, false)
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
