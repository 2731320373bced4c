//! Instructions, and what they hold.

use super::{Atom, CellId, ScopeId};
use crate::time::{Duration, Timestamp};
use crate::value::{Day, Period};

/// An instruction of a [`Program`](super::Program).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OpId(pub(crate) u32);

impl OpId {
    /// The first instruction of a program.
    pub const FIRST: OpId = OpId(0);
}

/// A variable of a loop; every loop of a program has one of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalId(pub(crate) u32);

/// A path below a record, as in `supervision.last_on`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PathId(pub(crate) u32);

/// Some operands of an instruction: a stretch of all operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Operands {
    pub(crate) start: u32,
    pub(crate) len: u32,
}

/// Where a path starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Base {
    /// At the document.
    Root,
    /// At the element a loop stands at.
    Local(LocalId),
    /// At the record an instruction yields.
    Record(OpId),
}

/// How a JSON value is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decode {
    /// As one value.
    One(Scalar),
    /// As a list of such values.
    List(Scalar),
    /// Of a map, the keys as a list, with rows.
    Keys,
    /// Of a map, the values as a list, with rows that hold their keys too.
    Entries,
    /// Of an entry of a map, its key.
    Key,
}

/// How one JSON value is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scalar {
    /// By its JSON kind alone; whole numbers are `int`.
    Raw,
    /// As a boolean.
    Bool,
    /// As a whole number.
    Int,
    /// As a number.
    Double,
    /// As a string.
    String,
    /// As a day.
    Date,
    /// As a day or `"never"`.
    DateOrNever,
    /// As an object.
    Record,
    /// By its JSON kind; a string that spells a point of time is one.
    Timestamp,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
}

impl Comparison {
    /// The comparison that holds with the sides exchanged.
    pub fn turned(self) -> Self {
        match self {
            Comparison::Less => Comparison::Greater,
            Comparison::LessEqual => Comparison::GreaterEqual,
            Comparison::Greater => Comparison::Less,
            Comparison::GreaterEqual => Comparison::LessEqual,
            other => other,
        }
    }
}

/// An arithmetic operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arithmetic {
    /// `+`, also for strings and lists
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

/// A loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LoopKind {
    /// Folds `&&`.
    All,
    /// Folds `||`.
    Exists,
    /// Counts to one.
    ExistsOne,
    /// Keeps elements.
    Filter,
    /// Turns elements into others.
    Map,
    /// Turns the entries of a map into values under the same keys.
    TransformMap,
    /// Turns the entries of a map into those of another.
    TransformMapEntry,
}

/// A function of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "named after what policies write; see the table in `stdlib`")]
pub enum Function {
    Size,
    Contains,
    StartsWith,
    EndsWith,
    Matches,
    ToString,
    ToInt,
    ToUint,
    ToDouble,
    ToBool,
    ToBytes,
    ToTimestamp,
    ToDuration,
    ToDyn,
    TypeOf,
    ToDate,
    GetFullYear,
    GetMonth,
    GetDate,
    GetDayOfMonth,
    GetDayOfWeek,
    GetDayOfYear,
    GetHours,
    GetMinutes,
    GetSeconds,
    GetMilliseconds,
    PlusDays,
    PlusMonths,
    PlusYears,
    Plus,
    Year,
    Month,
    DayOfMonth,
    DaysBetween,
    NextOpenDay,
    Earlier,
    Later,
    Or,
    CharAt,
    IndexOf,
    LastIndexOf,
    Join,
    LowerAscii,
    UpperAscii,
    Replace,
    Split,
    Substring,
    Trim,
    Reverse,
    Format,
    Quote,
    Greatest,
    Least,
    Ceil,
    Floor,
    Round,
    Trunc,
    Sqrt,
    Abs,
    Sign,
    IsNan,
    IsInf,
    IsFinite,
    BitAnd,
    BitOr,
    BitXor,
    BitNot,
    BitShiftLeft,
    BitShiftRight,
    Range,
    Slice,
    Flatten,
    Distinct,
    Sort,
    SortBy,
    SetsContains,
    SetsEquivalent,
    SetsIntersects,
    Base64Encode,
    Base64Decode,
    RegexExtract,
    RegexExtractAll,
    RegexReplace,
    OptionalOf,
    OptionalOfNonZero,
    OptionalNone,
    Unwrap,
    HasValue,
    OptionalValue,
    OrValue,
    First,
    Last,
    ToIp,
    IsIp,
    IsCanonical,
    Family,
    IsUnspecified,
    IsLoopback,
    IsGlobalUnicast,
    IsLinkLocalMulticast,
    IsLinkLocalUnicast,
    ToCidr,
    IsCidr,
    ContainsIp,
    ContainsCidr,
    CidrIp,
    Masked,
    PrefixLength,
}

