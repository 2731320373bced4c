//! Whether an expression may err on some facts that fit the schema: told from its form alone.

use jobun::cel::{BinaryOp, Expr, ExprId, Literal, Macro, UnaryOp};
use jobun::stdlib;
use jobun::types::Type;
use jobun::value::Day;

use super::expression::{Run, called};
use super::scope::{Bound, Node, Scope};

impl<'a> Run<'a> {
    /// Whether `node` may err. An operation may if an operand may; a name that stands for an
    /// expression may if that may.
    pub fn may_err(&self, node: Node<'a>, scope: &Scope<'a>) -> bool {
        let part = |id: &ExprId| self.may_err(node.at(*id), scope);
        match node.form() {
            Expr::Literal(_) => false,
            Expr::Ident(name) => match scope.find(name) {
                Some(Bound::Expression(inner, its_scope)) => self.may_err(*inner, its_scope),
                _ => false,
            },
            Expr::Select(operand, _) => part(operand),
            Expr::Index(..) => true,
            Expr::Call(target, name, arguments) => {
                let (name, method, operands) = called(node, *target, &name.text, arguments, scope);
                let definition = if method { None } else { self.definition(&name, node.pack()) };
                match definition {
                    Some(definition) => {
                        let (root, inside) = Self::opened(definition, &operands, scope);
                        self.may_err(root, &inside)
                    }
                    None => {
                        operands.iter().any(|operand| self.may_err(*operand, scope))
                            || function_may_err(&name, method, &operands)
                    }
                }
            }
            Expr::List(items) | Expr::And(items) | Expr::Or(items) => items.iter().any(part),
            Expr::Unary(UnaryOp::Not, operand) => part(operand),
            Expr::Unary(UnaryOp::Negate, operand) => *node.ty() == Type::Int || part(operand),
            Expr::Binary(op, left, right) => {
                let calculates = !op.is_comparison() && *op != BinaryOp::In;
                (calculates && *node.ty() == Type::Int) || part(left) || part(right)
            }
            Expr::Conditional(condition, yes, no) => [condition, yes, no].into_iter().any(part),
            Expr::Bind { variable, value, body } => {
                let bound = Bound::Expression(node.at(*value), scope.clone());
                self.may_err(node.at(*body), &scope.with(&variable.text, bound))
            }
            Expr::Loop { kind, list, variable, second, filter, body } => {
                let inside = scope.with(&variable.text, Bound::AnyElement);
                let inside = match second {
                    Some(second) => inside.with(&second.text, Bound::AnyElement),
                    None => inside,
                };
                let inner = |id: &ExprId| self.may_err(node.at(*id), &inside);
                *kind == Macro::SortBy || part(list) || filter.iter().any(inner) || inner(body)
            }
            Expr::Has(..)
            | Expr::Map(_)
            | Expr::Error
            | Expr::Message(_)
            | Expr::Optional(_)
            | Expr::SelectOptional(..)
            | Expr::IndexOptional(..)
            | Expr::OptMap { .. } => {
                panic!("the checker does not admit {:?}", node.form())
            }
        }
    }
}

/// Whether the function `name` may err on arguments of these types; a day that is written out is
/// read by the checker.
fn function_may_err(name: &str, method: bool, arguments: &[Node<'_>]) -> bool {
    if let ("date", [argument]) = (name, arguments)
        && let Expr::Literal(Literal::String(text)) = argument.form()
    {
        return Day::parse(text).is_none();
    }
    let types: Vec<Type> = arguments.iter().map(|argument| argument.ty().clone()).collect();
    stdlib::overloads(name, method).find(|signature| signature.takes(&types)).is_some_and(|signature| signature.may_err)
}
