//! CEL: the tokens, the tree, and the parser that never fails.
//!
//! Offsets count bytes of the expression's text; [`Expression`] knows where that text stands.

pub mod ast;
mod errors;
mod parser;
mod print;
mod template;
mod token;

pub use ast::{Ast, BinaryOp, Expr, ExprId, Literal, MAX_DEPTH, MAX_NODES, Macro, Name, UnaryOp};
pub use parser::{Features, parse, parse_with};
pub use print::{literal_text, quoted};
pub use template::{Part, Template};
pub use token::is_name;

use crate::diagnostic::Diagnostics;
use crate::source::Span;
use crate::yaml::shape::Written;

/// An expression where it stands in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// The scalar it was written in.
    pub written: Written,
    /// Its tree.
    pub ast: Ast,
}

impl Expression {
    /// Parses the whole of `written`.
    pub fn parse(written: Written, out: &mut Diagnostics) -> Self {
        let whole = 0..written.text.len();
        Self::parse_part(written, whole, out)
    }

    /// Parses the bytes `range` of `written`.
    pub fn parse_part(written: Written, range: std::ops::Range<usize>, out: &mut Diagnostics) -> Self {
        let (ast, diagnostics) = parse(&written.text, range, &|start, end| written.map.span(start, end));
        out.extend(diagnostics);
        Expression { written, ast }
    }

    /// Where the node `id` stands in its file.
    pub fn span(&self, id: ExprId) -> Span {
        let (start, end) = self.ast.range(id);
        self.written.map.span(start, end)
    }

    /// The text of the node `id`, as written.
    pub fn text(&self, id: ExprId) -> &str {
        let (start, end) = self.ast.range(id);
        self.written.text.get(start..end).unwrap_or("")
    }

    /// Where the name `name` stands in its file.
    pub fn name_span(&self, name: &Name) -> Span {
        self.written.map.span(name.start as usize, name.end as usize)
    }
}
