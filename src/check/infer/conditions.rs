//! Conditions: what each makes known for what stands beside and below it, and loops over lists.

use std::sync::Arc;

use super::{Inference, Info, Position, Scoped};
use crate::cel::{BinaryOp, Expr, ExprId, Expression, Literal, Macro, Name};
use crate::check::errors;
use crate::check::typed::{BindingId, Known, Meaning, Typed};
use crate::lang::Text;
use crate::types::{Type, most_general};

impl Inference<'_> {
    /// `&&` (`all`) or `||`: each operand sees what the ones before it make known.
    pub(super) fn junction(&mut self, e: &Expression, typed: &mut Typed, operands: &[ExprId], all: bool) -> Info {
        let outside = self.known.len();
        let mut carried = Vec::new();
        let mut shared: Option<Vec<Known>> = None;
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

    pub(super) fn with<T>(&mut self, known: &[Known], run: impl FnOnce(&mut Self) -> T) -> T {
        let outside = self.known.len();
        self.known.extend(known.iter().cloned());
        let result = run(self);
        self.known.truncate(outside);
        result
    }

    pub(super) fn conditional(
        &mut self,
        e: &Expression,
        typed: &mut Typed,
        condition: ExprId,
        yes: ExprId,
        no: ExprId,
    ) -> Info {
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
        let joined = if self.is_plain() {
            // A union is what either branch fits in.
            let is_union = matches!(a.ty, Type::Union(_));
            let (from, to) = if is_union { (&b.ty, &a.ty) } else { (&a.ty, &b.ty) };
            let fits = self.substitution.assign_all([(from, to)]);
            let (x, y) = (self.substitution.resolve(from), self.substitution.resolve(to));
            fits.then(|| if is_union { y } else { most_general(&x, &y) })
        } else {
            self.join(&a.ty, &b.ty)
        };
        match joined {
            Some(ty) => {
                // What both branches make known holds either way.
                let both = |x: Vec<Known>, y: Vec<Known>| x.into_iter().filter(|place| y.contains(place)).collect();
                let from = |mut own: Vec<Known>, cond: &[Known]| {
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

    pub(super) fn run_loop(&mut self, e: &Expression, typed: &mut Typed, id: ExprId) -> Info {
        let Expr::Loop { kind, list, variable, second, filter, body } = e.ast.node(id) else {
            return Info::error();
        };
        let (kind, list, body) = (*kind, *list, *body);
        let over = self.node(e, typed, list);
        let over_type = self.substitution.resolve(&over.ty);
        let (key, element) = match &over_type {
            Type::List(element) => (Type::Int, (**element).clone()),
            Type::Map(key, value) if second.is_some() => ((**key).clone(), (**value).clone()),
            Type::Map(key, _) if kind != Macro::SortBy => (Type::Error, (**key).clone()),
            Type::Error => (Type::Error, Type::Error),
            Type::Dyn | Type::Open(_) if self.is_plain() => (Type::Dyn, Type::Dyn),
            Type::Open(_) => (Type::Int, Type::Error),
            Type::Record(_) => {
                self.out.push(errors::record_misuse(e.text(list), e.span(list)));
                (Type::Error, Type::Error)
            }
            other => {
                let help = Text::new("繰り返せるのはリストだけです", "only lists can be looped over");
                self.out.push(errors::mismatch(&Type::list(Type::Dyn), other, e.span(list), help));
                (Type::Error, Type::Error)
            }
        };
        if self.position == Position::Require && kind == Macro::All && over.place.is_some() {
            self.out.push(errors::empty_quantifier(e.text(list), e.span(list)));
        }
        let literals: Vec<(String, ExprId)> = match e.ast.node(list) {
            Expr::List(items) => items
                .iter()
                .filter_map(|item| match e.ast.node(*item) {
                    Expr::Literal(Literal::String(word)) => Some((word.clone(), *item)),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        let outside = self.scope.len();
        let first = self.new_binding();
        typed.meanings[id.index()] = Meaning::Binding(first);
        let bind = |this: &mut Self, name: &Name, binding: BindingId, ty: &Type, literals| {
            this.scope.push(Scoped {
                name: name.text.clone(),
                meaning: Meaning::Binding(binding),
                ty: ty.clone(),
                place: Some(format!("local{}:", binding.0)),
                literals,
            });
        };
        match second {
            // The second variable's binding is the next after the first's.
            Some(second) => {
                let next = self.new_binding();
                bind(self, variable, first, &key, Vec::new());
                bind(self, second, next, &element, literals);
            }
            None => bind(self, variable, first, &element, literals),
        }
        let mut may_err = over.may_err;
        let mut kept = Vec::new();
        if let Some(filter) = *filter {
            let info = self.node(e, typed, filter);
            self.must_be(e, filter, &info, &Type::Bool);
            may_err |= info.may_err;
            kept = info.yes;
        }
        let info = self.with(&kept, |this| this.node(e, typed, body));
        may_err |= info.may_err;
        match kind {
            Macro::Map | Macro::TransformList | Macro::TransformMap | Macro::TransformMapEntry => {
                if matches!(info.ty, Type::Record(_)) {
                    self.out.push(errors::record_misuse(e.text(body), e.span(body)));
                }
            }
            Macro::All | Macro::Exists | Macro::ExistsOne | Macro::Filter => {
                self.must_be(e, body, &info, &Type::Bool);
            }
            Macro::SortBy => {
                may_err = true;
                let key = self.substitution.resolve(&info.ty);
                if !is_ordered(&key) {
                    self.out.push(errors::no_operator(BinaryOp::Less, &key, &key, e.span(body)));
                }
            }
        }
        self.scope.truncate(outside);
        let ty = match kind {
            Macro::All | Macro::Exists | Macro::ExistsOne => Type::Bool,
            Macro::Filter | Macro::SortBy => Type::list(element),
            Macro::Map | Macro::TransformList => Type::list(info.ty),
            Macro::TransformMap => Type::Map(Arc::new(key), Arc::new(info.ty)),
            Macro::TransformMapEntry => {
                let wanted = Type::Map(Arc::new(self.substitution.open()), Arc::new(self.substitution.open()));
                self.must_be(e, body, &info, &wanted);
                info.ty
            }
        };
        if !self.is_plain() && matches!(ty, Type::Map(..)) {
            self.out.push(errors::no_map(e.span(id)));
            return Info::error();
        }
        Info { may_err, ..Info::of(ty) }
    }
}

/// Whether values of the type have an order; one that is left open may have.
fn is_ordered(ty: &Type) -> bool {
    use Type::{Bool, Bytes, Date, Double, Duration, Dyn, Error, Int, Link, Open, String, Timestamp, Uint};
    let has_order = matches!(ty, Bool | Int | Uint | Double | String | Link(_) | Bytes | Timestamp | Duration | Date);
    has_order || matches!(ty, Dyn | Open(_) | Error)
}
