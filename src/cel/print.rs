//! From tree to text: fully bracketed CEL that parses to the same tree.

use std::fmt::Write;

use super::ast::{Ast, Expr, ExprId, Literal, UnaryOp};
use super::token;

impl Ast {
    /// The node `id` as CEL, every operation in brackets of its own.
    pub fn print(&self, id: ExprId) -> String {
        let mut out = String::new();
        self.write(id, &mut out);
        out
    }

    fn write(&self, id: ExprId, out: &mut String) {
        match self.node(id) {
            Expr::Error => out.push_str("<error>"),
            Expr::Literal(literal) => out.push_str(&literal_text(literal)),
            Expr::Ident(name) => out.push_str(name),
            Expr::Select(operand, field) => {
                self.write_before(*operand, out);
                out.push('.');
                write_field(&field.text, out);
            }
            Expr::SelectOptional(operand, field) => {
                self.write_before(*operand, out);
                out.push_str(".?");
                write_field(&field.text, out);
            }
            Expr::Index(operand, index) | Expr::IndexOptional(operand, index) => {
                self.write_before(*operand, out);
                out.push_str(if matches!(self.node(id), Expr::Index(..)) { "[" } else { "[?" });
                self.write(*index, out);
                out.push(']');
            }
            Expr::Optional(value) => {
                out.push('?');
                self.write(*value, out);
            }
            Expr::Message(name) => {
                out.push_str(&name.text);
                out.push_str("{…}");
            }
            Expr::Bind { variable, value, body } => {
                let _ = write!(out, "cel.bind({}, ", variable.text);
                self.write(*value, out);
                out.push_str(", ");
                self.write(*body, out);
                out.push(')');
            }
            Expr::OptMap { flat, optional, variable, body } => {
                self.write_before(*optional, out);
                let _ = write!(out, ".{}({}, ", if *flat { "optFlatMap" } else { "optMap" }, variable.text);
                self.write(*body, out);
                out.push(')');
            }
            Expr::Call(target, name, args) => {
                match target {
                    Some(target) => {
                        self.write_before(*target, out);
                        out.push('.');
                        write_field(&name.text, out);
                    }
                    None => out.push_str(&name.text),
                }
                self.write_list("(", args, ")", ", ", out);
            }
            Expr::Has(operand, field) => {
                out.push_str("has(");
                self.write_before(*operand, out);
                out.push('.');
                write_field(&field.text, out);
                out.push(')');
            }
            Expr::List(items) => self.write_list("[", items, "]", ", ", out),
            Expr::Map(entries) => {
                out.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { ", " });
                    let (mark, value) = match self.node(*value) {
                        Expr::Optional(value) => ("?", value),
                        _ => ("", value),
                    };
                    out.push_str(mark);
                    self.write(*key, out);
                    out.push_str(": ");
                    self.write(*value, out);
                }
                out.push('}');
            }
            Expr::Unary(op, operand) => {
                out.push_str(match op {
                    UnaryOp::Not => "!(",
                    UnaryOp::Negate => "-(",
                });
                self.write(*operand, out);
                out.push(')');
            }
            Expr::Binary(op, left, right) => {
                out.push('(');
                self.write(*left, out);
                let _ = write!(out, " {} ", op.sign());
                self.write(*right, out);
                out.push(')');
            }
            Expr::And(operands) => self.write_list("(", operands, ")", " && ", out),
            Expr::Or(operands) => self.write_list("(", operands, ")", " || ", out),
            Expr::Conditional(condition, yes, no) => {
                out.push('(');
                self.write(*condition, out);
                out.push_str(" ? ");
                self.write(*yes, out);
                out.push_str(" : ");
                self.write(*no, out);
                out.push(')');
            }
            Expr::Loop { kind, list, variable, second, filter, body } => {
                self.write_before(*list, out);
                let _ = write!(out, ".{}({}, ", kind.name(), variable.text);
                if let Some(second) = second {
                    let _ = write!(out, "{}, ", second.text);
                }
                if let Some(filter) = filter {
                    self.write(*filter, out);
                    out.push_str(", ");
                }
                self.write(*body, out);
                out.push(')');
            }
        }
    }

    /// What a field, an index or a method follows: a sign before it would be taken for a sign before all of it.
    fn write_before(&self, id: ExprId, out: &mut String) {
        let is_signed = matches!(self.node(id), Expr::Unary(..));
        out.push_str(if is_signed { "(" } else { "" });
        self.write(id, out);
        out.push_str(if is_signed { ")" } else { "" });
    }

    fn write_list(&self, open: &str, items: &[ExprId], close: &str, between: &str, out: &mut String) {
        out.push_str(open);
        for (index, item) in items.iter().enumerate() {
            out.push_str(if index == 0 { "" } else { between });
            self.write(*item, out);
        }
        out.push_str(close);
    }
}

/// The name of a field, in backquotes where CEL would not read it without them.
fn write_field(name: &str, out: &mut String) {
    let is_plain = token::is_name(name) && !matches!(name, "true" | "false" | "null" | "in");
    let quote = if is_plain { "" } else { "`" };
    let _ = write!(out, "{quote}{name}{quote}");
}

/// A constant as CEL.
pub fn literal_text(literal: &Literal) -> String {
    match literal {
        Literal::Null => "null".into(),
        Literal::Bool(value) => value.to_string(),
        Literal::Int(value) => value.to_string(),
        Literal::Uint(value) => format!("{value}u"),
        Literal::Double(value) => format!("{value:?}"),
        Literal::String(value) => quoted(value),
        Literal::Bytes(bytes) => {
            let mut out = String::from("b'");
            for byte in bytes {
                let _ = write!(out, "\\x{byte:02x}");
            }
            out.push('\'');
            out
        }
    }
}

/// `value` as a CEL string literal.
pub fn quoted(value: &str) -> String {
    let mut out = String::from("'");
    for c in value.chars() {
        match c {
            '\'' => out.push_str("\\'"),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    use crate::source::{SourceMap, Span};

    /// `text` and what it is printed as are both read, and printed alike.
    fn assert_printed(text: &str, printed: &str) {
        for text in [text, printed] {
            let file = SourceMap::new().add("expression", text);
            let (ast, diagnostics) = crate::cel::parse(text, 0..text.len(), &|start, end| Span::new(file, start, end));
            assert!(!diagnostics.has_errors(), "{text}");
            assert_eq!(ast.print(ast.root()), printed);
        }
    }

    #[test]
    fn a_sign_before_an_operand_in_brackets_stays_there() {
        for (text, printed) in
            [("(-n).c", "(-(n)).c"), ("-n.c", "-(n.c)"), ("(!a)[0]", "(!(a))[0]"), ("x.f(-n)", "x.f(-(n))")]
        {
            assert_printed(text, printed);
        }
    }

    #[test]
    fn a_name_that_cel_reads_only_in_backquotes_is_printed_in_them() {
        for text in ["a.`b.c`.d", "a.`in`", "a.?`true`", "has(a.`b c`)", "a.`-/`[0]"] {
            assert_printed(text, text);
        }
        assert_printed("a.`plain`", "a.plain");
        assert_printed(".f(.x)", ".f(.x)");
    }
}