/// One instruction. Its operands are other instructions, so shared parts are worked out where they stand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Op {
    /// A constant of the program.
    Constant(u32),
    /// The day of the evaluation.
    AsOf,
    /// The due date of the rule, in its messages.
    DueOn,
    /// A fact.
    Load {
        /// Where the path starts.
        base: Base,
        /// The path.
        path: PathId,
        /// How it is read.
        decode: Decode,
        /// Where binding puts it, unless the place of the base is not known beforehand.
        cell: Option<(ScopeId, CellId)>,
    },
    /// What the string of a fact spells, where binding found that it does; else an instruction that finds out.
    Spelled {
        /// Where the path starts.
        base: Base,
        /// The path.
        path: PathId,
        /// Where binding puts it.
        cell: (ScopeId, CellId),
        /// The same without binding.
        otherwise: OpId,
    },
    /// A condition that a test may decide; else an instruction does.
    Tested {
        /// The test, by its place among those of the program.
        tested: u32,
        /// The same without it.
        otherwise: OpId,
    },
    /// Whether a fact is there, where binding tells; else an instruction that finds out.
    HasFact {
        /// Where the path starts.
        base: Base,
        /// The path.
        path: PathId,
        /// Where binding puts it.
        cell: (ScopeId, CellId),
        /// The object it would stand in, where that is not the document.
        inside: Option<(ScopeId, CellId)>,
        /// The same without binding.
        otherwise: OpId,
    },
    /// The element a loop stands at, or what a name is bound to.
    Element(LocalId),
    /// A variable of plain CEL.
    Variable(u32),
    /// What has no value, whatever the facts are.
    Fault(FaultKind),
    /// The field of a map or of an optional one; absent, it is an error, or nothing in an optional.
    Select {
        /// The map.
        operand: OpId,
        /// The name of the field, a constant.
        key: u32,
        /// Whether it was asked for with `.?`.
        optional: bool,
    },
    /// Whether a map has a field.
    Has {
        /// The map.
        operand: OpId,
        /// The name of the field, a constant.
        key: u32,
    },
    /// The element of a list that an id names.
    Follow {
        /// The id.
        link: OpId,
        /// Which list of the program.
        list: u32,
    },
    /// `&&`
    And(Operands),
    /// `||`
    Or(Operands),
    /// `!`
    Not(OpId),
    /// Unary `-`
    Negate(OpId),
    /// `? :`
    Conditional {
        /// The condition.
        condition: OpId,
        /// If it holds.
        yes: OpId,
        /// If it does not.
        no: OpId,
        /// Whether the condition cannot err.
        pure: bool,
    },
    /// A comparison.
    Compare(Comparison, OpId, OpId),
    /// `in`
    In(OpId, OpId),
    /// Arithmetic.
    Arithmetic(Arithmetic, OpId, OpId),
    /// `list[index]`
    Index(OpId, OpId),
    /// `list[?index]`
    IndexOptional(OpId, OpId),
    /// A function.
    Call(Function, Operands),
    /// A function an embedder added, by its place in the declaration.
    Custom(u32, Operands),
    /// A loop.
    Loop {
        /// Which.
        kind: LoopKind,
        /// Over what.
        list: OpId,
        /// Its variable, which stands for the element (of a map with one variable, for the key).
        local: LocalId,
        /// The first of two variables, which stands for the index or the key.
        key: Option<LocalId>,
        /// Which elements are turned into others, and whether asking that cannot err.
        filter: Option<(OpId, bool)>,
        /// What is worked out for each element.
        body: OpId,
        /// Whether the body cannot err.
        pure: bool,
    },
    /// A list literal.
    List(Operands),
    /// A map literal: keys and values in turn.
    Map(Operands),
    /// `?value` in a list or a map literal.
    Optional(OpId),
    /// A name for a value.
    Bind {
        /// The name.
        local: LocalId,
        /// The value.
        value: OpId,
        /// Where the name is used.
        body: OpId,
    },
    /// What becomes of the value of an optional.
    OptMap {
        /// Whether the body yields an optional itself.
        flat: bool,
        /// The optional.
        optional: OpId,
        /// What its value is called.
        local: LocalId,
        /// What becomes of it.
        body: OpId,
    },
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
    /// A map without the key.
    NoSuchKey,
    /// A value that cannot be the key of a map.
    KeyType,
    /// A map literal with a key written twice.
    RepeatedKey,
    /// A text or number that does not convert.
    Conversion,
    /// The value of an optional that holds none.
    NoValue,
    /// Sorting by NaN, which is neither less nor greater than a number.
    Unordered,
    /// An operation that does not exist for these values.
    Types,
    /// A name that nobody declared.
    UnknownName,
    /// A function that nobody declared, or that has no body.
    UnknownFunction,
    /// A regular expression that cannot be read.
    Pattern,
    /// A regular expression is larger than allowed.
    PatternSize,
    /// Too many steps.
    Steps,
    /// Too much memory.
    Bytes,
}

