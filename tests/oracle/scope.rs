//! What an expression stands in: its nodes with what the checker knows of them, and what the names
//! in it stand for.

use std::rc::Rc;

use jobun::cel::{Expr, ExprId, Expression};
use jobun::check::typed::Typed;
use jobun::types::Type;

use super::value::{Missing, Value};

/// A node of an expression, and what is needed to understand it.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    expression: &'a Expression,
    typed: &'a Typed,
    /// The pack whose parameters and definitions it sees.
    pack: Option<usize>,
    id: ExprId,
}

impl<'a> Node<'a> {
    /// The root of `expression`.
    pub fn root(expression: &'a Expression, typed: &'a Typed, pack: Option<usize>) -> Self {
        let id = expression.ast.root();
        Node { expression, typed, pack, id }
    }

    /// Another node of the same expression.
    pub fn at(self, id: ExprId) -> Self {
        Node { id, ..self }
    }

    /// The pack it belongs to.
    pub fn pack(self) -> Option<usize> {
        self.pack
    }

    /// What it is.
    pub fn form(self) -> &'a Expr {
        self.expression.ast.node(self.id)
    }

    /// Its static type.
    pub fn ty(self) -> &'a Type {
        &self.typed.types[self.id.index()]
    }
}

/// What a name stands for.
#[derive(Clone)]
pub enum Bound<'a> {
    /// The element a loop has come to.
    Element(Value<'a>),
    /// An element of a list that is not answered.
    Unanswered(Missing),
    /// Any element, where it matters only what could be done with one.
    AnyElement,
    /// An expression, to be evaluated in its own scope.
    Expression(Node<'a>, Scope<'a>),
}

/// Names, innermost first.
#[derive(Clone, Default)]
pub struct Scope<'a>(Option<Rc<Named<'a>>>);

struct Named<'a> {
    name: &'a str,
    bound: Bound<'a>,
    outer: Scope<'a>,
}

impl<'a> Scope<'a> {
    /// The scope inside this one in which `name` stands for `bound`.
    pub fn with(&self, name: &'a str, bound: Bound<'a>) -> Self {
        Scope(Some(Rc::new(Named { name, bound, outer: self.clone() })))
    }

    /// What `name` stands for.
    pub fn find(&self, name: &str) -> Option<&Bound<'a>> {
        let mut scope = self;
        while let Some(named) = &scope.0 {
            if named.name == name {
                return Some(&named.bound);
            }
            scope = &named.outer;
        }
        None
    }
}
