//! One inference: what type each node has, what each name means, what may err, and what a
//! condition makes known.

mod calls;
mod conditions;
mod names;
mod operators;

use std::sync::Arc;

use super::definitions::DefinitionTable;
use super::environment::Environment;
use super::errors;
use super::typed::{Known, Meaning, Narrowed, Typed, Whole};
use crate::cel::{Expr, ExprId, Expression, Literal, Name, UnaryOp};
use crate::diagnostic::{Diagnostics, did_you_mean};
use crate::lang::Text;
use crate::policy::{ParameterDeclaration, ParameterValue};
use crate::schema::FactSchema;
use crate::stdlib::CustomFunctions;
use crate::types::{EnumType, LinkType, RecordId, Substitution, Type, is_open, most_general};

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
    /// The functions an embedder added.
    pub functions: &'e CustomFunctions,
    /// The names of plain CEL, where it is no policy that is checked. In a policy every type is settled
    /// before anything runs; plain CEL may leave some to the evaluation.
    pub plain: Option<&'e Environment>,
    /// What is known of open types.
    pub substitution: Substitution,
    /// The pack, for definitions of its own.
    pub pack: Option<usize>,
    /// Where the expression stands.
    pub position: Position,
    /// The names in scope, innermost last.
    pub scope: Vec<Scoped>,
    /// What is known of places.
    pub known: Vec<Known>,
    /// Places used without a guard and reported: taken as known from then on, so that one mistake
    /// gives one message.
    pub assumed: Vec<String>,
    /// Whether the node at hand wants a type of a part that may turn out to have another.
    pub leans: bool,
    /// The next loop variable.
    pub next_binding: u32,
    /// What is wrong.
    pub out: Diagnostics,
}

/// The words that strings of this type can be, where they are an enum's.
fn answers(ty: &Type) -> Option<&EnumType> {
    let mut strings = ty.alternatives().iter().filter(|ty| ty.is_string());
    match (strings.next(), strings.next()) {
        (Some(Type::Enum(answers)), None) => Some(answers),
        _ => None,
    }
}

/// What is left of `ty`.
fn narrowed(ty: &Type, what: &Narrowed) -> Type {
    let all = ty.alternatives();
    let left: Vec<Type> = match what {
        Narrowed::Guarded | Narrowed::Present => return ty.clone(),
        Narrowed::Is(wanted) => all.iter().filter(|own| own.is_like(wanted)).cloned().collect(),
        Narrowed::IsNot(other) => all.iter().filter_map(|own| without(own, other)).collect(),
    };
    // Where nothing is left, nothing gets there.
    if left.is_empty() { ty.clone() } else { Type::one_of(left) }
}

/// What is left of one alternative.
fn without(own: &Type, other: &Type) -> Option<Type> {
    match (own, other) {
        (Type::Enum(answers), Type::Enum(words)) => {
            let left: Vec<String> = answers.words.iter().filter(|word| !words.words.contains(word)).cloned().collect();
            (!left.is_empty()).then(|| Type::Enum(Arc::new(EnumType { words: left })))
        }
        (own, Type::Enum(_)) => Some(own.clone()),
        (own, other) => (!own.is_like(other)).then(|| own.clone()),
    }
}

/// The place of the fact `name` below `place`.
fn below(place: &str, name: &str) -> String {
    let dot = if place.ends_with(':') { "" } else { "." };
    format!("{place}{dot}{name}")
}

struct Info {
    ty: Type,
    place: Option<String>,
    yes: Vec<Known>,
    no: Vec<Known>,
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

impl<'e> Inference<'e> {
    /// An inference for plain CEL.
    pub fn plain(environment: &'e Environment) -> Self {
        Inference {
            schema: &environment.schema,
            parameters: &[],
            definitions: &environment.definitions,
            functions: &environment.functions,
            plain: Some(environment),
            substitution: Substitution::default(),
            pack: None,
            position: Position::Rule,
            scope: Vec::new(),
            known: Vec::new(),
            assumed: Vec::new(),
            leans: false,
            next_binding: 0,
            out: Diagnostics::new(),
        }
    }

