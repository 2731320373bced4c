//! Messages with expressions in them: `{v.name} was last monitored on {v.monitored_last_on}`.

use super::Expression;
use super::token::{self, Token};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::Text;
use crate::yaml::shape::Written;

/// A part of a template.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Text as it stands.
    Text(String),
    /// An expression whose value is written in its place.
    Value(Expression),
}

/// A message with `{expressions}`; `{{` and `}}` are literal braces.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// Its parts, in order.
    pub parts: Vec<Part>,
}

impl Template {
    /// Parses `written`.
    pub fn parse(written: &Written, out: &mut Diagnostics) -> Self {
        let text = &written.text;
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            if rest.starts_with("{{") || rest.starts_with("}}") {
                literal.push_str(&rest[..1]);
                at += 2;
            } else if rest.starts_with('{') {
                let Some(end) = closing_brace(text, at + 1) else {
                    out.push(
                        Diagnostic::new(
                            Code::CelIncomplete,
                            written.map.span(at, text.len()),
                            Text::new("`{` が閉じられていません", "`{` is not closed"),
                        )
                        .help(Text::new(
                            "`}` を補ってください。文字としての波括弧は `{{` と書きます",
                            "add `}`; a literal brace is written `{{`",
                        )),
                    );
                    break;
                };
                if !literal.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut literal)));
                }
                parts.push(Part::Value(Expression::parse_part(written.clone(), at + 1..end, out)));
                at = end + 1;
            } else if rest.starts_with('}') {
                out.push(
                    Diagnostic::new(
                        Code::CelSyntax,
                        written.map.span(at, at + 1),
                        Text::new("対応する `{` のない `}` です", "this `}` has no `{`"),
                    )
                    .help(Text::new("文字としての波括弧は `}}` と書きます", "a literal brace is written `}}`")),
                );
                at += 1;
            } else {
                let step = rest.chars().next().map_or(1, char::len_utf8);
                literal.push_str(&rest[..step]);
                at += step;
            }
        }
        if !literal.is_empty() {
            parts.push(Part::Text(literal));
        }
        Template { parts }
    }
}

/// Where the `}` stands that closes the brace before `at`; the lexer skips braces in strings.
fn closing_brace(text: &str, mut at: usize) -> Option<usize> {
    let mut open = 0usize;
    loop {
        let (token, start, end) = token::next(text, at);
        match token {
            Token::End => return None,
            Token::Sign("{") => open += 1,
            Token::Sign("}") if open == 0 => return Some(start),
            Token::Sign("}") => open -= 1,
            _ => {}
        }
        at = end;
    }
}
