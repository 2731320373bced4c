//! Conditions over bound facts: what most of a rule set is, in a form that is decided without making
//! a value. A test knows true and false only; what is absent, of another type or would err it leaves
//! to the instruction that it stands before.

use super::{Arithmetic, CellId, Comparison, Constant, Double, LocalId, OpId, PathId, Scalar, ScopeId, head};
use crate::time::Duration;

/// A test of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TestId(pub(crate) u32);

/// Some tests that stand one after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FactRef {
    /// Which row: 0 is the document's.
    pub level: u8,
    /// Its cell in the row.
    pub cell: CellId,
    /// Its path; `None` for an element of a list of scalars.
    pub path: Option<PathId>,
}

/// A result that is kept, so that it is worked out once for as long as what it depends on stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HeldId(pub(crate) u32);

/// Something that can be compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Term {
    /// A fact.
    Fact(FactRef),
    /// The point of time that a fact spells, and by how much it is moved.
    Time(FactRef, Duration),
    /// A constant that is an atom.
    Constant(Constant),
    /// A variable of plain CEL.
    Variable(u32),
    /// The day of the evaluation.
    AsOf,
    /// Which element of its list the row is, or its key in its map: the cell that would hold the key.
    Position(FactRef),
    /// Arithmetic.
    Arithmetic(Arithmetic, Box<(Term, Term)>),
    /// Unary `-`
    Negate(Box<Term>),
    /// The size of a string or list.
    Size(FactRef),
    /// How many elements of a list are such.
    Count(Box<Walk>),
    /// `? :`
    If(TestId, Box<(Term, Term)>),
    /// Something of an element of a list, by its place.
    Item(Box<Item>),
    /// Something of an element of a list, by its id.
    Linked(Box<Linked>),
    /// What an instruction yields.
    Value(OpId),
    /// A term whose value is kept.
    Held(HeldId, Box<Term>),
}

/// Something of an element of a list, by its place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Item {
    /// The list.
    pub list: FactRef,
    /// The place; in a map, the key.
    pub at: Term,
    /// Whether all of the element is asked for.
    pub whole: bool,
    /// The scope of the elements.
    pub scope: ScopeId,
    /// The level of the row of the element.
    pub level: u8,
    /// What is asked of it.
    pub then: Term,
}

/// Something of an element of a list, by its id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Linked {
    /// The id.
    pub link: Term,
    /// Which list of the program.
    pub list: u32,
    /// Where the document holds it.
    pub cell: CellId,
    /// The scope of its elements.
    pub scope: ScopeId,
    /// The level of the row of the element.
    pub level: u8,
    /// What is asked of it.
    pub then: Term,
}

/// A constant string, in a form that is quick to compare.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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

/// What a string is looked through for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Walk {
    /// The list.
    pub list: FactRef,
    /// The cell of the keys or entries, should it be a map.
    pub members: CellId,
    /// The scope of its elements.
    pub scope: ScopeId,
    /// The level of the row of the element.
    pub level: u8,
    /// What is asked of each element.
    pub body: TestId,
    /// How many tests that is.
    pub cost: u32,
    /// Whether a list without elements is told of.
    pub quantifier: bool,
    /// Whether each test of the body looks at nothing but one cell of the row, so that all rows may go through
    /// one test before the next.
    pub by_column: bool,
    /// What is done besides, where that is anything.
    pub plan: Option<Box<Plan>>,
}

impl Test {
    /// Whether it looks at nothing but one cell of the row at `level`, and costs the same in each.
    pub fn is_of_one_cell(&self, level: u8) -> bool {
        match self {
            Test::Fact(fact, _)
            | Test::Text(fact, ..)
            | Test::Int(fact, ..)
            | Test::Double(fact, ..)
            | Test::AmongTexts(fact, _)
            | Test::AmongInts(fact, _) => fact.level == level,
            Test::Time(compared) => compared.fact.level == level && compared.right.stands_still(),
            _ => false,
        }
    }
}

impl Term {
    /// Whether it is a variable, a constant or one moved by a constant time: the same in each row, at no cost.
    fn stands_still(&self) -> bool {
        match self {
            Term::Variable(_) | Term::Constant(_) | Term::AsOf => true,
            Term::Held(_, term) => term.stands_still(),
            Term::Arithmetic(_, operands) => {
                operands.0.stands_still() && matches!(operands.1, Term::Constant(Constant::Duration(_)))
            }
            _ => false,
        }
    }
}

/// What is done besides while a test walks through a list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Plan {
    /// What the elements go through before the body is asked, all of them through one stage after another.
    pub stages: Box<[Stage]>,
    /// Results that depend on the rows around the walk, and are worked out anew.
    pub fresh: Box<[HeldId]>,
    /// Locals that instructions read: they stand at the element.
    pub locals: Box<[LocalId]>,
    /// Locals that instructions read: they stand at its place, or its key.
    pub keys: Box<[LocalId]>,
    /// The cell that would hold the key, where there are two variables.
    pub key: Option<CellId>,
    /// How the elements are read.
    pub scalar: Scalar,
}

/// What elements go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// `filter`: those of which a test holds go on.
    Keep(TestId),
    /// `map`: a fact is taken of each.
    Take(FactRef),
}

/// Two terms that are compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Compared {
    /// How.
    pub comparison: Comparison,
    /// The left one.
    pub left: Term,
    /// The right one.
    pub right: Term,
}

/// A point of time that a fact spells, and a term that it is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TimeCompared {
    /// The fact.
    pub fact: FactRef,
    /// By how much it is moved.
    pub by: Duration,
    /// How.
    pub comparison: Comparison,
    /// The term on the right.
    pub right: Term,
}

/// A term that is looked for among constants.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Among {
    /// What is looked for.
    pub item: Term,
    /// The constants.
    pub known: Box<[Constant]>,
}

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
    Double(FactRef, Comparison, Double),
    /// Two facts are, or are not, the same.
    Same(FactRef, FactRef, bool),
    /// A term that is a boolean.
    Is(Box<Term>),
    /// Any two terms.
    Compare(Box<Compared>),
    /// A point of time and a term.
    Time(Box<TimeCompared>),
    /// A string among constants.
    AmongTexts(FactRef, Box<[Word]>),
    /// A whole number among constants.
    AmongInts(FactRef, Box<[i64]>),
    /// Any term among constants.
    Among(Box<Among>),
    /// A term among the elements of a list, or among the keys of a map.
    Holds(FactRef, Box<Term>),
    /// A string that is looked through.
    Look(Box<(Term, Look)>),
    /// The size of a string or list against a constant.
    Size(FactRef, Comparison, i64),
    /// `all`
    Every(Walk),
    /// `exists`
    Some(Walk),
    /// How many elements are such, against a constant; whether `exists_one` asks.
    Count(Box<Walk>, Comparison, i64),
    /// A condition whose truth is kept.
    Held(HeldId, TestId),
}

/// A condition that a test decides where it can.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tested {
    /// The test.
    pub test: Test,
    /// The rows of loops around it: the level, and the local that stands at an object of the scope.
    pub outer: Box<[(u8, LocalId, ScopeId)]>,
    /// Results that depend on those rows, and are worked out anew.
    pub fresh: Box<[HeldId]>,
    /// How many tests it is made of.
    pub cost: u32,
}
