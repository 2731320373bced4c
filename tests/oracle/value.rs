//! What an expression comes to: a value, unknown with what is missing, or an error; and the three
//! ways in which the outcomes of parts make the outcome of a whole.

use jobun::types::RecordId;
use jobun::value::{Day, Period};
use serde_json::Value as Json;

/// Pointers of unanswered leaves, in the order first read, without repeats.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Missing(pub Vec<String>);

impl Missing {
    /// One leaf.
    pub fn one(pointer: String) -> Self {
        Missing(vec![pointer])
    }

    /// Appends what `other` has besides.
    pub fn add(&mut self, other: &Missing) {
        for pointer in &other.0 {
            if !self.0.contains(pointer) {
                self.0.push(pointer.clone());
            }
        }
    }

    /// All of `parts`, in their order.
    pub fn union<'m>(parts: impl IntoIterator<Item = &'m Missing>) -> Self {
        let mut all = Missing::default();
        for part in parts {
            all.add(part);
        }
        all
    }
}

/// An object of the facts; `json` is absent where nothing of it is answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Record<'f> {
    pub pointer: String,
    pub json: Option<&'f Json>,
    pub ty: RecordId,
}

/// An element of a list. After a filter whose condition was unknown for it, it is a member only
/// *maybe*, and `maybe` says on which facts that depends.
#[derive(Clone, Debug, PartialEq)]
pub struct Element<'f> {
    pub value: Value<'f>,
    pub maybe: Option<Missing>,
}

impl<'f> Element<'f> {
    /// An element that is there for certain.
    pub fn certain(value: Value<'f>) -> Self {
        Element { value, maybe: None }
    }

    /// Whether it is a member.
    pub fn membership(&self) -> Outcome<'f> {
        match &self.maybe {
            None => Outcome::truth(true),
            Some(missing) => Outcome::Unknown(missing.clone()),
        }
    }
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'f> {
    Bool(bool),
    Int(i64),
    Uint(u64),
    Double(f64),
    String(String),
    Bytes(Vec<u8>),
    Date(Day),
    Never,
    Period(Period),
    Record(Record<'f>),
    List(Vec<Element<'f>>),
    Optional(Option<Box<Value<'f>>>),
    /// The size of a list with maybe-members: any number from `low` to `high`.
    Size {
        low: i64,
        high: i64,
        missing: Missing,
    },
}

impl Value<'_> {
    /// What its being uncertain depends on: nothing for most values.
    pub fn uncertainty(&self) -> Missing {
        match self {
            Value::List(elements) => Missing::union(elements.iter().flat_map(|e| &e.maybe)),
            Value::Size { missing, .. } => missing.clone(),
            _ => Missing::default(),
        }
    }
}

/// What an expression comes to. `Unknown` always names at least one fact.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome<'f> {
    Known(Value<'f>),
    Unknown(Missing),
    Error,
}

impl<'f> Outcome<'f> {
    /// True or false.
    pub fn truth(holds: bool) -> Self {
        Outcome::Known(Value::Bool(holds))
    }

    /// A value, or an error where there is none.
    pub fn or_error(value: Option<Value<'f>>) -> Self {
        value.map_or(Outcome::Error, Outcome::Known)
    }

    /// The same for whoever has no use for an uncertain value: that is unknown then.
    pub fn settled(self) -> Self {
        match self {
            Outcome::Known(value) => {
                let uncertainty = value.uncertainty();
                if uncertainty.0.is_empty() { Outcome::Known(value) } else { Outcome::Unknown(uncertainty) }
            }
            other => other,
        }
    }
}

/// The operands of a strict operation, or what it comes to without being carried out: an error if
/// any operand is one, else unknown if any operand is.
pub fn strict<'f>(operands: impl IntoIterator<Item = Outcome<'f>>) -> Result<Vec<Value<'f>>, Outcome<'f>> {
    let mut values = Vec::new();
    let mut missing = Missing::default();
    let mut error = false;
    for operand in operands {
        match operand.settled() {
            Outcome::Known(value) => values.push(value),
            Outcome::Unknown(more) => missing.add(&more),
            Outcome::Error => error = true,
        }
    }
    if error {
        Err(Outcome::Error)
    } else if !missing.0.is_empty() {
        Err(Outcome::Unknown(missing))
    } else {
        Ok(values)
    }
}

/// `&&` over `operands`.
pub fn and<'f>(operands: impl IntoIterator<Item = Outcome<'f>>) -> Outcome<'f> {
    junction(false, operands)
}

/// `||` over `operands`.
pub fn or<'f>(operands: impl IntoIterator<Item = Outcome<'f>>) -> Outcome<'f> {
    junction(true, operands)
}

/// The first operand that is `absorbing` decides; else any unknown makes it unknown; else any
/// error makes it an error.
fn junction<'f>(absorbing: bool, operands: impl IntoIterator<Item = Outcome<'f>>) -> Outcome<'f> {
    let mut missing = Missing::default();
    let mut error = false;
    for operand in operands {
        match operand {
            Outcome::Known(Value::Bool(holds)) if holds == absorbing => {
                return Outcome::truth(absorbing);
            }
            Outcome::Known(Value::Bool(_)) => {}
            Outcome::Known(other) => panic!("the checker admits booleans only, not {other:?}"),
            Outcome::Unknown(more) => missing.add(&more),
            Outcome::Error => error = true,
        }
    }
    if !missing.0.is_empty() {
        Outcome::Unknown(missing)
    } else if error {
        Outcome::Error
    } else {
        Outcome::truth(!absorbing)
    }
}

/// `!`
pub fn not(operand: Outcome<'_>) -> Outcome<'_> {
    match operand {
        Outcome::Known(Value::Bool(holds)) => Outcome::truth(!holds),
        Outcome::Known(other) => panic!("the checker admits booleans only, not {other:?}"),
        other => other,
    }
}
