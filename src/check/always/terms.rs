//! Terms: nodes that say the same are the same, and constants stand on a scale.

use std::collections::HashMap;

use indexmap::IndexSet;

use super::sets::{DAYS, SPECIAL, Scale, Set, TermId, double};
use crate::cel::{BinaryOp, Literal, Macro};
use crate::check::typed::{BindingId, DefinitionId};
use crate::value::Day;

/// A number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Number {
    Int(i64),
    Uint(u64),
    /// By its bits.
    Double(u64),
}

impl Number {
    pub fn negated(self) -> Option<Number> {
        Some(match self {
            Number::Int(value) => Number::Int(value.checked_neg()?),
            Number::Uint(_) => return None,
            Number::Double(bits) => Number::Double((-f64::from_bits(bits)).to_bits()),
        })
    }

    /// The nearest whole numbers not above and not below it.
    fn between(self) -> Option<(i128, i128)> {
        Some(match self {
            Number::Int(value) => (value.into(), value.into()),
            Number::Uint(value) => (value.into(), value.into()),
            Number::Double(bits) => {
                let value = Some(f64::from_bits(bits)).filter(|value| value.abs() < 1e18)?;
                (value.floor() as i128, value.ceil() as i128)
            }
        })
    }

    /// The whole number it is.
    fn whole(self) -> Option<i128> {
        self.between().filter(|(below, above)| below == above).map(|(whole, _)| whole)
    }

    /// The double it is exactly.
    fn double(self) -> Option<f64> {
        match self {
            Number::Double(bits) => Some(f64::from_bits(bits)).filter(|value| !value.is_nan()),
            other => other.whole().filter(|whole| whole.abs() <= 1 << 53).map(|whole| whole as f64),
        }
    }
}

/// A value that is written out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Constant {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    Bytes(Vec<u8>),
    Date(Day),
    Never,
    /// By its place in the table of names.
    Type(usize),
}

impl Constant {
    pub fn of(literal: &Literal) -> Constant {
        match literal {
            Literal::Null => Constant::Null,
            Literal::Bool(value) => Constant::Bool(*value),
            Literal::Int(value) => Constant::Number(Number::Int(*value)),
            Literal::Uint(value) => Constant::Number(Number::Uint(*value)),
            Literal::Double(value) => Constant::Number(Number::Double(value.to_bits())),
            Literal::String(value) => Constant::Text(value.clone()),
            Literal::Bytes(value) => Constant::Bytes(value.clone()),
        }
    }

    /// A name for it; numbers that are equal have one.
    fn name(&self) -> String {
        match self {
            Constant::Null => "null".into(),
            Constant::Bool(value) => format!("b{value}"),
            Constant::Number(number) => match (number.whole(), number) {
                (Some(whole), _) => format!("n{whole}"),
                (None, other) => format!("d{other:?}"),
            },
            Constant::Text(text) => format!("s{text}"),
            Constant::Bytes(bytes) => format!("x{bytes:?}"),
            Constant::Date(day) => format!("day{day}"),
            Constant::Never => "never".into(),
            Constant::Type(at) => format!("type{at}"),
        }
    }

    /// What a comparison of two constants comes to, where both are of one kind.
    pub fn compared(&self, op: BinaryOp, other: &Constant) -> Option<bool> {
        use std::cmp::Ordering;
        let order = match (self, other) {
            (Constant::Number(a), Constant::Number(b)) => match (a.whole(), b.whole()) {
                (Some(a), Some(b)) => a.cmp(&b),
                _ => a.double()?.partial_cmp(&b.double()?)?,
            },
            (Constant::Text(a), Constant::Text(b)) => a.as_bytes().cmp(b.as_bytes()),
            (Constant::Bool(a), Constant::Bool(b)) => a.cmp(b),
            (Constant::Date(a), Constant::Date(b)) => a.cmp(b),
            (Constant::Never, Constant::Never) | (Constant::Null, Constant::Null) => Ordering::Equal,
            _ => return None,
        };
        Some(match op {
            BinaryOp::Equal => order.is_eq(),
            BinaryOp::NotEqual => order.is_ne(),
            BinaryOp::Less => order.is_lt(),
            BinaryOp::LessEqual => order.is_le(),
            BinaryOp::Greater => order.is_gt(),
            BinaryOp::GreaterEqual => order.is_ge(),
            _ => return None,
        })
    }
}

/// A day as a number.
fn number_of(day: Day) -> i128 {
    Day::FIRST.days_until(day).into()
}

/// What a term is, apart from its parts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Constant(Constant),
    Fact(String),
    Global(usize),
    Parameter(usize),
    Element(BindingId),
    Argument(usize),
    Variable(usize),
    /// The variable of a loop, by how many loops it stands in; of two whether it is the first.
    Local(u32, bool),
    AsOf,
    DueOn,
    Select(String),
    SelectOptional(String),
    Has(String),
    Index,
    IndexOptional,
    Optional,
    List,
    Map,
    Negate,
    Not,
    And,
    Or,
    Conditional,
    Binary(BinaryOp),
    Function(&'static str),
    Definition(DefinitionId),
    Follow,
    Loop(Macro, bool),
    OptMap(bool),
    /// What an optional holds.
    Held,
    /// Whether a value is true.
    Holds,
    /// How two terms stand to each other.
    Pair,
    /// Like nothing else.
    Unlike(u32),
}

