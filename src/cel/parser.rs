//! From text to tree. Always returns a tree; what could not be read is an error node under a
//! diagnostic, and one mistake gives one diagnostic.

use std::ops::Range;

use super::ast::{Ast, BinaryOp, Expr, ExprId, Literal, MAX_DEPTH, MAX_NODES, Macro, Name, UnaryOp};
use super::errors::{self, Found, Wording};
use super::token::{self, Token};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Span;

/// What the parser reads beyond the language itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Features {
    /// `cel.block`, `cel.index` and `cel.iterVar`, the form optimizers write and tests read.
    pub block: bool,
}

/// Parses the bytes `range` of `text`; `place` says where offsets of `text` stand.
pub fn parse(text: &str, range: Range<usize>, place: &dyn Fn(usize, usize) -> Span) -> (Ast, Diagnostics) {
    parse_with(text, range, place, Features::default())
}

/// The same, with more than the language itself.
pub fn parse_with(
    text: &str,
    range: Range<usize>,
    place: &dyn Fn(usize, usize) -> Span,
    features: Features,
) -> (Ast, Diagnostics) {
    let mut parser = Parser {
        text: &text[..range.end],
        place,
        token: Token::End,
        start: range.start,
        end: range.start,
        previous_start: range.start,
        previous_end: range.start,
        nodes: Vec::new(),
        ranges: Vec::new(),
        depths: Vec::new(),
        diagnostics: Diagnostics::new(),
        depth: 0,
        gave_up: false,
        blamed: None,
        features,
    };
    parser.bump();
    parser.previous_end = range.start;
    let root = parser.expression();
    if parser.token != Token::End && parser.diagnostics.0.is_empty() {
        let found = parser.found();
        parser.fault(errors::trailing(&found));
    }
    let ast = Ast { nodes: parser.nodes, ranges: parser.ranges, root };
    (ast, parser.diagnostics)
}

struct Parser<'t> {
    text: &'t str,
    place: &'t dyn Fn(usize, usize) -> Span,
    token: Token,
    start: usize,
    end: usize,
    previous_start: usize,
    previous_end: usize,
    nodes: Vec<Expr>,
    ranges: Vec<(u32, u32)>,
    depths: Vec<u16>,
    diagnostics: Diagnostics,
    depth: usize,
    gave_up: bool,
    /// The token a diagnostic already speaks of.
    blamed: Option<usize>,
    features: Features,
}

