//! Values while a program runs. Everything is a small word; strings and lists are borrowed from the
//! document, the program or the arena of the run.

use std::collections::HashSet;

use bumpalo::Bump;

use crate::json::NodeId;
use crate::program::{OpId, PathId, Scalar};
use crate::value::{Day, Period};

/// A fact: a path below a node of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LeafRef {
    /// The record the path starts at.
    pub base: NodeId,
    /// The path.
    pub path: PathId,
}

/// Why an instruction has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Division by zero.
    DivisionByZero,
    /// A number that does not fit.
    Overflow,
    /// No day of the calendar.
    DateRange,
    /// An index outside the list.
    Index,
    /// A text or number that does not convert.
    Conversion,
    /// An operation that does not exist for these values.
    Types,
    /// Too many steps.
    Steps,
}

/// An error, and the instruction it arose at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What went wrong.
    pub kind: FaultKind,
    /// Where.
    pub op: OpId,
}

/// Facts in the order first read. Joining two costs the same however many they hold: they are kept
/// as a tree and told apart only when somebody reads them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Leaves<'a>(Option<&'a Joined<'a>>);

#[derive(Debug)]
enum Joined<'a> {
    One(LeafRef),
    Both(&'a Joined<'a>, &'a Joined<'a>),
}

impl<'a> Leaves<'a> {
    /// No fact.
    pub const NONE: Leaves<'static> = Leaves(None);

    /// The fact `leaf`.
    pub(super) fn one(arena: &'a Bump, leaf: LeafRef) -> Self {
        Leaves(Some(arena.alloc(Joined::One(leaf))))
    }

    /// Those of `self`, then those of `other`.
    pub(super) fn and(self, arena: &'a Bump, other: Leaves<'a>) -> Self {
        match (self.0, other.0) {
            (None, _) => other,
            (_, None) => self,
            (Some(a), Some(b)) if std::ptr::eq(a, b) => self,
            (Some(a), Some(b)) => Leaves(Some(arena.alloc(Joined::Both(a, b)))),
        }
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0.is_none()
    }

    /// Each fact once, in the order first read.
    pub fn to_vec(self) -> Vec<LeafRef> {
        let mut found = Vec::new();
        let mut known = HashSet::new();
        let mut visited: HashSet<*const Joined<'a>> = HashSet::new();
        let mut open: Vec<&'a Joined<'a>> = self.0.into_iter().collect();
        while let Some(joined) = open.pop() {
            match joined {
                Joined::One(leaf) => {
                    if known.insert(*leaf) {
                        found.push(*leaf);
                    }
                }
                // A part that stands in several places is walked once.
                Joined::Both(a, b) => {
                    if visited.insert(joined) {
                        open.extend([*b, *a]);
                    }
                }
            }
        }
        found
    }
}

/// Facts that are missing.
pub type Missing<'a> = Leaves<'a>;

/// A list.
#[derive(Clone, Copy, Debug)]
pub enum List<'a> {
    /// A list of the document.
    Tape(NodeId, Scalar),
    /// A list made in the run.
    Values(&'a [Value<'a>]),
    /// A filtered list of which some members are uncertain; the missing facts decide.
    Maybe(&'a [(Value<'a>, Missing<'a>)]),
}

/// A value.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// `null`, in plain CEL.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// An unsigned number.
    Uint(u64),
    /// A number.
    Double(f64),
    /// A string.
    Str(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
    /// A day.
    Date(Day),
    /// The answer `never`.
    Never,
    /// A period.
    Period(Period),
    /// A regular expression of the program.
    Regex(u32),
    /// An object of the document.
    Record(NodeId),
    /// A list.
    List(List<'a>),
    /// The size of a list with uncertain members: at least, at most, what decides.
    Size(i64, i64, Missing<'a>),
    /// It depends on these facts.
    Unknown(Missing<'a>),
    /// It went wrong.
    Error(Fault),
}

/// A value and the facts that made it so (empty in the bare reading).
#[derive(Clone, Copy, Debug)]
pub struct Out<'a> {
    /// The value.
    pub value: Value<'a>,
    /// The facts that decided it.
    pub why: Leaves<'a>,
}

impl<'a> Out<'a> {
    /// A value no fact had a part in.
    pub fn of(value: Value<'a>) -> Self {
        Out { value, why: Leaves::NONE }
    }
}