    /// Whether types may be left to the evaluation.
    fn is_plain(&self) -> bool {
        self.plain.is_some()
    }
}

impl Inference<'_> {
    /// Checks `expression`; `wanted` is the type it must have.
    pub fn expression(&mut self, expression: &Expression, wanted: Option<&Type>) -> (Typed, Whole) {
        let len = expression.ast.len();
        let mut typed =
            Typed { types: vec![Type::Error; len], meanings: vec![Meaning::Plain; len], may_err: vec![false; len] };
        let root = expression.ast.root();
        let mut info = self.node(expression, &mut typed, root);
        for ty in &mut typed.types {
            if !matches!(ty, Type::Record(_) | Type::Bool) {
                *ty = self.substitution.settle(ty);
            }
        }
        info.ty = self.substitution.settle(&info.ty);
        if let Some(wanted) = wanted {
            self.must_be(expression, root, &info, wanted);
        } else if info.ty == Type::Dyn && !self.is_plain() {
            self.out.push(errors::open_type(expression.text(root), expression.span(root)));
        }
        let mut whole =
            Whole { ty: Some(info.ty), place: info.place, yes: info.yes, no: info.no, may_err: info.may_err };
        whole.yes.extend(self.assumed.drain(..).map(Known::guarded));
        (typed, whole)
    }

