//! Values while a program runs. Everything is a small word; strings and lists are borrowed from the
//! document, the program or the arena of the run.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::num::NonZeroU32;

use bumpalo::Bump;

use crate::bound::Rows;
use crate::json::NodeId;
use crate::program::{Atom, FaultKind, OpId, PathId};
use crate::stdlib::network::{Cidr, Ip};
use crate::time::{Duration, Timestamp};
use crate::value::{Day, Period};

/// A fact: a path below a node of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LeafRef {
    /// The record the path starts at.
    pub base: NodeId,
    /// The path.
    pub path: PathId,
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
    Many(&'a [LeafRef]),
    Both(&'a Joined<'a>, &'a Joined<'a>),
}

impl<'a> Leaves<'a> {
    /// No fact.
    pub const NONE: Leaves<'static> = Leaves(None);

    /// The fact `leaf`.
    pub(super) fn one(arena: &'a Bump, leaf: LeafRef) -> Self {
        Leaves(Some(arena.alloc(Joined::One(leaf))))
    }

    /// The facts `leaves`.
    pub(super) fn many(arena: &'a Bump, leaves: &[LeafRef]) -> Self {
        match leaves {
            [] => Leaves::NONE,
            [leaf] => Leaves::one(arena, *leaf),
            leaves => Leaves(Some(arena.alloc(Joined::Many(arena.alloc_slice_copy(leaves))))),
        }
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
                Joined::Many(leaves) => found.extend(leaves.iter().filter(|leaf| known.insert(**leaf))),
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

/// An object of the document, and its row where it has one.
#[derive(Clone, Copy, Debug)]
pub struct Element {
    /// The object.
    pub node: NodeId,
    /// The cell at which its row begins.
    pub row: Option<NonZeroU32>,
}

impl Element {
    /// The object `node`, wherever it stands.
    pub fn at(node: NodeId) -> Self {
        Element { node, row: None }
    }
}

/// A list.
#[derive(Clone, Copy, Debug)]
pub enum List<'a> {
    /// A list of the document.
    Tape(Rows),
    /// A list made in the run.
    Values(&'a [Value<'a>]),
    /// A filtered list of which some members are uncertain; the missing facts decide.
    Maybe(&'a [(Value<'a>, Missing<'a>)]),
}

/// The size of a list with uncertain members.
#[derive(Clone, Copy, Debug)]
pub struct Interval<'a> {
    /// At least.
    pub low: i64,
    /// At most.
    pub high: i64,
    /// What decides.
    pub missing: Missing<'a>,
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
    /// A point of time.
    Timestamp(Timestamp),
    /// A length of time.
    Duration(Duration),
    /// A day.
    Date(Day),
    /// The answer `never`.
    Never,
    /// A period.
    Period(Period),
    /// A type, by its name.
    Type(&'a str),
    /// An IP address.
    Ip(&'a Ip),
    /// A network.
    Cidr(&'a Cidr),
    /// A regular expression of the program.
    Regex(u32),
    /// An object of the document; in plain CEL a map.
    Record(Element),
    /// A map made in the run, or given by the host.
    Map(&'a MapValue<'a>),
    /// A list.
    List(List<'a>),
    /// An optional, and what it holds.
    Optional(Option<&'a Value<'a>>),
    /// The size of a list with uncertain members.
    Size(&'a Interval<'a>),
    /// It depends on these facts.
    Unknown(Missing<'a>),
    /// It went wrong.
    Error(Fault),
}

impl<'a> Value<'a> {
    /// The value as an atom, where it has no parts.
    #[inline(always)]
    pub(super) fn atom(self) -> Option<Atom<'a>> {
        Some(match self {
            Value::Null => Atom::Null,
            Value::Bool(value) => Atom::Bool(value),
            Value::Int(value) => Atom::Int(value),
            Value::Uint(value) => Atom::Uint(value),
            Value::Double(value) => Atom::Double(value),
            Value::Str(text) => Atom::Text(text),
            Value::Timestamp(at) => Atom::Time(at),
            Value::Duration(length) => Atom::Duration(length),
            Value::Date(day) => Atom::Date(day),
            Value::Never => Atom::Never,
            _ => return None,
        })
    }

    /// An atom as a value.
    pub(super) fn of_atom(atom: Atom<'a>) -> Value<'a> {
        match atom {
            Atom::Null => Value::Null,
            Atom::Bool(value) => Value::Bool(value),
            Atom::Int(value) => Value::Int(value),
            Atom::Uint(value) => Value::Uint(value),
            Atom::Double(value) => Value::Double(value),
            Atom::Time(at) => Value::Timestamp(at),
            Atom::Duration(length) => Value::Duration(length),
            Atom::Date(day) => Value::Date(day),
            Atom::Never => Value::Never,
            Atom::Text(text) => Value::Str(text),
        }
    }
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

/// The largest map that is searched from one end to the other.
const SMALL_MAP: usize = 8;

/// A map made in the run.
#[derive(Debug)]
pub struct MapValue<'a> {
    entries: &'a [(Value<'a>, Value<'a>)],
    /// The places of the entries in the order of their keys, where there are many.
    order: &'a [u32],
}

impl<'a> MapValue<'a> {
    /// A map of `entries`; `None` if two have one key. Keys are booleans, whole numbers and strings.
    pub fn new(arena: &'a Bump, entries: &'a [(Value<'a>, Value<'a>)]) -> Option<Self> {
        if entries.len() <= SMALL_MAP {
            let twice = entries
                .iter()
                .enumerate()
                .any(|(at, (key, _))| entries[..at].iter().any(|(other, _)| compare_keys(key, other).is_eq()));
            return (!twice).then_some(MapValue { entries, order: &[] });
        }
        let order = arena.alloc_slice_fill_iter(0..entries.len() as u32);
        let key = |at: &u32| &entries[*at as usize].0;
        order.sort_unstable_by(|a, b| compare_keys(key(a), key(b)));
        let twice = order.windows(2).any(|pair| compare_keys(key(&pair[0]), key(&pair[1])).is_eq());
        (!twice).then_some(MapValue { entries, order })
    }

    /// The entries, in the order they were made.
    pub fn entries(&self) -> &'a [(Value<'a>, Value<'a>)] {
        self.entries
    }

    /// The value under `key`.
    pub(super) fn get(&self, key: &Value<'_>) -> Option<Value<'a>> {
        let found = if self.order.is_empty() {
            self.entries.iter().position(|(own, _)| compare_keys(own, key).is_eq())?
        } else {
            let at = self.order.binary_search_by(|at| compare_keys(&self.entries[*at as usize].0, key)).ok()?;
            self.order[at] as usize
        };
        Some(self.entries[found].1)
    }
}

/// The order of keys: booleans, then numbers by value, then strings, then what is no key.
fn compare_keys(a: &Value<'_>, b: &Value<'_>) -> Ordering {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Str(a), Value::Str(b)) => a.cmp(b),
        _ => match (whole(a), whole(b)) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => rank(a).cmp(&rank(b)),
        },
    }
}

/// A number that is whole, as a key.
fn whole(value: &Value<'_>) -> Option<i128> {
    match value {
        Value::Int(value) => Some((*value).into()),
        Value::Uint(value) => Some((*value).into()),
        // Beyond 2^64 there is no key.
        Value::Double(value) if value.fract() == 0.0 && value.abs() < 1.9e19 => Some(*value as i128),
        _ => None,
    }
}

fn rank(value: &Value<'_>) -> u8 {
    match value {
        Value::Bool(_) => 0,
        value if whole(value).is_some() => 1,
        Value::Str(_) => 2,
        _ => 3,
    }
}
