//! One inference: what type each node has, what each name means, what may err, and what a
//! condition makes known.

use std::sync::Arc;

use super::definitions::{DefinitionId, DefinitionTable};
use super::errors;
use crate::cel::{BinaryOp, Expr, ExprId, Expression, Literal, Macro, UnaryOp};
use crate::diagnostic::Diagnostics;
use crate::lang::Text;
use crate::policy::{ParameterDeclaration, ParameterValue};
use crate::schema::FactSchema;
use crate::stdlib::{self, Argument, Signature};
use crate::types::{EnumType, LinkType, RecordId, Type};

/// A variable of a loop, unique within its rule or definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BindingId(pub u32);

/// What a node stands for.
#[derive(Clone, Copy, Debug)]
pub enum Meaning {
    /// What its form says.
    Plain,
    /// A property of the document.
    Fact,
    /// The day of the evaluation.
    AsOf,
    /// The due date, in messages.
    DueOn,
    /// The answer `never`.
    Never,
    /// A parameter of the pack.
    Parameter(usize),
    /// A loop variable (of a loop node: the one it binds).
    Binding(BindingId),
    /// A variable of the rule.
    Variable(usize),
    /// An argument of the definition.
    Argument(usize),
    /// A call of a definition.
    Definition(DefinitionId),
    /// A call of a function.
    Function(&'static Signature),
    /// `ref(link)`
    Follow,
}

/// What the checker found out about one expression, node by node.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The type of each node.
    pub types: Vec<Type>,
    /// The meaning of each node.
    pub meanings: Vec<Meaning>,
    /// Whether each node may err on facts that fit the schema.
    pub may_err: Vec<bool>,
}

/// What is known of one expression as a whole.
#[derive(Clone, Debug, Default)]
pub struct Whole {
    /// Its type.
    pub ty: Option<Type>,
    /// The place of the facts it is, where it is one.
    pub place: Option<String>,
    /// Places known not to be `never` (or the word of a link) where it is true.
    pub yes: Vec<String>,
    /// The same where it is false.
    pub no: Vec<String>,
    /// Whether it may err.
    pub may_err: bool,
}

/// A name in scope.
#[derive(Clone, Debug)]
pub struct Scoped {
    /// The name.
    pub name: String,
    /// What it means.
    pub meaning: Meaning,
    /// Its type.
    pub ty: Type,
    /// The place of the facts it stands for.
    pub place: Option<String>,
    /// The strings it runs over, where they are written out.
    pub literals: Vec<(String, ExprId)>,
}

/// Where an expression stands, which decides what may be used in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// In a condition or another value of a rule.
    Rule,
    /// In `require`, where a quantifier over an empty list passes silently.
    Require,
    /// In a definition.
    Definition,
    /// In a message: `due_on` is known.
    Message,
}

/// Everything an expression is checked against.
pub struct Inference<'e> {
    /// The vocabulary.
    pub schema: &'e FactSchema,
    /// The parameters of the pack.
    pub parameters: &'e [ParameterDeclaration],
    /// The definitions.
    pub definitions: &'e DefinitionTable,
    /// The pack, for definitions of its own.
    pub pack: Option<usize>,
    /// Where the expression stands.
    pub position: Position,
    /// The names in scope, innermost last.
    pub scope: Vec<Scoped>,
    /// Places known not to be `never`.
    pub known: Vec<String>,
    /// Places used without a guard and reported: taken as known from then on, so that one mistake
    /// gives one message.
    pub assumed: Vec<String>,
    /// The next loop variable.
    pub next_binding: u32,
    /// What is wrong.
    pub out: Diagnostics,
}

struct Info {
    ty: Type,
    place: Option<String>,
    yes: Vec<String>,
    no: Vec<String>,
    may_err: bool,
}

impl Info {
    fn of(ty: Type) -> Self {
        Info { ty, place: None, yes: Vec::new(), no: Vec::new(), may_err: false }
    }

    fn error() -> Self {
        Info::of(Type::Error)
    }
}