    /// Says so where a value is not of the type `wanted`.
    fn must_be(&mut self, e: &Expression, id: ExprId, info: &Info, wanted: &Type) -> bool {
        if info.ty.is_error() || wanted.is_error() {
            return true;
        }
        if let (Some(answers), Expr::Literal(Literal::String(word))) = (answers(wanted), e.ast.node(id)) {
            return self.enum_word(e, id, word, answers);
        }
        let (text, span) = (e.text(id), e.span(id));
        let diagnostic = match (&info.ty, wanted) {
            (have, wanted) if (*have != Type::Dyn || self.is_plain()) && self.substitution.assign(have, wanted) => {
                self.leans |= self.is_plain() && is_open(&self.substitution.resolve(have)) && *wanted != Type::Dyn;
                return true;
            }
            (Type::Dyn, _) => errors::open_type(text, span),
            (Type::Record(_), _) => errors::record_misuse(text, span),
            (Type::DateOrNever, Type::Date) => {
                self.assumed.extend(info.place.clone());
                errors::unguarded_never(text, span)
            }
            (have, wanted) => {
                let help = match wanted {
                    _ if matches!(have, Type::Union(_)) => Text::new(
                        "どちらなのかを先に確かめてください: `type(x) == int && …`、`x != '…' && …`、普通のCELでは `x != null && …`",
                        "find out first which it is: `type(x) == int && …`, `x != '…' && …`, in plain CEL `x != null && …`",
                    ),
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
                    Type::Timestamp if !self.is_plain() => Text::new(
                        "日付なら `.year()` `.month()` `.day()` を使ってください",
                        "of a date take `.year()`, `.month()` or `.day()`",
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
        let outside = std::mem::take(&mut self.leans);
        let mut info = self.inner(e, typed, id);
        info.may_err |= std::mem::replace(&mut self.leans, outside);
        if let Type::Open(_) = info.ty {
            info.ty = self.substitution.resolve(&info.ty);
        }
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
            Expr::Message(name) => {
                self.out.push(errors::no_message(&name.text, e.span(id)));
                Info::error()
            }
            Expr::Optional(value) => self.node(e, typed, *value),
            Expr::SelectOptional(operand, _) => self.select_optional(e, typed, id, *operand),
            Expr::Index(list, index) | Expr::IndexOptional(list, index) if self.is_plain() => {
                let optional = matches!(e.ast.node(id), Expr::IndexOptional(..));
                self.element(e, typed, *list, *index, optional)
            }
            Expr::IndexOptional(list, index) => {
                self.node(e, typed, *list);
                self.node(e, typed, *index);
                self.out.push(errors::no_null("[?…]", e.span(id)));
                Info::error()
            }
            Expr::Bind { variable, value, body } => self.bind(e, typed, id, variable, *value, *body),
            Expr::OptMap { flat, optional, variable, body } => {
                self.opt_map(e, typed, id, *flat, *optional, variable, *body)
            }
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
            Expr::Has(operand, field) if self.is_plain() => self.presence(e, typed, *operand, field),
            Expr::Has(operand, _) => {
                self.out.push(errors::no_null("has(…)", e.span(id)));
                self.node(e, typed, *operand);
                Info::error()
            }
            Expr::Call(target, name, args) => self.call(e, typed, id, *target, name, args),
            Expr::List(items) => self.list(e, typed, items),
            Expr::Map(entries) if self.is_plain() => self.map(e, typed, entries),
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
                if let Type::Double | Type::Dyn = info.ty
                    && (info.ty == Type::Double || self.is_plain())
                {
                    return Info { may_err: info.may_err || info.ty != Type::Double, ..Info::of(info.ty) };
                }
                self.must_be(e, *operand, &info, &Type::Int);
                Info { may_err: true, ..Info::of(Type::Int) }
            }
            Expr::Binary(op, left, right) => self.binary(e, typed, id, *op, *left, *right),
            Expr::And(operands) => self.junction(e, typed, operands, true),
            Expr::Or(operands) => self.junction(e, typed, operands, false),
            Expr::Conditional(condition, yes, no) => self.conditional(e, typed, *condition, *yes, *no),
            Expr::Loop { .. } => self.run_loop(e, typed, id),
        }
    }

    fn literal(&mut self, e: &Expression, id: ExprId, literal: &Literal) -> Info {
        Info::of(match literal {
            Literal::Null if self.is_plain() => Type::Null,
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
        if let Some(environment) = self.plain {
            return self.global(environment, e, typed, id, name);
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
        if self.out.is_full() {
            return Info::error();
        }
        let mut known: Vec<&str> = root.fields.iter().map(|field| field.name.as_str()).collect();
        known.extend(self.scope.iter().map(|scoped| scoped.name.as_str()));
        known.extend(["never", "as_of", "params"]);
        if name == "params" {
            self.out.push(errors::record_misuse("params", e.span(id)));
            return Info::error();
        }
        let near = did_you_mean(name, known);
        self.out.push(errors::unknown_name(name, near, e.span(id)));
        self.assume(near.map(|near| format!("facts:{near}")))
    }

    /// A value at a place of the facts, as narrow as what is known of it.
    fn at_place(&self, ty: Type, place: Option<String>) -> Info {
        let Some(at) = &place else { return Info::of(ty) };
        let here = || self.known.iter().filter(|known| known.place == *at).map(|known| &known.what);
        let is_guarded = || self.assumed.contains(at) || here().any(|what| *what == Narrowed::Guarded);
        let ty = match ty {
            Type::DateOrNever if is_guarded() => Type::Date,
            Type::Link(link) if link.word.is_some() && is_guarded() => {
                Type::Link(Arc::new(LinkType { word: None, ..(*link).clone() }))
            }
            Type::Union(types) => here().fold(Type::Union(types), |ty, what| narrowed(&ty, what)),
            other => other,
        };
        Info { place, ..Info::of(ty) }
    }

    fn select(&mut self, e: &Expression, typed: &mut Typed, id: ExprId, operand: ExprId, field: &Name) -> Info {
        if let Expr::Ident(name) = e.ast.node(operand)
            && name == "params"
            && !self.scope.iter().any(|scoped| scoped.name == "params")
        {
            return self.parameter(e, typed, id, field);
        }
        if let Some(environment) = self.plain {
            return self.qualified(environment, e, typed, id, operand);
        }
        let info = self.node(e, typed, operand);
        match &info.ty {
            Type::Error => {
                let place = info.place.map(|place| below(&place, &field.text));
                self.assume(place)
            }
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

    fn member(&mut self, e: &Expression, record: RecordId, info: &Info, field: &Name) -> Info {
        let schema = self.schema;
        let record = schema.record(record);
        if field.text.is_empty() {
            return Info::error();
        }
        match record.field(&field.text) {
            Some(found) => {
                let place = info.place.as_ref().map(|place| below(place, &field.text));
                let mut inner = self.at_place(found.ty.clone(), place);
                inner.may_err = info.may_err;
                inner
            }
            None => {
                let near = did_you_mean(&field.text, record.fields.iter().map(|field| field.name.as_str()));
                let span = e.name_span(field);
                self.out.push(errors::unknown_fact(schema, &record.path, &field.text, near, span));
                let place = info.place.as_ref().zip(near).map(|(place, near)| below(place, near));
                self.assume(place)
            }
        }
    }

    /// A misspelt fact, which was probably meant to be the one at `place`: what a guard would make known
    /// of that one is not asked for again.
    fn assume(&mut self, place: Option<String>) -> Info {
        self.assumed.extend(place.clone());
        Info { place, ..Info::error() }
    }

    fn parameter(&mut self, e: &Expression, typed: &mut Typed, id: ExprId, field: &Name) -> Info {
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
            let ty = self.held(e, *item, info.ty);
            element = Some(self.one_type(e, element, ty, *item));
        }
        let element = element.unwrap_or_else(|| self.substitution.open());
        Info { may_err, ..Info::of(Type::list(element)) }
    }

    fn map(&mut self, e: &Expression, typed: &mut Typed, entries: &[(ExprId, ExprId)]) -> Info {
        let (mut key_type, mut value_type) = (None, None);
        for (key, value) in entries {
            let key_info = self.node(e, typed, *key);
            let info = self.node(e, typed, *value);
            let key_fits = matches!(
                key_info.ty,
                Type::Bool | Type::Int | Type::Uint | Type::String | Type::Dyn | Type::Open(_) | Type::Error
            );
            if !key_fits {
                self.out.push(errors::map_key(&key_info.ty, e.span(*key)));
            }
            key_type = Some(self.one_type(e, key_type, key_info.ty, *key));
            let held = self.held(e, *value, info.ty);
            value_type = Some(self.one_type(e, value_type, held, *value));
        }
        let key = key_type.unwrap_or_else(|| self.substitution.open());
        let value = value_type.unwrap_or_else(|| self.substitution.open());
        Info { may_err: true, ..Info::of(Type::Map(Arc::new(key), Arc::new(value))) }
    }

    /// The type of what `?value` adds to a list or a map.
    fn held(&mut self, e: &Expression, item: ExprId, ty: Type) -> Type {
        if !matches!(e.ast.node(item), Expr::Optional(_)) {
            return ty;
        }
        if !self.is_plain() {
            self.out.push(errors::no_null("?…", e.span(item)));
            return Type::Error;
        }
        let open = self.substitution.open();
        let wanted = Type::optional(open.clone());
        if !self.substitution.assign(&ty, &wanted) {
            let help = Text::new("`?` の後には optional を書きます", "an optional must follow `?`");
            self.out.push(errors::mismatch(&wanted, &ty, e.span(item), help));
        }
        self.substitution.resolve(&open)
    }

    /// The type that holds what was there `before` and `ty`, which the node `item` has.
    fn one_type(&mut self, e: &Expression, before: Option<Type>, ty: Type, item: ExprId) -> Type {
        let Some(before) = before else { return ty };
        if self.is_plain() {
            let fits = self.substitution.assign_all([(&before, &ty)]);
            let before = self.substitution.resolve(&before);
            return if fits { most_general(&before, &self.substitution.resolve(&ty)) } else { Type::Dyn };
        }
        match self.join(&before, &ty) {
            Some(joined) => joined,
            None => {
                let help = Text::new("1つのリストには同じ型の値だけを並べます", "a list holds values of one type");
                self.out.push(errors::mismatch(&before, &ty, e.span(item), help));
                Type::Error
            }
        }
    }
}
