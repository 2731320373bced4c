//! Comparisons: what they make known of the terms they compare.

use super::sets::{Facts, SPECIAL, Scale, Set, TermId, Truth};
use super::terms::{Constant, Kind};
use super::{Always, Checked, Role, Seen};
use crate::cel::{BinaryOp, Expr, ExprId};
use crate::types::Type;

impl<'e> Always<'e> {
    /// A comparison, `in`, or a calculation.
    pub(super) fn binary(&mut self, at: Checked<'e>, op: BinaryOp, left: ExprId, right: ExprId, ty: &Type) -> Seen {
        if let (BinaryOp::In, Expr::List(items)) = (op, at.e.ast.node(right)) {
            return self.one_of(at, left, items);
        }
        let (a, b) = (self.node(at, left, Role::Whole), self.node(at, right, Role::Whole));
        if !op.is_comparison() {
            return self.value(Kind::Binary(op), vec![a.term, b.term], ty);
        }
        let term = self.terms.of(Kind::Binary(op), vec![a.term, b.term]);
        let types = (&at.typed.types[left.index()], &at.typed.types[right.index()]);
        let truth = match (op, self.terms.value(a.term), self.terms.value(b.term)) {
            // `flag == true` says what `flag` does.
            (BinaryOp::Equal | BinaryOp::NotEqual, None, Some(Constant::Bool(value))) if a.truth.is_some() => {
                flagged(a.truth, *value == (op == BinaryOp::Equal))
            }
            (BinaryOp::Equal | BinaryOp::NotEqual, Some(Constant::Bool(value)), None) if b.truth.is_some() => {
                flagged(b.truth, *value == (op == BinaryOp::Equal))
            }
            _ => None,
        };
        let truth = truth.unwrap_or_else(|| self.compared(op, (a.term, types.0), (b.term, types.1)));
        Seen { term, truth: Some(truth) }
    }

    /// `x in [a, b]` is `x == a || x == b`.
    fn one_of(&mut self, at: Checked<'e>, left: ExprId, items: &[ExprId]) -> Seen {
        let x = self.node(at, left, Role::Whole).term;
        let ty = &at.typed.types[left.index()];
        let outside = self.context.len();
        let mut parts = Vec::with_capacity(items.len());
        let mut truth = Truth { yes: None, no: Some(Facts::default()) };
        for item in items {
            let term = self.node(at, *item, Role::Whole).term;
            parts.push(term);
            let Some(facts) = truth.no else { continue };
            let equal = self.compared(BinaryOp::Equal, (x, ty), (term, &at.typed.types[item.index()]));
            if let Some(yes) = equal.yes {
                let here = facts.clone().and(yes);
                truth.yes = Some(match truth.yes {
                    Some(before) => before.or(&here),
                    None => here,
                });
            }
            truth.no = equal.no.filter(|no| self.context.assume(no)).map(|no| facts.and(no));
        }
        self.context.go_back(outside);
        let list = self.terms.of(Kind::List, parts);
        Seen { term: self.terms.of(Kind::Binary(BinaryOp::In), vec![x, list]), truth: Some(truth) }
    }

    /// A comparison of two terms.
    fn compared(&mut self, op: BinaryOp, a: (TermId, &Type), b: (TermId, &Type)) -> Truth {
        match (self.terms.value(a.0).cloned(), self.terms.value(b.0).cloned()) {
            (Some(x), Some(y)) => {
                if let Some(holds) = x.compared(op, &y) {
                    return Truth::fixed(holds);
                }
            }
            (None, Some(constant)) => {
                if let Some(truth) = self.against(op, a, &constant) {
                    return truth;
                }
            }
            (Some(constant), None) => {
                if let Some(truth) = self.against(turned(op), b, &constant) {
                    return truth;
                }
            }
            (None, None) => {}
        }
        self.ordered(op, a, b)
    }

    /// A comparison with a constant, where the values of the term stand on a scale with it.
    fn against(&mut self, op: BinaryOp, (term, ty): (TermId, &Type), constant: &Constant) -> Option<Truth> {
        let scale = Scale::of(ty);
        let set = self.terms.compared_with(op, scale, constant)?;
        let full = self.full(term, ty);
        Some(self.member((term, scale), &full, &set))
    }