impl Inference<'_> {
    /// Checks `expression`; `wanted` is the type it must have.
    pub fn expression(&mut self, expression: &Expression, wanted: Option<&Type>) -> (Typed, Whole) {
        let len = expression.ast.len();
        let mut typed =
            Typed { types: vec![Type::Error; len], meanings: vec![Meaning::Plain; len], may_err: vec![false; len] };
        let root = expression.ast.root();
        let info = self.node(expression, &mut typed, root);
        if let Some(wanted) = wanted {
            self.must_be(expression, root, &info, wanted);
        } else if info.ty == Type::Dyn {
            self.out.push(errors::open_type(expression.text(root), expression.span(root)));
        }
        let mut whole =
            Whole { ty: Some(info.ty), place: info.place, yes: info.yes, no: info.no, may_err: info.may_err };
        whole.yes.append(&mut self.assumed);
        (typed, whole)
    }

    /// Says so where a value is not of the type `wanted`.
    fn must_be(&mut self, e: &Expression, id: ExprId, info: &Info, wanted: &Type) -> bool {
        if info.ty.is_error() || wanted.is_error() {
            return true;
        }
        if let (Type::Enum(answers), Expr::Literal(Literal::String(word))) = (wanted, e.ast.node(id)) {
            return self.enum_word(e, id, word, answers);
        }
        let (text, span) = (e.text(id), e.span(id));
        let diagnostic = match (&info.ty, wanted) {
            (have, wanted) if *have != Type::Dyn && have.fits(wanted) => return true,
            (Type::Dyn, _) => errors::open_type(text, span),
            (Type::Record(_), _) => errors::record_misuse(text, span),
            (Type::DateOrNever, Type::Date) => {
                self.assumed.extend(info.place.clone());
                errors::unguarded_never(text, span)
            }
            (have, wanted) => {
                let help = match wanted {
                    Type::Bool => Text::new(
                        "`==` `!=` `<=` などで比べて、成り立つかどうかの式にしてください",
                        "compare it with `==`, `!=`, `<=` …, so that it holds or does not",
                    ),
                    Type::Date => Text::new(
                        "日付の事実か `date('2026-11-22')` を書いてください",
                        "write a fact that is a date, or `date('2026-11-22')`",
                    ),
                    Type::Period => Text::new(
                        "期間のパラメータ（`params.…`）を書いてください",
                        "write a parameter that is a period (`params.…`)",
                    ),
                    _ => Text::new("型の合う値を書いてください", "write a value of that type"),
                };
                errors::mismatch(wanted, have, span, help)
            }
        };
        self.out.push(diagnostic);
        false
    }

    fn enum_word(&mut self, e: &Expression, id: ExprId, word: &str, answers: &EnumType) -> bool {
        let known = answers.words.iter().any(|answer| answer == word);
        if !known {
            self.out.push(errors::unknown_enum_value(word, answers, e.span(id)));
        }
        known
    }

    fn node(&mut self, e: &Expression, typed: &mut Typed, id: ExprId) -> Info {
        let info = self.inner(e, typed, id);
        typed.types[id.index()] = info.ty.clone();
        typed.may_err[id.index()] = info.may_err;
        info
    }

    fn inner(&mut self, e: &Expression, typed: &mut Typed, id: ExprId) -> Info {
        match e.ast.node(id) {
            Expr::Error => Info::error(),
            Expr::Literal(literal) => self.literal(e, id, literal),
            Expr::Ident(name) => self.ident(e, typed, id, name),
            Expr::Select(operand, field) => self.select(e, typed, id, *operand, field),
            Expr::Index(list, index) => {
                let (list_info, index_info) = (self.node(e, typed, *list), self.node(e, typed, *index));
                match &list_info.ty {
                    Type::List(element) => {
                        self.must_be(e, *index, &index_info, &Type::Int);
                        Info { may_err: true, ..Info::of((**element).clone()) }
                    }
                    Type::Error => Info::error(),
                    Type::Record(_) => {
                        self.out.push(errors::record_misuse(e.text(*list), e.span(*list)));
                        Info::error()
                    }
                    other => {
                        let help = Text::new("`[…]` はリストだけに使えます", "`[…]` works on lists only");
                        self.out.push(errors::mismatch(&Type::list(Type::Dyn), other, e.span(*list), help));
                        Info::error()
                    }
                }
            }
            Expr::Has(operand, _) => {
                self.out.push(errors::no_null("has(…)", e.span(id)));
                self.node(e, typed, *operand);
                Info::error()
            }
            Expr::Call(target, name, args) => self.call(e, typed, id, *target, name, args),
            Expr::List(items) => self.list(e, typed, items),
            Expr::Map(entries) => {
                for (key, value) in entries {
                    self.node(e, typed, *key);
                    self.node(e, typed, *value);
                }
                self.out.push(errors::no_map(e.span(id)));
                Info::error()
            }
            Expr::Unary(UnaryOp::Not, operand) => {
                let info = self.node(e, typed, *operand);
                self.must_be(e, *operand, &info, &Type::Bool);
                Info { ty: Type::Bool, place: None, yes: info.no, no: info.yes, may_err: info.may_err }
            }
            Expr::Unary(UnaryOp::Negate, operand) => {
                let info = self.node(e, typed, *operand);
                if info.ty == Type::Double {
                    return Info { may_err: info.may_err, ..Info::of(Type::Double) };
                }
                self.must_be(e, *operand, &info, &Type::Int);
                Info { may_err: true, ..Info::of(Type::Int) }
            }
            Expr::Binary(op, left, right) => self.binary(e, typed, id, *op, *left, *right),
            Expr::And(operands) => self.junction(e, typed, operands, true),
            Expr::Or(operands) => self.junction(e, typed, operands, false),
            Expr::Conditional(condition, yes, no) => self.conditional(e, typed, *condition, *yes, *no),
            Expr::Loop { kind, list, variable, filter, body } => {
                self.run_loop(e, typed, id, *kind, *list, variable, *filter, *body)
            }
        }
    }

    fn literal(&mut self, e: &Expression, id: ExprId, literal: &Literal) -> Info {
        Info::of(match literal {
            Literal::Null => {
                self.out.push(errors::no_null("null", e.span(id)));
                Type::Error
            }
            Literal::Bool(_) => Type::Bool,
            Literal::Int(_) => Type::Int,
            Literal::Uint(_) => Type::Uint,
            Literal::Double(_) => Type::Double,
            Literal::String(_) => Type::String,
            Literal::Bytes(_) => Type::Bytes,
        })
    }

    fn ident(&mut self, e: &Expression, typed: &mut Typed, id: ExprId, name: &str) -> Info {
        if let Some(scoped) = self.scope.iter().rev().find(|scoped| scoped.name == name) {
            typed.meanings[id.index()] = scoped.meaning;
            let (ty, place) = (scoped.ty.clone(), scoped.place.clone());
            return self.at_place(ty, place);
        }
        match name {
            "never" => {
                typed.meanings[id.index()] = Meaning::Never;
                return Info::of(Type::Never);
            }
            "as_of" => {
                typed.meanings[id.index()] = Meaning::AsOf;
                if self.position != Position::Message {
                    self.out.push(errors::as_of_outside(e.span(id)));
                }
                return Info::of(Type::Date);
            }
            "due_on" if self.position == Position::Message => {
                typed.meanings[id.index()] = Meaning::DueOn;
                return Info::of(Type::DateOrNever);
            }
            _ => {}
        }
        let root = self.schema.record(self.schema.root());
        if let Some(field) = root.field(name) {
            typed.meanings[id.index()] = Meaning::Fact;
            return self.at_place(field.ty.clone(), Some(format!("facts:{name}")));
        }
        let mut known: Vec<&str> = root.fields.iter().map(|field| field.name.as_str()).collect();
        known.extend(self.scope.iter().map(|scoped| scoped.name.as_str()));
        known.extend(["never", "as_of", "params"]);
        let diagnostic = if name == "params" {
            errors::record_misuse("params", e.span(id))
        } else {
            errors::unknown_name(name, e.span(id), known)
        };
        self.out.push(diagnostic);
        Info::error()
    }

    /// A value at a place of the facts, as narrow as what is known of it.
    fn at_place(&self, ty: Type, place: Option<String>) -> Info {
        let known = place.as_ref().is_some_and(|place| self.known.contains(place) || self.assumed.contains(place));
        let ty = match ty {
            Type::DateOrNever if known => Type::Date,
            Type::Link(link) if known && link.word.is_some() => {
                Type::Link(Arc::new(LinkType { word: None, ..(*link).clone() }))
            }
            other => other,
        };
        Info { place, ..Info::of(ty) }
    }

    fn select(
        &mut self,
        e: &Expression,
        typed: &mut Typed,
        id: ExprId,
        operand: ExprId,
        field: &crate::cel::Name,
    ) -> Info {
        if let Expr::Ident(name) = e.ast.node(operand)
            && name == "params"
            && !self.scope.iter().any(|scoped| scoped.name == "params")
        {
            return self.parameter(e, typed, id, field);
        }
        let info = self.node(e, typed, operand);
        match &info.ty {
            Type::Error => Info::error(),
            Type::Record(record) => self.member(e, *record, &info, field),
            _ if field.text.is_empty() => Info::error(),
            Type::Dyn => {
                self.out.push(errors::open_type(e.text(operand), e.span(operand)));
                Info::error()
            }
            other => {
                let help = match other {
                    Type::List(_) => Text::new(
                        "リストの中は `exists(x, …)` や `all(x, …)` で調べます",
                        "look into a list with `exists(x, …)` or `all(x, …)`",
                    ),
                    Type::Link(_) => Text::new("`ref(…)` でたどってください", "follow it with `ref(…)`"),
                    Type::Date | Type::DateOrNever => {
                        Text::new("メソッドなら `()` が必要です", "a method is called with `()`")
                    }
                    _ => Text::new("`.` の後に項目を続けられません", "it has no facts below it"),
                };
                let span = e.name_span(field);
                self.out.push(errors::mismatch(&Type::Record(RecordId(0)), other, span, help));
                Info::error()
            }
        }
    }

    fn member(&mut self, e: &Expression, record: RecordId, info: &Info, field: &crate::cel::Name) -> Info {
        let schema = self.schema;
        let record = schema.record(record);
        if field.text.is_empty() {
            return Info::error();
        }
        match record.field(&field.text) {
            Some(found) => {
                let place = info.place.as_ref().map(|place| {
                    let dot = if place.ends_with(':') { "" } else { "." };
                    format!("{place}{dot}{}", field.text)
                });
                let mut inner = self.at_place(found.ty.clone(), place);
                inner.may_err = info.may_err;
                inner
            }
            None => {
                let span = e.name_span(field);
                self.out.push(errors::unknown_fact(schema, &record.path, &field.text, span));
                Info::error()
            }
        }
    }

    fn parameter(&mut self, e: &Expression, typed: &mut Typed, id: ExprId, field: &crate::cel::Name) -> Info {
        let parameters = self.parameters;
        let Some(index) = parameters.iter().position(|parameter| parameter.name == field.text) else {
            if !field.text.is_empty() {
                let known = parameters.iter().map(|parameter| parameter.name.as_str());
                self.out.push(errors::unknown_parameter(&field.text, e.name_span(field), known));
            }
            return Info::error();
        };
        typed.meanings[id.index()] = Meaning::Parameter(index);
        Info::of(match &parameters[index].default {
            ParameterValue::Period(_) => Type::Period,
            ParameterValue::Int(_) => Type::Int,
            ParameterValue::Bool(_) => Type::Bool,
            ParameterValue::Date(_) => Type::Date,
            ParameterValue::String(_) if parameters[index].words.is_empty() => Type::String,
            ParameterValue::String(_) => Type::Enum(Arc::new(EnumType { words: parameters[index].words.clone() })),
        })
    }

    fn list(&mut self, e: &Expression, typed: &mut Typed, items: &[ExprId]) -> Info {
        let mut element: Option<Type> = None;
        let mut may_err = false;
        for item in items {
            let info = self.node(e, typed, *item);
            may_err |= info.may_err;
            if matches!(info.ty, Type::Record(_)) {
                self.out.push(errors::record_misuse(e.text(*item), e.span(*item)));
                return Info::of(Type::list(Type::Error));
            }
            element = Some(match element {
                None => info.ty,
                Some(first) => match join(&first, &info.ty) {
                    Some(joined) => joined,
                    None => {
                        let help =
                            Text::new("1つのリストには同じ型の値だけを並べます", "a list holds values of one type");
                        self.out.push(errors::mismatch(&first, &info.ty, e.span(*item), help));
                        Type::Error
                    }
                },
            });
        }
        Info { may_err, ..Info::of(Type::list(element.unwrap_or(Type::Error))) }
    }

    /// `&&` (`all`) or `||`: each operand sees what the ones before it make known.
    fn junction(&mut self, e: &Expression, typed: &mut Typed, operands: &[ExprId], all: bool) -> Info {
        let outside = self.known.len();
        let mut carried = Vec::new();
        let mut shared: Option<Vec<String>> = None;
        let mut may_err = false;
        for operand in operands {
            let info = self.node(e, typed, *operand);
            self.must_be(e, *operand, &info, &Type::Bool);
            may_err |= info.may_err;
            let (carry, share) = if all { (info.yes, info.no) } else { (info.no, info.yes) };
            self.known.extend(carry.iter().cloned());
            carried.extend(carry);
            shared = Some(match shared {
                None => share,
                Some(before) => before.into_iter().filter(|place| share.contains(place)).collect(),
            });
        }
        self.known.truncate(outside);
        let shared = shared.unwrap_or_default();
        let (yes, no) = if all { (carried, shared) } else { (shared, carried) };
        Info { ty: Type::Bool, place: None, yes, no, may_err }
    }

    fn with<T>(&mut self, known: &[String], run: impl FnOnce(&mut Self) -> T) -> T {
        let outside = self.known.len();
        self.known.extend(known.iter().cloned());
        let result = run(self);
        self.known.truncate(outside);
        result
    }

    fn conditional(&mut self, e: &Expression, typed: &mut Typed, condition: ExprId, yes: ExprId, no: ExprId) -> Info {
        let info = self.node(e, typed, condition);
        self.must_be(e, condition, &info, &Type::Bool);
        let a = self.with(&info.yes, |this| this.node(e, typed, yes));
        let b = self.with(&info.no, |this| this.node(e, typed, no));
        let may_err = info.may_err || a.may_err || b.may_err;
        if let (Type::Record(_), _) | (_, Type::Record(_)) = (&a.ty, &b.ty) {
            let at = if matches!(a.ty, Type::Record(_)) { yes } else { no };
            self.out.push(errors::record_misuse(e.text(at), e.span(at)));
            return Info::error();
        }
        match join(&a.ty, &b.ty) {
            Some(ty) => {
                // What both branches make known holds either way.
                let both = |x: Vec<String>, y: Vec<String>| x.into_iter().filter(|place| y.contains(place)).collect();
                let from = |mut own: Vec<String>, cond: &[String]| {
                    own.extend(cond.iter().cloned());
                    own
                };
                Info {
                    ty,
                    place: None,
                    yes: both(from(a.yes, &info.yes), from(b.yes, &info.no)),
                    no: both(from(a.no, &info.yes), from(b.no, &info.no)),
                    may_err,
                }
            }
            None => {
                let help = Text::new("`? :` の両側は同じ型にします", "both sides of `? :` have the same type");
                self.out.push(errors::mismatch(&a.ty, &b.ty, e.span(no), help));
                Info::error()
            }
        }
    }

    fn operand(&mut self, e: &Expression, typed: &mut Typed, id: ExprId) -> Info {
        // In a comparison `as_of` is at home.
        if let Expr::Ident(name) = e.ast.node(id)
            && name == "as_of"
            && !self.scope.iter().any(|scoped| scoped.name == "as_of")
        {
            typed.meanings[id.index()] = Meaning::AsOf;
            typed.types[id.index()] = Type::Date;
            return Info::of(Type::Date);
        }
        self.node(e, typed, id)
    }

    fn binary(
        &mut self,
        e: &Expression,
        typed: &mut Typed,
        id: ExprId,
        op: BinaryOp,
        left: ExprId,
        right: ExprId,
    ) -> Info {
        let comparison = op.is_comparison();
        let (a, b) = if comparison {
            (self.operand(e, typed, left), self.operand(e, typed, right))
        } else {
            (self.node(e, typed, left), self.node(e, typed, right))
        };
        let may_err = a.may_err || b.may_err;
        let recovered = if comparison || op == BinaryOp::In { Type::Bool } else { Type::Error };
        if a.ty.is_error() || b.ty.is_error() {
            return Info { may_err, ..Info::of(recovered) };
        }
        for (side, info) in [(left, &a), (right, &b)] {
            match info.ty {
                Type::Record(_) => {
                    self.out.push(errors::record_misuse(e.text(side), e.span(side)));
                    return Info { may_err, ..Info::of(recovered) };
                }
                Type::Dyn => {
                    self.out.push(errors::open_type(e.text(side), e.span(side)));
                    return Info { may_err, ..Info::of(recovered) };
                }
                _ => {}
            }
        }
        match op {
            BinaryOp::Equal | BinaryOp::NotEqual => self.equality(e, id, op, (left, a), (right, b)),
            BinaryOp::In => self.membership(e, op, (left, a), (right, b), id),
            _ if comparison => self.order(e, id, op, (left, a), (right, b)),
            _ => self.arithmetic(e, id, op, a, b),
        }
    }

    fn equality(
        &mut self,
        e: &Expression,
        id: ExprId,
        op: BinaryOp,
        (left, a): (ExprId, Info),
        (right, b): (ExprId, Info),
    ) -> Info {
        let may_err = a.may_err || b.may_err;
        let comparable = |x: &Type, y: &Type| {
            x.fits(y)
                || y.fits(x)
                || matches!((x, y), (Type::Int | Type::Uint | Type::Double, Type::Int | Type::Uint | Type::Double))
                || matches!((x, y), (Type::Enum(_) | Type::Link(_), Type::Enum(_) | Type::Link(_)))
                || matches!((x, y), (Type::Date, Type::Never) | (Type::Never, Type::Date))
        };
        for (side, own, other) in [(left, &a.ty, &b.ty), (right, &b.ty, &a.ty)] {
            if let (Expr::Literal(Literal::String(word)), Type::Enum(answers)) = (e.ast.node(side), other) {
                self.enum_word(e, side, word, answers);
            } else if let Type::Enum(answers) = other
                && own.is_string()
            {
                self.loop_literals(e, side, answers);
            }
        }
        if !comparable(&a.ty, &b.ty) {
            self.out.push(errors::no_operator(op, &a.ty, &b.ty, e.span(id)));
            return Info { may_err, ..Info::of(Type::Bool) };
        }
        // Being equal to anything but the exception excludes it; being unequal to it too.
        let mut equal = Vec::new();
        let mut unequal = Vec::new();
        for (own, other, other_id) in [(&a, &b, right), (&b, &a, left)] {
            let Some(place) = &own.place else { continue };
            match (&own.ty, &other.ty) {
                (Type::DateOrNever, Type::Never) => unequal.push(place.clone()),
                (Type::DateOrNever, Type::Date) => equal.push(place.clone()),
                (Type::Link(link), _) if link.word.is_some() => match e.ast.node(other_id) {
                    Expr::Literal(Literal::String(word)) if link.word.as_deref() == Some(word) => {
                        unequal.push(place.clone())
                    }
                    Expr::Literal(Literal::String(_)) => equal.push(place.clone()),
                    _ => {}
                },
                _ => {}
            }
        }
        let (yes, no) = if op == BinaryOp::Equal { (equal, unequal) } else { (unequal, equal) };
        Info { ty: Type::Bool, place: None, yes, no, may_err }
    }

    /// A loop variable over written strings, compared with an enum: each string must be an answer.
    fn loop_literals(&mut self, e: &Expression, side: ExprId, answers: &EnumType) {
        let Expr::Ident(name) = e.ast.node(side) else {
            return;
        };
        let Some(scoped) = self.scope.iter().rev().find(|scoped| scoped.name == *name) else {
            return;
        };
        for (word, literal) in scoped.literals.clone() {
            self.enum_word(e, literal, &word, answers);
        }
    }

    fn membership(
        &mut self,
        e: &Expression,
        op: BinaryOp,
        (left, a): (ExprId, Info),
        (right, b): (ExprId, Info),
        id: ExprId,
    ) -> Info {
        let result = Info { may_err: a.may_err || b.may_err, ..Info::of(Type::Bool) };
        let Type::List(element) = &b.ty else {
            self.out.push(errors::no_operator(op, &a.ty, &b.ty, e.span(id)));
            return result;
        };
        match (&**element, e.ast.node(left)) {
            (Type::Enum(answers), Expr::Literal(Literal::String(word))) => {
                self.enum_word(e, left, word, answers);
            }
            (Type::Enum(answers), _) if a.ty.is_string() => self.loop_literals(e, left, answers),
            _ => {}
        }
        // `side in ['principal', 'processor']`: the written words are answers too.
        if let (Type::Enum(answers), Expr::List(items)) = (&a.ty, e.ast.node(right)) {
            for item in items.clone() {
                if let Expr::Literal(Literal::String(word)) = e.ast.node(item) {
                    self.enum_word(e, item, word, answers);
                }
            }
        }
        if !(a.ty.fits(element) || element.fits(&a.ty)) {
            self.out.push(errors::mismatch(
                element,
                &a.ty,
                e.span(left),
                Text::new(
                    "リストの要素と同じ型の値を書いてください",
                    "write a value of the type of the list's elements",
                ),
            ));
        }
        result
    }

    fn order(
        &mut self,
        e: &Expression,
        id: ExprId,
        op: BinaryOp,
        (left, a): (ExprId, Info),
        (right, b): (ExprId, Info),
    ) -> Info {
        let result = Info { may_err: a.may_err || b.may_err, ..Info::of(Type::Bool) };
        let date = |ty: &Type| matches!(ty, Type::Date | Type::DateOrNever | Type::Never);
        if date(&a.ty) && date(&b.ty) {
            for (side, info) in [(left, &a), (right, &b)] {
                if info.ty != Type::Date {
                    self.assumed.extend(info.place.clone());
                    self.out.push(errors::unguarded_never(e.text(side), e.span(side)));
                    break;
                }
            }
            return result;
        }
        let number = |ty: &Type| matches!(ty, Type::Int | Type::Uint | Type::Double);
        let plain = (number(&a.ty) && number(&b.ty))
            || (a.ty == b.ty && matches!(a.ty, Type::String | Type::Bool | Type::Bytes))
            || (a.ty.is_string()
                && b.ty.is_string()
                && !matches!((&a.ty, &b.ty), (Type::Enum(_), _) | (_, Type::Enum(_))));
        if !plain {
            self.out.push(errors::no_operator(op, &a.ty, &b.ty, e.span(id)));
        }
        result
    }

    fn arithmetic(&mut self, e: &Expression, id: ExprId, op: BinaryOp, a: Info, b: Info) -> Info {
        let may_err = a.may_err || b.may_err;
        match (op, &a.ty, &b.ty) {
            (_, Type::Int, Type::Int) => Info { may_err: true, ..Info::of(Type::Int) },
            (BinaryOp::Remainder, Type::Double, _) => {
                self.out.push(errors::no_operator(op, &a.ty, &b.ty, e.span(id)));
                Info::error()
            }
            (_, Type::Double, Type::Double) => Info { may_err, ..Info::of(Type::Double) },
            (BinaryOp::Add, x, y) if x.is_string() && y.is_string() => Info { may_err, ..Info::of(Type::String) },
            (BinaryOp::Add, Type::List(x), Type::List(y)) => match join(x, y) {
                Some(element) => Info { may_err, ..Info::of(Type::list(element)) },
                None => {
                    self.out.push(errors::no_operator(op, &a.ty, &b.ty, e.span(id)));
                    Info::error()
                }
            },
            _ => {
                self.out.push(errors::no_operator(op, &a.ty, &b.ty, e.span(id)));
                Info::error()
            }
        }
    }

    fn call(
        &mut self,
        e: &Expression,
        typed: &mut Typed,
        id: ExprId,
        target: Option<ExprId>,
        name: &crate::cel::Name,
        args: &[ExprId],
    ) -> Info {
        if target.is_none() {
            match name.text.as_str() {
                "ref" => return self.follow(e, typed, id, name, args),
                "has" => {
                    self.out.push(errors::no_null("has(…)", e.span(id)));
                    return Info::error();
                }
                _ => {}
            }
            if let Some(definition) = self.definitions.find(&name.text, self.pack) {
                return self.definition(e, typed, id, name, definition, args);
            }
        }
        let operands: Vec<ExprId> = target.into_iter().chain(args.iter().copied()).collect();
        let infos: Vec<Info> = operands.iter().map(|operand| self.node(e, typed, *operand)).collect();
        let method = target.is_some();
        let mut overloads = stdlib::overloads(&name.text, method).peekable();
        if overloads.peek().is_none() {
            let mut known: Vec<&str> = stdlib::names(method).collect();
            if method {
                known.extend(["all", "exists", "exists_one", "filter", "map"]);
            } else {
                known.push("ref");
                known.extend(self.definitions.names(self.pack));
            }
            self.out.push(errors::unknown_function(&name.text, method, e.name_span(name), known));
            return Info::error();
        }
        if infos.iter().any(|info| info.ty.is_error()) {
            let result =
                stdlib::overloads(&name.text, method).next().map_or(Type::Error, |signature| signature.result.ty());
            return Info::of(result);
        }
        let overloads: Vec<&'static Signature> = overloads.collect();
        let right_count: Vec<&&'static Signature> =
            overloads.iter().filter(|signature| signature.arguments.len() == infos.len()).collect();
        let Some(first) = right_count.first() else {
            let wanted = overloads[0].arguments.len() - usize::from(method);
            let found = args.len();
            self.out.push(errors::wrong_arguments(&name.text, &wanted.to_string(), found, e.name_span(name)));
            return Info::of(overloads[0].result.ty());
        };
        let fitting = right_count
            .iter()
            .find(|signature| signature.arguments.iter().zip(&infos).all(|(argument, info)| argument.takes(&info.ty)));
        let Some(signature) = fitting else {
            // One overload, or the one that takes the first argument: say which argument is wrong.
            let nearest =
                right_count.iter().find(|signature| signature.arguments[0].takes(&infos[0].ty)).unwrap_or(first);
            for ((argument, info), operand) in nearest.arguments.iter().zip(&infos).zip(&operands) {
                if !argument.takes(&info.ty) {
                    self.must_be(e, *operand, info, &argument.ty());
                    break;
                }
            }
            return Info::of(nearest.result.ty());
        };
        typed.meanings[id.index()] = Meaning::Function(signature);
        let mut may_err = signature.may_err || infos.iter().any(|info| info.may_err);
        if name.text == "date"
            && let [literal] = operands[..]
            && let Expr::Literal(Literal::String(text)) = e.ast.node(literal)
        {
            match crate::value::Day::parse(text) {
                Some(_) => may_err = false,
                None => self.out.push(crate::diagnostic::not_a_date(text, e.span(literal))),
            }
        }
        for (argument, operand) in signature.arguments.iter().zip(&operands) {
            if *argument == Argument::Pattern {
                self.pattern(e, *operand);
            }
        }
        Info { may_err, ..Info::of(signature.result.ty()) }
    }

    fn pattern(&mut self, e: &Expression, operand: ExprId) {
        let diagnostic = match e.ast.node(operand) {
            Expr::Literal(Literal::String(pattern)) => match stdlib::compile_regex(pattern) {
                Ok(_) => return,
                Err(reason) => crate::diagnostic::Diagnostic::new(
                    crate::diagnostic::Code::InvalidValue,
                    e.span(operand),
                    Text::new("正規表現として読めません", "this is not a regular expression"),
                )
                .help(Text::new(reason.clone(), reason)),
            },
            _ => crate::diagnostic::Diagnostic::new(
                crate::diagnostic::Code::TypeMismatch,
                e.span(operand),
                Text::new("正規表現は引用符の中に直接書きます", "a pattern is written out, in quotes"),
            )
            .help(Text::new(
                "`x.matches('^[A-Z]{2}$')` のように書いてください",
                "write for example `x.matches('^[A-Z]{2}$')`",
            )),
        };
        self.out.push(diagnostic);
    }

    fn follow(
        &mut self,
        e: &Expression,
        typed: &mut Typed,
        id: ExprId,
        name: &crate::cel::Name,
        args: &[ExprId],
    ) -> Info {
        let [link] = args else {
            for arg in args {
                self.node(e, typed, *arg);
            }
            self.out.push(errors::wrong_arguments("ref", "1", args.len(), e.name_span(name)));
            return Info::error();
        };
        let info = self.node(e, typed, *link);
        match &info.ty {
            Type::Error => Info::error(),
            Type::Link(target) => {
                if let Some(word) = &target.word {
                    self.assumed.extend(info.place.clone());
                    self.out.push(errors::unguarded_link(e.text(*link), word, e.span(*link)));
                }
                typed.meanings[id.index()] = Meaning::Follow;
                let place = info.place.map(|place| format!("ref({place}):"));
                Info { place, may_err: info.may_err, ..Info::of(Type::Record(target.record)) }
            }
            other => {
                self.out.push(errors::not_a_link(other, e.span(*link)));
                Info::error()
            }
        }
    }

    fn definition(
        &mut self,
        e: &Expression,
        typed: &mut Typed,
        id: ExprId,
        name: &crate::cel::Name,
        definition: DefinitionId,
        args: &[ExprId],
    ) -> Info {
        let infos: Vec<Info> = args.iter().map(|arg| self.node(e, typed, *arg)).collect();
        let definitions = self.definitions;
        let entry = definitions.get(definition);
        let parameters = &entry.signature.parameters;
        if parameters.len() != args.len() {
            let wanted = parameters.len().to_string();
            self.out.push(errors::wrong_arguments(&name.text, &wanted, args.len(), e.name_span(name)));
            return Info::of(entry.signature.result.clone());
        }
        for ((parameter, info), arg) in parameters.iter().zip(&infos).zip(args) {
            match (&info.ty, &parameter.ty) {
                (Type::Record(have), Type::Record(want)) if have != want => {
                    let path = self.schema.record(*want).path.clone();
                    let help =
                        Text::new(format!("`{path}` の要素を渡してください"), format!("pass an element of `{path}`"));
                    self.out.push(errors::mismatch(&parameter.ty, &info.ty, e.span(*arg), help));
                }
                (Type::Record(_), Type::Record(_)) => {}
                _ => {
                    self.must_be(e, *arg, info, &parameter.ty);
                }
            }
        }
        typed.meanings[id.index()] = Meaning::Definition(definition);
        let carry = |effects: &[String]| -> Vec<String> {
            effects
                .iter()
                .filter_map(|effect| {
                    // `@N:path` of the definition is a place of the argument here.
                    let Some(start) = effect.find('@') else {
                        return Some(effect.clone());
                    };
                    let rest = &effect[start + 1..];
                    let end = rest.find(':')?;
                    let index: usize = rest[..end].parse().ok()?;
                    let place = infos.get(index)?.place.as_ref()?;
                    let tail = &rest[end + 1..];
                    let dot = if place.ends_with(':') || tail.is_empty() || tail.starts_with(')') { "" } else { "." };
                    Some(format!("{}{place}{dot}{tail}", &effect[..start]))
                })
                .collect()
        };
        Info {
            ty: entry.signature.result.clone(),
            place: None,
            yes: carry(&entry.whole.yes),
            no: carry(&entry.whole.no),
            may_err: entry.whole.may_err || infos.iter().any(|info| info.may_err),
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one loop")]
    fn run_loop(
        &mut self,
        e: &Expression,
        typed: &mut Typed,
        id: ExprId,
        kind: Macro,
        list: ExprId,
        variable: &crate::cel::Name,
        filter: Option<ExprId>,
        body: ExprId,
    ) -> Info {
        let over = self.node(e, typed, list);
        let element = match &over.ty {
            Type::List(element) => (**element).clone(),
            Type::Error => Type::Error,
            Type::Record(_) => {
                self.out.push(errors::record_misuse(e.text(list), e.span(list)));
                Type::Error
            }
            other => {
                let help = Text::new("繰り返せるのはリストだけです", "only lists can be looped over");
                self.out.push(errors::mismatch(&Type::list(Type::Dyn), other, e.span(list), help));
                Type::Error
            }
        };
        if self.position == Position::Require && kind == Macro::All && over.place.is_some() {
            self.out.push(errors::empty_quantifier(e.text(list), e.span(list)));
        }
        let binding = BindingId(self.next_binding);
        self.next_binding += 1;
        typed.meanings[id.index()] = Meaning::Binding(binding);
        let literals = match e.ast.node(list) {
            Expr::List(items) => items
                .iter()
                .filter_map(|item| match e.ast.node(*item) {
                    Expr::Literal(Literal::String(word)) => Some((word.clone(), *item)),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        self.scope.push(Scoped {
            name: variable.text.clone(),
            meaning: Meaning::Binding(binding),
            ty: element.clone(),
            place: Some(format!("local{}:", binding.0)),
            literals,
        });
        let mut may_err = over.may_err;
        let mut kept = Vec::new();
        if let Some(filter) = filter {
            let info = self.node(e, typed, filter);
            self.must_be(e, filter, &info, &Type::Bool);
            may_err |= info.may_err;
            kept = info.yes;
        }
        let info = self.with(&kept, |this| this.node(e, typed, body));
        may_err |= info.may_err;
        if kind == Macro::Map {
            if matches!(info.ty, Type::Record(_)) {
                self.out.push(errors::record_misuse(e.text(body), e.span(body)));
            }
        } else {
            self.must_be(e, body, &info, &Type::Bool);
        }
        self.scope.pop();
        let ty = match kind {
            Macro::All | Macro::Exists | Macro::ExistsOne => Type::Bool,
            Macro::Filter => Type::list(element),
            Macro::Map => Type::list(info.ty),
        };
        Info { may_err, ..Info::of(ty) }
    }
}

/// The type that holds values of both.
fn join(a: &Type, b: &Type) -> Option<Type> {
    Some(match (a, b) {
        (Type::Error, other) | (other, Type::Error) => other.clone(),
        (a, b) if a == b => a.clone(),
        (Type::Date | Type::Never | Type::DateOrNever, Type::Date | Type::Never | Type::DateOrNever) => {
            Type::DateOrNever
        }
        (a, b) if a.is_string() && b.is_string() => Type::String,
        (Type::List(a), Type::List(b)) => Type::list(join(a, b)?),
        _ => return None,
    })
}
