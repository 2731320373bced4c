//! What a slip of the pen could make of an expression: small changes, each of which some case should notice.

use crate::cel::{BinaryOp, Expr, ExprId, Expression, Literal, Macro, UnaryOp, quoted};
use crate::check::typed::{Meaning, Typed};
use crate::policy::ParameterDeclaration;
use crate::schema::FactSchema;
use crate::types::Type;
use crate::words::Mutation;

/// One change of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// What kind of slip it is.
    pub operator: Mutation,
    /// The bytes of the expression's text that are replaced.
    pub range: (usize, usize),
    /// What stands there instead.
    pub after: String,
}

/// What changes are made within.
pub(super) struct Scope<'s> {
    /// The vocabulary.
    pub schema: &'s FactSchema,
    /// The parameters of the pack.
    pub parameters: &'s [ParameterDeclaration],
}

/// Every change of `e`, in the order of its text.
pub(super) fn changes(e: &Expression, typed: &Typed, scope: &Scope<'_>) -> Vec<Change> {
    let mut maker = Maker { e, typed, scope, made: Vec::new() };
    if typed.types.len() != e.ast.len() {
        return Vec::new();
    }
    for id in e.ast.ids() {
        maker.node(id);
    }
    for id in conditions(e, typed) {
        for value in ["true", "false"] {
            maker.replace(Mutation::Condition, id, value.to_string());
        }
    }
    let mut made = maker.made;
    // What only spells the same differently changes nothing.
    made.retain(|change| {
        let before = &e.written.text[change.range.0..change.range.1];
        let plain = |text: &str| text.replace(['(', ')', ' ', '\n'], "");
        plain(before) != plain(&change.after)
    });
    made.sort_by(|a, b| (a.range, a.operator, &a.after).cmp(&(b.range, b.operator, &b.after)));
    made.dedup();
    made
}

/// The conditions of `e` that are not made of others: what decisions turn on.
pub(super) fn conditions(e: &Expression, typed: &Typed) -> Vec<ExprId> {
    let mut found = Vec::new();
    let mut open = Vec::new();
    let is_bool = |id: ExprId| typed.types.get(id.index()) == Some(&Type::Bool);
    if is_bool(e.ast.root()) {
        open.push(e.ast.root());
    }
    // Conditions also stand inside of other values: in loops, and before the arms of a choice.
    for id in e.ast.ids() {
        match e.ast.node(id) {
            Expr::Conditional(condition, a, b) => {
                open.push(*condition);
                open.extend([*a, *b].into_iter().filter(|arm| is_bool(*arm)));
            }
            Expr::Loop { filter, body, .. } => {
                open.extend(filter.iter().copied());
                open.extend(Some(*body).filter(|body| is_bool(*body)));
            }
            Expr::And(parts) | Expr::Or(parts) => open.extend(parts.iter().copied()),
            Expr::Unary(UnaryOp::Not, part) => open.push(*part),
            _ => {}
        }
    }
    while let Some(id) = open.pop() {
        match e.ast.node(id) {
            // Their parts are looked at instead.
            Expr::And(_) | Expr::Or(_) | Expr::Unary(UnaryOp::Not, _) | Expr::Conditional(..) | Expr::Literal(_) => {}
            _ => found.push(id),
        }
    }
    found.sort_by_key(|id| e.ast.range(*id));
    found.dedup();
    found
}

struct Maker<'m> {
    e: &'m Expression,
    typed: &'m Typed,
    scope: &'m Scope<'m>,
    made: Vec<Change>,
}

