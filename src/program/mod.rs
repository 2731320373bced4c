//! A checked rule set as a program: plain data in index arenas, which the evaluator runs.

mod layout;
mod listing;
mod test;

use std::collections::{HashMap, HashSet};

use crate::pattern::Pattern;
use crate::source::Span;
use crate::time::{Duration, Timestamp};
use crate::value::{Day, Period};
pub use layout::{CellId, Layout, ScopeId, head, head_at};
pub use test::{Compared, FactRef, Known, Look, MAX_LEVELS, Term, TermOf, Test, TestId, Tests, Walk, Word};

/// An instruction of a [`Program`].
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

/// A constant.
#[derive(Clone, Debug, PartialEq)]
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
    Double(f64),
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

/// A list that links name elements of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedList {
    /// The list, as in `vendors[]`.
    pub name: String,
    /// Its path from the root; each but the first from an element of the list before.
    pub paths: Vec<PathId>,
}

/// A path below a record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Path {
    /// The keys, outermost first.
    pub keys: Vec<String>,
    /// Where it stands in the vocabulary, as in `contracts[].supervision.last_on`.
    pub pattern: String,
}

/// Where an instruction comes from: the place in the policy, and its text as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The bytes in the policy file.
    pub span: Span,
}

/// A definition opened at a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Its name.
    pub definition: String,
    /// Where it was called.
    pub call: Span,
}

/// Text with values in it.
#[derive(Clone, Debug, PartialEq)]
pub enum TemplatePart {
    /// Text as it stands.
    Text(String),
    /// The value of an instruction; `true` if it may not be shown.
    Value(OpId, bool),
}

/// A loop a rule makes findings in: one for each element.
#[derive(Clone, Debug, PartialEq)]
pub struct Each {
    /// The element.
    pub local: LocalId,
    /// The list of records.
    pub list: OpId,
    /// Its name in the policy.
    pub name: String,
}

/// An act with a last day.
#[derive(Clone, Debug, PartialEq)]
pub struct DeadlineCode {
    /// What the policy calls it.
    pub id: String,
    /// When it was done.
    pub act: OpId,
    /// Until when it must be.
    pub by: OpId,
}

/// A duty that comes back.
#[derive(Clone, Debug, PartialEq)]
pub struct RecurringCode {
    /// When it was last done.
    pub last: OpId,
    /// When the first period began.
    pub from: OpId,
    /// How long a period is.
    pub every: OpId,
}

/// A message in both languages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MessageCode {
    /// 日本語
    pub ja: Vec<TemplatePart>,
    /// English
    pub en: Vec<TemplatePart>,
}

/// One rule.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleCode {
    /// Its id.
    pub id: String,
    /// The loops it makes findings in, outermost first.
    pub each: Vec<Each>,
    /// What the subject is called.
    pub subject: Option<OpId>,
    /// The day its validity is judged at; `as_of` if not given.
    pub in_force_at: Option<OpId>,
    /// First day of its validity.
    pub valid_from: Option<Day>,
    /// Last day of its validity.
    pub valid_until: Option<Day>,
    /// When it applies.
    pub applies: Option<OpId>,
    /// What it requires.
    pub require: Option<OpId>,
    /// Acts with a last day.
    pub deadlines: Vec<DeadlineCode>,
    /// A duty that comes back.
    pub recurring: Option<RecurringCode>,
    /// What to say.
    pub message: MessageCode,
    /// What to do.
    pub remedy: MessageCode,
    /// Rules it sums up, as indices of the rules.
    pub rolls_up: Vec<usize>,
}

impl RuleCode {
    /// Whether `day` lies in the rule's validity.
    pub fn is_in_force(&self, day: Day) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_until.is_none_or(|until| day <= until)
    }
}

/// A condition that a test decides where it can.
#[derive(Clone, Debug, PartialEq)]
pub struct Tested {
    /// The test.
    pub test: Test,
    /// The rows of loops around it: the level, and the local that stands at an object of the scope.
    pub outer: Box<[(u8, LocalId, ScopeId)]>,
    /// How many tests it is made of.
    pub cost: u32,
}

/// What an absent field of the document is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Absent {
    /// An unanswered fact: its value is unknown. A `null` is absent too.
    #[default]
    Unknown,
    /// An error, as in plain CEL.
    Error,
}