/// A double by its bits, so that two are equal if nothing tells them apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Double(u64);

impl Double {
    /// The double of this value.
    pub fn of(value: f64) -> Double {
        Double(value.to_bits())
    }

    /// Its value.
    pub fn value(self) -> f64 {
        f64::from_bits(self.0)
    }
}

impl std::fmt::Debug for Double {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.value().fmt(f)
    }
}

/// A constant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Constant {
    /// `null`
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// An unsigned number.
    Uint(u64),
    /// A number.
    Double(Double),
    /// A string.
    String(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A day.
    Date(Day),
    /// `never`
    Never,
    /// A period.
    Period(Period),
    /// A point of time.
    Timestamp(Timestamp),
    /// A length of time.
    Duration(Duration),
    /// A type.
    Type(&'static str),
    /// A regular expression of the program.
    Regex(u32),
}

impl Constant {
    /// The constant as an atom, where it is one.
    pub fn atom(&self) -> Option<Atom<'_>> {
        Some(match self {
            Constant::Null => Atom::Null,
            Constant::Bool(value) => Atom::Bool(*value),
            Constant::Int(value) => Atom::Int(*value),
            Constant::Uint(value) => Atom::Uint(*value),
            Constant::Double(value) => Atom::Double(value.value()),
            Constant::String(text) => Atom::Text(text),
            Constant::Date(day) => Atom::Date(*day),
            Constant::Never => Atom::Never,
            Constant::Timestamp(at) => Atom::Time(*at),
            Constant::Duration(length) => Atom::Duration(*length),
            Constant::Bytes(_) | Constant::Period(_) | Constant::Type(_) | Constant::Regex(_) => return None,
        })
    }

    /// An atom as a constant.
    pub fn of(atom: Atom<'_>) -> Constant {
        match atom {
            Atom::Null => Constant::Null,
            Atom::Bool(value) => Constant::Bool(value),
            Atom::Int(value) => Constant::Int(value),
            Atom::Uint(value) => Constant::Uint(value),
            Atom::Double(value) => Constant::Double(Double::of(value)),
            Atom::Text(text) => Constant::String(text.to_string()),
            Atom::Time(at) => Constant::Timestamp(at),
            Atom::Duration(length) => Constant::Duration(length),
            Atom::Date(day) => Constant::Date(day),
            Atom::Never => Constant::Never,
        }
    }
}
