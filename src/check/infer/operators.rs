//! Operators between two values: which types they take, what equality makes known, which words an
//! answer can be.

use std::sync::Arc;

use super::{Inference, Info, answers};
use crate::cel::{BinaryOp, Expr, ExprId, Expression, Literal};
use crate::check::environment::TYPE_NAMES;
use crate::check::errors;
use crate::check::typed::{Known, Meaning, Narrowed, Typed};
use crate::lang::Text;
use crate::stdlib;
use crate::types::{EnumType, Type, most_general};

impl Inference<'_> {
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

    pub(super) fn binary(
        &mut self,
        e: &Expression,
        typed: &mut Typed,
        id: ExprId,
        op: BinaryOp,
        left: ExprId,
        right: ExprId,
    ) -> Info {
        if let Some(info) = self.type_test(e, typed, op, left, right) {
            return info;
        }
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
        if self.is_plain() {
            let mut info = self.plain_binary(e, id, op, &a.ty, &b.ty);
            info.may_err |= may_err;
            if let BinaryOp::Equal | BinaryOp::NotEqual = op {
                (info.yes, info.no) = alternatives_left(e, op, (left, &a), (right, &b));
            }
            return info;
        }
        for (side, info) in [(left, &a), (right, &b)] {
            match &info.ty {
                Type::List(_) if info.ty.holds_records() && op != BinaryOp::Add => {
                    self.out.push(errors::records_misuse(e.text(side), e.span(side)));
                    return Info { may_err, ..Info::of(recovered) };
                }
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
        let mut comparable = |x: &Type, y: &Type| {
            self.substitution.assign(x, y)
                || self.substitution.assign(y, x)
                || matches!((x, y), (Type::Int | Type::Uint | Type::Double, Type::Int | Type::Uint | Type::Double))
                || matches!((x, y), (Type::Enum(_) | Type::Link(_), Type::Enum(_) | Type::Link(_)))
                || matches!((x, y), (Type::Date, Type::Never) | (Type::Never, Type::Date))
        };
        let comparable = comparable(&a.ty, &b.ty);
        for (side, own, other) in [(left, &a.ty, &b.ty), (right, &b.ty, &a.ty)] {
            if let (Expr::Literal(Literal::String(word)), Some(answers)) = (e.ast.node(side), answers(other)) {
                self.enum_word(e, side, word, answers);
            } else if let Type::Enum(answers) = other
                && own.is_string()
            {
                self.loop_literals(e, side, answers);
            }
        }
        if !comparable {
            self.out.push(errors::no_operator(op, &a.ty, &b.ty, e.span(id)));
            return Info { may_err, ..Info::of(Type::Bool) };
        }
        // Being equal to anything but the exception excludes it; being unequal to it too.
        let mut equal = Vec::new();
        let mut unequal = Vec::new();
        for (own, other, other_id) in [(&a, &b, right), (&b, &a, left)] {
            let Some(place) = &own.place else { continue };
            match (&own.ty, &other.ty) {
                (Type::DateOrNever, Type::Never) => unequal.push(Known::guarded(place)),
                (Type::DateOrNever, Type::Date) => equal.push(Known::guarded(place)),
                (Type::Link(link), _) if link.word.is_some() => match e.ast.node(other_id) {
                    Expr::Literal(Literal::String(word)) if link.word.as_deref() == Some(word) => {
                        unequal.push(Known::guarded(place))
                    }
                    Expr::Literal(Literal::String(_)) => equal.push(Known::guarded(place)),
                    _ => {}
                },
                _ => {}
            }
        }
        let (more_equal, more_unequal) = alternatives_left(e, BinaryOp::Equal, (left, &a), (right, &b));
        equal.extend(more_equal);
        unequal.extend(more_unequal);
        let (yes, no) = if op == BinaryOp::Equal { (equal, unequal) } else { (unequal, equal) };
        Info { ty: Type::Bool, place: None, yes, no, may_err }
    }

    /// `type(x) == int`, where `x` may be of several types: what it is, and what it is not.
    fn type_test(
        &mut self,
        e: &Expression,
        typed: &mut Typed,
        op: BinaryOp,
        left: ExprId,
        right: ExprId,
    ) -> Option<Info> {
        if !matches!(op, BinaryOp::Equal | BinaryOp::NotEqual) {
            return None;
        }
        let asked = |id: ExprId| match e.ast.node(id) {
            Expr::Call(None, name, args) if name.text == "type" && args.len() == 1 => Some(args[0]),
            _ => None,
        };
        let (call, value, named) = match (asked(left), asked(right)) {
            (Some(value), None) => (left, value, right),
            (None, Some(value)) => (right, value, left),
            _ => return None,
        };
        let Expr::Ident(name) = e.ast.node(named) else { return None };
        if self.scope.iter().any(|scoped| scoped.name == *name)
            || self.schema.record(self.schema.root()).field(name).is_some()
        {
            return None;
        }
        let at = TYPE_NAMES.iter().position(|(known, _)| known == name)?;
        let wanted = Type::parse(TYPE_NAMES[at].0)?;
        if self.is_plain() {
            // Nothing is looked at twice, and the name may be the host's.
            let (of_call, of_name) = (self.node(e, typed, call), self.node(e, typed, named));
            let may_err = of_call.may_err || of_name.may_err;
            return Some(match (typed.meanings[named.index()], self.place_of(e, value)) {
                (Meaning::TypeName(_), Some(place)) => tested(op, place, wanted, may_err),
                _ => Info { may_err, ..Info::of(Type::Bool) },
            });
        }
        // What is known already does not make the question a mistake.
        let known = std::mem::take(&mut self.known);
        let info = self.node(e, typed, value);
        self.known = known;
        match info.ty {
            Type::Union(_) => {}
            Type::Error => return Some(Info::of(Type::Bool)),
            _ => {
                self.out.push(errors::no_null("type(…)", e.span(call)));
                return Some(Info::of(Type::Bool));
            }
        }
        typed.meanings[call.index()] = Meaning::Function(stdlib::overloads("type", false).next()?);
        typed.types[call.index()] = Type::TypeOf(Arc::new(Type::Dyn));
        typed.meanings[named.index()] = Meaning::TypeName(at);
        typed.types[named.index()] = Type::TypeOf(Arc::new(wanted.clone()));
        Some(match info.place {
            Some(place) => tested(op, place, wanted, info.may_err),
            None => Info { may_err: info.may_err, ..Info::of(Type::Bool) },
        })
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
        if !(self.substitution.assign(&a.ty, element) || self.substitution.assign(element, &a.ty)) {
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
        if let (Type::Open(_), _) | (_, Type::Open(_)) = (&a.ty, &b.ty)
            && self.substitution.assign(&a.ty, &b.ty)
        {
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
            (BinaryOp::Add, Type::List(x), Type::List(y)) => match self.join(x, y) {
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

    /// The type that holds values of both.
    pub(super) fn join(&mut self, a: &Type, b: &Type) -> Option<Type> {
        Some(match (a, b) {
            (Type::Error, other) | (other, Type::Error) => other.clone(),
            (a, b) if a == b => a.clone(),
            (Type::Date | Type::Never | Type::DateOrNever, Type::Date | Type::Never | Type::DateOrNever) => {
                Type::DateOrNever
            }
            (a, b) if a.is_string() && b.is_string() => Type::String,
            (Type::Open(_), other) | (other, Type::Open(_)) => {
                self.substitution.assign(a, b);
                other.clone()
            }
            (Type::List(a), Type::List(b)) => Type::list(self.join(a, b)?),
            _ => return None,
        })
    }

    /// An operator of plain CEL, which may leave types to the evaluation; `may_err` is about the operator alone.
    fn plain_binary(&mut self, e: &Expression, id: ExprId, op: BinaryOp, a: &Type, b: &Type) -> Info {
        let (a, b) = (self.substitution.resolve(a), self.substitution.resolve(b));
        let number = |ty: &Type| matches!(ty, Type::Int | Type::Uint | Type::Double);
        let open = |ty: &Type| matches!(ty, Type::Dyn | Type::Open(_));
        let found = match op {
            BinaryOp::Equal | BinaryOp::NotEqual => {
                let fits = self.substitution.assign_all([(&a, &b)]) || self.substitution.assign_all([(&b, &a)]);
                (fits || (number(&a) && number(&b))).then_some(Type::Bool)
            }
            BinaryOp::In => {
                let held = match &b {
                    Type::List(element) => Some((**element).clone()),
                    Type::Map(key, _) => Some((**key).clone()),
                    _ => None,
                };
                match held {
                    Some(held) => {
                        let fits = self.substitution.assign_all([(&a, &held)]) || (number(&a) && number(&held));
                        fits.then_some(Type::Bool)
                    }
                    None => open(&b).then_some(Type::Bool),
                }
            }
            op if op.is_comparison() => {
                let ordered = |ty: &Type| {
                    number(ty)
                        || open(ty)
                        || matches!(
                            ty,
                            Type::Bool | Type::String | Type::Bytes | Type::Timestamp | Type::Duration | Type::Date
                        )
                };
                let alike = a == b || open(&a) || open(&b) || (number(&a) && number(&b));
                (alike && ordered(&a) && ordered(&b)).then_some(Type::Bool)
            }
            op => self.calculated(op, &a, &b),
        };
        let may_err = match op {
            BinaryOp::Equal | BinaryOp::NotEqual => false,
            BinaryOp::In => open(&b),
            op if op.is_comparison() => open(&a) || open(&b),
            BinaryOp::Remainder => true,
            _ => !matches!((&a, &b), (Type::Double, Type::Double) | (Type::String, Type::String)),
        };
        match found {
            Some(ty) => Info { may_err, ..Info::of(ty) },
            None => {
                self.out.push(errors::no_operator(op, &a, &b, e.span(id)));
                Info::of(if op.is_comparison() || op == BinaryOp::In { Type::Bool } else { Type::Error })
            }
        }
    }

    /// What arithmetic of plain CEL yields for operands of these types.
    fn calculated(&mut self, op: BinaryOp, a: &Type, b: &Type) -> Option<Type> {
        use BinaryOp::{Add, Divide, Multiply, Remainder, Subtract};
        let open = |ty: &Type| matches!(ty, Type::Dyn | Type::Open(_));
        Some(match (op, a, b) {
            (_, Type::Int, Type::Int) => Type::Int,
            (_, Type::Uint, Type::Uint) => Type::Uint,
            (Add | Subtract | Multiply | Divide, Type::Double, Type::Double) => Type::Double,
            (Add, Type::String, Type::String) => Type::String,
            (Add, Type::Bytes, Type::Bytes) => Type::Bytes,
            (Add, Type::List(x), Type::List(y)) => {
                let fits = self.substitution.assign_all([(&**x, &**y)]);
                let (x, y) = (self.substitution.resolve(x), self.substitution.resolve(y));
                Type::list(if fits { most_general(&x, &y) } else { return None })
            }
            (Add, Type::Timestamp, Type::Duration) | (Add, Type::Duration, Type::Timestamp) => Type::Timestamp,
            (Add | Subtract, Type::Duration, Type::Duration) => Type::Duration,
            (Subtract, Type::Timestamp, Type::Timestamp) => Type::Duration,
            (Subtract, Type::Timestamp, Type::Duration) => Type::Timestamp,
            (Subtract, Type::Timestamp, other) if open(other) => Type::Dyn,
            (Add | Subtract, Type::Timestamp | Type::Duration, other) if open(other) => Type::Dyn,
            (Add | Subtract, other, Type::Timestamp | Type::Duration) if open(other) => Type::Dyn,
            (Remainder, other, Type::Int | Type::Uint) | (Remainder, Type::Int | Type::Uint, other) if open(other) => {
                if open(a) {
                    b.clone()
                } else {
                    a.clone()
                }
            }
            (Add | Subtract | Multiply | Divide, Type::Int | Type::Uint | Type::Double, other) if open(other) => {
                a.clone()
            }
            (Add | Subtract | Multiply | Divide, other, Type::Int | Type::Uint | Type::Double) if open(other) => {
                b.clone()
            }
            (Add, Type::String | Type::Bytes | Type::List(_), other) if open(other) => a.clone(),
            (Add, other, Type::String | Type::Bytes | Type::List(_)) if open(other) => b.clone(),
            (_, a, b) if open(a) && open(b) => Type::Dyn,
            _ => return None,
        })
    }
}

/// What a type test makes known.
fn tested(op: BinaryOp, place: String, ty: Type, may_err: bool) -> Info {
    let is = Known { place: place.clone(), what: Narrowed::Is(ty.clone()) };
    let is_not = Known { place, what: Narrowed::IsNot(ty) };
    let (yes, no) = if op == BinaryOp::Equal { (is, is_not) } else { (is_not, is) };
    Info { ty: Type::Bool, place: None, yes: vec![yes], no: vec![no], may_err }
}

/// Which of its alternatives a value can be that is, and that is not, equal to another.
fn alternatives_left(
    e: &Expression,
    op: BinaryOp,
    (left, a): (ExprId, &Info),
    (right, b): (ExprId, &Info),
) -> (Vec<Known>, Vec<Known>) {
    let (mut equal, mut unequal) = (Vec::new(), Vec::new());
    for (own, other, other_id) in [(a, b, right), (b, a, left)] {
        let (Type::Union(_), Some(place)) = (&own.ty, &own.place) else { continue };
        // Numbers of different types can be equal.
        if other.ty.is_string() || matches!(other.ty, Type::Bool | Type::Null) {
            equal.push(Known { place: place.clone(), what: Narrowed::Is(other.ty.clone()) });
        }
        let excluded = match e.ast.node(other_id) {
            Expr::Literal(Literal::String(word)) => Type::Enum(Arc::new(EnumType { words: vec![word.clone()] })),
            Expr::Literal(Literal::Null) => Type::Null,
            _ => continue,
        };
        unequal.push(Known { place: place.clone(), what: Narrowed::IsNot(excluded) });
    }
    if op == BinaryOp::Equal { (equal, unequal) } else { (unequal, equal) }
}
