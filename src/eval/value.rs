//! Values while a program runs. Everything is a small word; strings and lists are borrowed from the
//! document, the program or the arena of the run.

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

/// Facts that are missing, in the order first read, each once.
pub type Missing<'a> = &'a [LeafRef];

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
    pub why: &'a [LeafRef],
}

impl<'a> Out<'a> {
    /// A value no fact had a part in.
    pub fn of(value: Value<'a>) -> Self {
        Out { value, why: &[] }
    }
}