impl Maker<'_> {
    fn replace(&mut self, operator: Mutation, id: ExprId, after: String) {
        let range = self.e.ast.range(id);
        self.made.push(Change { operator, range, after });
    }

    fn text(&self, id: ExprId) -> String {
        self.e.text(id).to_string()
    }

    fn node(&mut self, id: ExprId) {
        let e = self.e;
        match e.ast.node(id) {
            Expr::Binary(op, a, b) => self.binary(id, *op, *a, *b),
            Expr::And(parts) => self.parts(id, parts, "&&", "||", Mutation::Conjunct),
            Expr::Or(parts) => self.parts(id, parts, "||", "&&", Mutation::Exception),
            Expr::Unary(UnaryOp::Not, part) => self.replace(Mutation::Negation, id, format!("({})", self.text(*part))),
            Expr::Unary(UnaryOp::Negate, part) => {
                self.replace(Mutation::Arithmetic, id, format!("({})", self.text(*part)));
            }
            Expr::Conditional(condition, a, b) => {
                let (condition, a, b) = (self.text(*condition), self.text(*a), self.text(*b));
                self.replace(Mutation::Branch, id, format!("(({condition}) ? ({b}) : ({a}))"));
            }
            Expr::Loop { kind, list, .. } => {
                let other = match kind {
                    Macro::All => "exists",
                    Macro::Exists => "all",
                    Macro::ExistsOne => "exists",
                    _ => return,
                };
                let (start, end) = e.ast.range(id);
                let (_, after_list) = e.ast.range(*list);
                let rest = &e.written.text[after_list..end];
                if let Some(at) = rest.find(kind.name()) {
                    let at = after_list + at;
                    let text = &e.written.text;
                    let after = format!("{}{other}{}", &text[start..at], &text[at + kind.name().len()..end]);
                    self.replace(Mutation::Quantifier, id, after);
                }
            }
            Expr::Literal(literal) => self.literal(id, literal),
            Expr::Select(operand, name) => self.field(*operand, (name.start as usize, name.end as usize), &name.text),
            Expr::Ident(name) => {
                if let Some(Meaning::Fact) = self.typed.meanings.get(id.index()) {
                    self.siblings(&Type::Record(self.scope.schema.root()), e.ast.range(id), name);
                }
            }
            Expr::Call(target, name, arguments) => self.call(id, *target, &name.text, arguments),
            _ => {}
        }
        if let Some(Meaning::Parameter(index)) = self.typed.meanings.get(id.index()) {
            self.parameter(id, *index);
        }
    }

    fn binary(&mut self, id: ExprId, op: BinaryOp, a: ExprId, b: ExprId) {
        let (left, right) = (self.text(a), self.text(b));
        let boundary = match op {
            BinaryOp::Less => Some("<="),
            BinaryOp::LessEqual => Some("<"),
            BinaryOp::Greater => Some(">="),
            BinaryOp::GreaterEqual => Some(">"),
            _ => None,
        };
        let (operator, other) = match op {
            BinaryOp::Equal => (Mutation::Comparison, "!="),
            BinaryOp::NotEqual => (Mutation::Comparison, "=="),
            BinaryOp::Less => (Mutation::Comparison, ">="),
            BinaryOp::LessEqual => (Mutation::Comparison, ">"),
            BinaryOp::Greater => (Mutation::Comparison, "<="),
            BinaryOp::GreaterEqual => (Mutation::Comparison, "<"),
            BinaryOp::Add => (Mutation::Arithmetic, "-"),
            BinaryOp::Subtract => (Mutation::Arithmetic, "+"),
            BinaryOp::Multiply => (Mutation::Arithmetic, "/"),
            BinaryOp::Divide => (Mutation::Arithmetic, "*"),
            BinaryOp::In => {
                self.replace(Mutation::Comparison, id, format!("(!({left} in {right}))"));
                return;
            }
            BinaryOp::Remainder => return,
        };
        self.replace(operator, id, format!("({left} {other} {right})"));
        if let Some(boundary) = boundary {
            self.replace(Mutation::Boundary, id, format!("({left} {boundary} {right})"));
        }
    }

    /// `&&` and `||`: a part that is no condition of its own left out, and the other connective.
    fn parts(&mut self, id: ExprId, parts: &[ExprId], own: &str, other: &str, dropped: Mutation) {
        let texts: Vec<String> = parts.iter().map(|part| format!("({})", self.text(*part))).collect();
        for (at, part) in parts.iter().enumerate() {
            // To leave out one condition is to make it constant, which is a change of its own.
            if matches!(self.e.ast.node(*part), Expr::And(_) | Expr::Or(_) | Expr::Unary(UnaryOp::Not, _)) {
                let rest: Vec<&str> =
                    texts.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, text)| text.as_str()).collect();
                self.replace(dropped, id, format!("({})", rest.join(&format!(" {own} "))));
            }
        }
        self.replace(Mutation::Connective, id, format!("({})", texts.join(&format!(" {other} "))));
    }

    fn literal(&mut self, id: ExprId, literal: &Literal) {
        match literal {
            Literal::Int(value) => {
                for near in [value.checked_add(1), value.checked_sub(1)].into_iter().flatten() {
                    self.replace(Mutation::Constant, id, format!("({near})"));
                }
            }
            Literal::String(word) => {
                // Another word of the enum it is compared with, where it is one.
                let other = self.words_around(id).into_iter().find(|other| other != word);
                if let Some(other) = other {
                    self.replace(Mutation::Constant, id, quoted(&other));
                }
            }
            _ => {}
        }
    }

    /// The words of the enum that the constant `id` is compared with.
    fn words_around(&self, id: ExprId) -> Vec<String> {
        let words = |other: ExprId| {
            let types = self.typed.types[other.index()].alternatives();
            types.iter().map(Type::words).find(|words| !words.is_empty()).map(<[String]>::to_vec)
        };
        for at in self.e.ast.ids() {
            let Expr::Binary(op, a, b) = self.e.ast.node(at) else { continue };
            let (a, b) = (*a, *b);
            if op.is_comparison() && (a == id || b == id) {
                return words(if a == id { b } else { a }).unwrap_or_default();
            }
            if *op == BinaryOp::In {
                if a == id {
                    return words(b).unwrap_or_default();
                }
                if let Expr::List(items) = self.e.ast.node(b)
                    && items.contains(&id)
                {
                    // One that is not in the list already.
                    let listed: Vec<String> = items.iter().map(|item| self.text(*item)).collect();
                    let words = words(a).unwrap_or_default();
                    return words.into_iter().filter(|word| !listed.contains(&quoted(word))).collect();
                }
            }
        }
        Vec::new()
    }

    fn field(&mut self, operand: ExprId, range: (usize, usize), name: &str) {
        if let Some(ty) = self.typed.types.get(operand.index()) {
            self.siblings(ty, range, name);
        }
    }

    /// The next field of the same type in the record, for the one called `name`.
    fn siblings(&mut self, ty: &Type, range: (usize, usize), name: &str) {
        let Type::Record(record) = ty else { return };
        let fields = &self.scope.schema.record(*record).fields;
        let Some(at) = fields.iter().position(|field| field.name == name) else { return };
        let own = &fields[at].ty;
        if matches!(own, Type::Record(_) | Type::List(_)) {
            return;
        }
        let around = fields[at + 1..].iter().chain(&fields[..at]);
        let other = around.into_iter().find(|other| other.ty == *own && other.name != "id");
        if let Some(other) = other {
            self.made.push(Change { operator: Mutation::Field, range, after: other.name.clone() });
        }
    }

    fn call(&mut self, id: ExprId, target: Option<ExprId>, name: &str, arguments: &[ExprId]) {
        let mut all: Vec<String> = arguments.iter().map(|argument| self.text(*argument)).collect();
        match (target, name) {
            // What stands in where a date is `never`.
            (Some(_), "or") => {
                if let [other] = arguments {
                    self.replace(Mutation::Fallback, id, format!("({})", self.text(*other)));
                }
            }
            (None, "earlier" | "later") if arguments.len() == 2 => {
                let other = if name == "earlier" { "later" } else { "earlier" };
                self.replace(Mutation::Fallback, id, format!("{other}({})", all.join(", ")));
                for one in &all {
                    self.replace(Mutation::Fallback, id, format!("({one})"));
                }
            }
            (Some(target), "plus_days" | "plus_months" | "plus_years") if arguments.len() == 1 => {
                let (target, by) = (self.text(target), all.remove(0));
                // A constant is moved where it stands.
                if !matches!(self.e.ast.node(arguments[0]), Expr::Literal(_)) {
                    self.replace(Mutation::Offset, id, format!("{target}.{name}(({by}) + 1)"));
                }
            }
            _ => {}
        }
        match (target, name, arguments) {
            (Some(_), "plus", [_]) => self.moved(id),
            (None, "next_open_day", [day]) => {
                self.replace(Mutation::Offset, id, format!("({})", self.text(*day)));
                self.moved(id);
            }
            _ => {}
        }
    }

    /// The day `id` one day later and one day earlier.
    fn moved(&mut self, id: ExprId) {
        if self.typed.types.get(id.index()) == Some(&Type::Date) {
            for days in ["1", "-1"] {
                self.replace(Mutation::Offset, id, format!("({}).plus_days({days})", self.text(id)));
            }
        }
    }

    fn parameter(&mut self, id: ExprId, index: usize) {
        let Some(own) = self.scope.parameters.get(index) else { return };
        let kind = std::mem::discriminant(&own.default);
        let count = self.scope.parameters.len();
        let around = (1..count).map(|step| &self.scope.parameters[(index + step) % count]);
        // One with another value, or nobody could tell them apart.
        let other = around.into_iter().find(|other| {
            std::mem::discriminant(&other.default) == kind && other.default != own.default && other.words == own.words
        });
        if let Some(other) = other {
            self.replace(Mutation::Parameter, id, format!("params.{}", other.name));
        }
    }
}