/// A rule set, compiled.
#[derive(Clone, Debug, Default)]
pub struct Program {
    pub(crate) absent: Absent,
    pub(crate) ops: Vec<Op>,
    pub(crate) origins: Vec<Origin>,
    pub(crate) operands: Vec<OpId>,
    pub(crate) constants: Vec<Constant>,
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) paths: Vec<Path>,
    pub(crate) layout: Layout,
    pub(crate) tests: Vec<Test>,
    pub(crate) tested: Vec<Tested>,
    pub(crate) lists: Vec<LinkedList>,
    pub(crate) locals: u32,
    pub(crate) rules: Vec<RuleCode>,
    pub(crate) opened: HashMap<OpId, Opened>,
    /// Paths of facts that may not be shown.
    pub(crate) sensitive: HashSet<PathId>,
}

impl Program {
    /// The instruction `id`.
    pub fn op(&self, id: OpId) -> Op {
        self.ops[id.0 as usize]
    }

    /// The instruction behind `id` where that is a test.
    pub fn behind_test(&self, id: OpId) -> OpId {
        match self.op(id) {
            Op::Tested { otherwise, .. } => otherwise,
            _ => id,
        }
    }

    /// Where the instruction `id` comes from.
    pub fn origin(&self, id: OpId) -> Origin {
        self.origins[id.0 as usize]
    }

    /// The operands `operands` stands for.
    pub fn operands(&self, operands: Operands) -> &[OpId] {
        &self.operands[operands.start as usize..(operands.start + operands.len) as usize]
    }

    /// The instructions whose values `op` needs.
    pub fn operands_of(&self, op: Op) -> Vec<OpId> {
        match op {
            Op::Constant(_) | Op::AsOf | Op::DueOn | Op::Element(_) | Op::Variable(_) | Op::Fault(_) => vec![],
            Op::Select { operand, .. } | Op::Has { operand, .. } | Op::Optional(operand) => vec![operand],
            Op::Bind { value, body, .. } => vec![value, body],
            Op::OptMap { optional, body, .. } => vec![optional, body],
            Op::Load { base: Base::Record(record), .. } => vec![record],
            Op::Load { .. } => vec![],
            Op::Spelled { otherwise, .. } | Op::HasFact { otherwise, .. } | Op::Tested { otherwise, .. } => {
                vec![otherwise]
            }
            Op::Follow { link, .. } => vec![link],
            Op::And(operands)
            | Op::Or(operands)
            | Op::Call(_, operands)
            | Op::Custom(_, operands)
            | Op::List(operands)
            | Op::Map(operands) => self.operands(operands).to_vec(),
            Op::Not(a) | Op::Negate(a) => vec![a],
            Op::Conditional { condition, yes, no, .. } => vec![condition, yes, no],
            Op::Compare(_, a, b) | Op::In(a, b) | Op::Arithmetic(_, a, b) => vec![a, b],
            Op::Index(a, b) | Op::IndexOptional(a, b) => vec![a, b],
            Op::Loop { list, filter, body, .. } => {
                [Some(list), filter.map(|(filter, _)| filter), Some(body)].into_iter().flatten().collect()
            }
        }
    }

    /// Whether the value of `op` may show a fact that may not be shown.
    pub fn is_sensitive(&self, op: OpId) -> bool {
        let mut seen = HashSet::new();
        let mut stack = vec![op];
        while let Some(op) = stack.pop() {
            if !seen.insert(op) {
                continue;
            }
            let instruction = self.op(op);
            if matches!(instruction, Op::Load { path, .. } if self.sensitive.contains(&path)) {
                return true;
            }
            stack.extend(self.operands_of(instruction));
        }
        false
    }

    /// The path `id`.
    pub fn path(&self, id: PathId) -> &Path {
        &self.paths[id.0 as usize]
    }

    /// The definition the instruction `id` is the body of, where it is one.
    pub fn opened(&self, id: OpId) -> Option<&Opened> {
        self.opened.get(&id)
    }

    /// The rules, in the order of the packs.
    pub fn rules(&self) -> &[RuleCode] {
        &self.rules
    }

    /// How many instructions there are.
    pub fn len(&self) -> usize {
        self.ops.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ops.is_empty()
    }
}
