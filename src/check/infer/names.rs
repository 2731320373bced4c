//! Names and selections of plain CEL: variables in namespaces, fields of maps, optional chains.

use std::sync::Arc;

use super::{Inference, Info, Scoped, below};
use crate::cel::{Expr, ExprId, Expression, Name};
use crate::check::environment::{Environment, Named, TYPE_NAMES};
use crate::check::errors;
use crate::check::typed::{BindingId, Known, Meaning, Narrowed, Typed};
use crate::diagnostic::did_you_mean;
use crate::lang::Text;
use crate::types::Type;

impl Inference<'_> {
    /// A name that no loop binds.
    pub(super) fn global(
        &mut self,
        environment: &Environment,
        e: &Expression,
        typed: &mut Typed,
        id: ExprId,
        name: &str,
    ) -> Info {
        match environment.find(name) {
            Some(named) => self.named(typed, id, named),
            None => {
                typed.meanings[id.index()] = Meaning::Unresolved;
                if self.out.is_full() {
                    return Info::error();
                }
                let mut known: Vec<&str> = environment.variables.iter().map(|(name, _)| name.as_str()).collect();
                known.extend(self.scope.iter().map(|scoped| scoped.name.as_str()));
                self.out.push(errors::unknown_name(name, did_you_mean(name, known), e.span(id)));
                Info::error()
            }
        }
    }

    fn named(&self, typed: &mut Typed, id: ExprId, named: Named) -> Info {
        match named {
            Named::Variable(at, ty) => {
                typed.meanings[id.index()] = Meaning::Global(at);
                self.at_place(ty, Some(format!("variable{at}:")))
            }
            Named::Type(at) => {
                typed.meanings[id.index()] = Meaning::TypeName(at);
                Info::of(Type::TypeOf(Arc::new(Type::parse(TYPE_NAMES[at].0).unwrap_or(Type::Dyn))))
            }
        }
    }

    /// `a.b.c` as one name, where no loop binds `a`.
    pub(super) fn dotted(&self, e: &Expression, id: ExprId) -> Option<String> {
        let mut words = Vec::new();
        let mut at = id;
        loop {
            match e.ast.node(at) {
                Expr::Select(operand, field) => {
                    words.push(field.text.as_str());
                    at = *operand;
                }
                Expr::Ident(name) => {
                    if self.scope.iter().any(|scoped| scoped.name == *name) {
                        return None;
                    }
                    words.push(name);
                    break;
                }
                _ => return None,
            }
        }
        words.reverse();
        Some(words.join("."))
    }

    /// `operand.field`: a name with dots in it, or a field.
    pub(super) fn qualified(
        &mut self,
        environment: &Environment,
        e: &Expression,
        typed: &mut Typed,
        id: ExprId,
        operand: ExprId,
    ) -> Info {
        if let Some(named) = self.dotted(e, id).and_then(|name| environment.find(&name)) {
            return self.named(typed, id, named);
        }
        let info = self.node(e, typed, operand);
        let ty = self.field_type(e, operand, &info.ty);
        let place = match e.ast.node(id) {
            Expr::Select(_, field) => info.place.map(|place| below(&place, &field.text)),
            _ => None,
        };
        let is_there = |known: &Known| known.what == Narrowed::Present && Some(&known.place) == place.as_ref();
        let may_err = info.may_err || !self.known.iter().any(is_there);
        Info { may_err, ..self.at_place(ty, place) }
    }

    /// `has(operand.field)`: where it is true, so are all on the way there.
    pub(super) fn presence(&mut self, e: &Expression, typed: &mut Typed, operand: ExprId, field: &Name) -> Info {
        let info = self.node(e, typed, operand);
        self.field_type(e, operand, &info.ty);
        let mut yes = Vec::new();
        let mut at = (operand, field);
        while let Some(place) = self.place_of(e, at.0) {
            yes.push(Known { place: below(&place, &at.1.text), what: Narrowed::Present });
            let Expr::Select(operand, field) = e.ast.node(at.0) else { break };
            at = (*operand, field);
        }
        let is_map = matches!(self.substitution.resolve(&info.ty), Type::Map(..));
        Info { yes, may_err: info.may_err || !is_map, ..Info::of(Type::Bool) }
    }

    /// The place that a name, or a chain of fields, stands for.
    pub(super) fn place_of(&self, e: &Expression, id: ExprId) -> Option<String> {
        match e.ast.node(id) {
            Expr::Ident(name) => match self.scope.iter().rev().find(|scoped| scoped.name == *name) {
                Some(scoped) => scoped.place.clone(),
                None => self.variable_place(name),
            },
            Expr::Select(operand, field) => match self.dotted(e, id).and_then(|name| self.variable_place(&name)) {
                Some(place) => Some(place),
                None => self.place_of(e, *operand).map(|place| below(&place, &field.text)),
            },
            _ => None,
        }
    }

    fn variable_place(&self, name: &str) -> Option<String> {
        match self.plain?.find(name)? {
            Named::Variable(at, _) => Some(format!("variable{at}:")),
            Named::Type(_) => None,
        }
    }

    /// The type of a field of a value of type `ty`.
    pub(super) fn field_type(&mut self, e: &Expression, operand: ExprId, ty: &Type) -> Type {
        let ty = self.substitution.resolve(ty);
        match &ty {
            Type::Error | Type::Dyn | Type::Open(_) => Type::Dyn,
            Type::Map(key, value) if self.substitution.assign(&Type::String, key) => (**value).clone(),
            other => match other.as_optional() {
                Some(inner) => {
                    let inner = inner.clone();
                    let field = self.field_type(e, operand, &inner);
                    optional_once(field)
                }
                None => {
                    let help = Text::new("`.` で選べるのは表の項目だけです", "only maps have fields to select");
                    let wanted = Type::Map(Arc::new(Type::String), Arc::new(Type::Dyn));
                    self.out.push(errors::mismatch(&wanted, other, e.span(operand), help));
                    Type::Error
                }
            },
        }
    }

    /// `operand.?field`
    pub(super) fn select_optional(&mut self, e: &Expression, typed: &mut Typed, id: ExprId, operand: ExprId) -> Info {
        let info = self.node(e, typed, operand);
        if !self.is_plain() {
            self.out.push(errors::no_null(".?", e.span(id)));
            return Info::error();
        }
        let ty = self.field_type(e, operand, &info.ty);
        Info { may_err: true, ..Info::of(optional_once(ty)) }
    }

    /// `operand[index]`, `operand[?index]`
    pub(super) fn element(
        &mut self,
        e: &Expression,
        typed: &mut Typed,
        operand: ExprId,
        index: ExprId,
        optional: bool,
    ) -> Info {
        let (over, at) = (self.node(e, typed, operand), self.node(e, typed, index));
        let (mut ty, mut is_optional) = (self.substitution.resolve(&over.ty), optional);
        if let Some(inner) = ty.as_optional() {
            ty = inner.clone();
            is_optional = true;
        }
        let element = match &ty {
            Type::List(element) => {
                self.must_be(e, index, &at, &Type::Int);
                (**element).clone()
            }
            Type::Map(key, value) => {
                let number = |ty: &Type| matches!(ty, Type::Int | Type::Uint | Type::Double);
                if !(number(&at.ty) && number(key)) {
                    self.must_be(e, index, &at, key);
                }
                (**value).clone()
            }
            Type::Error | Type::Dyn | Type::Open(_) => Type::Dyn,
            other => {
                let help = Text::new("`[…]` はリストと表に使えます", "`[…]` works on lists and maps");
                self.out.push(errors::mismatch(&Type::list(Type::Dyn), other, e.span(operand), help));
                Type::Error
            }
        };
        Info { may_err: true, ..Info::of(if is_optional { optional_once(element) } else { element }) }
    }

    /// `cel.bind(x, value, body)`
    pub(super) fn bind(
        &mut self,
        e: &Expression,
        typed: &mut Typed,
        id: ExprId,
        variable: &Name,
        value: ExprId,
        body: ExprId,
    ) -> Info {
        let held = self.node(e, typed, value);
        if matches!(held.ty, Type::Record(_)) {
            self.out.push(errors::record_misuse(e.text(value), e.span(value)));
        }
        let binding = self.new_binding();
        typed.meanings[id.index()] = Meaning::Binding(binding);
        self.scope.push(Scoped {
            name: variable.text.clone(),
            meaning: Meaning::Binding(binding),
            ty: held.ty,
            place: held.place,
            literals: Vec::new(),
        });
        let mut info = self.node(e, typed, body);
        self.scope.pop();
        info.may_err |= held.may_err;
        info
    }

    /// `optional.optMap(x, body)`, `optional.optFlatMap(x, body)`
    #[allow(clippy::too_many_arguments, reason = "the parts of one macro")]
    pub(super) fn opt_map(
        &mut self,
        e: &Expression,
        typed: &mut Typed,
        id: ExprId,
        flat: bool,
        optional: ExprId,
        variable: &Name,
        body: ExprId,
    ) -> Info {
        let over = self.node(e, typed, optional);
        if !self.is_plain() {
            self.out.push(errors::no_null(if flat { "optFlatMap" } else { "optMap" }, e.span(id)));
            return Info::error();
        }
        let held = self.substitution.open();
        self.must_be(e, optional, &over, &Type::optional(held.clone()));
        let binding = self.new_binding();
        typed.meanings[id.index()] = Meaning::Binding(binding);
        self.scope.push(Scoped {
            name: variable.text.clone(),
            meaning: Meaning::Binding(binding),
            ty: self.substitution.resolve(&held),
            place: None,
            literals: Vec::new(),
        });
        let info = self.node(e, typed, body);
        self.scope.pop();
        let may_err = over.may_err || info.may_err;
        if flat {
            let inner = self.substitution.open();
            self.must_be(e, body, &info, &Type::optional(inner));
            return Info { may_err, ..Info::of(info.ty) };
        }
        Info { may_err, ..Info::of(Type::optional(info.ty)) }
    }

    pub(super) fn new_binding(&mut self) -> BindingId {
        self.next_binding += 1;
        BindingId(self.next_binding - 1)
    }
}

/// An optional of `ty`, or `ty` where it is one.
fn optional_once(ty: Type) -> Type {
    if ty.as_optional().is_some() { ty } else { Type::optional(ty) }
}
