//! What the checker finds out about an expression, node by node and as a whole.

use crate::stdlib::Signature;
use crate::types::Type;

/// A definition of a policy set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DefinitionId(pub u32);

/// A variable of a loop, unique within its rule or definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BindingId(pub u32);

impl BindingId {
    /// The binding of the second variable of a loop with two.
    pub fn next(self) -> Self {
        BindingId(self.0 + 1)
    }
}

/// What a node stands for.
#[derive(Clone, Copy, Debug)]
pub enum Meaning {
    /// What its form says.
    Plain,
    /// A property of the document.
    Fact,
    /// The day of the evaluation.
    AsOf,
    /// The due date, in messages.
    DueOn,
    /// The answer `never`.
    Never,
    /// A variable of plain CEL.
    Global(usize),
    /// A type as a value, by its place in the table of names.
    TypeName(usize),
    /// A name or function nobody declared; using it is an error of the evaluation.
    Unresolved,
    /// A parameter of the pack.
    Parameter(usize),
    /// A loop variable (of a loop node: the one it binds).
    Binding(BindingId),
    /// A variable of the rule.
    Variable(usize),
    /// An argument of the definition.
    Argument(usize),
    /// A call of a definition.
    Definition(DefinitionId),
    /// A call of a function.
    Function(&'static Signature),
    /// A call of a function an embedder added.
    Custom(usize),
    /// `ref(link)`
    Follow,
}

/// What the checker found out about one expression, node by node.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The type of each node.
    pub types: Vec<Type>,
    /// The meaning of each node.
    pub meanings: Vec<Meaning>,
    /// Whether each node may err on facts that fit the schema.
    pub may_err: Vec<bool>,
}

/// What a condition makes known of a place of the facts or of a variable.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// The place.
    pub place: String,
    /// What is known of it.
    pub what: Narrowed,
}

/// How a type is narrowed.
#[derive(Clone, Debug, PartialEq)]
pub enum Narrowed {
    /// To what is left without `never`, or without the word that stands instead of a link.
    Guarded,
    /// To those of its alternatives that are like this one.
    Is(Type),
    /// To the others; of an enum, without these words.
    IsNot(Type),
    /// Not at all: it is there.
    Present,
}

impl Known {
    /// That the place is not the exception.
    pub fn guarded(place: impl Into<String>) -> Known {
        Known { place: place.into(), what: Narrowed::Guarded }
    }
}

/// What is known of one expression as a whole.
#[derive(Clone, Debug, Default)]
pub struct Whole {
    /// Its type.
    pub ty: Option<Type>,
    /// The place of the facts it is, where it is one.
    pub place: Option<String>,
    /// What is known of places where it is true.
    pub yes: Vec<Known>,
    /// The same where it is false.
    pub no: Vec<Known>,
    /// Whether it may err.
    pub may_err: bool,
}
