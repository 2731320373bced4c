//! Conditions over bound facts: what most of a rule set is, in a form that is decided without making
//! a value. A test knows true and false only; what is absent, of another type or would err it leaves
//! to the instruction that it stands before.

use super::{CellId, Comparison, PathId, ScopeId, head};
use crate::time::{Duration, Timestamp};
use crate::value::Day;

/// A test of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TestId(pub(crate) u32);

/// Some tests that stand one after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tests {
    pub(crate) start: u32,
    pub(crate) len: u32,
}

impl Tests {
    /// Which those are among `all`.
    #[inline(always)]
    pub(crate) fn of(self, all: &[Test]) -> &[Test] {
        all.get(self.start as usize..(self.start + self.len) as usize).unwrap_or_default()
    }
}

/// How many rows a test may look at, the document's included.
pub const MAX_LEVELS: usize = 8;

/// A fact that a test looks at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FactRef {
    /// Which row: 0 is the document's.
    pub level: u8,
    /// Its cell in the row.
    pub cell: CellId,
    /// Its path; `None` for an element of a list of scalars.
    pub path: Option<PathId>,
}

/// Something that can be compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// What it is.
    pub of: TermOf,
    /// By how much it is moved, where it is a point of time.
    pub by: Option<Duration>,
}

/// What is compared.
#[derive(Clone, Debug, PartialEq)]
pub enum TermOf {
    /// A fact.
    Fact(FactRef),
    /// A constant.
    Constant(Known),
    /// A variable of plain CEL.
    Variable(u32),
    /// The day of the evaluation.
    AsOf,
}

/// A constant string, in a form that is quick to compare.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// Its first eight bytes.
    pub head: u64,
    /// All of it.
    pub text: Box<str>,
}

impl Word {
    /// The word `text`.
    pub fn new(text: &str) -> Self {
        Word { head: head(text.as_bytes()), text: text.into() }
    }
}

/// A constant that can be compared.
#[derive(Clone, Debug, PartialEq)]
pub enum Known {
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Double(f64),
    /// A string.
    Text(Box<str>),
    /// A point of time.
    Time(Timestamp),
    /// A day.
    Date(Day),
    /// The answer `never`.
    Never,
}

/// What a string is looked through for.
#[derive(Clone, Debug, PartialEq)]
pub enum Look {
    /// A beginning.
    Start(Box<str>),
    /// An end.
    End(Box<str>),
    /// A part.
    Part(Box<str>),
    /// A regular expression of the program.
    Pattern(u32),
}

/// A list that a test walks through, with a row for each element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Walk {
    /// The list.
    pub list: FactRef,
    /// The scope of its elements.
    pub scope: ScopeId,
    /// The level of the row of the element.
    pub level: u8,
    /// What is asked of each element.
    pub body: TestId,
    /// How many tests that is.
    pub cost: u32,
}

/// Two terms that are compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// How.
    pub comparison: Comparison,
    /// The left one.
    pub left: Term,
    /// The right one.
    pub right: Term,
}

/// A condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// A constant.
    Constant(bool),
    /// A fact that is a boolean, and which.
    Fact(FactRef, bool),
    /// Whether a fact is there; the object it would stand in, where that is not the document.
    Has(FactRef, Option<CellId>),
    /// `!`
    Not(TestId),
    /// `&&`
    And(Tests),
    /// `||`
    Or(Tests),
    /// `? :`
    If(TestId, TestId, TestId),
    /// A string is, or is not, a constant.
    Text(FactRef, bool, Word),
    /// A whole number against a constant.
    Int(FactRef, Comparison, i64),
    /// A number against a constant.
    Double(FactRef, Comparison, f64),
    /// Any two terms.
    Compare(Box<Compared>),
    /// A string among constants.
    AmongTexts(FactRef, Box<[Word]>),
    /// A whole number among constants.
    AmongInts(FactRef, Box<[i64]>),
    /// A constant among the elements of a list.
    Holds(FactRef, Box<Known>),
    /// A string that is looked through.
    Look(FactRef, Box<Look>),
    /// The size of a string or list against a constant.
    Size(FactRef, Comparison, i64),
    /// `all`
    Every(Walk),
    /// `exists`
    Some(Walk),
    /// How many elements are such, against a constant; whether `exists_one` asks.
    Count(Box<Walk>, Comparison, i64),
}