impl Parser<'_> {
    fn bump(&mut self) -> Token {
        (self.previous_start, self.previous_end) = (self.start, self.end);
        let (token, start, end) = if self.gave_up {
            (Token::End, self.text.len(), self.text.len())
        } else {
            token::next(self.text, self.end)
        };
        self.start = start;
        self.end = end;
        std::mem::replace(&mut self.token, token)
    }

    fn is(&self, sign: &str) -> bool {
        matches!(&self.token, Token::Sign(found) if *found == sign)
    }

    fn accept(&mut self, sign: &str) -> bool {
        let is = self.is(sign);
        if is {
            self.bump();
        }
        is
    }

    fn found(&self) -> Found {
        let shown = self.text.get(self.start..self.end).unwrap_or("");
        if self.token == Token::End { Found(None) } else { Found(Some(shown.chars().take(20).collect())) }
    }

    fn fault(&mut self, wording: Wording) {
        let (start, end) = if self.token == Token::End {
            (self.previous_end.saturating_sub(1), self.previous_end)
        } else {
            (self.start, self.end)
        };
        self.fault_at(start, end, wording);
    }

    fn fault_at(&mut self, start: usize, end: usize, Wording { code, message, help }: Wording) {
        // What is wrong right behind a token that is wrong follows from it.
        let is_said = [self.start, self.previous_start].iter().any(|start| self.blamed == Some(*start));
        self.blamed = Some(self.start);
        if is_said || self.gave_up {
            return;
        }
        // There are always bytes to show: what stands before, or all of a text of blanks and comments.
        let (start, end) = match (start, end) {
            (_, 0) => (0, self.text.len()),
            (start, end) if start >= end => (end - 1, end),
            given => given,
        };
        let start = floor(self.text, start);
        self.diagnostics.push(Diagnostic::new(code, (self.place)(start, end.max(start)), message).help(help));
    }

    fn add(&mut self, node: Expr, start: usize, end: usize) -> ExprId {
        let depth = 1 + self.depth_below(&node);
        if depth as usize > MAX_DEPTH {
            self.too_deep(start, end);
            return self.push(Expr::Error, start, end, 1);
        }
        if self.nodes.len() >= MAX_NODES {
            self.give_up(start, end, errors::too_many());
            return self.push(Expr::Error, start, end, 1);
        }
        self.push(node, start, end, depth)
    }

    /// How deep the parts of `node` nest.
    fn depth_below(&self, node: &Expr) -> u16 {
        let of = |id: &ExprId| self.depths[id.index()];
        let most = |ids: &[ExprId]| ids.iter().map(of).max().unwrap_or(0);
        match node {
            Expr::Error | Expr::Literal(_) | Expr::Ident(_) | Expr::Message(_) => 0,
            Expr::Select(a, _)
            | Expr::SelectOptional(a, _)
            | Expr::Has(a, _)
            | Expr::Unary(_, a)
            | Expr::Optional(a) => of(a),
            Expr::Index(a, b) | Expr::IndexOptional(a, b) | Expr::Binary(_, a, b) => of(a).max(of(b)),
            Expr::Bind { value: a, body: b, .. } | Expr::OptMap { optional: a, body: b, .. } => of(a).max(of(b)),
            Expr::Conditional(a, b, c) => of(a).max(of(b)).max(of(c)),
            Expr::Call(target, _, args) => target.as_ref().map_or(0, of).max(most(args)),
            Expr::List(items) | Expr::And(items) | Expr::Or(items) => most(items),
            Expr::Map(entries) => entries.iter().map(|(key, value)| of(key).max(of(value))).max().unwrap_or(0),
            Expr::Loop { list, filter, body, .. } => of(list).max(of(body)).max(filter.as_ref().map_or(0, of)),
        }
    }

    fn push(&mut self, node: Expr, start: usize, end: usize, depth: u16) -> ExprId {
        self.nodes.push(node);
        self.ranges.push((start as u32, end as u32));
        self.depths.push(depth);
        ExprId(self.nodes.len() as u32 - 1)
    }

    fn too_deep(&mut self, start: usize, end: usize) {
        self.give_up(start, end, errors::too_deep());
    }

    /// Says why nothing more is read.
    fn give_up(&mut self, start: usize, end: usize, wording: Wording) {
        let end = end.min(start + 40).max(start + 1).min(self.text.len());
        let end = floor(self.text, end);
        self.fault_at(start, end, wording);
        self.gave_up = true;
        self.token = Token::End;
        self.start = self.text.len();
        self.end = self.text.len();
    }

    fn error(&mut self) -> ExprId {
        let at = self.previous_end;
        self.push(Expr::Error, at, at, 1)
    }

    /// `a ? b : c`, or anything that binds tighter.
    fn expression(&mut self) -> ExprId {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            self.too_deep(self.start, self.end);
            self.depth -= 1;
            return self.error();
        }
        let start = self.start;
        let condition = self.or();
        let result = if self.accept("?") {
            let yes = self.expression();
            let no = if self.accept(":") {
                self.expression()
            } else {
                let found = self.found();
                self.fault(errors::conditional(&found));
                self.error()
            };
            self.add(Expr::Conditional(condition, yes, no), start, self.previous_end)
        } else {
            condition
        };
        self.depth -= 1;
        result
    }

    fn or(&mut self) -> ExprId {
        self.chain("||", Self::and, Expr::Or)
    }

    fn and(&mut self) -> ExprId {
        self.chain("&&", |parser| parser.binary(0), Expr::And)
    }

    fn chain(&mut self, sign: &str, operand: fn(&mut Self) -> ExprId, make: fn(Vec<ExprId>) -> Expr) -> ExprId {
        let start = self.start;
        let first = operand(self);
        if !self.is(sign) {
            return first;
        }
        let mut operands = vec![first];
        while self.accept(sign) {
            operands.push(operand(self));
        }
        self.add(make(operands), start, self.previous_end)
    }

    /// Comparisons (0), sums (1) and products (2), by climbing.
    fn binary(&mut self, level: u8) -> ExprId {
        let start = self.start;
        let mut left = self.unary();
        loop {
            let Token::Sign(sign) = &self.token else {
                return left;
            };
            let Some((op, own)) = operator(sign) else {
                return left;
            };
            if own < level {
                return left;
            }
            self.bump();
            let right = if own == 2 { self.unary() } else { self.binary(own + 1) };
            left = self.add(Expr::Binary(op, left, right), start, self.previous_end);
        }
    }

    fn unary(&mut self) -> ExprId {
        let mut signs: Vec<(UnaryOp, usize)> = Vec::new();
        loop {
            let op = match &self.token {
                Token::Sign("!") => UnaryOp::Not,
                Token::Sign("-") => UnaryOp::Negate,
                _ => break,
            };
            let start = self.start;
            self.bump();
            let number = match self.token {
                Token::Literal(Literal::Int(value)) => Some(Literal::Int(value.wrapping_neg())),
                Token::Literal(Literal::Double(value)) => Some(Literal::Double(-value)),
                _ => None,
            };
            if op == UnaryOp::Negate && number.is_some() {
                if let Some(number) = number {
                    self.token = Token::Literal(number);
                    self.start = start;
                }
                let operand = self.postfix(true);
                return self.signed(signs, operand);
            }
            signs.push((op, start));
            if signs.len() > MAX_DEPTH {
                self.too_deep(start, self.end);
                return self.error();
            }
        }
        let operand = self.postfix(false);
        self.signed(signs, operand)
    }

    fn signed(&mut self, signs: Vec<(UnaryOp, usize)>, mut operand: ExprId) -> ExprId {
        for (op, start) in signs.into_iter().rev() {
            operand = self.add(Expr::Unary(op, operand), start, self.previous_end);
        }
        operand
    }

    fn postfix(&mut self, negative: bool) -> ExprId {
        // An operand in brackets begins where they do.
        let start = self.start;
        let mut operand = self.primary(negative);
        loop {
            if self.accept(".") {
                let optional = self.accept("?");
                let name = self.field_name();
                operand = if optional {
                    self.add(Expr::SelectOptional(operand, name), start, self.previous_end)
                } else if !name.text.is_empty() && self.is("(") {
                    self.method(operand, name, start)
                } else {
                    self.add(Expr::Select(operand, name), start, self.previous_end)
                }
            } else if self.accept("[") {
                let optional = self.accept("?");
                let index = self.expression();
                self.close("]");
                let node = if optional { Expr::IndexOptional(operand, index) } else { Expr::Index(operand, index) };
                operand = self.add(node, start, self.previous_end);
            } else if self.is("{") && self.is_name_path(operand) {
                operand = self.message(operand, start);
            } else {
                return operand;
            }
        }
    }

    fn field_name(&mut self) -> Name {
        if let Token::Ident(text) | Token::Quoted(text) = &self.token {
            let name = Name { text: text.clone(), start: self.start as u32, end: self.end as u32 };
            self.bump();
            return name;
        }
        let found = self.found();
        let dot = self.previous_end.saturating_sub(1);
        let end = if self.token == Token::End { self.previous_end } else { self.end };
        self.fault_at(dot, end, errors::field_name(&found));
        let at = self.previous_end as u32;
        Name { text: String::new(), start: at, end: at }
    }

    fn method(&mut self, target: ExprId, name: Name, start: usize) -> ExprId {
        self.bump();
        let args = self.arguments();
        if let Some(node) = self.macro_call(target, &name, &args) {
            return self.add(node, start, self.previous_end);
        }
        self.add(Expr::Call(Some(target), name, args), start, self.previous_end)
    }

    /// The node a macro stands for, where `target.name(args)` is one.
    fn macro_call(&mut self, target: ExprId, name: &Name, args: &[ExprId]) -> Option<Expr> {
        let is_cel = matches!(self.nodes.get(target.index()), Some(Expr::Ident(word)) if word == "cel");
        match (name.text.as_str(), args) {
            ("bind", [variable, value, body]) if is_cel => {
                Some(Expr::Bind { variable: self.variable(*variable)?, value: *value, body: *body })
            }
            (flat @ ("optMap" | "optFlatMap"), [variable, body]) => Some(Expr::OptMap {
                flat: flat == "optFlatMap",
                optional: target,
                variable: self.variable(*variable)?,
                body: *body,
            }),
            ("block", [values, body]) if is_cel && self.features.block => {
                let Expr::List(values) = &self.nodes[values.index()] else { return None };
                let mut body = *body;
                for (at, value) in values.clone().into_iter().enumerate().rev() {
                    let (start, end) = self.ranges[value.index()];
                    let variable = Name { text: format!("@index{at}"), start, end };
                    body = self.add(Expr::Bind { variable, value, body }, start as usize, end as usize);
                }
                // The outermost binding is the block.
                Some(self.nodes[body.index()].clone())
            }
            ("index" | "iterVar" | "accuVar", _) if is_cel && self.features.block => {
                let numbers: Option<Vec<String>> = args
                    .iter()
                    .map(|arg| match self.nodes[arg.index()] {
                        Expr::Literal(Literal::Int(number)) => Some(number.to_string()),
                        _ => None,
                    })
                    .collect();
                Some(Expr::Ident(format!("@{}{}", name.text, numbers?.join("_"))))
            }
            (word, args) => {
                let (kind, variables, filtered) = Macro::find(word, args.len())?;
                let variable = self.variable(args[0])?;
                let second = if variables == 2 { Some(self.variable(args[1])?) } else { None };
                let filter = filtered.then(|| args[variables]);
                let body = args[args.len() - 1];
                Some(Expr::Loop { kind, list: target, variable, second, filter, body })
            }
        }
    }

    /// The variable `id` names, where it is one word.
    fn variable(&self, id: ExprId) -> Option<Name> {
        match &self.nodes[id.index()] {
            Expr::Ident(word) if !word.starts_with('.') => {
                let (start, end) = self.ranges[id.index()];
                Some(Name { text: word.clone(), start, end })
            }
            _ => None,
        }
    }

    /// Whether `id` is words joined by dots, as the name of a message is.
    fn is_name_path(&self, mut id: ExprId) -> bool {
        loop {
            match &self.nodes[id.index()] {
                Expr::Ident(_) => return true,
                Expr::Select(operand, _) => id = *operand,
                _ => return false,
            }
        }
    }

    /// `Name{field: value}`: read whole, so that what follows is read too.
    fn message(&mut self, name: ExprId, start: usize) -> ExprId {
        let (from, to) = self.ranges[name.index()];
        let name = Name { text: self.text[from as usize..to as usize].to_string(), start: from, end: to };
        self.bump();
        while !self.is("}") && self.token != Token::End {
            self.accept("?");
            self.field_name();
            if !self.accept(":") {
                self.fault(errors::map_key());
            }
            self.expression();
            if !self.accept(",") {
                break;
            }
        }
        self.close("}");
        self.add(Expr::Message(name), start, self.previous_end)
    }

    fn arguments(&mut self) -> Vec<ExprId> {
        let mut args = Vec::new();
        if self.accept(")") {
            return args;
        }
        loop {
            args.push(self.expression());
            if !self.accept(",") {
                break;
            }
        }
        self.close(")");
        args
    }

    /// Takes the closing bracket, or says that it is missing.
    fn close(&mut self, sign: &'static str) {
        if self.accept(sign) {
            return;
        }
        let found = self.found();
        self.fault(errors::unclosed(sign, &found));
        // Skip to the bracket, so that one mistake gives one message.
        let mut open = 0usize;
        while self.token != Token::End {
            match &self.token {
                Token::Sign("(" | "[" | "{") => open += 1,
                Token::Sign(found @ (")" | "]" | "}")) => {
                    if open == 0 {
                        if *found == sign {
                            self.bump();
                        }
                        return;
                    }
                    open -= 1;
                }
                _ => {}
            }
            self.bump();
        }
    }

    fn primary(&mut self, negative: bool) -> ExprId {
        let start = self.start;
        match self.token.clone() {
            Token::Literal(literal) => {
                if literal == Literal::Int(i64::MIN) && !negative {
                    self.fault(errors::number());
                }
                self.bump();
                self.add(Expr::Literal(literal), start, self.previous_end)
            }
            Token::Sign(".") if matches!(token::next(self.text, self.end).0, Token::Ident(_)) => {
                self.bump();
                let word = match self.bump() {
                    Token::Ident(word) => format!(".{word}"),
                    _ => String::new(),
                };
                let end = self.previous_end;
                if !self.is("(") {
                    return self.add(Expr::Ident(word), start, end);
                }
                let name = Name { text: word, start: start as u32, end: end as u32 };
                self.bump();
                let args = self.arguments();
                self.add(Expr::Call(None, name, args), start, self.previous_end)
            }
            Token::Ident(word) => {
                let end = self.end;
                if token::RESERVED.contains(&&*word) {
                    self.fault(errors::reserved(&word));
                }
                self.bump();
                if !self.is("(") {
                    return self.add(Expr::Ident(word), start, end);
                }
                let name = Name { text: word, start: start as u32, end: end as u32 };
                self.bump();
                let args = self.arguments();
                if name.text == "has"
                    && let [only] = args[..]
                    && let Expr::Select(operand, field) = &self.nodes[only.index()]
                {
                    let node = Expr::Has(*operand, field.clone());
                    return self.add(node, start, self.previous_end);
                }
                self.add(Expr::Call(None, name, args), start, self.previous_end)
            }
            Token::Sign("(") => {
                self.bump();
                let inner = self.expression();
                self.close(")");
                inner
            }
            Token::Sign("[") => {
                self.bump();
                let mut items = Vec::new();
                while !self.is("]") && self.token != Token::End {
                    let (from, optional) = (self.start, self.accept("?"));
                    let item = self.expression();
                    items.push(if optional { self.add(Expr::Optional(item), from, self.previous_end) } else { item });
                    if !self.accept(",") {
                        break;
                    }
                }
                self.close("]");
                self.add(Expr::List(items), start, self.previous_end)
            }
            Token::Sign("{") => {
                self.bump();
                let mut entries = Vec::new();
                while !self.is("}") && self.token != Token::End {
                    let optional = self.accept("?");
                    let key = self.expression();
                    let mut value = if self.accept(":") {
                        self.expression()
                    } else {
                        self.fault(errors::map_key());
                        self.error()
                    };
                    if optional {
                        let from = self.ranges[value.index()].0 as usize;
                        value = self.add(Expr::Optional(value), from, self.previous_end);
                    }
                    entries.push((key, value));
                    if !self.accept(",") {
                        break;
                    }
                }
                self.close("}");
                self.add(Expr::Map(entries), start, self.previous_end)
            }
            Token::Bad(fault) => {
                self.fault(errors::token(fault));
                self.bump();
                self.push(Expr::Error, start, self.previous_end, 1)
            }
            Token::Sign(_) | Token::Quoted(_) | Token::End => {
                let found = self.found();
                let before = self.text[..self.previous_end].trim_end();
                let last_word = before.rsplit(|c: char| c.is_whitespace()).next().unwrap_or("");
                let at_end = self.token == Token::End;
                let shown: String = last_word.chars().rev().take(12).collect::<Vec<_>>().into_iter().rev().collect();
                let (from, to) =
                    if at_end { (before.len() - last_word.len(), before.len()) } else { (self.start, self.end) };
                self.fault_at(from, to, errors::nothing(&found, &shown));
                // A stray operator is skipped; a closing bracket belongs to somebody else.
                if !at_end && !matches!(self.token, Token::Sign(")" | "]" | "}" | "," | ":" | "?" | "&&" | "||")) {
                    self.bump();
                }
                self.error()
            }
        }
    }
}

fn operator(sign: &str) -> Option<(BinaryOp, u8)> {
    Some(match sign {
        "==" => (BinaryOp::Equal, 0),
        "!=" => (BinaryOp::NotEqual, 0),
        "<" => (BinaryOp::Less, 0),
        "<=" => (BinaryOp::LessEqual, 0),
        ">" => (BinaryOp::Greater, 0),
        ">=" => (BinaryOp::GreaterEqual, 0),
        "in" => (BinaryOp::In, 0),
        "+" => (BinaryOp::Add, 1),
        "-" => (BinaryOp::Subtract, 1),
        "*" => (BinaryOp::Multiply, 2),
        "/" => (BinaryOp::Divide, 2),
        "%" => (BinaryOp::Remainder, 2),
        _ => return None,
    })
}

fn floor(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
