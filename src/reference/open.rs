//! A half of a rule as plain CEL text: definitions opened, parameters written out, links followed
//! by a filter. Anything about dates is outside the second engine's domain.

use std::collections::HashMap;

use crate::cel::{BinaryOp, Expr, ExprId, Expression, Literal, UnaryOp, literal_text, quoted};
use crate::check::CheckedRule;
use crate::check::typed::{BindingId, Meaning, Typed};
use crate::engine::Engine;
use crate::policy::{ParameterValue, Rule};
use crate::program::Function;
use crate::types::Type;

/// The longest text worth giving to the second engine.
const MAX_TEXT: usize = 100_000;

pub(super) struct Opener<'o> {
    pub engine: &'o Engine,
    pub pack: usize,
    /// What stands before each fact of the document: nothing, or a variable and a dot.
    pub before: &'o str,
}

#[derive(Clone, Default)]
struct Env {
    bindings: HashMap<BindingId, String>,
    arguments: Vec<Option<String>>,
    variables: Vec<Option<String>>,
}

impl Opener<'_> {
    /// The text of `expression`, or `None` if it lies outside the domain.
    pub(super) fn open(
        &self,
        rule: &Rule,
        checked: &CheckedRule,
        expression: &Expression,
        typed: &Typed,
    ) -> Option<String> {
        let mut env = Env::default();
        for (each, (_, binding, _)) in rule.for_each.iter().zip(&checked.each) {
            env.bindings.insert(*binding, each.name.text.clone());
        }
        let mut fresh = 0;
        for (variable, typed) in rule.variables.iter().zip(&checked.variables) {
            let text = self.text(&variable.is, typed, variable.is.ast.root(), &env, &mut fresh);
            env.variables.push(text);
        }
        self.text(expression, typed, expression.ast.root(), &env, &mut fresh).filter(|text| text.len() <= MAX_TEXT)
    }

    /// The same asked of every element at once: the rule's lists around it, by `all`.
    pub(super) fn of_all(
        &self,
        rule: &Rule,
        checked: &CheckedRule,
        expression: &Expression,
        typed: &Typed,
    ) -> Option<String> {
        let text = self.open(rule, checked, expression, typed)?;
        let loops = rule.for_each.iter().zip(&checked.each).rev();
        let closed = loops.into_iter().try_fold(text, |text, (each, (list, ..))| {
            let list = self.open(rule, checked, &each.list, list)?;
            Some(format!("{list}.all({}, {text})", each.name.text))
        });
        closed.filter(|text| text.len() <= MAX_TEXT)
    }

    fn text(&self, e: &Expression, typed: &Typed, id: ExprId, env: &Env, fresh: &mut usize) -> Option<String> {
        if dated(&typed.types[id.index()]) {
            return None;
        }
        let mut part = |id: ExprId| self.text(e, typed, id, env, fresh);
        Some(match e.ast.node(id) {
            Expr::Error | Expr::Message(_) | Expr::Has(..) | Expr::Map(_) => return None,
            Expr::Optional(_) | Expr::SelectOptional(..) | Expr::IndexOptional(..) => return None,
            Expr::Bind { .. } | Expr::OptMap { .. } | Expr::Loop { second: Some(_), .. } => return None,
            Expr::Literal(Literal::Uint(_) | Literal::Bytes(_)) => return None,
            Expr::Literal(literal) => literal_text(literal),
            Expr::Ident(name) => match typed.meanings[id.index()] {
                Meaning::Fact => format!("{}{name}", self.before),
                Meaning::Binding(binding) => env.bindings.get(&binding)?.clone(),
                Meaning::Argument(index) => env.arguments.get(index)?.clone()?,
                Meaning::Variable(index) => env.variables.get(index)?.clone()?,
                _ => return None,
            },
            Expr::Select(operand, field) => match typed.meanings[id.index()] {
                Meaning::Parameter(index) => match &self.engine.parameters(self.pack)[index] {
                    ParameterValue::Int(value) => value.to_string(),
                    ParameterValue::Bool(value) => value.to_string(),
                    ParameterValue::String(value) => quoted(value),
                    ParameterValue::Period(_) | ParameterValue::Date(_) => return None,
                },
                _ => format!("{}.{}", part(*operand)?, field.text),
            },
            Expr::Index(list, index) => format!("{}[{}]", part(*list)?, part(*index)?),
            Expr::List(items) => {
                let items: Option<Vec<String>> = items.iter().map(|item| part(*item)).collect();
                format!("[{}]", items?.join(", "))
            }
            Expr::Unary(UnaryOp::Not, operand) => format!("!({})", part(*operand)?),
            Expr::Unary(UnaryOp::Negate, operand) => format!("-({})", part(*operand)?),
            Expr::Binary(op, left, right) => {
                let (left, right) = (part(*left)?, part(*right)?);
                let sign = if *op == BinaryOp::In { "in" } else { op.sign() };
                format!("({left} {sign} {right})")
            }
            Expr::And(operands) | Expr::Or(operands) => {
                let sign = if matches!(e.ast.node(id), Expr::And(_)) { " && " } else { " || " };
                let operands: Option<Vec<String>> = operands.iter().map(|operand| part(*operand)).collect();
                format!("({})", operands?.join(sign))
            }
            Expr::Conditional(condition, yes, no) => {
                format!("({} ? {} : {})", part(*condition)?, part(*yes)?, part(*no)?)
            }
            Expr::Call(target, name, args) => {
                let operands: Vec<ExprId> = target.iter().chain(args).copied().collect();
                match typed.meanings[id.index()] {
                    Meaning::Follow => {
                        let Type::Link(link) = &typed.types[args[0].index()] else { return None };
                        let list = link.list.trim_end_matches("[]");
                        // Lists inside other lists are not reached by a name.
                        if list.contains(['.', '[']) {
                            return None;
                        }
                        let text = part(args[0])?;
                        *fresh += 1;
                        format!("{}{list}.filter(r_{fresh}, r_{fresh}.id == {text})[0]", self.before)
                    }
                    Meaning::Definition(definition) => {
                        let arguments = operands.iter().map(|operand| part(*operand)).collect();
                        let entry = self.engine.checked().definitions.get(definition);
                        let inner = Env { arguments, ..Env::default() };
                        self.text(&entry.expression, &entry.typed, entry.expression.ast.root(), &inner, fresh)?
                    }
                    Meaning::Function(signature) if signature.function == Function::Size => {
                        format!("size({})", part(operands[0])?)
                    }
                    Meaning::Function(_) => {
                        let operands: Option<Vec<String>> = operands.iter().map(|operand| part(*operand)).collect();
                        let operands = operands?;
                        match target {
                            Some(_) => format!("{}.{}({})", operands[0], name.text, operands[1..].join(", ")),
                            None => format!("{}({})", name.text, operands.join(", ")),
                        }
                    }
                    _ => return None,
                }
            }
            Expr::Loop { kind, list, filter, body, .. } => {
                let Meaning::Binding(binding) = typed.meanings[id.index()] else { return None };
                let list = part(*list)?;
                *fresh += 1;
                let variable = format!("x_{fresh}");
                let mut inner = env.clone();
                inner.bindings.insert(binding, variable.clone());
                let mut arguments = vec![variable];
                if let Some(filter) = filter {
                    arguments.push(self.text(e, typed, *filter, &inner, fresh)?);
                }
                arguments.push(self.text(e, typed, *body, &inner, fresh)?);
                format!("{list}.{}({})", kind.name(), arguments.join(", "))
            }
        })
    }
}

/// Whether a type is about dates.
fn dated(ty: &Type) -> bool {
    match ty {
        Type::Date | Type::DateOrNever | Type::Never | Type::Period => true,
        Type::List(element) => dated(element),
        _ => false,
    }
}
