//! Conditions: what each makes known for what stands beside and below it, and loops over lists.

use super::{Inference, Info, Position, Scoped};
use crate::cel::{Expr, ExprId, Expression, Literal, Macro, Name};
use crate::check::errors;
use crate::check::infer::operators::join;
use crate::check::typed::{BindingId, Meaning, Typed};
use crate::lang::Text;
use crate::types::Type;

impl Inference<'_> {
    /// `&&` (`all`) or `||`: each operand sees what the ones before it make known.
    pub(super) fn junction(&mut self, e: &Expression, typed: &mut Typed, operands: &[ExprId], all: bool) -> Info {
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

    pub(super) fn with<T>(&mut self, known: &[String], run: impl FnOnce(&mut Self) -> T) -> T {
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

    #[allow(clippy::too_many_arguments, reason = "the parts of one loop")]
    pub(super) fn run_loop(
        &mut self,
        e: &Expression,
        typed: &mut Typed,
        id: ExprId,
        kind: Macro,
        list: ExprId,
        variable: &Name,
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