/// What was met of a term so far; later a guard may have been read.
#[derive(Clone, Copy, Debug, Default)]
struct Met {
    /// That it may be `never`.
    never: bool,
    /// That it is one of several types.
    union: bool,
}

/// What whole numbers functions come to.
const RANGES: &[(&str, (i128, i128))] = &[
    ("size", (0, i64::MAX as i128)),
    ("year", (1, 9999)),
    ("month", (1, 12)),
    ("day", (1, 31)),
    ("days_between", (-DAYS, DAYS)),
    ("indexOf", (-1, i64::MAX as i128)),
    ("lastIndexOf", (-1, i64::MAX as i128)),
    ("getMonth", (0, 11)),
    ("getDate", (1, 31)),
    ("getDayOfMonth", (0, 30)),
    ("getDayOfWeek", (0, 6)),
    ("getDayOfYear", (0, 365)),
    ("family", (4, 6)),
    ("prefixLength", (0, 128)),
];

/// The terms of one rule.
#[derive(Debug, Default)]
pub(super) struct Terms {
    /// What each is, with its parts.
    all: IndexSet<(Kind, Vec<TermId>)>,
    met: Vec<Met>,
    words: HashMap<String, i128>,
    unlike: u32,
}

impl Terms {
    /// The term of this kind with these parts.
    pub fn of(&mut self, kind: Kind, parts: Vec<TermId>) -> TermId {
        let (at, is_new) = self.all.insert_full((kind, parts));
        if is_new {
            self.met.push(Met::default());
        }
        TermId(at as u32)
    }

    pub fn constant(&mut self, constant: Constant) -> TermId {
        self.of(Kind::Constant(constant), Vec::new())
    }

    /// A kind of its own.
    pub fn unlike(&mut self) -> Kind {
        self.unlike += 1;
        Kind::Unlike(self.unlike)
    }

    fn kind(&self, term: TermId) -> &Kind {
        &self.all[term.0 as usize].0
    }

    /// The constant that a term is.
    pub fn value(&self, term: TermId) -> Option<&Constant> {
        match self.kind(term) {
            Kind::Constant(constant) => Some(constant),
            _ => None,
        }
    }

    /// From where to where a function goes.
    pub fn range(&self, term: TermId) -> Option<(i128, i128)> {
        match self.kind(term) {
            Kind::Function(name) => RANGES.iter().find(|(known, _)| known == name).map(|(_, range)| *range),
            _ => None,
        }
    }

    pub fn is_fact(&self, term: TermId) -> bool {
        matches!(self.kind(term), Kind::Fact(_) | Kind::Select(_))
    }

    pub fn was_union(&mut self, term: TermId) {
        self.met[term.0 as usize].union = true;
    }

    pub fn is_union(&self, term: TermId) -> bool {
        self.met[term.0 as usize].union
    }

    /// Whether a term may be `never` here, or was met before where it may.
    pub fn may_be_never(&mut self, term: TermId, here: bool) -> bool {
        let met = &mut self.met[term.0 as usize];
        met.never |= here;
        met.never
    }

    fn word(&mut self, name: String) -> i128 {
        let next = self.words.len() as i128;
        *self.words.entry(name).or_insert(next)
    }

    /// The answers of an enum.
    pub fn words(&mut self, words: &[String]) -> Set {
        Set::points(words.iter().map(|word| self.word(Constant::Text(word.clone()).name())).collect())
    }

    /// The values on `scale` of which the comparison with `constant` holds.
    pub fn compared_with(&mut self, op: BinaryOp, scale: Scale, constant: &Constant) -> Option<Set> {
        let all = scale.numbers();
        let (least, most) = (all.least()?, all.most()?);
        // The nearest values not above and not below the constant.
        let (below, above) = match (scale, constant) {
            (Scale::Truth, Constant::Bool(value)) => (i128::from(*value), i128::from(*value)),
            (Scale::Int, Constant::Number(number)) => number.between()?,
            (Scale::Double, Constant::Number(number)) => {
                let value = double(number.double()?);
                (value, value)
            }
            (Scale::Day, Constant::Date(day)) => (number_of(*day), number_of(*day)),
            (Scale::Day, Constant::Never) => (SPECIAL, SPECIAL),
            (Scale::Word, Constant::Text(_)) | (Scale::Open, _) => {
                let word = self.word(constant.name());
                (word, word)
            }
            _ => return None,
        };
        let equal = if below == above { Set::point(below) } else { Set::default() };
        let is_ordered = scale.is_ordered() && below != SPECIAL;
        Some(match op {
            BinaryOp::Equal => equal,
            BinaryOp::NotEqual => scale.full().without(&equal),
            BinaryOp::Less if is_ordered => Set::range(least, above - 1),
            BinaryOp::LessEqual if is_ordered => Set::range(least, below),
            BinaryOp::Greater if is_ordered => Set::range(below + 1, most),
            BinaryOp::GreaterEqual if is_ordered => Set::range(above, most),
            _ => return None,
        })
    }
}