    /// The values a term of type `ty` can have at all.
    fn full(&mut self, term: TermId, ty: &Type) -> Set {
        match ty {
            Type::Enum(answers) if !self.terms.is_union(term) => self.terms.words(&answers.words),
            Type::Double if self.is_number(term) => Scale::Double.numbers(),
            // What a guard made known of the type stands in the context.
            Type::Date if !self.terms.may_be_never(term, false) => Scale::Day.numbers(),
            Type::DateOrNever if self.terms.may_be_never(term, true) => Scale::Day.full(),
            Type::Never => Set::point(SPECIAL),
            Type::Uint => Set::range(0, u64::MAX.into()),
            Type::Int => {
                let (least, most) = self.terms.range(term).unwrap_or((i64::MIN.into(), i64::MAX.into()));
                Set::range(least, most)
            }
            ty => Scale::of(ty).full(),
        }
    }

    /// Whether a double is no NaN, because JSON has none.
    fn is_number(&self, term: TermId) -> bool {
        self.schema.is_some() && self.terms.is_fact(term)
    }

    /// A comparison of two terms, as a question which of them is the greater.
    fn ordered(&mut self, op: BinaryOp, a: (TermId, &Type), b: (TermId, &Type)) -> Truth {
        const LESS: i128 = 0;
        const EQUAL: i128 = 1;
        const GREATER: i128 = 2;
        const OTHERWISE: i128 = 3;
        let (op, a, b) = if a.0 <= b.0 { (op, a, b) } else { (turned(op), b, a) };
        let asked: &[i128] = match op {
            BinaryOp::Less => &[LESS],
            BinaryOp::LessEqual => &[LESS, EQUAL],
            BinaryOp::Greater => &[GREATER],
            BinaryOp::GreaterEqual => &[EQUAL, GREATER],
            BinaryOp::Equal => &[EQUAL],
            _ => &[LESS, GREATER, OTHERWISE],
        };
        let same = a.0 == b.0;
        let (scale, other) = (Scale::of(a.1), Scale::of(b.1));
        let mut possible = vec![LESS, EQUAL, GREATER, OTHERWISE];
        if same {
            possible = if is_reflexive(a.1) || self.is_number(a.0) { vec![EQUAL] } else { vec![EQUAL, OTHERWISE] };
        } else if scale == other && scale != Scale::Open {
            let (x, y) = (self.now(a, scale), self.now(b, scale));
            possible.retain(|order| match *order {
                EQUAL => !x.and(&y).is_empty(),
                // Words have an order of their own.
                LESS if scale.is_ordered() => x.least().zip(y.most()).is_some_and(|(x, y)| x < y),
                GREATER if scale.is_ordered() => x.most().zip(y.least()).is_some_and(|(x, y)| x > y),
                OTHERWISE if scale.is_ordered() => x.has(SPECIAL) || y.has(SPECIAL),
                _ => true,
            });
        }
        let set = |orders: &[i128]| orders.iter().fold(Set::default(), |set, order| set.or(&Set::point(*order)));
        let pair = self.terms.of(Kind::Pair, vec![a.0, b.0]);
        self.member((pair, Scale::Order), &set(&possible), &set(asked))
    }

    /// What a term can be here.
    fn now(&mut self, (term, ty): (TermId, &Type), scale: Scale) -> Set {
        if let Some(constant) = self.terms.value(term).cloned()
            && let Some(set) = self.terms.compared_with(BinaryOp::Equal, scale, &constant)
        {
            return set;
        }
        let full = self.full(term, ty);
        self.context.of((term, scale)).map_or_else(|| full.clone(), |known| known.and(&full))
    }
}

/// What a condition compared with `true` (`as_it_is`) or `false` says.
fn flagged(truth: Option<Truth>, as_it_is: bool) -> Option<Truth> {
    truth.map(|truth| if as_it_is { truth } else { truth.denied() })
}

/// The comparison that holds with the sides exchanged.
fn turned(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Less => BinaryOp::Greater,
        BinaryOp::LessEqual => BinaryOp::GreaterEqual,
        BinaryOp::Greater => BinaryOp::Less,
        BinaryOp::GreaterEqual => BinaryOp::LessEqual,
        other => other,
    }
}

/// Whether every value of the type equals itself; NaN does not.
fn is_reflexive(ty: &Type) -> bool {
    match ty {
        Type::Bool | Type::Int | Type::Uint | Type::String | Type::Bytes | Type::Null => true,
        Type::Timestamp | Type::Duration | Type::Date | Type::Never | Type::DateOrNever | Type::Period => true,
        Type::Enum(_) | Type::Link(_) | Type::TypeOf(_) => true,
        Type::List(element) => is_reflexive(element),
        _ => false,
    }
}
